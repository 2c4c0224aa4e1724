"""What `autograd.draw` was asked for: options are checked, the steps of drawing put together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from autograd.draw import themes
from autograd.draw.both import both_passes
from autograd.draw.drawing import Drawing
from autograd.draw.fold import fold
from autograd.draw.layout import engines
from autograd.draw.layout.placement import DIRECTIONS
from autograd.draw.picture import Subject, compose, written_into_gates
from autograd.draw.readings import Readings
from autograd.draw.view import around, between, find
from autograd.draw.words import Words
from autograd.errors import DrawingError, suggestion
from autograd.graph import Graph, graph
from autograd.tensor import Tensor
from autograd.trace import Trace, trace

PARTS = ("values", "gradients", "tensors")


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of `autograd.draw`, which describes them."""

    backward: bool
    digits: int
    theme: str
    direction: str
    show: str | Iterable[str]
    depth: int | None
    budget: int | None
    stack: bool
    around: Any
    steps: int
    path: Any
    at: int | None
    engine: str | None


def draw(x: Any, wishes: Wishes) -> Drawing:
    """Draw a tensor, graph or trace as was wished."""
    _check(wishes)
    subject, recorded, notes = _both(x, wishes) if wishes.backward else _one(x, wishes)
    picture = compose(subject)
    picture = replace(picture, notes=(*notes, *picture.notes))
    return Drawing(picture, subject.graph, recorded, wishes.theme, wishes.direction, wishes.engine)


def _one(x: Any, wishes: Wishes) -> tuple[Subject, Trace | None, list[str]]:
    """Read a graph, and its trace if it has one."""
    drawn, recorded, notes = _read(x, wishes)
    if wishes.at is not None and recorded is None:
        raise DrawingError("draw: at=... is a moment of a trace; draw ag.trace(x)")
    if recorded and wishes.at is not None and not -1 <= wishes.at < len(recorded):
        raise DrawingError(f"draw: at={wishes.at}: the trace has {len(recorded)} events")
    readings = Readings(drawn, recorded, wishes.at)
    return _subject(drawn, readings, wishes), recorded, notes


def _read(x: Any, wishes: Wishes) -> tuple[Graph, Trace | None, list[str]]:
    if isinstance(x, Trace):
        return x.graph, x, []
    if isinstance(x, Graph):
        return x, None, []
    if not isinstance(x, Tensor):
        raise DrawingError(f"draw: expected a Tensor, Graph or Trace, not {type(x).__name__}")
    if x.requires_grad and x.size == 1:
        recorded = trace(x)
        return recorded.graph, recorded, []
    if x.requires_grad and "gradients" in _parts(wishes.show):
        note = (
            f"No gradients: the output has shape {x.shape}; "
            "give it a cotangent: ag.draw(ag.trace(y, cotangent))"
        )
        return graph(x), None, [note]
    return graph(x), None, []


def _both(x: Any, wishes: Wishes) -> tuple[Subject, Trace | None, list[str]]:
    """Read the forward and the backward pass of a tensor."""
    if not isinstance(x, Tensor):
        raise DrawingError(f"draw: backward=True draws a Tensor, not a {type(x).__name__}")
    if wishes.at is not None or wishes.direction not in ("LR", "RL"):
        raise DrawingError("draw: backward=True has no at=..., and its direction is LR or RL")
    if wishes.engine not in (None, "builtin"):
        raise DrawingError("draw: backward=True is laid out by engine='builtin' alone")
    passes = both_passes(x)
    recorded = trace(x)
    words = Words(passes.graph, wishes.digits)
    ends = {
        id: [words.gradient(leaf) for leaf in leaves] for id, leaves in passes.gradients.items()
    }
    ends[passes.graph.outputs[0]] = [""]
    subject = _subject(passes.graph, Readings(passes.graph), wishes)
    return replace(subject, rule_of=passes.rule_of, ends=ends, words=words), recorded, []


def _subject(drawn: Graph, readings: Readings, wishes: Wishes) -> Subject:
    hidden = written_into_gates(drawn)
    nodes = _seen(drawn, wishes) - hidden
    folding = fold(drawn, nodes, wishes.depth, wishes.budget, wishes.stack)
    words = Words(drawn, wishes.digits)
    return Subject(drawn, readings, folding, nodes, _parts(wishes.show), wishes.digits, words)


def _seen(drawn: Graph, wishes: Wishes) -> set[int]:
    """Choose the nodes of the view."""
    seen = set(range(len(drawn)))
    if wishes.around is not None:
        seen &= around(drawn, find(drawn, wishes.around), wishes.steps)
    if wishes.path is not None:
        seen &= between(drawn, find(drawn, wishes.path), drawn.outputs)
    return seen


def _parts(show: str | Iterable[str]) -> tuple[str, ...]:
    words = show.replace(",", " ").split() if isinstance(show, str) else list(show)
    for word in words:
        if word not in PARTS:
            raise DrawingError(
                f"draw: show={word!r} is none of {', '.join(PARTS)}{suggestion(word, PARTS)}"
            )
    return tuple(words)


def _check(wishes: Wishes) -> None:
    """Refuse options that mean nothing, before any work."""
    themes.theme(wishes.theme)
    _parts(wishes.show)
    if wishes.engine is not None:
        engines.check(wishes.engine)
    if wishes.direction not in DIRECTIONS:
        raise DrawingError(
            f"draw: direction={wishes.direction!r} is none of {', '.join(DIRECTIONS)}"
        )
    for name, low, high in (
        ("digits", 0, 17),
        ("depth", 0, None),
        ("budget", 1, None),
        ("steps", 0, None),
    ):
        value = getattr(wishes, name)
        if value is None and name != "digits":
            continue
        if not isinstance(value, int) or value < low or (high is not None and value > high):
            allowed = f"from {low} to {high}" if high is not None else f"of at least {low}"
            raise DrawingError(f"draw: {name}={value!r:.60} is no whole number {allowed}")
