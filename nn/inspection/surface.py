"""The loss over a plane through the space of all weights; deck 3: it is not convex.

The loss of a network is a function of all its weights.  Over two directions it is a surface that
can be looked at.  Two random ones say how rough it is around a network; their parts have the length
of the filters of the network, since a relu network is the same when one layer is scaled up and the
next one down (Li et al. 2018).  The two principal directions of a descent show where it went.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import at_least_one
from nn.data.dataset import Examples, as_dataset
from nn.init import Seed, generator
from nn.inspection.preserve import check_finite, preserved
from nn.module import Module
from nn.utils import parameters_to_vector, vector_to_parameters

MARGIN = 0.2  # of the range of a descent, on each side


@dataclass(frozen=True, eq=False)
class LossSurface:
    """The loss at the points of a grid, ``weights = origin + x directions[0] + y directions[1]``.

    Attributes
    ----------
    x, y : array, (resolution,)
    losses : array, (resolution, resolution)
        A row for each y, a column for each x.
    origin : array, (P,)
        The weights at (0, 0), laid end to end as by `nn.utils.parameters_to_vector`.
    directions : array, (2, P)
    path : array, (K, 2)
        Where a descent went, seen from above; of no points if none was given.
    share : float or None
        How much of the squared length of the descent, from its end, lies in the plane.
    """

    x: ag.Array
    y: ag.Array
    losses: ag.Array
    origin: ag.Array
    directions: ag.Array
    path: ag.Array
    share: float | None


@called
def loss_surface(
    model: Module,
    loss: Any,
    data: Examples,
    *,
    path: Sequence[ag.ArrayLike] | None = None,
    directions: str | Sequence[ag.ArrayLike] | None = None,
    span: tuple[float, float] | None = None,
    resolution: int = 31,
    rng: Seed = None,
) -> LossSurface:
    """Return the loss over two directions in the space of the weights.

    Parameters
    ----------
    model : Module
        In evaluation mode, with its weights at (0, 0); it is left as it was.
    loss : callable
        ``loss(outputs, targets)``, one number.
    data : Dataset, or pair of arrays
        All examples at once, for each point of the grid: a few hundred.
    path : sequence of array, (P,), optional
        The weights along a descent, each as `nn.utils.parameters_to_vector` returns them.
    directions : {"random", "path"} or two arrays (P,), optional
        Two random directions, normalised by filter: the part for each unit or filter is as long as
        its weights, and that for biases and other vectors is 0.  Or the two principal directions of
        the path, of length 1.  By default the second if there is a path.
    span : (float, float), optional
        The range of both axes; by default -1 to 1, or what the path takes.
    resolution : int
        How many points along each axis.
    rng : int, numpy.random.Generator or None
        Draws random directions.

    Returns
    -------
    LossSurface

    Raises
    ------
    autograd.OptionError
        If a word or a number is another, the path is too short for directions, or a loss is not
        finite.
    autograd.ShapeError
        If there is not one number for each weight.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> model = nn.Linear(2, 1, bias=False)  # a bowl: the loss is w1^2 + w2^2
    >>> model.weight.data = [[0.0, 0.0]]
    >>> data = np.eye(2), np.zeros((2, 1))
    >>> surface = nn.inspection.loss_surface(
    ...     model, lambda y, t: nn.mse_loss(y, t, "sum"), data, directions=np.eye(2), resolution=3
    ... )
    >>> surface.losses
    array([[2., 1., 2.],
           [1., 0., 1.],
           [2., 1., 2.]])
    """
    at_least_one("loss_surface", resolution=resolution)
    if not isinstance(model, Module):
        raise ag.OptionError(f"loss_surface: takes a module first, not {type(model).__name__}")
    origin = parameters_to_vector(model.parameters()).numpy()
    points = _points(path, origin)
    plane = _directions(directions, points, origin, model, rng)
    flat = _projected(points - origin, plane)
    x, y = (_axis(span, line, resolution) for line in flat.T)
    losses = _losses(model, loss, as_dataset("loss_surface", data), origin, plane, x, y)
    check_finite("loss_surface", losses, "the losses")
    return LossSurface(x, y, losses, origin, plane, flat, _share(points, plane))


def _losses(
    model: Module, loss: Any, data: Any, origin: Any, plane: Any, x: Any, y: Any
) -> ag.Array:
    """Return the loss at each point of the grid."""
    parameters = list(model.parameters())
    losses = np.empty((len(y), len(x)))
    with preserved(model), ag.no_grad():
        for row, column in np.ndindex(losses.shape):
            place = np.array([x[column], y[row]]) @ plane
            vector_to_parameters(origin + place, parameters)
            losses[row, column] = float(loss(model(data.inputs), data.targets))
    return losses


def _points(path: Any, origin: ag.Array) -> ag.Array:
    """Return the weights along a descent as rows."""
    if path is None:
        return np.empty((0, origin.size))
    rows = [ag.tensor(weights).numpy() for weights in path]
    for weights in rows:
        _check_size("the weights of the path", weights, origin)
    return np.array(rows, dtype=float).reshape(-1, origin.size)


def _check_size(what: str, found: ag.Array, origin: ag.Array) -> None:
    if found.shape != origin.shape:
        raise ag.ShapeError(
            f"loss_surface: {what} are {found.shape} and must be {origin.shape}, as "
            "nn.utils.parameters_to_vector(model.parameters()) returns them"
        )


def _directions(wanted: Any, points: Any, origin: Any, model: Module, rng: Seed) -> ag.Array:
    """Return two directions, (2, P)."""
    wanted = ("path" if len(points) else "random") if wanted is None else wanted
    if isinstance(wanted, str) and wanted == "random":
        rng = generator(rng)
        return np.stack([_random(model, rng) for _ in range(2)])
    if isinstance(wanted, str) and wanted == "path":
        return _principal(points)
    given = list(wanted) if hasattr(wanted, "__iter__") and not isinstance(wanted, str) else []
    if len(given) != 2:
        raise ag.OptionError(
            f'loss_surface: directions={one_line(wanted)} must be "random", "path" or two arrays'
        )
    rows = [ag.tensor(direction).numpy() for direction in given]
    for direction in rows:
        _check_size("the directions", direction, origin)
    return np.array(rows, dtype=float)


def _random(model: Module, rng: np.random.Generator) -> ag.Array:
    """Return a normally distributed direction, whose part for each filter is as long as it is."""
    parts = []
    for parameter in model.parameters():
        weights = parameter.numpy()
        if weights.ndim < 2:
            parts.append(np.zeros(weights.size))
            continue
        rows = weights.reshape(len(weights), -1)
        drawn = rng.normal(size=rows.shape)
        drawn *= (np.linalg.norm(rows, axis=1) / np.linalg.norm(drawn, axis=1))[:, None]
        parts.append(drawn.ravel())
    return np.concatenate(parts)


def _principal(points: ag.Array) -> ag.Array:
    """Return the two directions that have most of a descent, seen from its end."""
    if len(points) < 3:
        raise ag.OptionError(
            f"loss_surface: a path of {len(points)} points has no two directions; note the weights "
            'in on_epoch of nn.fit, or give directions="random"'
        )
    *_, directions = np.linalg.svd(points - points[-1], full_matrices=False)
    found = directions[:2]
    # A singular vector may point either way: here the descent ends on its right, and above.
    signs = np.sign((points[-1] - points[0]) @ found.T)
    return found * np.where(signs == 0, 1, signs)[:, None]


def _projected(steps: ag.Array, plane: ag.Array) -> ag.Array:
    """Return where the nearest points of the plane are, (K, 2)."""
    found, *_ = np.linalg.lstsq(plane.T, steps.T)
    return found.T


def _share(points: ag.Array, plane: ag.Array) -> float | None:
    if not len(points):
        return None
    steps = points - points[-1]
    whole = float(np.sum(np.square(steps)))
    inside = _projected(steps, plane) @ plane
    return float(np.sum(np.square(inside))) / whole if whole else 1.0


def _axis(span: Any, line: ag.Array, resolution: int) -> ag.Array:
    """Return the places along one axis."""
    if span is not None:
        low, high = _range(span)
    elif line.size and np.ptp(line) > 0:
        margin = MARGIN * np.ptp(line)
        low, high = line.min() - margin, line.max() + margin
    else:
        low, high = -1.0, 1.0
    return np.linspace(low, high, resolution)


def _range(span: Any) -> tuple[float, float]:
    try:
        low, high = (float(end) for end in span)
    except (TypeError, ValueError):
        low, high = 0.0, 0.0
    if not low < high < np.inf or low == -np.inf:
        raise ag.OptionError(f"loss_surface: span={one_line(span)} must be two numbers, as (-1, 1)")
    return low, high
