"""Images in other light, or of another camera: what changes the numbers of pixels in their places.

Images are numbers from 0, black, to 1, white, and stay within: what would leave that range is cut
off, as a camera does.  Images that were standardized before would lose all that is darker than the
mean, so they are refused; transform first, or say ``clip=False``.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

import autograd as ag
from nn.data.transforms.ranges import (
    Range,
    around_one,
    around_zero,
    log_uniform,
    not_below_zero,
)
from nn.data.transforms.transform import Drawn, for_each

ROUNDING = 1e-6


class Light(Drawn):
    """A transform that may leave the range from 0 to 1, and is kept in it by ``clip``."""

    clip: bool

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.clip, bool):
            raise ag.OptionError(f"{self.name}: clip={self.clip!r} must be True or False")

    def change(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Change the light of images that are within, and cut off what is not."""
        if not self.clip:
            return self.light(images, rng)
        check_range(
            self.name,
            images,
            -ROUNDING,
            "would be cut off at 0 and 1; transform them before they are standardized, or use "
            "clip=False",
        )
        return self.light(images, rng).clip(0, 1)

    @abstractmethod
    def light(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Return new images, in whatever range."""


def check_range(owner: str, images: ag.Array, least: float, consequence: str) -> None:
    """Refuse images that are not from 0 to 1, but for rounding."""
    for extreme in (images.min(), images.max()):
        if not least <= extreme <= 1 + ROUNDING:
            raise ag.OptionError(f"{owner}: the images hold {extreme:.8g}, and {consequence}")


@dataclass(frozen=True)
class Brightness(Light):
    """Add one number to all pixels of an image; deck 0.

    Parameters
    ----------
    by : float or pair of float
        At most so much, up or down; a pair is from where to where.
    clip : bool
        Whether to stay from 0 to 1.

    Raises
    ------
    autograd.OptionError
        If ``by`` is none of these, or, when called with ``clip``, an image is not from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Brightness
    >>> Brightness((0.25, 0.25))(np.array([[[[0.0, 0.5, 1.0]]]]))
    array([[[[0.25, 0.75, 1.  ]]]])
    """

    by: Range
    clip: bool = True

    def read(self) -> tuple[float, float]:
        """Return the smallest and the largest number."""
        return around_zero(self.name, by=self.by)

    def light(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Draw one number for each image."""
        return images + for_each(rng.uniform(*self.limits, len(images)), images)


@dataclass(frozen=True)
class Contrast(Light):
    """Multiply how far each pixel is from the mean of its image; deck 0.

    ``x + (factor - 1) (x - mean)``, so the mean stays, if nothing is cut off.

    Parameters
    ----------
    factor : float or pair of float
        From ``1 / factor`` to ``factor``; a pair is from where to where.
    clip : bool
        Whether to stay from 0 to 1.

    Raises
    ------
    autograd.OptionError
        If the factor is none of these, or, when called with ``clip``, an image is not from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Contrast
    >>> Contrast((2, 2))(np.array([[[[0.25, 0.5, 0.75]]]]))
    array([[[[0. , 0.5, 1. ]]]])
    """

    factor: Range
    clip: bool = True

    def read(self) -> tuple[float, float]:
        """Return the smallest and the largest factor."""
        return around_one(self.name, factor=self.factor)

    def light(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Draw one factor for each image."""
        more = for_each(log_uniform(self.limits, len(images), rng) - 1, images)
        changed: ag.Array = images + more * (images - images.mean(axis=(1, 2, 3), keepdims=True))
        return changed


@dataclass(frozen=True)
class Gamma(Drawn):
    """Raise each pixel to a power, which moves the greys and leaves black and white; deck 0.

    What is from 0 to 1 stays so; other numbers are refused.

    Parameters
    ----------
    gamma : float or pair of float
        From ``1 / gamma`` to ``gamma``; a pair is from where to where.  Above 1 is darker.

    Raises
    ------
    autograd.OptionError
        If gamma is none of these, or, when called, an image is not from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Gamma
    >>> Gamma((2, 2))(np.array([[[[0.0, 0.5, 1.0]]]]))
    array([[[[0.  , 0.25, 1.  ]]]])
    """

    gamma: Range

    def read(self) -> tuple[float, float]:
        """Return the smallest and the largest power."""
        return around_one(self.name, gamma=self.gamma)

    def change(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Draw one power for each image."""
        check_range(
            self.name,
            images,
            0.0,
            "powers keep only what is from 0 to 1; divide bytes by 255, and transform before "
            "images are standardized",
        )
        return images ** for_each(log_uniform(self.limits, len(images), rng), images)


@dataclass(frozen=True)
class ColorCast(Light):
    """Multiply each channel of an image by a factor of its own, as coloured light does.

    The colour changes of deck 0 and the colour cast of deck 2.  Black stays black.

    Parameters
    ----------
    factor : float or pair of float
        From ``1 / factor`` to ``factor``; a pair is from where to where.
    clip : bool
        Whether to stay from 0 to 1.

    Raises
    ------
    autograd.OptionError
        If the factor is none of these, or, when called with ``clip``, an image is not from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import ColorCast
    >>> ColorCast((2, 2))(np.array([[[[0.25]], [[0.5]], [[0.75]]]]))[0, :, 0, 0]
    array([0.5, 1. , 1. ])
    """

    factor: Range
    clip: bool = True

    def read(self) -> tuple[float, float]:
        """Return the smallest and the largest factor."""
        return around_one(self.name, factor=self.factor)

    def light(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Draw one factor for each channel of each image."""
        return images * for_each(log_uniform(self.limits, images.shape[:2], rng), images)


@dataclass(frozen=True)
class Noise(Light):
    """Add to each pixel a number from a normal distribution, as a camera in the dark does; deck 0.

    Parameters
    ----------
    std : float or pair of float
        Its standard deviation; of a pair, each image draws one from there to there.
    clip : bool
        Whether to stay from 0 to 1.

    Raises
    ------
    autograd.OptionError
        If ``std`` is none of these, or, when called with ``clip``, an image is not from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Noise
    >>> noisy = Noise(0.1, clip=False)(np.zeros((10, 1, 28, 28)), rng=0)
    >>> round(float(noisy.std()), 2)
    0.1
    """

    std: Range
    clip: bool = True

    def read(self) -> tuple[float, float]:
        """Return the smallest and the largest standard deviation."""
        return not_below_zero(self.name, std=self.std)

    def light(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Draw one number for each pixel."""
        stds = for_each(rng.uniform(*self.limits, len(images)), images)
        drawn: ag.Array = rng.normal(size=tuple(images.shape))
        noisy: ag.Array = images + stds * drawn.astype(images.dtype)
        return noisy
