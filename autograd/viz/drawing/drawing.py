"""Drawing: one scene in every format that it can be written in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Unpack

from autograd.core.files import as_path, save_file
from autograd.core.messages import suggestion
from autograd.errors import DrawingError
from autograd.ir.breakpoints import Breakpoint
from autograd.ir.trace import Event, Trace
from autograd.viz.drawing.architecture_view import ArchitectureView
from autograd.viz.formats import raster
from autograd.viz.formats.dot import dot
from autograd.viz.formats.latex import steps_in_latex
from autograd.viz.formats.markdown import markdown
from autograd.viz.formats.svg import svg
from autograd.viz.formats.themes import theme as theme_of
from autograd.viz.formats.tikz import tikz
from autograd.viz.formats.transcript import forward_table, transcript
from autograd.viz.model.options import DrawOptions
from autograd.viz.model.scene import Scene
from autograd.viz.model.scene_builder import Subject
from autograd.viz.player.html_page import still
from autograd.viz.player.notebook import image
from autograd.viz.player.payload import EVENTS
from autograd.viz.player.player import Extras, Player
from autograd.viz.render.sheet import Sheet, render

DESCRIBED = 100  # nodes; a larger graph is not described in words inside its SVG


class Drawing:
    """A drawing of a graph, made by `autograd.draw`.

    In a notebook it shows itself.

    Attributes
    ----------
    svg : str
        An SVG document.
    dot : str
        DOT text for Graphviz, which is not needed to make it.
    tex : str
        A LaTeX document with a TikZ picture.
    html : str
        A page to step through it, forwards and backwards, which needs no network.
    animated : str
        An SVG document that plays by itself.
    md : str
        The forward table and every step of the backward pass in Markdown.
    text : str
        The same for a terminal.
    engine : str
        The layout engine that placed the boxes.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> drawing = ag.draw(x * x)
    >>> drawing
    Drawing of 2 boxes and 3 wires
    >>> drawing.svg.startswith("<svg")
    True
    """

    def __init__(
        self,
        scene: Scene,
        end: Scene,
        subject: Subject,
        trace: Trace | None,
        options: DrawOptions,
        view: ArchitectureView | None = None,
    ) -> None:
        self.scene = scene
        self.graph = subject.graph
        self.trace = trace
        self.title = scene.title
        self._end = end
        self.subject = subject
        self.options = options
        self._data = None if view is None else lambda: view.data  # the page begins with it

    def __repr__(self) -> str:
        boxes = sum(box.kind != "end" for box in self.scene.boxes)
        return f"Drawing of {boxes} boxes and {len(self.scene.wires)} wires"

    @cached_property
    def sheet(self) -> Sheet:
        """The marks with their coordinates."""
        return render(self.scene, self.options.direction, self.options.engine, self._end)

    @property
    def engine(self) -> str:
        """The layout engine that placed the boxes."""
        return self.sheet.engine

    @cached_property
    def svg(self) -> str:
        """An SVG document."""
        described = self.text if len(self.graph) <= DESCRIBED else "\n".join(self.scene.notes)
        return svg(self.sheet, theme_of(self.options.theme), self.options.theme, described)

    @cached_property
    def dot(self) -> str:
        """DOT text."""
        return dot(self.scene, theme_of(self.options.theme), self.options.direction)

    @cached_property
    def tex(self) -> str:
        """A LaTeX document: the drawing, and the equations of the backward steps."""
        equations = [] if self.trace is None else steps_in_latex(self.trace)
        return tikz(self.sheet, theme_of(self.options.theme), equations)

    @cached_property
    def text(self) -> str:
        """A transcript for a terminal."""
        if self.trace is None:
            return forward_table(self.graph, self.scene.digits)
        return transcript(self.trace, digits=self.scene.digits)

    @cached_property
    def md(self) -> str:
        """A transcript in Markdown."""
        return markdown(self.graph, self.trace, self.scene.digits)

    def player(
        self, breakpoints: Sequence[Breakpoint] = (), **extras: Unpack[Extras]
    ) -> Player | None:
        """Return what steps through it; None without a backward pass, or of too many events."""
        trace = self._computed if self.options.backward else self.trace
        if trace is None or not Player.takes(trace):
            return None
        return Player(
            self.subject,
            trace,
            self.options,
            title=self.title,
            notes=self.scene.notes,
            still=lambda: self.svg,
            breakpoints=breakpoints,
            architecture=self._data,
            **extras,
        )

    @property
    def _computed(self) -> Trace:
        """The graph of both passes as a trace: one operation after another gets its value."""
        made = (Event("forward", node.id, None, None, node.value) for node in self.graph)
        return Trace(self.graph, tuple(made))

    @cached_property
    def html(self) -> str:
        """A page to step through it; of what has no steps, or too many, a page that shows it."""
        player = self.player()  # not kept: it refers to this drawing
        if player:
            return player.html
        return still(self.svg, self.title, self.text, self._why_still)

    @property
    def _why_still(self) -> str:
        """Say why a trace cannot be stepped through."""
        if self.trace is None or Player.takes(self.trace):
            return ""
        return f"A page steps through at most {EVENTS} events; here are {len(self.trace)}."

    @cached_property
    def animated(self) -> str:
        """An SVG document that plays by itself; of what has no steps, the drawing."""
        player = self.player()
        return player.animated if player else self.svg

    def save(self, path: str | Path, format: str | None = None) -> Path:
        """Write the drawing to a file, in the language of its suffix.

        Parameters
        ----------
        path : str or Path
            It ends in ``.html``, ``.svg``, ``.dot``, ``.tex``, ``.md``, ``.txt``, ``.png`` or
            ``.pdf``.
        format : str, optional
            One of these without the dot, for a path that ends in another way.

        Returns
        -------
        Path
            Of the file.

        Raises
        ------
        DrawingError
            If the suffix is none of these, or the file cannot be written.
        MissingError
            If a PNG or PDF is asked for and its extra package is not installed.

        Notes
        -----
        PNG is made by resvg (``pip install 'glassgrad[png]'``) and PDF by Typst
        (``pip install 'glassgrad[pdf]'``), both from the SVG.
        """
        path = as_path("save", path, DrawingError)
        suffix = path.suffix.lower() if format is None else f".{format}"
        if suffix not in WRITERS:
            raise DrawingError(
                f"save: {path.name!r:.60} does not end in one of {', '.join(WRITERS)}"
                f"{suggestion(suffix, WRITERS)}"
            )
        return save_file("save", path, WRITERS[suffix](self), DrawingError)

    def _repr_html_(self) -> str:
        """Show the player where the host lets it run, else a moving picture, or a still one."""
        player = self.player()
        if player:
            return player._repr_html_()
        note = f"<p>{self._why_still}</p>" if self._why_still else ""
        return image(self.svg, self.title) + note

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {
            "text/html": self._repr_html_(),
            "image/svg+xml": self.svg,
            "text/plain": repr(self),
        }


WRITERS: dict[str, Callable[[Drawing], str | bytes]] = {
    ".html": lambda drawing: drawing.html,
    ".svg": lambda drawing: drawing.svg,
    ".dot": lambda drawing: drawing.dot,
    ".tex": lambda drawing: drawing.tex,
    ".md": lambda drawing: drawing.md,
    ".txt": lambda drawing: drawing.text + "\n",
    ".png": lambda drawing: raster.png(drawing.svg),
    ".pdf": lambda drawing: raster.pdf(drawing.svg),
}
