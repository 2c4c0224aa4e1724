"""What is certain: calls of other libraries, and what they are here with just these arguments."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from operator import attrgetter

import autograd as ag


@dataclass(frozen=True)
class Rule:
    """A call, and what it is here.

    Attributes
    ----------
    here : str
        The function.
    least, most : int
        How many arguments it may have, keywords included.
    keywords : dict from str to str
        Those that it may have, with their names here.
    """

    here: str
    least: int = 1
    most: int = 1
    keywords: Mapping[str, str] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        """Whether the function is there: rules may be ahead of the library."""
        try:
            attrgetter(self.here.removeprefix("ag."))(ag)
        except AttributeError:
            return False
        return True


AXIS = {"dim": "axis"}
REDUCED = {"dim": "axis", "keepdim": "keepdims"}
ARGNUMS = {"argnums": "argnums"}
CLOSE = {name: name for name in ("rtol", "atol", "equal_nan")}
NEW_LEAF = {"dtype": "dtype", "requires_grad": "requires_grad"}


def _rules(prefix: str, names: str, **options: object) -> dict[str, Rule]:
    """Return rules for names: ``exp`` is ``ag.exp``, and ``cat:concatenate`` is another."""
    found = {}
    for pair in names.split():
        there, _, here = pair.partition(":")
        found[f"{prefix}.{there}"] = Rule(f"ag.{here or there}", **options)  # type: ignore[arg-type]
    return {path: rule for path, rule in found.items() if rule.exists}


ELEMENTWISE = (
    "exp log log1p log2 log10 expm1 sqrt square sin cos tan sinh cosh tanh atan:arctan "
    "arctan sigmoid abs:absolute absolute sign floor relu reciprocal neg:negative negative "
    "isnan isinf isfinite logical_not"
)
WHOLE = "max min squeeze flatten:ravel ravel norm:linalg.norm"
BINARY = (
    "matmul mm:matmul bmm:matmul mv:matmul dot outer ger:outer maximum minimum pow:power add "
    "sub:subtract subtract mul:multiply multiply div:divide divide true_divide:divide eq:equal "
    "ne:not_equal lt:less le:less_equal gt:greater ge:greater_equal logical_and logical_or "
    "heaviside reshape"
)
LINALG = "inverse:linalg.inv det:linalg.det linalg.inv linalg.det linalg.norm"

# Functions of PyTorch whose results are tensors.
TORCH = {
    **_rules("torch", f"{ELEMENTWISE} {WHOLE} {LINALG}"),
    **_rules("torch", f"{BINARY} linalg.solve", least=2, most=2),
    **_rules("torch", "sum mean prod logsumexp amax:max amin:min", most=3, keywords=REDUCED),
    **_rules("torch", "argmax argmin any all", most=3, keywords=REDUCED),
    **_rules("torch", "cumsum unsqueeze:expand_dims", least=2, most=2, keywords=AXIS),
    **_rules("torch", "softmax log_softmax", least=2, most=2, keywords=AXIS),
    **_rules("torch", "cat:concatenate concat:concatenate stack", most=2, keywords=AXIS),
    **_rules("torch", "where transpose:swapaxes movedim:moveaxis", least=3, most=3),
    **_rules("torch", "permute:transpose", least=2, most=2, keywords={"dims": "axes"}),
    **_rules("torch", "clamp:clip clip", most=3, keywords={"min": "min", "max": "max"}),
    **_rules("torch", "tril triu", most=2, keywords={"diagonal": "k"}),
    **_rules("torch", "isclose", least=2, most=5, keywords=CLOSE),
    **_rules("torch", "zeros_like ones_like", most=3, keywords=NEW_LEAF),
    **_rules("torch", "einsum", least=2, most=99),
    **_rules("torch", "tensor", most=3, keywords=NEW_LEAF),
}
F = "torch.nn.functional"
POOL = {"kernel_size": "kernel", "stride": "stride", "padding": "padding"}
FUNCTIONAL = {
    **_rules(F, "relu sigmoid tanh silu softplus gelu selu mish logsigmoid:log_sigmoid"),
    **_rules(F, "max_pool2d:max_pool", least=2, most=3, keywords=POOL),
    **_rules(F, "one_hot", least=2, most=2, keywords={"num_classes": "num_classes"}),
    **_rules(F, "elu", most=2, keywords={"alpha": "alpha"}),
    **_rules(F, "leaky_relu", most=2, keywords={"negative_slope": "negative_slope"}),
    **_rules(F, "softmax log_softmax", least=2, most=2, keywords=AXIS),
}
LAX = {"axis": "axis"}
JAX = {
    **_rules("jax.nn", "relu sigmoid softplus silu swish:silu elu leaky_relu"),
    **_rules("jax.nn", "softmax log_softmax logsumexp", most=2, keywords=LAX),
    **_rules("jax.lax", "stop_gradient:detach"),
}
# Their results are functions, or no values at all.
OTHERS = {
    **_rules("torch", "no_grad", least=0, most=0),
    **_rules("torch", "equal:array_equal", least=2, most=2),
    **_rules("torch", "allclose", least=2, most=5, keywords=CLOSE),
    **_rules("jax", "grad value_and_grad", most=2, keywords=ARGNUMS),
    **_rules("jax", "jacobian jacfwd:jacobian jacrev:jacobian", most=2, keywords=ARGNUMS),
    **_rules("jax", "hessian checkpoint"),
}
CALLS = TORCH | FUNCTIONAL | JAX | OTHERS


def is_elementwise(path: str) -> bool:
    """Return whether a function takes one value and nothing else, so that it can be passed on.

    Examples
    --------
    >>> from nn.cli.port.rules import is_elementwise
    >>> is_elementwise("torch.exp"), is_elementwise("torch.max")
    (True, False)
    """
    return path in _rules("torch", ELEMENTWISE) | _rules("jax.nn", "relu sigmoid softplus silu")


# Calls of PyTorch that make a tensor, of the same name here; the shape may be several arguments.
MAKERS = {f"torch.{name}" for name in ("zeros", "ones", "full", "eye", "arange", "linspace")}
WITH_SHAPE = {"torch.zeros", "torch.ones"}
# Their arguments that have another name here.
MADE_OF = {
    "torch.arange": {"start": "start", "end": "stop", "step": "step"},
    "torch.full": {"fill_value": "fill_value"},
    "torch.linspace": {"end": "stop", "steps": "num"},
}
# Options of calls that change no number here: they are left out.
NO_MATTER = {"inplace", "device", "non_blocking"}


def _inplace(prefix: str, place: int, names: str) -> dict[str, int]:
    return {f"{prefix}.{name}": place for name in names.split()}


# Where `inplace` is, if it is given without its name.
INPLACE = {
    **_inplace("torch.nn", 0, "ReLU ReLU6 SiLU Mish SELU Hardswish Hardsigmoid"),
    **_inplace("torch.nn", 1, "ELU CELU LeakyReLU Dropout Dropout1d Dropout2d Dropout3d"),
    **_inplace("torch.nn", 1, "AlphaDropout FeatureAlphaDropout"),
    **_inplace("torch.nn", 2, "Hardtanh RReLU Threshold"),
    **_inplace(F, 1, "relu relu6 silu mish selu hardswish hardsigmoid"),
    **_inplace(F, 2, "elu celu leaky_relu"),
    **_inplace(F, 3, "dropout dropout2d dropout3d hardtanh threshold"),
}
# What has another path here, and the same arguments.
MOVED = {
    "torch.func.functional_call": "nn.utils.functional_call",
    "torch.nn.utils.stateless.functional_call": "nn.utils.functional_call",
}
# Whether there is another machine.
NOWHERE = {"torch.cuda.is_available", "torch.backends.mps.is_available"}
# Not rewritten, but tensors they are.
UNWRITTEN = {
    *("torch.rand", "torch.randn", "torch.randint", "torch.randperm", "torch.from_numpy"),
    *("torch.as_tensor", "torch.empty", "torch.nn.Parameter"),
    *("torch.randn_like", "torch.rand_like", "torch.normal", "torch.std", "torch.var"),
}
RESULTS_ARE_TENSORS = {*TORCH, *FUNCTIONAL, *MAKERS, *UNWRITTEN}


def gives_tensor(path: str) -> bool:
    """Return whether the result of a function is a tensor; all losses and layers of F are.

    Examples
    --------
    >>> from nn.cli.port.rules import gives_tensor
    >>> gives_tensor("torch.nn.functional.cross_entropy"), gives_tensor("torch.topk")
    (True, False)
    """
    functional = path.startswith(f"{F}.") and not path.endswith(("_indices", "_forward"))
    return functional or path in RESULTS_ARE_TENSORS


# Names that are not called.
VALUES = {
    **{f"torch.{name}": f'"{name}"' for name in ("float16", "float32", "float64", "uint8")},
    **{f"torch.{name}": f'"{name}"' for name in ("int8", "int16", "int32", "int64")},
    "torch.bool": "bool",
    "torch.double": '"float64"',
    "torch.float": '"float32"',
    "torch.half": '"float16"',
    "torch.int": '"int32"',
    "torch.long": '"int64"',
    "torch.Tensor": "ag.Tensor",
}

# Methods of a value that is surely a tensor.
#
# Those that are another method, with the same arguments.
RENAMED = {
    "view": "reshape",
    "permute": "transpose",
    "clamp": "clip",
}
# Those that have other names of arguments.
REDUCTIONS = {
    **{name: name for name in ("sum", "mean", "prod", "argmax", "argmin", "any", "all", "cumsum")},
    "amax": "max",
    "amin": "min",
}
# Those that no array has: `data` and `grad` are arrays here.
NOT_OF_ARRAYS = {"cpu", "cuda", "detach", "numpy"}
# Those that are an operator, which is written as a function, since others around it may bind more.
OPERATORS = {
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "div": "divide",
}
# Those that are a function, whose first argument is the tensor.
AS_FUNCTIONS = {
    **{name: Rule(f"ag.{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "square")},
    **{name: Rule(f"ag.{name}") for name in ("expm1", "log1p", "floor", "sign", "reciprocal")},
    **{name: Rule("ag.matmul", 2, 2) for name in ("mm", "bmm", "mv", "matmul")},
    **{name: Rule(f"ag.{here}", 2, 2) for name, here in OPERATORS.items()},
    "unsqueeze": Rule("ag.expand_dims", 2, 2, AXIS),
    "softmax": Rule("ag.softmax", 2, 2, AXIS),
    "log_softmax": Rule("ag.log_softmax", 2, 2, AXIS),
    "logsumexp": Rule("ag.logsumexp", 2, 3, REDUCED),
    "pow": Rule("ag.power", 2, 2),
    "norm": Rule("ag.linalg.norm"),
}
# Those without arguments that are an attribute, nothing at all, or another dtype.
WITHOUT_ARGUMENTS = {
    "dim": ".ndim",
    "ndimension": ".ndim",
    "numel": ".size",
    "nelement": ".size",
    "t": ".T",
    "contiguous": "",
    "cpu": "",
    "cuda": "",
    "double": '.astype("float64")',
    "float": '.astype("float32")',
    "half": '.astype("float16")',
    "long": '.astype("int64")',
    "int": '.astype("int32")',
    "bool": ".astype(bool)",
}
# Those that stay as they are with these numbers of arguments.
UNCHANGED: dict[str, Collection[int]] = {
    **dict.fromkeys(("abs", "exp", "log", "sqrt", "relu", "sigmoid", "tanh", "detach"), (0,)),
    **dict.fromkeys(("max", "min", "flatten", "squeeze", "item", "numpy", "tolist"), (0,)),
    "backward": (0, 1),
    "reshape": range(1, 9),
}
NO_TENSORS = {"item", "numpy", "tolist", "backward"}  # nor are their results
