"""Images whose pixels are taken from other places, which may lie between pixels.

The place of each pixel of the new image is mapped back to where it was in the old one.  So every
pixel gets a value, which pixels sent forward would not give.  Between pixels it is the weighted
mean of the four around (bilinear interpolation).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

import autograd as ag
from nn.checks import import_extra


def sampled(owner: str, images: ag.Array, places: Iterable[ag.Array], fill: float) -> ag.Array:
    """Return images (N, C, H, W) whose pixels come from the places of the old ones.

    Parameters
    ----------
    owner : str
        Begins the message if SciPy is not there.
    images : array, (N, C, H, W)
    places : N arrays, (2, H, W)
        The row and column of the old image that each pixel of the new one shows.
    fill : float
        What is around the image.

    Raises
    ------
    autograd.MissingError
        If the package scipy is not installed.
    """
    ndimage = _ndimage(owner)
    new: ag.Array = np.empty(images.shape)
    for image, where, result in zip(images.astype(float), places, new, strict=True):
        for old, channel in zip(image, result, strict=True):
            ndimage.map_coordinates(
                old, where, output=channel, order=1, mode="grid-constant", cval=fill
            )
    return new.astype(images.dtype)


def grid(images: ag.Array) -> ag.Array:
    """Return the row and column of every pixel, (2, H, W)."""
    return np.indices(images.shape[2:], dtype=float)


def smoothed(owner: str, fields: ag.Array, sigma: float) -> ag.Array:
    """Return fields (N, 2, H, W) where each number is a Gaussian mean of those around it."""
    sigma = min(float(sigma), 4.0 * max(fields.shape[-2:]))  # more makes all equal, and takes long
    # Beyond an edge is the other one, so that the numbers at the edges are as large as elsewhere.
    found: ag.Array = _ndimage(owner).gaussian_filter(fields, (0, 0, sigma, sigma), mode="wrap")
    return found


def _ndimage(owner: str) -> Any:
    return import_extra(owner, "scipy.ndimage", "scipy", "data")
