"""The options of `autograd.draw`, and what they may be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from autograd.core.messages import one_line, suggestion
from autograd.errors import DrawingError
from autograd.viz.formats import themes
from autograd.viz.layout import engines
from autograd.viz.layout.placement import DIRECTIONS

PARTS = ("values", "gradients", "tensors")
# Whole numbers: the least and the largest; None is allowed for those that have a default of None.
WHOLE = {
    "digits": (0, 17),
    "depth": (0, None),
    "budget": (1, None),
    "steps": (0, None),
    "at": (-1, None),
}
OPTIONAL = ("depth", "budget", "at")


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


def check(wishes: Wishes) -> None:
    """Refuse options that mean nothing, before any work."""
    themes.theme(wishes.theme)
    parts(wishes.show)
    if wishes.engine is not None:
        engines.check(wishes.engine)
    if wishes.direction not in DIRECTIONS:
        raise DrawingError(
            f"draw: direction={one_line(wishes.direction)} is none of {', '.join(DIRECTIONS)}"
        )
    for name, (low, high) in WHOLE.items():
        value = getattr(wishes, name)
        if value is None and name in OPTIONAL:
            continue
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or value < low or (high is not None and value > high):
            allowed = f"from {low} to {high}" if high is not None else f"of at least {low}"
            raise DrawingError(f"draw: {name}={one_line(value)} is no whole number {allowed}")


def parts(show: str | Iterable[str]) -> tuple[str, ...]:
    """Read what shall stand on wires: words in one text, or one by one."""
    try:
        words = show.replace(",", " ").split() if isinstance(show, str) else list(show)
    except TypeError:
        raise DrawingError(
            f"draw: show={one_line(show)} is no text and no list of {', '.join(PARTS)}"
        ) from None
    for word in words:
        if word not in PARTS:
            raise DrawingError(
                f"draw: show={one_line(word)} is none of {', '.join(PARTS)}"
                f"{suggestion(word, PARTS)}"
            )
    alone = words == ["tensors"]  # of both
    return PARTS if alone else tuple(words)
