"""The faults: right primitives of which one thing is made wrong, as people get it wrong.

A fault keeps everything of its primitive but one rule, or the forward rule, so that the battery
draws the same calls for it.  Rules that the engine has as compositions only (softmax, std, a mean)
stand here as primitives with hand-written derivatives, right and wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from hypothesis import strategies as st

import autograd as ag
from autograd.core.define import PrimitiveFunction
from autograd.core.primitive import Primitive
from autograd.core.tensor import raw
from autograd.ops import (
    conv,
    decompositions,
    einsum,
    index,
    linalg,
    logistic,
    loss,
    pool,
    reduce,
    shape,
    unfold,
    unpool,
)
from autograd.ops.reduce import spread
from autograd.testing.strategies import arrays, shapes


@dataclass(frozen=True)
class Fault:
    """A wrong primitive, the right one, and the only check that finds it, where there is one."""

    name: str
    wrong: Primitive
    right: Primitive
    rule: str  # which rule is wrong, as "multiply[0]"
    only: str = ""


FAULTS: list[Fault] = []
ARGUMENTS: dict[str, st.SearchStrategy[Any]] = {}  # of the primitives that stand here


def fault(
    function: PrimitiveFunction,
    position: int | None,
    name: str,
    rule: Any = None,
    only: str = "",
    **changed: Any,
) -> None:
    """Put a fault into one rule, or into all (None), or into the forward rule (``forward=``)."""
    right = function.primitive
    vjps: Any = right.vjps
    if rule is not None:
        if position is None:
            vjps = rule
        else:
            vjps = tuple(rule if i == position else r for i, r in enumerate(vjps))
    wrong = Primitive(
        changed.get("forward", right.forward),
        vjps,
        right.name,
        right.name,
        right.domain,
        spec=right.spec,
    )
    which = right.name + ("" if position is None else f"[{position}]")
    FAULTS.append(Fault(name, wrong, right, which, only))


def rule_of(function: PrimitiveFunction, position: int) -> Callable[..., Any]:
    """Return a rule of a primitive of the engine."""
    rules: Any = function.primitive.vjps
    rule: Callable[..., Any] = rules[position]
    return rule


def on_arrays(f: Callable[..., Any], otherwise: Callable[..., Any]) -> Callable[..., Any]:
    """Make a rule that is wrong on arrays and right when it is recorded."""

    def rule(ct: Any, *rest: Any, **params: Any) -> Any:
        return (otherwise if isinstance(ct, ag.Tensor) else f)(ct, *rest, **params)

    return rule


# Factors, signs, and which input.

fault(ag.subtract, 1, "wrong sign", lambda ct, out, x, y: ct)
fault(ag.multiply, 0, "inputs swapped", lambda ct, out, x, y: ct * x)
fault(ag.multiply, 1, "coefficient 1 + 1e-6", lambda ct, out, x, y: ct * x * (1 + 1e-6))
fault(ag.multiply, 0, "cotangent ignored", lambda ct, out, x, y: y + 0 * ct)
fault(ag.divide, 1, "missing square", lambda ct, out, x, y: -ct * x / y)
fault(ag.reciprocal, 0, "missing square", lambda ct, out, x: -ct * out)
fault(ag.reciprocal, 0, "input saved for output", lambda ct, out, x: -ct * x * x)
fault(ag.power, 0, "exponent not lowered", lambda ct, out, x, y: ct * y * x**y)
fault(ag.power, 1, "log of the exponent", lambda ct, out, x, y: ct * out * ag.log(ag.abs(y) + 1.0))
fault(ag.sqrt, 0, "missing factor 2", lambda ct, out, x: ct / out)
fault(ag.exp, 0, "input saved for output", lambda ct, out, x: ct * x)
fault(ag.expm1, 0, "output without the 1", lambda ct, out, x: ct * out)
fault(ag.erfc, 0, "density of another width", lambda ct, out, x: -ct * ag.exp(-0.5 * x * x))
fault(ag.log, 0, "guarded against 0", lambda ct, out, x: ct / (x + 1e-8))
fault(ag.log1p, 0, "the 1 forgotten", lambda ct, out, x: ct / (x + 1e-3))
fault(ag.sin, 0, "sign of cos", lambda ct, out, x: -ct * ag.cos(x))
fault(ag.cos, 0, "sign missing", lambda ct, out, x: ct * ag.sin(x))
fault(ag.sinh, 0, "cos for cosh", lambda ct, out, x: ct * ag.cos(x))
fault(ag.tanh, 0, "missing square", lambda ct, out, x: ct * (1 - out))
fault(ag.arctan, 0, "missing square", lambda ct, out, x: ct / (1 + x))
fault(ag.sigmoid, 0, "slope of tanh", lambda ct, out, x: ct * (1 - out * out))
fault(ag.softplus, 0, "sigmoid of the output", lambda ct, out, x: ct * ag.sigmoid(out))
fault(
    ag.softplus,
    0,
    "by exponentials, which overflow",
    lambda ct, out, x: ct * ag.exp(x) / (1 + ag.exp(x)),
)
fault(
    logistic.gelu_tanh,
    0,
    "gate taken for constant",
    lambda ct, out, x: ct * ag.sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x)),
)
fault(ag.absolute, 0, "slope 1 everywhere", lambda ct, out, x: ct)
fault(ag.absolute, 0, "mask on the cotangent", lambda ct, out, x: ct * ag.sign(raw(ct)))
fault(
    ag.maximum, 0, "the smaller one wins", lambda ct, out, x, y: ag.where(raw(x) < raw(y), ct, 0.0)
)
fault(ag.minimum, 1, "both get it", lambda ct, out, x, y: ct)
fault(ag.where, 2, "branches not told apart", lambda ct, out, c, x, y: ct)

# Shapes, axes and order.

fault(
    ag.broadcast_to, 0, "mean for sum", lambda ct, out, x, shape: ct * (x.size / max(out.size, 1))
)
fault(ag.add, 1, "partial unbroadcast", lambda ct, out, x, y: ag.sum(ct, axis=-1, keepdims=True))
fault(ag.reshape, 0, "Fortran order", lambda ct, out, x, shape: ag.transpose(ct).reshape(x.shape))
fault(ag.transpose, 0, "not inverted", lambda ct, out, x, axes=None: ag.transpose(ct, axes))
fault(ag.flip, 0, "not flipped back", lambda ct, out, x, axis=None: ct)
fault(
    ag.sum,
    0,
    "mean by the wrong size",
    lambda ct, out, x, axis=None, keepdims=False: spread(ct, x, axis) / max(x.size, 1),
)
fault(ag.max, 0, "argmin for argmax", rule_of(reduce.min, 0))
fault(
    ag.max, 0, "everybody wins", lambda ct, out, x, axis=None, keepdims=False: spread(ct, x, axis)
)
fault(
    ag.cumsum,
    0,
    "from the front",
    lambda ct, out, x, axis=None: ag.cumsum(ct, axis).reshape(x.shape),
)


def _concatenate_without_offset(ct: Any, out: Any, *xs: Any, needed: Any, axis: int) -> list[Any]:
    before = (slice(None),) * (axis % len(ct.shape))
    return [ct[(*before, slice(0, x.shape[axis]))] for x in xs]


fault(shape.join, None, "offset forgotten", _concatenate_without_offset)
fault(
    shape.pad_constant,
    0,
    "cut at 0",
    lambda ct, out, x, pad_width, constant_values=0: ct[tuple(slice(0, n) for n in x.shape)],
)


def _overwrite(ct: Any, out: Any, x: Any, index: Any) -> Any:
    result = np.zeros(x.shape, raw(ct).dtype)
    result[index] = raw(ct)
    return result


fault(ag.getitem, 0, "the last one wins", on_arrays(_overwrite, rule_of(ag.getitem, 0)))
fault(ag.scatter_add, 0, "index reversed", lambda ct, out, x, index, shape: ag.flip(ct[index]))


def _gather_back(
    put: Callable[..., Any], ct: Any, out: Any, x: Any, *arrays: Any, needed: Any, **where: Any
) -> list[Any]:
    return [put(ct, *arrays, shape=x.shape, **where), *(None for _ in arrays)]


def _put_over(ct: Any, *arrays: Any, shape: Any, **where: Any) -> Any:
    result = np.zeros(shape, ct.dtype)
    result[index._joined(where["index"], where["places"], arrays)] = ct
    return result


fault(
    index.gather,
    None,
    "the last one wins",
    on_arrays(partial(_gather_back, _put_over), partial(_gather_back, index.scatter)),
)


def _scatter_back(ct: Any, out: Any, x: Any, *arrays: Any, shape: Any, **rest: Any) -> list[Any]:
    first, *others = index._scatter_back(ct, out, x, *arrays, shape=shape, **rest)
    return [ag.flip(first), *others]


fault(index.scatter, None, "index reversed", _scatter_back)

# Losses.

fault(
    ag.softmax_cross_entropy,
    0,
    "probabilities without the right answer",
    lambda ct, out, x, classes, axis=-1: loss._logits_rule(
        ct, out, x, (classes + 1) % x.shape[axis], axis
    ),
)

# Matrices.


def symmetric(a: Any) -> Any:
    """Return the symmetric part."""
    return (a + linalg.swap(a)) * 0.5


fault(
    ag.matmul,
    0,
    "missing transposition",
    lambda ct, out, x, y: linalg._matmul_left(
        ct, out, x, y if len(y.shape) < 2 or y.shape[-1] != y.shape[-2] else linalg.swap(y)
    ),
)
fault(
    ag.matmul,
    1,
    "missing transposition",
    lambda ct, out, x, y: linalg._matmul_right(
        ct, out, x if len(x.shape) < 2 or x.shape[-1] != x.shape[-2] else linalg.swap(x), y
    ),
)
fault(
    linalg.solve, 0, "wrong sign", lambda ct, out, a, b: -linalg._solve_matrix_rule(ct, out, a, b)
)
fault(
    linalg.solve,
    1,
    "not transposed",
    lambda ct, out, a, b: linalg._solve_right_rule(ct, out, linalg.swap(a), b),
)
fault(
    linalg.det,
    0,
    "inverse not transposed",
    lambda ct, out, a: linalg.swap(linalg._det_rule(ct, out, a)),
)
fault(
    linalg.cofactors,
    None,
    "direction not transposed",
    lambda ct, out, a, *rest, needed: linalg._cofactors_rule(
        linalg.swap(ct), out, a, *rest, needed=needed
    ),
)
fault(
    linalg.log_abs_det,
    0,
    "inverse not transposed",
    lambda ct, out, a: linalg.swap(linalg._log_abs_det_rule(ct, out, a)),
)
fault(
    decompositions.cholesky_factor,
    0,
    "gradient of both triangles",
    lambda ct, out, a: symmetric(decompositions._cholesky_rule(ct, out, a)),
)
fault(
    decompositions.eigvalsh,
    0,
    "the other triangle",
    lambda ct, out, a, UPLO: linalg.swap(decompositions._eigvalsh_rule(ct, out, a, UPLO)),
)
fault(
    decompositions.eigenvectors,
    0,
    "differences the other way",
    lambda ct, out, a, UPLO: -decompositions._eigenvectors_rule(ct, out, a, UPLO),
)
fault(
    decompositions.singular_vectors,
    0,
    "left vectors alone",
    lambda ct, out, a: decompositions._singular_vectors_rule(
        ag.where(np.arange(out.shape[-2])[:, None] < a.shape[-2], ct, 0.0), out, a
    ),
)
fault(
    decompositions.orthonormal_columns,
    0,
    "as if R were constant",
    lambda ct, out, a: linalg.swap(linalg.solve(ag.triu(linalg.swap(out) @ a), linalg.swap(ct))),
)
fault(
    decompositions.pseudo_inverse,
    0,
    "as of a square matrix",
    lambda ct, out, a, rcond: -(linalg.swap(out) @ ct @ linalg.swap(out)),
)


def _einsum_without_diagonal(
    ct: Any, out: Any, *xs: Any, needed: Any, subscripts: str
) -> list[Any]:
    found = einsum._einsum_rule(ct, out, *xs, needed=needed, subscripts=subscripts)
    return [g if i else ag.flip(g) for i, g in enumerate(found)]


fault(einsum.contract, None, "labels reversed", _einsum_without_diagonal)

# Convolution: each part of its geometry.


def _image_with(**changed: Any) -> Any:
    def rule(ct: Any, out: Any, x: Any, w: Any, **how: Any) -> Any:
        g = conv._conv_geometry(x, w, **how)
        return conv.map_to_image(ct, w, _changed(g, changed))

    return rule


def _kernel_with(**changed: Any) -> Any:
    def rule(ct: Any, out: Any, x: Any, w: Any, **how: Any) -> Any:
        g = conv._conv_geometry(x, w, **how)
        return conv.map_to_kernel(x, ct, _changed(g, changed))

    return rule


def _changed(g: Any, changed: dict[str, Any]) -> Any:
    """Change a geometry where the result still has the right size; elsewhere leave it."""
    new = replace(g, **{name: change(getattr(g, name)) for name, change in changed.items()})
    return new if new.output == g.output else g


def _one_less(values: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(max(1, v - 1) for v in values)


def _with_less_stride(ct: Any, out: Any, x: Any, w: Any, **how: Any) -> Any:
    """Scatter with a stride one less, into the smaller image that this fills."""
    g = conv._conv_geometry(x, w, **how)
    stride = _one_less(g.stride)
    image = tuple(
        s * (o - 1) + d * (k - 1) + 1 - low - high
        for s, o, d, k, (low, high) in zip(
            stride, g.output, g.dilation, g.kernel, g.padding, strict=True
        )
    )
    if stride == g.stride or min(image) < 1 or any(map(int.__gt__, image, g.image)):
        return conv.map_to_image(ct, w, g)
    smaller = conv.map_to_image(ct, w, replace(g, stride=stride, image=image))
    rest = tuple((0, n - m) for n, m in zip(g.image, image, strict=True))
    return ag.pad(smaller, ((0, 0), (0, 0), *rest))


def _mirrored(padding: Any) -> Any:
    return tuple((high, low) for low, high in padding)


fault(
    ag.conv,
    0,
    "kernel flipped",
    lambda ct, out, x, w, **how: conv._back_to_image(
        ct, out, x, ag.flip(w, tuple(range(2, len(w.shape)))), **how
    ),
)
fault(ag.conv, 0, "stride one less", _with_less_stride)
fault(ag.conv, 0, "padding mirrored", _image_with(padding=_mirrored))
fault(ag.conv, 1, "dilation one less", _kernel_with(dilation=_one_less))
fault(ag.conv, 1, "padding mirrored", _kernel_with(padding=_mirrored))
fault(
    conv.map_to_image,
    1,
    "filters swapped between groups",
    lambda ct, out, y, w, g: ag.roll(
        conv.map_to_kernel(ct, y, g), 1 if g.groups > 1 else 0, axis=0
    ),
)
fault(
    conv.map_to_kernel,
    0,
    "spatially flipped",
    lambda ct, out, x, y, g: ag.flip(conv.map_to_image(y, ct, g), -1),
)
fault(
    unfold.windows_of,
    0,
    "windows laid down without their frame",
    lambda ct, out, x, g: unfold.image_of(ct, _changed(g, {"padding": _mirrored})),
)
fault(
    unfold.image_of,
    0,
    "windows of half a picture",
    lambda ct, out, windows, g: ag.where(g.stride[0] > 1, 0.5, 1.0) * unfold.windows_of(ct, g),
)

# Pooling.


def _overwritten(ct: Any, out: Any, x: Any, places: Any, g: Any) -> Any:
    image = np.zeros(x.shape, ct.dtype)
    image.reshape(-1)[pool.through_channels(places, g.image)] = ct
    return image


fault(
    pool.window_max,
    0,
    "smallest for largest",
    lambda ct, out, x, g: pool.route(ct, pool.winners(-raw(x), pool.window_max(-raw(x), g), g), g),
)
fault(pool.window_max, 0, "everybody wins", lambda ct, out, x, g: pool.spread(ct, g))
fault(
    pool.route,
    0,
    "one place further",
    lambda ct, out, y, places, g: pool.pick(ct, (places + 1) % int(np.prod(g.image)), g),
)
fault(
    pool.pick,
    0,
    "overwrites where windows overlap",
    on_arrays(_overwritten, lambda ct, out, x, places, g: pool.route(ct, places, g)),
)


def _taken_by_all(ct: Any, out: Any, y: Any, places: Any, image: Any) -> Any:
    flat = ct.reshape(*ct.shape[:2], -1)
    return np.take_along_axis(flat, places.reshape(*ct.shape[:2], -1), 2).reshape(places.shape)


fault(
    unpool.put_back,
    0,
    "gradient to what was overwritten",
    on_arrays(
        _taken_by_all,
        lambda ct, out, y, places, image: unpool.take_out(ct, places, image),
    ),
)


def _put_by_all(ct: Any, out: Any, x: Any, places: Any, image: Any) -> Any:
    result = np.zeros(x.shape, ct.dtype)
    np.add.at(result.reshape(-1), pool.through_channels(places, image), ct)
    return result


fault(
    unpool.take_out,
    0,
    "every one of a place counts",
    on_arrays(
        _put_by_all,
        lambda ct, out, x, places, image: unpool.put_back(ct, places, image),
    ),
)
fault(
    pool.window_sum,
    0,
    "mean for sum",
    lambda ct, out, x, g: pool.spread(ct, g) / int(np.prod(g.kernel)),
)
fault(
    pool.spread,
    0,
    "padding mirrored",
    lambda ct, out, y, g: pool.window_sum(ct, _changed(g, {"padding": _mirrored})),
)

# Second order only: right numbers, and no way on from them.

fault(ag.multiply, 0, "factor detached", lambda ct, out, x, y: ct * raw(y), only="14")
fault(ag.exp, 0, "output detached", lambda ct, out, x: ct * raw(out), only="14")
fault(
    ag.conv,
    0,
    "kernel detached",
    lambda ct, out, x, w, **how: conv._back_to_image(ct, out, x, raw(w), **how),
    only="14",
)
fault(
    conv.map_to_kernel,
    1,
    "cotangent detached",
    lambda ct, out, x, y, g: conv.map_to_output(x, raw(ct), g),
)
fault(
    ag.tanh,
    0,
    "sign flipped in the recorded rule",
    on_arrays(
        lambda ct, out, x: ct * (1 - out * out),
        lambda ct, out, x: ct * (1 - raw(out) ** 2) + 2 * (out - raw(out)) * raw(ct * out),
    ),
    only="14",
)

# One fault for every check that no other check finds.

fault(
    ag.tanh,
    0,
    "another function, rightly derived",
    lambda ct, out, x: ct / (1 + x * x),
    forward=np.arctan,
    only="1",
)
fault(ag.multiply, 0, "float64 leaks", lambda ct, out, x, y: ct * (y * np.float64(1.0)), only="2")
fault(ag.add, 0, "too many axes", lambda ct, out, x, y: ag.stack([ct, 0 * ct]), only="2")
fault(ag.flip, 0, "wrong axis", lambda ct, out, x, axis=None: ag.flip(ct), only="5")
# Right for every cotangent but 0, with which forward mode begins.
fault(
    ag.sin,
    0,
    "cotangent by size and sign",
    lambda ct, out, x: abs(ct) * ag.sign(ct) * ag.cos(x),
    only="16",
)

# Right as long as all inputs are differentiated.
fault(
    ag.multiply,
    None,
    "the first of what is needed for all",
    lambda ct, out, x, y, needed: [ct * y, ct * x] if all(needed) else [ct * y] * 2,
    only="17",
)

fault(
    ag.log1p,
    0,
    "another branch beyond 50",
    lambda ct, out, x: ct / ag.where(raw(x) > 50.0, x, 1 + x),
    only="6",
)
fault(
    ag.multiply,
    1,
    "rounded to 15 digits",
    on_arrays(
        lambda ct, out, x, y: np.round(ct * x, 15) if ct.dtype == float else ct * x,
        rule_of(ag.multiply, 1),
    ),
    only="7",
)


class _Unsteady:
    """Adds up in another order each time, as threads do: the last bit differs."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, x: Any) -> Any:
        self.calls += 1
        return np.nextafter(
            abs(x), np.inf if self.calls % 2 else -np.inf, dtype=np.asarray(x).dtype
        )


