"""Tensors of random numbers: the draws of a NumPy Generator, as leaves.

Every function takes ``rng``: a Generator, which goes on from call to call, or a seed, which gives
the same numbers each time; by default the operating system's randomness.  There is no global state
and no function that sets a seed.

>>> import numpy as np
>>> import autograd as ag
>>> rng = np.random.default_rng(0)
>>> ag.random.normal(size=2, rng=rng), ag.random.normal(size=2, rng=rng)
(tensor([ 0.12573022, -0.13210486]), tensor([0.64042265, 0.10490012]))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from autograd.core.calls import checked
from autograd.core.capturing import drawn
from autograd.core.other_names import missing
from autograd.core.seeds import Seed, generator
from autograd.core.tensor import ArrayLike, Tensor, leaf
from autograd.core.types import DTypeLike, Sizes
from autograd.functions.arrays import shaped
from autograd.functions.makers import constants
from autograd.functions.picking import take
from autograd.ops.shape import axis_number

__all__ = ["integers", "normal", "permutation", "uniform"]


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from autograd.functions.other_names import RANDOM

    raise missing("module 'autograd.random'", name, RANDOM, __all__)


@checked
def normal(
    loc: ArrayLike = 0.0,
    scale: ArrayLike = 1.0,
    size: Sizes | None = None,
    *,
    rng: Seed = None,
    dtype: DTypeLike = float,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Draw from normal distributions.

    Parameters
    ----------
    loc, scale : numbers or arrays
        Means and standard deviations.
    size : int or tuple of int, optional
        The shape; by default that of the parameters.
    rng : int, numpy.random.Generator or None
        A seed, or the generator to draw from.
    dtype : NumPy dtype
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor

    Raises
    ------
    GradientError
        If a parameter requires a gradient: write ``loc + scale * ag.random.normal(...)``, the
        reparameterisation of Kingma and Welling, "Auto-encoding variational Bayes", 2014.
    OptionError
        If ``rng`` is neither a seed nor a generator.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.random.normal(size=(2, 3), rng=0).shape
    (2, 3)
    """
    write = "loc + scale * ag.random.normal(size=..., rng=rng)"
    means, deviations = constants("normal", write, loc, scale)
    numbers = _draw(lambda g: np.asarray(g.normal(means, deviations, size), dtype), rng)
    return _named(numbers, requires_grad, name)


@checked
def uniform(
    low: ArrayLike = 0.0,
    high: ArrayLike = 1.0,
    size: Sizes | None = None,
    *,
    rng: Seed = None,
    dtype: DTypeLike = float,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Draw from uniform distributions, from ``low`` up to but without ``high``.

    Parameters
    ----------
    low, high : numbers or arrays
    size : int or tuple of int, optional
        The shape; by default that of the parameters.
    rng : int, numpy.random.Generator or None
        A seed, or the generator to draw from.
    dtype : NumPy dtype
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor

    Raises
    ------
    GradientError
        If a parameter requires a gradient: write ``low + (high - low) * ag.random.uniform(...)``.
    OptionError
        If ``rng`` is neither a seed nor a generator.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.random.uniform(-1.0, 1.0, 4, rng=0).shape
    (4,)
    """
    write = "low + (high - low) * ag.random.uniform(size=..., rng=rng)"
    lows, highs = constants("uniform", write, low, high)
    numbers = _draw(lambda g: np.asarray(g.uniform(lows, highs, size), dtype), rng)
    return _named(numbers, requires_grad, name)


@checked
def integers(
    low: ArrayLike,
    high: ArrayLike | None = None,
    size: Sizes | None = None,
    *,
    endpoint: bool = False,
    rng: Seed = None,
    dtype: DTypeLike = int,
    name: str | None = None,
) -> Tensor:
    """Draw integers, each equally likely.

    Parameters
    ----------
    low, high : integers
        From ``low`` up to but without ``high``; a single one is where they end, and they begin
        at 0.
    size : int or tuple of int, optional
    endpoint : bool
        Whether ``high`` may be drawn, too.
    rng : int, numpy.random.Generator or None
        A seed, or the generator to draw from.
    dtype : NumPy dtype
        Of integers.
    name : str, optional

    Returns
    -------
    Tensor

    Raises
    ------
    OptionError
        If ``rng`` is neither a seed nor a generator.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.random.integers(10, size=3, rng=0)
    tensor([8, 6, 5], dtype=int64)
    """
    write = "ag.floor(low + (high - low) * ag.random.uniform(size=..., rng=rng)).astype(int)"
    first, last = constants("integers", write, *((0, low) if high is None else (low, high)))
    kind = np.dtype(dtype).type
    numbers = _draw(lambda g: g.integers(first, last, size, dtype=kind, endpoint=endpoint), rng)
    return _named(numbers, False, name)


@checked
def permutation(x: ArrayLike, *, axis: int = 0, rng: Seed = None) -> Tensor:
    """Put the numbers below ``x``, or the slices of ``x`` along an axis, into random order.

    The gradient follows each slice to where it came from.

    Parameters
    ----------
    x : int, array or Tensor
    axis : int
    rng : int, numpy.random.Generator or None
        A seed, or the generator to draw from.

    Returns
    -------
    Tensor
        Of a number, integers (x,).

    Raises
    ------
    ShapeError
        If there is no such axis.
    OptionError
        If ``rng`` is neither a seed nor a generator.

    Examples
    --------
    >>> import autograd as ag
    >>> sorted(ag.random.permutation(5, rng=0).tolist())
    [0, 1, 2, 3, 4]
    >>> ag.random.permutation(ag.tensor([0.1, 0.2, 0.3]), rng=0).shape
    (3,)
    """
    if isinstance(x, (int, np.integer)):
        return _named(_draw(lambda g: g.permutation(x), rng), False, None)
    x = shaped(x, "permutation")
    axis = axis_number(axis, x.ndim, "permutation")
    return take(x, _draw(lambda g: g.permutation(x.shape[axis]), rng), axis)


def _draw(how: Callable[[np.random.Generator], Any], rng: Seed) -> Any:
    """Return random numbers, an array; in a capture, an input that is drawn for each run.

    A seed gives the same ones each time, so those are a constant of the program.
    """
    if isinstance(rng, (int, np.integer)):
        return how(generator(rng))
    return drawn(lambda: how(generator(rng)))


def _named(numbers: Any, requires_grad: bool, name: str | None) -> Tensor:
    """Return a leaf of what was drawn, or the input that stands for it in a capture."""
    if not isinstance(numbers, Tensor):
        return leaf(numbers, requires_grad, name)
    numbers.requires_grad, numbers.name = requires_grad, name
    return numbers
