r"""Marks written as a LaTeX document with one TikZ picture.

LaTeX programs differ in the characters that they know, so only ASCII is written: Greek letters and
signs as mathematics, and what has no such name as its code point, ``<U+4E2D>``.
"""

from __future__ import annotations

import unicodedata

from autograd.draw.marks import Cells, Curve, Mark, Point, Polygon, Rect, Text, flat
from autograd.draw.render import Sheet
from autograd.draw.svg import colours
from autograd.draw.themes import Theme
from autograd.draw.words import plain

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
\renewcommand{\familydefault}{\sfdefault}
"""


def tikz(sheet: Sheet, theme: Theme) -> str:
    """Return a sheet as a LaTeX document.

    Parameters
    ----------
    sheet : Sheet
    theme : Theme
        The colours of the roles.
    """
    names = {role: f"gg{role.replace(' ', '')}" for role in theme}
    lines = [
        _HEADING,
        *(f"\\definecolor{{{names[r]}}}{{HTML}}{{{c[1:].upper()}}}" for r, c in theme.items()),
        r"\begin{document}",
        r"\begin{tikzpicture}[x=0.75bp,y=-0.75bp,line width=0.9bp]",
        f"\\fill[{names['paper']}] (0,0) rectangle ({sheet.width:.1f},{sheet.height:.1f});",
    ]
    for group in sheet.groups:
        lines.append(f"% {group.id}")
        body = [line for mark in flat([group]) for line in _mark(mark, names, theme)]
        if group.faint:
            body = [r"\begin{scope}[opacity=0.38,text opacity=0.38]", *body, r"\end{scope}"]
        lines += body
    return "\n".join([*lines, r"\end{tikzpicture}", r"\end{document}", ""])


def _mark(mark: Mark, names: dict[str, str], theme: Theme) -> list[str]:
    match mark:
        case Text():
            return [_text(mark, names)]
        case Curve():
            first, *rest = map(_point, mark.points)
            pieces = zip(rest[::3], rest[1::3], rest[2::3], strict=True)
            path = first + "".join(f" .. controls {a} and {b} .. {c}" for a, b, c in pieces)
            width = 0.75 * mark.width
            return [f"\\draw[{names[mark.colour]},line width={width:.2f}bp{_dash(mark)}] {path};"]
        case Polygon():
            points = " -- ".join(map(_point, mark.points))
            return [f"\\fill[{names[mark.colour]}] {points} -- cycle;"]
        case Rect():
            return [_rect(mark, names)]
        case Cells():
            return _cells(mark, theme)
    return []


def _text(mark: Text, names: dict[str, str]) -> str:
    anchor = {"middle": "base", "start": "base west", "end": "base east"}[mark.anchor]
    size = 0.75 * mark.size
    style = (r"\bfseries" if mark.bold else "") + (r"\itshape" if mark.italic else "")
    font = f"\\fontsize{{{size:.1f}bp}}{{{size:.1f}bp}}\\selectfont{style}"
    return (
        f"\\node[{names[mark.colour]},anchor={anchor},inner sep=0pt,font={{{font}}}] "
        f"at {_point((mark.x, mark.y))} {{{escape(mark.text)}}};"
    )


def _rect(mark: Rect, names: dict[str, str]) -> str:
    style = [f"fill={names[mark.fill]}"] if mark.fill else []
    if mark.stroke:
        style.append(f"draw={names[mark.stroke]}")
        style.append(f"line width={0.75 * mark.line:.2f}bp{_dash(mark)}")
    if mark.radius:
        style.append(f"rounded corners={0.75 * mark.radius:.2f}bp")
    corner = _point((mark.x + mark.width, mark.y + mark.height))
    return f"\\path[{','.join(style)}] {_point((mark.x, mark.y))} rectangle {corner};"


def _dash(mark: Curve | Rect) -> str:
    if not mark.dash:
        return ""
    on, off = mark.dash.split()
    return f",dash pattern=on {0.75 * float(on):.2f}bp off {0.75 * float(off):.2f}bp"


def _cells(mark: Cells, theme: Theme) -> list[str]:
    """Write a heat map cell by cell; cells without colour are left out."""
    rgba = colours(mark.cells, theme)
    rows, columns = mark.cells.shape
    w, h = mark.width / columns, mark.height / rows
    lines = []
    for i in range(rows):
        for j in range(columns):
            r, g, b, a = (int(v) for v in rgba[i, j])
            if a:
                x, y = mark.x + j * w, mark.y + i * h
                lines.append(
                    f"\\fill[fill={{rgb,255:red,{r};green,{g};blue,{b}}},"
                    f"fill opacity={a / 255:.2f}] "
                    f"{_point((x, y))} rectangle {_point((x + w, y + h))};"
                )
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
