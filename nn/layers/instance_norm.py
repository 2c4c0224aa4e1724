"""Instance normalisation: each channel of each image gets mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.layers.inputs import as_input
from nn.layers.running import Running
from nn.layers.sizes import over_batch


class _InstanceNorm(Running):
    """What instance normalisation in one, two and three dimensions shares."""

    _axes: int

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = False,
        track_running_stats: bool = False,
        *,
        bias: bool = True,
        dtype: ag.DTypeLike = float,
    ) -> None:
        self._set(num_features, eps, momentum, affine, track_running_stats, bias, dtype)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, num_features, *image) to the same shape, or both without N."""
        x = as_input(self, x, self.running_mean)
        return over_batch(self._normalised, x, self._axes, self.num_features)

    @in_float32
    def _normalised(self, x: Any) -> Any:
        if not self._sees_its_own():
            return self._result_of_running(x)
        return self._standardised(*self._of_images(x), self.eps, 1)

    def _of_images(self, x: Any) -> tuple[Any, Any]:
        """Return the input without the mean of each channel of an image, and their variance."""
        axes = tuple(range(2, x.ndim))
        count = x.size // max(1, x.shape[0] * x.shape[1])
        if x.size and count < 2:
            raise ag.ShapeError(
                f"input {x.shape} has one number for each channel of an image, and so no variance"
            )
        mean = ag.mean(x, axis=axes, keepdims=True)
        centred = x - mean
        var = ag.mean(ag.square(centred), axis=axes, keepdims=True)
        if x.size and self.training and self.running_mean is not None:
            of_all = [ag.mean(ag.detach(v), axis=(0, *axes)) for v in (mean, var)]
            self._follow(of_all[0], of_all[1], count, self.momentum or 0.0)
        return centred, var


class InstanceNorm1d(_InstanceNorm):
    """Instance normalisation of signals: of each channel over its places.

    As `InstanceNorm2d`, with the same arguments and attributes, but for inputs (N, C, L).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.InstanceNorm1d(1)(ag.tensor([[[1.0, 3.0]]])).numpy().round(3)
    array([[[-1.,  1.]]])
    """

    _axes = 1


class InstanceNorm2d(_InstanceNorm):
    """Instance normalisation of images (Ulyanov et al. 2016): of each channel over its places.

    ``y = (x - mean) / sqrt(var + eps) * weight + bias``, with mean and variance of each image by
    itself: a `BatchNorm2d` of batches of one.

    Parameters
    ----------
    num_features : int
        The number of channels.
    eps : float
    momentum : float or None
        How much of the running numbers is replaced at each batch; None replaces nothing.
    affine : bool
        Whether weight and bias are learned.
    track_running_stats : bool
        Whether there are running numbers, means over the images of each batch, which serve in
        evaluation.
    bias : bool
        Whether there is a bias beside the weight.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight, bias : Parameter, (num_features,), or None
    running_mean, running_var : Tensor, (num_features,), or None
        The latter without bias, divided by n - 1.
    num_batches_tracked : Tensor of an integer, or None
        Stays 0, as in PyTorch.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.
    autograd.ShapeError
        When called, if the input is not (N, num_features, H, W) or (num_features, H, W), or if an
        image shall be normalised by itself and has one pixel.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.InstanceNorm2d(1)(ag.tensor([[[[1.0, 3.0]]]])).numpy().round(3)
    array([[[[-1.,  1.]]]])
    """

    _axes = 2


class InstanceNorm3d(_InstanceNorm):
    """Instance normalisation of volumes or films: of each channel over its places.

    As `InstanceNorm2d`, with the same arguments and attributes, but for inputs (N, C, D, H, W).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.InstanceNorm3d(1)(ag.tensor([[[[[1.0, 3.0]]]]])).numpy().round(3)
    array([[[[[-1.,  1.]]]]])
    """

    _axes = 3
