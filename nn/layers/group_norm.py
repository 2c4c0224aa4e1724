"""Group normalisation: each group of channels of an example gets mean 0 and variance 1."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import at_least_one, boolean, not_negative
from nn.layers.affine import Affine
from nn.layers.inputs import as_input


class GroupNorm(Affine):
    """Group normalisation (Wu and He 2018), which does not depend on the size of the batch.

    ``y = (x - mean) / sqrt(var + eps) * weight + bias``, with mean and variance over the channels
    and places of a group.  With one group it is a `LayerNorm` of the whole example, and with a
    group for each channel an `InstanceNorm2d`.

    Parameters
    ----------
    num_groups : int
        Divides ``num_channels``.
    num_channels : int
    eps : float
    affine : bool
        Whether a weight and a bias of each channel are learned.
    bias : bool
        Whether there is a bias beside the weight.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight, bias : Parameter, (num_channels,), or None

    Raises
    ------
    autograd.OptionError
        If an option is out of its range, or the groups do not divide the channels.
    autograd.ShapeError
        When called, if the input is not (N, num_channels, ...).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.GroupNorm(2, 4)(ag.tensor([[1.0, 3.0, 20.0, 10.0]])).numpy().round(3)
    array([[-1.,  1.,  1., -1.]])
    """

    def __init__(
        self,
        num_groups: int,
        num_channels: int,
        eps: float = 1e-5,
        affine: bool = True,
        *,
        bias: bool = True,
        dtype: ag.DTypeLike = float,
    ) -> None:
        at_least_one("GroupNorm", num_groups=num_groups, num_channels=num_channels)
        boolean("GroupNorm", affine=affine)
        not_negative("GroupNorm", eps=eps)
        if num_channels % num_groups:
            raise ag.OptionError(
                f"GroupNorm: num_groups={num_groups} must divide num_channels={num_channels}"
            )
        self.num_groups = num_groups
        self.num_channels = num_channels
        self.eps = float(eps)
        self._make_affine((num_channels,), affine, bias, dtype)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, num_channels, ...) to the same shape."""
        x = as_input(self, x)
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ag.ShapeError(f"input {x.shape} must be (N, {self.num_channels}, ...)")
        if 0 in x.shape[2:]:
            raise ag.ShapeError(f"input {x.shape} must have at least one place")
        return self._normalised(x)

    @in_float32
    def _normalised(self, x: Any) -> Any:
        inside = self.num_channels // self.num_groups
        groups = ag.reshape(x, (x.shape[0], self.num_groups, inside, *x.shape[2:]))
        axes = tuple(range(2, groups.ndim))
        mean, var = (f(groups, axis=axes, keepdims=True) for f in (ag.mean, ag.var))
        y = (groups - mean) / ag.sqrt(var + self.eps)
        return self._scaled(ag.reshape(y, x.shape), 1)

    def extra_repr(self) -> str:
        """Return the options."""
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, {self._affine_repr()}"
