"""Images whose pixels move by whole places: shifted, cropped, mirrored.

Nothing is computed between pixels, so those that stay are the same to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd as ag
from nn.checks import at_least_one, at_least_zero, between, real
from nn.data.transforms.geometry import Geometric, Places
from nn.data.transforms.ranges import MOST, is_pair, whole_around_zero
from nn.data.transforms.transform import Drawn


@dataclass(frozen=True)
class Shift(Geometric, Drawn):
    """Move each image up or down, and left or right, by whole pixels; decks 0 and 2.

    Parameters
    ----------
    pixels : int or pair of int
        At most so many, in both directions; a pair is from where to where, down and to the right.
    fill : float
        What comes in at the edge.

    Raises
    ------
    autograd.OptionError
        If a parameter is none of these.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Shift
    >>> Shift((1, 1))(np.array([[[[1.0, 2.0], [3.0, 4.0]]]]))
    array([[[[0., 0.],
             [0., 1.]]]])
    """

    pixels: int | tuple[int, int]
    fill: float = 0.0

    def read(self) -> tuple[int, int]:
        """Return the smallest and the largest number of pixels."""
        real(self.name, fill=self.fill)
        return whole_around_zero(self.name, pixels=self.pixels)

    def places(self, shape: tuple[int, ...], rng: np.random.Generator) -> Places:
        """Look through a frame that is moved the other way."""
        corners = -rng.integers(*self.limits, (shape[0], 2), endpoint=True)
        return windows(corners, shape[2:])


@dataclass(frozen=True)
class Crop(Geometric):
    """Cut a piece out of each image, at a place of its own; deck 2.

    Parameters
    ----------
    size : int, pair of int or None
        The height and width of the piece; None keeps those of the image, and needs ``padding``.
    padding : int
        How many pixels are put around the image before.
    fill : float
        What they are.

    Raises
    ------
    autograd.OptionError
        If a parameter is none of these.
    autograd.ShapeError
        When called, if the piece is larger than the padded image.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Crop
    >>> Crop(24)(np.zeros((10, 3, 32, 32))).shape
    (10, 3, 24, 24)
    >>> Crop(padding=4)(np.zeros((10, 3, 32, 32))).shape
    (10, 3, 32, 32)
    """

    size: int | tuple[int, int] | None = None
    padding: int = 0
    fill: float = 0.0

    def __post_init__(self) -> None:
        for side in self._sides(()):
            at_least_one(self.name, size=side)
        at_least_zero(self.name, padding=self.padding)
        between(self.name, 0, MOST, padding=self.padding)
        real(self.name, fill=self.fill)
        if self.size is None and self.padding == 0:
            raise ag.OptionError("Crop: give a size, a padding, or both; else nothing is cut")

    def _sides(self, own: tuple[int, ...]) -> tuple[Any, ...]:
        if self.size is None:
            return own
        size: Any = self.size
        return tuple(size) if is_pair(size) else (size, size)

    def places(self, shape: tuple[int, ...], rng: np.random.Generator) -> Places:
        """Draw the upper left corners, and look from there."""
        own = np.array(shape[2:])
        sides = self._sides(shape[2:])
        last = own + 2 * self.padding - sides
        if last.min() < 0:
            raise ag.ShapeError(
                f"Crop: images of {tuple(own.tolist())} with padding={self.padding} have no piece "
                f"of {sides}"
            )
        corners = rng.integers(0, last, (shape[0], 2), endpoint=True) - self.padding
        return windows(corners, sides)


@dataclass(frozen=True)
class Flip(Geometric):
    """Mirror an image, left and right, with probability ``p``; deck 2.

    Only where the mirror image could be another photograph of the same class.  A cat may be; of the
    digits most do not stay a digit, and of the letters a b becomes a d.

    Parameters
    ----------
    p : float
        From 0 to 1.

    Raises
    ------
    autograd.OptionError
        If ``p`` is not a number from 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Flip
    >>> Flip(1.0)(np.array([[[[1.0, 2.0, 3.0]]]]))
    array([[[[3., 2., 1.]]]])
    """

    p: float = 0.5

    def __post_init__(self) -> None:
        between(self.name, 0.0, 1.0, p=self.p)

    def places(self, shape: tuple[int, ...], rng: np.random.Generator) -> Places:
        """Draw which ones are mirrored, and count their columns from the right."""
        chosen = (rng.random(shape[0]) < self.p)[:, None, None]
        rows, columns = np.arange(shape[2])[:, None], np.arange(shape[3])
        columns = np.where(chosen, columns[::-1], columns)  # (N, 1, W)
        return Places(rows[None], columns, np.where(chosen, np.diag([1.0, -1.0]), np.eye(2)))


def windows(corners: ag.Array, sides: tuple[int, ...]) -> Places:
    """Return the places of what is seen through a window of each image.

    Parameters
    ----------
    corners : array of int, (N, 2)
        The row and column of each window's upper left pixel; negative ones are outside.
    sides : (height, width)
    """
    rows = corners[:, 0, None, None] + np.arange(sides[0])[:, None]  # (N, height, 1)
    columns = corners[:, 1, None, None] + np.arange(sides[1])  # (N, 1, width)
    return Places(rows, columns, np.eye(2)[None])
