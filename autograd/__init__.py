"""An autograd engine you can see through.

Every value knows the primitive application that made it, the backward pass is the same kind of
graph as the forward pass, and drawing, stepping and testing are readers of that one graph.

>>> import autograd as ag
>>> w = ag.tensor(2.0, requires_grad=True)
>>> loss = ag.exp(-w * 0.5)
>>> loss.backward()
>>> w.grad
np.float64(-0.18393972058572117)

Functions carry NumPy's names and conventions.  Applied to no Tensor, each is plain NumPy.
"""

from typing import TYPE_CHECKING, Any

from autograd import debugger as debugger  # binds Trace.debugger
from autograd import errors, linalg
from autograd import methods as methods  # binds the operators of Tensor
from autograd.core.backward import backward
from autograd.core.capturing import assign
from autograd.core.context import no_grad, scope
from autograd.core.define import primitive
from autograd.core.gradients import gradients
from autograd.core.lazy import loaded
from autograd.core.mutation_guard import debug
from autograd.core.primitive import Primitive
from autograd.core.scopes import Scope
from autograd.core.settings import config
from autograd.core.spec import Domain, Spec
from autograd.core.tensor import ArrayLike, Tensor, tensor
from autograd.core.types import Array, DTypeLike, Shape
from autograd.errors import (
    CaptureError,
    DrawingError,
    DTypeError,
    ExpressionError,
    GlassgradError,
    GradientError,
    ImmutableError,
    IndexingError,
    MissingError,
    OptionError,
    RuleError,
    ShapeError,
    UnsupportedError,
)
from autograd.functions.activations import (
    detach,
    elu,
    gelu,
    leaky_relu,
    log_sigmoid,
    log_softmax,
    logsumexp,
    mish,
    relu,
    selu,
    silu,
    softmax,
)
from autograd.functions.agreement import allclose, array_equal
from autograd.functions.angles import deg2rad, rad2deg
from autograd.functions.arithmetic import astype, clip, copy, divmod, fabs, float_power, square, tan
from autograd.functions.arrays import (
    expand_dims,
    moveaxis,
    ravel,
    shape,
    split,
    squeeze,
    stack,
    swapaxes,
    tile,
)
from autograd.functions.axes import (
    atleast_1d,
    atleast_2d,
    atleast_3d,
    broadcast_arrays,
    meshgrid,
    rollaxis,
)
from autograd.functions.brackets import c_, r_
from autograd.functions.differences import diff, ediff1d, gradient, trapezoid
from autograd.functions.editing import delete, diag, diagflat, insert, partition, select
from autograd.functions.ignoring_nan import (
    nan_to_num,
    nanmax,
    nanmean,
    nanmin,
    nanprod,
    nanstd,
    nansum,
    nanvar,
)
from autograd.functions.joining import append, block, column_stack, dstack, hstack, vstack
from autograd.functions.makers import (
    arange,
    eye,
    full,
    full_like,
    identity,
    linspace,
    one_hot,
    ones,
    ones_like,
    zeros,
    zeros_like,
)
from autograd.functions.picking import (
    diagonal,
    pad,
    repeat,
    roll,
    sort,
    take,
    take_along_axis,
    tril,
    triu,
)
from autograd.functions.polynomials import interp, polyval, vander
from autograd.functions.products import dot, inner, outer, tensordot, vdot
from autograd.functions.running import cummax, cummin
from autograd.functions.splitting import array_split, dsplit, hsplit, unstack, vsplit
from autograd.functions.statistics import average, mean, prod, ptp, std, var
from autograd.functions.tensor_products import cross, kron
from autograd.functions.turning import fliplr, flipud, rot90
from autograd.functions.warping import warp
from autograd.ir.capture import capture, evaluate
from autograd.ir.graph import Graph, Node, graph
from autograd.ir.trace import Difference, Event, Trace, trace
from autograd.ops import primitives
from autograd.ops.compare import (
    all,
    any,
    argmax,
    argmin,
    argsort,
    equal,
    greater,
    greater_equal,
    isclose,
    isfinite,
    isinf,
    isnan,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    not_equal,
)
from autograd.ops.conv import conv, conv_transpose
from autograd.ops.einsum import einsum
from autograd.ops.elementwise import (
    add,
    arctan,
    cos,
    cosh,
    divide,
    exp,
    expm1,
    log,
    log1p,
    multiply,
    negative,
    positive,
    reciprocal,
    sin,
    sinh,
    sqrt,
    subtract,
    tanh,
)
from autograd.ops.index import getitem, scatter_add
from autograd.ops.inverse_trigonometry import arccos, arccosh, arcsin, arcsinh, arctanh
from autograd.ops.kernels.parallel_for import set_threads, threads
from autograd.ops.linalg import matmul
from autograd.ops.logarithms import exp2, log2, log10, logaddexp, logaddexp2
from autograd.ops.logistic import sigmoid, softplus
from autograd.ops.loss import softmax_cross_entropy
from autograd.ops.piecewise import (
    absolute,
    copysign,
    floor,
    fmax,
    fmin,
    heaviside,
    maximum,
    minimum,
    sign,
    where,
)
from autograd.ops.polar import arctan2, hypot
from autograd.ops.pool import argmax_pool, max_pool, sum_pool
from autograd.ops.power import cbrt, power
from autograd.ops.recurrence import cumprod
from autograd.ops.reduce import cumsum, max, min, sum
from autograd.ops.remainder import floor_divide, fmod, remainder
from autograd.ops.rounding import ceil, rint, round, trunc
from autograd.ops.shape import broadcast_to, concatenate, flip, reshape, transpose
from autograd.ops.special import erf, erfc, sinc
from autograd.ops.unfold import fold, unfold
from autograd.ops.unpool import max_unpool
from autograd.transforms.checkpoint import checkpoint
from autograd.transforms.derivatives import grad, hessian, hvp, jacobian, jvp, value_and_grad, vjp
from autograd.version import __version__

