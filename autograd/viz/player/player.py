"""Player: a trace that can be stepped through in a browser, with a keyboard or a finger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograd.core.files import save_file
from autograd.errors import DrawingError
from autograd.ir.breakpoints import Breakpoint
from autograd.ir.staleness import stale
from autograd.ir.trace import Trace
from autograd.lessons.closed import compare
from autograd.lessons.moves import moves
from autograd.viz.formats.themes import theme
from autograd.viz.formats.transcript import transcript
from autograd.viz.model.fold import Folding
from autograd.viz.player.animated import animated
from autograd.viz.player.html_page import page
from autograd.viz.player.notebook import PANES, TOOL, output
from autograd.viz.player.payload import EVENTS, score
from autograd.viz.player.timeline import Timeline, timeline
from autograd.viz.player.views import foldings

if TYPE_CHECKING:
    from autograd.viz.drawing.drawing import Drawing

READ = 400  # events; without scripts, a longer trace is a picture that does not move


class Player:
    """A drawing with a trace, as a page; made by `autograd.draw` and `autograd.lessons`.

    In a notebook it shows itself.

    Parameters
    ----------
    drawing : Drawing
    breakpoints : sequence of Breakpoint
    more : dict
        Further entries of the score: ``mode`` is "predict", ``tool`` the one to open, ``beside``
        another run.
    """

    def __init__(
        self, drawing: Drawing, breakpoints: Sequence[Breakpoint] = (), **more: Any
    ) -> None:
        assert drawing.trace is not None
        self.trace: Trace = drawing.trace
        self._drawing = drawing
        self._wishes = drawing.wishes
        # The same page on every machine, whatever layout engine is installed there.
        self._engine = drawing.wishes.engine or "builtin"
        self._breakpoints = breakpoints
        self._more = more

    def __repr__(self) -> str:
        return f"Player of {len(self.trace)} events"

    @staticmethod
    def takes(trace: Trace) -> bool:
        """Whether a trace is short enough to be played."""
        return len(trace) <= EVENTS

    @cached_property
    def score(self) -> dict[str, Any]:
        """The data of the page."""
        wishes, subject = self._wishes, self._drawing.subject
        views = [self._timeline if f is subject.folding else self._timed(f) for f in self._foldings]
        first = self._foldings.index(subject.folding)
        return {
            **score(subject.graph, self.trace, wishes.digits, views, first),
            "title": self._drawing.title,
            "theme": wishes.theme,
            "start": len(self.trace) - 1 if wishes.at is None else wishes.at,
            "breakpoints": [b.told(self.trace) for b in self._breakpoints],
            "nudges": self._nudges(),
            "chains": [call.rows() for call in compare(self.trace)],
            **self._more,
        }

    def _nudges(self) -> list[dict[str, Any]]:
        """Tell how the output changes with its inputs, where that can be computed again."""
        fresh = not stale(self.trace.graph)
        return [asdict(row) for row in moves(self.trace)] if fresh else []

    @property
    def html(self) -> str:
        """A document of its own."""
        return page({**self.score, "alone": True}, self._words)

    @property
    def _words(self) -> str:
        """All steps in words, if they are few enough to be read."""
        if len(self.trace) > READ:
            return ""
        return transcript(self.trace, digits=self._wishes.digits)

    @property
    def animated(self) -> str:
        """An SVG document that plays by itself."""
        return animated(self._timeline, theme(self._wishes.theme))

    @cached_property
    def _foldings(self) -> list[Folding]:
        return foldings(self._drawing.subject, self._wishes.stack)

    @cached_property
    def _timeline(self) -> Timeline:
        return self._timed(self._drawing.subject.folding)

    def _timed(self, folding: Folding) -> Timeline:
        """Return the timeline of the drawing, folded in some way."""
        drawing, direction = self._drawing, self._wishes.direction
        own = drawing.subject.folding.note
        notes = [note for note in drawing.picture.notes if note != own]
        folded = replace(drawing.subject, folding=folding)
        return timeline(folded, self.trace, direction, self._engine, notes)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file.

        Returns
        -------
        Path

        Raises
        ------
        DrawingError
            If the file cannot be written.
        """
        return save_file("save", path, self.html, DrawingError)

    def _repr_html_(self) -> str:
        """Return HTML for notebooks."""
        return output(
            page(self.score, self._words),
            self.animated if len(self.trace) <= READ else self._drawing.svg,
            self._drawing.title,
            transcript(self.trace, digits=self._wishes.digits),
            self._timeline.sheet.height,
            TOOL if {"tool", "beside"} & set(self._more) else PANES if self.score["arrays"] else 0,
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {
            "text/html": self._repr_html_(),
            "image/svg+xml": self._drawing.svg,
            "text/plain": repr(self),
        }
