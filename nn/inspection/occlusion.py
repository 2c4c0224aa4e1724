"""Occlusion: which parts of an image a score needs (Zeiler and Fergus 2014; deck 2).

A square covers one place after the other, and the model scores each covered image.  Where the score
falls, there stood what it was given for.  No derivative is taken, so any function will do.
"""

from __future__ import annotations

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import at_least_one, at_least_zero, real
from nn.inspection.activations import entered
from nn.inspection.images import as_image
from nn.inspection.preserve import Model, outputs_of


@called
def occlusion_map(
    model: Model,
    image: ag.ArrayLike,
    target: int,
    size: int,
    stride: int = 1,
    value: float | None = None,
) -> ag.Array:
    """Return the score of a class while a square covers each place of an image.

    Parameters
    ----------
    model : Module, or callable
        Maps (N, C, H, W) to (N, K) scores.  Runs in evaluation mode, and is afterwards as before.
    image : array, (C, H, W) or (1, C, H, W)
    target : int
        The class.
    size : int
        The side of the square, in pixels.
    stride : int
        How many pixels one place is from the next.
    value : float, optional
        What the square is filled with; by default the mean of the image, a grey.

    Returns
    -------
    numpy.ndarray, (ceil(H / stride), ceil(W / stride))
        At ``[i, j]`` the score while the square has its middle at the pixel ``[i * stride, j *
        stride]``: it covers rows from ``i * stride - size // 2`` on, and what is in the image.

    Raises
    ------
    autograd.ShapeError
        If it is not an image, or more than one, or the model does not return (N, K).
    autograd.OptionError
        If there is no such class, a size is not an integer of at least 1, or a score is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.inspection import occlusion_map
    >>> def model(x):  # the score is the sum of the upper row
    ...     return x[:, 0, 0].sum(axis=1, keepdims=True)
    >>> occlusion_map(model, [[[1.0, 2.0], [3.0, 4.0]]], 0, size=1, value=0.0)
    array([[2., 1.],
           [3., 3.]])
    """
    return covered_scores("occlusion_map", model, image, target, size, stride, value)


def covered_scores(
    owner: str,
    model: Model,
    image: ag.ArrayLike,
    target: int,
    size: int,
    stride: int,
    value: float | None,
) -> ag.Array:
    """Return the same for a function that reports errors by its own name."""
    at_least_one(owner, size=size, stride=stride)
    pixels = entered(model, as_image(owner, image)).numpy()
    filling = float(pixels.mean()) if value is None else real(owner, value=value)
    rows, columns = (_spans(n, size, stride) for n in pixels.shape[2:])
    covered = (_covered(pixels, row, columns, filling) for row in rows)
    return np.stack([scores_of(owner, model, images, target) for images in covered])


def scores_of(owner: str, model: Model, images: ag.Array, target: int) -> ag.Array:
    """Return the score of a class for each image, (N,)."""
    at_least_zero(owner, target=target)
    scores = all_scores(owner, model, images)
    if target >= scores.shape[1]:
        raise ag.OptionError(
            f"{owner}: target={target} is not a class; they are 0 to {scores.shape[1] - 1}"
        )
    return scores[:, target]


def all_scores(owner: str, model: Model, images: ag.Array) -> ag.Array:
    """Return the scores of all classes for each image, (N, K)."""
    scores = outputs_of(owner, model, images)
    if scores.ndim != 2:
        raise ag.ShapeError(
            f"{owner}: the model made {scores.shape} of {images.shape}, and not (N, K) scores"
        )
    return scores


def _covered(pixels: ag.Array, row: slice, columns: list[slice], filling: float) -> ag.Array:
    """Return the image once for each place of the square in a row of places."""
    images = np.repeat(pixels, len(columns), axis=0)
    for image, column in zip(images, columns, strict=True):
        image[:, row, column] = filling
    return images


def _spans(pixels: int, size: int, stride: int) -> list[slice]:
    """Return what the square covers of one axis, at each place."""
    starts = range(-(size // 2), pixels - size // 2, stride)
    return [slice(max(start, 0), start + size) for start in starts]
