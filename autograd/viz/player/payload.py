"""The payload: a trace as data for the player, everything that it will ever show.

It has two parts.  The `structure` is the same in every run of a graph: nodes, events, words,
drawings.  The `numbers` are those of one run, and the page can be given others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.ir.trace import Trace
from autograd.viz.player.layers import layers
from autograd.viz.player.numbers import numbers
from autograd.viz.player.program import program
from autograd.viz.player.structure import structure
from autograd.viz.player.timeline import Timeline

EVENTS = 6_000  # of more, a page would be slow and large


def payload(trace: Trace, digits: int, timelines: Sequence[Timeline], first: int) -> dict[str, Any]:
    """Return everything that the player needs of a trace, ready for JSON.

    Parameters
    ----------
    trace : Trace
    digits : int
    timelines : sequence of Timeline
        The same drawing, folded less and less.
    first : int
        The one to begin with.

    Returns
    -------
    dict
        ``structure``, with ``views`` and ``view``, the one to begin with; and ``numbers``.
    """
    drawings = {"views": [_view(made) for made in timelines], "view": first}
    return {
        "structure": {**structure(trace, digits), "program": program(trace), **drawings},
        "numbers": numbers(trace),
    }


def _view(made: Timeline) -> dict[str, Any]:
    return {
        "svg": layers(made),
        "states": made.states,
        "lit": {str(at): wires for at, wires in made.lit.items() if wires},
        "boxes": made.drawn,
        "folds": made.folds,
    }
