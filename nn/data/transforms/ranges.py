"""The interval that a parameter is drawn from: a pair, or one number for a symmetric one."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.messages import one_line
from nn.checks import at_least_zero, between, integer, not_negative

Range: TypeAlias = float | tuple[float, float]
MOST = 1e6  # more pixels, degrees or light than any image has; sums and products stay finite


def around_zero(owner: str, **given: Any) -> tuple[float, float]:
    """Read a number a as from -a to a.

    Examples
    --------
    >>> from nn.data.transforms.ranges import around_zero
    >>> around_zero("Rotate", degrees=15)
    (-15.0, 15.0)
    >>> around_zero("Rotate", degrees=(90, 90))
    (90.0, 90.0)
    """
    ((name, value),) = given.items()
    if not is_pair(value):
        not_negative(owner, **given)
        value = (-value, value)
    return _pair(owner, name, value, -MOST)


def around_one(owner: str, **given: Any) -> tuple[float, float]:
    """Read a factor f as from 1 / f to f.

    Examples
    --------
    >>> from nn.data.transforms.ranges import around_one
    >>> around_one("Scale", factor=2)
    (0.5, 2.0)
    >>> around_one("Scale", factor=0.1)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: Scale: factor=0.1 must be a number from 1 to 1e+06; or give a
        pair, as (0.8, 1.2)
    """
    ((name, value),) = given.items()
    if not is_pair(value):
        try:
            between(owner, 1, MOST, **given)
        except ag.OptionError as error:
            raise ag.OptionError(f"{error}; or give a pair, as (0.8, 1.2)") from None
        value = (1 / float(value), value)
    return _pair(owner, name, value, 1 / MOST)


def not_below_zero(owner: str, **given: Any) -> tuple[float, float]:
    """Read a number of at least 0 as itself, or a pair of such.

    Examples
    --------
    >>> from nn.data.transforms.ranges import not_below_zero
    >>> not_below_zero("Noise", std=0.1)
    (0.1, 0.1)
    """
    ((name, value),) = given.items()
    return _pair(owner, name, value if is_pair(value) else (value, value), 0)


def whole_around_zero(owner: str, **given: Any) -> tuple[int, int]:
    """Read an integer p as from -p to p, both included.

    Examples
    --------
    >>> from nn.data.transforms.ranges import whole_around_zero
    >>> whole_around_zero("Shift", pixels=2)
    (-2, 2)
    """
    ((name, value),) = given.items()
    if not is_pair(value):
        at_least_zero(owner, **given)
        value = (-value, value)
    for part in value:
        integer(owner, **{name: part})
    low, high = _pair(owner, name, value, -MOST)
    return int(low), int(high)


def log_uniform(
    limits: tuple[float, float], count: int | ag.Shape, rng: np.random.Generator
) -> ag.Array:
    """Draw factors, so that halves are as likely as doubles: their logarithms come evenly."""
    low, high = limits
    return low * (high / low) ** rng.random(count)


def is_pair(value: object) -> bool:
    """Return whether this is a pair, as (0.8, 1.2)."""
    return isinstance(value, (tuple, list)) and len(value) == 2


def _pair(owner: str, name: str, value: Any, least: float) -> tuple[float, float]:
    for part in value:
        between(owner, least, MOST, **{name: part})
    low, high = map(float, value)
    if low > high:
        raise ag.OptionError(
            f"{owner}: {name}={one_line(value)} must begin with the smaller number"
        )
    return low, high
