"""What a feature responds to: the pieces of images at which it is strongest, and why there.

Zeiler and Fergus (2014) show for each feature the nine strongest activations in a data set: the
piece of the image that the unit sees, and the projection of its activation back to these pixels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import at_least_one, at_least_zero, one_of
from nn.inspection.activations import entered, output_of, part_of, recorded_output
from nn.inspection.fields import Box, fields
from nn.inspection.images import as_images
from nn.inspection.preserve import Model, check_finite
from nn.inspection.relu_rules import RULES, with_relu_rule
from nn.module import Module

PIECE = 32  # so many images at a time, for the sake of memory


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """One activation, and the pixels it was computed from.

    Attributes
    ----------
    image : int
        The number of the image.
    position : tuple of int
        Where the activation stands in its channel, as (row, column).
    activation : float
    field : pair of slice
        The rows and columns of its receptive field in the image.
    pixels : array, (C, rows, columns)
        The image there.
    projection : array, (C, rows, columns)
        What `backproject` gives there, outside of which it is 0.
    """

    image: int
    position: tuple[int, ...]
    activation: float
    field: Box
    pixels: ag.Array
    projection: ag.Array


@called
def top_patches(
    model: Model,
    images: ag.ArrayLike,
    module: str | Module | None = None,
    k: int = 9,
    channels: Sequence[int] | None = None,
    rule: str = "deconvnet",
) -> dict[int, list[Patch]]:
    """Return for each channel of a module its strongest activations, one from each image at most.

    Parameters
    ----------
    model : Module, or callable
        Runs in evaluation mode, and is afterwards as before.
    images : array, (N, C, H, W)
    module : str or Module, optional
        As for `backproject`.
    k : int
        How many for each channel; fewer if there are not as many images.
    channels : sequence of int, optional
        By default all.
    rule : {"deconvnet", "guided", "gradient"}
        By which they are projected; see `backproject`.

    Returns
    -------
    dict from int to list of Patch
        For each channel the strongest activation first; of equal ones that of the earlier image.

    Raises
    ------
    autograd.ShapeError, autograd.OptionError, autograd.GradientError
        As for `backproject`.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> from nn.inspection import top_patches
    >>> net = nn.Conv2d(1, 1, 2, bias=False)
    >>> net.weight.data = np.array([[[[0.0, 1.0], [0.0, 0.0]]]])
    >>> image = np.zeros((1, 1, 3, 3))
    >>> image[0, 0, 1, 2] = 5.0
    >>> (patch,) = top_patches(net, image)[0]
    >>> patch.activation, patch.position, patch.pixels[0].tolist()
    (5.0, (1, 1), [[0.0, 5.0], [0.0, 0.0]])
    """
    at_least_one("top_patches", k=k)
    one_of("top_patches", RULES, rule=rule)
    batch, part = as_images("top_patches", images), part_of("top_patches", model, module)
    strongest, places, sizes = _strongest(model, batch, part)
    found: dict[int, list[Patch]] = {c: [] for c in _channels(channels, strongest.shape[1])}
    wanted = [(int(i), c) for c in found for i in np.argsort(-strongest[:, c], kind="stable")[:k]]
    for start in range(0, len(wanted), PIECE):
        piece = wanted[start : start + PIECE]
        where = [(i, c, *map(int, np.unravel_index(places[i, c], sizes))) for i, c in piece]
        for (_, c), patch in zip(piece, _patches(model, batch, part, where, rule), strict=True):
            found[c].append(patch)
    return found


def _strongest(
    model: Model, images: ag.Array, part: Any
) -> tuple[ag.Array, ag.Array, tuple[int, ...]]:
    """Return the largest activation of each image and channel, its place, and the axes of these."""
    largest, places, sizes = [], [], ()
    with ag.no_grad():
        for start in range(0, len(images), PIECE):
            x = entered(model, images[start : start + PIECE])
            output = ag.tensor(output_of("top_patches", model, x, part)).numpy()
            flat, sizes = output.reshape(*output.shape[:2], -1), output.shape[2:]
            largest.append(flat.max(axis=2))
            places.append(flat.argmax(axis=2))
    return np.concatenate(largest), np.concatenate(places), sizes


def _channels(channels: Any, count: int) -> list[int]:
    if channels is None:
        return list(range(count))
    if isinstance(channels, str) or not hasattr(channels, "__iter__"):
        raise ag.OptionError(f"top_patches: channels={one_line(channels)} must be a list of them")
    for c in channels:
        at_least_zero("top_patches", channel=c)
        if c >= count:
            raise ag.OptionError(
                f"top_patches: channel={c} is too large; it goes from 0 to {count - 1}"
            )
    return [int(c) for c in channels]


def _patches(
    model: Model, images: ag.Array, part: Any, where: list[tuple[int, ...]], rule: str
) -> Iterator[Patch]:
    """Yield the patch of each (image, channel, *position): one pass for all of them."""
    numbers = [i for i, *_ in where]
    x = entered(model, images[numbers])
    output = recorded_output("top_patches", model, x, part)
    indices = np.array([place for _, *place in where]).T
    chosen = output[(np.arange(len(where)), *indices)]
    projections = ag.gradients(ag.sum(with_relu_rule(chosen, x, rule)), x)
    check_finite("top_patches", projections, "the projections")
    boxes = fields(chosen, x)
    rows = zip(where, chosen.numpy(), boxes, projections, strict=True)
    for (i, _, *position), activation, box, projection in rows:
        inside = (slice(None), *box)
        pixels = images[i][inside]
        yield Patch(i, tuple(position), float(activation), box, pixels, projection[inside])
