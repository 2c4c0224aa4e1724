"""A real pair with known flow: a motorcycle, seen by two cameras side by side.

What the right camera sees is further to the left, the more the nearer it is.  That is a flow, along
rows alone, and it was measured: light patterns were thrown on the scene (Scharstein et al. 2014).
"""

from __future__ import annotations

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import import_extra
from nn.data.dataset import Dataset
from nn.data.pictures import as_sides


@called
def stereo_motorcycle(size: int | tuple[int, int] | None = 64) -> tuple[Dataset, ag.Array]:
    """Return the photographs of two cameras, and the flow from the left one to the right one.

    The flow is ``(-d, 0)``, with the disparity d of Middlebury's stereo set of 2014 that is in
    scikit-image.

    Parameters
    ----------
    size : int or pair of int, optional
        The height and width to scale the whole frame of 500 x 741 pixels to, its shape too; the
        flow to the right is scaled as the width.  None leaves everything as it is.

    Returns
    -------
    data : Dataset
        One example: inputs (1, 6, height, width) float32, red, green and blue of the left
        photograph, then those of the right one, from 0 to 1; targets (1, 2, height, width) float32,
        0 where nothing was measured.
    known : numpy.ndarray of bool, (1, height, width)
        Where something was measured: the mask that `nn.end_point_error` takes.

    Raises
    ------
    autograd.OptionError
        If a size is not an integer of at least 1.
    autograd.MissingError
        If the package scikit-image is not installed.

    Examples
    --------
    >>> from nn.data.flow.stereo import stereo_motorcycle
    >>> data, known = stereo_motorcycle(64)
    >>> data
    Dataset of 1 example: inputs (6, 64, 64) float32, targets (2, 64, 64) float32
    >>> print(f"{known.mean():.0%} of the pixels")
    99% of the pixels
    """
    photographs = import_extra("stereo_motorcycle", "skimage.data", "scikit-image", "photos")
    left, right, disparity = photographs.stereo_motorcycle()
    height, width = as_sides("stereo_motorcycle", size) or disparity.shape
    measured = np.isfinite(disparity)
    share = _resized(measured.astype(float), height, width)
    total = _resized(np.where(measured, disparity, 0.0), height, width)
    known = share > 0.5  # of what a new pixel covers
    mean = np.divide(total, share, out=np.zeros(share.shape), where=known)
    flow = np.stack([-mean * width / disparity.shape[1], np.zeros(share.shape)])
    pair = np.concatenate([_resized(image / 255, height, width) for image in (left, right)], 2)
    data = Dataset(_example(np.moveaxis(pair, 2, 0)), _example(flow))
    return data, known[None]


def _example(array: ag.Array) -> ag.Array:
    return np.ascontiguousarray(array[None], np.float32)


def _resized(image: ag.Array, height: int, width: int) -> ag.Array:
    transform = import_extra("stereo_motorcycle", "skimage.transform", "scikit-image", "photos")
    if image.shape[:2] == (height, width):
        return image
    found: ag.Array = transform.resize(image, (height, width), anti_aliasing=True)
    return np.clip(found, image.min(), image.max())
