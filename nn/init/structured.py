"""Weights with a structure: orthogonal rows, the identity, mostly zeros, no outliers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import above_zero, at_least_one, between, not_negative, real
from nn.init.filling import Seed, fill, generator
from nn.init.truncated import truncated


@called
def trunc_normal_(
    tensor: ag.Tensor,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    *,
    rng: Seed = None,
) -> ag.Tensor:
    """Fill with numbers from a normal distribution, of which those outside [a, b] are left out.

    Parameters
    ----------
    tensor : Tensor
        A leaf.
    mean, std : float
        Of the distribution before it is cut; ``std`` above 0.
    a, b : float
        The bounds themselves, not multiples of ``std``.
    rng : int, numpy.random.Generator or None

    Returns
    -------
    Tensor
        The same, with new data.

    Raises
    ------
    autograd.OptionError
        If ``a`` is not below ``b``, or an option is out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import trunc_normal_
    >>> import autograd as ag
    >>> w = trunc_normal_(ag.tensor(np.zeros(1000)), std=0.5, a=-1.0, b=1.0, rng=0)
    >>> bool(abs(w.data).max() <= 1.0)
    True
    """
    above_zero("trunc_normal_", std=std)
    middle = real("trunc_normal_", mean=mean)
    low, high = real("trunc_normal_", a=a), real("trunc_normal_", b=b)
    if not low < high:
        raise ag.OptionError(f"trunc_normal_: a={low:g} must be below b={high:g}")
    bounds = (low - middle) / std, (high - middle) / std

    def values(shape: tuple[int, ...]) -> Any:
        drawn = truncated(generator(rng), *bounds, math.prod(shape))
        return np.clip(middle + std * drawn, low, high).reshape(shape)

    return fill(tensor, values)


@called
def orthogonal_(tensor: ag.Tensor, gain: float = 1.0, *, rng: Seed = None) -> ag.Tensor:
    """Fill with an orthogonal matrix, drawn evenly from all of them, times ``gain``.

    Products with it keep lengths, so signals neither grow nor die away in a deep linear network.

    Parameters
    ----------
    tensor : Tensor, (out, in, *kernel)
        Taken as a matrix (out, in * kernel): its rows are orthogonal, or its columns, if there are
        more rows than columns.
    gain : float
        See `calculate_gain`.
    rng : int, numpy.random.Generator or None

    Raises
    ------
    autograd.ShapeError
        If there are fewer than two axes.

    Notes
    -----
    Saxe, McClelland and Ganguli (2014); the signs by Mezzadri (2007), without which the matrices
    would not be drawn evenly.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import orthogonal_
    >>> import autograd as ag
    >>> w = orthogonal_(ag.tensor(np.zeros((2, 3))), rng=0).data
    >>> bool(np.allclose(w @ w.T, np.eye(2)))
    True
    """
    factor = real("orthogonal_", gain=gain)

    def values(shape: tuple[int, ...]) -> Any:
        if len(shape) < 2:
            raise ag.ShapeError(f"orthogonal_: takes two axes or more, (out, in, ...), not {shape}")
        rows, columns = shape[0], math.prod(shape[1:])
        drawn = generator(rng).normal(size=(rows, columns))
        q, r = np.linalg.qr(drawn.T if rows < columns else drawn)
        q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
        return (factor * (q.T if rows < columns else q)).reshape(shape)

    return fill(tensor, values)


@called
def eye_(tensor: ag.Tensor) -> ag.Tensor:
    """Fill a matrix with the identity, so that as many inputs as possible pass unchanged.

    Raises
    ------
    autograd.ShapeError
        If there are not two axes.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import eye_
    >>> import autograd as ag
    >>> eye_(ag.tensor(np.zeros((2, 3))))
    tensor([[1., 0., 0.],
            [0., 1., 0.]])
    """

    def values(shape: tuple[int, ...]) -> Any:
        _check_matrix("eye_", shape)
        return np.eye(shape[0], shape[1])

    return fill(tensor, values)


@called
def dirac_(tensor: ag.Tensor, groups: int = 1) -> ag.Tensor:
    """Fill the kernels of a convolution so that as many channels as possible pass unchanged.

    Parameters
    ----------
    tensor : Tensor, (out, in / groups, *kernel)
        With one, two or three axes of the kernel.
    groups : int
        Each passes its channels.

    Raises
    ------
    autograd.ShapeError
        If there are not three to five axes, or the groups do not divide the outputs.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import dirac_
    >>> import autograd as ag
    >>> dirac_(ag.tensor(np.zeros((2, 1, 3))))
    tensor([[[0., 1., 0.]],
           [[0., 0., 0.]]])
    """
    at_least_one("dirac_", groups=groups)

    def values(shape: tuple[int, ...]) -> Any:
        if len(shape) not in (3, 4, 5) or shape[0] % groups:
            raise ag.ShapeError(
                f"dirac_: takes (out, in, *kernel) whose out can be divided by groups={groups}, "
                f"not {shape}"
            )
        weight = np.zeros(shape)
        each = shape[0] // groups
        middle = tuple(size // 2 for size in shape[2:])
        for group in range(groups):
            for channel in range(min(each, shape[1])):
                weight[(group * each + channel, channel, *middle)] = 1.0
        return weight

    return fill(tensor, values)


@called
def sparse_(
    tensor: ag.Tensor, sparsity: float, std: float = 0.01, *, rng: Seed = None
) -> ag.Tensor:
    """Fill a matrix with normal numbers, and a part of each column with zeros.

    Parameters
    ----------
    tensor : Tensor, (out, in)
    sparsity : float
        The part of each column, rounded up; from 0 to 1.
    std : float
    rng : int, numpy.random.Generator or None

    Raises
    ------
    autograd.ShapeError
        If there are not two axes.

    Notes
    -----
    Martens (2010).

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init import sparse_
    >>> import autograd as ag
    >>> w = sparse_(ag.tensor(np.zeros((4, 3))), sparsity=0.5, rng=0)
    >>> (w.data == 0).sum(axis=0)
    array([2, 2, 2])
    """
    between("sparse_", 0.0, 1.0, sparsity=sparsity)
    not_negative("sparse_", std=std)

    def values(shape: tuple[int, ...]) -> Any:
        _check_matrix("sparse_", shape)
        g = generator(rng)
        weight = g.normal(0.0, std, shape)
        rows = np.broadcast_to(np.arange(shape[0])[:, None], shape)
        empty = g.permuted(rows, axis=0) < math.ceil(float(sparsity) * shape[0])
        return np.where(empty, 0.0, weight)

    return fill(tensor, values)


def _check_matrix(owner: str, shape: tuple[int, ...]) -> None:
    if len(shape) != 2:
        raise ag.ShapeError(f"{owner}: takes a matrix, (out, in), not {shape}")
