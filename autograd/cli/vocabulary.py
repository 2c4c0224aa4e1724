"""The words of the little language: every function of the engine that computes, by its name.

It is a whitelist.  A text can call what is in `FUNCTIONS` and `METHODS` and read what is in
`ATTRIBUTES` and `CONSTANTS`, and nothing else exists in it: no file, no random number, no function
that is given another function.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

from autograd import linalg
from autograd.core.tensor import Tensor, tensor
from autograd.functions import (
    activations,
    agreement,
    angles,
    arithmetic,
    arrays,
    axes,
    differences,
    editing,
    ignoring_nan,
    joining,
    makers,
    norms,
    picking,
    polynomials,
    products,
    running,
    splitting,
    statistics,
    tensor_products,
    turning,
    warping,
)
from autograd.methods import table
from autograd.methods.operators import EQUALITIES, LOGICAL_OPERATORS, ORDERINGS
from autograd.ops import (
    compare,
    conv,
    einsum,
    elementwise,
    index,
    inverse_trigonometry,
    logarithms,
    logistic,
    loss,
    piecewise,
    polar,
    pool,
    recurrence,
    reduce,
    remainder,
    rounding,
    shape,
    special,
    unfold,
    unpool,
)
from autograd.ops import linalg as ops_linalg
from autograd.ops import power as powers

_MODULES = (
    (activations, "detach elu gelu leaky_relu log_sigmoid log_softmax logsumexp mish relu selu"),
    (activations, "silu softmax"),
    (agreement, "allclose array_equal"),
    (angles, "deg2rad rad2deg"),
    (arithmetic, "astype clip copy divmod fabs float_power square tan"),
    (arrays, "expand_dims moveaxis ravel shape split squeeze stack swapaxes tile"),
    (axes, "atleast_1d atleast_2d atleast_3d broadcast_arrays meshgrid rollaxis"),
    (compare, "all any argmax argmin argsort equal greater greater_equal isclose isfinite isinf"),
    (compare, "isnan less less_equal logical_and logical_not logical_or not_equal"),
    (conv, "conv conv_transpose"),
    (differences, "diff ediff1d gradient trapezoid"),
    (editing, "delete diag diagflat insert partition select"),
    (einsum, "einsum"),
    (elementwise, "add arctan cos cosh divide exp expm1 log log1p multiply negative positive"),
    (elementwise, "reciprocal sin sinh sqrt subtract tanh"),
    (ignoring_nan, "nan_to_num nanmax nanmean nanmin nanprod nanstd nansum nanvar"),
    (index, "getitem scatter_add"),
    (inverse_trigonometry, "arccos arccosh arcsin arcsinh arctanh"),
    (joining, "append block column_stack dstack hstack vstack"),
    (logarithms, "exp2 log10 log2 logaddexp logaddexp2"),
    (logistic, "sigmoid softplus"),
    (loss, "softmax_cross_entropy"),
    (makers, "arange eye full full_like identity linspace one_hot ones ones_like zeros"),
    (makers, "zeros_like"),
    (norms, "norm"),
    (ops_linalg, "matmul"),
    (picking, "diagonal pad repeat roll sort take take_along_axis tril triu"),
    (piecewise, "absolute copysign floor fmax fmin heaviside maximum minimum sign where"),
    (polar, "arctan2 hypot"),
    (polynomials, "interp polyval vander"),
    (pool, "argmax_pool max_pool sum_pool"),
    (powers, "cbrt power"),
    (products, "dot inner outer tensordot vdot"),
    (recurrence, "cumprod"),
    (reduce, "cumsum max min sum"),
    (remainder, "floor_divide fmod remainder"),
    (rounding, "ceil rint round trunc"),
    (running, "cummax cummin"),
    (shape, "broadcast_to concatenate flip reshape transpose"),
    (special, "erf erfc sinc"),
    (splitting, "array_split dsplit hsplit unstack vsplit"),
    (statistics, "average mean prod ptp std var"),
    (tensor_products, "cross kron"),
    (turning, "fliplr flipud rot90"),
    (unfold, "fold unfold"),
    (unpool, "max_unpool"),
    (warping, "warp"),
)

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(module, name) for module, known in _MODULES for name in known.split()},
    **{f"linalg.{name}": getattr(linalg, name) for name in linalg.__all__},
    "abs": piecewise.absolute,
    "array": tensor,
    "degrees": angles.rad2deg,
    "mod": remainder.remainder,
    "pow": powers.power,
    "radians": angles.deg2rad,
    "tensor": tensor,
    "true_divide": elementwise.divide,
}

OTHERWISE = {"ln": "log", "sgn": "sign", "inv": "linalg.inv", "det": "linalg.det"}

METHODS: dict[str, Callable[..., Any]] = {
    **table.METHODS,
    "flatten": table.flatten,
    "repeat": table.repeat,
    "reshape": table.reshape,
    "transpose": table.transpose,
}

ATTRIBUTES: dict[str, Callable[[Tensor], Any]] = {
    "T": shape.transpose,
    "mT": table.matrix_transpose,
    "ndim": lambda x: x.ndim,
    "shape": lambda x: x.shape,
    "size": lambda x: x.size,
}

CONSTANTS = {"pi": math.pi, "e": math.e}
PREFIXES = ("np", "numpy", "ag", "autograd")

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: elementwise.add,
    ast.Sub: elementwise.subtract,
    ast.Mult: elementwise.multiply,
    ast.Div: elementwise.divide,
    ast.FloorDiv: remainder.floor_divide,
    ast.Mod: remainder.remainder,
    ast.Pow: powers.power,
    ast.MatMult: ops_linalg.matmul,
    ast.USub: elementwise.negative,
    ast.UAdd: elementwise.positive,
    ast.BitAnd: LOGICAL_OPERATORS["and"],
    ast.BitOr: LOGICAL_OPERATORS["or"],
    ast.Invert: LOGICAL_OPERATORS["invert"],
    ast.Eq: EQUALITIES["eq"],
    ast.NotEq: EQUALITIES["ne"],
    ast.Lt: ORDERINGS["lt"],
    ast.LtE: ORDERINGS["le"],
    ast.Gt: ORDERINGS["gt"],
    ast.GtE: ORDERINGS["ge"],
}

# Of whole numbers these are whole numbers, as an index or an axis has to be.
WHOLE: dict[type[ast.AST], Callable[..., int]] = {
    ast.Add: int.__add__,
    ast.Sub: int.__sub__,
    ast.Mult: int.__mul__,
    ast.USub: int.__neg__,
    ast.UAdd: int.__pos__,
}

# An option that chooses a dtype takes one of these texts.
DTYPES = frozenset(("bool", "float16", "float32", "float64", "int32", "int64"))
