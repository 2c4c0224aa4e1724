"""Programs of 5 to 50 operations on shared values: their value, and their gradients.

Both are compared with PyTorch's where it is installed.  Where it is not, or where the two differ,
the gradients are compared with numerical ones, which also tell kinks apart: there both may be
right.
"""

import importlib
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np

import autograd as ag
from autograd.errors import GradientMismatch
from autograd.testing import check_grad
from tests.fuzz.messages import wrong_with
from tests.fuzz.search import Case, Part

HAS_TORCH = find_spec("torch") is not None
LARGEST = 100.0  # beyond, rounding alone tells values apart

# An operation of one or two values: in the engine, and in PyTorch, where it has another form.
UNARY: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any] | None]] = {
    "neg": (lambda x: -x, None),
    "double": (lambda x: 2 * x, None),
    "shift": (lambda x: x + 0.5, None),
    "power": (lambda x: x**3, None),
    "inverse": (lambda x: 1 / (x * x + 1), None),
    "reverse": (lambda x: ag.flip(x), lambda x: x.flip(tuple(range(x.ndim)))),
    "exp": (lambda x: ag.exp(-x * x), lambda x: (-x * x).exp()),
    "log": (lambda x: ag.log(ag.absolute(x) + 1), lambda x: (x.abs() + 1).log()),
    "sqrt": (lambda x: ag.sqrt(x * x + 1), lambda x: (x * x + 1).sqrt()),
    "sin": (ag.sin, lambda x: x.sin()),
    "cos": (ag.cos, lambda x: x.cos()),
    "tanh": (ag.tanh, lambda x: x.tanh()),
    "arctan": (ag.arctan, lambda x: x.atan()),
    "erf": (ag.erf, lambda x: x.erf()),
    "erfc": (ag.erfc, lambda x: x.erfc()),
    "exp2": (ag.exp2, lambda x: x.exp2()),
    "arcsinh": (ag.arcsinh, lambda x: x.arcsinh()),
    "sinc": (ag.sinc, lambda x: x.sinc()),
    "expm1": (lambda x: ag.expm1(ag.tanh(x)), lambda x: x.tanh().expm1()),
    "abs": (ag.absolute, lambda x: x.abs()),
    "relu": (ag.relu, lambda x: x.relu()),
    "sigmoid": (ag.sigmoid, lambda x: x.sigmoid()),
    "softplus": (ag.softplus, lambda x: _torch().softplus(x)),
    "silu": (ag.silu, lambda x: _torch().silu(x)),
    "gelu": (ag.gelu, lambda x: _torch().gelu(x)),
    "softmax": (ag.softmax, lambda x: x.softmax(-1)),
    "log_softmax": (ag.log_softmax, lambda x: x.log_softmax(-1)),
    "logsumexp": (lambda x: ag.logsumexp(x, -1), lambda x: x.logsumexp(-1)),
    "sum": (lambda x: ag.sum(x, 0), lambda x: x.sum(0)),
    "mean": (lambda x: ag.mean(x, -1, keepdims=True), lambda x: x.mean(-1, keepdim=True)),
    "var": (lambda x: ag.var(x, -1), lambda x: x.var(-1, correction=0)),
    "max": (lambda x: ag.max(x, -1), lambda x: x.max(-1).values),
    "min": (lambda x: ag.min(x, 0), lambda x: x.min(0).values),
    "prod": (lambda x: ag.prod(x, -1), lambda x: x.prod(-1)),
    "cumsum": (lambda x: ag.cumsum(x, 0), lambda x: (x if x.ndim else x[None]).cumsum(0)),
    "sort": (lambda x: ag.sort(x, -1), lambda x: x.sort(-1).values),
    "transpose": (lambda x: ag.swapaxes(x, 0, -1), lambda x: x.transpose(0, -1)),
    "ravel": (ag.ravel, lambda x: x.reshape(-1)),
    "first": (lambda x: x[0], None),
    "rest": (lambda x: x[..., 1:], None),
    "twice": (lambda x: x[[0, 0]], None),
    "widen": (lambda x: x[None], None),
}
BINARY: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any] | None]] = {
    "add": (lambda x, y: x + y, None),
    "sub": (lambda x, y: x - y, None),
    "mul": (lambda x, y: x * y, None),
    "div": (lambda x, y: x / (y * y + 1), None),
    "matmul": (lambda x, y: x @ y, None),
    "hypot": (lambda x, y: ag.hypot(x, y * y + 1), lambda x, y: x.hypot(y * y + 1)),
    "logaddexp": (ag.logaddexp, lambda x, y: x.logaddexp(y)),
    "maximum": (ag.maximum, lambda x, y: x.maximum(y)),
    "minimum": (ag.minimum, lambda x, y: x.minimum(y)),
    "where": (
        lambda x, y: ag.where(ag.detach(x) > 0.1, x, y),
        lambda x, y: x.where(x.detach() > 0.1, y),
    ),
    "join": (
        lambda x, y: ag.concatenate([x, y], -1),
        lambda x, y: _module("torch").cat([x, y], -1),
    ),
    "stack": (lambda x, y: ag.stack([x, y]), lambda x, y: _module("torch").stack([x, y])),
}
SHAPES = ((), (3,), (2, 3), (3, 3), (3, 2))


