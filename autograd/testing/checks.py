"""The checks for users: of the derivatives of a function, and of the rules of a primitive."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.core.backward import as_cotangent
from autograd.core.calls import called
from autograd.core.define import PrimitiveFunction, record_of
from autograd.core.primitive import Primitive
from autograd.core.tensor import ArrayLike, Tensor, raw
from autograd.errors import GradientError
from autograd.testing.budget import Budget, within
from autograd.testing.function import Chosen, Function, Seed, as_vector
from autograd.testing.gradient_check import check_derivatives, report_or_raise
from autograd.testing.primitive_map import Application
from autograd.testing.report import Report

__tracebackhide__ = True  # pytest then shows the line of the test, and the report

MODES = {"reverse": ("reverse",), "forward": ("forward",), "both": ("reverse", "forward")}


@called
def check_grad(
    f: Callable[..., Any],
    *args: object,
    order: int = 1,
    wrt: Chosen = None,
    rng: Seed = 0,
    allow_inconclusive: bool = False,
    mode: str = "reverse",
    budget: Budget | None = None,
) -> Report:
    """Check the derivatives of a function against numerical ones.

    Parameters
    ----------
    f : callable
        Returns a number, an array or a nested structure of them.  It is called with Tensors; plain
        NumPy functions serve, and so do modules, whose parameters are arguments like the others.
    *args : floats, arrays, Tensors, nested structures of them, and anything else
        Where to check.  Floating-point values are differentiated, the rest is passed on.
    order : int
        Check the first ``order`` derivatives.
    wrt : int, Tensor, or sequence of them, optional
        The positions of some arguments, or leaves that ``f`` uses; by default all arguments and
        ``f.parameters()`` if there are any.
    rng : int or numpy.random.Generator
        Chooses directions and cotangents.
    allow_inconclusive : bool
        Return a report also where the derivative cannot be checked, as on a kink.
    mode : {"reverse", "forward", "both"}
        Check the gradients, the tangents of `ag.jvp`, or both.
    budget : Budget, optional
        How often ``f`` may be called, and how many bytes one gradient may take.

    Returns
    -------
    Report
        Of the highest derivative; its verdict is PASS, or INCONCLUSIVE if that is allowed.

    Raises
    ------
    GradientMismatch
        If a derivative is wrong; the message says which element, by how much, and where.
    InconclusiveCheck
        If more than 2 % of the outputs lie on kinks or cannot be differenced at this point.
    CheckError
        If the budget is exceeded.
    GradientError, DTypeError
        If there is nothing to differentiate, or ``f`` is random, changes its input, or is not
        finite at this point.

    Notes
    -----
    Compared is ``<w, J v>``, from the right by differences along a random direction v and from the
    left by the rules from a random cotangent w.  The tolerance is the measured error of the former.
    Gradients of a narrow dtype, such as float32, are compared with those of float64 at the same
    point.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.testing.check_grad(ag.sigmoid, 0.5, order=2).verdict
    'PASS'
    >>> ag.testing.check_grad(lambda x: x * x.detach(), 3.0)
    Traceback (most recent call last):
        ...
    autograd.errors.GradientMismatch: FAIL <lambda>: argument 0 'x'    [value]
    ...
    """
    order, rng = _order("check_grad", order), as_generator("check_grad", rng)
    if mode not in MODES:
        raise GradientError(f"check_grad: mode={mode!r} is unknown; choose {', '.join(MODES)}")
    of = Function("check_grad", f, args, wrt)
    report = check_derivatives(of, order, rng, modes=MODES[mode])
    return within(budget, of, report_or_raise(report, allow_inconclusive))


@called
def check_vjp(
    primitive: PrimitiveFunction | Primitive,
    *args: ArrayLike,
    cotangent: ArrayLike | None = None,
    order: int = 1,
    rng: Seed = 0,
    allow_inconclusive: bool = False,
    **params: object,
) -> Report:
    """Check the rules of a primitive at one point.

    Parameters
    ----------
    primitive : function of a primitive, or its record
    *args : arrays, Tensors or numbers
        Its inputs.
    cotangent : array, optional
        Of the shape of the result; by default random.
    order : int
        Check the first ``order`` derivatives.
    rng : int or numpy.random.Generator
    allow_inconclusive : bool
    **params
        Its parameters.

    Returns
    -------
    Report

    Raises
    ------
    GradientMismatch, InconclusiveCheck, GradientError
        As for `check_grad`.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.testing.check_vjp(ag.matmul, np.eye(2), np.array([1.0, 2.0])).verdict
    'PASS'
    """
    order, rng = _order("check_vjp", order), as_generator("check_vjp", rng)
    record = record_of(primitive)
    if record is None:
        raise GradientError(
            f"check_vjp: {getattr(primitive, '__name__', primitive)!r} is not a primitive; "
            "for a function use check_grad"
        )
    of = Application("check_vjp", record, tuple(raw(x) for x in args), params)
    weights = None if cotangent is None else _as_weights(of, cotangent)
    report = check_derivatives(of, order, rng, weights)
    return within(None, of, report_or_raise(report, allow_inconclusive))


def as_generator(operation: str, rng: Seed) -> np.random.Generator:
    """Return a generator of random numbers, made from a seed if need be."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise GradientError(f"{operation}: rng={rng!r} is neither a seed nor a Generator") from None


def _order(operation: str, order: Any) -> int:
    try:
        number = 0 if isinstance(order, bool) else operator.index(order)
    except TypeError:
        number = 0
    if number < 1:
        raise GradientError(f"{operation}: order={order!r} must be 1, 2 or more")
    return number


def _as_weights(of: Application, cotangent: Any) -> Any:
    """Return a cotangent that the user gave as a vector, or say why it cannot be one."""
    with of.recorded([slot.value for slot in of.slots]) as (_, outputs):
        given = raw(as_cotangent(cotangent, Tensor(outputs[0].data), of.operation))
    if not np.isfinite(given).all():
        raise GradientError(f"{of.operation}: the cotangent must be finite")
    return as_vector([given])
