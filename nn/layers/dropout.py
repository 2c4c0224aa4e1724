"""Dropout: in training, half of the units, or another part, are left out at random; deck 2."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.checks import between
from nn.init import Seed, generator
from nn.layers.inputs import as_floats
from nn.module import Module


def dropped(x: Any, p: float, rng: Any) -> Any:
    """Set each element to 0 with probability ``p``, and enlarge the others by ``1 / (1 - p)``."""
    kept = rng.random(ag.shape(x)) >= p
    return ag.where(kept, x * (1.0 / (1.0 - p)) if p < 1 else x, 0)


class Dropout(Module):
    """Set each element to 0 with probability ``p``, and enlarge the others by ``1 / (1 - p)``.

    So the mean stays what it was, and in evaluation nothing has to be done (Srivastava et al.
    2014; deck 2).  Each call draws a new mask, so `autograd.checkpoint`, which calls twice, refuses
    it.

    Parameters
    ----------
    p : float
        From 0 to 1.
    rng : int, numpy.random.Generator or None
        Draws the masks: the same seed, the same masks.

    Attributes
    ----------
    rng : numpy.random.Generator

    Raises
    ------
    autograd.OptionError
        If ``p`` is not a number from 0 to 1.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> drop = nn.Dropout(0.5, rng=0)
    >>> drop(ag.tensor([1.0, 1.0, 1.0, 1.0]))
    tensor([2., 0., 0., 0.])
    >>> drop.eval()(ag.tensor([1.0, 1.0, 1.0, 1.0]))
    tensor([1., 1., 1., 1.])
    """

    def __init__(self, p: float = 0.5, *, rng: Seed = None) -> None:
        between("Dropout", 0.0, 1.0, p=p)
        self.p = float(p)
        self.rng = generator(rng)

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw the next masks from this seed or generator."""
        self.rng = generator(rng)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (...) to (...)."""
        if not self.training or self.p == 0:
            return x
        return dropped(as_floats(x), self.p, self.rng)

    def extra_repr(self) -> str:
        """Return the probability."""
        return f"p={self.p}"