_unsteady = _Unsteady()
fault(
    ag.absolute,
    0,
    "unsteady forward",
    rule_of(ag.absolute, 0),
    forward=lambda x: _unsteady(x),
    only="4",
)


def _into_cotangent(ct: Any, out: Any, x: Any) -> Any:
    return np.multiply(ct, out, out=ct) if np.ndim(ct) and ct.flags.writeable else ct * out


fault(
    ag.exp,
    0,
    "computes into the cotangent",
    on_arrays(_into_cotangent, rule_of(ag.exp, 0)),
    only="3",
)
fault(
    ag.cumsum,
    0,
    "computes into the input",
    on_arrays(lambda ct, out, x, axis=None: _spoiled(ct, out, x, axis), rule_of(ag.cumsum, 0)),
    only="3",
)


def _spoiled(ct: Any, out: Any, x: Any, axis: Any) -> Any:
    result = rule_of(ag.cumsum, 0)(ct, out, x, axis)
    if np.ndim(x) and x.flags.writeable:
        x += 1.0
    return result


class _Remembered:
    """Keeps its results, and hands out the same array for the same arguments."""

    def __init__(self) -> None:
        self.results: dict[bytes, Any] = {}

    def __call__(self, ct: Any, out: Any, x: Any, y: Any) -> Any:
        key = b"".join(np.asarray(a).tobytes() + str(a.shape).encode() for a in (ct, y))
        if key not in self.results:
            self.results = {key: ct * y}
        return self.results[key]


