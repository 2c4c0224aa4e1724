"""The fifteen checks: everything that a primitive must do, on one call of it.

Each check is a short function of a `Trial`, one call of the primitive with what is derived from it.
It says nothing if all is well and raises `GradientMismatch` if not.  That each is needed, and that
together they miss little, is itself tested, by putting faults into right rules: the mutation gate
of the test suite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd.core import backward
from autograd.core.tensor import Tensor
from autograd.errors import GradientMismatch
from autograd.ir.numerics import ROUNDINGS, UNIT, equal
from autograd.testing.compare import (
    pullback_of,
    random_direction,
    random_signs,
)
from autograd.testing.drawn_call import Trial
from autograd.testing.extrapolation import SAFETY
from autograd.testing.function import Array, as_vector, pulled, start
from autograd.testing.gradient_check import first_order, settle
from autograd.testing.input_specs import Call, inputs_text
from autograd.testing.report import FAIL, Report
from autograd.testing.rounding import DISTURBANCE, disturbed, gradient_bound, narrow_difference
from autograd.testing.strategies import LAYOUTS

Check = Callable[[Trial], None]
__tracebackhide__ = True  # pytest then shows the line of the test, and the report
EXTREMES = np.array([1e-300, 1e-150, 1e-30, 0.5, 30.0, 1e3, 1e30, 1e150, 1e300])
IMAGINARY_STEP = 1e-30


def values_equal_the_reference(t: Trial) -> None:
    """1. The forward rule has the values of an independent function."""
    if t.reference is None:
        return
    args, params = t.call.args, t.call.params
    expected = np.asarray(t.reference(*args, **params))
    if expected.shape != t.value.shape:
        raise t.fail("reference", f"shape {t.value.shape}, the reference has {expected.shape}")
    size = np.abs(expected)
    if t.primitive.region is None:  # else rounding and a disturbance may lie on two pieces
        # How far a relative change of the inputs moves the result tells how far rounding may.
        nearby = t.reference(*_disturbed(t), **params)
        size = size + np.abs(nearby - expected) / DISTURBANCE
    wrong = ~(np.abs(t.value - expected) <= SAFETY * ROUNDINGS * UNIT * size)
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise t.fail(
            "reference",
            f"at {index} the value is {t.value[index]:.12g} and should be {expected[index]:.12g}",
        )


def _disturbed(t: Trial) -> list[Any]:
    rng = t.rng
    return [disturbed(x, rng) if i in t.active else x for i, x in enumerate(t.call.args)]


def shapes_and_dtypes_are_those_of_the_inputs(t: Trial) -> None:
    """2. A rule returns shape and dtype of its input, or the shape that it was stretched to."""
    for dtype in (np.float64, np.float32):
        args = t.astype(dtype)
        out = t.primitive.forward(*args, **t.call.params)
        if not isinstance(out, (np.ndarray, np.generic)):
            raise t.fail("shape", f"the forward rule returns {type(out).__name__}, not an array")
        together = np.result_type(*map(np.asarray, args))  # int64 and float32 make float64
        if "dtype" not in t.call.params and together == dtype != out.dtype:
            raise t.fail("dtype", f"inputs of {np.dtype(dtype)} give a result of {out.dtype}")
        ct = t.cotangent.astype(out.dtype)[()]
        for i, g in zip(t.active, t.rules(args, out, ct), strict=True):
            _check_result(t, i, np.shape(args[i]), np.asarray(g), out)
        for i, g in zip(t.active, t.pull(args, ct), strict=True):
            if g.shape != np.shape(args[i]) or g.dtype != dtype:
                raise t.fail("shape", f"gradient {g.shape} {g.dtype} of input {i}")


def _check_result(t: Trial, i: int, given: tuple[int, ...], g: Array, out: Any) -> None:
    """Check what a bare rule returned for input ``i``, before the engine fits it."""
    if g.shape != given and not _is_stretched(given, g.shape, out.shape):
        advice = "; if it is not elementwise, declare its signature= or give arguments="
        raise t.fail(
            "shape",
            f"the rule of input {i} returns {g.shape} for {given}"
            f"{'' if t.primitive.signature else advice}",
        )
    if g.dtype.kind != "f":
        raise t.fail(
            "dtype", f"the rule of input {i} returns {g.dtype}, and a cotangent is made of floats"
        )
    if g.dtype != out.dtype:
        raise t.fail(
            "dtype",
            f"the rule of input {i} returns {g.dtype} for {out.dtype}: a number or array in it "
            "has a dtype of its own; write ct * 0.1, or x.astype(ct.dtype)",
        )


def _is_stretched(given: tuple[int, ...], returned: tuple[int, ...], out: tuple[int, ...]) -> bool:
    """Return whether an input was broadcast to what its rule returned, as the result shows."""
    extra = len(returned) - len(given)
    if extra < 0 or not set(returned[:extra]) <= set(out):
        return False
    own = zip(given, returned[extra:], strict=True)
    return all(n == m or (n == 1 and m in out) for n, m in own)


def nothing_is_changed_in_place(t: Trial) -> None:
    """3. A rule leaves inputs, result, cotangent and parameters as they are."""
    args = [np.array(x) if isinstance(x, np.ndarray) else x for x in t.call.args]
    out = np.array(t.value)
    ct = np.array(t.cotangent)
    watched = [*args, out, ct, *t.call.params.values()]
    names = [name for name, _ in inputs_text(t.primitive, t.call)]
    names = [*names[: len(args)], "the result", "the cotangent", *t.call.params]
    before = [np.array(x) if isinstance(x, np.ndarray) else None for x in watched]
    t.primitive.forward(*args, **t.call.params)
    t.rules(args, out, ct)
    for name, x, kept in zip(names, watched, before, strict=True):
        if kept is not None and not equal(x, kept):
            raise t.fail("in place", f"{name} is changed in place")


def a_second_run_is_the_same(t: Trial) -> None:
    """4. Forwards and backwards once more give the same bits."""
    args, params = t.call.args, t.call.params
    again = t.primitive.forward(*args, **params)
    if not equal(again, t.value):
        raise t.fail("repeat", "a second call of the forward rule gives another result")
    t.compare("repeat", "a second run of the rule differs", t.pull(args, t.cotangent), t.gradients)


def derivative_equals_the_numerical_one(t: Trial) -> None:
    """5. <w, J v> = <J^T w, v>, the left side by differences."""
    _settle(t, first_order(t.of, t.at, t.rng))


def _settle(t: Trial, report: Report) -> None:
    t.reports.append(report)
    if report.outputs:
        settle(report, allow_inconclusive=False)


def large_numbers_are_right_too(t: Trial) -> None:
    """6. The derivative is right far from 0 as well, where a rule may take another branch."""
    # What fails at a call with a 0 in it shall shrink to that call, so this one is left alone.
    if not t.elementwise or not all(np.all(x) for x in t.at):
        return
    rng = t.rng
    sizes = np.floor(np.exp(rng.uniform(np.log(4), np.log(1e3), (len(t.call.args), 4))))
    offsets = (1 + np.arange(len(sizes))[:, None]) / 16  # so that no two are equal, nor integers
    columns = list((sizes + offsets) * rng.choice([-1.0, 1.0], sizes.shape))
    args = _inside(t, columns)
    out = np.asarray(t.primitive.forward(*args))
    moderate = np.abs(out) < 1e100
    if not moderate.any():
        return
    far = t.elsewhere(Call(tuple(x[moderate] for x in args)))
    report = first_order(far.of, far.at, far.rng)
    if report.verdict == FAIL:
        raise GradientMismatch(report)


def pullback_is_linear_to_the_bit(t: Trial) -> None:
    """7. vjp(-2 ct) == -2 vjp(ct): no rounding can spoil a factor of 2."""
    got = t.pull(t.call.args, -2 * t.cotangent)
    expected = [-2 * g for g in t.gradients]
    t.compare("linear", "the rule of -2 ct is not -2 times the rule of ct", got, expected)


def results_are_not_handed_out_twice(t: Trial) -> None:
    """8. Two gradients never share memory, neither of two calls of a rule nor of two leaves."""
    args, out = t.call.args, t.value
    first = t.rules(args, out, np.array(t.cotangent))
    second = t.rules(args, out, np.array(t.cotangent))
    for a in first:
        for b in second:
            if _share(a, b) and not any(_share(a, x) for x in (*args, out)):
                raise t.fail("alias", "the rule returns the same array twice; a copy is needed")
    _grads_are_apart(t)


def _grads_are_apart(t: Trial) -> None:
    leaves, inputs = t.on_leaves()
    ct = np.array(t.cotangent)
    t.primitive(*inputs, **t.call.params).backward(ct)
    grads = [leaf.grad for leaf in leaves]
    for n, grad in enumerate(grads):
        if any(_share(grad, other) for other in (ct, *t.at, *grads[:n])):
            raise t.fail("alias", "a leaf's grad shares memory with another array")


def _share(a: Any, b: Any) -> bool:
    both = isinstance(a, np.ndarray) and isinstance(b, np.ndarray)
    return both and np.shares_memory(a, b)


def memory_layout_does_not_matter(t: Trial) -> None:
    """9. C, Fortran, reversed, strided and 0-stride arrays give the same gradients."""
    for name, lay in LAYOUTS.items():
        args, ct = list(t.call.args), lay(t.cotangent)
        for i in t.active:
            args[i] = lay(np.asarray(args[i]))[()]
        if name == "0-stride":  # all elements are equal here, so compare with a copy of that
            _compare_with_copy(t, list(t.call.args), ct)
            if t.elementwise:
                _compare_with_copy(t, args, ct)
            continue
        reason = f"with {name} arrays the gradient is another"
        t.compare("layout", reason, t.pull(args, ct), t.gradients, t.allowed)


def _compare_with_copy(t: Trial, args: list[Any], ct: Array) -> None:
    copies = [np.array(x)[()] if i in t.active else x for i, x in enumerate(args)]
    same = t.elsewhere(Call(tuple(copies), t.call.params))
    got, expected = t.pull(args, ct), t.pull(copies, np.array(ct))
    if all(equal(g, e) for g, e in zip(got, expected, strict=True)):
        return  # as a rule; the bound below takes a while
    # Sums over 0-stride arrays may run in another order, and in either they may cancel to 0.
    allowed = gradient_bound(same.of, same.at, as_vector([np.array(ct)]), t.rng)
    t.compare("layout", "with 0-stride arrays the gradient is another", got, expected, allowed)


def scalars_and_empty_arrays_work(t: Trial) -> None:
    """10. 0-d values and arrays without elements have gradients of their shape."""
    edge = t.elsewhere(t.edge)
    edges = [edge]
    if t.elementwise:
        numbers = tuple(np.asarray(x).flat[0] if np.size(x) else x for x in t.call.args)
        if all(np.ndim(x) == 0 for x in numbers):
            edges.append(t.elsewhere(Call(numbers)))
    for case in edges:
        with case.guarded("scalars and empty arrays work"):
            gradients = case.pull(case.call.args, case.cotangent[()])
            for i, g in zip(case.active, gradients, strict=True):
                if g.shape != np.shape(case.call.args[i]):
                    raise case.fail("edge", f"gradient {g.shape} of input {i}")
            if case.value.size:
                derivative_equals_the_numerical_one(case)


def a_shared_input_gets_the_sum(t: Trial) -> None:
    """11. In f(x, x), and in two uses of f(x), the contributions add up."""
    _shared_by_two_inputs(t)
    _shared_by_two_calls(t)


def _shared_by_two_inputs(t: Trial) -> None:
    for i, j in _twins(t):
        args = list(t.call.args)
        args[j] = np.array(args[i])
        leaf = Tensor(args[i], requires_grad=True)
        shared = [leaf if k in (i, j) else x for k, x in enumerate(args)]
        out = t.primitive(*shared, **t.call.params)
        ct = random_signs(out.shape, t.rng)
        apart = t.pull(args, ct)
        (together,) = backward.pull([out], [leaf], [ct])
        expected = apart[t.active.index(i)] + apart[t.active.index(j)]
        bound = [SAFETY * ROUNDINGS * UNIT * np.abs(expected)]
        t.compare("shared", f"inputs {i} and {j} are one", [together], [expected], bound)


def _shared_by_two_calls(t: Trial) -> None:
    leaves, inputs = t.on_leaves()
    outs = [t.primitive(*inputs, **t.call.params) for _ in range(2)]
    got = backward.pull(outs, leaves, [t.cotangent[()], 3 * t.cotangent[()]])
    allowed = [4 * bound for bound in t.allowed]
    t.compare("shared", "two uses do not add up", got, [4 * g for g in t.gradients], allowed)


def _twins(t: Trial) -> Iterator[tuple[int, int]]:
    """Yield pairs of inputs that may be the same array."""
    args, domains = t.call.args, t.primitive.domain
    for n, j in enumerate(t.active):
        for i in t.active[:n]:
            last = domains[min(j, len(domains) - 1)]
            fits = t.elementwise or np.shape(args[i]) == np.shape(args[j])
            if fits and np.all(last.covers(args[i])):
                yield i, j


def float32_agrees_with_float64(t: Trial) -> None:
    """12. The rule computes the same in float32, but for float32's rounding."""
    narrow = [x.astype(np.float32) for x in t.at]
    weights = as_vector([t.cotangent.astype(np.float32)])
    got, expected, allowed = narrow_difference(
        t.application(t.astype(np.float32)), narrow, weights, t.rng
    )
    t.compare("float32", "float32 differs from float64", got, expected, allowed)


