"""The receptive field: which pixels an activation is computed from; deck 2.

A backward pass finds it, if nothing on the way is closed.  Every gate lets every signal pass here:
a ReLU also where its input was negative, a maximum to all of its window.  The signal is NaN, for 0
times NaN is NaN: no weight of 0 stops it.  The pixels that it reaches are the field.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.inspection.activations import entered, index_of, part_of, recorded_output
from nn.inspection.images import as_image
from nn.inspection.preserve import Model
from nn.inspection.replay import Gate, replay
from nn.module import Module

Box = tuple[slice, slice]  # rows and columns


@called
def receptive_field(
    model: Model,
    image: ag.ArrayLike,
    module: str | Module | None = None,
    channel: int | None = None,
    position: tuple[int, ...] | None = None,
) -> Box:
    """Return the rows and columns of the pixels that an activation depends on.

    In a chain of convolutions and pools a kernel of size ``k`` makes the field wider by ``(k - 1)
    j``, where neighbours are ``j`` pixels apart; a stride multiplies ``j``.  Weights count also
    where they are 0: of a layer that multiplies by a matrix, such as `nn.Upsample` or a mean over
    unequal windows, an activation depends on whole rows and columns.

    Parameters
    ----------
    model : Module, or callable
    image : array, (C, H, W) or (1, C, H, W)
        Its size matters, its pixels do not.
    module : str or Module, optional
        As for `backproject`.
    channel : int, optional
        By default all channels, which see the same but where branches are joined.
    position : tuple of int, optional
        Row and column; by default all positions.

    Returns
    -------
    pair of slice
        The smallest rectangle around them, without what lies in the padding: ``image[:, rows,
        columns]`` is what the activation sees.

    Raises
    ------
    autograd.ShapeError, autograd.OptionError, autograd.GradientError
        As for `backproject`.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> from nn.inspection import receptive_field
    >>> net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 8, 3))
    >>> receptive_field(net, np.zeros((1, 20, 20)), "3", position=(0, 1))
    (slice(0, 8, None), slice(2, 10, None))
    """
    part = part_of("receptive_field", model, module)
    x = entered(model, as_image("receptive_field", image))
    output = recorded_output("receptive_field", model, x, part)
    index = index_of("receptive_field", output.shape[1:], channel, position)
    (box,) = fields(output[(0, *index)], x)
    return box


def fields(activations: ag.Tensor, x: ag.Tensor) -> list[Box]:
    """Return the box of some activations for each image in ``x``, (N, C, H, W).

    Examples
    --------
    >>> import autograd as ag
    >>> from nn.inspection.fields import fields
    >>> x = ag.tensor([[[[1.0, 2.0, 3.0]]]], requires_grad=True)
    >>> fields(0.0 * ag.maximum(x[:, 0, 0, 1], x[:, 0, 0, 2]), x)
    [(slice(0, 1, None), slice(1, 3, None))]
    """
    open_ = replay(ag.sum(activations), x, {name: _opened(gate) for name, gate in OPEN.items()})
    reached = np.isnan(ag.gradients(open_ * np.nan, x)).any(axis=1)
    return [(_extent(pixels.any(axis=1)), _extent(pixels.any(axis=0))) for pixels in reached]


def _extent(reached: ag.Array) -> slice:
    """Return from where to where something is true; nothing at all is an empty slice."""
    found = np.flatnonzero(reached)
    return slice(int(found[0]), int(found[-1]) + 1) if len(found) else slice(0, 0)


def _opened(gate: Any) -> Gate:
    """Return the recorded value, with the VJP rule of another operation on the same inputs."""

    def opened(node: ag.Node, inputs: list[Any]) -> Any:
        passing = gate(*inputs, **node.params)
        return passing + (node.value - ag.detach(passing))

    return opened


# For what lets a signal pass to some of its inputs alone, what lets it pass to all.
OPEN = {
    "maximum": ag.add,
    "minimum": ag.add,
    "where": lambda condition, x, y: ag.add(x, y),
    "max": ag.sum,
    "min": ag.sum,
    "max_pool": lambda x, g: ag.sum_pool(x, g.kernel, g.stride, g.padding, g.dilation),
}
