"""What a network is in besides its weights: a mode, and generators of random numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from nn.module import Module


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Switch a model to evaluation mode, and every part of it back afterwards.

    Examples
    --------
    >>> import nn
    >>> net = nn.Dropout()
    >>> with evaluating(net):
    ...     net.training
    False
    >>> net.training
    True
    """
    before = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


def generators(model: Module) -> Iterator[tuple[str, np.random.Generator]]:
    """Yield the generators that modules have as attributes, as `Dropout` has, with their paths.

    Examples
    --------
    >>> import nn
    >>> [path for path, _ in generators(nn.Sequential(nn.Linear(2, 2), nn.Dropout()))]
    ['1.rng']
    """
    for path, module in model.named_modules():
        for name, value in vars(module).items():
            if isinstance(value, np.random.Generator):
                yield f"{path}.{name}".lstrip("."), value
