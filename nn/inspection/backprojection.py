"""Projection of an activation back to the pixels (Zeiler and Fergus 2014; decks 2 and 3).

A *deconvolutional network* runs a convolutional one backwards: it keeps one activation, sets all
others to 0, and repeats, from layer to layer: unpool, each maximum to where it stood (the
*switches*); rectify; filter by the transposed kernels.  Max pooling and convolution have just these
VJP rules.  So the projection is the backward pass with one gate moved, that of the ReLU
(`nn.inspection.relu_rules`).
"""

from __future__ import annotations

import autograd as ag
from autograd.core.calls import called
from nn.checks import one_of
from nn.inspection.activations import entered, index_of, part_of, recorded_output, strongest
from nn.inspection.images import as_image
from nn.inspection.preserve import Model, check_finite
from nn.inspection.relu_rules import RULES, with_relu_rule
from nn.module import Module


@called
def backproject(
    model: Model,
    image: ag.ArrayLike,
    module: str | Module | None = None,
    channel: int | None = None,
    position: tuple[int, ...] | None = None,
    rule: str = "deconvnet",
) -> ag.Array:
    """Return which pixels an activation is made of, and with which sign.

    Parameters
    ----------
    model : Module, or callable
        Runs in evaluation mode, and is afterwards as before.
    image : array, (C, H, W) or (1, C, H, W)
    module : str or Module, optional
        The part of the model whose output, (1, channels, ...), has the activation, or its path, as
        ``"conv2"``; of a part that runs several times the last output.  By default the model.
    channel : int, optional
        By default that of the strongest activation.
    position : tuple of int, optional
        Row and column, for outputs (1, channels, rows, columns); by default where the channel is
        strongest.
    rule : {"deconvnet", "guided", "gradient"}
        Which signal a ReLU lets pass: the positive one (Zeiler and Fergus 2014), the positive one
        where its input was positive (Springenberg et al. 2015), or any where its input was
        positive, which is the gradient (Simonyan et al. 2014).

    Returns
    -------
    numpy.ndarray, (C, H, W)
        The signal starts with 1.  Zeiler and Fergus start with the activation itself, so their
        projection is that many times ours.

    Raises
    ------
    autograd.ShapeError
        If it is not an image, or more than one, or the output is not (1, channels, ...).
    autograd.OptionError
        If there is no such module, channel, position or rule, or a number is not finite.
    autograd.GradientError
        If the activation does not depend on the image.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> from nn.inspection import backproject
    >>> net = nn.Sequential(nn.Conv2d(1, 1, 2, bias=False), nn.ReLU(), nn.MaxPool2d(2))
    >>> net[0].weight.data = np.array([[[[1.0, 2.0], [3.0, -4.0]]]])
    >>> backproject(net, [[[0.0, 0.0, 0.0], [0.0, 5.0, 0.0], [0.0, 0.0, 0.0]]])[0]
    array([[ 0.,  1.,  2.],
           [ 0.,  3., -4.],
           [ 0.,  0.,  0.]])
    """
    return projected("backproject", model, image, module, channel, position, rule)


def projected(
    owner: str,
    model: Model,
    image: ag.ArrayLike,
    module: str | Module | None,
    channel: int | None,
    position: tuple[int, ...] | None,
    rule: str,
) -> ag.Array:
    """Return the same for a function that reports errors by its own name."""
    one_of(owner, RULES, rule=rule)
    part = part_of(owner, model, module)
    x = entered(model, as_image(owner, image))
    output = recorded_output(owner, model, x, part)
    place = strongest(output.numpy()[0], index_of(owner, output.shape[1:], channel, position))
    projection = ag.gradients(with_relu_rule(output[(0, *place)], x, rule), x)
    check_finite(owner, projection, "the projection")
    found: ag.Array = projection[0]
    return found
