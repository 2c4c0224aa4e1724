"""Values that leave the graph while a function is being differentiated.

``x.item()``, ``x.data`` and ``ag.tensor(x)`` hand out numbers.  What is computed from them does not
depend on ``x`` as far as the graph knows, and its derivative would be 0 without a word.  The same
happens where an operation records nothing: a comparison, ``argmax``, or any inside ``no_grad``.

1. A transform runs the function that it differentiates in a block with a list of departures.
2. Whatever hands out the value of a tensor that requires a gradient notes it, with the line.
3. Where a result turns out not to depend on an argument, the transform looks in the list for a
   value that depends on this argument.  If there is none, 0 is right.

Printing is not noted: a text is not computed with.  Neither is ``x.detach()``, which says that a
constant is meant.  A result that depends on the argument in another way, too, as that of
``x * x.item()``, is not refused: reading a value beside it is ordinary, for a log or a condition.
Nor is what another thread hands out: a list belongs to the thread or task of its transform.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograd.core.context import captures, current, open_blocks
from autograd.core.source_location import Position, position_of_caller


@dataclass(frozen=True, slots=True)
class Departure:
    """A value that left: that of ``tensor``, or of what an operation made of it.

    ``operation`` is the name of one that has no derivative, "no_grad" for any in such a block, or
    None where numbers were handed out.
    """

    tensor: Any
    operation: str | None
    position: Position | None


def note(tensor: Any) -> None:
    """Note that the numbers of a tensor, or of its gradients, are handed out."""
    if not open_blocks:
        return
    state = current()
    if state.capture is not None:
        state.capture.check_readable(tensor)
    else:
        for other in captures:
            other.check_unused([tensor])
    noted = state.departures if tensor.requires_grad else None
    if noted is not None:
        noted.append(Departure(tensor, None, position_of_caller()))


def note_unrecorded(operation: str, inputs: Sequence[Any]) -> None:
    """Note that an operation records nothing, for those of its inputs that require a gradient."""
    noted = current().departures
    lost = [x for x in inputs if getattr(x, "requires_grad", False)]
    if noted is not None and lost:
        position = position_of_caller()
        noted += [Departure(x, operation, position) for x in lost]


def hand_on(departures: Sequence[Departure]) -> None:
    """Leave departures to the transform around the one that has ended."""
    noted = current().departures
    if noted is not None:
        noted += departures
