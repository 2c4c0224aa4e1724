"""Input validation and casting: floats, shapes that must agree, probabilities.

PyTorch stretches a target of another shape and warns.  A prediction (N, 1) and a target (N,) then
make N times N errors, and the network learns the mean.  So no target is broadcast_weight here.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import autograd as ag
from autograd.core.capturing import array_of, checked
from nn.checks import Values


def numbers(owner: str, name: str, x: ag.ArrayLike) -> Values:
    """Return a Tensor as it is, and anything else as an array of its own.

    The graph keeps the targets, so they must not change when their owner fills in the next batch.
    """
    try:
        return x if isinstance(x, ag.Tensor) else ag.tensor(x).data
    except ag.DTypeError as error:
        text = "dtype <U" in str(error)
        remedy = "; number classes with np.unique(names, return_inverse=True)" if text else ""
        raise ag.DTypeError(f"{owner}: {name}: {error}{remedy}") from None


def floats(owner: str, name: str, x: ag.ArrayLike, dtype: ag.DTypeLike | None = None) -> Values:
    """Return floats: those of a given dtype, or by default of the dtype that they have."""
    x = numbers(owner, name, x)
    if x.dtype.kind == "f" and dtype in (None, x.dtype):
        return x
    found: Values = ag.astype(x, dtype or (x.dtype if x.dtype.kind == "f" else float))
    return found


def pair(owner: str, input: ag.ArrayLike, target: ag.ArrayLike) -> tuple[Values, Values]:
    """Return input and target as floats of the input's dtype; refuse different shapes.

    Examples
    --------
    >>> from nn.losses.inputs import pair
    >>> pair("mse_loss", [1, 2], [[1, 2]])
    Traceback (most recent call last):
        ...
    autograd.errors.ShapeError: mse_loss: input (2,) and target (1, 2) must have one shape; ...
    """
    input = floats(owner, "input", input)
    target = floats(owner, "target", target, input.dtype)
    if input.shape != target.shape:
        raise ag.ShapeError(
            f"{owner}: input {input.shape} and target {target.shape} must have one shape; "
            "reshape one of them"
        )
    return input, target


def broadcast_weight(owner: str, name: str, weight: ag.ArrayLike, input: Values) -> ag.Tensor:
    """Return a weight for each element of the input, from a weight that broadcasts to it."""
    weight = constant(floats(owner, name, weight, input.dtype))
    try:
        return ag.broadcast_to(weight, input.shape)
    except ag.ShapeError:
        raise ag.ShapeError(
            f"{owner}: {name} {weight.shape} does not broadcast to input {input.shape}; "
            "counted from the last axis, its lengths must be those of the input or 1"
        ) from None


def constant(x: Values) -> Values:
    """Return the array behind a Tensor that needs no gradient, so that arrays stay arrays."""
    found: Values = x if isinstance(x, ag.Tensor) and x.requires_grad else array_of(x)
    return found


def probabilities(owner: str, name: str, x: Values, remedy: str) -> Values:
    """Return what it is given; refuse numbers outside [0, 1], but for NaN, which goes through."""
    return checked(x, partial(_check_probabilities, owner, name, remedy))


def _check_probabilities(owner: str, name: str, remedy: str, x: Any) -> None:
    wrong = x[ag.logical_or(ag.less(x, 0), ag.greater(x, 1))]
    if wrong.size:
        raise ag.OptionError(f"{owner}: {name} has {wrong[0]:g}, outside [0, 1]; {remedy}")


def signs(owner: str, target: Values) -> Values:
    """Return the targets; refuse those that are neither 1 nor -1."""
    return checked(target, partial(_check_signs, owner))


def _check_signs(owner: str, target: Any) -> None:
    wrong = target[ag.not_equal(ag.absolute(target), 1.0)]
    if wrong.size:
        raise ag.OptionError(
            f"{owner}: target has {wrong[0]:g}; it takes 1 and -1, as 2 * target - 1 makes of 1 "
            "and 0"
        )


def alike(owner: str, **inputs: ag.ArrayLike) -> tuple[Values, ...]:
    """Return several inputs as floats of the dtype of the first; refuse different shapes.

    Examples
    --------
    >>> from nn.losses.inputs import alike
    >>> alike("triplet_margin_loss", anchor=[1.0], positive=[[1.0]])
    Traceback (most recent call last):
        ...
    autograd.errors.ShapeError: triplet_margin_loss: anchor (1,) and positive (1, 1) must have ...
    """
    (first, x), *others = inputs.items()
    found = [floats(owner, first, x)]
    for name, other in others:
        found.append(floats(owner, name, other, found[0].dtype))
        if found[-1].shape != found[0].shape:
            raise ag.ShapeError(
                f"{owner}: {first} {found[0].shape} and {name} {found[-1].shape} must have one "
                "shape; reshape one of them"
            )
    return tuple(found)