def no_nan_appears(t: Trial) -> None:
    """13. Infinities stay where they are, and extreme inputs have a gradient like any other."""
    if t.elementwise or t.primitive.region is not None:
        _infinite_cotangents_stay_out(t)
    if t.elementwise:
        _extremes_have_gradients(t)


def _infinite_cotangents_stay_out(t: Trial) -> None:
    """Where a gradient is 0 whatever the cotangent, an infinite cotangent must not make it NaN."""
    rng = t.rng
    args = list(t.call.args)
    for i in t.active:  # no zeros by chance: 0 times infinity is NaN by right
        args[i] = np.asarray(args[i]) * (1 + 1e-3 * rng.uniform(0.5, 1, np.shape(args[i])))
        if not np.all(args[i]):
            return
    infinite = [np.full_like(x, np.inf) if i in t.active else x for i, x in enumerate(args)]
    if np.isnan(t.primitive.forward(*infinite, **t.call.params)).any():
        return  # forwards, too, it makes NaN of an infinity
    zero = [g == 0 for g in t.pull(args, t.cotangent)]
    got = t.pull(args, np.full_like(t.cotangent, np.inf))
    expected = [np.where(z, 0.0, g) for z, g in zip(zero, got, strict=True)]
    reason = "no derivative here, and yet 0 times an infinite cotangent makes it NaN; use where"
    t.compare("infinity", reason, got, expected)