if TYPE_CHECKING:
    from autograd import lessons as lessons
    from autograd import random as random
    from autograd import testing as testing
    from autograd.compiler.compiled import compile
    from autograd.debugger.debugger import Debugger
    from autograd.viz.drawing.pipeline import draw

# NumPy has a second name for each.
abs = absolute
degrees = rad2deg
mod = remainder
radians = deg2rad
true_divide = divide
pow = power

# Loaded at first use, as most programs never draw, step or test.  The errors that only networks
# raise are defined with them, and have a name here, too.
_LATER = {
    "DataError": "nn.errors",
    "Debugger": "autograd.debugger.debugger",
    "compile": "autograd.compiler.compiled",
    "NonFiniteError": "nn.errors",
    "StateError": "nn.errors",
    "draw": "autograd.viz.drawing.pipeline",
    "lessons": "autograd.lessons",
    "random": "autograd.random",
    "testing": "autograd.testing",
}


def __getattr__(name: str) -> Any:
    """Load a name of `_LATER` when it is first asked for."""
    if name in _LATER:
        return loaded(__name__, name, _LATER)
    from autograd.core.other_names import missing
    from autograd.methods.unknown_names import row

    raise missing("module 'autograd'", name, row(name), __all__)


def __dir__() -> list[str]:
    return sorted({*__all__, *(name for name in globals() if name.startswith("__"))})


