"""How near two vectors are: the cosine of their angle, and the length of their difference."""

from __future__ import annotations

import math
from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import boolean, integer, not_negative, real
from nn.layers.inputs import as_floats
from nn.module import Module


class CosineSimilarity(Module):
    """``sum(a b) / (max(|a|, eps) max(|b|, eps))`` along an axis: 1 for vectors of one direction.

    Parameters
    ----------
    dim : int
        The axis of the vectors.
    eps : float
        The least length; without it, the quotient of a vector of zeros would be NaN.

    Raises
    ------
    autograd.ShapeError
        When called, if the inputs do not broadcast, or there is no such axis.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.CosineSimilarity()(ag.tensor([[1.0, 0.0]]), ag.tensor([[3.0, 4.0]]))
    tensor([0.6])
    """

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        integer("CosineSimilarity", dim=dim)
        not_negative("CosineSimilarity", eps=eps)
        self.dim = dim
        self.eps = float(eps)

    def forward(self, a: ag.ArrayLike, b: ag.ArrayLike) -> Any:
        """Map two inputs (..., features, ...) to (...), without that axis."""
        return self._cosine(as_floats(a), as_floats(b))

    @in_float32
    def _cosine(self, x: Any, y: Any) -> Any:
        shape = ag.shape(ag.detach(x) * ag.detach(y))
        if self.dim not in range(-len(shape), len(shape)):
            raise ag.ShapeError(f"inputs {x.shape} and {y.shape} have no axis {self.dim}")
        both = [ag.broadcast_to(v, shape) for v in (x, y)]
        lengths = [ag.linalg.norm(v, axis=self.dim, keepdims=True) for v in both]
        x, y = (v / ag.maximum(n, self.eps) for v, n in zip(both, lengths, strict=True))
        return ag.sum(x * y, axis=self.dim)

    def extra_repr(self) -> str:
        """Return the options."""
        return f"dim={self.dim}, eps={self.eps}"


class PairwiseDistance(Module):
    """The p-norm of ``a - b + eps`` along the last axis.

    Parameters
    ----------
    p : float
        2 is the Euclidean distance, 1 the sum of absolute differences, inf the largest of them.
    eps : float
        Keeps the difference from 0, where the norm has a kink.
    keepdim : bool
        Whether the last axis stays, with length 1.

    Raises
    ------
    autograd.ShapeError
        When called, if the inputs do not broadcast.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.PairwiseDistance(eps=0.0)(ag.tensor([[1.0, 1.0]]), ag.tensor([[4.0, 5.0]]))
    tensor([5.])
    """

    def __init__(self, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        boolean("PairwiseDistance", keepdim=keepdim)
        not_negative("PairwiseDistance", eps=eps)
        self.norm = p if p in (math.inf, -math.inf) else real("PairwiseDistance", p=p)
        self.eps = float(eps)
        self.keepdim = keepdim

    def forward(self, a: ag.ArrayLike, b: ag.ArrayLike) -> Any:
        """Map two inputs (..., features) to (...)."""
        return self._distance(as_floats(a), as_floats(b))

    @in_float32
    def _distance(self, x: Any, y: Any) -> Any:
        return ag.linalg.norm(x - y + self.eps, self.norm, axis=-1, keepdims=self.keepdim)

    def extra_repr(self) -> str:
        """Return the options."""
        return f"p={self.norm}, eps={self.eps}, keepdim={self.keepdim}"
