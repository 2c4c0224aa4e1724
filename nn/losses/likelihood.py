"""Negative log-likelihoods of numbers: with noise of a given variance, and of counts."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.capturing import checked
from nn.checks import above_zero, boolean, not_negative
from nn.losses.inputs import floats, pair
from nn.losses.reduction import Loss, check_reduction, loss, reduce

HALF_LOG_TAU = 0.5 * math.log(2.0 * math.pi)


@loss
@called
def gaussian_nll_loss(
    input: ag.ArrayLike,
    target: ag.ArrayLike,
    var: ag.ArrayLike,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> ag.Tensor:
    """Mean of ``(log var + (input - target)^2 / var) / 2``: the noise has a variance of its own.

    Parameters
    ----------
    input : array or Tensor, (...)
        The expected numbers.
    target : array or Tensor, (...)
        Of the same shape.
    var : array, Tensor or number, (...), or without the last axis or with one number along it
        The variances, at least 0.
    full : bool
        Whether to add the constant ``log(2 pi) / 2``.
    eps : float
        A smaller variance counts as this, and its gradient is that of this; above 0.
    reduction : {"mean", "sum", "none"}
        Whether to average over the elements, add them, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes do not belong together, or there is nothing to average.
    autograd.OptionError
        If a variance is negative, ``eps`` is not above 0, or the reduction is unknown.

    Notes
    -----
    Nix and Weigend (1994).

    Examples
    --------
    >>> import nn
    >>> nn.gaussian_nll_loss([1.0, 3.0], [0.0, 0.0], [1.0, 9.0], reduction="none").round(4)
    array([0.5   , 1.5986])
    """
    owner = "gaussian_nll_loss"
    check_reduction(owner, reduction)
    boolean(owner, full=full)
    above_zero(owner, eps=eps)
    input, target = pair(owner, input, target)
    var = _variances(owner, var, input, float(eps))
    costs = 0.5 * (ag.log(var) + ag.square((input - target) / ag.sqrt(var)))
    return reduce(owner, costs + HALF_LOG_TAU if full else costs, reduction)


def _variances(owner: str, var: Any, input: Any, eps: float) -> Any:
    var = floats(owner, "var", var, input.dtype)
    if var.shape and var.shape == input.shape[:-1] != input.shape:
        var = ag.expand_dims(var, -1)
    if var.shape not in (input.shape, (*input.shape[:-1], 1), ()):
        raise ag.ShapeError(
            f"{owner}: var {var.shape} must be that of input {input.shape}, without its last axis "
            "or with length 1 there, or one number"
        )
    var = checked(var, partial(_check_variances, owner))
    # Added, so that a variance below eps has a gradient that makes it larger.
    return var + ag.maximum(eps - ag.detach(var), 0.0)


def _check_variances(owner: str, var: Any) -> None:
    if var.size and ag.min(var) < 0:
        raise ag.OptionError(f"{owner}: var has {ag.min(var):g}; a variance is not negative")


@loss
@called
def poisson_nll_loss(
    input: ag.ArrayLike,
    target: ag.ArrayLike,
    log_input: bool = True,
    full: bool = False,
    eps: float = 1e-8,
    reduction: str = "mean",
) -> ag.Tensor:
    """Mean of ``exp(input) - target input``: the target is a count of what comes at random.

    Parameters
    ----------
    input : array or Tensor, (...)
        Logarithms of the expected counts, or these.
    target : array or Tensor, (...)
        Counts, of the same shape.
    log_input : bool
        If False, the cost is ``input - target log(input + eps)``.
    full : bool
        Whether to add ``log target!`` by Stirling's formula, ``t log t - t + log(2 pi t) / 2``
        where t is above 1.
    eps : float
        Against the logarithm of 0; at least 0.
    reduction : {"mean", "sum", "none"}
        Whether to average over the elements, add them, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes differ, or there is nothing to average.
    autograd.OptionError
        If an option is out of its range, or a count is negative or NaN.

    Examples
    --------
    >>> import nn
    >>> nn.poisson_nll_loss([0.0, 1.0], [1.0, 3.0], reduction="none").round(4)
    array([ 1.    , -0.2817])
    """
    owner = "poisson_nll_loss"
    check_reduction(owner, reduction)
    boolean(owner, log_input=log_input, full=full)
    not_negative(owner, eps=eps)
    input, target = pair(owner, input, target)
    target = checked(target, partial(_check_counts, owner, "target"))
    if not log_input:
        input = checked(input, partial(_check_counts, owner, "input, as log_input is False,"))
    expected, logarithm = (
        (ag.exp(input), input) if log_input else (input, ag.log(input + float(eps)))
    )
    costs = expected - target * logarithm
    return reduce(owner, costs + _log_factorial(target) if full else costs, reduction)


def _check_counts(owner: str, name: str, counts: Any) -> None:
    if not ag.all(counts >= 0):
        raise ag.OptionError(f"{owner}: {name} must not be negative or NaN; it is a count")


def _log_factorial(n: Any) -> Any:
    large = ag.greater(n, 1.0)
    n = ag.where(large, n, 1.0)
    return ag.where(large, n * ag.log(n) - n + 0.5 * ag.log(n) + HALF_LOG_TAU, 0.0)


class GaussianNLLLoss(Loss):
    """Errors weighed by variances, as a module; see `gaussian_nll_loss`.

    Parameters
    ----------
    full : bool
    eps : float
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> float(nn.GaussianNLLLoss()([1.0], [0.0], [1.0]))
    0.5
    """

    shown = ("full", "eps", "reduction")

    def __init__(self, *, full: bool = False, eps: float = 1e-6, reduction: str = "mean") -> None:
        super().__init__(reduction)
        boolean("GaussianNLLLoss", full=full)
        above_zero("GaussianNLLLoss", eps=eps)
        self.full = full
        self.eps = eps

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike, var: ag.ArrayLike) -> ag.Tensor:
        """Map three (...) to a number, or to (...) with reduction "none"."""
        return gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)


class PoissonNLLLoss(Loss):
    """The cost of counts as a module; see `poisson_nll_loss`.

    Parameters
    ----------
    log_input : bool
    full : bool
    eps : float
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> float(nn.PoissonNLLLoss()([0.0], [1.0]))
    1.0
    """

    shown = ("log_input", "full", "eps", "reduction")

    def __init__(
        self,
        log_input: bool = True,
        full: bool = False,
        eps: float = 1e-8,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        boolean("PoissonNLLLoss", log_input=log_input, full=full)
        not_negative("PoissonNLLLoss", eps=eps)
        self.log_input = log_input
        self.full = full
        self.eps = eps

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (...) to a number, or to (...) with reduction "none"."""
        return poisson_nll_loss(input, target, self.log_input, self.full, self.eps, self.reduction)
