"""Images as if printed on rubber."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import autograd as ag
from nn.checks import between, real
from nn.data.transforms.ranges import MOST
from nn.data.transforms.sampling import grid, sampled, smoothed
from nn.data.transforms.transform import Transform


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
