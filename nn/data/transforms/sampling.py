"""Images that are turned, scaled or distorted: their pixels come from places between pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import autograd as ag
from nn.checks import between, import_extra, real
from nn.data.transforms.geometry import Geometric, Places, linear
from nn.data.transforms.ranges import MOST, Range, around_one, around_zero, log_uniform
from nn.data.transforms.transform import Drawn


@dataclass(frozen=True)
class Rotate(Geometric, Drawn):
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

    def places(self, shape: tuple[int, ...], rng: np.random.Generator) -> Places:
        """Draw the angles, and turn the places back by them."""
        angles = np.deg2rad(rng.uniform(*self.limits, shape[0]))
        cos, sin = np.cos(angles), np.sin(angles)
        back = np.moveaxis(np.array([[cos, sin], [-sin, cos]]), 2, 0)  # (N, 2, 2)
        return linear(shape, back)


@dataclass(frozen=True)
class Scale(Geometric, Drawn):
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

    def places(self, shape: tuple[int, ...], rng: np.random.Generator) -> Places:
        """Draw the factors, and divide the places by them."""
        drawn = log_uniform(self.limits, shape[0], rng)
        return linear(shape, np.eye(2) / drawn[:, None, None])


@dataclass(frozen=True)
class Distort(Geometric):
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

    def places(self, shape: tuple[int, ...], rng: np.random.Generator) -> Places:
        """Draw the arrows, and look where they point."""
        count, _, height, width = shape
        arrows = rng.uniform(-1.0, 1.0, (count, 2, height, width))
        arrows = smoothed(self.name, arrows, self.smooth)
        longest = np.linalg.norm(arrows, axis=1).max(axis=(1, 2))
        arrows *= (self.pixels / longest)[:, None, None, None]
        old = np.indices((height, width)) + arrows
        return Places(old[:, 0], old[:, 1], None)


def smoothed(owner: str, fields: ag.Array, sigma: float) -> ag.Array:
    """Return fields (N, 2, H, W) where each number is a Gaussian mean of those around it."""
    ndimage = import_extra(owner, "scipy.ndimage", "scipy", "data")
    sigma = min(float(sigma), 4.0 * max(fields.shape[-2:]))  # more makes all equal, and takes long
    # Beyond an edge is the other one, so that the numbers at the edges are as large as elsewhere.
    found: ag.Array = ndimage.gaussian_filter(fields, (0, 0, sigma, sigma), mode="wrap")
    return found
