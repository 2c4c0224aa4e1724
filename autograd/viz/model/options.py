"""The options of a drawing, as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograd.core.messages import one_line, suggestion
from autograd.errors import DrawingError
from autograd.ir.opened import Open
from autograd.ir.subgraph import NodeLike

PARTS = ("values", "gradients", "tensors")


@dataclass(frozen=True, slots=True)
class DrawOptions:
    """The options of `autograd.draw`, which describes them."""

    backward: bool
    digits: int
    theme: str
    direction: str
    show: str | Iterable[str]
    depth: int | None
    budget: int | None
    stack: bool
    around: NodeLike | None
    steps: int
    path: NodeLike | None
    at: int | None
    engine: str | None
    open: Open
    view: str | None = None
    times: bool = False
    width: int = 1440

    @property
    def parts(self) -> tuple[str, ...]:
        """What to write on wires, of `PARTS`; ``show`` may give them in one text, or one by one."""
        show = self.show
        try:
            words = show.replace(",", " ").split() if isinstance(show, str) else list(show)
        except TypeError:
            raise DrawingError(
                f"draw: show={one_line(show)} is not a text or a list of {', '.join(PARTS)}"
            ) from None
        for word in words:
            if word not in PARTS:
                raise DrawingError(
                    f"draw: show={one_line(word)} is none of {', '.join(PARTS)}"
                    f"{suggestion(word, PARTS)}"
                )
        return PARTS if words == ["tensors"] else tuple(words)  # tensors of both