def _module(name: str) -> Any:
    return importlib.import_module(name)


def _torch() -> Any:
    return _module("torch.nn.functional")


def draw(rng: np.random.Generator) -> Case:
    """Draw inputs, and operations on the values so far that are finite and not large."""
    shapes = [SHAPES[i] for i in rng.integers(len(SHAPES), size=rng.integers(1, 4))]
    case: Case = {
        "shapes": [list(s) for s in shapes],
        "seed": int(rng.integers(2**31)),
        "steps": [],
    }
    values = list(_inputs(case))
    wanted = int(rng.integers(5, 51))
    for _ in range(4 * wanted):
        table = UNARY if rng.random() < 0.5 else BINARY
        # The latest values are used most, so that the program is deep.
        places = [max(0, len(values) - 1 - int(rng.geometric(0.3) - 1)) for _ in range(2)]
        step = [str(rng.choice(list(table))), *places[: 1 if table is UNARY else 2]]
        value = _attempt(step, values)
        if value is not None:
            case["steps"].append(step)
            values.append(value)
        if len(case["steps"]) == wanted:
            break
    return case


def _attempt(step: list[Any], values: list[Any]) -> Any:
    try:
        value = np.asarray(_apply(step, values, 0))
    except (ValueError, IndexError, TypeError):
        return None
    right = value.size and value.size <= 200 and np.isfinite(value).all()
    return value if right and np.abs(value).max() < LARGEST else None


def _inputs(case: Case) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(case["seed"])
    return (np.asarray(rng.uniform(-1.5, 1.5, shape)) for shape in case["shapes"])


def _apply(step: list[Any], values: list[Any], library: int) -> Any:
    name, *places = step
    forms = (UNARY if name in UNARY else BINARY)[name]
    form = forms[library] or forms[0]
    return form(*(values[place] for place in places))


def program(case: Case, library: int = 0) -> Callable[..., Any]:
    """Return the program as a function of its inputs: the sum of what is not used any more."""

    def run(*inputs: Any) -> Any:
        values = list(inputs)
        for step in case["steps"]:
            values.append(_apply(step, values, library))
        used = {place for _, *places in case["steps"] for place in places}
        ends = [v for i, v in enumerate(values) if i not in used]
        return sum(((v * v).sum() / (1 + v.size if library == 0 else 1 + v.numel())) for v in ends)

    return run


def complaint(case: Case) -> str | None:
    """Compare value and gradients."""
    arrays = list(_inputs(case))
    try:
        with np.errstate(all="ignore"):
            inputs = [ag.tensor(x, requires_grad=True) for x in arrays]
            value = program(case)(*inputs)
            value.backward()
    except (ag.GlassgradError, IndexError, TypeError) as error:
        return wrong_with(error) or f"refused: {error}"
    if HAS_TORCH and _as_in_torch(case, arrays, value, [x.grad for x in inputs]):
        return None
    try:
        check_grad(program(case), *arrays, allow_inconclusive=True)
    except GradientMismatch as error:
        return " ".join(str(error).split())[:400]
    return None


def _as_in_torch(case: Case, arrays: list[Any], value: Any, gradients: list[Any]) -> bool:
    torch = _module("torch")
    inputs = [torch.tensor(x, requires_grad=True) for x in arrays]
    theirs = program(case, 1)(*inputs)
    theirs.backward()
    pairs = [(value.item(), theirs.item())]
    for ours, x in zip(gradients, inputs, strict=True):
        zeros = np.zeros(tuple(x.shape))
        pairs.append((zeros if ours is None else ours, zeros if x.grad is None else x.grad.numpy()))
    scale = max(1.0, *(float(np.abs(b).max(initial=0)) for _, b in pairs))
    return all(np.allclose(a, b, 1e-7, 1e-9 * scale) for a, b in pairs)


def smaller(case: Case) -> Iterator[Case]:
    """Yield programs without their last operations, or with one passed over."""
    steps = case["steps"]
    for count in (len(steps) // 2, len(steps) - 1):
        if count < len(steps):
            yield case | {"steps": steps[:count]}
    first = len(case["shapes"])
    for i, (_, *places) in enumerate(steps):
        here = first + i
        left = [
            [name, *(places[0] if p == here else p - (p > here) for p in ps)]
            for name, *ps in (*steps[:i], *steps[i + 1 :])
        ]
        yield case | {"steps": left}


PART = Part("graphs", draw, complaint, smaller)
