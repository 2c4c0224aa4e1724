"""How the costs of many elements or examples become one number."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import partial, wraps
from typing import Any, TypeVar

import autograd as ag
from autograd.core.blocks import restoring
from autograd.core.capturing import array_of, checked
from autograd.core.float16 import FLOAT16, narrowed, widened
from nn.checks import Values, one_of
from nn.module import Module

REDUCTIONS = ("mean", "sum", "none")

F = TypeVar("F", bound=Callable[..., Any])


class NothingCounts(ag.OptionError):
    """A mean over no target at all: all are left out, or have the weight 0."""


def loss(f: F) -> F:
    """Make a function a loss: it has a scope of its name, and computes in float32 for float16.

    What is computed has the dtype of the input; the targets follow it.
    """
    first = getattr(f, "__wrapped__", f).__code__.co_varnames[0]

    @wraps(f)
    def call(*args: Any, **options: Any) -> Any:
        with ag.scope(f.__name__):
            input = args[0] if args else options.get(first)
            if getattr(input, "dtype", None) is not FLOAT16:
                return f(*args, **options)
            if args:
                result = f(widened(input), *args[1:], **options)
            else:
                result = f(**{**options, first: widened(input)})
            narrow = narrowed(result)
            note_divisor(narrow, divisor_of(result))
            return narrow

    return call  # type: ignore[return-value]


# The numbers that losses have returned in a block of `noting`, and what each was divided by.
_noted: ContextVar[list[tuple[Any, float | None]] | None] = ContextVar("noted", default=None)


def noting() -> restoring[Any]:
    """Let losses note what they divide by, which `divisor_of` tells within the block."""
    return restoring(partial(_noted.set, []), partial(_noted.set, _noted.get()))


def note_divisor(number: Any, divisor: float | None) -> None:
    """Note what the sum of all costs was divided by to give a number: 0 for the sum itself."""
    noted = _noted.get()
    if noted is not None:
        noted.append((number, divisor))


def divisor_of(number: object) -> float | None:
    """Return what a loss of `nn` divided by to make this very number, if it made it: 0 for a sum.

    Examples
    --------
    >>> from nn.losses.reduction import divisor_of, noting
    >>> import nn
    >>> with noting():
    ...     divisor_of(nn.mse_loss([[1.0, 2.0]], [[0.0, 0.0]]))
    2.0
    """
    for made, divisor in _noted.get() or ():
        if made is number:
            return divisor
    return None


def check_reduction(owner: str, reduction: str) -> None:
    """Refuse a word that is not a reduction."""
    one_of(owner, REDUCTIONS, reduction=reduction)


def reduce(
    owner: str,
    costs: Values,
    reduction: str,
    shares: Values | None = None,
) -> Any:
    """Return the mean of the costs, their sum, or the costs as they are.

    Parameters
    ----------
    owner : str
        The loss, for messages.
    costs : array or Tensor, (...)
    reduction : {"mean", "sum", "none"}
    shares : array or Tensor, (...), optional
        How much each cost counts in the mean, where that is not 1: the sum of the costs, which are
        multiplied by them already, is divided by the sum of the shares.

    Examples
    --------
    >>> from nn.losses.reduction import reduce
    >>> import autograd as ag
    >>> reduce("a loss", ag.tensor([1.0, 5.0]), "mean")
    tensor(3.)
    """
    if reduction == "none":
        return costs
    if reduction == "sum":
        value = ag.sum(costs)
    else:
        value = _mean(owner, costs) if shares is None else _shared_mean(owner, costs, shares)
    if _noted.get() is not None:
        note_divisor(value, _divisor(costs, reduction, shares))
    return value


def _divisor(costs: Values, reduction: str, shares: Values | None) -> Any:
    if reduction == "sum":
        return 0.0
    total = float(costs.size) if shares is None else array_of(ag.sum(shares))
    return total if isinstance(total, ag.Tensor) else float(total)


def _mean(owner: str, costs: Values) -> Any:
    if costs.size == 0:
        raise ag.ShapeError(
            f"{owner}: there is nothing to average in costs of shape {costs.shape}; leave out the "
            "empty batch, or use reduction='sum', which gives 0"
        )
    return ag.mean(costs)


def _shared_mean(owner: str, costs: Values, shares: Values) -> Any:
    total = checked(ag.sum(shares), partial(_check_total, owner, costs.size))
    return ag.sum(costs) / total


def _check_total(owner: str, size: int, total: Any) -> None:
    if total == 0:
        raise NothingCounts(
            f"{owner}: there is nothing to average: all {size} targets are left out, or have "
            "weight 0; use reduction='sum', which gives 0"
        )


class Loss(Module):
    """Base of the losses that reduce their costs to one number.

    Attributes
    ----------
    shown : tuple of str
        The options that `repr` shows.
    """

    shown: tuple[str, ...] = ("reduction",)

    def __init__(self, reduction: str = "mean") -> None:
        check_reduction(type(self).__name__, reduction)
        self.reduction = reduction

    def extra_repr(self) -> str:
        """Return the options."""
        return ", ".join(f"{name}={getattr(self, name)!r}" for name in self.shown)
