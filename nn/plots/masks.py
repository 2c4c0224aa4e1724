"""Masks: the class of every pixel, as a colour that lies over the image."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn import metrics
from nn.checks import integer
from nn.inspection.images import as_few, as_image
from nn.plots.canvas import Axes, Picture, beside, figure, styled
from nn.plots.images import visible
from nn.plots.style import CLASSES, INK, ORANGE, color_of, name_of, names_of, rgb
from nn.plots.tiles import finish, lay

DEPTH = 0.75  # how much of a colour there is over an image
LINE = 0.2  # inches from one name of a legend to the next
MOST = 8  # images beside each other; more would be too small
Meanings: TypeAlias = list[tuple[str, Any]]  # names and colours
IGNORED, UNKNOWN = -100, "unknown"


@styled
@called
def mask_overlay(
    image: ag.ArrayLike,
    mask: ag.ArrayLike,
    classes: Sequence[str] = (),
    *,
    background: int | None = 0,
) -> Picture:
    """Draw an image with its mask over it: each class in a colour.

    Parameters
    ----------
    image : array, (C, H, W) or (1, C, H, W)
    mask : array of int, (H, W) or (1, H, W)
        The class of each pixel.  Negative ones, as -100, are unknown, and white.
    classes : sequence of str
        What the classes are called.
    background : int or None
        The class that gets no colour.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If it is not an image, or more than one, or the mask is of another size.
    autograd.OptionError
        If the classes are not integers.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.masks import mask_overlay
    >>> mask_overlay(np.ones((3, 8, 8)), np.eye(8, dtype=int), ("paper", "ink")).get_suptitle()
    'The class of every pixel'
    """
    names, grey = names_of("mask_overlay", classes), _background("mask_overlay", background)
    pixels = as_image("mask_overlay", image)
    (found,) = _masks("mask_overlay", "mask", ag.tensor(mask).numpy(), pixels)
    height, width = found.shape
    tall = min(max(4.0 * height / width, 1.6), 5.0)
    picture = figure(5.6, tall + 0.6)
    axes = picture.add_subplot(xticks=[], yticks=[])
    axes.imshow(_overlaid(pixels[0], found, grey), interpolation="nearest")
    axes.spines[:].set_visible(True)  # or what is unknown would be one with the paper
    meanings = _meanings(np.unique(found), grey, names)
    columns = -(-len(meanings) // int(tall / LINE)) or 1
    _legend(axes, meanings, loc="center left", bbox_to_anchor=(1, 0.5), ncols=columns)
    picture.describe("The class of every pixel")
    return picture


@styled
@called
def segmentation(
    images: ag.ArrayLike,
    targets: ag.ArrayLike,
    predicted: ag.ArrayLike,
    classes: Sequence[str] = (),
    *,
    background: int | None = 0,
) -> Picture:
    """Draw images, and below each the true mask, the predicted one, and where these differ.

    Parameters
    ----------
    images : array, (N, C, H, W)
        At most eight.
    targets : array of int, (N, H, W)
        Negative ones, as -100, are unknown; they do not count.
    predicted : array, (N, K, H, W) or (N, H, W)
        A score for each of K classes, or classes.
    classes : sequence of str
        What the classes are called.
    background : int or None
        The class that gets no colour.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If the shapes are others, or there is no image.
    autograd.OptionError
        If there are more than eight images, a number is not finite, classes are not integers, or
        no target is known.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.masks import segmentation
    >>> images, targets = np.ones((2, 1, 4, 4)), np.zeros((2, 4, 4), int)
    >>> segmentation(images, targets, targets).get_suptitle()
    'Segmentation: 100.0% of the pixels right, mean IoU 1.00'
    """
    owner = "segmentation"
    names, grey = names_of(owner, classes), _background(owner, background)
    pixels = as_few(owner, images, MOST)
    truths = _masks(owner, "targets", ag.tensor(targets).numpy(), pixels)
    guesses = _masks(owner, "predicted", _classes(ag.tensor(predicted).numpy()), pixels)
    meanings = _meanings(np.union1d(truths, guesses), grey, names)
    columns = beside((name for name, _ in meanings), 6.0)
    across = max(len(pixels), 4)
    picture = figure(7.0, 4 * 6.2 / across + 0.7 + 0.2 * (len(meanings) // columns + 1))
    axes = picture.add_subplot()
    for column, shown in enumerate(zip(pixels, truths, guesses, strict=True)):
        _column(axes, column, *shown, grey)
    finish(axes, across, 4)
    axes.set_yticks(range(4), ["image", "target", "predicted", "wrong"])
    _legend(axes, meanings, loc="upper left", bbox_to_anchor=(0, 0), ncols=columns)
    picture.describe(f"Segmentation: {_judged(guesses, truths)}")
    return picture


def _classes(predicted: ag.Array) -> ag.Array:
    """Return the classes of the highest scores, or those that are given."""
    if predicted.ndim != 4:
        return predicted
    if np.isnan(predicted).any():
        raise ag.OptionError("segmentation: some scores are NaN, and so choose no class")
    highest: ag.Array = predicted.argmax(axis=1)
    return highest


def _column(
    axes: Axes, column: int, image: ag.Array, truth: ag.Array, guess: ag.Array, grey: int | None
) -> None:
    shown, options = visible(image)
    wrong = (guess != truth) & (truth >= 0)
    lay(axes, shown, column, 0, **options)
    lay(axes, _overlaid(image, truth, grey), column, 1)
    lay(axes, _overlaid(image, guess, grey), column, 2)
    lay(axes, np.where(wrong[..., None], np.array(rgb(ORANGE)), 1.0), column, 3)


def _judged(guesses: ag.Array, truths: ag.Array) -> str:
    if (truths < 0).all():
        raise ag.OptionError("segmentation: all targets are negative, which is unknown")
    if (guesses < 0).any():
        raise ag.OptionError(f"segmentation: predicted hold class {guesses.min()}, below 0")
    known = np.where(truths < 0, IGNORED, truths)
    right = metrics.pixel_accuracy(guesses, known, IGNORED)
    overlap = metrics.iou(guesses, known, ignore_index=IGNORED)
    return f"{right:.1%} of the pixels right, mean IoU {overlap:.2f}"


def _background(owner: str, background: int | None) -> int | None:
    if background is not None:
        integer(owner, background=background)
    return background


def _masks(owner: str, name: str, masks: ag.Array, images: ag.Array) -> ag.Array:
    """Return masks (N, H, W) of integers that belong to images (N, C, H, W)."""
    masks = masks[None] if masks.ndim == 2 else masks
    if masks.shape != (len(images), *images.shape[2:]):
        raise ag.ShapeError(
            f"{owner}: {name} {masks.shape} must be {(len(images), *images.shape[2:])}, a class "
            f"for each pixel of images {images.shape}"
        )
    if masks.dtype.kind not in "iub":
        raise ag.OptionError(f"{owner}: {name} must hold integers, not {masks.dtype}")
    return masks.astype(int)


def _mixed(grey: Any, number: int) -> tuple[Any, ...]:
    """Return the colour of a class over a grey; where colours come again, they are darker."""
    darker = 0.5 ** (number // len(CLASSES))
    return tuple((1 - DEPTH) * grey + DEPTH * darker * part for part in rgb(color_of(number)))


def _overlaid(image: ag.Array, mask: ag.Array, background: int | None) -> ag.Array:
    """Return an image in grey with the colours of its mask over it, (H, W, 3)."""
    shown, _ = visible(image)
    grey = shown.mean(axis=-1) if shown.ndim == 3 else shown
    result: ag.Array = np.repeat(grey[..., None], 3, axis=-1)
    for number in np.unique(mask):
        where = mask == number
        if number < 0:
            result[where] = 1.0
        elif number != background:
            pale = 0.5 + 0.5 * grey[where]  # or a colour would be another on black and on white
            result[where] = np.stack(_mixed(pale, number), axis=-1)
    return result


def _meanings(numbers: ag.Array, background: int | None, names: tuple[str, ...]) -> Meanings:
    """Return the name and the colour of each class that occurs and has one."""
    shown = [int(number) for number in numbers if number >= 0 and number != background]
    unknown: Meanings = [(UNKNOWN, (1.0, 1.0, 1.0))] if numbers.min() < 0 else []
    return unknown + [(name_of(number, names), _mixed(0.75, number)) for number in shown]


def _legend(axes: Axes, meanings: Meanings, **place: Any) -> None:
    """Say which colour is which class; white has a frame."""
    from matplotlib.patches import Patch

    patches = [
        Patch(facecolor=color, edgecolor=INK if name == UNKNOWN else color, label=name)
        for name, color in meanings
    ]
    axes.legend(handles=patches, handlelength=1.0, columnspacing=1.2, **place)