fault(
    ag.multiply,
    0,
    "remembers its result",
    on_arrays(_Remembered(), rule_of(ag.multiply, 0)),
    only="8",
)
fault(
    ag.exp,
    0,
    "ravel in memory order",
    on_arrays(
        lambda ct, out, x: np.reshape(np.ravel(ct, order="K"), ct.shape) * out,
        rule_of(ag.exp, 0),
    ),
    only="9",
)
fault(
    ag.multiply,
    1,
    "rescaled by the largest",
    on_arrays(
        lambda ct, out, x, y: ct / np.max(np.abs(ct)) * x * np.max(np.abs(ct)),
        rule_of(ag.multiply, 1),
    ),
    only="10",
)
fault(
    ag.multiply,
    None,
    "a square is counted twice",
    (lambda ct, out, x, y: 2 * ct * x if x is y else ct * y, lambda ct, out, x, y: ct * x),
    only="11",
)
fault(
    ag.sin,
    0,
    "a constant beyond the range of float16",
    lambda ct, out, x: ct * ag.cos(x) * np.asarray(1e5, ct.dtype) / np.asarray(1e5, ct.dtype),
    only="12",
)
fault(
    ag.exp,
    0,
    "half precision for float32",
    lambda ct, out, x: (
        ct * out if ct.dtype != np.float32 else (ct * out).astype(np.float16).astype(np.float32)
    ),
    only="12",
)
fault(
    ag.where,
    1,
    "mask by multiplication",
    lambda ct, out, c, x, y: ct * np.asarray(c, ct.dtype),
    only="13",
)


