"""The battery: one call that Hypothesis chooses, put through every check of the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd.core.calls import called
from autograd.core.define import PrimitiveFunction, record_of
from autograd.core.messages import one_line
from autograd.core.primitive import Primitive
from autograd.errors import RuleError
from autograd.testing.drawn_call import DrawnCall
from autograd.testing.input_specs import Call, calls, reference_of
from autograd.testing.primitive_checks import CHECKS, Check, check_extremes, run
from autograd.testing.report import Report

__tracebackhide__ = True  # pytest then shows the line of the test, and the report


@called
def battery(
    primitive: PrimitiveFunction | Primitive,
    data: st.DataObject,
    arguments: st.SearchStrategy[Any] | None = None,
    reference: Callable[..., Any] | None = None,
    checks: Sequence[Check] = CHECKS,
) -> list[Report]:
    """Put a primitive through every check, on one call that Hypothesis chooses.

    Parameters
    ----------
    primitive : function of a primitive, or its record
        One of the engine's, or one of your own.
    data : hypothesis.strategies.DataObject
        What ``@given(data=st.data())`` hands to the test.
    arguments : strategy, optional
        Of tuples ``(inputs, params)``.  By default arrays that broadcast, inside the domains that
        the primitive declares and with the core axes of its signature.
    reference : callable, optional
        An independent function with the same values; by default the one that it declares.
    checks : sequence of callables

    Returns
    -------
    list of Report
        Those of the comparisons with numerical derivatives.

    Raises
    ------
    GradientMismatch
        If a check fails.
    InconclusiveCheck
        If the call sits on a kink, or the value is not finite.  A primitive that has kinks declares
        a ``region``, and then is given numbers that avoid them; one that does not exist everywhere
        declares its ``domain``.
    RuleError
        If the primitive needs parameters and ``arguments`` is not given.

    Notes
    -----
    The checks: values, shapes and dtypes, nothing changed in place, repeatability, the first
    derivative by differences, that of large numbers, exact linearity in the cotangent, no shared
    memory, memory layouts, 0-d and empty arrays, shared inputs, float32, infinities, the second
    derivative, and the complex step where the primitive is declared analytic.

    By default numbers lie in [-4, 4] and arrays have at most 3 elements a side (check 6 goes on to
    1,000); ``arguments`` draws others.

    Examples
    --------
    >>> import autograd as ag
    >>> from hypothesis import given, settings, strategies as st
    >>> @settings(max_examples=5, deadline=None)
    ... @given(data=st.data())
    ... def test_tanh(data):
    ...     ag.testing.battery(ag.tanh, data)
    >>> test_tanh()
    """
    if not isinstance(data, st.DataObject):
        raise RuleError("battery: data must come from Hypothesis: write @given(data=st.data())")
    record = record_of(primitive)
    if record is None:
        name = getattr(primitive, "__name__", primitive)
        raise RuleError(f"battery: {name!r} is not a primitive; for a function use check_grad")
    if arguments is None and tuple(checks) == CHECKS:
        with np.errstate(all="ignore"):
            check_extremes(record)
    call, edge = draw_calls(record, data, arguments)
    seed = data.draw(st.integers(0, 2**32 - 1))
    drawn = DrawnCall(record, call, edge, seed, reference or reference_of(record))
    run(_value_is_finite, drawn)
    for check in checks:
        run(check, drawn)
    return drawn.reports


def draw_calls(
    primitive: Primitive, data: st.DataObject, arguments: st.SearchStrategy[Any] | None
) -> tuple[Call, Call]:
    """Draw an ordinary call of a primitive, and one with empty arrays where it allows that."""
    if arguments is None:
        return data.draw(calls(primitive)), data.draw(calls(primitive, empty=True))
    call = _as_call(data.draw(arguments))
    return call, call


def _as_call(drawn: Any) -> Call:
    try:
        inputs, params = drawn
        return Call(tuple(inputs), dict(params))
    except (TypeError, ValueError):
        raise RuleError(
            f"battery: arguments= drew {one_line(drawn)}; it must draw pairs (inputs, parameters), "
            'such as ((x, y), {"axis": 0})'
        ) from None


def _value_is_finite(drawn: DrawnCall) -> None:
    with drawn.guarded("the forward rule"):
        drawn.check_value()
