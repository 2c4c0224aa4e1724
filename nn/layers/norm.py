"""Normalisation: shift and scale numbers to mean 0 and variance 1, and learn the way back.

What differs is over what mean and variance are taken: `BatchNorm1d` and `BatchNorm2d` take those of
each channel over the batch and all places, `LayerNorm` those of each example over its features.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn import init
from nn.checks import at_least_one, between, boolean, not_negative, real
from nn.init import Seed
from nn.layers.inputs import as_floats, as_input
from nn.layers.sizes import Size, along
from nn.module import Module
from nn.parameter import Parameter


class _BatchNorm(Module):
    """What batch normalisation of rows and of images shares."""

    running_mean: Any
    running_var: Any
    num_batches_tracked: Any
    _check: Callable[[Any], None]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        dtype: ag.DTypeLike = float,
    ) -> None:
        kind = type(self).__name__
        at_least_one(kind, num_features=num_features)
        boolean(kind, affine=affine, track_running_stats=track_running_stats)
        not_negative(kind, eps=eps)
        if momentum is not None:
            between(kind, 0.0, 1.0, momentum=momentum)
        self.num_features = num_features
        self.eps = float(eps)
        self.momentum = None if momentum is None else float(momentum)
        zeros = init.blank((num_features,), dtype)
        self.weight = Parameter(zeros + 1.0) if affine else None
        self.bias = Parameter(zeros) if affine else None
        self.register_buffer("running_mean", zeros if track_running_stats else None)
        self.register_buffer("running_var", zeros + 1.0 if track_running_stats else None)
        self.register_buffer("num_batches_tracked", 0 if track_running_stats else None)

    def reset_parameters(self, rng: Seed = None) -> None:
        """Begin anew with weights 1, biases 0, and what has been seen forgotten."""
        if self.weight is not None and self.bias is not None:
            init.ones_(self.weight)
            init.zeros_(self.bias)
        if self.running_mean is not None:
            init.zeros_(self.running_mean)
            init.ones_(self.running_var)
            init.zeros_(self.num_batches_tracked)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (N, num_features, ...) to the same shape."""
        x = as_input(self, x, self.running_mean)
        self._check(x)
        return self._normalised(x)

    @in_float32
    def _normalised(self, x: Any) -> Any:
        own = self.training or self.running_mean is None
        mean, var = self._of_batch(x) if own else (self.running_mean, self.running_var)
        y = (x - along(mean, 1, x.ndim)) / ag.sqrt(along(var, 1, x.ndim) + self.eps)
        if self.weight is None or self.bias is None:
            return y
        return y * along(self.weight, 1, x.ndim) + along(self.bias, 1, x.ndim)

    def _of_batch(self, x: Any) -> tuple[Any, Any]:
        axes, count = (0, *range(2, x.ndim)), x.size // self.num_features
        if count < 2:
            raise ag.ShapeError(
                f"input {x.shape} has {count} numbers for each channel, and so no variance; use "
                f"a larger batch{'' if self.running_mean is None else ', or call eval()'}"
            )
        mean, var = ag.mean(x, axis=axes), ag.var(x, axis=axes)
        if self.training and self.running_mean is not None:
            self._follow(mean, var, count)
        return mean, var

    def _follow(self, mean: Any, var: Any, count: int) -> None:
        """Let the running mean and variance follow those of a batch of ``count`` numbers."""
        self.num_batches_tracked.data = self.num_batches_tracked.data + 1
        new = 1.0 / self.num_batches_tracked.item() if self.momentum is None else self.momentum
        unbiased = ag.detach(var) * (count / (count - 1))
        for running, seen in ((self.running_mean, ag.detach(mean)), (self.running_var, unbiased)):
            running.data = (running * (1.0 - new) + seen * new).data

    def extra_repr(self) -> str:
        """Return the options."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.weight is not None}, "
            f"track_running_stats={self.running_mean is not None}"
        )


class BatchNorm1d(_BatchNorm):
    """Batch normalisation of rows or signals (Ioffe and Szegedy 2015).

    As `BatchNorm2d`, with the same arguments and attributes, but for features instead of channels.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.
    autograd.ShapeError
        When called, if the input is not (N, num_features) or (N, num_features, L), or if the batch
        shall be normalised by itself and has one number for each feature.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.BatchNorm1d(1)(ag.tensor([[1.0], [3.0]])).numpy().round(3)
    array([[-1.],
           [ 1.]])
    """

    def _check(self, x: Any) -> None:
        if x.ndim not in (2, 3) or x.shape[1] != self.num_features:
            raise ag.ShapeError(
                f"input {x.shape} must be (N, {self.num_features}) or (N, {self.num_features}, L)"
            )


class BatchNorm2d(_BatchNorm):
    """Batch normalisation of images (Ioffe and Szegedy 2015): of each channel.

    ``y = (x - mean) / sqrt(var + eps) * weight + bias``, with mean and variance over the batch and
    all places.  In training the gradient flows through them, and running ones follow them; in
    evaluation the running ones are used.

    Parameters
    ----------
    num_features : int
        The number of channels.
    eps : float
    momentum : float or None
        How much of the running numbers is replaced at each batch; None takes the mean of all
        batches so far.
    affine : bool
        Whether weight and bias are learned.
    track_running_stats : bool
        Whether there are running numbers; if not, those of the batch always serve.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight, bias : Parameter, (num_features,), or None
    running_mean, running_var : Tensor, (num_features,), or None
        The latter without bias, divided by n - 1.
    num_batches_tracked : Tensor of an integer, or None

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.
    autograd.ShapeError
        When called, if the input is not (N, num_features, H, W), or if the batch shall be
        normalised by itself and has one number for each channel.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.BatchNorm2d(1)(ag.tensor([[[[1.0, 3.0]]]])).numpy().round(3)
    array([[[[-1.,  1.]]]])
    """

    def _check(self, x: Any) -> None:
        if x.ndim != 4 or x.shape[1] != self.num_features:
            raise ag.ShapeError(f"input {x.shape} must be (N, {self.num_features}, H, W)")


class LayerNorm(Module):
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
        given = normalized_shape
        shape = tuple(given) if isinstance(given, (tuple, list)) else (given,)
        for length in shape or ("()",):
            at_least_one("LayerNorm", normalized_shape=length)
        not_negative("LayerNorm", eps=eps)
        boolean("LayerNorm", elementwise_affine=elementwise_affine, bias=bias)
        self.normalized_shape = shape
        self.eps = float(eps)
        ones = init.blank(shape, dtype) + 1.0
        self.weight = Parameter(ones) if elementwise_affine else None
        self.bias = Parameter(ones - 1.0) if elementwise_affine and bias else None

    def reset_parameters(self, rng: Seed = None) -> None:
        """Begin anew with weights 1 and biases 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (..., *normalized_shape) to the same shape."""
        x = as_input(self, x)
        n = len(self.normalized_shape)
        if tuple(x.shape[x.ndim - n :]) != self.normalized_shape or x.ndim < n:
            raise ag.ShapeError(f"input {x.shape} must end in {self.normalized_shape}")
        return self._normalised(x, tuple(range(-n, 0)))

    @in_float32
    def _normalised(self, x: Any, axes: tuple[int, ...]) -> Any:
        mean, var = (f(x, axis=axes, keepdims=True) for f in (ag.mean, ag.var))
        y = (x - mean) / ag.sqrt(var + self.eps)
        y = y if self.weight is None else y * self.weight
        return y if self.bias is None else y + self.bias

    def extra_repr(self) -> str:
        """Return the options."""
        return (
            f"{self.normalized_shape}, eps={self.eps}, "
            f"elementwise_affine={self.weight is not None}, bias={self.bias is not None}"
        )


class LocalResponseNorm(Module):
    """Local response normalisation of AlexNet (Krizhevsky et al. 2012): neighbours inhibit.

    ``y_c = x_c / (k + alpha / size * sum of x^2 over size channels around c)^beta``; deck 2.

    Parameters
    ----------
    size : int
        How many channels count as neighbours.
    alpha, beta, k : float

    Raises
    ------
    autograd.OptionError
        If ``size`` is not an integer of at least 1.
    autograd.ShapeError
        When called, if the input has not at least three axes, (N, C, ...).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.LocalResponseNorm(2, alpha=2.0, beta=1.0)(ag.tensor([[[1.0], [1.0]]]))
    tensor([[[0.5       ],
             [0.33333333]]])
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        at_least_one("LocalResponseNorm", size=size)
        self.size = size
        self.alpha = real("LocalResponseNorm", alpha=alpha)
        self.beta = real("LocalResponseNorm", beta=beta)
        self.k = real("LocalResponseNorm", k=k)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, ...) to the same shape."""
        x = as_floats(x)
        if x.ndim < 3:
            raise ag.ShapeError(f"input {x.shape} must be (N, C, ...), with at least three axes")
        return self._inhibited(x)

    @in_float32
    def _inhibited(self, x: Any) -> Any:
        rows = (x.shape[0], 1, x.shape[1], math.prod(x.shape[2:]))
        squares = ag.reshape(ag.square(x), rows)
        frame = (self.size // 2, (self.size - 1) // 2)
        windows = ag.unfold(squares, (self.size, 1), padding=(frame, (0, 0)))
        total = ag.reshape(ag.sum(windows, axis=(1, 2, 3)), x.shape)
        return x / (self.k + (self.alpha / self.size) * total) ** self.beta

    def extra_repr(self) -> str:
        """Return the options."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