# Primitives that stand here: their derivatives by hand.

STANDING: list[Primitive] = []


def standing(
    arguments: st.SearchStrategy[Any] | None = None,
) -> Callable[[PrimitiveFunction], PrimitiveFunction]:
    """Note a right primitive, and what to call it with."""

    def register(function: PrimitiveFunction) -> PrimitiveFunction:
        STANDING.append(function.primitive)
        if arguments is not None:
            ARGUMENTS[function.primitive.name] = arguments
        return function

    return register


ROWS = arrays(shapes().filter(lambda s: len(s) > 0)).map(lambda x: ((x,), {}))


def _softmax(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


@standing(ROWS)
@ag.primitive(
    vjps=(lambda ct, out, x: out * (ct - ag.sum(ct * out, axis=-1, keepdims=True)),),
    name="softmax by hand",
    spec=ag.Spec(signature="(n)->(n)"),
)
def softmax(x: Any) -> Any:
    return _softmax(x)


fault(softmax, 0, "only the diagonal", lambda ct, out, x: ct * out * (1 - out))
fault(
    softmax,
    0,
    "the diagonal missing",
    lambda ct, out, x: -out * ag.sum(ct * out, axis=-1, keepdims=True),
)

SPREAD = arrays((4,), distinct=True).map(lambda x: ((x,), {}))


@standing(SPREAD)
@ag.primitive(
    vjps=(lambda ct, out, x: ct * (x - ag.mean(x)) / (out * (x.size - 1)),),
    name="std by hand",
    spec=ag.Spec(signature="(n)->()"),
)
def std(x: Any) -> Any:
    return np.std(x, ddof=1)


fault(std, 0, "ddof forgotten", lambda ct, out, x: ct * (x - ag.mean(x)) / (out * x.size))


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


@standing()
@ag.primitive(
    vjps=(lambda ct, out, x: ct * out * (1 - out),),
    name="sigmoid by hand",
    spec=ag.Spec(analytic=True),
)
def sigmoid(x: Any) -> Any:
    return _sigmoid(x)


fault(sigmoid, 0, "sign flipped", lambda ct, out, x: ct * out * (1 + out))
fault(
    sigmoid,
    0,
    "by exponentials, which overflow",
    lambda ct, out, x: ct * ag.exp(-x) / (1 + ag.exp(-x)) / (1 + ag.exp(-x)),
)


@standing()
@ag.primitive(
    vjps=(lambda ct, out, x: ct / (x * float(np.log(10.0))),),
    domain=ag.log.primitive.domain[0],
    name="log10 by hand",
    spec=ag.Spec(analytic=True, reference=lambda x: np.log(x) / np.log(10)),
)
def log10(x: Any) -> Any:
    return np.log(x) / np.log(np.asarray(10.0, np.asarray(x).real.dtype))


fault(
    log10, 0, "14th digit of a constant", lambda ct, out, x: ct / (x * 2.3025850929939), only="15"
)


@standing(ROWS)
@ag.primitive(
    vjps=(lambda ct, out, x: spread(ct, x, -1) / x.shape[-1],),
    name="mean by hand",
    spec=ag.Spec(signature="(n)->()"),
)
def mean(x: Any) -> Any:
    return np.mean(x, axis=-1)


fault(mean, 0, "divided by the size of all", lambda ct, out, x: spread(ct, x, -1) / x.size)
