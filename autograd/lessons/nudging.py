"""Nudge: move one input a little, and compare with what its gradient predicts.

The gradient says how much the output changes for a small change of an input,

    f(x + h) - f(x)  =  df/dx h  +  what is left over.

If the gradient is right and f is smooth, what is left over is of second order, f'' h^2 / 2: half
the step leaves a quarter of it.  A `Nudge` measures this with real numbers, on a ladder of steps
that halve, and names what it finds: a curve, a straight line, a kink, or rounding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from operator import index
from typing import Any

import numpy as np

from autograd.core.messages import one_line
from autograd.core.tables import columns
from autograd.core.tensor import ArrayLike, Tensor, raw
from autograd.core.types import Array
from autograd.errors import GradientError, ShapeError
from autograd.ir.naming import Names, element_name
from autograd.ir.number_format import show
from autograd.ir.scalar_output import ScalarOutput
from autograd.ir.subgraph import NodeLike, find
from autograd.ir.trace import Trace
from autograd.lessons.steps import RUNGS, Steps, as_trace
from autograd.lessons.verdict import TOO_LARGE, Rung, Verdict, judge
from autograd.viz.drawing.pipeline import draw


@dataclass(frozen=True, slots=True, eq=False)
class Nudge:
    """A small move of an input, and what it did.

    Attributes
    ----------
    node : int
        The id of the leaf in ``trace.graph``.
    at : tuple of int or None
        Which element of it moved; None for all of it.
    name, output : str
        What the moved number and the output are called.
    start, end : float or array
        Of the moved number, or of the whole leaf.
    by : float or array
        The move that was made: ``end - start``, which rounding may have changed a little.
    gradient : float or array
        d(output)/d(moved number).
    before, after : float
        The output.
    real, predicted, remainder : float
        ``after - before``, gradient x change, and the difference of the two.
    rounding : float
        How much of the remainder may be rounding.
    ladder : tuple of Rung
        The same for the step and its halves.
    verdict : Verdict
        What the ladder shows.
    chosen : bool
        Whether something behind the leaf was chosen by data, as by `where` or an index, and is kept
        as it was recorded.
    trace : Trace

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> print(ag.lessons.nudge(x * x, x, by=0.5))
    Move x from 3.00 to 3.50:
      real change          f(3.50) - f(3.00) = 12.2500 - 9.0000 = 3.2500
      gradient x change    df/dx x 0.50 = 6.0000 x 0.50 = 3.0000
      what is left over    0.2500, of second order: half the step leaves a quarter
    <BLANKLINE>
      step     real    predicted  left over
      0.50     3.2500  3.0000     0.2500
      0.25     1.5625  1.5000     0.0625
      0.125    0.7656  0.7500     0.0156
      0.0625   0.3789  0.3750     0.0039
      0.03125  0.1885  0.1875     0.0010
    """

    node: int
    at: tuple[int, ...] | None
    name: str
    output: str
    start: Any
    end: Any
    by: Any
    gradient: Any
    before: float
    after: float
    real: float
    predicted: float
    remainder: float
    rounding: float
    ladder: tuple[Rung, ...]
    verdict: Verdict
    chosen: bool
    trace: Trace = field(repr=False)

    def __str__(self) -> str:
        return "\n".join([*_account(self), "", *_table(self.ladder)])

    def _repr_html_(self) -> str:
        """Show the account, and the page in which every input can be moved."""
        text = f'<pre style="font-family:monospace">{escape(str(self))}</pre>'
        player = draw(self.trace).player(
            tool="nudge", moved={"name": self.name, "by": float(np.max(np.abs(self.by)))}
        )
        return text + player._repr_html_() if player else text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": str(self)}


def nudge(
    output: Tensor | Trace,
    leaf: NodeLike,
    by: ArrayLike = 0.1,
    at: int | tuple[int, ...] | None = None,
) -> Nudge:
    """Move an input a little: the real change of the output beside gradient x change.

    Parameters
    ----------
    output : Tensor or Trace
        A scalar that requires a gradient, or the trace of a tensor; if that began with a cotangent,
        the output is L = <cotangent, tensor>.
    leaf : Tensor, str or int
        The input itself, its name or its id.
    by : number or array
        The step; an array of the leaf's shape moves every element by its own.
    at : int or tuple of int, optional
        Which element of a larger leaf to move, by the number ``by``.

    Returns
    -------
    Nudge

    Raises
    ------
    GradientError
        If the output is not a scalar, the leaf gets no gradient, or the step is 0, not a number,
        or too small to change the leaf.
    DrawingError
        If there is no such leaf.
    ShapeError
        If ``by`` or ``at`` does not fit the leaf.

    Notes
    -----
    The graph is computed again as it was recorded; see `autograd.ir.replay`.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 2.0], requires_grad=True, name="x")
    >>> moved = ag.lessons.nudge(ag.sum(x * x), x, by=0.1, at=1)
    >>> moved.name, round(moved.predicted, 6), round(moved.remainder, 6)
    ('x[1]', 0.4, 0.01)
    """
    record = as_trace(output)
    id = _leaf_of(record, leaf)
    place = _place(record.graph[id].value, at)
    direction = _direction(record.graph[id].value, by, place)
    return _measured(ScalarOutput(record), id, place, direction)


def _leaf_of(record: Trace, leaf: NodeLike) -> int:
    id = find(record.graph, leaf, "nudge")
    node = record.graph[id]
    name = one_line(Names(record.graph, 2)[id], text=str)
    if node.primitive is not None or node.constant:
        what = f"a result of {node.primitive.name}" if node.primitive else "a constant"
        raise GradientError(f"nudge: {name} is {what}; move a leaf, that is an input")
    if not node.requires_grad:
        raise GradientError(
            f"nudge: {name} has no gradient; make it with ag.tensor(..., requires_grad=True)"
        )
    if record.gradient(id) is None:
        raise GradientError(f"nudge: no gradient reaches {name}; move another leaf")
    return id


def _place(value: ArrayLike, at: int | tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Return the index of one element, counted from the front."""
    shape = np.shape(value)
    if at is None:
        return None
    try:
        given = tuple(index(i) for i in (at if isinstance(at, (tuple, list)) else (at,)))
    except TypeError:
        given = (-1,) * (len(shape) + 1)
    fits = len(given) == len(shape) and all(-n <= i < n for i, n in zip(given, shape, strict=True))
    if not fits or isinstance(at, bool):
        raise ShapeError(
            f"nudge: at={one_line(at)} is not an element of shape {shape}; "
            f"give {len(shape)} whole number{'s' if len(shape) != 1 else ''} within it"
        )
    return tuple(i % n for i, n in zip(given, shape, strict=True))


