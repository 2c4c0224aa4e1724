"""Scenes to be cut into regions: digits that lie on photographs, and for each pixel what it shows.

There is no data set of streets here, but what makes them hard is: things of several kinds and
sizes, lighter or darker than what is around them, on grounds that have edges of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import at_least_one, between, one_of
from nn.data.dataset import Dataset
from nn.data.photographs import photograph
from nn.data.samples import digits
from nn.data.transforms.geometry import Places
from nn.init import Seed, generator

CLASSES = ("background", *map(str, range(10)))
# What scenes are made of: every fifth digit from here on, and these photographs.
PARTS = {
    "train": ((0, 1, 2), ("brick", "camera", "cat", "coffee", "grass", "moon", "tissue")),
    "valid": ((3,), ("clock", "coins")),
    "test": ((4,), ("astronaut", "cell", "gravel", "rocket")),
}
CELL = 16  # pixels of a side that one digit has for itself
SHAPE = 8  # pixels of a side of a digit as it is
PHOTOGRAPH = 128  # pixels of a side that a photograph is scaled to


@called
def digit_scenes(n: int, size: int = 32, part: str = "train", rng: Seed = None) -> Dataset:
    """Return digits on photographs, with the class of every pixel.

    A grid of cells of about 16 x 16 pixels lies over a piece of a photograph.  Three of four cells
    get a digit, somewhat turned and of 12 to 16 pixels, that is lighter or darker than the piece is
    in the mean.  About three quarters of all pixels are background.

    Parameters
    ----------
    n : int
        How many scenes.
    size : int
        Their height and width, from 16 to 128.
    part : {"train", "valid", "test"}
        Parts share neither digits nor photographs.
    rng : int, numpy.random.Generator or None
        The same seed, the same scenes.

    Returns
    -------
    Dataset
        Inputs (n, 1, size, size) float32 from 0, black, to 1; targets (n, size, size), 0 for the
        background, and d + 1 for the digit d.

    Raises
    ------
    autograd.OptionError
        If ``n`` or ``size`` is not such an integer, or there is no such part.
    autograd.MissingError
        If the package scikit-image or scikit-learn is not installed.

    Examples
    --------
    >>> from nn.data import digit_scenes
    >>> digit_scenes(50, rng=0)
    Dataset of 50 examples: inputs (1, 32, 32) float32, targets (32, 32) int64, classes background,
        0, 1, 2 and 7 more
    """
    at_least_one("digit_scenes", n=n, size=size)
    between("digit_scenes", CELL, PHOTOGRAPH, size=size)
    one_of("digit_scenes", tuple(PARTS), part=part)
    rng = generator(rng)
    images = _grounds(part, n, size, rng)
    targets = np.zeros((n, size, size), np.int64)
    ink = _ink(images, rng)
    for cell in _cells(size):
        cover, names = _stamps(part, n, size // (size // CELL), rng)
        images[cell] += cover * (ink - images[cell])
        targets[cell] = np.where(cover > 0.5, names + 1, 0)
    return Dataset(images[:, None].astype(np.float32), targets, CLASSES)


@called
def digit_scene_parts(
    counts: tuple[int, int, int] = (3000, 300, 500), size: int = 32, rng: Seed = None
) -> tuple[Dataset, ...]:
    """Return scenes to learn from, to choose by and to judge by; see `digit_scenes`.

    Parameters
    ----------
    counts : three int
        How many scenes of each.
    size : int
        Their height and width, from 16 to 128.
    rng : int, numpy.random.Generator or None
        The same seed, the same scenes.

    Returns
    -------
    tuple of three Dataset

    Raises
    ------
    autograd.OptionError
        If there are not three counts, or one is not an integer of at least 1.
    autograd.MissingError
        If the package scikit-image or scikit-learn is not installed.

    Examples
    --------
    >>> from nn.data import digit_scene_parts
    >>> [len(part) for part in digit_scene_parts((20, 5, 10), rng=0)]
    [20, 5, 10]
    """
    if not isinstance(counts, (tuple, list)) or len(counts) != len(PARTS):
        raise ag.OptionError(
            f"digit_scene_parts: counts={one_line(counts)} must be three numbers, as (3000, 300, "
            "500)"
        )
    rng = generator(rng)
    return tuple(digit_scenes(n, size, part, rng) for n, part in zip(counts, PARTS, strict=True))


@cache
def _digits(part: str) -> tuple[ag.Array, ag.Array]:
    """Return the digits of a part, (n, 8, 8), and which they are."""
    everything = digits()
    own = np.isin(np.arange(len(everything)) % 5, PARTS[part][0])
    return everything.inputs[own, 0], everything.targets[own]


@cache
def _photographs(part: str) -> ag.Array:
    """Return the photographs of a part, grey, (n, PHOTOGRAPH, PHOTOGRAPH)."""
    names = PARTS[part][1]
    return np.concatenate([photograph(name, PHOTOGRAPH, grayscale=True) for name in names])


def _grounds(part: str, n: int, size: int, rng: np.random.Generator) -> ag.Array:
    """Return pieces of photographs, (n, size, size)."""
    photographs = _photographs(part)
    chosen = rng.integers(len(photographs), size=n)
    corners = rng.integers(PHOTOGRAPH - size, size=(n, 2), endpoint=True)
    pieces = zip(chosen, *corners.T, strict=True)
    return np.stack([photographs[i, y : y + size, x : x + size] for i, y, x in pieces])


def _ink(images: ag.Array, rng: np.random.Generator) -> ag.Array:
    """Return how bright the digits of each scene are, (n, 1, 1): far from the mean."""
    mean = images.mean(axis=(1, 2), keepdims=True)
    far = rng.uniform(0.35, 0.6, mean.shape)
    ink: ag.Array = np.where(mean < 0.5, mean + far, mean - far)
    return ink.clip(0, 1)


def _cells(size: int) -> Iterator[tuple[slice, ...]]:
    """Yield where the cells of the grid are, as an index of images (n, size, size)."""
    side = size // (size // CELL)
    for row, column in product(range(size // CELL), repeat=2):
        y, x = row * side, column * side
        yield slice(None), slice(y, y + side), slice(x, x + side)


def _stamps(part: str, n: int, side: int, rng: np.random.Generator) -> tuple[ag.Array, ag.Array]:
    """Return how much a digit covers each pixel of a cell, (n, side, side); which, (n, 1, 1).

    One of four covers nothing.
    """
    shapes, names = _digits(part)
    chosen = rng.integers(len(shapes), size=n)
    ink = _places(n, side, rng).images(shapes[chosen][:, None], fill=0.0)[:, 0]
    is_there = rng.random((n, 1, 1)) < 0.75
    cover = (2 * ink * is_there).clip(0, 1)  # faint strokes would leave gaps in the mask
    return cover, names[chosen, None, None]


def _places(n: int, side: int, rng: np.random.Generator) -> Places:
    """Draw how large a digit is in its cell, where, and how it is turned."""
    pixels = rng.uniform(12, 16, n)
    angle = rng.uniform(-0.25, 0.25, n)  # up to 14 degrees
    turned = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    back = np.moveaxis(turned * SHAPE / pixels, 2, 0)  # (n, 2, 2), from the cell to the digit
    free = (side - pixels)[:, None] / 2
    middle = (side - 1) / 2 + rng.uniform(-1, 1, (n, 2)) * free
    steps = np.indices((side, side)) - middle[:, :, None, None]
    rows, columns = np.moveaxis(np.einsum("nij,njhw->nihw", back, steps), 1, 0) + (SHAPE - 1) / 2
    return Places(rows, columns, None)
