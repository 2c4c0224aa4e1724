"""Images as a model takes them."""

from __future__ import annotations

import numpy as np

import autograd as ag


def as_image(owner: str, image: ag.ArrayLike) -> ag.Array:
    """Return an image as a batch of one, (1, C, H, W), in floats.

    Raises
    ------
    autograd.ShapeError
        If it is not an image, or more than one.
    autograd.OptionError
        If a pixel is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.inspection.images import as_image
    >>> as_image("saliency", np.zeros((3, 8, 8), np.uint8)).shape
    (1, 3, 8, 8)
    """
    array = ag.tensor(image).numpy()
    batch = array[None] if array.ndim == 3 else array
    if batch.ndim != 4 or len(batch) != 1 or 0 in batch.shape:
        remedy = "; write image[None] for one channel" if array.ndim == 2 else ""
        raise ag.ShapeError(
            f"{owner}: the image is {array.shape}, and not (C, H, W) or (1, C, H, W){remedy}"
        )
    return _floats(owner, batch)


def as_images(owner: str, images: ag.ArrayLike) -> ag.Array:
    """Return images as one array, (N, C, H, W), in floats.

    Raises
    ------
    autograd.ShapeError
        If they are not images, or there is none.
    autograd.OptionError
        If a pixel is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.inspection.images import as_images
    >>> as_images("top_patches", np.zeros((5, 3, 8, 8), np.uint8)).dtype
    dtype('float64')
    """
    batch = ag.tensor(images).numpy()
    if batch.ndim != 4 or 0 in batch.shape:
        raise ag.ShapeError(f"{owner}: the images are {batch.shape}, and not (N, C, H, W)")
    return _floats(owner, batch)


def as_few(owner: str, images: ag.ArrayLike, most: int) -> ag.Array:
    """Return the same of images that fit into one picture, and refuse more.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.inspection.images import as_few
    >>> as_few("segmentation", np.zeros((9, 3, 8, 8)), 8)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: segmentation: 9 images are too many; draw at most 8, as images[:8]
    """
    batch = as_images(owner, images)
    if len(batch) > most:
        raise ag.OptionError(
            f"{owner}: {len(batch)} images are too many; draw at most {most}, as images[:{most}]"
        )
    return batch


def _floats(owner: str, batch: ag.Array) -> ag.Array:
    if not np.isfinite(batch).all():
        raise ag.OptionError(f"{owner}: there are pixels that are NaN or infinite")
    return batch if batch.dtype.kind == "f" else batch.astype(float)
