"""Player: a trace that can be stepped through in a browser, with a keyboard or a finger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypedDict, Unpack

from autograd.core.files import save_file
from autograd.errors import DrawingError
from autograd.ir.breakpoints import Breakpoint
from autograd.ir.staleness import stale
from autograd.ir.trace import Trace
from autograd.viz.formats.themes import theme
from autograd.viz.formats.transcript import transcript
from autograd.viz.model.closed_forms import compare
from autograd.viz.model.fold import Folding, fold
from autograd.viz.model.options import DrawOptions
from autograd.viz.model.scene_builder import Subject
from autograd.viz.player.animated import animated
from autograd.viz.player.architecture_payload import ArchitectureData
from autograd.viz.player.html_page import page
from autograd.viz.player.notebook import PANES, TOOL, output
from autograd.viz.player.nudge_table import nudge_table
from autograd.viz.player.payload import EVENTS, payload
from autograd.viz.player.slots import View, inside_view, view
from autograd.viz.player.timeline import START, timeline
from autograd.viz.player.views import Inside, Views, links, views

GATES = 30  # boxes of the gates beside an architecture
READ = 400  # events; without scripts, a longer trace is a picture that does not move


class Extras(TypedDict, total=False):
    """Further entries of the payload, by which a page begins otherwise than usual.

    Attributes
    ----------
    start : int
        The event to begin at, in place of ``options.at``; -1 for before the first.
    mode : {"predict"}
        Whether the page asks for each gradient before it shows it.
    tool : str
        The tool to open.
    moved : dict
        For the tool "nudge", the ``name`` of the number to move, and ``by`` how much.
    beside : dict
        What to say of another run: ``index``, the first event that differs, and a ``verdict``.
    """

    start: int
    mode: str
    tool: str
    moved: Mapping[str, str | float]
    beside: Mapping[str, str | int | None]


class Player:
    """A subject with a trace, as a page; made by `Drawing.player`.

    It begins at ``options.at``, by default before the first event.  In a notebook it shows itself.

    Parameters
    ----------
    subject : Subject
    trace : Trace
    options : DrawOptions
    title : str
    notes : sequence of str
        What to write underneath.
    still : callable
        Returns the SVG of the moment ``options.at``, for hosts that show nothing else.
    breakpoints : sequence of Breakpoint
    architecture : callable, optional
        Makes the architecture, with which the page then begins.
    **extras
        See `Extras`.
    """

    def __init__(
        self,
        subject: Subject,
        trace: Trace,
        options: DrawOptions,
        *,
        title: str,
        notes: Sequence[str],
        still: Callable[[], str],
        breakpoints: Sequence[Breakpoint] = (),
        architecture: Callable[[], ArchitectureData] | None = None,
        **extras: Unpack[Extras],
    ) -> None:
        self.trace = trace
        self._architecture = architecture
        self._subject = subject if architecture is None else _folded(subject, options)
        self._options = options
        self._title = title
        self._notes = [note for note in notes if note != subject.folding.note]  # views have theirs
        self._still = still
        self._breakpoints = breakpoints
        self._extras = extras

    def __repr__(self) -> str:
        return f"Player of {len(self.trace)} events"

    @staticmethod
    def takes(trace: Trace) -> bool:
        """Whether a trace is short enough to be played."""
        return len(trace) <= EVENTS

    @cached_property
    def payload(self) -> dict[str, Any]:
        """The data of the page."""
        options, subject = self._options, self._subject
        pictures = "tensors" in subject.parts
        roots = len(self._views.roots)
        open = [roots + k for k in self._views.open]
        data = payload(self.trace, options.digits, self._drawn(), roots - 1, open, pictures)
        if self._data is not None:
            data["structure"]["architecture"] = self._data.structure
            data["numbers"]["architecture"] = self._data.numbers
        return {
            **data,
            "title": self._title,
            "theme": options.theme,
            "start": START if options.at is None else options.at,
            "breakpoints": [b.to_json(self.trace) for b in self._breakpoints],
            "nudges": self._nudges(),
            "chains": [call.rows() for call in compare(self.trace)],
            **self._extras,
        }

    @cached_property
    def _data(self) -> ArchitectureData | None:
        return None if self._architecture is None else self._architecture()

    def _nudges(self) -> list[dict[str, Any]]:
        """Tell how the output changes with its inputs, where that can be computed again."""
        again = not self._options.backward and not self.trace.cut and not stale(self.trace.graph)
        return [asdict(row) for row in nudge_table(self.trace)] if again else []

    @property
    def html(self) -> str:
        """A document of its own."""
        return page({**self.payload, "alone": True}, self._words)

    @property
    def _words(self) -> str:
        """All steps in words, if they are few enough to be read."""
        if len(self.trace) > READ:
            return ""
        return self._transcript

    @cached_property
    def _transcript(self) -> str:
        """All steps in words, with the verdict of the proof that the page has."""
        proof = self.payload["numbers"]["proof"]
        verdict = proof["verdict"] if proof else ""
        return transcript(self.trace, digits=self._options.digits, verdict=verdict)

    @property
    def animated(self) -> str:
        """An SVG document that plays by itself."""
        made = timeline(
            self._subject, self.trace, self._options.direction, self._engine, self._notes
        )
        return animated(made, theme(self._options.theme))

    @cached_property
    def _views(self) -> Views:
        if self._architecture is not None or self._subject.rule_of:
            # An architecture opens and closes by itself; two passes lie beneath each other.
            return Views((self._subject.folding,), (), ())
        return views(self._subject, self._options.stack)

    def _drawn(self) -> list[View]:
        """Return the drawings of all views, each with what can be opened in it."""
        drawn = [self._view(folding) for folding in self._views.roots]
        drawn += [self._inside(inside) for inside in self._views.insides]
        found = zip(drawn, links(self._subject, self._views), strict=True)
        return [View({**one.data, **more}, one.shown) for one, more in found]

    def _inside(self, inside: Inside) -> View:
        """Return the drawing of what is in a closed box."""
        subject = replace(self._subject, folding=inside.folding)
        direction = self._options.direction
        return inside_view(subject, self.trace, inside.fold, direction, self._engine)

    def _view(self, folding: Folding) -> View:
        """Return the drawing of the subject, folded in some way."""
        subject = replace(self._subject, folding=folding)
        return view(subject, self.trace, self._options.direction, self._engine, self._notes)

    @property
    def _height(self) -> float:
        """The height of the drawing that the page begins with."""
        if self._data is not None:
            return self._data.height
        structure = self.payload["structure"]
        height: float = structure["views"][structure["view"]]["height"]
        return height

    @property
    def _engine(self) -> str:
        """The same page on every machine, whatever layout engine is installed there."""
        return self._options.engine or "builtin"

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
        more = PANES if self.payload["numbers"]["arrays"] else 0
        return output(
            page(self.payload, self._words),
            self.animated if len(self.trace) <= READ else self._still(),
            self._title,
            self._transcript,
            self._height,
            TOOL if {"tool", "beside"} & set(self._extras) else more,
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {
            "text/html": self._repr_html_(),
            "image/svg+xml": self._still(),
            "text/plain": repr(self),
        }


def _folded(subject: Subject, options: DrawOptions) -> Subject:
    """Fold the gates that stand beside an architecture, where the reader opens boxes."""
    if options.depth is not None or len(subject.nodes) <= GATES:
        return subject
    folding = fold(subject.graph, subject.nodes, None, GATES, options.stack)
    return replace(subject, folding=folding)
