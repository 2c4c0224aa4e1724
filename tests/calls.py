"""A right call of every public function on arrays, of every method, and of NumPy's functions.

Arguments are found by the names of parameters, with exceptions for a function where it needs them.
What goes wrong in a call is tried by changing one argument of a right one.
"""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import autograd as ag
from autograd.methods import numpy_protocols, table

# The functions that take no arrays, or run code of the user's, have tests of their own.
OTHERS = frozenset(
    (
        *(
            "Array",
            "Shape",
            "assign",
            "backward",
            "capture",
            "checkpoint",
            "compile",
            "debug",
            "draw",
            "evaluate",
            "grad",
            "gradients",
        ),
        *("graph", "hessian", "hvp", "jacobian", "jvp", "primitive", "primitives", "set_threads"),
        *("tensor", "threads", "trace", "value_and_grad", "vjp"),
    )
)


def matrix(*shape: int) -> Any:
    """Return a tensor that requires a gradient, of numbers between 0.1 and 0.9."""
    count = int(np.prod(shape))
    values = 0.1 + 0.8 * ((np.arange(count) * 7) % max(count, 1)) / max(count, 1)
    return ag.tensor(values.reshape(shape), requires_grad=True)


POSITIVE = ag.tensor(np.eye(3) + 0.5, requires_grad=True)

# What a parameter of this name is given.
COMMON: dict[str, Any] = {
    "a": matrix(2, 3),
    "a1": matrix(2, 3),
    "a2": matrix(2, 3),
    "approximate": "none",
    "alpha": 1.0,
    "arr": matrix(2, 3),
    "arrays": [matrix(2, 3), matrix(2, 3)],
    "atol": 0.1,
    "axis": 0,
    "axis1": 0,
    "axis2": 1,
    "b": matrix(2, 3),
    "choicelist": [matrix(2, 3)],
    "classes": [2, 0],
    "condlist": [np.array([True, False, True])],
    "constant_values": 1.0,
    "ddof": 1,
    "decimals": 1,
    "default": 0.0,
    "destination": 1,
    "dim": None,
    "dilation": 1,
    "dtype": "float32",
    "dx": 0.5,
    "endpoint": True,
    "equal_nan": True,
    "fill_value": 2.0,
    "groups": 1,
    "index": 1,
    "indices": [0, 1],
    "indices_or_sections": 2,
    "k": 0,
    "keepdims": True,
    "kernel": 2,
    "kth": 1,
    "m": matrix(2, 3),
    "mode": "edge",
    "nan": 0.0,
    "neginf": -1.0,
    "posinf": 1.0,
    "n": 1,
    "name": "w",
    "negative_slope": 0.1,
    "num": 5,
    "num_classes": 3,
    "obj": 1,
    "offset": 0,
    "order": "C",
    "output_padding": 0,
    "pad_width": 1,
    "padding": 0,
    "prepend": 0.0,
    "append": 0.0,
    "repeats": 2,
    "reps": 2,
    "requires_grad": True,
    "returned": False,
    "rtol": 0.1,
    "shape": (3, 2),
    "shift": 1,
    "source": 0,
    "start": 0,
    "stop": 2.0,
    "step": 0.5,
    "stride": 1,
    "v": matrix(3),
    "values": 1.0,
    "weights": None,
    "x": matrix(2, 3),
    "x1": matrix(3),
    "x2": matrix(3),
    "y": matrix(2, 3),
}