def _direction(value: ArrayLike, by: ArrayLike, place: tuple[int, ...] | None) -> Array:
    """Return how far every element of a leaf moves."""
    like = np.asarray(value)
    step = _numbers(by)
    if place is not None and step.ndim:
        raise ShapeError(f"nudge: by has shape {step.shape}; one element moves by one number")
    if step.ndim and step.shape != like.shape:
        raise ShapeError(
            f"nudge: by has shape {step.shape} and the leaf {like.shape}; "
            "give a number or an array of the leaf's shape"
        )
    direction = np.zeros(like.shape)
    direction[... if place is None else place] = step
    if not direction.any():
        raise GradientError("nudge: a move by 0 changes nothing; try by=0.1")
    return direction


def _numbers(by: ArrayLike) -> Array:
    try:
        step = np.asarray(raw(by))
    except (TypeError, ValueError, RuntimeError):
        step = np.asarray(np.nan)
    if step.dtype.kind not in "fiu" or not np.all(np.isfinite(step)):
        raise GradientError(f"nudge: by={one_line(by)} is not a finite number; try by=0.1")
    return step.astype(float)


def _measured(
    output: ScalarOutput, id: int, place: tuple[int, ...] | None, direction: Array
) -> Nudge:
    with np.errstate(all="ignore"):
        steps = Steps(output, id, direction)
        taken = [steps.take(0.5**halvings) for halvings in range(RUNGS)]
        ladder = tuple(rung for rung, _ in taken)
        verdict = judge(ladder, steps.probe())
        if verdict.kind in ("unclear", "first", "jump"):  # large steps may look like anything
            finer = steps.finer()
            verdict = judge(ladder, finer=finer)
            if verdict.kind in ("first", "jump") and steps.is_large((*ladder, *finer)[-1]):
                verdict = TOO_LARGE
        first, after = taken[0]
        end = np.asarray(after[id])
        one = place if steps.start.ndim else ()

        def chosen(a: Array) -> Any:
            """Pick the moved number of an array, or copy all of it."""
            return np.array(a) if one is None else float(a[one])

        return Nudge(
            node=id,
            at=place,
            name=element_name(output.names[id], place),
            output=output.name,
            start=chosen(steps.start),
            end=chosen(end),
            by=chosen(end.astype(float) - steps.start),
            gradient=chosen(steps.gradient),
            before=output.of(steps.values),
            after=output.of(after),
            real=first.real,
            predicted=first.predicted,
            remainder=first.remainder,
            rounding=first.rounding,
            ladder=ladder,
            verdict=verdict,
            chosen=output.replay.chooses([id]),
            trace=output.trace,
        )


