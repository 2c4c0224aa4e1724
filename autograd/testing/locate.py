"""After a mismatch: which element is wrong, what its number looks like, and where it was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.core.tensor import Tensor, raw
from autograd.core.types import Array
from autograd.errors import GlassgradError
from autograd.ir.graph import topological_order
from autograd.ir.numerics import near
from autograd.testing.compare import Comparison, compare, scale
from autograd.testing.extrapolation import STEPS
from autograd.testing.function import Map, Pullback, as_vector, cut
from autograd.testing.primitive_map import Application

MOST_ELEMENTS = 64  # that are differenced one by one
MOST_NODES = 300


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One element of a gradient, differenced by itself."""

    slot: int
    index: tuple[int, ...]
    analytic: float
    numeric: float
    error: float
    ladder: tuple[tuple[float, float], ...]

    @property
    def excess(self) -> float:
        """How far beyond its tolerance the difference is, relative to the size of the numbers."""
        difference = abs(self.analytic - self.numeric)
        if not np.isfinite(difference):
            return float("inf")
        size = max(abs(self.analytic), abs(self.numeric), 1e-300)
        return max(difference - self.error, 0.0) / size


def elements(
    of: Map, at: Sequence[Array], found: Comparison, rng: np.random.Generator
) -> list[Element]:
    """Compare the gradient element by element; of a large one, the worst and a few besides."""
    total = sum(x.size for x in at)
    if total <= MOST_ELEMENTS:
        places: Iterable[int] = range(total)
    else:
        places = [_bisect(of, at, found), *rng.integers(0, total, MOST_ELEMENTS // 4)]
    return [_element(of, at, found.weights, rng, *_place(at, int(p))) for p in places]


def _bisect(of: Map, at: Sequence[Array], found: Comparison) -> int:
    """Return the place, counted through all arguments, of an element that is wrong.

    Of the direction that showed the mismatch one half is kept, the one that shows it more.
    """
    rng = np.random.default_rng(0)  # not used, as neither direction nor weights are random
    v = as_vector(found.direction)
    first, last = 0, len(v)
    while last - first > 1:
        middle = (first + last) // 2
        excesses = []
        for low, high in ((first, middle), (middle, last)):
            part = np.zeros_like(v)
            part[low:high] = v[low:high]
            c = compare(of, at, rng, found.weights, cut(part, at))
            excesses.append(c.difference - c.tolerance)
        first, last = (first, middle) if excesses[0] >= excesses[1] else (middle, last)
    return first


def _place(at: Sequence[Array], place: int) -> tuple[int, tuple[int, ...]]:
    """Return argument and index of the element at a place counted through all arguments."""
    for slot, x in enumerate(at):
        if place < x.size:
            return slot, tuple(int(i) for i in np.unravel_index(place, x.shape))
        place -= x.size
    raise IndexError(place)


def _element(
    of: Map,
    at: Sequence[Array],
    weights: Array,
    rng: np.random.Generator,
    slot: int,
    index: tuple[int, ...],
) -> Element:
    direction = [np.zeros_like(x) for x in at]
    step = scale(at[slot])[index]
    direction[slot][index] = step
    c = compare(of, at, rng, weights, direction)
    ladder = c.slope.quotients @ np.where(np.isfinite(c.weights), c.weights, 0) / step
    rungs = tuple(
        (float(h * step), float(q)) for h, q in zip(STEPS[::3, 0], ladder[::3], strict=True)
    )
    return Element(slot, index, c.analytic / step, c.numeric / step, c.tolerance / step, rungs)


def describe(found: Sequence[Element], at: Sequence[Array]) -> str:
    """Say what the wrong numbers look like: a sign, a factor, another argument's, transposed."""
    worst = max(found, key=lambda e: e.excess)
    return next(_hints(worst.slot, *_tables(found, at)), "")


def _tables(found: Sequence[Element], at: Sequence[Array]) -> tuple[list[Array], list[Array]]:
    """Lay the elements out in arrays; NaN where none was compared."""
    numeric = [np.full(x.shape, np.nan) for x in at]
    analytic = [np.full(x.shape, np.nan) for x in at]
    for e in found:
        numeric[e.slot][e.index], analytic[e.slot][e.index] = e.numeric, e.analytic
    return numeric, analytic


def _hints(slot: int, numeric: list[Array], analytic: list[Array]) -> Iterator[str]:
    truth, got = numeric[slot], analytic[slot]
    if not np.isfinite(got[~np.isnan(truth)]).all():
        yield "not finite: a division by 0, or 0 times infinity, in the rule"
        return
    for j, other in enumerate(numeric):
        if j != slot and other.shape == truth.shape and np.any(other) and _same_numbers(got, other):
            yield f"equals the derivative by argument {j}: are the inputs swapped?"
    if not np.any(got[~np.isnan(got)]):
        yield (
            "no gradient arrives: is a term missing, or did the value leave the graph, "
            "as by .data, float() or detach?"
        )
        return
    for factor, meaning in _factors(truth.shape):
        if _same_numbers(got, factor * truth):
            yield f"{_number(factor)} times what it should be: {meaning}"
    for axes, meaning in _moves(truth):
        if _same_numbers(got, axes):
            yield meaning


def _factors(shape: tuple[int, ...]) -> Iterator[tuple[float, str]]:
    yield -1.0, "is a sign wrong?"
    yield 2.0, "is something counted twice?"
    yield 0.5, "is one of two uses missing?"
    for n in dict.fromkeys([int(np.prod(shape)), *shape]):
        if n > 1:
            yield float(n), f"{n} elements: a sum where a mean should be?"
            yield 1.0 / n, f"{n} elements: a mean where a sum should be?"


def _moves(truth: Array) -> Iterator[tuple[Array, str]]:
    if truth.ndim > 1:
        yield truth.swapaxes(-1, -2), "transposed"
        order = "in another memory order: ravel or reshape of a transposition?"
        yield truth.T.reshape(truth.shape), order
    for axis in range(truth.ndim):
        yield np.flip(truth, axis), f"reversed along axis {axis}"
        for shift in (1, -1):
            yield np.roll(truth, shift, axis), f"shifted by one along axis {axis}"


def _same_numbers(a: Array, b: Array) -> bool:
    if a.shape != b.shape:
        return False
    known = ~(np.isnan(a) | np.isnan(b))
    largest = np.max(np.abs(b[known]), initial=0.0)
    return bool(known.any() and near(a[known], b[known], rtol=1e-6, atol=1e-9 * largest))


def _number(factor: float) -> str:
    return f"{factor:g}" if factor >= 1 or factor < 0 else f"1/{round(1 / factor)}"


def smallest_failure(of: Map, at: Sequence[Array], rng: np.random.Generator) -> str:
    """Check every operation on the tape by itself and name the first that is wrong."""
    order, forward = of.order, of.forward
    while isinstance(of, Pullback):
        of = of.of
    with of.recorded(at[: len(of.slots)]) as (_, outputs):
        numbers = {t: i for i, t in enumerate(topological_order(tuple(outputs)))}
        tape = [t for t in numbers if t.primitive is not None]
    if len(tape) == 1:
        return ""
    for t in tape[:MOST_NODES]:
        if not _is_right(t, order, forward, rng):
            sources = ", ".join(_source(x, numbers) for x in t.inputs)
            inside = f" in {'/'.join(t.scope.path)}" if t.scope else ""
            return f"{t.primitive.name}#{numbers[t]} <- {sources}{inside}"  # type: ignore[union-attr]
    if len(tape) > MOST_NODES:
        return f"not in the first {MOST_NODES} of {len(tape)} operations"
    return (
        "every operation on the tape is right by itself: does a value leave the graph between two?"
    )


def _source(x: Any, numbers: dict[Tensor, int]) -> str:
    if not isinstance(x, Tensor):
        return "a constant"
    name = x.name or (x.primitive.name if x.primitive else "leaf")
    return f"{name}#{numbers[x]}"


def _is_right(t: Tensor, order: int, forward: bool, rng: np.random.Generator) -> bool:
    args = tuple(raw(x) for x in t.inputs)
    active = [i for i, x in enumerate(t.inputs) if isinstance(x, Tensor) and x.requires_grad]
    of: Map = Application("check", t.primitive, args, t.params, active)  # type: ignore[arg-type]
    try:
        while True:
            of.forward = forward and of.order == order
            if not any(compare(of, of.start(), rng).agrees for _ in range(2)):
                return False
            if of.order == order:
                return True
            of = of.pullback(rng)
    except GlassgradError:
        return False
