"""Photographs that come with scikit-image, and need no download.

What a network of the lectures looks at is a photograph.  These are real ones: a face, a cat, a
street of bricks.  They are also the textures of which `flow` and `segmentation` make scenes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import boolean, import_extra
from nn.data.pictures import as_sides

# Their names here, and the names of the functions of scikit-image.
PHOTOGRAPHS = {
    "astronaut": "astronaut",
    "brick": "brick",
    "camera": "camera",
    "cat": "chelsea",
    "cell": "cell",
    "clock": "clock",
    "coffee": "coffee",
    "coins": "coins",
    "grass": "grass",
    "gravel": "gravel",
    "hubble": "hubble_deep_field",
    "moon": "moon",
    "retina": "retina",
    "rocket": "rocket",
    "tissue": "immunohistochemistry",
}
GREY = np.array([0.299, 0.587, 0.114])  # how bright red, green and blue look (ITU-R BT.601)


@called
def photograph(
    name: str, size: int | tuple[int, int] | None = None, grayscale: bool = False
) -> ag.Array:
    """Return a photograph as numbers.

    Parameters
    ----------
    name : str
        ``"astronaut"``, ``"cat"``, ``"coffee"``, ``"rocket"``, ``"retina"``, ``"tissue"`` and
        ``"hubble"`` are in colour; ``"brick"``, ``"camera"``, ``"cell"``, ``"clock"``, ``"coins"``,
        ``"grass"``, ``"gravel"`` and ``"moon"`` are grey.
    size : int or pair of int, optional
        The height and width to scale to, after the longer side has been cut to their ratio around
        the middle.  By default as it is.
    grayscale : bool
        Whether to return one channel, ``.299 R + .587 G + .114 B``, in place of three.

    Returns
    -------
    numpy.ndarray, (3, height, width) or (1, height, width), float32
        From 0, black, to 1.

    Raises
    ------
    autograd.OptionError
        If there is no such photograph, or a size is not an integer of at least 1.
    autograd.MissingError
        If the package scikit-image is not installed.

    Examples
    --------
    >>> from nn.data.photographs import photograph
    >>> photograph("cat").shape, photograph("cat", 64).shape
    ((3, 300, 451), (3, 64, 64))
    >>> photograph("moon", (32, 48), grayscale=True).shape
    (1, 32, 48)
    """
    boolean("photograph", grayscale=grayscale)
    if not isinstance(name, str) or name not in PHOTOGRAPHS:
        known = ", ".join(PHOTOGRAPHS)
        raise ag.OptionError(f"photograph: there is no {one_line(name)}; there are {known}")
    sides = as_sides("photograph", size)
    data = import_extra("photograph", "skimage.data", "scikit-image", "photos")
    pixels = np.asarray(getattr(data, PHOTOGRAPHS[name])(), dtype=np.float64) / 255
    pixels = pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=2)
    if grayscale:
        pixels = (pixels @ GREY)[:, :, None]
    image: ag.Array = np.moveaxis(scaled(pixels, sides), 2, 0).astype(np.float32)
    return image


def scaled(pixels: Any, sides: tuple[int, int] | None) -> Any:
    """Scale an image (height, width, channels), cut to the new ratio around the middle."""
    if sides is None:
        return pixels
    transform = import_extra("photograph", "skimage.transform", "scikit-image", "photos")
    height, width = pixels.shape[:2]
    ratio = min(height / sides[0], width / sides[1])
    wanted = [max(1, round(side * ratio)) for side in sides]
    top, left = ((n - w) // 2 for n, w in zip((height, width), wanted, strict=True))
    cut = pixels[top : top + wanted[0], left : left + wanted[1]]
    return np.clip(transform.resize(cut, sides, anti_aliasing=True), 0, 1)
