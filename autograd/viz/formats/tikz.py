r"""Marks written as a LaTeX document with a TikZ picture, and the equations of the steps after it.

LaTeX programs differ in the characters that they know, so only ASCII is written: Greek letters and
signs as mathematics, and what has no such name as its code point, ``<U+4E2D>``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np

from autograd.core.messages import plain
from autograd.viz.formats.svg import colours
from autograd.viz.formats.themes import Theme
from autograd.viz.model.text_metrics import width_of
from autograd.viz.render.marks import Cells, Curve, Mark, Point, Polygon, Rect, Text, flat
from autograd.viz.render.sheet import Sheet

_ESCAPES = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    '"': r"{\ttfamily\char34}",
    **{c: f"{{{c}}}" for c in "-`'?!,"},  # alone, so that two of them are not joined into one
    **{c: f"${c}$" for c in "<>|"},
    **{c: f"\\{c}" for c in "{}$&#_%"},
    "×": r"$\times$",
    "Σ": r"$\Sigma$",
    "∇": r"$\nabla$",
    "∂": r"$\partial$",
    "…": r"\ldots{}",
}
_HEADING = r"""\documentclass[tikz,border=0pt]{standalone}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{amsmath}
\renewcommand{\familydefault}{\sfdefault}
"""


LARGEST = 15_000.0  # TeX knows no longer lengths, in its points
PIXEL = 0.75  # of a point
ON_A_PAGE = 20  # equations


def tikz(sheet: Sheet, theme: Theme, equations: Sequence[str] = ()) -> str:
    """Return a sheet as a LaTeX document.

    A drawing that is too large for TeX is written smaller.

    Parameters
    ----------
    sheet : Sheet
    theme : Theme
        The colours of the roles.
    equations : sequence of str
        In LaTeX's mathematical mode; they follow the picture, on pages of their own.
    """
    unit = min(PIXEL, LARGEST / max(sheet.width, sheet.height))
    writer = _Writer(theme, unit)
    lines = [_HEADING, *writer.colours(), r"\begin{document}"]
    lines.append(f"\\begin{{tikzpicture}}[x={unit:.5f}bp,y=-{unit:.5f}bp]")
    paper = f"({sheet.width:.1f},{sheet.height:.1f})"
    lines.append(f"\\fill[{_name('paper')}] (0,0) rectangle {paper};")
    for group in sheet.groups:
        lines.append(f"% {group.id}")
        body = [line for mark in flat([group]) for line in writer.write(mark)]
        if group.faint:
            body = [r"\begin{scope}[opacity=0.38,text opacity=0.38]", *body, r"\end{scope}"]
        lines += body
    lines.append(r"\end{tikzpicture}")
    for first in range(0, len(equations), ON_A_PAGE):
        lines += _page(equations[first : first + ON_A_PAGE], first + 1)
    return "\n".join([*lines, r"\end{document}", ""])


def _page(equations: Sequence[str], number: int) -> list[str]:
    """Write equations below each other, numbered."""
    rows = [
        rf"{i}. & $\displaystyle {equation}$ \\[6bp]"
        for i, equation in enumerate(equations, number)
    ]
    return [
        r"\begin{tikzpicture}",
        r"\node[inner sep=12bp] {\begin{tabular}{rl}",
        *rows,
        r"\end{tabular}};",
        r"\end{tikzpicture}",
    ]


def _name(role: str) -> str:
    return f"gg{role.replace(' ', '')}"


class _Writer:
    """Writes marks, one pixel being so many points of TeX."""

    def __init__(self, theme: Theme, unit: float) -> None:
        self.theme = theme
        self.unit = unit

    def colours(self) -> list[str]:
        return [
            f"\\definecolor{{{_name(role)}}}{{HTML}}{{{colour[1:].upper()}}}"
            for role, colour in self.theme.items()
        ]

    def write(self, mark: Mark) -> list[str]:
        match mark:
            case Text():
                return [self._text(mark)]
            case Curve():
                first, *rest = map(_point, mark.points)
                pieces = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
                path = first + "".join(f" .. controls {a} and {b} .. {c}" for a, b, c in pieces)
                return [f"\\draw[{self._line(mark.colour, mark.width, mark.dash)}] {path};"]
            case Polygon():
                points = " -- ".join(map(_point, mark.points))
                return [f"\\fill[{_name(mark.colour)}] {points} -- cycle;"]
            case Rect():
                return [self._rect(mark)]
            case Cells():
                return self._cells(mark)
        return []

    def _length(self, pixels: float) -> str:
        return f"{self.unit * pixels:.2f}bp"

    def _line(self, colour: str, width: float, dash: str) -> str:
        style = f"draw={_name(colour)},line width={self._length(width)}"
        if not dash:
            return style
        on, off = (self._length(float(part)) for part in dash.split())
        return f"{style},dash pattern=on {on} off {off}"

    def _text(self, mark: Text) -> str:
        anchor = {"middle": "base", "start": "base west", "end": "base east"}[mark.anchor]
        size = self._length(mark.size)
        style = (r"\bfseries" if mark.bold else "") + (r"\itshape" if mark.italic else "")
        font = f"\\fontsize{{{size}}}{{{size}}}\\selectfont{style}"
        text = escape(mark.text)
        if "U+" in text:  # much longer than the characters it stands for: into their width
            width = self._length(width_of(mark.text, mark.size, mark.bold))
            text = f"\\resizebox{{{width}}}{{!}}{{{text}}}"
        options = f"{_name(mark.colour)},anchor={anchor},inner sep=0pt,font={{{font}}}"
        return f"\\node[{options}] at {_point((mark.x, mark.y))} {{{text}}};"

    def _rect(self, mark: Rect) -> str:
        style = [f"fill={_name(mark.fill)}"] if mark.fill else []
        style += [self._line(mark.stroke, mark.line, mark.dash)] if mark.stroke else []
        style += [f"rounded corners={self._length(mark.radius)}"] if mark.radius else []
        corner = _point((mark.x + mark.width, mark.y + mark.height))
        return f"\\path[{','.join(style)}] {_point((mark.x, mark.y))} rectangle {corner};"

    def _cells(self, mark: Cells) -> list[str]:
        """Write a heat map cell by cell; cells without colour are left out."""
        rgba = colours(mark.cells, self.theme)
        rows, columns = mark.cells.shape
        w, h = mark.width / columns, mark.height / rows
        lines = []
        for i, j in np.argwhere(rgba[..., 3]).tolist():
            r, g, b, a = rgba[i, j].tolist()
            x, y = mark.x + j * w, mark.y + i * h
            fill = f"fill={{rgb,255:red,{r};green,{g};blue,{b}}},fill opacity={a / 255:.2f}"
            lines.append(f"\\fill[{fill}] {_point((x, y))} rectangle {_point((x + w, y + h))};")
        return lines


def _point(p: Point) -> str:
    return f"({p[0]:.1f},{p[1]:.1f})"


def escape(text: str) -> str:
    """Return text that LaTeX prints as it stands and never obeys."""
    return "".join(_character(c) for c in plain(text))


def _character(c: str) -> str:
    if c in _ESCAPES:
        return _ESCAPES[c]
    if c.isascii():
        return c
    name = unicodedata.name(c, "")
    greek = name.removeprefix("GREEK SMALL LETTER ").removeprefix("GREEK CAPITAL LETTER ")
    if name.startswith("GREEK SMALL LETTER") and greek in _SMALL:
        return f"$\\{greek.lower()}$"
    if name.startswith("GREEK CAPITAL LETTER") and greek in _CAPITAL:
        return f"$\\{greek.capitalize()}$"
    base = unicodedata.normalize("NFD", c)
    if len(base) == 2 and base[0].isascii() and base[1] in _ACCENTS:
        return f"{_ACCENTS[base[1]]}{{{base[0]}}}"
    return f"$<$U+{ord(c):04X}$>$"


# LaTeX has no command for the letters that look like Latin ones.
_CAPITAL = {"GAMMA", "DELTA", "THETA", "XI", "PI", "SIGMA", "PHI", "PSI", "OMEGA"}
_SMALL = _CAPITAL | {
    *("ALPHA", "BETA", "EPSILON", "ZETA", "ETA", "IOTA", "KAPPA"),
    *("MU", "NU", "RHO", "TAU", "UPSILON", "CHI"),
}
_ACCENTS = {
    "\N{COMBINING GRAVE ACCENT}": r"\`",
    "\N{COMBINING ACUTE ACCENT}": r"\'",
    "\N{COMBINING CIRCUMFLEX ACCENT}": r"\^",
    "\N{COMBINING TILDE}": r"\~",
    "\N{COMBINING DIAERESIS}": r"\"",
}
