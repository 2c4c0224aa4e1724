"""Sizes along spatial axes, and numbers along one axis."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import autograd as ag
from autograd.core.messages import one_line
from nn.checks import Values

Size: TypeAlias = int | Sequence[int]  # for all spatial axes, or one for each

AXES = {1: "L", 2: "H, W", 3: "D, H, W"}


def per_axis(owner: str, n: int, least: int = 1, **given: object) -> tuple[int, ...]:
    """Read a number for all spatial axes, or one for each.

    Examples
    --------
    >>> from nn.layers.sizes import per_axis
    >>> per_axis("Conv2d", 2, kernel_size=3)
    (3, 3)
    >>> per_axis("Conv2d", 2, stride=0)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: Conv2d: stride=0 must be an integer of at least 1, or 2 of them
    """
    ((name, value),) = given.items()
    several: Sequence[Any] = value if isinstance(value, (tuple, list)) else (value,) * n
    try:
        numbers = tuple(map(operator.index, several))
    except TypeError:
        numbers = ()
    if any(isinstance(v, bool) for v in several):
        numbers = ()
    if len(numbers) != n or min(numbers) < least:
        more = f", or {n} of them" if n > 1 else ""
        raise ag.OptionError(
            f"{owner}: {name}={one_line(value)} must be an integer of at least {least}{more}"
        )
    return numbers


def over_batch(f: Callable[[Any], Any], x: Values, n: int, channels: int | None = None) -> Any:
    """Return ``f(x)`` of a batch of images, or of a single one: then ``f`` sees a batch of one.

    Examples
    --------
    >>> import autograd as ag
    >>> from nn.layers.sizes import over_batch
    >>> image = ag.broadcast_to(1.0, (3, 4, 4))
    >>> over_batch(lambda x: ag.sum(x, axis=3), image, 2).shape
    (3, 4)
    """
    if x.ndim == n + 2:
        check_image(x, n, channels)
        return f(x)
    check_image(x, n, channels, alone=True)
    out = f(ag.expand_dims(x, 0))
    several = isinstance(out, tuple)
    first = tuple(ag.squeeze(y, 0) for y in (out if several else (out,)))
    return first if several else first[0]


def check_image(x: Values, n: int, channels: int | None = None, alone: bool = False) -> None:
    """Refuse what is not a batch of images with ``n`` spatial axes and so many channels.

    With ``alone``, an image without a batch will do.
    """
    wanted = image_shapes(n, channels, alone)
    axes = (n + 1, n + 2) if alone else (n + 2,)
    if x.ndim not in axes or channels not in (None, x.shape[-n - 1]):
        raise ag.ShapeError(f"input {x.shape} must be {wanted}{_remedy(x.shape, n, channels)}")
    if 0 in x.shape[-n:]:
        raise ag.ShapeError(f"input {x.shape} must be {wanted}, with at least one pixel")


def image_shapes(n: int, channels: int | None, alone: bool) -> str:
    """Return how messages write the shape of a batch of images, or of a single one, too.

    Examples
    --------
    >>> from nn.layers.sizes import image_shapes
    >>> image_shapes(2, 3, alone=True)
    '(N, 3, H, W) or (3, H, W)'
    """
    image = f"{'C' if channels is None else channels}, {AXES[n]}"
    return f"(N, {image})" + (f" or ({image})" if alone else "")


def _remedy(shape: tuple[int, ...], n: int, channels: int | None) -> str:
    if len(shape) == n + 1 and shape[0] == channels:
        return "; x[None] makes a batch of one image"
    if len(shape) == n + 1 and channels in (None, 1):
        other = "" if channels else ", and x[None] makes a batch of one image"
        return f"; x[:, None] gives each image of a batch its one channel{other}"
    if len(shape) == n:
        return "; x[None, None] makes a batch of one image with one channel"
    if len(shape) in (n + 1, n + 2) and shape[-1] == channels:
        return f"; ag.moveaxis(x, -1, {len(shape) - n - 1}) brings the channels forward"
    return ""


def last_sizes(n: int, output_size: Size) -> tuple[int, ...]:
    """Read an output size, which may have batch and channels before it."""
    if isinstance(output_size, (tuple, list)):
        output_size = tuple(output_size)[-n:]
    return per_axis("output", n, output_size=output_size)


def along(values: ag.ArrayLike, axis: int, ndim: int) -> Any:
    """Lay numbers along one axis of an array with ``ndim`` axes, so that they broadcast to it.

    Examples
    --------
    >>> from nn.layers.sizes import along
    >>> along([1.0, 2.0, 3.0], 1, 4).shape
    (1, 3, 1, 1)
    """
    return ag.reshape(values, tuple(-1 if a == axis else 1 for a in range(ndim)))
