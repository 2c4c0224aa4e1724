"""Pairs of frames with exact flow, made of photographs, as in the data set Flying Chairs.

The flow of a film cannot be measured for every pixel, so FlowNet learned from scenes that are made:
a background that moves, and things in front of it that move differently (Dosovitskiy et al. 2015;
deck 0).  Here the things are blobs, cut from other photographs.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal, overload

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import at_least_one, between, boolean
from nn.data.dataset import Dataset
from nn.data.flow.random_scenes import random_scenes
from nn.data.photographs import photograph
from nn.init import Seed, generator

# Scenes to learn from and to be judged by share no photograph.  The motorcycle's is in none.
PARTS = {
    "train": (
        *("astronaut", "brick", "cell", "clock", "coins", "gravel"),
        *("hubble", "moon", "retina", "rocket", "tissue"),
    ),
    "valid": ("camera",),
    "test": ("cat", "coffee", "grass"),
}
CHUNK = 64  # scenes whose layers are in memory at a time
LARGEST = 512  # pixels along a side of a frame: few photographs have twice as many
FASTEST = 10  # times the usual motion, which is as large as a frame then


@overload
def flying_chairs(
    n: int,
    size: int = 64,
    rng: Seed = None,
    *,
    photographs: str | Sequence[str] = "train",
    motion: float = 1.0,
    return_occlusion: Literal[False] = False,
) -> Dataset: ...
@overload
def flying_chairs(
    n: int,
    size: int = 64,
    rng: Seed = None,
    *,
    photographs: str | Sequence[str] = "train",
    motion: float = 1.0,
    return_occlusion: Literal[True],
) -> tuple[Dataset, ag.Array]: ...
@called
def flying_chairs(
    n: int,
    size: int = 64,
    rng: Seed = None,
    *,
    photographs: str | Sequence[str] = "train",
    motion: float = 1.0,
    return_occlusion: bool = False,
) -> Any:
    """Return pairs of frames, and the flow from the first frame to the second.

    The background and up to three blobs are cut from photographs, turned, mirrored, scaled and
    lightly coloured.  Each is shifted, turned and scaled between the frames, the blobs by the
    motion of the background and one of their own: at ``x`` the flow is ``A x + b - x``.

    Parameters
    ----------
    n : int
    size : int
        Height and width of the frames, in pixels; at most 512.
    rng : int, numpy.random.Generator or None
        The same seed, the same scenes.
    photographs : {"train", "valid", "test"}, or sequence of str
        What the scenes are cut from: names for `photograph`, or one of three parts that share no
        photograph, ``cat``, ``coffee`` and ``grass`` being those of "test".
    motion : float
        From 0 to 10; multiplies shifts, angles and growth.  With 1, at 64 pixels, the flow is 4.1
        pixels long on average, and 11 in the fastest hundredth of the pixels.
    return_occlusion : bool
        Whether to return the pixels without counterpart, too.

    Returns
    -------
    data : Dataset
        Inputs (n, 6, size, size) float32, red, green and blue of the first frame, then those of the
        second, from 0 to 1; targets (n, 2, size, size) float32, the flow of every pixel of the
        first frame, to the right and down, in pixels.
    occluded : numpy.ndarray of bool, (n, size, size)
        Only with ``return_occlusion``: where what the first frame shows is hidden in the second, or
        outside of it.  The flow is right there, too, but nothing in the second frame tells it.

    Raises
    ------
    autograd.OptionError
        If there is no such photograph, or a number is none of these.
    autograd.MissingError
        If the package scikit-image is not installed.

    Examples
    --------
    >>> from nn.data.flow.chairs import flying_chairs
    >>> options = {"size": 32, "rng": 0, "photographs": ["coins", "grass"]}
    >>> flying_chairs(4, **options)
    Dataset of 4 examples: inputs (6, 32, 32) float32, targets (2, 32, 32) float32
    >>> data, occluded = flying_chairs(4, **options, return_occlusion=True)
    >>> occluded.shape
    (4, 32, 32)
    """
    at_least_one("flying_chairs", n=n, size=size)
    between("flying_chairs", 1, LARGEST, size=size)
    between("flying_chairs", 0, FASTEST, motion=motion)
    boolean("flying_chairs", return_occlusion=return_occlusion)
    textures = _textures(_names(photographs), 2 * int(size))
    scenes = random_scenes(int(n), int(size), len(textures), float(motion), generator(rng))
    chunks = [scenes[at : at + CHUNK].frames(size, textures) for at in range(0, n, CHUNK)]
    pairs, flow, occluded = map(np.concatenate, zip(*chunks, strict=True))
    data = Dataset(pairs, flow)
    return (data, occluded) if return_occlusion else data


def _names(given: Any) -> tuple[str, ...]:
    if isinstance(given, str) and given in PARTS:
        return PARTS[given]
    names = tuple(given) if isinstance(given, (tuple, list)) else ()
    if not names or not all(isinstance(name, str) for name in names):
        raise ag.OptionError(
            f"flying_chairs: photographs={one_line(given)} must be one of {', '.join(PARTS)}, or a "
            "list of names, as in ['cat', 'coffee']"
        )
    return names


@lru_cache(maxsize=4)
def _textures(names: tuple[str, ...], side: int) -> Any:
    """Return photographs as squares, (P, side, side, 3); grey ones have three equal channels."""
    squares = [np.broadcast_to(photograph(name, side), (3, side, side)) for name in names]
    found = np.ascontiguousarray(np.moveaxis(np.stack(squares), 1, -1))
    found.flags.writeable = False
    return found
