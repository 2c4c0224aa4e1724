"""A formula as LaTeX, in the commands that LaTeX and MathJax share."""

from __future__ import annotations

import re

from autograd.ir.trace import Trace
from autograd.viz.formats.tikz import escape
from autograd.viz.model.boxes import GREEK, MINUS, Box, Formula, Word
from autograd.viz.model.cards import Cards
from autograd.viz.model.equations import Equations

_SIGNS = {
    MINUS: "-",
    "·": r"\cdot ",
    "×": r"\times ",
    "⊙": r"\odot ",
    "∂": r"\partial ",
    "⋆": r"\star ",
    "∑": r"\sum ",
    "≠": r"\neq ",
    "≤": r"\leq ",
    "≥": r"\geq ",
    "π": r"\pi ",
    "∞": r"\infty ",
    f"{MINUS}1": "-1",
    **{letter: f"\\{name} " for name, letter in GREEK.items() if name != "omicron"},
}


def steps_in_latex(trace: Trace) -> list[str]:
    r"""Return the equation of every backward step of a trace.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.viz.formats.latex import steps_in_latex
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> print(*steps_in_latex(ag.trace(x + 1)))
    \frac{\partial f}{\partial x}+=\left[1\right]\times \left[\frac{\partial f}{\partial f}\right]
    """
    equations = Equations(Cards(trace))
    found = (equations.product(index) for index in range(len(trace)))
    return [latex(made) for made in found if made]


def latex(formula: Formula) -> str:
    r"""Return a formula for LaTeX's mathematical mode.

    Examples
    --------
    >>> from autograd.viz.formats.latex import latex
    >>> from autograd.viz.model.boxes import variable
    >>> from autograd.viz.model.mathematics import formula
    >>> print(latex(formula("x.T @ x / j^2", {"j": variable("j")})))
    \frac{x^{\mathrm{T}}\,x}{j^{2}}
    """
    if isinstance(formula, Word):
        return _word(formula)
    parts = [latex(part) for part in formula.parts]
    match formula.kind:
        case "fraction":
            return rf"\frac{{{parts[0]}}}{{{parts[1]}}}"
        case "power" if isinstance(base := formula.parts[0], Box) and base.kind == "index":
            return f"{parts[0]}^{{{parts[1]}}}"  # an index and an exponent, one above the other
        case "power":
            return f"{_one(parts[0])}^{{{parts[1]}}}"
        case "index":
            return f"{_one(parts[0])}_{{{parts[1]}}}"
        case "under":
            return f"{parts[0].strip()}_{{{parts[1]}}}"
        case "root":
            return rf"\sqrt{{{parts[0]}}}"
        case "bracketed":
            return rf"\left[{parts[0]}\right]"
        case "fenced":
            return rf"\left({parts[0]}\right)"
        case "cases":
            x, condition, y, other = parts
            rows = rf"{x} & \text{{if }} {condition} \\ {y} & {other}"
            return rf"\left\{{\begin{{array}}{{ll}} {rows} \end{{array}}\right."
    return "".join(parts)


def _one(text: str) -> str:
    """Return what gets an index or an exponent, as one group."""
    return text if len(text) == 1 else f"{{{text}}}"


def _word(word: Word) -> str:
    text = word.text
    if text in _SIGNS:
        return _SIGNS[text]
    if not text.strip():
        return r"\,"
    if word.kind in ("letter", "number", "sign") and re.fullmatch(r"[\w.+=<>()\[\]|,/-]+", text):
        return text if text.isascii() else rf"\text{{{escape(text)}}}"
    if re.fullmatch(r"[A-Za-z0-9]+", text):
        return rf"\mathrm{{{text}}}"
    return rf"\text{{{escape(text)}}}"
