"""One call of a public function or a method, with right or wrong arguments.

It must refuse them in one line that names it, or return what NumPy returns, of the same shape, and
a gradient of the shape of every input.  Arguments are written as text: a literal of Python's, a
name of `NAMES`, or ``tensor (2, 3) float64 7``, numbers that follow from a seed.
"""

import ast
import inspect
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

import autograd as ag
from autograd.methods import numpy_protocols
from tests.calls import calls
from tests.fuzz.messages import wrong_with
from tests.fuzz.search import Case, Part

CALLS = {call.name: call for call in calls() if not call.name.startswith("np.")}
ALIASES = {
    "abs": "absolute",
    "degrees": "rad2deg",
    "mod": "remainder",
    "pow": "power",
    "radians": "deg2rad",
    "true_divide": "divide",
}
DTYPES = ("float64", "float64", "float64", "float32", "float16", "int64", "int8", "uint8", "bool")
NAMES = {
    "nan": float("nan"),
    "inf": float("inf"),
    "object": object(),
    "slice": slice(None),
    "huge": 10**30,
    "dots": ...,
    "function": len,
    "type": int,
}
LITERALS = (
    *("None", "True", "0", "1", "-1", "2", "3", "-2", "99", "-99", "0.5", "1.5", "1j", "'a'"),
    *("b'a'", "()", "[]", "{}", "(0,)", "(0, 1)", "(1, 0)", "(0, 0)", "(-1, -2)", "[0, 1]"),
    *("(3, 2)", "(2, 3)", "(6,)", "-6", "[1.0, 2.0]", "[[1.0], [1.0, 2.0]]", "[None]", "['a']"),
    *("'edge'", "'same'", "'valid'", "'tanh'", "'fro'", "'float32'", "'int8'", "'ij->ji'"),
    *("[True, False]", "((0, 1), (1, 0))", "[[0, 1], [1, 0]]", "(None, 0)", "((1, 0),)", "'i,i'"),
    *NAMES,
)
KEYWORDS = ("axis", "keepdims", "dim", "colour", "dtype", "out", "order", "x", "ddof", "mode")
# NumPy's function and ours that have the same value.
REFERENCES = {
    ours: theirs
    for theirs, ours in {**numpy_protocols.UFUNCS, **numpy_protocols.FUNCTIONS}.items()
    if getattr(ours, "__name__", "<lambda>") in numpy_protocols.np.__dict__
}
# Reciprocals of integers are floats here, where NumPy's are whole.
del REFERENCES[ag.reciprocal]
ROUNDING = {"float16": 2e-2, "float32": 1e-4, "float64": 1e-10}


def value(text: str) -> Any:
    """Return what an argument's text says."""
    kind, _, rest = text.partition(" ")
    if kind not in ("tensor", "array", "list"):
        return NAMES[text] if text in NAMES else ast.literal_eval(text)
    shape, _, how = rest.partition(") ")
    dtype, seed = how.split()
    data = numbers(ast.literal_eval(shape + ")"), dtype, int(seed))
    if kind == "list":
        return [ag.tensor(row, requires_grad=data.dtype.kind == "f") for row in data]
    return data if kind == "array" else ag.tensor(data, requires_grad=data.dtype.kind == "f")


def numbers(shape: tuple[int, ...], dtype: str, seed: int) -> np.ndarray:
    """Return numbers between -2 and 2, sometimes with one that is not finite; small integers."""
    rng = np.random.default_rng(seed)
    if np.dtype(dtype).kind != "f":
        return np.asarray(rng.integers(0, 3, shape)).astype(dtype)
    x = np.asarray(rng.uniform(-2, 2, shape)).astype(dtype)
    if seed % 8 == 0 and x.size:
        x.flat[rng.integers(x.size)] = rng.choice([np.nan, np.inf, -np.inf, 0.0])
    return x


def draw(rng: np.random.Generator) -> Case:
    """Draw a call: mostly right, with some arguments replaced."""
    name = str(rng.choice(list(CALLS)))
    call = CALLS[name]
    arguments = [_argument(rng, x) for x in call.args]
    if rng.random() < 0.2:
        arguments = arguments[: rng.integers(1, len(arguments) + 1)]
    if rng.random() < 0.05:
        arguments.append(_literal(rng))
    given = {k: _argument(rng, v) for k, v in call.kwargs.items()}
    if rng.random() < 0.1:
        given[str(rng.choice(KEYWORDS))] = _literal(rng)
    if name.startswith("t."):
        arguments[0] = _array(rng, "tensor", call.args[0].shape)
    return {"name": name, "arguments": arguments, "keywords": given}


def _argument(rng: np.random.Generator, right: Any) -> str:
    kind = rng.choice(["right", "wrong", "array"], p=[0.7, 0.2, 0.1])
    shape = right.shape if isinstance(right, (ag.Tensor, np.ndarray)) else None
    if kind == "array" or (kind == "right" and shape is not None):
        return _array(rng, rng.choice(["tensor", "tensor", "array"]), shape)
    if kind == "right" and isinstance(right, list) and hasattr(right[0], "shape"):
        return _array(rng, "list", (len(right), *right[0].shape))
    return repr(right) if kind == "right" else _literal(rng)


