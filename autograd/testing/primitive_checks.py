"""The seventeen checks: everything that a primitive must do, on one call of it.

Each check is a short function of a `DrawnCall`, a call of the primitive with what is derived from
it.  It returns if all is well and raises `GradientMismatch` if not.  That each is needed, and that
together they miss little, is itself tested, by putting faults into right rules: the mutation gate
of the test suite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from autograd.core import gradients
from autograd.core.apply import apply
from autograd.core.primitive import Primitive
from autograd.core.tensor import Tensor
from autograd.core.types import Array
from autograd.errors import CheckError, GradientMismatch, InconclusiveCheck
from autograd.ir.numerics import ROUNDINGS, UNIT, equal
from autograd.testing.compare import random_direction
from autograd.testing.drawn_call import WHERE, DrawnCall
from autograd.testing.extrapolation import SAFETY
from autograd.testing.function import as_vector, random_signs
from autograd.testing.gradient_check import first_order, report_or_raise
from autograd.testing.input_specs import Call, inputs_text
from autograd.testing.report import FAIL, Report
from autograd.testing.rounding import DISTURBANCE, disturbed, gradient_bound, narrow_difference
from autograd.testing.strategies import LAYOUTS

Check = Callable[[DrawnCall], None]
__tracebackhide__ = True  # pytest then shows the line of the test, and the report
EXTREMES = np.array([1e-300, 1e-150, 1e-30, 0.5, 30.0, 1e3, 1e30, 1e150, 1e300])
IMAGINARY_STEP = 1e-30
DECLARE = f"make the rule stable, or declare where it holds: {WHERE}"
MOST_SUBSETS = 4  # inputs, of which all choices are tried


class FailedCheck(GradientMismatch, InconclusiveCheck):
    """A check of the battery that did not pass; its report says whether it is undecided."""


def values_equal_the_reference(drawn: DrawnCall) -> None:
    """1. The forward rule has the values of an independent function."""
    if drawn.reference is None:
        return
    args, params = drawn.call.args, drawn.call.params
    expected = np.asarray(drawn.reference(*args, **params))
    if expected.shape != drawn.value.shape:
        raise drawn.fail(
            "reference", f"shape {drawn.value.shape}, the reference has {expected.shape}"
        )
    size = np.abs(expected)
    if drawn.primitive.spec.region is None:  # else rounding and a disturbance may lie on two pieces
        # How far a relative change of the inputs moves the result tells how far rounding may.
        rng = drawn.rng
        nearby = drawn.reference(*drawn.on_active(lambda x: disturbed(x, rng), args), **params)
        size = size + np.abs(nearby - expected) / DISTURBANCE
    wrong = ~(np.abs(drawn.value - expected) <= SAFETY * ROUNDINGS * UNIT * size)
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise drawn.fail(
            "reference",
            f"at {index} the value is {drawn.value[index]:.12g} and should be "
            f"{expected[index]:.12g}",
        )


def shapes_and_dtypes_are_those_of_the_inputs(drawn: DrawnCall) -> None:
    """2. A rule returns shape and dtype of its input, or the shape that it was stretched to."""
    for dtype in (np.float64, np.float32):
        args = drawn.astype(dtype)
        out = drawn.primitive.forward(*args, **drawn.call.params)
        if not isinstance(out, (np.ndarray, np.generic)):
            raise drawn.fail(
                "shape", f"the forward rule returns {type(out).__name__}, not an array"
            )
        together = np.result_type(*map(np.asarray, args))  # int64 and float32 make float64
        if "dtype" not in drawn.call.params and together == dtype != out.dtype:
            raise drawn.fail("dtype", f"inputs of {np.dtype(dtype)} give a result of {out.dtype}")
        ct = drawn.cotangent.astype(out.dtype)[()]
        for i, g in zip(drawn.active, drawn.rules(args, out, ct), strict=True):
            _check_result(drawn, i, np.shape(args[i]), np.asarray(g), out)
        for i, g in zip(drawn.active, drawn.pull(args, ct), strict=True):
            if g.shape != np.shape(args[i]) or g.dtype != dtype:
                raise drawn.fail("shape", f"gradient {g.shape} {g.dtype} of input {i}")


def _check_result(drawn: DrawnCall, i: int, given: tuple[int, ...], g: Array, out: Any) -> None:
    """Check what a bare rule returned for input ``i``, before the engine fits it."""
    if g.shape != given and not _is_stretched(given, g.shape, out.shape):
        advice = "; if it is not elementwise, declare its signature= or give arguments="
        raise drawn.fail(
            "shape",
            f"the rule of input {i} returns {g.shape} for {given}"
            f"{'' if drawn.primitive.spec.signature else advice}",
        )
    if g.dtype.kind != "f":
        raise drawn.fail(
            "dtype", f"the rule of input {i} returns {g.dtype}, and a cotangent is made of floats"
        )
    if g.dtype != out.dtype:
        raise drawn.fail(
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


def nothing_is_changed_in_place(drawn: DrawnCall) -> None:
    """3. A rule leaves inputs, result, cotangent and parameters as they are."""
    args = [np.array(x) if isinstance(x, np.ndarray) else x for x in drawn.call.args]
    out = np.array(drawn.value)
    ct = np.array(drawn.cotangent)
    watched = [*args, out, ct, *drawn.call.params.values()]
    names = [name for name, _ in inputs_text(drawn.primitive, drawn.call)]
    names = [*names[: len(args)], "the result", "the cotangent", *drawn.call.params]
    before = [np.array(x) if isinstance(x, np.ndarray) else None for x in watched]
    drawn.primitive.forward(*args, **drawn.call.params)
    drawn.rules(args, out, ct)
    for name, x, kept in zip(names, watched, before, strict=True):
        if kept is not None and not equal(x, kept):
            raise drawn.fail("in place", f"{name} is changed in place")


def a_second_run_is_the_same(drawn: DrawnCall) -> None:
    """4. Forwards and backwards once more give the same bits."""
    args, params = drawn.call.args, drawn.call.params
    again = drawn.primitive.forward(*args, **params)
    if not equal(again, drawn.value):
        raise drawn.fail("repeat", "a second call of the forward rule gives another result")
    got = drawn.pull(args, drawn.cotangent)
    drawn.compare("repeat", "a second run of the rule differs", got, drawn.gradients)


def derivative_equals_the_numerical_one(drawn: DrawnCall) -> None:
    """5. <w, J v> = <J^T w, v>, the left side by differences."""
    _settle(drawn, first_order(drawn.of, drawn.at, drawn.rng))


def _settle(drawn: DrawnCall, report: Report) -> None:
    drawn.reports.append(report)
    if report.outputs:
        report_or_raise(report, allow_inconclusive=False)


def large_numbers_are_right_too(drawn: DrawnCall) -> None:
    """6. The derivative is right far from 0 as well, where a rule may take another branch."""
    # A call with a 0 in it is left out, so that what fails there shrinks to that call.
    if not drawn.elementwise or not all(np.all(x) for x in drawn.at):
        return
    rng = drawn.rng
    sizes = np.floor(np.exp(rng.uniform(np.log(4), np.log(1e3), (len(drawn.call.args), 4))))
    offsets = (1 + np.arange(len(sizes))[:, None]) / 16  # so that no two are equal, nor integers
    columns = list((sizes + offsets) * rng.choice([-1.0, 1.0], sizes.shape))
    args = _inside(drawn, columns)
    out = np.asarray(drawn.primitive.forward(*args))
    moderate = np.abs(out) < 1e100
    if not moderate.any():
        return
    far = drawn.elsewhere(Call(tuple(x[moderate] for x in args)))
    report = first_order(far.of, far.at, far.rng)
    if report.verdict == FAIL:
        if report.analytic is None or not np.isfinite(report.analytic):
            report = replace(report, hint=f"{report.hint}; {DECLARE}")
        raise GradientMismatch(report)


def pullback_is_linear_to_the_bit(drawn: DrawnCall) -> None:
    """7. vjp(-2 ct) == -2 vjp(ct): no rounding can spoil a factor of 2."""
    got = drawn.pull(drawn.call.args, -2 * drawn.cotangent)
    expected = [-2 * g for g in drawn.gradients]
    drawn.compare("linear", "the rule of -2 ct is not -2 times the rule of ct", got, expected)


def results_do_not_share_memory(drawn: DrawnCall) -> None:
    """8. Two gradients never share memory, neither of two calls of a rule nor of two leaves."""
    args, out = drawn.call.args, drawn.value
    first = drawn.rules(args, out, np.array(drawn.cotangent))
    second = drawn.rules(args, out, np.array(drawn.cotangent))
    for a in first:
        for b in second:
            if _share(a, b) and not any(_share(a, x) for x in (*args, out)):
                raise drawn.fail("alias", "the rule returns the same array twice; a copy is needed")
    _grads_are_apart(drawn)


def _grads_are_apart(drawn: DrawnCall) -> None:
    leaves, inputs = drawn.on_leaves()
    ct = np.array(drawn.cotangent)
    apply(drawn.primitive, tuple(inputs), drawn.call.params).backward(ct)
    grads = [leaf.grad for leaf in leaves]
    for n, grad in enumerate(grads):
        if any(_share(grad, other) for other in (ct, *drawn.at, *grads[:n])):
            raise drawn.fail("alias", "a leaf's grad shares memory with another array")


def _share(a: Any, b: Any) -> bool:
    both = isinstance(a, np.ndarray) and isinstance(b, np.ndarray)
    return both and np.shares_memory(a, b)


def memory_layout_does_not_matter(drawn: DrawnCall) -> None:
    """9. C, Fortran, reversed, strided and 0-stride arrays give the same gradients."""
    for name, lay in LAYOUTS.items():
        args, ct = list(drawn.call.args), lay(drawn.cotangent)
        for i in drawn.active:
            args[i] = lay(np.asarray(args[i]))[()]
        if name == "0-stride":  # all elements are equal here, so compare with a copy of that
            _compare_with_copy(drawn, list(drawn.call.args), ct)
            if drawn.elementwise:
                _compare_with_copy(drawn, args, ct)
            continue
        reason = f"with {name} arrays the gradient is another"
        drawn.compare("layout", reason, drawn.pull(args, ct), drawn.gradients, drawn.allowed)


def _compare_with_copy(drawn: DrawnCall, args: list[Any], ct: Array) -> None:
    copies = drawn.on_active(lambda x: np.array(x)[()], args)
    same = drawn.elsewhere(Call(tuple(copies), drawn.call.params))
    got, expected = drawn.pull(args, ct), drawn.pull(copies, np.array(ct))
    if all(equal(g, e) for g, e in zip(got, expected, strict=True)):
        return  # as a rule; the bound below takes a while
    # Sums over 0-stride arrays may run in another order, and in either they may cancel to 0.
    allowed = gradient_bound(same.of, same.at, as_vector([np.array(ct)]), drawn.rng)
    drawn.compare("layout", "with 0-stride arrays the gradient is another", got, expected, allowed)


def scalars_and_empty_arrays_work(drawn: DrawnCall) -> None:
    """10. 0-d values and arrays without elements have gradients of their shape."""
    edge = drawn.elsewhere(drawn.edge)
    edges = [edge]
    if drawn.elementwise:
        numbers = tuple(np.asarray(x).flat[0] if np.size(x) else x for x in drawn.call.args)
        if all(np.ndim(x) == 0 for x in numbers):
            edges.append(drawn.elsewhere(Call(numbers)))
    for case in edges:
        with case.guarded("scalars and empty arrays work"):
            gradients = case.pull(case.call.args, case.cotangent[()])
            for i, g in zip(case.active, gradients, strict=True):
                if g.shape != np.shape(case.call.args[i]):
                    raise case.fail("edge", f"gradient {g.shape} of input {i}")
            if case.value.size:
                derivative_equals_the_numerical_one(case)


def a_shared_input_gets_the_sum(drawn: DrawnCall) -> None:
    """11. In f(x, x), and in two uses of f(x), the contributions add up."""
    _shared_by_two_inputs(drawn)
    _shared_by_two_calls(drawn)


def _shared_by_two_inputs(drawn: DrawnCall) -> None:
    for i, j in _twins(drawn):
        args = list(drawn.call.args)
        args[j] = np.array(args[i])
        leaf = Tensor(args[i], requires_grad=True)
        shared = [leaf if k in (i, j) else x for k, x in enumerate(args)]
        out = apply(drawn.primitive, tuple(shared), drawn.call.params)
        ct = random_signs(out.shape, drawn.rng)
        apart = drawn.pull(args, ct)
        (together,) = gradients.pull([out], [leaf], [ct])
        expected = apart[drawn.active.index(i)] + apart[drawn.active.index(j)]
        bound = [SAFETY * ROUNDINGS * UNIT * np.abs(expected)]
        drawn.compare("shared", f"inputs {i} and {j} are one", [together], [expected], bound)


def _shared_by_two_calls(drawn: DrawnCall) -> None:
    leaves, inputs = drawn.on_leaves()
    outs = [apply(drawn.primitive, tuple(inputs), drawn.call.params) for _ in range(2)]
    got = gradients.pull(outs, leaves, [drawn.cotangent[()], 3 * drawn.cotangent[()]])
    expected, allowed = [4 * g for g in drawn.gradients], [4 * bound for bound in drawn.allowed]
    drawn.compare("shared", "two uses do not add up", got, expected, allowed)


def _twins(drawn: DrawnCall) -> Iterator[tuple[int, int]]:
    """Yield pairs of inputs that may be the same array."""
    args, domains = drawn.call.args, drawn.primitive.domain
    for n, j in enumerate(drawn.active):
        for i in drawn.active[:n]:
            last = domains[min(j, len(domains) - 1)]
            fits = drawn.elementwise or np.shape(args[i]) == np.shape(args[j])
            if fits and np.all(last.covers(args[i])):
                yield i, j


def narrow_dtypes_agree_with_float64(drawn: DrawnCall) -> None:
    """12. The rule computes the same in float32 and float16, but for their rounding."""
    for dtype in (np.float32, np.float16):
        args, name = drawn.astype(dtype), np.dtype(dtype).name
        try:
            drawn.primitive.forward(*args, **drawn.call.params)
        except TypeError:  # NumPy's linear algebra has no float16
            if dtype == np.float16:
                continue
            raise
        narrow = [x.astype(dtype) for x in drawn.at]
        weights = as_vector([drawn.cotangent.astype(dtype)])
        of = drawn.application(args)
        got, expected, allowed = narrow_difference(of, narrow, weights, drawn.rng)
        drawn.compare(name, f"{name} differs from float64", got, expected, allowed)


def no_nan_appears(drawn: DrawnCall) -> None:
    """13. Infinities stay where they are, and extreme inputs have a gradient like any other."""
    if drawn.elementwise or drawn.primitive.spec.region is not None:
        _infinite_cotangents_stay_out(drawn)
    if drawn.elementwise:
        _extremes_have_gradients(drawn)


def _infinite_cotangents_stay_out(drawn: DrawnCall) -> None:
    """Where a gradient is 0 whatever the cotangent, an infinite cotangent must not make it NaN."""
    rng = drawn.rng
    args = list(drawn.call.args)
    for i in drawn.active:  # no element may be 0: 0 times infinity is NaN, rightly
        args[i] = np.asarray(args[i]) * (1 + 1e-3 * rng.uniform(0.5, 1, np.shape(args[i])))
        if not np.all(args[i]):
            return
    infinite = drawn.on_active(lambda x: np.full_like(x, np.inf), args)
    if np.isnan(drawn.primitive.forward(*infinite, **drawn.call.params)).any():
        return  # forwards, too, it makes NaN of an infinity
    zero = [g == 0 for g in drawn.pull(args, drawn.cotangent)]
    got = drawn.pull(args, np.full_like(drawn.cotangent, np.inf))
    expected = [np.where(z, 0.0, g) for z, g in zip(zero, got, strict=True)]
    reason = "no derivative here, and yet 0 times an infinite cotangent makes it NaN; use where"
    drawn.compare("infinity", reason, got, expected)


def _extremes_have_gradients(drawn: DrawnCall) -> None:
    pairs = np.concatenate([EXTREMES, -EXTREMES])
    columns = [np.roll(pairs, 5 * i) for i in range(len(drawn.call.args))]
    args = _inside(drawn, columns)
    out = np.asarray(drawn.primitive.forward(*args))
    for i, g in zip(drawn.active, drawn.pull(args, np.ones_like(out)), strict=True):
        bad = np.isfinite(out) & np.isnan(g)
        if bad.any():
            here = drawn.elsewhere(Call(tuple(x[bad][0] for x in args)))
            reason = f"the value is finite and the gradient of input {i} is NaN"
            raise here.fail("extreme", reason, hint=_remedy(args, bad))


def _remedy(args: list[Array], bad: Array) -> str:
    """Say how to declare that a primitive is for smaller numbers; of one input, for which."""
    if len(args) > 1:
        return DECLARE
    (x,) = args
    least, most = (
        np.max(x[bad & (x < 0)], initial=-np.inf),
        np.min(x[bad & (x > 0)], initial=np.inf),
    )
    low = -np.inf if np.isinf(least) else np.min(x[x > least])
    high = np.inf if np.isinf(most) else np.max(x[x < most])
    ends = ", ".join(f"{end:g}".replace("inf", "np.inf") for end in (low, high))
    return f"{DECLARE}, here ag.Domain({ends})" if low < high else DECLARE


@lru_cache
def check_extremes(primitive: Primitive) -> None:
    """Run that part of check 13 which needs no call before one is drawn.

    So what fails there fails at once, and Hypothesis has nothing to make simpler.
    """
    if primitive.arity is None or primitive.spec.signature is not None:
        return
    columns = Call((np.concatenate([EXTREMES, -EXTREMES]),) * primitive.arity)
    drawn = DrawnCall(primitive, columns, columns, 0, None)
    try:
        drawn = drawn.elsewhere(Call(tuple(_inside(drawn, list(columns.args)))))
        if not drawn.elementwise or not drawn.value.size:
            return
    except Exception:  # it is not elementwise, or needs parameters
        return
    failure = _failure(_extremes_have_gradients, drawn)
    if failure is not None and failure.report.check == "extreme":
        raise failure


def run(check: Check, drawn: DrawnCall) -> None:
    """Run one check; an error inside a rule is a failure of the check like any other.

    All failures are of one class and raised by one line, without an error of before as their
    context.  So they are one failure to Hypothesis, which shows the simplest and no ExceptionGroup.
    """
    failure = _failure(check, drawn)
    if failure is not None:
        raise failure


def _failure(check: Check, drawn: DrawnCall) -> CheckError | None:
    try:
        with drawn.guarded(check.__name__.replace("_", " ")), np.errstate(all="ignore"):
            check(drawn)
    except CheckError as error:
        own = no_nan_appears if check is _extremes_have_gradients else check
        number = CHECKS.index(own) + 1 if own in CHECKS else 0
        failure = FailedCheck(replace(error.report, number=number))
        failure.__cause__ = error.__cause__
        return failure
    return None


def _inside(drawn: DrawnCall, columns: list[Array]) -> list[Array]:
    """Keep the places where all inputs are in their domains; of conditions, make booleans."""
    domains = drawn.primitive.domain
    inside = np.all([d.covers(x) for d, x in zip(domains, columns, strict=True)], axis=0)
    return [x[inside] if i in drawn.active else x[inside] > 0 for i, x in enumerate(columns)]


def the_second_derivative_is_right(drawn: DrawnCall) -> None:
    """14. The rules, recorded, have the same values and a right derivative of their own."""
    twice = drawn.of.pullback(drawn.rng)
    at = twice.start()
    with twice.recorded(at) as (_, gradients):
        recorded = [np.asarray(g.data) for g in gradients]
    cotangent = as_vector(at[len(drawn.at) :])
    plain = drawn.of.pulled(drawn.at, cotangent)
    allowed = gradient_bound(drawn.of, drawn.at, cotangent, drawn.rng)
    reason = "called with Tensors the rule gives another value"
    drawn.compare("order 2", reason, recorded, plain, allowed)
    _settle(drawn, first_order(twice, at, drawn.rng))


def the_complex_step_agrees(drawn: DrawnCall) -> None:
    """15. For an analytic function, Im f(x + i h v) / h is the derivative to the last digits."""
    if not drawn.primitive.spec.analytic or drawn.value.size == 0:
        return
    v = random_direction(drawn.at, drawn.rng)
    args = list(drawn.call.args)
    for i, x, d in zip(drawn.active, drawn.at, v, strict=True):
        args[i] = x + 1j * IMAGINARY_STEP * d
    out = np.asarray(drawn.primitive.forward(*args, **drawn.call.params))
    if out.dtype.kind != "c":
        raise drawn.fail(
            "complex step", "declared analytic, but of complex numbers it has no complex value"
        )
    exact = np.sum(drawn.cotangent * out.imag / IMAGINARY_STEP)
    analytic = sum(float(np.sum(g * d)) for g, d in zip(drawn.gradients, v, strict=True))
    allowed = sum(float(np.sum(a * np.abs(d))) for a, d in zip(drawn.allowed, v, strict=True))
    allowed += ROUNDINGS * UNIT * float(np.sum(np.abs(drawn.cotangent * out.imag))) / IMAGINARY_STEP
    if not abs(exact - analytic) <= allowed:
        raise drawn.fail(
            "complex step",
            f"<w, J v> is {exact:.17g} by the complex step and {analytic:.17g} by the rules",
        )


def forward_mode_is_right(drawn: DrawnCall) -> None:
    """16. <w, J v> by forward mode, which begins with cotangents of 0, is <J^T w, v>."""
    v = random_direction(drawn.at, drawn.rng)
    pushed = drawn.of.pushed(drawn.at, v)[0]
    tangent = float(np.sum(drawn.cotangent * pushed))
    reverse = sum(float(np.sum(g * d)) for g, d in zip(drawn.gradients, v, strict=True))
    allowed = sum(float(np.sum(a * np.abs(d))) for a, d in zip(drawn.allowed, v, strict=True))
    allowed += ROUNDINGS * UNIT * float(np.sum(np.abs(drawn.cotangent * pushed)))
    if not abs(tangent - reverse) <= allowed:
        raise drawn.fail(
            "forward",
            f"<w, J v> is {tangent:.17g} by jvp and {reverse:.17g} by the gradients: a rule must "
            "be linear in its cotangent where that is 0, too",
        )


def the_choice_of_inputs_does_not_matter(drawn: DrawnCall) -> None:
    """17. A gradient is the same whichever other inputs are differentiated besides."""
    for chosen in _choices(drawn.active):
        inputs = [
            Tensor(x, requires_grad=True) if i in chosen else x
            for i, x in enumerate(drawn.call.args)
        ]
        out = apply(drawn.primitive, tuple(inputs), drawn.call.params)
        pulled = gradients.pull([out], [inputs[i] for i in chosen], [drawn.cotangent])
        alone = dict(zip(chosen, map(np.asarray, pulled), strict=True))
        together = zip(drawn.active, drawn.gradients, strict=True)
        got = [alone.get(i, g) for i, g in together]
        reason = f"differentiated by {_listed(chosen)} alone the gradient is another"
        drawn.compare("choice", reason, got, drawn.gradients, drawn.allowed)


def _choices(active: list[int]) -> Iterator[tuple[int, ...]]:
    """Yield all choices of some inputs, or single ones where there are many."""
    for size in range(1, len(active) if len(active) <= MOST_SUBSETS else 2):
        yield from combinations(active, size)


def _listed(chosen: Sequence[int]) -> str:
    return f"input{'s' * (len(chosen) > 1)} {' and '.join(map(str, chosen))}"


CHECKS: tuple[Check, ...] = (
    values_equal_the_reference,
    shapes_and_dtypes_are_those_of_the_inputs,
    nothing_is_changed_in_place,
    a_second_run_is_the_same,
    derivative_equals_the_numerical_one,
    large_numbers_are_right_too,
    pullback_is_linear_to_the_bit,
    results_do_not_share_memory,
    memory_layout_does_not_matter,
    scalars_and_empty_arrays_work,
    a_shared_input_gets_the_sum,
    narrow_dtypes_agree_with_float64,
    no_nan_appears,
    the_second_derivative_is_right,
    the_complex_step_agrees,
    forward_mode_is_right,
    the_choice_of_inputs_does_not_matter,
)
