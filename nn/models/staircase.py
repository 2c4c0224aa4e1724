"""Any function from bumps, and each bump from two sigmoids; deck 1.

A steep sigmoid is a step.  One step up and one down make a bump as wide and as high as one likes,
and bumps beside each other make a staircase that follows any continuous function as closely as one
likes: a network with one hidden layer can approximate it (Cybenko 1989).  Nothing is learned here;
the weights are written down.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import above_zero, real
from nn.layers import Sigmoid
from nn.models.mlp import MLP


@called
def bumps(edges: Sequence[float], heights: Sequence[float], steepness: float = 1000.0) -> MLP:
    """Return a network that is a staircase: ``heights[i]`` from ``edges[i]`` to ``edges[i + 1]``.

    ``y(x) = sum_i heights[i] (sigmoid(s (x - edges[i])) - sigmoid(s (x - edges[i + 1])))`` with the
    steepness s.  Units ``2 i`` and ``2 i + 1`` of the hidden layer are the two sigmoids of bump i.

    Parameters
    ----------
    edges : sequence of float, (bumps + 1,)
        Ascending.
    heights : sequence of float, (bumps,)
    steepness : float
        A step takes about ``10 / s`` from bottom to top.

    Returns
    -------
    MLP
        ``MLP(1, 2 bumps, 1, activation=nn.Sigmoid)`` in float64, with these weights.

    Raises
    ------
    autograd.OptionError
        If there is not one edge more than heights, the edges do not ascend, or a number is not
        finite.

    Examples
    --------
    >>> import nn
    >>> net = nn.models.bumps(edges=[0.0, 0.5, 1.0], heights=[2.0, 3.0])
    >>> net([[0.25], [0.75], [1.25]]).numpy().ravel()
    array([2., 3., 0.])
    """
    above_zero("bumps", steepness=steepness)
    places, sizes = _numbers("edges", edges), _numbers("heights", heights)
    if not sizes or len(places) != len(sizes) + 1 or sorted(set(places)) != places:
        raise ag.OptionError(
            f"bumps: edges={one_line(edges)} and heights={one_line(heights)} must be ascending "
            "edges, and one height less"
        )
    net = MLP(1, 2 * len(sizes), 1, activation=Sigmoid)
    steps = [edge for i in range(len(sizes)) for edge in places[i : i + 2]]
    net[0].weight.data = [[steepness]] * len(steps)
    net[0].bias.data = [-steepness * edge for edge in steps]
    net[2].weight.data = [[sign * size for size in sizes for sign in (1, -1)]]
    net[2].bias.data = [0.0]
    return net


def _numbers(name: str, given: Any) -> list[float]:
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        raise ag.OptionError(f"bumps: {name}={one_line(given)} must be a list of numbers")
    return [real("bumps", **{f"{name}[{i}]": number}) for i, number in enumerate(given)]
