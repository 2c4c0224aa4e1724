"""Batch normalisation: each channel gets mean 0 and variance 1, over the batch and all places.

That is the idea of all normalisation: shift and scale numbers to mean 0 and variance 1, and learn
the way back.  What differs is over what mean and variance are taken: `LayerNorm` takes those of
each example over its features, `InstanceNorm2d` over the places of each channel, `GroupNorm` over
the places of a group of channels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.layers.inputs import as_input
from nn.layers.running import Running


class _BatchNorm(Running):
    """What batch normalisation of rows, images and volumes shares."""

    _check: Callable[[Any], None]

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        bias: bool = True,
        dtype: ag.DTypeLike = float,
    ) -> None:
        self._set(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (N, num_features, ...) to the same shape."""
        x = as_input(self, x, self.running_mean)
        self._check(x)
        return self._normalised(x)

    @in_float32
    def _normalised(self, x: Any) -> Any:
        if not self._sees_its_own():
            return self._result_of_running(x)
        return self._standardised(*self._of_batch(x), self.eps, 1)

    def _of_batch(self, x: Any) -> tuple[Any, Any]:
        """Return the input without the mean of its channels, and their variance."""
        axes, count = (0, *range(2, x.ndim)), x.size // self.num_features
        if count < 2:
            raise ag.ShapeError(
                f"input {x.shape} has {count} numbers for each channel, and so no variance; use "
                f"a larger batch{'' if self.running_mean is None else ', or call eval()'}"
            )
        mean = ag.mean(x, axis=axes, keepdims=True)
        centred = x - mean
        var = ag.mean(ag.square(centred), axis=axes, keepdims=True)
        if self.training and self.running_mean is not None:
            number = self.num_batches_tracked + 1
            ag.assign(self.num_batches_tracked, number)
            all_alike = self.momentum is None
            new = 1.0 / number if all_alike else self.momentum
            self._follow(ag.ravel(mean), ag.ravel(var), count, new)
        return centred, var


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
    bias : bool
        Whether there is a bias beside the weight.
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


class BatchNorm3d(_BatchNorm):
    """Batch normalisation of volumes or films: of each channel.

    As `BatchNorm2d`, with the same arguments and attributes, but for inputs (N, C, D, H, W).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.BatchNorm3d(1)(ag.tensor([[[[[1.0, 3.0]]]]])).numpy().round(3)
    array([[[[[-1.,  1.]]]]])
    """

    def _check(self, x: Any) -> None:
        if x.ndim != 5 or x.shape[1] != self.num_features:
            raise ag.ShapeError(f"input {x.shape} must be (N, {self.num_features}, D, H, W)")