# In words


def _account(n: Nudge) -> list[str]:
    """Write the three lines: the real change, the predicted one, and what is left over."""
    digits = _digits(n.remainder, n.rounding)
    f, name = n.output, n.name
    numbers = (n.before, n.after, n.real, n.predicted)
    before, after, real, predicted = (show(v, digits) for v in numbers)
    before = bracketed(before)
    if np.ndim(n.start):
        head, start, end = f"Move {name} by a change:", name, f"{name} + change"
        product = f"sum of d{f}/d{name} x change"
    else:
        start, end, step = short(n.start), short(n.end), short(n.by, 5)
        end = f"{start} + {step}" if start == end else end
        head = f"Move {name} from {start} to {end}:"
        product = f"d{f}/d{name} x {step} = {show(n.gradient, digits)} x {bracketed(step)}"
    return [
        head,
        f"  real change          {f}({end}) - {f}({start}) = {after} - {before} = {real}",
        f"  gradient x change    {product} = {predicted}",
        f"  what is left over    {_rest(n, show(n.remainder, digits))}",
    ]


def _rest(n: Nudge, remainder: str) -> str:
    text = n.verdict.text.replace("{name}", n.name).replace("{f}", n.output)
    text += "; what was chosen by data stays as recorded" if n.chosen else ""
    if n.verdict.kind != "linear":
        return f"{remainder}, {text}"
    if n.remainder == 0:
        return f"nothing: {text}"
    return f"nothing but rounding, {n.remainder:.0e}, as {text}"


def _table(ladder: Sequence[Rung]) -> list[str]:
    seen = [r.remainder for r in ladder if abs(r.remainder) > r.rounding]
    digits = _digits(min(seen, key=abs, default=0.0), 0.0, kept=1)
    rows = [["step", "real", "predicted", "left over"]]
    for r in ladder:
        numbers = (r.real, r.predicted, r.remainder)
        rows.append([short(r.by, 5), *(show(v, digits) for v in numbers)])
    return [f"  {line}" for line in columns(rows, "<<<<")]


def _digits(remainder: float, rounding: float, kept: int = 2) -> int:
    """Return after how many digits some of a remainder are seen, where it is more than rounding."""
    size = abs(remainder)
    if not np.isfinite(size) or size <= rounding:
        return 4
    return int(min(max(4, kept - 1 - np.floor(np.log10(size))), 12))


def short(value: float, figures: int = 6) -> str:
    """Write a step or a place: two digits after the point, or more if it has more."""
    text = f"{value:.{figures}g}"
    plain = not set(text) & set("ena")  # neither 1e-09 nor inf nor nan
    return f"{value:.2f}" if plain and float(text) == float(f"{float(text):.2f}") else text


def bracketed(number: str) -> str:
    """Write a number that follows a sign."""
    return f"({number})" if number.startswith("-") else number
