"""Mirrored images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import autograd as ag
from nn.checks import between
from nn.data.transforms.transform import Transform


@dataclass(frozen=True)
class Flip(Transform):
    """Mirror an image, left and right, with probability ``p``; deck 2.

    Only where the mirror image could be another photograph of the same class.  A cat may be; of the
    digits most become no digit, and of the letters a b becomes a d.

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
