"""Penalties: terms that are added to a loss to keep the weights small."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.float16 import in_float32
from nn.losses.inputs import floats
from nn.module import Module


@ag.scope("l1_penalty")
@called
def l1_penalty(parameters: ag.Tensor | Iterable[ag.ArrayLike]) -> ag.Tensor:
    """Sum of absolute values, ``sum |w|``.

    Its slope has one size however small a weight is, so that many weights end at 0.  The slope at 0
    is 0.

    Parameters
    ----------
    parameters : iterable of Tensors, or one Tensor

    Returns
    -------
    Tensor or NumPy scalar

    Raises
    ------
    autograd.OptionError
        If there are no parameters.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.l1_penalty([ag.tensor([1.0, -2.0]), ag.tensor(3.0)])
    tensor(6.)
    """
    return _total("l1_penalty", ag.absolute, parameters)


@ag.scope("l2_penalty")
@called
def l2_penalty(parameters: ag.Tensor | Iterable[ag.ArrayLike]) -> ag.Tensor:
    """Sum of squares, ``sum w^2``; deck 4.

    The lectures' term ``lambda/2 ||w||^2`` is ``lam / 2 * nn.l2_penalty(model.parameters())``.

    Parameters
    ----------
    parameters : iterable of Tensors, or one Tensor

    Returns
    -------
    Tensor or NumPy scalar

    Raises
    ------
    autograd.OptionError
        If there are no parameters.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.l2_penalty([ag.tensor([1.0, -2.0]), ag.tensor(3.0)])
    tensor(14.)
    """
    return _total("l2_penalty", ag.square, parameters)


def _total(
    owner: str, size: Callable[[Any], Any], parameters: ag.Tensor | Iterable[ag.ArrayLike]
) -> Any:
    weights = [floats(owner, "parameters", w) for w in _listed(owner, parameters)]
    if not weights:
        raise ag.OptionError(
            f"{owner}: there are no parameters; an iterator such as model.parameters() is used up "
            "after one run"
        )
    return _added(size, *weights)


@in_float32
def _added(size: Callable[[Any], Any], *weights: Any) -> Any:
    sums = [ag.sum(size(w)) for w in weights]
    return sum(sums[1:], sums[0])


def _listed(owner: str, parameters: ag.Tensor | Iterable[ag.ArrayLike]) -> list[Any]:
    if hasattr(parameters, "dtype"):
        return [parameters]
    if isinstance(parameters, Module) or not hasattr(parameters, "__iter__"):
        raise ag.OptionError(
            f"{owner}: takes Tensors, not {type(parameters).__name__}; of a model, give it "
            "model.parameters()"
        )
    return list(parameters)
