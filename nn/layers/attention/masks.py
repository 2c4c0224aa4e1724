"""Masks of attention, as numbers that are added to scores: minus infinity makes a weight 0."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import autograd as ag
from nn import init
from nn.checks import Values
from nn.layers.inputs import as_array, in_dtype_of


def as_scores(name: str, mask: ag.ArrayLike, shapes: Sequence[ag.Shape], like: Values) -> Any:
    """Return a mask as numbers in the dtype of others; True becomes minus infinity.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.layers.attention.masks import as_scores
    >>> as_scores("attn_mask", [[False, True]], [(1, 2)], np.zeros(2))
    array([[  0., -inf]])
    """
    mask = as_array(mask)
    if mask.shape not in shapes:
        raise ag.ShapeError(f"{name} {mask.shape} must be {' or '.join(map(str, shapes))}")
    if mask.dtype.kind == "b":
        zeros = init.blank(mask.shape, like.dtype)
        return ag.where(mask, zeros - math.inf, zeros)
    if mask.dtype.kind != "f":
        raise ag.DTypeError(
            f"{name} of dtype {mask.dtype} must be boolean, True where a query may not look, or "
            "floats that are added to the scores; write mask.astype(bool)"
        )
    if ag.any(ag.logical_not(mask < math.inf)):
        raise ag.OptionError(
            f"{name} has NaN or inf, which would make weights NaN; -inf is what hides a key"
        )
    return in_dtype_of(like, mask)


def causal(length: int, keys: int, like: Values) -> Any:
    """Return the mask that hides from each query the keys behind it.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.layers.attention.masks import causal
    >>> causal(2, 2, np.zeros(2))
    array([[  0., -inf],
           [  0.,   0.]])
    """
    return ag.triu(init.blank((length, keys), like.dtype) - math.inf, 1)


def check_some_key_is_seen(mask: Any) -> None:
    """Refuse a query whose keys are all hidden: its weights would be 0/0."""
    if mask.size and ag.min(ag.max(mask, axis=-1)) == -math.inf:
        raise ag.OptionError(
            "the masks hide all keys from a query, whose weights would be 0/0; let it look at one, "
            "such as itself"
        )