# Where a function needs other arguments than its parameters' names say.
SPECIAL: dict[str, dict[str, Any]] = {
    "append": {"values": matrix(1, 3)},
    "argmax_pool": {"x": matrix(1, 2, 5)},
    "average": {"weights": matrix(2)},
    "broadcast_to": {"shape": (4, 2, 3)},
    "clip": {"a_min": 0.2, "a_max": 0.8, "min": None, "max": None},
    "conv": {"x": matrix(1, 2, 5), "w": matrix(3, 2, 3)},
    "conv_transpose": {"x": matrix(1, 2, 5), "w": matrix(2, 3, 3)},
    "cross": {"axisa": -1, "axisb": -1, "axisc": -1, "axis": None},
    "dot": {"b": matrix(3, 2)},
    "dsplit": {"x": matrix(1, 2, 4)},
    "ediff1d": {"ary": matrix(2, 3), "to_end": 1.0, "to_begin": None},
    "expand_dims": {"axis": 0},
    "eye": {"N": 3, "M": 4},
    "hsplit": {"x": matrix(3, 2)},
    "interp": {"xp": [0, 1], "fp": matrix(2), "left": 0.0, "right": None, "period": None},
    "fold": {"windows": matrix(1, 2, 2, 4), "image": (5,)},
    "linalg.cholesky": {"a": POSITIVE, "upper": True},
    "linalg.det": {"a": matrix(3, 3)},
    "linalg.eigh": {"a": matrix(3, 3), "UPLO": "U"},
    "linalg.eigvalsh": {"a": matrix(3, 3), "UPLO": "U"},
    "linalg.inv": {"a": matrix(3, 3)},
    "linalg.lstsq": {"a": matrix(3, 2), "b": matrix(3, 2), "rcond": 1e-10},
    "linalg.matmul": {"y": matrix(3, 2)},
    "linalg.matrix_norm": {"ord": "nuc"},
    "linalg.matrix_power": {"a": matrix(3, 3), "n": -2},
    "linalg.multi_dot": {"arrays": [matrix(2, 3), matrix(3, 2), matrix(2)]},
    "linalg.norm": {"ord": 2, "axis": 1},
    "linalg.pinv": {"rcond": None, "hermitian": False, "rtol": 1e-10},
    "linalg.qr": {"mode": "r"},
    "linalg.slogdet": {"a": matrix(3, 3)},
    "linalg.solve": {"a": matrix(3, 3), "b": matrix(3, 2)},
    "linalg.svd": {"full_matrices": False, "compute_uv": True, "hermitian": False},
    "linalg.tensordot": {"axes": 2},
    "linalg.trace": {},
    "linalg.vector_norm": {"ord": 3},
    "identity": {"n": 3},
    "logical_and": {},
    "matmul": {"y": matrix(3, 2)},
    "max_pool": {"x": matrix(1, 2, 5)},
    "max_unpool": {
        "y": matrix(1, 2, 2),
        "places": np.array([[[0, 3], [1, 1]]]),
        "output_size": (5,),
    },
    "polyval": {"p": matrix(3)},
    "rot90": {"axes": (0, 1)},
    "scatter_add": {"x": matrix(3), "shape": (2, 3)},
    "softmax_cross_entropy": {"classes": [0, 2], "axis": 1},
    "rollaxis": {"start": 0},
    "squeeze": {"x": matrix(1, 3)},
    "sum_pool": {"x": matrix(1, 2, 5)},
    "take_along_axis": {"indices": [[0, 1, 1]]},
    "tensordot": {"axes": 2},
    "trapezoid": {"x": [0.0, 0.5], "axis": 0},
    "transpose": {"axes": (1, 0)},
    "unfold": {"x": matrix(1, 2, 5)},
    "vander": {"x": matrix(3), "N": 2, "increasing": True},
    "warp": {"image": matrix(1, 2, 3, 2), "flow": matrix(1, 2, 3, 2), "mode": "zeros"},
    "where": {"condition": np.array([True, False, True])},
}

# What takes any number of arrays.
IN_ORDER: dict[str, tuple[Any, ...]] = {
    "atleast_1d": (matrix(), matrix(2)),
    "atleast_2d": (matrix(), matrix(2)),
    "atleast_3d": (matrix(), matrix(2)),
    "broadcast_arrays": (matrix(2, 1), matrix(3)),
    "einsum": ("ij,jk->ik", matrix(2, 3), matrix(3, 2)),
    "gradient": (matrix(3, 3), 0.5),
    "meshgrid": (matrix(2), matrix(3)),
}

WRONG: tuple[Any, ...] = (
    *(None, True, 99, -99, 1.5, float("nan"), 1j, "a", b"a", object()),
    *((), [], {}, set(), [1.0, "a"], [[1.0], [1.0, 2.0]], [[[1.0]]], (99, 99), (0, 0), [None]),
    *(np.ones((7, 5, 3)), np.ones(0), np.array("a"), np.array([1j]), np.array([None]), np.int8(9)),
    *(matrix(7, 5, 3), matrix(1), ag.tensor([1, 2]), len, int, slice(None), ..., 10**30),
)


