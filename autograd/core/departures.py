"""Values that leave the graph while a function is being differentiated.

``x.item()``, ``x.data`` and ``ag.tensor(x)`` hand out numbers.  What is computed from them does not
depend on ``x`` as far as the graph knows, and its derivative would be 0 without a word.  The same
happens where an operation records nothing: a comparison, ``argmax``, or any inside ``no_grad``.

1. A transform opens a `watch` around the function that it differentiates.
2. Whatever hands out the value of a tensor that requires a gradient notes it, with the line.
3. Where a result turns out not to depend on an argument, the transform asks the watch whether a
   value that depends on this argument has left.  If none has, 0 is right.

Printing is not noted: a text is not computed with.  Neither is ``x.detach()``, which says that a
constant is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from autograd.core.source_location import Position, position_of_caller


@dataclass(frozen=True, slots=True)
class Departure:
    """A value that left: that of ``tensor``, or of what an operation made of it.

    ``operation`` is the name of the one that recorded nothing, or None where numbers were handed
    out.
    """

    tensor: Any
    operation: str | None
    position: Position | None


_watch: ContextVar[list[Departure] | None] = ContextVar("glassgrad_departures", default=None)
watches = 0  # how many are open, in all threads; while it is 0, nothing need be noted


@contextmanager
def watch() -> Iterator[list[Departure]]:
    """Collect what leaves while the block runs."""
    global watches
    found: list[Departure] = []
    token = _watch.set(found)
    watches += 1
    try:
        yield found
    finally:
        watches -= 1
        _watch.reset(token)


def note(tensor: Any) -> None:
    """Note that the numbers of a tensor are handed out."""
    found = _watch.get()
    if found is not None:
        found.append(Departure(tensor, None, position_of_caller()))


def note_unrecorded(operation: str, inputs: Sequence[Any]) -> None:
    """Note that an operation records nothing, for those of its inputs that require a gradient."""
    found = _watch.get()
    lost = [x for x in inputs if getattr(x, "requires_grad", False)]
    if found is not None and lost:
        position = position_of_caller()
        found += [Departure(x, operation, position) for x in lost]


def hand_on(departures: Sequence[Departure]) -> None:
    """Leave departures to the watch around the one that has ended."""
    found = _watch.get()
    if found is not None:
        found += departures
