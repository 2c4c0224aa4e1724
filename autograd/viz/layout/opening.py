"""Which boxes of an architecture are open at first: as many as fit on a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from autograd.core.messages import one_line, suggestion
from autograd.errors import DrawingError
from autograd.viz.layout.rows import arrange
from autograd.viz.model.architecture import Architecture, Box

FEW = 12  # boxes; a drawing with fewer opens the next level


def fitting(architecture: Architecture, width: int, height: int) -> frozenset[int]:
    """Choose what is open, so that the drawing is at most so wide and high where that can be.

    The network itself is open, and the containers without a frame; of a small network also the next
    levels.  If that is too high, containers are closed, those that hold most first.
    """
    boxes = architecture.boxes
    open = {box.id for box in boxes if not box.framed}

    def fits(chosen: Collection[int]) -> bool:
        plan = arrange(architecture, chosen, width)
        return plan.height <= height and plan.width <= width

    while more := [b for b in _closed(architecture, open) if architecture.is_block(b)]:
        wider = open | {box.id for box in more}
        if len(list(_closed(architecture, wider))) > FEW or not fits(wider):
            break
        open = wider
    containers = sorted((b for b in boxes if b.id in open and b.parent is not None), key=_amount)
    while containers and not fits(open):
        open.discard(containers.pop().id)
    return frozenset(open)


def named(architecture: Architecture, paths: Iterable[str]) -> frozenset[int]:
    """Return the boxes of some paths, and those around them, so that they can be seen open.

    Raises
    ------
    DrawingError
        If no box has such a path.
    """
    known = {box.path: box.id for box in architecture.boxes if box.children}
    found: set[int] = {box.id for box in architecture.boxes if not box.framed}
    for path in paths:
        if path not in known:
            raise DrawingError(
                f"draw: open={one_line(path)} is the path of no box that can be opened"
                f"{suggestion(path, known) if isinstance(path, str) else ''}"
            )
        found.update(architecture.ancestors(known[path]))
    return frozenset(found)


def _closed(architecture: Architecture, open: Collection[int]) -> Iterator[Box]:
    """Yield what is seen when some boxes are open, without the frames."""
    for box in architecture.boxes:
        around = architecture.ancestors(box.id)[:-1]
        if box.id not in open and all(id in open for id in around):
            yield box


def _amount(box: Box) -> int:
    return len(box.children)
