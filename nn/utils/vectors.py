"""All parameters as one long vector, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.capturing import array_of
from nn.checks import tensors


@called
def parameters_to_vector(parameters: ag.Tensor | Iterable[ag.Tensor]) -> Any:
    """Lay all numbers of the parameters end to end, in row-major order.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor

    Returns
    -------
    Tensor, (n,)
        A result, which gradients pass through.

    Raises
    ------
    autograd.OptionError
        If there are no parameters, or if they are not Tensors.

    Examples
    --------
    >>> import nn
    >>> layer = nn.Linear(2, 1)
    >>> nn.utils.parameters_to_vector(layer.parameters()).shape
    (3,)
    """
    return ag.concatenate([ag.ravel(p) for p in _listed("parameters_to_vector", parameters)])


@called
def vector_to_parameters(vec: ag.ArrayLike, parameters: ag.Tensor | Iterable[ag.Tensor]) -> None:
    """Take the data of the parameters from one long vector, in the order of its numbers.

    Parameters
    ----------
    vec : array or Tensor, (n,)
        Copied, into the dtype of each parameter.
    parameters : Tensor or iterable of Tensor
        Leaves of n numbers together.

    Raises
    ------
    autograd.OptionError
        If there are no parameters, or if they are not leaf Tensors.
    autograd.ShapeError
        If there is not one number for each of the parameters'; nothing has changed.

    Examples
    --------
    >>> import nn
    >>> layer = nn.Linear(2, 1)
    >>> nn.utils.vector_to_parameters([1.0, 2.0, 3.0], layer.parameters())
    >>> layer.weight.data, layer.bias.data
    (array([[1., 2.]]), array([3.]))
    """
    listed = _listed("vector_to_parameters", parameters)
    if any(not p.is_leaf for p in listed):
        raise ag.OptionError("vector_to_parameters: takes leaves, not results of operations")
    numbers = array_of(ag.detach(ag.tensor(vec)))
    size = sum(p.size for p in listed)
    if numbers.shape != (size,):
        raise ag.ShapeError(
            f"vector_to_parameters: the vector {numbers.shape} must be ({size},), one number for "
            "each of the parameters"
        )
    first = 0
    for p in listed:
        part = numbers[first : first + p.size]
        ag.assign(p, ag.astype(ag.reshape(part, p.shape), p.dtype))
        first += p.size


def _listed(owner: str, parameters: ag.Tensor | Iterable[ag.Tensor]) -> list[ag.Tensor]:
    listed = tensors(owner, parameters)
    if not listed:
        raise ag.OptionError(f"{owner}: no parameters; was an iterator used up before?")
    return listed
