"""Clipping: what to do against a gradient so large that one step would undo many.

Along a long chain of products, as through time in a recurrent network, gradients can explode.
Clipping by norm keeps the direction and shortens the step; clipping by value bounds every number
by itself, which turns the direction.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.float16 import in_float32, widened
from autograd.core.messages import one_line
from nn.checks import tensors


@called
def clip_grad_norm_(
    parameters: ag.Tensor | Iterable[ag.Tensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> float:
    """Scale all gradients by one factor, so that their norm as one long vector is bounded.

    ``g <- g min(1, max_norm / (norm + 1e-6))``, with ``norm = (sum |g_i|^p)^(1/p)`` over all
    numbers in all gradients.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor
        Those without a gradient are passed over.
    max_norm : float
        At least 0; infinite if the norm shall only be measured.
    norm_type : float
        The ``p`` of the norm, above 0; infinite for the largest absolute value.
    error_if_nonfinite : bool
        Whether to refuse a norm that is infinite or NaN.  Otherwise a NaN norm makes all gradients
        NaN; an infinite one makes finite gradients 0 and infinite ones NaN.

    Returns
    -------
    float
        The norm before clipping.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range, or ``parameters`` are not Tensors.
    autograd.GradientError
        If the norm is not finite and ``error_if_nonfinite``; no gradient has changed.

    Notes
    -----
    Pascanu, Mikolov and Bengio (2013).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> w = nn.Parameter([3.0, 4.0])
    >>> ag.sum(w**2).backward()
    >>> nn.utils.clip_grad_norm_([w], max_norm=1.0)
    10.0
    >>> w.grad.round(4)
    array([0.6, 0.8])
    """
    _check_bounds("clip_grad_norm_", max_norm=max_norm, norm_type=norm_type)
    if norm_type == 0:
        raise ag.OptionError("clip_grad_norm_: norm_type=0 must be above 0")
    clipped = _with_gradients("clip_grad_norm_", parameters)
    norm = _norm([g for _, g in clipped], float(norm_type))
    if error_if_nonfinite and not math.isfinite(norm):
        raise ag.GradientError(f"clip_grad_norm_: the norm of the gradients is {norm}")
    if math.isinf(max_norm):
        return norm
    factor = float(max_norm) / (norm + 1e-6)
    for p, g in clipped:
        p.grad = _scaled(g, 1.0 if factor > 1 else factor)  # a factor that is NaN stays NaN
    return norm


def clipped(gradients: list[ag.Tensor], max_norm: float) -> list[ag.Tensor]:
    """Return what `clip_grad_norm_` makes of gradients, by operations alone.

    Examples
    --------
    >>> import autograd as ag
    >>> from nn.utils.clipping import clipped
    >>> [g.numpy().round(4) for g in clipped([ag.tensor([3.0, 4.0])], 1.0)]
    [array([0.6, 0.8])]
    """
    if not gradients or math.isinf(max_norm):
        return gradients
    factor = ag.minimum(float(max_norm) / (_total(gradients, 2.0) + 1e-6), 1.0)
    return [_scaled(g, ag.astype(factor, widened(g).dtype)) for g in gradients]


@called
def clip_grad_value_(parameters: ag.Tensor | Iterable[ag.Tensor], clip_value: float) -> None:
    """Bound every number in the gradients: ``g <- min(max(g, -clip_value), clip_value)``.

    Parameters
    ----------
    parameters : Tensor or iterable of Tensor
        Those without a gradient are passed over.
    clip_value : float
        At least 0.

    Raises
    ------
    autograd.OptionError
        If ``clip_value`` is out of its range, or ``parameters`` are not Tensors.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> w = nn.Parameter([3.0, -0.25])
    >>> ag.sum(w**2).backward()
    >>> nn.utils.clip_grad_value_([w], 1.0)
    >>> w.grad
    array([ 1. , -0.5])
    """
    _check_bounds("clip_grad_value_", clip_value=clip_value)
    bound = float(clip_value)
    for p, g in _with_gradients("clip_grad_value_", parameters):
        p.grad = ag.clip(g, -bound, bound)


def _norm(gradients: list[Any], p: float) -> float:
    return float(_total(gradients, p)) if any(g.size for g in gradients) else 0.0


def _total(gradients: list[Any], p: float) -> Any:
    # In float64, since the squares of float32 numbers above 1.8e19 overflow in float32.
    numbers = ag.concatenate([ag.ravel(ag.astype(g, float)) for g in gradients])
    return ag.linalg.norm(numbers, p)


@in_float32
def _scaled(g: Any, factor: Any) -> Any:
    return g * factor


def _check_bounds(owner: str, **numbers: Any) -> None:
    for name, number in numbers.items():
        try:
            fits = not isinstance(number, (str, bool)) and float(number) >= 0
        except (TypeError, ValueError):
            fits = False
        if not fits:
            raise ag.OptionError(
                f"{owner}: {name}={one_line(number)} must be a number of at least 0"
            )


def _with_gradients(
    owner: str, parameters: ag.Tensor | Iterable[ag.Tensor]
) -> list[tuple[ag.Tensor, Any]]:
    given = tensors(owner, parameters)
    return [(p, p.grad) for p in given if p.grad is not None]