@dataclass(frozen=True)
class Call:
    """A function under the name that it is called by, with its arguments by name or in order."""

    name: str
    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    def __call__(self) -> Any:
        return self.function(*self.args, **self.kwargs)

    def __repr__(self) -> str:
        shown = [*map(_brief, self.args), *(f"{k}={_brief(v)}" for k, v in self.kwargs.items())]
        return f"{self.name}({', '.join(shown)})"


def _brief(x: Any) -> str:
    data = getattr(x, "data", None)
    shaped = isinstance(x, (ag.Tensor, np.ndarray))
    return f"{type(x).__name__}{x.shape}" if shaped and data is not None else repr(x)[:60]


def functions() -> dict[str, Callable[..., Any]]:
    """Return every public function on arrays by its name: ``exp``, ``linalg.norm``."""
    found = {n: getattr(ag, n) for n in ag.__all__ if n not in OTHERS}
    found = {n: f for n, f in found.items() if callable(f) and not isinstance(f, type)}
    return found | {f"linalg.{n}": getattr(ag.linalg, n) for n in ag.linalg.__all__}


def right_call(name: str, function: Callable[..., Any]) -> Call:
    """Return a right call of a function, with a value for each of its parameters."""
    if name in IN_ORDER:
        return Call(name, function, IN_ORDER[name])
    given = COMMON | SPECIAL.get(name, {})
    names = tuple(inspect.signature(function).parameters)
    positional = [
        p.name
        for p in inspect.signature(function).parameters.values()
        if p.kind is not p.KEYWORD_ONLY
    ]
    args = tuple(given[n] for n in positional)
    return Call(name, function, args, {n: given[n] for n in names if n not in positional}, names)


def calls() -> list[Call]:
    """Return right calls of all functions, methods and NumPy functions."""
    found = [right_call(name, function) for name, function in functions().items()]
    methods = (*table.METHODS, "flatten", "repeat", "reshape", "transpose")
    return [*found, *map(_method_call, methods), *_numpy_calls()]


def _method_call(name: str) -> Call:
    function = {"flatten": ag.ravel, "abs": ag.absolute, "trace": ag.linalg.trace}.get(name)
    right = right_call(name, function or getattr(ag, name))
    x, *rest = right.args
    if name == "repeat":
        rest = rest[:1]

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return getattr(self, name)(*args, **kwargs)

    return replace(right, name=f"t.{name}", function=method, args=(x, *rest))


def _numpy_calls() -> Iterator[Call]:
    """Yield calls through NumPy, without the options that it puts elsewhere."""
    for theirs, ours in {**numpy_protocols.UFUNCS, **numpy_protocols.FUNCTIONS}.items():
        name = getattr(ours, "__name__", "")
        if name in functions() and name not in IN_ORDER:
            right = right_call(name, ours)
            count = _required(theirs, _required(ours, 0))
            prefix = getattr(theirs, "__module__", None) or "numpy"
            title = f"{prefix.replace('numpy', 'np')}.{theirs.__name__}"
            yield Call(title, theirs, right.args[:count], {}, right.names[:count])


def _required(function: Callable[..., Any], otherwise: int) -> int:
    """Return how many arguments a function must be given; some of NumPy's do not tell."""
    try:
        known = inspect.signature(function).parameters.values()
    except ValueError:
        return otherwise
    return sum(p.default is p.empty and p.kind is not p.VAR_KEYWORD for p in known)


def wrong_calls(call: Call) -> Iterator[Call]:
    """Yield calls that differ from a right one by an argument, a keyword, or one too many."""
    for place in range(len(call.args)):
        if place == 0 and call.name.startswith("t."):
            continue
        for value in WRONG:
            yield replace(call, args=(*call.args[:place], value, *call.args[place + 1 :]))
    yield replace(call, args=call.args[:1] if call.name.startswith("t.") else ())
    yield replace(call, args=(*call.args, *([1.0] * 9)))
    for keyword in ("colour", "dim", "keepdim", "inplace", "order", "requires_grad"):
        yield replace(call, kwargs=call.kwargs | {keyword: 0})