__all__ = [
    "Array",
    "ArrayLike",
    "CaptureError",
    "DTypeError",
    "DTypeLike",
    "DataError",
    "Debugger",
    "Difference",
    "Domain",
    "DrawingError",
    "Event",
    "ExpressionError",
    "GlassgradError",
    "GradientError",
    "Graph",
    "ImmutableError",
    "IndexingError",
    "MissingError",
    "Node",
    "NonFiniteError",
    "OptionError",
    "Primitive",
    "RuleError",
    "Scope",
    "Shape",
    "ShapeError",
    "Spec",
    "StateError",
    "Tensor",
    "Trace",
    "UnsupportedError",
    "__version__",
    "abs",
    "absolute",
    "add",
    "all",
    "allclose",
    "any",
    "append",
    "arange",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "argmax",
    "argmax_pool",
    "argmin",
    "argsort",
    "array_equal",
    "array_split",
    "assign",
    "astype",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "average",
    "backward",
    "block",
    "broadcast_arrays",
    "broadcast_to",
    "c_",
    "capture",
    "cbrt",
    "ceil",
    "checkpoint",
    "clip",
    "column_stack",
    "compile",
    "concatenate",
    "config",
    "conv",
    "conv_transpose",
    "copy",
    "copysign",
    "cos",
    "cosh",
    "cross",
    "cummax",
    "cummin",
    "cumprod",
    "cumsum",
    "debug",
    "deg2rad",
    "degrees",
    "delete",
    "detach",
    "diag",
    "diagflat",
    "diagonal",
    "diff",
    "divide",
    "divmod",
    "dot",
    "draw",
    "dsplit",
    "dstack",
    "ediff1d",
    "einsum",
    "elu",
    "equal",
    "erf",
    "erfc",
    "errors",
    "evaluate",
    "exp",
    "exp2",
    "expand_dims",
    "expm1",
    "eye",
    "fabs",
    "flip",
    "fliplr",
    "flipud",
    "float_power",
    "floor",
    "floor_divide",
    "fmax",
    "fmin",
    "fmod",
    "fold",
    "full",
    "full_like",
    "gelu",
    "getitem",
    "grad",
    "gradient",
    "gradients",
    "graph",
    "greater",
    "greater_equal",
    "heaviside",
    "hessian",
    "hsplit",
    "hstack",
    "hvp",
    "hypot",
    "identity",
    "inner",
    "insert",
    "interp",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "jacobian",
    "jvp",
    "kron",
    "leaky_relu",
    "less",
    "less_equal",
    "lessons",
    "linalg",
    "linspace",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_sigmoid",
    "log_softmax",
    "logaddexp",
    "logaddexp2",
    "logical_and",
    "logical_not",
    "logical_or",
    "logsumexp",
    "matmul",
    "max",
    "max_pool",
    "max_unpool",
    "maximum",
    "mean",
    "meshgrid",
    "min",
    "minimum",
    "mish",
    "mod",
    "moveaxis",
    "multiply",
    "nan_to_num",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
    "negative",
    "no_grad",
    "not_equal",
    "one_hot",
    "ones",
    "ones_like",
    "outer",
    "pad",
    "partition",
    "polyval",
    "positive",
    "pow",
    "power",
    "primitive",
    "primitives",
    "prod",
    "ptp",
    "r_",
    "rad2deg",
    "radians",
    "random",
    "ravel",
    "reciprocal",
    "relu",
    "remainder",
    "repeat",
    "reshape",
    "rint",
    "roll",
    "rollaxis",
    "rot90",
    "round",
    "scatter_add",
    "scope",
    "select",
    "selu",
    "set_threads",
    "shape",
    "sigmoid",
    "sign",
    "silu",
    "sin",
    "sinc",
    "sinh",
    "softmax",
    "softmax_cross_entropy",
    "softplus",
    "sort",
    "split",
    "sqrt",
    "square",
    "squeeze",
    "stack",
    "std",
    "subtract",
    "sum",
    "sum_pool",
    "swapaxes",
    "take",
    "take_along_axis",
    "tan",
    "tanh",
    "tensor",
    "tensordot",
    "testing",
    "threads",
    "tile",
    "trace",
    "transpose",
    "trapezoid",
    "tril",
    "triu",
    "true_divide",
    "trunc",
    "unfold",
    "unstack",
    "value_and_grad",
    "vander",
    "var",
    "vdot",
    "vjp",
    "vsplit",
    "vstack",
    "warp",
    "where",
    "zeros",
    "zeros_like",
]
