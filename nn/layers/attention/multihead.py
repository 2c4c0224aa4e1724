"""Attention: each element of a sequence becomes a weighted mean of all of them (Vaswani 2017).

Each element has a query, a key and a value.  The scores, products of queries and keys, become
weights that sum to 1, and the result is the mean of the values with these weights.  Several heads
do so side by side, each with its projections.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32, widened
from nn import init
from nn.checks import Values, at_least_one, between, boolean
from nn.init import Seed, generator
from nn.layers.attention.masks import as_scores, causal, check_some_key_is_seen
from nn.layers.dropout import dropped
from nn.layers.inputs import in_dtype_of
from nn.layers.linear import Linear
from nn.layers.sequences import batch_of, check_sequence, time_axis
from nn.module import Module
from nn.parameter import Parameter

ROLES = ("query", "key", "value")


class MultiheadAttention(Module):
    """Attention of several heads, ``softmax(Q K^T / sqrt(d)) V`` in each (Vaswani et al. 2017).

    Queries, keys and values are projected to ``embed_dim`` numbers, of which each head has ``d =
    embed_dim / num_heads``; what the heads return is joined and projected once more.

    Parameters
    ----------
    embed_dim : int
        The length of queries and of the output.
    num_heads : int
        Divides ``embed_dim``.
    dropout : float
        The probability at which, in training, a weight is dropped.
    bias : bool
        Whether projections have biases.
    add_bias_kv, add_zero_attn : False
        Keys that belong to no element are not supported.
    kdim, vdim : int, optional
        The lengths of keys and values; by default ``embed_dim``.
    batch_first : bool
        Whether sequences are (N, L, features), not (L, N, features).
    rng : int, numpy.random.Generator or None
        Draws the weights, and then the masks of dropout.
    dtype : floating NumPy dtype

    Attributes
    ----------
    in_proj_weight : Parameter, (3 embed_dim, embed_dim), or None
        The projections of queries, keys and values below each other; evenly drawn (Glorot).
    q_proj_weight, k_proj_weight, v_proj_weight : Parameter or None
        In its place where ``kdim`` or ``vdim`` differs.
    in_proj_bias : Parameter, (3 embed_dim,), or None
    out_proj : Linear

    Raises
    ------
    autograd.OptionError
        If an option is out of its range; when called, if a query may look at no key.
    autograd.ShapeError, autograd.DTypeError
        When called, if inputs or masks do not fit together.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> x = np.ones((2, 5, 8))
    >>> output, weights = nn.MultiheadAttention(8, 2, batch_first=True, rng=0)(x, x, x)
    >>> output.shape, weights.shape
    ((2, 5, 8), (2, 5, 5))
    """

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        kind = type(self).__name__
        kdim, vdim = embed_dim if kdim is None else kdim, embed_dim if vdim is None else vdim
        at_least_one(kind, embed_dim=embed_dim, num_heads=num_heads, kdim=kdim, vdim=vdim)
        boolean(kind, bias=bias, batch_first=batch_first)
        between(kind, 0.0, 1.0, dropout=dropout)
        for name, value in {"add_bias_kv": add_bias_kv, "add_zero_attn": add_zero_attn}.items():
            if value:
                raise ag.OptionError(
                    f"{kind}: {name}={value!r} is not supported; concatenate the keys and values "
                    "that it adds to yours"
                )
        if embed_dim % num_heads:
            raise ag.OptionError(f"{kind}: num_heads={num_heads} must divide embed_dim={embed_dim}")
        self.embed_dim, self.num_heads, self.kdim, self.vdim = embed_dim, num_heads, kdim, vdim
        self.dropout, self.batch_first = float(dropout), bool(batch_first)
        self.rng = generator(rng)
        one = kdim == vdim == embed_dim
        self.in_proj_weight = _weight(3 * embed_dim, embed_dim, dtype) if one else None
        self.q_proj_weight = None if one else _weight(embed_dim, embed_dim, dtype)
        self.k_proj_weight = None if one else _weight(embed_dim, kdim, dtype)
        self.v_proj_weight = None if one else _weight(embed_dim, vdim, dtype)
        self.in_proj_bias = Parameter(init.blank((3 * embed_dim,), dtype)) if bias else None
        self.out_proj = Linear(embed_dim, embed_dim, bias, rng=self.rng, dtype=dtype)
        self.reset_parameters(self.rng)

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw new weights, set the biases to 0, and draw the next masks from this seed."""
        self.rng = generator(rng)
        for weight in self._in_weights():
            init.xavier_uniform_(weight, rng=self.rng)
        self.out_proj.reset_parameters(self.rng)
        for bias in (self.in_proj_bias, self.out_proj.bias):
            if bias is not None:
                init.zeros_(bias)

    def _in_weights(self) -> tuple[Any, ...]:
        if self.in_proj_weight is not None:
            return (self.in_proj_weight,)
        return (self.q_proj_weight, self.k_proj_weight, self.v_proj_weight)

    def forward(
        self,
        query: ag.ArrayLike,
        key: ag.ArrayLike,
        value: ag.ArrayLike,
        key_padding_mask: ag.ArrayLike | None = None,
        need_weights: bool = True,
        attn_mask: ag.ArrayLike | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[ag.Tensor, ag.Tensor | None]:
        """Let each query look at the keys, and take the mean of the values.

        A mask is boolean, True where a query may not look, or of numbers added to the scores.

        Parameters
        ----------
        query : (L, N, embed_dim), or (N, L, embed_dim) if ``batch_first``, or (L, embed_dim)
        key, value : (S, N, kdim) and (S, N, vdim), or in the order of ``query``
        key_padding_mask : (N, S), or (S,), optional
            For all queries of a sequence.
        need_weights : bool
            Whether to return the weights.
        attn_mask : (L, S), or (N num_heads, L, S), optional
        average_attn_weights : bool
            Whether the weights returned are their mean over the heads.
        is_causal : bool
            Whether query i may look at the keys up to i alone, as if by another mask.

        Returns
        -------
        output : Tensor, of the shape of ``query``
        weights : Tensor, (N, L, S), or (N, num_heads, L, S) if not averaged; or None
        """
        like = self.out_proj.weight
        q, k, v = (in_dtype_of(like, x) for x in (query, key, value))
        self._check(q, k, v)
        mask = self._mask(q, k, key_padding_mask, attn_mask, is_causal)
        output, weights = self._attend(q, k, v, mask)
        if not need_weights:
            return output, None
        return output, ag.mean(weights, axis=-3) if average_attn_weights else weights

    @in_float32
    def _attend(self, q: Any, k: Any, v: Any, mask: Any) -> tuple[Any, Any]:
        time = time_axis(q, self.batch_first)
        q, k, v = (self._heads(role, x, time) for role, x in zip(ROLES, (q, k, v), strict=True))
        heads, weights = attention(q, k, v, mask, self._dropped)
        joined = ag.moveaxis(heads, -2, time)
        return self.out_proj(ag.reshape(joined, (*joined.shape[:-2], self.embed_dim))), weights

    def _heads(self, role: str, x: Any, time: int) -> Any:
        """Project a sequence for each head, to (N, num_heads, L, d)."""
        place = ROLES.index(role)
        rows = slice(place * self.embed_dim, (place + 1) * self.embed_dim)
        with ag.scope(role):
            one = self.in_proj_weight
            weight = self._in_weights()[place] if one is None else one[rows]
            y = x @ widened(weight).T
            y = y if self.in_proj_bias is None else y + widened(self.in_proj_bias[rows])
            heads = (self.num_heads, self.embed_dim // self.num_heads)
            return ag.moveaxis(ag.reshape(y, (*y.shape[:-1], *heads)), time, -2)

    def _dropped(self, weights: Any) -> Any:
        if not self.training or not self.dropout:
            return weights
        with ag.scope("dropout"):
            return dropped(weights, self.dropout, self)

    def _check(self, query: Values, key: Values, value: Values) -> None:
        lengths = (self.embed_dim, self.kdim, self.vdim)
        for role, x, n in zip(ROLES, (query, key, value), lengths, strict=True):
            check_sequence(role, x, n, self.batch_first)
        if key.shape[time_axis(key, self.batch_first)] == 0:
            raise ag.ShapeError(f"key {key.shape} must be a sequence of at least one element")
        batches = {batch_of(x, self.batch_first) for x in (query, key, value)}
        if len(batches) > 1 or key.shape[:-1] != value.shape[:-1]:
            raise ag.ShapeError(
                f"query {query.shape}, key {key.shape} and value {value.shape} must be batches of "
                "one size, with a key for each value"
            )

    def _mask(self, q: Any, k: Any, padding: Any, mask: Any, is_causal: bool) -> Any:
        """Return one mask of numbers for all scores (..., num_heads, L, S), or None."""
        boolean("MultiheadAttention", is_causal=is_causal)
        time, batch = time_axis(q, self.batch_first), batch_of(q, self.batch_first)
        length, keys = q.shape[time], k.shape[time]
        every = (*batch, self.num_heads, length, keys)
        found = []
        if padding is not None:
            shape = (*batch, keys)
            padding = as_scores("key_padding_mask", padding, (shape,), q)
            found.append(ag.reshape(padding, (*batch, 1, 1, keys)))
        if mask is not None:
            shapes = ((length, keys), (math.prod(every[:-2]), length, keys))
            mask = as_scores("attn_mask", mask, shapes, q)
            found.append(ag.reshape(mask, every) if mask.ndim == 3 else mask)
        if is_causal:
            found.append(causal(length, keys, q))
        if not found:
            return None
        total = sum(found[1:], start=found[0])
        check_some_key_is_seen(total)
        return total

    def extra_repr(self) -> str:
        """Return the sizes, and what is not as usual."""
        others = {
            "kdim": self.embed_dim,
            "vdim": self.embed_dim,
            "dropout": 0,
            "batch_first": False,
        }
        more = (f", {n}={getattr(self, n)}" for n, v in others.items() if getattr(self, n) != v)
        return f"{self.embed_dim}, {self.num_heads}{''.join(more)}"


def _weight(rows: int, columns: int, dtype: ag.DTypeLike) -> Parameter:
    return Parameter(init.blank((rows, columns), dtype))


def attention(
    q: ag.Tensor,
    k: ag.Tensor,
    v: ag.Tensor,
    mask: ag.Tensor | None = None,
    drop: Callable[[ag.Tensor], ag.Tensor] | None = None,
) -> tuple[ag.Tensor, ag.Tensor]:
    """Return ``softmax(q k^T / sqrt(d) + mask) v`` and the softmax (Vaswani et al. 2017).

    Without the root, scores of long keys would be large, and the softmax 0 or 1 without a slope.

    Parameters
    ----------
    q : (..., L, d)
    k, v : (..., S, d), (..., S, d_v)
    mask : (..., L, S), optional
    drop : function of the softmax, optional

    Returns
    -------
    result : (..., L, d_v)
    weights : (..., L, S)

    Examples
    --------
    >>> import numpy as np
    >>> from nn.layers.attention.multihead import attention
    >>> result, weights = attention(np.eye(2) * 100, np.eye(2), np.array([[1.0], [2.0]]))
    >>> result.round(6)
    array([[1.],
           [2.]])
    """
    with ag.scope("scores"):
        scores = q @ ag.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1])
        scores = scores if mask is None else scores + mask
    weights = ag.softmax(scores, axis=-1)
    weights = weights if drop is None else drop(weights)
    return weights @ v, weights
