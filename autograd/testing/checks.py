"""The checks for users: of a function, of a primitive, of a slope at a kink, and Taylor's test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import reverse
from autograd.errors import GradientError, GradientMismatch, InconclusiveCheck, ShapeError
from autograd.primitive import Primitive
from autograd.tensor import raw
from autograd.testing.application import Application
from autograd.testing.compare import (
    ROUNDINGS,
    UNDERFLOW,
    Comparison,
    check_point,
    compare,
    narrow_difference,
    outside,
    pullback_of,
    pulled,
    random_direction,
    random_signs,
)
from autograd.testing.function import Array, Function, Map, Slot, as_vector, cut, start
from autograd.testing.ladder import RATIO, STEPS, UNIT, one_sided
from autograd.testing.locate import describe, elements, smallest_failure
from autograd.testing.report import FAIL, INCONCLUSIVE, PASS, Report

REPEATS = 3  # a mismatch must show along every one of so many directions


def check_grad(
    f: Callable[..., Any],
    *args: Any,
    order: int = 1,
    wrt: Any = None,
    rng: Any = 0,
    allow_inconclusive: bool = False,
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
    __tracebackhide__ = True
    _check_order("check_grad", order)
    rng = np.random.default_rng(rng)
    return settle(
        _examine("check_grad", Function("check_grad", f, args, wrt), order, rng), allow_inconclusive
    )


def check_vjp(
    primitive: Primitive,
    *args: Any,
    cotangent: Any = None,
    order: int = 1,
    rng: Any = 0,
    allow_inconclusive: bool = False,
    **params: Any,
) -> Report:
    """Check the rules of a primitive at one point.

    Parameters
    ----------
    primitive : Primitive
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
    >>> import autograd as ag
    >>> ag.testing.check_vjp(ag.matmul, np.eye(2), np.array([1.0, 2.0])).verdict
    'PASS'
    """
    __tracebackhide__ = True
    _check_order("check_vjp", order)
    if not isinstance(primitive, Primitive):
        raise GradientError(
            f"check_vjp: {getattr(primitive, '__name__', primitive)!r} is no primitive; "
            "for a function use check_grad"
        )
    rng = np.random.default_rng(rng)
    args = tuple(raw(x) for x in args)
    of = Application("check_vjp", primitive, args, params)
    return settle(_examine("check_vjp", of, order, rng, cotangent), allow_inconclusive)


def _check_order(operation: str, order: Any) -> None:
    if not isinstance(order, int) or order < 1:
        raise GradientError(f"{operation}: order={order!r} must be 1, 2 or more")


def settle(report: Report, allow_inconclusive: bool) -> Report:
    """Return a report, or raise it where its verdict is not the one that is hoped for."""
    __tracebackhide__ = True
    if report.verdict == FAIL:
        raise GradientMismatch(report)
    if report.verdict == INCONCLUSIVE and not allow_inconclusive:
        raise InconclusiveCheck(report)
    return report


def _examine(
    operation: str, of: Map, order: int, rng: np.random.Generator, cotangent: Any = None
) -> Report:
    """Check one order after the other, and a narrow dtype at each."""
    at = start(of)
    check_point(operation, of, at)
    weights = None if cotangent is None else _as_weights(operation, of, at, cotangent)
    while True:
        report = first_order(operation, of, at, rng, weights)
        if report.verdict != PASS:
            return report
        for further in (_linear, _narrow):
            found = further(of, at, rng)
            if found is not None:
                return found
        if of.order == order:
            return report
        of = pullback_of(of, rng)
        at, weights = start(of), None


def _as_weights(operation: str, of: Map, at: Sequence[Array], cotangent: Any) -> Array:
    weights = as_vector([np.asarray(raw(cotangent))])
    expected = of.vector(at).size
    if weights.size != expected:
        raise ShapeError(
            f"{operation}: the cotangent has {weights.size} elements and the result {expected}"
        )
    return weights


def first_order(
    operation: str,
    of: Map,
    at: list[Array],
    rng: np.random.Generator,
    weights: Array | None = None,
) -> Report:
    """Compare the first derivative of a map; a mismatch is looked into."""
    for _ in range(REPEATS):
        found = compare(of, at, rng, weights)
        if not np.isfinite(found.analytic):
            reason = outside(of, at)
            if reason:
                raise GradientError(f"{operation}: no finite derivative: {reason}")
        if found.agrees:
            return _passed(of, at, found)
    return _failed(of, at, found, rng)


def _passed(of: Map, at: Sequence[Array], found: Comparison) -> Report:
    outputs = len(found.weights)
    verdict = PASS if found.conclusive else INCONCLUSIVE
    reason = ""
    if not found.conclusive and not outputs:
        reason = "there are no outputs to check"
    elif not found.conclusive:
        where = outside(of, at)
        reason = (
            f"{found.masked} of {outputs} outputs lie on a kink or jump, or change too fast to be "
            f"differenced{': ' + where if where else ''}; move the point, or allow_inconclusive"
        )
    return Report(
        verdict,
        of.title,
        reason=reason,
        order=of.order,
        analytic=found.analytic,
        numeric=found.numeric,
        tolerance=found.tolerance,
        outputs=outputs,
        masked=found.masked,
        inputs=_inputs(of),
    )


def _inputs(of: Map) -> tuple[tuple[str, Any], ...]:
    return tuple((slot.name, slot.value) for slot in of.slots)


def _failed(of: Map, at: list[Array], found: Comparison, rng: np.random.Generator) -> Report:
    """Look closer: which element, what it looks like, and which operation made it."""
    parts = elements(of, at, found.weights, rng)
    worst = max(parts, key=lambda e: e.excess)
    slot = of.slots[worst.slot]
    home = of.region(at)
    alone = (
        "" if worst.excess else "no element is wrong by more than its own error; together they are"
    )
    return Report(
        FAIL,
        of.title,
        reason=alone,
        order=of.order,
        argument=slot.position,
        name=slot.name,
        index=worst.index,
        analytic=worst.analytic,
        numeric=worst.numeric,
        error=worst.error,
        tolerance=found.tolerance,
        outputs=len(found.weights),
        masked=found.masked,
        inputs=_inputs(of),
        ladder=worst.ladder,
        regions="" if home is None else "regions constant",
        hint="" if alone else describe(parts, at),
        where=smallest_failure(of, at, rng),
    )


def _linear(of: Map, at: list[Array], rng: np.random.Generator) -> Report | None:
    """Compare the gradients for w and for -1024 w, which rounding cannot spoil; None if linear.

    A rule that clips or masks its cotangent may be right for a small w, or a positive one.
    """
    with of.recorded(at) as (leaves, outputs), np.errstate(all="ignore"):
        weights = random_signs(sum(y.size for y in outputs), rng)
        expected = [-1024 * g for g in reverse.pull(outputs, leaves, cut(weights, outputs))]
        got = reverse.pull(outputs, leaves, cut(-1024 * weights, outputs))
    for slot, g, e in zip(of.slots, map(np.asarray, got), map(np.asarray, expected), strict=True):
        # Numbers near the smallest that there are have lost digits.
        wrong = (g != e) & (np.abs(e) > UNDERFLOW)
        if wrong.any():
            reason = "the gradient for -1024 w is not -1024 times that for w: clipped or masked?"
            return _difference(of, "linear", reason, slot, np.argwhere(wrong)[0], g, e)
    return None


def _difference(
    of: Map, check: str, reason: str, slot: Slot, place: Array, got: Array, right: Array
) -> Report:
    index = tuple(int(i) for i in place)
    return Report(
        FAIL,
        of.title,
        check,
        reason,
        order=of.order,
        argument=slot.position,
        name=slot.name,
        index=index,
        analytic=float(got[index]),
        numeric=float(right[index]),
        inputs=_inputs(of),
    )


def _narrow(of: Map, at: list[Array], rng: np.random.Generator) -> Report | None:
    """Compare a narrow dtype with float64; None if it agrees or there is none."""
    narrow = [slot.value for slot in of.slots]
    if all(x.dtype.itemsize >= 8 for x in narrow):
        return None
    weights = random_signs(of.vector(at).shape, rng).astype(np.float32).astype(np.float64)
    got, expected, allowed = narrow_difference(of, narrow, weights, rng)
    for slot, g, e, a in zip(of.slots, got, expected, allowed, strict=True):
        excess = np.abs(g - e) - a
        wrong = ~(excess <= 0)
        if wrong.any():
            check, place = str(slot.value.dtype), np.argwhere(wrong)[0]
            reason = "the rule of this dtype differs from that of float64, which is right"
            return _difference(of, check, reason, slot, place, g, e)
    return None


def check_subgradient(f: Callable[..., Any], *args: Any, wrt: Any = None, rng: Any = 0) -> Report:
    """Check the derivative that a function takes by convention on a kink, as at a tie.

    It must lie between the slopes on the two sides, along a random direction.

    Parameters
    ----------
    f, *args, wrt, rng
        As for `check_grad`.

    Returns
    -------
    Report

    Raises
    ------
    GradientMismatch
        If it lies outside.
    InconclusiveCheck
        If there are no slopes on the two sides, as at a jump.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.testing.check_subgradient(ag.relu, 0.0).verdict
    'PASS'
    """
    rng = np.random.default_rng(rng)
    of = Function("check_subgradient", f, args, wrt)
    at = start(of)
    check_point("check_subgradient", of, at)
    v = random_direction(at, rng)

    def value(h: float) -> Array:
        return of.vector([x + h * d for x, d in zip(at, v, strict=True)])

    right, left = one_sided(value, 1), one_sided(value, -1)
    trusted = right.trusted & left.trusted
    weights = np.where(trusted, random_signs(right.value.shape, rng), 0.0)
    analytic = float(as_vector(pulled(of, at, weights)) @ as_vector(v))
    ends = np.where(trusted, weights * np.stack([left.value, right.value]), 0.0)
    doubt = float(np.sum(np.abs(weights) * np.where(trusted, right.error + left.error, 0.0)))
    doubt += ROUNDINGS * UNIT * float(np.abs(ends).sum())
    low, high = float(ends.min(0).sum()), float(ends.max(0).sum())
    masked = int(np.sum(~trusted))
    inside = low - doubt <= analytic <= high + doubt
    verdict = FAIL if not inside else INCONCLUSIVE if masked or not trusted.size else PASS
    reason = {
        PASS: "",
        FAIL: f"the slope taken is {analytic:.6g}, those to the sides {low:.6g} and {high:.6g}",
        INCONCLUSIVE: f"{masked} of {trusted.size} outputs have no slope on one side",
    }[verdict]
    report = Report(
        verdict,
        of.title,
        check="subgradient",
        reason=reason,
        tolerance=doubt,
        outputs=trusted.size,
        masked=masked,
        inputs=_inputs(of),
    )
    return settle(report, allow_inconclusive=False)


def taylor_test(f: Callable[..., Any], *args: Any, wrt: Any = None, rng: Any = 0) -> Array:
    """Measure how fast Taylor's remainder vanishes: with a right gradient, as the step squared.

    ``|f(x + h v) - f(x) - h g v|`` falls as h^2 if g is the gradient of f, and as h if it is not.

    Parameters
    ----------
    f, *args, wrt, rng
        As for `check_grad`.

    Returns
    -------
    array of float
        The observed power of h between neighbouring steps, from large to small steps, as far as the
        remainder stands out from rounding.  About 2; more where the curvature vanishes; a single
        infinity if there is no remainder, as for a linear function.

    Raises
    ------
    GradientError, DTypeError
        As for `check_grad`.

    Examples
    --------
    >>> import autograd as ag
    >>> rates = ag.testing.taylor_test(ag.exp, 1.0)
    >>> bool(abs(rates[-1] - 2) < 0.1)
    True
    """
    rng = np.random.default_rng(rng)
    of = Function("taylor_test", f, args, wrt)
    at = start(of)
    check_point("taylor_test", of, at)
    v, weights = random_direction(at, rng), random_signs(of.vector(at).shape, rng)
    slope = float(as_vector(pulled(of, at, weights)) @ as_vector(v))
    base = of.vector(at)
    remainders, noise = [], []
    for h in STEPS[:, 0] / 8:
        there = of.vector([x + h * d for x, d in zip(at, v, strict=True)])
        remainders.append(abs(weights @ (there - base) - h * slope))
        noise.append(
            64 * UNIT * (np.abs(weights) @ (np.abs(there) + np.abs(base)) + abs(h * slope))
        )
    clear = [r > 16 * n for r, n in zip(remainders, noise, strict=True)]
    last = clear.index(False) if False in clear else len(clear)
    if last < 2:
        return np.array([np.inf])
    rates: Array = np.log(np.divide(remainders[: last - 1], remainders[1:last])) / np.log(RATIO)
    return rates
