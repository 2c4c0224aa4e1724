"""Squared errors, with the three factors before the sum that the lectures and PyTorch use."""

from __future__ import annotations

import autograd as ag
from autograd.core.calls import called
from nn.losses.inputs import pair
from nn.losses.reduction import Loss, check_reduction, loss, note_divisor, reduce
from nn.module import Module


@loss
@called
def half_sum_of_squares(input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
    """Half the sum of squared errors, ``E = 1/2 sum (y - t)^2``; decks 3 and 4.

    The half makes the derivative with respect to an output the plain error, ``delta = y - t``.

    Parameters
    ----------
    input, target : array or Tensor, (...)
        Of one shape.

    Returns
    -------
    Tensor or NumPy scalar

    Raises
    ------
    autograd.ShapeError
        If the shapes differ.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.half_sum_of_squares(ag.tensor([1.0, 3.0]), [0.0, 1.0])
    tensor(2.5)
    """
    input, target = pair("half_sum_of_squares", input, target)
    value = ag.sum(ag.square(input - target)) / 2
    note_divisor(value, 0.0)
    return value


@loss
@called
def quadratic_loss(input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
    """Half the mean over examples of squared distances, ``1/(2n) sum ||y - a||^2``; deck 0.

    Unlike in `mse_loss`, the squares of one example are added and not averaged.

    Parameters
    ----------
    input, target : array or Tensor, (N, ...)
        Of one shape; n = N examples.

    Returns
    -------
    Tensor or NumPy scalar

    Raises
    ------
    autograd.ShapeError
        If the shapes differ, or have no first axis with examples on it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.quadratic_loss(ag.tensor([[1.0, 3.0], [0.0, 0.0]]), [[0.0, 1.0], [0.0, 0.0]])
    tensor(1.25)
    """
    input, target = pair("quadratic_loss", input, target)
    if not input.shape or input.shape[0] == 0:
        raise ag.ShapeError(
            f"quadratic_loss: input {input.shape} has no examples to average; it takes (N, ...) "
            "with N of at least 1"
        )
    value = ag.sum(ag.square(input - target)) / (2 * input.shape[0])
    note_divisor(value, float(input.shape[0]))
    return value


@loss
@called
def mse_loss(input: ag.ArrayLike, target: ag.ArrayLike, reduction: str = "mean") -> ag.Tensor:
    """Mean squared error, ``mean((input - target)^2)`` over all elements; deck 1 (L2).

    Parameters
    ----------
    input, target : array or Tensor, (...)
        Of one shape.
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
        If the reduction is unknown.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.mse_loss(ag.tensor([1.0, 3.0]), [1.0, 1.0])
    tensor(2.)
    """
    check_reduction("mse_loss", reduction)
    input, target = pair("mse_loss", input, target)
    return reduce("mse_loss", ag.square(input - target), reduction)


class HalfSumOfSquares(Module):
    """Half the sum of squared errors as a module; see `half_sum_of_squares`.

    Examples
    --------
    >>> import nn
    >>> float(nn.HalfSumOfSquares()([1.0, 3.0], [0.0, 1.0]))
    2.5
    """

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (...) to a number."""
        return half_sum_of_squares(input, target)


class QuadraticLoss(Module):
    """Half the mean over examples of squared distances as a module; see `quadratic_loss`.

    Examples
    --------
    >>> import nn
    >>> float(nn.QuadraticLoss()([[1.0, 3.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 0.0]]))
    1.25
    """

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (N, ...) to a number."""
        return quadratic_loss(input, target)


class MSELoss(Loss):
    """Mean squared error as a module; see `mse_loss`.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> float(nn.MSELoss()([1.0, 3.0], [1.0, 1.0]))
    2.0
    """

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (...) to a number, or to (...) with reduction "none"."""
        return mse_loss(input, target, self.reduction)
