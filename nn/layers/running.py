"""A normalisation of channels that remembers the mean and variance of what it has seen."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn import init
from nn.checks import at_least_one, between, boolean, not_negative
from nn.init import Seed
from nn.layers.affine import Affine
from nn.layers.sizes import along


class Running(Affine):
    """What batch and instance normalisation share: options, weights and running numbers."""

    running_mean: Any
    running_var: Any
    num_batches_tracked: Any

    def _set(
        self,
        num_features: int,
        eps: float,
        momentum: float | None,
        affine: bool,
        track_running_stats: bool,
        bias: bool,
        dtype: ag.DTypeLike,
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
        self._make_affine((num_features,), affine, bias, dtype)
        zeros = init.blank((num_features,), dtype)
        self.register_buffer("running_mean", zeros if track_running_stats else None)
        self.register_buffer("running_var", zeros + 1.0 if track_running_stats else None)
        self.register_buffer("num_batches_tracked", 0 if track_running_stats else None)

    def reset_parameters(self, rng: Seed = None) -> None:
        """Begin anew with weights 1, biases 0, and what has been seen forgotten."""
        super().reset_parameters(rng)
        if self.running_mean is not None:
            init.zeros_(self.running_mean)
            init.ones_(self.running_var)
            init.zeros_(self.num_batches_tracked)

    def _sees_its_own(self) -> bool:
        """Return whether the numbers of the input serve, rather than the running ones."""
        return self.training or self.running_mean is None

    def _follow(self, mean: Any, var: Any, count: int, new: Any) -> None:
        """Replace a share of the running numbers by those of ``count`` numbers."""
        unbiased = ag.detach(var) * (count / (count - 1))
        for running, seen in ((self.running_mean, ag.detach(mean)), (self.running_var, unbiased)):
            ag.assign(running, running * _share(1.0 - new, running) + seen * _share(new, seen))

    def _result_of_running(self, x: Any) -> Any:
        mean, var = (along(v, 1, x.ndim) for v in (self.running_mean, self.running_var))
        return self._standardised(x - mean, var, self.eps, 1)

    def extra_repr(self) -> str:
        """Return the options."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"{self._affine_repr()}, track_running_stats={self.running_mean is not None}"
        )


def _share(number: Any, of: Any) -> Any:
    """Return a number that leaves the dtype of what it multiplies: one of Python does anyway."""
    return ag.astype(number, of.dtype) if hasattr(number, "dtype") else number
