"""The payload: a trace as data for the player, everything that it will ever show.

It has two parts.  The `structure` is the same in every run of a graph: nodes, events, words,
drawings.  The `numbers` are those of one run, and the page can be given others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.ir.rules import Rules
from autograd.ir.trace import Trace
from autograd.viz.player.numbers import numbers
from autograd.viz.player.program import program
from autograd.viz.player.slots import View
from autograd.viz.player.structure import structure

EVENTS = 6_000  # of more, a page would be slow and large


def payload(
    trace: Trace,
    digits: int,
    views: Sequence[View],
    first: int,
    open: Sequence[int],
    pictures: bool,
) -> dict[str, Any]:
    """Return everything that the player needs of a trace, ready for JSON.

    Parameters
    ----------
    trace : Trace
    digits : int
    views : sequence of View
        Whole drawings, and what is inside their boxes.
    first : int
        The one to begin with.
    open : sequence of int
        The insides that it shows.
    pictures : bool
        Whether arrays are drawn on wires element by element.

    Returns
    -------
    dict
        ``structure``, with ``views``, ``view``, the one to begin with, and ``open``; and
        ``numbers``.
    """
    drawn = [value for view in views for value in view.shown] if pictures else []
    rules = Rules()  # recorded once, for the page's program and for the proof
    return {
        "structure": {
            **structure(trace, digits),
            "program": program(trace, rules),
            "views": [view.data for view in views],
            "view": first,
            "open": list(open),
            "pictures": pictures,
        },
        "numbers": numbers(trace, drawn, rules),
    }
