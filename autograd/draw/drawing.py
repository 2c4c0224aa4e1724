"""Drawing: one picture in every language that it can be written in."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any

from autograd.draw import raster
from autograd.draw.dot import dot
from autograd.draw.markdown import markdown
from autograd.draw.picture import Picture
from autograd.draw.render import Sheet, render
from autograd.draw.svg import svg
from autograd.draw.text import forward_table, transcript
from autograd.draw.themes import theme as theme_of
from autograd.draw.tikz import tikz
from autograd.draw.wishes import Wishes
from autograd.errors import DrawingError, one_line, suggestion
from autograd.graph import Graph
from autograd.trace import Trace

TOLD = 100  # a graph of more nodes is not told in words inside its SVG


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
        self, picture: Picture, end: Picture, graph: Graph, trace: Trace | None, wishes: Wishes
    ) -> None:
        self.picture = picture
        self.graph = graph
        self.trace = trace
        self._end = end
        self._wishes = wishes

    def __repr__(self) -> str:
        boxes = sum(box.kind != "end" for box in self.picture.boxes)
        return f"Drawing of {boxes} boxes and {len(self.picture.wires)} wires"

    @cached_property
    def sheet(self) -> Sheet:
        """The marks with their coordinates."""
        return render(self.picture, self._wishes.direction, self._wishes.engine, self._end)

    @property
    def engine(self) -> str:
        """The layout engine that placed the boxes."""
        return self.sheet.engine

    @cached_property
    def svg(self) -> str:
        """An SVG document."""
        told = self.text if len(self.graph) <= TOLD else "\n".join(self.picture.notes)
        return svg(self.sheet, theme_of(self._wishes.theme), self._wishes.theme, told)

    @cached_property
    def dot(self) -> str:
        """DOT text."""
        return dot(self.picture, theme_of(self._wishes.theme), self._wishes.direction)

    @cached_property
    def tex(self) -> str:
        """A LaTeX document."""
        return tikz(self.sheet, theme_of(self._wishes.theme))

    @cached_property
    def text(self) -> str:
        """A transcript for a terminal."""
        if self.trace is None:
            return forward_table(self.graph, self.picture.digits)
        return transcript(self.trace, digits=self.picture.digits)

    @cached_property
    def md(self) -> str:
        """A transcript in Markdown."""
        return markdown(self.graph, self.trace, self.picture.digits)

    def save(self, path: str | Path, format: str | None = None) -> Path:
        """Write the drawing to a file, in the language of its suffix.

        Parameters
        ----------
        path : str or Path
            It ends in ``.svg``, ``.dot``, ``.tex``, ``.md``, ``.txt``, ``.png`` or ``.pdf``.
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
        try:
            path = Path(path)
        except TypeError:
            raise DrawingError(f"save: {one_line(path)} is no path") from None
        suffix = path.suffix.lower() if format is None else f".{format}"
        if suffix not in WRITERS:
            raise DrawingError(
                f"save: {path.name!r:.60} does not end in one of {', '.join(WRITERS)}"
                f"{suggestion(suffix, WRITERS)}"
            )
        content = WRITERS[suffix](self)
        try:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise DrawingError(f"save: cannot write {one_line(path, 300, str)}: {reason}") from None
        return path

    def _repr_html_(self) -> str:
        """Show the SVG as an image, which no notebook takes for code."""
        image = b64encode(self.svg.encode()).decode()
        return (
            f'<img src="data:image/svg+xml;base64,{image}" alt="{escape(self.sheet.title)}" '
            'style="max-width: 100%">'
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {
            "text/html": self._repr_html_(),
            "image/svg+xml": self.svg,
            "text/plain": repr(self),
        }


WRITERS: dict[str, Callable[[Drawing], str | bytes]] = {
    ".svg": lambda drawing: drawing.svg,
    ".dot": lambda drawing: drawing.dot,
    ".tex": lambda drawing: drawing.tex,
    ".md": lambda drawing: drawing.md,
    ".txt": lambda drawing: drawing.text + "\n",
    ".png": lambda drawing: raster.png(drawing.svg),
    ".pdf": lambda drawing: raster.pdf(drawing.svg),
}
