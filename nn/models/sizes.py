"""How many channels a network has that is narrower than its slide, and how large images may be."""

from __future__ import annotations

import autograd as ag
from nn.checks import above_zero


def scaled(owner: str, channels: int, width: float, groups: int = 1) -> int:
    """Return the channels times the width, at least one, in as many equal groups.

    Examples
    --------
    >>> from nn.models.sizes import scaled
    >>> scaled("AlexNet", 96, 0.25), scaled("AlexNet", 96, 0.001), scaled("AlexNet", 100, 0.05, 2)
    (24, 1, 4)
    """
    above_zero(owner, width=width)
    return max(1, round(channels * width / groups)) * groups


def check_sides(x: ag.ArrayLike, least: int, most: int | None = None) -> None:
    """Refuse what is not a batch of images, or images of which convolutions leave too little.

    Without ``most`` there is no limit; with it, more pixels would be too many.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.models.sizes import check_sides
    >>> check_sides(np.zeros((1, 3, 32, 32)), 63)
    Traceback (most recent call last):
        ...
    autograd.errors.ShapeError: images (1, 3, 32, 32) must have at least 63 pixels along each side;
        scale them
    """
    shape = ag.shape(x)
    if len(shape) != 4:
        raise ag.ShapeError(
            f"images {shape} must be (N, channels, H, W); x[None] is a batch of one"
        )
    if not all(least <= n <= (most or n) for n in shape[2:]):
        wanted = f"{least} to {most}" if most else f"at least {least}"
        raise ag.ShapeError(f"images {shape} must have {wanted} pixels along each side; scale them")