def _extremes_have_gradients(t: Trial) -> None:
    pairs = np.concatenate([EXTREMES, -EXTREMES])
    columns = [np.roll(pairs, 5 * i) for i in range(len(t.call.args))]
    args = _inside(t, columns)
    out = np.asarray(t.primitive.forward(*args))
    for i, g in zip(t.active, t.pull(args, np.ones_like(out)), strict=True):
        bad = np.isfinite(out) & np.isnan(g)
        if bad.any():
            here = t.elsewhere(Call(tuple(x[bad][0] for x in args)))
            raise here.fail("extreme", f"the value is finite and the gradient of input {i} is NaN")


def _inside(t: Trial, columns: list[Array]) -> list[Array]:
    """Keep the places where all inputs are in their domains; of conditions, make booleans."""
    inside = np.logical_and.reduce(
        [d.covers(x) for d, x in zip(t.primitive.domain, columns, strict=True)]
    )
    return [x[inside] if i in t.active else x[inside] > 0 for i, x in enumerate(columns)]


def the_second_derivative_is_right(t: Trial) -> None:
    """14. The rules, recorded, have the same values and a right derivative of their own."""
    twice = pullback_of(t.of, t.rng)
    at = start(twice)
    with twice.recorded(at) as (_, gradients):
        recorded = [np.asarray(g.data) for g in gradients]
    cotangent = as_vector(at[len(t.at) :])
    plain = pulled(t.of, t.at, cotangent)
    allowed = gradient_bound(t.of, t.at, cotangent, t.rng)
    t.compare(
        "order 2", "called with Tensors the rule gives another value", recorded, plain, allowed
    )
    _settle(t, first_order(twice, at, t.rng))


