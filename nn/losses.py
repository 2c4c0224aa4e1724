"""The lectures' losses, each one line of the engine's functions.

They take the arguments, and their order, that PyTorch's functions of the same names take.  The mean
is over all elements, or over the examples for `cross_entropy`.
"""

from __future__ import annotations

from typing import Any

import autograd as ag


def mse_loss(input: Any, target: Any) -> Any:
    """Mean squared error, ``mean((input - target)^2)``; deck 3.

    Parameters
    ----------
    input, target : array or Tensor, of one shape

    Returns
    -------
    Tensor or NumPy scalar

    Examples
    --------
    >>> import autograd as ag
    >>> mse_loss(ag.tensor([1.0, 3.0]), [1.0, 1.0])
    tensor(2.)
    """
    _same_shape("mse_loss", input, target)
    return ag.mean(ag.square(ag.subtract(input, target)))


def binary_cross_entropy(input: Any, target: Any) -> Any:
    """Mean of ``-target log(input) - (1 - target) log(1 - input)``; decks 1 and 4.

    Parameters
    ----------
    input : array or Tensor
        Probabilities, strictly between 0 and 1.
    target : array or Tensor
        Of the same shape, from 0 to 1.

    Returns
    -------
    Tensor or NumPy scalar
        Its slope in ``input`` is ``-target/input + (1 - target)/(1 - input)``.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.grad(binary_cross_entropy)(0.8, 1.0).round(12)
    np.float64(-1.25)
    """
    _same_shape("binary_cross_entropy", input, target)
    hit = ag.multiply(target, ag.log(input))
    miss = ag.multiply(ag.subtract(1, target), ag.log1p(-input))
    return -ag.mean(hit + miss)


def cross_entropy(input: Any, target: Any) -> Any:
    """Mean of ``-log softmax(input)[target]`` over the examples; decks 1 and 3.

    Parameters
    ----------
    input : array or Tensor, (N, C)
        Logits.
    target : integers, (N,)
        The right class of each example, from 0 to C - 1.

    Returns
    -------
    Tensor or NumPy scalar
        Its gradient in ``input`` is ``(softmax(input) - one_hot(target)) / N``.

    Raises
    ------
    autograd.ShapeError
        If the shapes are not (N, C) and (N,).
    autograd.IndexingError
        If a class does not exist.

    Examples
    --------
    >>> import autograd as ag
    >>> cross_entropy(ag.tensor([[0.0, 0.0]]), [1])
    tensor(0.69314718)
    """
    logits, classes = ag.shape(input), ag.shape(target)
    if len(logits) != 2 or classes != logits[:1]:
        raise ag.ShapeError(
            f"cross_entropy: logits {logits} and classes {classes} must be (N, C) and (N,)"
        )
    if ag.min(target) < 0:
        raise ag.IndexingError("cross_entropy: a class is negative; classes count from 0")
    picked = ag.take_along_axis(ag.log_softmax(input), ag.expand_dims(target, 1), axis=1)
    return -ag.mean(picked)


def _same_shape(operation: str, input: Any, target: Any) -> None:
    given, wanted = ag.shape(input), ag.shape(target)
    if given != wanted:
        raise ag.ShapeError(f"{operation}: input {given} and target {wanted} must have one shape")
