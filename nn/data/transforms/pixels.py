"""Images whose pixels move by whole places: shifted, cropped, mirrored.

Nothing is computed between pixels, so those that stay are the same to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd as ag
from nn.checks import at_least_one, at_least_zero, between, real
from nn.data.transforms.ranges import MOST, is_pair, whole_around_zero
from nn.data.transforms.transform import Drawn, Transform


@dataclass(frozen=True)
class Shift(Drawn):
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

    def change(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Look through a frame that is moved the other way."""
        corners = -rng.integers(*self.limits, (len(images), 2), endpoint=True)
        return windows(images, corners, images.shape[2:], self.fill)


@dataclass(frozen=True)
class Crop(Transform):
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

    def change(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Draw the upper left corners, and look from there."""
        own = np.array(images.shape[2:])
        sides = self._sides(images.shape[2:])
        last = own + 2 * self.padding - sides
        if last.min() < 0:
            raise ag.ShapeError(
                f"Crop: images of {tuple(own.tolist())} with padding={self.padding} have no piece "
                f"of {sides}"
            )
        corners = rng.integers(0, last, (len(images), 2), endpoint=True) - self.padding
        return windows(images, corners, sides, self.fill)


@dataclass(frozen=True)
class Flip(Transform):
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

    def change(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Draw which ones are mirrored."""
        chosen = rng.random(len(images)) < self.p
        return np.where(chosen[:, None, None, None], images[..., ::-1], images)


def windows(images: ag.Array, corners: ag.Array, sides: tuple[int, ...], fill: float) -> ag.Array:
    """Return what each image has in its window, and ``fill`` where that reaches beyond.

    Parameters
    ----------
    images : array, (N, C, H, W)
    corners : array of int, (N, 2)
        The row and column of each window's upper left pixel; negative ones are outside.
    sides : (height, width)
    fill : float

    Returns
    -------
    numpy.ndarray, (N, C, height, width)
    """
    numbers, inside = [], np.array(True)
    for axis in (2, 3):
        lines = corners[:, axis - 2, None] + np.arange(sides[axis - 2])
        lines = np.expand_dims(lines, (1, 5 - axis))  # (N, 1, height, 1) and (N, 1, 1, width)
        inside = inside & (lines >= 0) & (lines < images.shape[axis])
        numbers.append(lines.clip(0, images.shape[axis] - 1))
    image, channel = np.ix_(*map(np.arange, images.shape[:2]))
    seen: ag.Array = images[image[..., None, None], channel[..., None, None], *numbers]
    outside = seen.dtype.type(fill)
    return np.where(inside, seen, outside)
