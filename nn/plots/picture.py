"""The figure that every function here returns.  This file needs Matplotlib, so functions import it.

It is made without pyplot: other figures are untouched, none has to be closed, and no window opens.
"""

from __future__ import annotations

import io
import os
import textwrap
from contextlib import AbstractContextManager
from typing import IO, Any

import matplotlib.style
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, LogFormatterMathtext, LogitFormatter

import autograd as ag
from autograd.core.files import as_path, write_file
from nn.plots.style import SOFT, STYLE

# What would make two files of the same picture differ.
UNDATED: dict[str, dict[str, Any]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}

FORMULAS = (LogFormatterMathtext, LogitFormatter)  # they write powers of ten as TeX does


def in_style() -> AbstractContextManager[None]:
    """Return a context in which the look is ours, whatever the user has set."""
    return matplotlib.style.context(["default", STYLE])


class Logarithmic(LogFormatter):
    """Numbers of a logarithmic axis, where there is room for them: 1e-06, 0.001, 0.1."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the text at a place, or nothing."""
        return f"{x:g}" if super().__call__(x, pos) else ""


class Picture(Figure):
    """A Matplotlib figure that a notebook shows, and that is the same, byte by byte, each time.

    Parameters
    ----------
    width, height : float
        In inches.

    Examples
    --------
    >>> from nn.plots.picture import Picture
    >>> Picture(7, 3)._repr_png_()[1:4]
    b'PNG'
    """

    # A notebook that prefers HTML would show nothing.
    _repr_html_ = None  # type: ignore[assignment]

    def __init__(self, width: float, height: float) -> None:
        super().__init__(figsize=(width, height), layout="constrained")

    def describe(self, title: str, note: str = "") -> None:
        """Say on top what is seen, and below how to read it."""
        width = self.get_size_inches()[0] * 72
        words = textwrap.fill(title, int(width / 6.9))
        self.suptitle(words, x=0.012, ha="left", fontsize=11, fontweight="bold")
        if note:
            words = textwrap.fill(note, int(width / 4.6))
            self.supxlabel(words, x=0.012, ha="left", fontsize=8, color=SOFT)

    def draw(self, renderer: RendererBase) -> None:
        """Draw it; the numbers of logarithmic axes are plain text, since no text is a formula."""
        for axis in (axis for axes in self.axes for axis in (axes.xaxis, axes.yaxis)):
            if isinstance(axis.get_major_formatter(), FORMULAS):
                axis.set_major_formatter(Logarithmic())
            if isinstance(axis.get_minor_formatter(), FORMULAS):
                axis.set_minor_formatter(Logarithmic(labelOnlyBase=False))
        super().draw(renderer)

    def savefig(self, fname: str | os.PathLike[str] | IO[bytes], **options: Any) -> None:
        """Write the picture to a file, as Matplotlib does; PNG, SVG and PDF have no date.

        A path without a suffix gets that of the format.  The file appears when it is complete.
        """
        if not hasattr(fname, "write"):
            path = as_path("savefig", fname, ag.OptionError)
            if not (options.get("format") or path.suffix):
                path = path.with_name(f"{path.name.rstrip('.')}.png")
            kind = str(options.pop("format", None) or path.suffix[1:]).lower()
            drawn = io.BytesIO()
            self.savefig(drawn, format=kind, **options)
            write_file("savefig", path, drawn.getvalue(), ag.OptionError)
            return
        kind = str(options.get("format") or "png").lower()
        if kind in UNDATED:
            options.setdefault("metadata", UNDATED[kind])
        with in_style():
            super().savefig(fname, **options)

    def _repr_png_(self) -> bytes:
        file = io.BytesIO()
        self.savefig(file, format="png")
        return file.getvalue()
