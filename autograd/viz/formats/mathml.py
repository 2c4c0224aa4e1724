"""A formula as presentation MathML, which browsers set without any script."""

from __future__ import annotations

from html import escape

from autograd.core.messages import plain
from autograd.viz.model.boxes import Box, Formula, Word


def mathml(formula: Formula) -> str:
    """Return a formula as an element of its own, set in display style.

    Examples
    --------
    >>> from autograd.viz.formats.mathml import mathml
    >>> from autograd.viz.model.boxes import variable
    >>> from autograd.viz.model.mathematics import formula
    >>> print(mathml(formula("1/j", {"j": variable("j")})))
    <math display="block"><mfrac><mn>1</mn><mi>j</mi></mfrac></math>
    """
    return f'<math display="block">{_written(formula)}</math>'


def _written(formula: Formula) -> str:
    if isinstance(formula, Word):
        return _word(formula)
    parts = [_written(part) for part in formula.parts]
    inner = "".join(parts)
    match formula.kind:
        case "fraction":
            return f"<mfrac>{inner}</mfrac>"
        case "power" if _has_index(formula):
            base, exponent = formula.parts[0], parts[1]
            inner = "".join(map(_written, base.parts)) if isinstance(base, Box) else ""
            return f"<msubsup>{inner}{exponent}</msubsup>"
        case "power":
            return f"<msup>{inner}</msup>"
        case "index":
            return f"<msub>{inner}</msub>"
        case "under":
            return f"<munder>{inner}</munder>"
        case "root":
            return f"<msqrt>{inner}</msqrt>"
        case "fenced":
            return f"<mrow><mo>(</mo>{inner}<mo>)</mo></mrow>"
        case "bracketed":
            return f"<mrow><mo>[</mo>{inner}<mo>]</mo></mrow>"
        case "cases":
            pairs = [parts[:2], parts[2:]]
            return f"<mrow><mo>{{</mo><mtable>{''.join(map(_case, pairs))}</mtable></mrow>"
    return f"<mrow>{inner}</mrow>"


def _has_index(power: Box) -> bool:
    base = power.parts[0]
    return isinstance(base, Box) and base.kind == "index"


def _case(pair: list[str]) -> str:
    value, condition = pair
    if condition != "<mtext>otherwise</mtext>":
        condition = f"<mtext>if </mtext>{condition}"
    left = '<mtd style="text-align: left">'
    return f"<mtr>{left}{value}</mtd>{left}{condition}</mtd></mtr>"


def _word(word: Word) -> str:
    text = escape(plain(word.text))
    match word.kind:
        case "letter":
            return f"<mi>{text}</mi>"
        case "number":
            return f"<mn>{text}</mn>"
        case "sign":
            return f"<mo>{text}</mo>"
    if not word.text.strip():
        return '<mspace width="0.2em"></mspace>'
    return f"<mtext>{text}</mtext>"
