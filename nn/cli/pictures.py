"""The pictures of a training: how it went, what the first layer looks for, what is mistaken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import autograd as ag
from nn import plots
from nn.cli.sources import Source
from nn.layers import Conv2d, Linear
from nn.module import Module
from nn.training import History


def pictures(
    model: Module, history: History, outputs: ag.Array, source: Source
) -> Iterator[tuple[str, Any]]:
    """Yield the name of each file and its figure.

    Parameters
    ----------
    model : Module
    history : History
        Without a complete epoch there are no curves.
    outputs : array, (N, classes)
        The outputs of the model for the test examples.
    source : Source
    """
    if history.epochs:
        yield "curves.png", plots.curves(history)
    yield "kernels.png", plots.kernels(as_convolution(model, source.shape))
    test = source.test
    yield "confusion.png", plots.confusion_matrix(outputs, test.targets, test.classes)


def as_convolution(model: Module, shape: tuple[int, ...]) -> Module:
    """Return a network, or its first dense layer as a convolution, if it has no other.

    A unit of a dense layer is a kernel as large as the image.

    Examples
    --------
    >>> from nn.cli.pictures import as_convolution
    >>> import nn
    >>> as_convolution(nn.models.MLP(64, 10), (1, 8, 8))
    Conv2d(1, 10, kernel_size=(8, 8), stride=(1, 1), bias=False)
    """
    parts = list(model.modules())
    if any(isinstance(part, Conv2d) for part in parts):
        return model
    dense = next(part for part in parts if isinstance(part, Linear))
    layer = Conv2d(shape[0], dense.out_features, kernel_size=shape[1:], bias=False)
    layer.weight.data = dense.weight.numpy().reshape(layer.weight.shape)
    return layer
