"""Predict, then reveal: the reader says each gradient before it is shown."""

from __future__ import annotations

from typing import Any

from autograd.core.tensor import Tensor
from autograd.errors import DrawingError
from autograd.ir.trace import Trace
from autograd.viz.drawing.pipeline import draw
from autograd.viz.player.player import Player


def predict(x: Tensor | Trace, **options: Any) -> Player:
    """Return a page that asks for contributions and sums before it shows them.

    It asks for each contribution that is one product, of a tensor that of the largest element, and
    for each sum where several meet.

    To a wrong answer it says what that number would have been: the local gradient alone, one
    contribution of several, the right one with the wrong sign.

    Parameters
    ----------
    x : Tensor or Trace
        A scalar that requires a gradient, or a trace.
    **options
        Those of `autograd.draw`; the page begins at the event ``at``, by default where the backward
        pass begins.

    Returns
    -------
    Player
        Notebooks show it; ``html`` is the page and ``save("quiz.html")`` writes it.

    Raises
    ------
    DrawingError
        If there is no backward pass, or one of too many events.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> ag.lessons.predict(x * x)
    Player of 7 events
    """
    drawing = draw(x, **options)
    if drawing.trace is not None and drawing.options.at is None:
        seed = [event.kind for event in drawing.trace].index("seed")
        drawing = draw(drawing.trace, **{**options, "at": seed})
    player = drawing.player(mode="predict")
    if player is None:
        raise DrawingError(
            "predict: there is no backward pass to step through; give it a scalar that requires a "
            "gradient, of not too many operations"
        )
    return player
