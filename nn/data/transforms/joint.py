"""Transforms of images and of what belongs to their pixels, as masks and flow: both move alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import between, boolean, integer, real
from nn.data.dataset import numbers
from nn.data.transforms.geometry import Geometric, Places
from nn.data.transforms.transform import Compose, Transform, as_images
from nn.init import Seed, generator

IGNORED = -100  # the class that `nn.cross_entropy` leaves out
LARGEST = 2**53  # of what a mask gets: floats have all integers up to here


class Joint:
    """Move the targets as the inputs: one draw for both, and each in the way of its kind.

    What moves pixels moves both: `Flip`, `Shift`, `Crop`, `Rotate`, `Scale`, `Distort`.  What
    changes light or adds noise changes the inputs alone.

    Parameters
    ----------
    transform : Transform
        One of this package, or a `Compose` of several.
    fill : float, optional
        What targets get where a pixel comes from outside of the image, so that nothing is known.
        By default masks get -100, the class that `nn.cross_entropy` leaves out; flow gets NaN; and
        images the ``fill`` of the transform.
    flow : bool
        Whether the targets are vectors, whose directions and lengths change with the image.

    Notes
    -----
    Targets of (N, H, W) integers are masks, a class for each pixel; each new pixel gets the class
    of the nearest old one.  Those of (N, C, H, W) floats are images.  With ``flow=True`` they are
    (N, 2, H, W), to the right and down in pixels: a linear map A of the image makes A v of a vector
    v, so that each still points from a pixel to where it goes.

    Raises
    ------
    autograd.OptionError
        If it is not such a transform, or vectors would be bent by `Distort`.
    autograd.ShapeError
        When called, if the targets are none of these, or of another size than the inputs.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data import Flip, Joint, Shift
    >>> rng = np.random.default_rng(0)
    >>> image, mask = np.array([[[[0.1, 0.9]]]]), np.array([[[0, 1]]])
    >>> Joint(Flip(1.0))(image, mask, rng)
    (array([[[[0.9, 0.1]]]]), array([[[1, 0]]]))
    >>> Joint(Shift((1, 1)))(image, mask, rng)[1]
    array([[[-100, -100]]])
    >>> right = np.array([[[[2.0, 2.0]], [[0.0, 0.0]]]])
    >>> Joint(Flip(1.0), flow=True)(image, right, rng)[1][0, :, 0, 0]  # now to the left
    array([-2.,  0.])
    """

    @called
    def __init__(self, transform: Transform, fill: float | None = None, flow: bool = False) -> None:
        boolean("Joint", flow=flow)
        self.transform, self.fill, self.flow = transform, fill, flow
        self.steps = tuple(_steps(transform))
        if fill is not None:
            real("Joint", fill=fill)

    def __call__(self, inputs: ag.Array, targets: ag.Array, rng: Seed) -> tuple[Any, Any]:
        """Return new images and new targets.

        Parameters
        ----------
        inputs : array, (N, C, H, W)
        targets : array, (N, H, W) integers, or (N, C, H, W) floats
        rng : int, numpy.random.Generator or None
        """
        rng = generator(rng)
        inputs, targets = as_images("Joint", inputs), self._targets(inputs, targets)
        for step in self.steps:
            if isinstance(step, Geometric):
                places = step.places(inputs.shape, rng)
                inputs = places.images(inputs, step.fill)
                targets = self._moved(targets, places, step.fill)
            else:
                inputs = step(inputs, rng)
        return inputs, targets

    def _targets(self, inputs: ag.Array, targets: ag.Array) -> ag.Array:
        """Return the targets as an array; refuse what belongs to no pixels."""
        targets = numbers("Joint", "targets", targets)
        is_mask = targets.ndim == 3 and targets.dtype.kind in "iu" and not self.flow
        is_image = targets.ndim == 4 and targets.dtype.kind == "f"
        if not is_mask and (not is_image or (self.flow and targets.shape[1] != 2)):
            kinds = "masks, (N, height, width) integers, or images, (N, channels, height, width)"
            kinds = "flow, (N, 2, height, width)" if self.flow else kinds
            raise ag.ShapeError(
                f"Joint: targets must be {kinds} floats, not {targets.shape} {targets.dtype}"
            )
        if (len(targets), *targets.shape[-2:]) != (len(inputs), *inputs.shape[-2:]):
            raise ag.ShapeError(
                f"Joint: inputs {inputs.shape} and targets {targets.shape} must have the same "
                "number, height and width"
            )
        return targets

    def _moved(self, targets: ag.Array, places: Places, fill: float) -> ag.Array:
        if targets.ndim == 3:
            ignored: Any = IGNORED if self.fill is None else self.fill
            integer("Joint", fill=ignored)
            between("Joint", -LARGEST, LARGEST, fill=ignored)
            return places.masks(targets, ignored)
        if self.flow:
            return places.vectors(targets, np.nan if self.fill is None else self.fill)
        return places.images(targets, fill if self.fill is None else self.fill)

    def __repr__(self) -> str:
        fill = "" if self.fill is None else f", fill={self.fill}"
        return f"Joint({self.transform!r}{fill}{', flow=True' if self.flow else ''})"


def _steps(transform: Any) -> Iterator[Transform]:
    """Yield the transforms that are done one after another."""
    if isinstance(transform, Compose):
        for part in transform.transforms:
            yield from _steps(part)
    elif isinstance(transform, Transform):
        yield transform
    else:
        raise ag.OptionError(
            f"Joint: takes a transform of nn.data, as in Joint(Flip()), not {one_line(transform)}; "
            "a function that moves both takes (inputs, targets, rng), and needs no Joint"
        )
