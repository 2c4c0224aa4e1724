"""Images that are turned or made larger, about their middle."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import autograd as ag
from nn.checks import real
from nn.data.transforms.ranges import Range, around_one, around_zero, log_uniform, uniform
from nn.data.transforms.sampling import grid, sampled
from nn.data.transforms.transform import Drawn


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
        angles = np.deg2rad(uniform(self.limits, len(images), rng))
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
