"""Embedding: a vector of weights for each of a number of things."""

from __future__ import annotations

from functools import partial

import autograd as ag
from autograd.core.capturing import array_of, checked
from nn import init
from nn.checks import at_least_one, boolean, integer
from nn.init import Seed
from nn.module import Module
from nn.parameter import Parameter


class Embedding(Module):
    """Look up a row of the weights for each integer; a dense layer of one-hot vectors.

    Weights begin normally distributed with variance 1.

    Parameters
    ----------
    num_embeddings : int
        How many things there are: the integers from 0 to ``num_embeddings - 1``.
    embedding_dim : int
        The length of a row.
    padding_idx : int, optional
        A thing whose row begins as 0 and is not learned; negative counts from the end.
    rng : int, numpy.random.Generator or None
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight : Parameter, (num_embeddings, embedding_dim)

    Raises
    ------
    autograd.OptionError
        If a size is not an integer of at least 1, or ``padding_idx`` does not exist.
    autograd.DTypeError, autograd.IndexingError
        When called, if the input does not hold integers, or one of them does not exist.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Embedding(10, 3)([[1, 2], [0, 9]]).shape
    (2, 2, 3)
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        padding_idx: int | None = None,
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        at_least_one("Embedding", num_embeddings=num_embeddings, embedding_dim=embedding_dim)
        rows = range(-num_embeddings, num_embeddings)
        if padding_idx is not None:
            integer("Embedding", padding_idx=padding_idx)
        if padding_idx is not None and int(padding_idx) not in rows:
            raise ag.OptionError(
                f"Embedding: padding_idx={padding_idx!r} is none of {num_embeddings} embeddings"
            )
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.padding_idx = None if padding_idx is None else int(padding_idx) % num_embeddings
        self.weight = Parameter(init.blank((num_embeddings, embedding_dim), dtype))
        self.reset_parameters(rng)

    @classmethod
    def from_pretrained(
        cls, embeddings: ag.ArrayLike, freeze: bool = True, padding_idx: int | None = None
    ) -> Embedding:
        """Make an embedding of rows that are given.

        Parameters
        ----------
        embeddings : array, (num_embeddings, embedding_dim)
        freeze : bool
            Whether they stay as they are.
        padding_idx : int, optional
            A thing whose row is not learned.

        Examples
        --------
        >>> import nn
        >>> nn.Embedding.from_pretrained([[1.0, 2.0], [3.0, 4.0]])([1])
        tensor([[3., 4.]])
        """
        rows = ag.tensor(embeddings)
        if rows.ndim != 2:
            raise ag.ShapeError(
                f"Embedding: embeddings {rows.shape} must be (num_embeddings, embedding_dim)"
            )
        boolean("Embedding", freeze=freeze)
        made = cls(rows.shape[0], rows.shape[1], padding_idx)
        made.weight = Parameter(rows, requires_grad=not freeze)
        return made

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw new weights."""
        init.normal_(self.weight, rng=rng)
        if self.padding_idx is not None:
            self.weight.data = self.weight.detach().at[self.padding_idx].set(0.0).data

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map integers (...) to (..., embedding_dim)."""
        x = ag.tensor(x)
        if x.dtype.kind not in "iu":
            raise ag.DTypeError(f"input of dtype {x.dtype} must be integers; they name the rows")
        x = checked(x, partial(_check_rows, self.num_embeddings))
        rows = ag.take(self.weight, array_of(x), axis=0)
        if self.padding_idx is None:
            return rows
        return ag.where(ag.expand_dims(x == self.padding_idx, -1), ag.detach(rows), rows)

    def extra_repr(self) -> str:
        """Return the sizes."""
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{self.num_embeddings}, {self.embedding_dim}{padding}"


def _check_rows(count: int, x: ag.Array) -> None:
    if x.size and not 0 <= ag.min(x) <= ag.max(x) < count:
        raise ag.IndexingError(
            f"input goes from {int(ag.min(x))} to {int(ag.max(x))}, but there are rows 0 to "
            f"{count - 1}"
        )
