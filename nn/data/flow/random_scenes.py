"""Scenes drawn randomly: how layers move, what of their photographs they show, and blobs."""

from __future__ import annotations

import numpy as np

import autograd as ag
from nn.data.flow.affine import after, turned
from nn.data.flow.scenes import WAVES, Scenes

BLOBS = 3
RADIUS = (0.1, 0.28)  # of the size of a frame
WAVE = 0.1  # of the radius, as a standard deviation

# Standard deviations of the motion of the background, and of that of a blob on top of it.
SHIFT = (0.036, 0.041)  # of the size of a frame
TURN = (6.0, 8.0)  # degrees
GROWTH = (0.06, 0.08)  # of the logarithm of the factor


def random_scenes(
    n: int, size: int, photographs: int, motion: float, rng: np.random.Generator
) -> Scenes:
    """Draw scenes of a background and up to three blobs.

    Parameters
    ----------
    n, size : int
        How many scenes, and the height and width of their frames.
    photographs : int
        How many there are, each of twice the size of a frame.
    motion : float
        Multiplies all motion.
    rng : numpy.random.Generator

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.flow.random_scenes import random_scenes
    >>> random_scenes(5, 64, 11, 1.0, np.random.default_rng(0)).motion.shape
    (5, 4, 2, 3)
    """
    layers = (n, 1 + BLOBS)
    middle = rng.uniform(-size / 2, size / 2, (n, BLOBS, 2))
    there = np.arange(BLOBS) < rng.integers(0, BLOBS + 1, (n, 1))
    return Scenes(
        motion=_motion(middle, size, motion, rng),
        look=_look(layers, size, rng),
        photograph=rng.integers(0, photographs, layers),
        dark=_single(rng.uniform(0.0, 0.3, (*layers, 3))),
        bright=_single(rng.uniform(0.7, 1.0, (*layers, 3))),
        middle=_single(middle),
        radius=_single(np.where(there, rng.uniform(*RADIUS, (n, BLOBS)) * size, 0.0)),
        waves=_single(rng.normal(0, WAVE, (n, BLOBS, WAVES, 2))).view(np.complex64)[..., 0],
    )


def _motion(middle: ag.Array, size: int, motion: float, rng: np.random.Generator) -> ag.Array:
    """Draw the maps from the first frame to the second: a blob's own, and then the background's."""

    def drawn(which: int, about: ag.Array) -> ag.Array:
        each = about.shape[:-1]
        angle, growth = (rng.normal(0, spread[which] * motion, each) for spread in (TURN, GROWTH))
        shift = np.asarray(rng.normal(0, SHIFT[which] * motion * size, about.shape))
        return turned(np.deg2rad(angle), np.exp(growth), about, shift)

    background = drawn(0, np.zeros((len(middle), 1, 2)))
    return np.concatenate([background, after(background, drawn(1, middle))], axis=1)


def _look(layers: tuple[int, int], size: int, rng: np.random.Generator) -> ag.Array:
    """Draw where each layer looks in its photograph: anywhere, in any direction, or mirrored."""
    angle, scale = rng.uniform(-np.pi, np.pi, layers), np.exp(rng.uniform(-0.35, 0.35, layers))
    look = turned(angle, scale, np.zeros(2), rng.uniform(-size, size, (*layers, 2)))
    look[..., 0] *= rng.choice([-1.0, 1.0], (*layers, 1))
    return look


def _single(x: ag.Array) -> ag.Array:
    return x.astype(np.float32)
