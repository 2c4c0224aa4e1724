"""Transforms of images and of what belongs to their pixels, such as masks: both move alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.data.dataset import numbers

HIGHEST = 2**32


class Joint:
    """Do the same to the inputs and to the targets: the transform gets one seed for both.

    Parameters
    ----------
    transform : callable
        ``transform(images, rng)`` whose draws do not depend on the number of channels:
        `Flip`, `Shift`, `Crop`, `Rotate`, `Scale`, `Distort`, and a `Compose` of these.

    Notes
    -----
    Targets of (N, C, H, W) floats are images, too.  Those of (N, H, W) integers are masks, a class
    for each pixel.  Of a mask, the places of every class are an image, and each new pixel
    gets the class that has most of it; what comes in from outside is class 0.

    Raises
    ------
    autograd.OptionError
        If it is not a function.
    autograd.ShapeError
        When called, if the targets are neither.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Flip, Joint
    >>> image, mask = np.array([[[[0.1, 0.9]]]]), np.array([[[0, 1]]])
    >>> Joint(Flip(1.0))(image, mask, np.random.default_rng(0))
    (array([[[[0.9, 0.1]]]]), array([[[1, 0]]]))
    """

    @called
    def __init__(self, transform: Callable[[ag.Array, np.random.Generator], Any]) -> None:
        if isinstance(transform, type) or not callable(transform):
            raise ag.OptionError(
                f"Joint: takes a transform, as in Joint(Flip()), not {one_line(transform)}"
            )
        self.transform = transform

    def __call__(
        self, inputs: ag.Array, targets: ag.Array, rng: np.random.Generator
    ) -> tuple[Any, Any]:
        """Return new images and new targets.

        Parameters
        ----------
        inputs : array, (N, C, H, W)
        targets : array, (N, C, H, W) floats or (N, H, W) integers
        rng : numpy.random.Generator
        """
        seed = int(rng.integers(HIGHEST))
        masks = numbers("Joint", "targets", targets)
        if masks.ndim == 3 and masks.dtype.kind in "iu":
            moved = self._masks(masks, seed)
        elif masks.ndim == 4 and masks.dtype.kind == "f":
            moved = self.transform(masks, np.random.default_rng(seed))
        else:
            raise ag.ShapeError(
                "Joint: targets must be masks, (N, height, width) integers, or images, (N, "
                f"channels, height, width) floats, not {masks.shape} {masks.dtype}"
            )
        return self.transform(inputs, np.random.default_rng(seed)), moved

    def _masks(self, masks: ag.Array, seed: int) -> ag.Array:
        found = np.unique(masks)
        classes = np.concatenate([np.zeros(1, found.dtype), found[found != 0]])
        places = (masks[:, None] == classes.reshape(-1, 1, 1)).astype(float)  # (N, classes, H, W)
        moved = self.transform(places, np.random.default_rng(seed))
        result: ag.Array = classes[np.argmax(moved, axis=1)]
        return result

    def __repr__(self) -> str:
        return f"Joint({self.transform!r})"
