"""A tensor in a notebook: what it is, its elements as numbers or a heat map, and what made it.

It stands on the page of the notebook, light or dark, so its text has the colour of the page, and
the colours of the map are between those of the light and the dark theme.
"""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from autograd.core.messages import one_line, plain
from autograd.core.tensor import Tensor, raw
from autograd.errors import short
from autograd.ir.number_format import show
from autograd.viz.formats.svg import FONT, written
from autograd.viz.formats.themes import Theme
from autograd.viz.render.tensors import NUMBER, SMALL, block, cell_width

ON_THE_PAGE: Theme = {
    **dict.fromkeys(("value", "ink", "soft", "wire"), "currentColor"),
    "gradient": "#e05252",
    "frame": "#8a9199",
    "positive": "#e08214",
    "negative": "#4393c3",
    "nan": "#ff00c8",
}
LARGEST = 2**22  # elements of a tensor that is looked through
INPUTS = 6  # of an operation, that are named
DIGITS = 4
LETTERS = 13  # the size of all texts and numbers, near that of the page


def card(t: Tensor) -> str:
    """Return a tensor as HTML.

    Parameters
    ----------
    t : Tensor

    Returns
    -------
    str
        Texts and an inline SVG; nothing in it runs, and names in it are escaped.
    """
    cell = max(cell_width(x, DIGITS) for x in (t.data, t.grad) if x is not None)
    parts = [_line(_title(t)), _picture(t.data, "value", cell)]
    if t.grad is not None:
        parts += [_line("grad"), _picture(t.grad, "gradient", cell)]
    if t.primitive is not None:
        parts.append(_line(f"= {_made(t)}"))
    return f'<div class="glassgrad-tensor" style="padding:4px 0">{"".join(parts)}</div>'


def _line(text: str) -> str:
    return f'<div style="font-size:{LETTERS}px">{text}</div>'


def _title(t: Tensor) -> str:
    name = f"<b>{_safe(t.name)}</b> " if t.name else ""
    learned = ", requires a gradient" if t.requires_grad and t.primitive is None else ""
    scope = "/".join(t.scope.path) if t.scope else ""
    empty = "" if t.size else ", empty"
    return f"{name}{t.shape} {t.dtype}{empty}{learned}" + (f", in {_safe(scope)}" if scope else "")


def _picture(value: Any, colour: str, cell: float) -> str:
    """Draw a number or an array; the line above has its shape."""
    if not 0 < np.size(value) <= LARGEST:
        return ""
    drawn = block(value, colour, DIGITS, shape=False, cell=cell)
    sides = [round(max(side, 1.0) + 2) for side in (drawn.width, drawn.height)]
    width, height = (
        f"{side * LETTERS / (SMALL if np.ndim(value) else NUMBER):.0f}" for side in sides
    )
    viewed = f"0 0 {sides[0]} {sides[1]}"
    marks = "".join(written(mark, ON_THE_PAGE) for mark in drawn.marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="{viewed}" role="img" font-family="{FONT}" '
        f'style="display:block;color:inherit"><title>{_safe(show(value, DIGITS))}</title>'
        f"{marks}</svg>"
    )


def _made(t: Tensor) -> str:
    """Return the operation with its inputs: ``sum(x (2, 3), axis=1)``."""
    assert t.primitive is not None
    inputs = [_input(x) for x in t.inputs[:INPUTS]]
    if len(t.inputs) > INPUTS:
        inputs.append(f"and {len(t.inputs) - INPUTS} more")
    params = [f"{key}={one_line(value, 40)}" for key, value in t.params.items()]
    return _safe(f"{t.primitive.name}({', '.join([*inputs, *params])})", 300)


def _input(x: Any) -> str:
    if isinstance(x, Tensor) and (x.name or x.primitive):
        name = short(x.name, 40) if x.name else getattr(x.primitive, "name", "")
        return f"{name} {x.shape}" if x.ndim else name
    shape = np.shape(raw(x))
    return f"constant {shape}" if shape else show(raw(x), DIGITS)


def _safe(text: str, longest: int = 100) -> str:
    return escape(short(plain(text), longest))
