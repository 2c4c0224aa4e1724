"""Several transforms as one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import autograd as ag
from autograd.core.messages import one_line
from nn.data.transforms.transform import Transform


class Compose(Transform):
    """Do one transform after another.

    Parameters
    ----------
    *transforms : callable
        Those of this package, or any function ``f(images, rng)`` that returns new images.

    Raises
    ------
    autograd.OptionError
        If one is not a function.

    Examples
    --------
    >>> from nn.data import Compose, Noise, Shift
    >>> augment = Compose(Shift(1), Noise(0.05))
    >>> augment
    Compose(Shift(pixels=1, fill=0.0), Noise(std=0.05, clip=True))
    >>> augment(np.zeros((64, 1, 8, 8)), rng=0).shape
    (64, 1, 8, 8)
    """

    def __init__(self, *transforms: Callable[[ag.Array, np.random.Generator], ag.Array]) -> None:
        for transform in transforms:
            if not callable(transform):
                raise ag.OptionError(
                    "Compose: takes transforms, as in Compose(Shift(1), Noise(0.05)), not "
                    f"{one_line(transform)}"
                )
        self.transforms = transforms

    def change(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Hand the images on; all draw from one generator."""
        images = images.copy()  # so that a function which writes into it, or none, does no harm
        for transform in self.transforms:
            images = transform(images, rng)
        return images

    def __repr__(self) -> str:
        return f"Compose({', '.join(map(repr, self.transforms))})"
