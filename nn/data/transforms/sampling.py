"""Images that are turned, scaled or distorted: their pixels come from places between pixels.

The place of each pixel of the new image is mapped back to where it was in the old one.  So every
pixel gets a value, which pixels sent forward would not give.  Between pixels it is the weighted
mean of the four around (bilinear interpolation).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd as ag
from nn.checks import between, import_extra, real
from nn.data.transforms.ranges import MOST, Range, around_one, around_zero, log_uniform
from nn.data.transforms.transform import Drawn, Transform


@dataclass(frozen=True)
class Rotate(Drawn):
    """Turn each image about its middle; deck 0.

    Parameters
    ----------
    degrees : float or pair of float
        At most so far, to both sides; a pair is from where to where, positive numbers turn to the
        left.
    fill : float
        What comes in at the corners.

    Raises
    ------
    autograd.OptionError
        If a parameter is none of these.
    autograd.MissingError
        When called, if the package scipy is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Rotate
    >>> Rotate((90, 90))(np.array([[[[1.0, 2.0], [3.0, 4.0]]]])).round(6)
    array([[[[2., 4.],
             [1., 3.]]]])
    """

    degrees: Range
    fill: float = 0.0

    def read(self) -> tuple[float, float]:
        """Return the smallest and the largest angle."""
        real(self.name, fill=self.fill)
        return around_zero(self.name, degrees=self.degrees)

    def change(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Draw the angles, and turn the places back by them."""
        angles = np.deg2rad(rng.uniform(*self.limits, len(images)))
        cos, sin = np.cos(angles), np.sin(angles)
        back = np.moveaxis(np.array([[cos, sin], [-sin, cos]]), 2, 0)  # (N, 2, 2)
        return linear(self.name, images, back, self.fill)


@dataclass(frozen=True)
class Scale(Drawn):
    """Make each image larger or smaller about its middle, and keep its size; decks 0 and 2.

    Parameters
    ----------
    factor : float or pair of float
        From ``1 / factor`` to ``factor``, halves as likely as doubles; a pair is from where to
        where.  Above 1 is larger.
    fill : float
        What comes in around an image that becomes smaller.

    Raises
    ------
    autograd.OptionError
        If a parameter is none of these.
    autograd.MissingError
        When called, if the package scipy is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Scale
    >>> Scale((2, 2))(np.array([[[[0.0, 4.0]] * 3]]))[0, 0, 1]
    array([1., 3.])
    """

    factor: Range
    fill: float = 0.0

    def read(self) -> tuple[float, float]:
        """Return the smallest and the largest factor."""
        real(self.name, fill=self.fill)
        return around_one(self.name, factor=self.factor)

    def change(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Draw the factors, and divide the places by them."""
        drawn = log_uniform(self.limits, len(images), rng)
        return linear(self.name, images, np.eye(2) / drawn[:, None, None], self.fill)


@dataclass(frozen=True)
class Distort(Transform):
    """Push the pixels of each image here and there, those beside each other alike; deck 2.

    An arrow is drawn randomly for each pixel, and the arrows are smoothed (Simard et al. 2003).

    Parameters
    ----------
    pixels : float
        How far the pixel goes that goes farthest.
    smooth : float
        Over how many pixels arrows are alike, the standard deviation of a Gaussian.  Small numbers
        make a stroke ragged, large ones shift it as a whole; Simard took 4 for digits of 29 x 29.
    fill : float
        What comes in at the edge.

    Raises
    ------
    autograd.OptionError
        If a parameter is not a number, or ``pixels`` or ``smooth`` is negative.
    autograd.MissingError
        When called, if the package scipy is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Distort
    >>> Distort(1.5, smooth=2.0)(np.zeros((64, 1, 8, 8)), rng=0).shape
    (64, 1, 8, 8)
    """

    pixels: float = 1.0
    smooth: float = 4.0
    fill: float = 0.0

    def __post_init__(self) -> None:
        between(self.name, 0, MOST, pixels=self.pixels, smooth=self.smooth)
        real(self.name, fill=self.fill)

    def change(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Draw the arrows, and look where they point."""
        count, _, height, width = images.shape
        arrows = rng.uniform(-1.0, 1.0, (count, 2, height, width))
        arrows = smoothed(self.name, arrows, self.smooth)
        longest = np.linalg.norm(arrows, axis=1).max(axis=(1, 2))
        arrows *= (self.pixels / longest)[:, None, None, None]
        return sampled(self.name, images, grid(images) + arrows, self.fill)


def linear(owner: str, images: ag.Array, back: ag.Array, fill: float) -> ag.Array:
    """Map images by matrices: the pixel at ``middle + d`` shows what was at ``middle + back d``.

    Parameters
    ----------
    owner : str
    images : array, (N, C, H, W)
    back : array, (N, 2, 2)
        From the new row and column to the old ones.
    fill : float
    """
    middle = (np.array(images.shape[2:]) - 1).reshape(2, 1, 1) / 2
    steps = grid(images) - middle
    places = (middle + np.tensordot(matrix, steps, 1) for matrix in back)
    return sampled(owner, images, places, fill)


def sampled(owner: str, images: ag.Array, places: Iterable[ag.Array], fill: float) -> ag.Array:
    """Return images (N, C, H, W) whose pixels come from the places of the old ones.

    Parameters
    ----------
    owner : str
        Begins the message if SciPy is not there.
    images : array, (N, C, H, W)
    places : N arrays, (2, H, W)
        The row and column of the old image that each pixel of the new one shows.
    fill : float
        What is around the image.

    Raises
    ------
    autograd.MissingError
        If the package scipy is not installed.
    """
    ndimage = _ndimage(owner)
    new: ag.Array = np.empty(images.shape)
    for image, where, result in zip(images.astype(float), places, new, strict=True):
        for old, channel in zip(image, result, strict=True):
            ndimage.map_coordinates(
                old, where, output=channel, order=1, mode="grid-constant", cval=fill
            )
    return new.astype(images.dtype)


def grid(images: ag.Array) -> ag.Array:
    """Return the row and column of every pixel, (2, H, W)."""
    return np.indices(images.shape[2:], dtype=float)


def smoothed(owner: str, fields: ag.Array, sigma: float) -> ag.Array:
    """Return fields (N, 2, H, W) where each number is a Gaussian mean of those around it."""
    sigma = min(float(sigma), 4.0 * max(fields.shape[-2:]))  # more makes all equal, and takes long
    # Beyond an edge is the other one, so that the numbers at the edges are as large as elsewhere.
    found: ag.Array = _ndimage(owner).gaussian_filter(fields, (0, 0, sigma, sigma), mode="wrap")
    return found


def _ndimage(owner: str) -> Any:
    return import_extra(owner, "scipy.ndimage", "scipy", "data")
