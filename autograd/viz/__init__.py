"""Drawings of graphs and traces: what a computation looks like.

`draw` makes a `Drawing` of anything that has a graph.  On the way, `readings` says what is known at
one moment of a trace, `view` and `fold` choose which nodes are seen, `compose` makes a picture of
boxes and wires of them, `layout` gives these a place, `render` turns them into marks with `shapes`,
`wires` and `frames`, and `svg` and `tikz` write the marks down.  `text` and `markdown` tell the
same in words.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.viz.drawing.drawing import Drawing


def draw(
    x: Any,
    *,
    backward: bool = False,
    digits: int = 2,
    theme: str = "lecture",
    direction: str = "LR",
    show: str | Iterable[str] = ("values", "gradients", "tensors"),
    depth: int | None = None,
    budget: int | None = 150,
    stack: bool = True,
    around: Any = None,
    steps: int = 2,
    path: Any = None,
    at: int | None = None,
    engine: str | None = None,
) -> Drawing:
    """Draw how a value was made, and how its gradient flows back.

    Operations are circles with the labels of the lecture's gates, leaves are bold names.  On each
    wire stands the value above and, in italics below, the contribution to its gradient that came
    back along this wire; where several meet, their sum stands at the node.  What has not been
    computed is blank.

    Parameters
    ----------
    x : Tensor, Graph or Trace
        A tensor that requires a gradient and has one element is drawn with its backward pass; any
        other, and a graph, without gradients.  To draw a larger tensor's, give it a cotangent:
        ``ag.draw(ag.trace(y, cotangent))``.
    backward : bool
        Whether to draw the backward pass as a graph beneath the forward pass.  A dotted line leads
        from an operation to its rule, a dashed one from a saved value to the rule that uses it.
        The built-in engine places it, from left to right or from right to left.
    digits : int
        Digits after the point, 0 to 17.
    theme : {"lecture", "safe", "dark"}
    direction : {"LR", "RL", "TB", "BT"}
        Left to right, top to bottom and so on.
    show : str or iterable of str
        Of "values", "gradients" and "tensors" (arrays element by element), those to write on wires.
    depth : int, optional
        How many levels of scopes and composed functions are open; 0 closes all.  By default as many
        as the budget allows.
    budget : int, optional
        The most boxes to draw; beyond it scopes are closed, also those that ``depth`` would open,
        then neighbours share boxes.  None for no limit.
    stack : bool
        Whether three or more equal closed scopes become one box, "block x12".
    around : Tensor, str or int, optional
        A node, by itself, its name (if no other has it) or its id: only what is at most ``steps``
        away is drawn.
    steps : int
    path : Tensor, str or int, optional
        A node: only what lies between it and the output is drawn.
    at : int, optional
        For a trace, the index of an event: the drawing shows the moment after it; -1 for before the
        first.
    engine : {None, "dot", "pygraphviz", "builtin"}
        What places the boxes; by default the first of these that is there, and the built-in one for
        large drawings.

    Returns
    -------
    Drawing
        With ``svg``, ``dot``, ``tex``, ``md``, ``text`` and ``save(path)``; notebooks show it.

    Raises
    ------
    DrawingError
        If an option is not one of those above, or ``x`` has no graph.
    MissingError
        If an engine is asked for that is not installed.
    GradientError
        If ``backward`` is asked of a tensor that has no gradient, or is no single number.

    Examples
    --------
    >>> import autograd as ag
    >>> w = ag.tensor(2.0, requires_grad=True, name="w")
    >>> drawing = ag.draw(ag.sigmoid(w * 0.5))
    >>> drawing
    Drawing of 6 boxes and 6 wires
    >>> ag.draw(ag.sigmoid(w * 0.5), depth=0)
    Drawing of 3 boxes and 3 wires
    """
    from autograd.viz.drawing import options, request

    return request.draw(
        x,
        options.Wishes(
            backward=backward,
            digits=digits,
            theme=theme,
            direction=direction,
            show=show,
            depth=depth,
            budget=budget,
            stack=stack,
            around=around,
            steps=steps,
            path=path,
            at=at,
            engine=engine,
        ),
    )
