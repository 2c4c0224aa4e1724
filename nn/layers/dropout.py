"""Dropout: in training, half of the units, or another part, are left out at random; deck 2."""

from __future__ import annotations

import math
from typing import Any

import autograd as ag
from autograd.core.capturing import drawn
from autograd.core.float16 import in_float32
from nn.checks import between
from nn.init import Seed, generator
from nn.layers.inputs import as_floats
from nn.layers.sizes import image_shapes
from nn.module import Module


def dropped(x: ag.Tensor, p: float, layer: Any) -> ag.Tensor:
    """Set each element to 0 with probability ``p``, and enlarge the others by ``1 / (1 - p)``.

    What is dropped is drawn from the generator of the layer.
    """
    return _enlarged(x, _uniform(layer, ag.shape(x)) >= p, p)


def _uniform(layer: Any, shape: tuple[int, ...]) -> Any:
    """Draw from the generator that the layer has then."""
    return drawn(lambda: layer.rng.random(shape))


def _enlarged(x: Any, kept: Any, p: float) -> Any:
    return ag.where(kept, x * (1.0 / (1.0 - p)) if p < 1 else x, 0)


class _Drop(Module):
    """What all kinds share: how many are dropped, and what draws which."""

    def __init__(self, p: float = 0.5, *, rng: Seed = None) -> None:
        between(type(self).__name__, 0.0, 1.0, p=p)
        self.p = float(p)
        self.rng = generator(rng)

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw the next masks from this seed or generator."""
        self.rng = generator(rng)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (...) to (...)."""
        if not self.training or self.p == 0:
            return x
        x = as_floats(x)
        kept = _uniform(self, self._mask_shape(ag.shape(x))) >= self.p
        return self._masked(x, kept)

    def _mask_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the mask, which broadcasts to the input."""
        return shape

    def _masked(self, x: Any, kept: Any) -> Any:
        return _enlarged(x, kept, self.p)

    def extra_repr(self) -> str:
        """Return the probability."""
        return f"p={self.p}"


class Dropout(_Drop):
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


class _DropChannels(_Drop):
    """What the kinds that drop whole channels share."""

    _axes: int
    _alone: bool = True  # whether an image without a batch will do

    def _mask_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        n = self._axes
        if len(shape) not in (n + 2 - self._alone, n + 2):
            raise ag.ShapeError(f"input {shape} must be {image_shapes(n, None, self._alone)}")
        return (*shape[:-n], *(1,) * n)


class Dropout1d(_DropChannels):
    """Set each channel of a signal to 0 with probability ``p``; see `Dropout2d`.

    Inputs are (N, C, L) or (C, L); the arguments are those of `Dropout`.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Dropout1d(0.5, rng=0)(ag.broadcast_to(1.0, (1, 2, 3)))
    array([[[2., 2., 2.],
            [0., 0., 0.]]])
    """

    _axes = 1


class Dropout2d(_DropChannels):
    """Set each channel of an image to 0 with probability ``p``, enlarge the others (Tompson 2015).

    Neighbouring pixels are alike, so dropping single ones would hide little.

    Parameters
    ----------
    p : float
        From 0 to 1.
    rng : int, numpy.random.Generator or None
        Draws the masks: the same seed, the same masks.

    Raises
    ------
    autograd.OptionError
        If ``p`` is not a number from 0 to 1.
    autograd.ShapeError
        When called in training, if the input is not (N, C, H, W): PyTorch takes one of three axes
        for (N, C, L), and so here it is `Dropout1d` that does.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Dropout2d(0.5, rng=0)(ag.broadcast_to(1.0, (1, 2, 1, 2)))
    array([[[[2., 2.]],
    <BLANKLINE>
            [[0., 0.]]]])
    """

    _axes = 2
    _alone = False


class Dropout3d(_DropChannels):
    """Set each channel of a volume to 0 with probability ``p``; see `Dropout2d`.

    Inputs are (N, C, D, H, W) or (C, D, H, W); the arguments are those of `Dropout`.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Dropout3d(1.0)(ag.broadcast_to(1.0, (1, 1, 1, 1, 2)))
    array([[[[[0., 0.]]]]])
    """

    _axes = 3


class AlphaDropout(_Drop):
    """Dropout for networks of `SELU`, which keeps mean 0 and variance 1 (Klambauer et al. 2017).

    A dropped element becomes what the `SELU` is far below 0, and then all are scaled and shifted.

    Parameters
    ----------
    p : float
        From 0 to 1; with 1, all become 0.
    rng : int, numpy.random.Generator or None
        Draws the masks: the same seed, the same masks.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AlphaDropout(0.5, rng=0)(ag.tensor([1.0, 1.0])).numpy().round(4)
    array([ 1.6656, -0.7792])
    """

    @in_float32
    def _masked(self, x: Any, kept: Any) -> Any:
        if self.p == 1:
            return ag.where(kept, x, 0)
        lowest = -1.7580993408473766  # of the SELU: its scale times its alpha
        scale = 1.0 / math.sqrt((lowest**2 * self.p + 1.0) * (1.0 - self.p))
        return (ag.where(kept, x, lowest) - self.p * lowest) * scale