def the_complex_step_agrees(t: Trial) -> None:
    """15. For an analytic function, Im f(x + i h v) / h is the derivative to the last digits."""
    if not t.primitive.analytic or t.value.size == 0:
        return
    v = random_direction(t.at, t.rng)
    args = list(t.call.args)
    for i, x, d in zip(t.active, t.at, v, strict=True):
        args[i] = x + 1j * IMAGINARY_STEP * d
    out = np.asarray(t.primitive.forward(*args, **t.call.params))
    if out.dtype.kind != "c":
        raise t.fail(
            "complex step", "declared analytic, but of complex numbers it has no complex value"
        )
    exact = np.sum(t.cotangent * out.imag / IMAGINARY_STEP)
    analytic = sum(float(np.sum(g * d)) for g, d in zip(t.gradients, v, strict=True))
    allowed = sum(float(np.sum(a * np.abs(d))) for a, d in zip(t.allowed, v, strict=True))
    allowed += ROUNDINGS * UNIT * float(np.sum(np.abs(t.cotangent * out.imag))) / IMAGINARY_STEP
    if not abs(exact - analytic) <= allowed:
        raise t.fail(
            "complex step",
            f"<w, J v> is {exact:.17g} by the complex step and {analytic:.17g} by the rules",
        )


CHECKS: tuple[Check, ...] = (
    values_equal_the_reference,
    shapes_and_dtypes_are_those_of_the_inputs,
    nothing_is_changed_in_place,
    a_second_run_is_the_same,
    derivative_equals_the_numerical_one,
    large_numbers_are_right_too,
    pullback_is_linear_to_the_bit,
    results_are_not_handed_out_twice,
    memory_layout_does_not_matter,
    scalars_and_empty_arrays_work,
    a_shared_input_gets_the_sum,
    float32_agrees_with_float64,
    no_nan_appears,
    the_second_derivative_is_right,
    the_complex_step_agrees,
)
