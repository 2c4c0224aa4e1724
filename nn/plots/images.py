"""Images as they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

import autograd as ag
from nn.plots.style import SIGNED_WORDS
from nn.plots.tiles import signed


def visible(
    image: ag.Array, limits: tuple[float, float] | None = None
) -> tuple[Any, dict[str, Any]]:
    """Return an image (C, H, W) as it can be shown, and with what colours.

    Three channels are red, green and blue.  Of other numbers of channels the mean is shown.  The
    least number is black and the largest white, for many models take images shifted and scaled;
    ``limits`` says what they are if several images share a scale.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.images import visible
    >>> visible(np.array([[[0.0, 5.0]]]))[0]
    array([[0., 1.]])
    """
    low, high = limits or (float(image.min()), float(image.max()))
    pixels = (image - low) / ((high - low) or 1.0)
    if len(image) == 3:
        return np.moveaxis(pixels, 0, -1), {}
    return pixels.mean(axis=0), {"cmap": "gray", "vmin": 0.0, "vmax": 1.0}


def visible_signed(image: ag.Array) -> tuple[Any, dict[str, Any]]:
    """Return numbers of both signs, (C, H, W), as they can be shown, on a scale of their own.

    Three channels are colours, whose grey is 0.  Of other numbers of channels the mean is shown, in
    which white is 0.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.images import visible_signed
    >>> visible_signed(np.array([[[-2.0, 1.0]]] * 3))[0][..., 0]
    array([[0.  , 0.75]])
    """
    if len(image) == 3:
        top = float(np.abs(image).max()) or 1.0
        return np.moveaxis(0.5 + 0.5 * image / top, 0, -1), {}
    mean = image.mean(axis=0)
    return mean, signed(float(np.abs(mean).max()))


def signed_words(image: ag.Array) -> str:
    """Return how to read what `visible_signed` shows."""
    return "grey is 0" if len(image) == 3 else SIGNED_WORDS


def limits_of(images: Iterable[ag.Array]) -> tuple[float, float]:
    """Return the least and the largest number in some images.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.images import limits_of
    >>> limits_of([np.array([1.0, 2.0]), np.array([-1.0])])
    (-1.0, 2.0)
    """
    pairs = [(float(image.min()), float(image.max())) for image in images]
    return min(low for low, _ in pairs), max(high for _, high in pairs)
