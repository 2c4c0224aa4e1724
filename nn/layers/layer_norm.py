"""Normalisation of each example over its last axes, whatever the batch."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import at_least_one, boolean, not_negative
from nn.layers.affine import Affine
from nn.layers.inputs import as_input
from nn.layers.sizes import Size


class _OverLastAxes(Affine):
    """What layer normalisation and that by the root mean square share."""

    normalized_shape: tuple[int, ...]

    def _set_shape(self, given: Size, affine: bool, bias: bool, dtype: ag.DTypeLike) -> None:
        kind = type(self).__name__
        shape = tuple(given) if isinstance(given, (tuple, list)) else (given,)
        for length in shape or ("()",):
            at_least_one(kind, normalized_shape=length)
        boolean(kind, elementwise_affine=affine)
        self.normalized_shape = shape
        self._make_affine(shape, affine, bias, dtype)

    def _last_axes(self) -> tuple[int, ...]:
        return tuple(range(-len(self.normalized_shape), 0))

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (..., *normalized_shape) to the same shape."""
        x = as_input(self, x)
        n = len(self.normalized_shape)
        if tuple(x.shape[x.ndim - n :]) != self.normalized_shape or x.ndim < n:
            raise ag.ShapeError(f"input {x.shape} must end in {self.normalized_shape}")
        return self._normalised(x)

    def _normalised(self, x: Any) -> Any:
        raise NotImplementedError


class LayerNorm(_OverLastAxes):
    """Layer normalisation (Ba et al. 2016): of each example over its last axes.

    ``y = (x - mean) / sqrt(var + eps) * weight + bias``; training and evaluation do not differ.

    Parameters
    ----------
    normalized_shape : int or tuple of int
        The last axes of the input.
    eps : float
    elementwise_affine : bool
        Whether weight and bias are learned.
    bias : bool
        Whether there is a bias beside the weight.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight, bias : Parameter, (*normalized_shape), or None

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.
    autograd.ShapeError
        When called, if the input does not end in ``normalized_shape``.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.LayerNorm(2)(ag.tensor([[1.0, 3.0]])).numpy().round(3)
    array([[-1.,  1.]])
    """

    def __init__(
        self,
        normalized_shape: Size,
        eps: float = 1e-5,
        elementwise_affine: bool = True,
        bias: bool = True,
        *,
        dtype: ag.DTypeLike = float,
    ) -> None:
        not_negative("LayerNorm", eps=eps)
        self.eps = float(eps)
        self._set_shape(normalized_shape, elementwise_affine, bias, dtype)

    @in_float32
    def _normalised(self, x: Any) -> Any:
        axes = self._last_axes()
        mean, var = (f(x, axis=axes, keepdims=True) for f in (ag.mean, ag.var))
        return self._scaled((x - mean) / ag.sqrt(var + self.eps))

    def extra_repr(self) -> str:
        """Return the options."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.weight is not None}, bias={self.bias is not None}"
        )


class RMSNorm(_OverLastAxes):
    """Normalisation by the root of the mean square (Zhang and Sennrich 2019), over the last axes.

    ``y = x / sqrt(mean(x^2) + eps) * weight``: a `LayerNorm` that subtracts no mean and has no
    bias.

    Parameters
    ----------
    normalized_shape : int or tuple of int
        The last axes of the input.
    eps : float, optional
        By default the distance from 1 to the next number of the dtype that it computes in.
    elementwise_affine : bool
        Whether a weight is learned.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight : Parameter, (*normalized_shape), or None

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.
    autograd.ShapeError
        When called, if the input does not end in ``normalized_shape``.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.RMSNorm(2)(ag.tensor([[1.0, 7.0]])).numpy().round(3)
    array([[0.2, 1.4]])
    """

    def __init__(
        self,
        normalized_shape: Size,
        eps: float | None = None,
        elementwise_affine: bool = True,
        *,
        dtype: ag.DTypeLike = float,
    ) -> None:
        if eps is not None:
            not_negative("RMSNorm", eps=eps)
        self.eps = None if eps is None else float(eps)
        self._set_shape(normalized_shape, elementwise_affine, False, dtype)

    @in_float32
    def _normalised(self, x: Any) -> Any:
        eps = self.eps
        if eps is None:
            eps = 2.0**-52 if x.dtype.itemsize == 8 else 2.0**-23
        size = ag.mean(ag.square(x), axis=self._last_axes(), keepdims=True)
        return self._scaled(x / ag.sqrt(size + eps))

    def extra_repr(self) -> str:
        """Return the options."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.weight is not None}"
        )
