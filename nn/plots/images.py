"""Images as they are shown."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag


def visible(image: ag.Array) -> tuple[Any, dict[str, Any]]:
    """Return an image (C, H, W) as it can be shown, and with what colours.

    Three channels are red, green and blue.  Of other numbers of channels the mean is shown.  The
    least number is black and the largest white, for many models take images shifted and scaled.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.images import visible
    >>> visible(np.array([[[0.0, 5.0]]]))[0]
    array([[0., 1.]])
    """
    low, high = float(image.min()), float(image.max())
    pixels = (image - low) / ((high - low) or 1.0)
    if len(image) == 3:
        return np.moveaxis(pixels, 0, -1), {}
    return pixels.mean(axis=0), {"cmap": "gray", "vmin": 0.0, "vmax": 1.0}
