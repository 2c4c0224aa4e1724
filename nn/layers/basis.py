"""Basis functions: a linear model of these is no longer linear in the input; deck 4."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from autograd.core.messages import counted
from nn.checks import boolean
from nn.layers.inputs import as_array
from nn.module import Module
from nn.parameter import Parameter


class GaussianBasis(Module):
    """Gaussian bumps, ``phi_j(x) = exp(-|x - centre_j|^2 / (2 width_j^2))``; deck 4.

    Parameters
    ----------
    centres : array, (M, D), or (M,) for inputs with one feature
    width : float or array, (M,)
        Above 0.
    trainable : bool
        Whether centres and widths are learned; in the deck they are given.

    Attributes
    ----------
    centres : Tensor or Parameter, (M, D)
    width : Tensor or Parameter, (M,)

    Raises
    ------
    autograd.OptionError
        If a width is not above 0, or there are not as many as centres.
    autograd.ShapeError
        When called, if the input is not (..., D).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.GaussianBasis([0.0, 1.0], width=0.5)(ag.tensor([[0.0]])).numpy().round(4)
    array([[1.    , 0.1353]])
    """

    centres: Any
    width: Any

    def __init__(
        self, centres: ag.ArrayLike, width: ag.ArrayLike = 1.0, trainable: bool = False
    ) -> None:
        boolean("GaussianBasis", trainable=trainable)
        places = ag.tensor(centres)
        places = ag.astype(places, float) if places.dtype.kind != "f" else places
        if places.ndim == 1:
            places = ag.expand_dims(places, 1)
        if places.ndim != 2 or not places.size:
            raise ag.OptionError(f"GaussianBasis: centres {places.shape} must be (M, D) or (M,)")
        widths = ag.astype(ag.tensor(width), places.dtype)
        if widths.shape not in ((), (len(places),)) or not ag.min(widths) > 0:
            raise ag.OptionError(
                f"GaussianBasis: width must be above 0, one number or {len(places)}"
            )
        widths = ag.broadcast_to(widths, (len(places),))
        for name, value in (("centres", places), ("width", widths)):
            if trainable:
                setattr(self, name, Parameter(value))
            else:
                self.register_buffer(name, ag.tensor(value))

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (..., D) to (..., M)."""
        x, features = as_array(x), self.centres.shape[1]
        if x.ndim == 0 or x.shape[-1] != features:
            raise ag.ShapeError(f"input {x.shape} must end in {features} features")
        return _bumps(ag.astype(x, self.centres.dtype), self.centres, self.width)

    def extra_repr(self) -> str:
        """Return how many there are."""
        centres, features = self.centres.shape
        return f"{counted(centres, 'centre')} of {counted(features, 'feature')}"


@in_float32
def _bumps(x: Any, centres: Any, width: Any) -> Any:
    away = ag.expand_dims(x, -2) - centres
    squared = ag.sum(away * away, axis=-1)
    return ag.exp(squared / (-2.0 * width * width))
