"""What all transforms of images have in common: how they are called, and with what."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.data.dataset import numbers
from nn.init import Seed, generator


class Transform(ABC):
    """Something that is done to each image, with draws of its own."""

    def __call__(self, images: ag.Array, rng: Seed = None) -> Any:
        """Return new images; those that are given stay as they are.

        Parameters
        ----------
        images : array, (N, channels, height, width)
            Floats.
        rng : int, numpy.random.Generator or None
            The same seed, the same images, to the bit.

        Returns
        -------
        numpy.ndarray, (N, channels, height, width)
            Of the same dtype; height and width may be others after `nn.data.Crop`.

        Raises
        ------
        autograd.DTypeError
            If the images are not floats.
        autograd.ShapeError
            If they have not four axes.
        autograd.OptionError
            If they are not finite numbers.
        """
        return self.change(as_images(self.name, images), generator(rng))

    @property
    def name(self) -> str:
        """Return the name of the class, which begins its messages."""
        return type(self).__name__

    @abstractmethod
    def change(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Return new images; both arguments are of the right kind."""


class Drawn(Transform):
    """A transform that draws a parameter for each image, from limits that are read once."""

    limits: tuple[Any, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "limits", self.read())  # past what a frozen dataclass forbids

    @abstractmethod
    def read(self) -> tuple[float, float]:
        """Return from where to where; refuse a parameter that says neither."""


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
    >>> import numpy as np
    >>> from nn.data import Compose, Noise, Shift
    >>> augment = Compose(Shift(1), Noise(0.05))
    >>> augment
    Compose(Shift(pixels=1, fill=0.0), Noise(std=0.05, clip=True))
    >>> augment(np.zeros((64, 1, 8, 8)), rng=0).shape
    (64, 1, 8, 8)
    """

    @called
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


def as_images(owner: str, given: object) -> ag.Array:
    """Read images; refuse other arrays.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.transforms.transform import as_images
    >>> as_images("Flip", np.zeros((8, 8)))
    Traceback (most recent call last):
        ...
    autograd.errors.ShapeError: Flip: images must be (N, channels, height, width), not (8, 8)
    """
    images = numbers(owner, "images", given)
    if images.ndim != 4:
        raise ag.ShapeError(
            f"{owner}: images must be (N, channels, height, width), not {images.shape}"
        )
    if images.dtype.kind != "f":
        raise ag.DTypeError(
            f"{owner}: images must be floats, not {images.dtype}; bytes are divided by 255"
        )
    return images


def for_each(draws: ag.Array, images: ag.Array) -> ag.Array:
    """Return numbers (N,) or (N, C) so that they meet the pixels of their image, in its dtype."""
    shape = draws.shape + (1,) * (images.ndim - draws.ndim)
    return draws.reshape(shape).astype(images.dtype)