def _literal(rng: np.random.Generator) -> str:
    return str(rng.choice(LITERALS))


def _array(rng: np.random.Generator, kind: str, shape: tuple[int, ...] | None) -> str:
    if shape is None or rng.random() < 0.3:
        shape = tuple(int(n) for n in rng.integers(0, 4, rng.integers(0, 5)))
    if kind == "list" and not shape:
        shape = (2,)
    return f"{kind} {shape} {rng.choice(DTYPES)} {rng.integers(1000)}"


def complaint(case: Case) -> str | None:
    """Call it, and compare the value with NumPy's and the gradients with the inputs."""
    call = CALLS[case["name"]]
    args = [value(text) for text in case["arguments"]]
    kwargs = {name: value(text) for name, text in case["keywords"].items()}
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            result = call.function(*args, **kwargs)
        except MemoryError:
            return None
        except Exception as error:
            name = case["name"].removeprefix("t.").removeprefix("linalg.")
            return wrong_with(error, name, ALIASES.get(name, name))
        return _wrong_value(call.function, args, kwargs, result) or _wrong_gradient(args, result)


def _wrong_value(function: Any, args: list[Any], kwargs: dict[str, Any], result: Any) -> str | None:
    reference = REFERENCES.get(function)
    if reference is None or not isinstance(result, (ag.Tensor, np.ndarray, np.generic)):
        return None
    try:
        expected = np.asarray(reference(*_for_numpy(function, args), **_arrays_of(kwargs)))
    except Exception:  # NumPy takes other arguments, or fewer
        return None
    found = np.asarray(result.data if isinstance(result, ag.Tensor) else result)
    if expected.dtype.kind not in "fiub":
        return None
    if function in (ag.inner, ag.dot) and not np.isfinite(found).all():
        return None  # BLAS leaves out what is multiplied with 0, also NaN
    if found.shape != expected.shape:
        return f"shape {found.shape}, and NumPy's is {expected.shape}"
    dtypes = [str(x.dtype) for x in _leaves(args)] + [str(found.dtype)]
    rounding = max(ROUNDING.get(dtype, 0.0) for dtype in (*dtypes, "float64"))
    finite = expected[np.isfinite(expected)] if expected.dtype.kind == "f" else np.zeros(1)
    scale = max(1.0, float(np.abs(finite).max(initial=0.0)))
    equal = np.allclose(found, expected, rounding, rounding * scale, equal_nan=True)
    return None if equal else f"{found.tolist()}, and NumPy's is {expected.tolist()}"


def _for_numpy(function: Any, args: list[Any]) -> list[Any]:
    """Return the arguments as arrays; only those that NumPy has in the same places."""
    required = [p for p in inspect.signature(function).parameters.values() if p.default is p.empty]
    if len(args) > len(required):
        raise TypeError
    return [_array_of(x) for x in args]


def _array_of(x: Any) -> Any:
    if isinstance(x, list):
        return [_array_of(y) for y in x]
    return x.data if isinstance(x, ag.Tensor) else x


def _arrays_of(given: dict[str, Any]) -> dict[str, Any]:
    return {name: _array_of(x) for name, x in given.items()}


def _leaves(x: Any) -> list[ag.Tensor]:
    if isinstance(x, (list, tuple)):
        return [leaf for y in x for leaf in _leaves(y)]
    return [x] if isinstance(x, ag.Tensor) else []


def _wrong_gradient(args: list[Any], result: Any) -> str | None:
    outputs = [y for y in _leaves([result]) if y.requires_grad and y.dtype.kind == "f"]
    try:
        for y in outputs:
            y.backward(np.ones(y.shape))
    except np.linalg.LinAlgError as error:  # a value without a derivative, as log|det| of 0
        return wrong_with(error)
    except Exception as error:
        return f"backward: {wrong_with(error) or error!r}"
    for x in _leaves(args):
        if x.grad is not None and (x.grad.shape, x.grad.dtype) != (x.shape, x.dtype):
            return f"a gradient of shape {x.grad.shape} and {x.grad.dtype} for {x.shape}, {x.dtype}"
    return None


def smaller(case: Case) -> Iterator[Case]:
    """Yield calls with fewer arguments, or simpler ones."""
    for name in case["keywords"]:
        left = {k: v for k, v in case["keywords"].items() if k != name}
        yield case | {"keywords": left}
    if len(case["arguments"]) > 1:
        yield case | {"arguments": case["arguments"][:-1]}
    for i, text in enumerate(case["arguments"]):
        for simpler in _simpler(text):
            changed = [*case["arguments"][:i], simpler, *case["arguments"][i + 1 :]]
            yield case | {"arguments": changed}


def _simpler(text: str) -> Iterator[str]:
    kind, _, rest = text.partition(" ")
    if kind not in ("tensor", "array", "list"):
        return
    shape, _, how = rest.partition(") ")
    dtype, seed = how.split()
    lengths = ast.literal_eval(shape + ")")
    if len(lengths) > 1:
        yield f"{kind} {lengths[1:]} {dtype} {seed}"
    if dtype != "float64":
        yield f"{kind} {lengths} float64 {seed}"
    if seed != "1":
        yield f"{kind} {lengths} {dtype} 1"


PART = Part("operations", draw, complaint, smaller)
