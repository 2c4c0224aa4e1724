"""The battery derives its calls from declarations, and names what it lacks."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from scipy import special

import autograd as ag
from autograd.testing import battery, check_grad, strategies
from autograd.testing.input_specs import calls
from tests.mutation.faults import ARGUMENTS, STANDING
from tests.refusals import assert_refused

erf = ag.primitive(
    vjps=(lambda ct, out, x: ct * ag.exp(-x * x) * (2 / np.pi**0.5),),
    spec=ag.Spec(reference=special.erf, analytic=True),
    name="erf",
)(special.erf)

soft_threshold = ag.primitive(
    vjps=(
        lambda ct, out, x: ag.where(abs(x.data if isinstance(x, ag.Tensor) else x) > 0.25, ct, 0.0),
    ),
    spec=ag.Spec(region=lambda x: np.sign(x) * (abs(x) > 0.25)),
    name="soft_threshold",
)(lambda x: np.sign(x) * np.maximum(abs(x) - 0.25, 0))

bilinear = ag.primitive(
    vjps=(
        lambda ct, out, x, a, y: ag.einsum("...,...ij,...j->...i", ct, a, y),
        lambda ct, out, x, a, y: ag.einsum("...,...i,...j->...ij", ct, x, y),
        lambda ct, out, x, a, y: ag.einsum("...,...i,...ij->...j", ct, x, a),
    ),
    spec=ag.Spec(
        signature="(n),(n,m),(m)->()",
        reference=lambda x, a, y: (x[..., None, :] @ a @ y[..., None])[..., 0, 0],
    ),
    name="bilinear",
)(lambda x, a, y: np.einsum("...i,...ij,...j->...", x, a, y))

scaled = ag.primitive(vjps=(lambda ct, out, x, factor: ct * factor,), name="scaled")(
    lambda x, factor: x * factor
)

summed = ag.primitive(
    vjps=lambda ct, out, *xs, needed: [ct if n else None for n in needed], name="summed"
)(lambda *xs: sum(xs[1:], xs[0]))

chosen = ag.primitive(
    vjps=(None, lambda ct, out, k, x: ct * k),
    name="times an integer",
    spec=ag.Spec(reference=np.multiply),
)(lambda k, x: k * x)

OF_USERS = {
    "erf": (erf, None),
    "a region": (soft_threshold, None),
    "a signature": (bilinear, None),
    "parameters": (
        scaled,
        st.tuples(st.tuples(strategies.arrays()), st.just({"factor": 3.0})),
    ),
    "a joint rule": (
        summed,
        st.tuples(st.tuples(strategies.arrays((2,)), strategies.arrays((2,))), st.just({})),
    ),
    "an input without a rule": (
        chosen,
        st.tuples(st.tuples(st.just(np.array([1, 2])), strategies.arrays((2,))), st.just({})),
    ),
}


@pytest.mark.parametrize("name", OF_USERS)
@given(data=st.data())
def test_a_right_primitive_of_a_user_passes(name, data):
    p, arguments = OF_USERS[name]
    assert all(battery(p, data, arguments=arguments))


@pytest.mark.parametrize("p", STANDING, ids=str)
@given(data=st.data())
def test_the_hand_written_derivatives_of_the_faults_are_right(p, data):
    battery(p, data, arguments=ARGUMENTS.get(p.name))


def run(p, arguments=None, **options):
    @settings(max_examples=50, deadline=None, database=None, report_multiple_bugs=False)
    @given(data=st.data())
    def test(data):
        battery(p, data, arguments=arguments, **options)

    test()


def test_a_wrong_value_is_found_with_a_reference():
    with pytest.raises(ag.testing.GradientMismatch, match="reference"):
        run(erf, reference=lambda x: special.erf(x) * (1 + 1e-12))


def test_a_kink_without_a_region_is_inconclusive():
    relu = ag.primitive(vjps=(lambda ct, out, x: ag.where(x > 0, ct, 0.0),), name="relu")(
        lambda x: np.maximum(x, 0)
    )
    with pytest.raises(ag.testing.InconclusiveCheck, match="kink"):
        run(relu)


def test_an_error_in_a_rule_is_a_failure_of_the_check():
    bad = ag.primitive(vjps=(lambda ct, out, x: ct * x[0],), name="bad")(lambda x: x * 1.0)
    with pytest.raises(ag.testing.GradientMismatch, match="bad"):
        run(bad)


def test_a_failure_shrinks_to_readable_numbers():
    swapped = ag.primitive(
        vjps=(lambda ct, out, a, b: ct * b, lambda ct, out, a, b: ct * b), name="product"
    )(lambda a, b: a * b)
    with pytest.raises(ag.testing.GradientMismatch) as caught:
        run(swapped)
    assert caught.value.report.inputs == (("a", 0.0), ("b", 0.125))


def test_parameters_without_a_default_must_be_given():
    needs = "scaled needs factor; give them with arguments="
    assert_refused(lambda: run(scaled), ag.RuleError, "battery: " + needs)
    assert_refused(lambda: run(summed), ag.RuleError, "takes any number of inputs")


@pytest.mark.parametrize("p", ag.primitives(), ids=str)
@settings(max_examples=settings.default.max_examples // 3)  # of more than a hundred primitives
@given(data=st.data())
def test_the_calls_of_every_primitive_are_valid_and_finite(p, data):
    call = data.draw(calls(p))
    assert np.isfinite(p.forward(*call.args, **call.params)).all()
    edge = data.draw(calls(p, empty=True))
    p.forward(*edge.args, **edge.params)


@pytest.mark.parametrize("p", ag.primitives(), ids=str)
def test_empty_calls_have_something_empty(p):
    def is_empty(call):
        values = [*call.args, p.forward(*call.args, **call.params)]
        return any(np.size(x) == 0 for x in values)

    assert find(calls(p, empty=True), is_empty)


def test_without_hypothesis_the_checks_work_and_the_battery_says_what_to_install():
    code = """
import sys
sys.modules["hypothesis"] = None
import autograd as ag
print(ag.testing.check_grad(ag.exp, 1.0).verdict)
try:
    ag.testing.battery
except ImportError as error:
    print(error)
"""
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert found.splitlines() == [
        "PASS",
        "autograd.testing.battery needs Hypothesis: pip install 'glassgrad[testing]'",
    ]


@pytest.mark.parametrize("name", ["dev", "ci", "nightly"])
def test_profiles_have_no_deadline_and_print_how_to_reproduce(name):
    from autograd.testing.profiles import PROFILES

    assert PROFILES[name].deadline is None
    assert PROFILES[name].print_blob


def primitive_of(forward, rule, **declared):
    return ag.primitive(vjps=(rule,), name="mine", **declared)(forward)


def test_a_value_that_is_not_finite_is_inconclusive_and_names_the_domain():
    mine = primitive_of(np.log, lambda ct, out, x: ct / x)
    with pytest.raises(ag.testing.InconclusiveCheck, match=r"exists: domain=ag\.Domain"):
        run(mine)


def test_a_branch_far_from_zero_is_seen():
    mine = primitive_of(
        lambda x: np.logaddexp(x, 0.0),
        lambda ct, out, x: ct * ag.where(x > 20, 2.0, 1.0) / (1 + ag.exp(-x)),
    )
    with pytest.raises(ag.testing.GradientMismatch):
        run(mine)


@pytest.mark.parametrize(
    ("forward", "text"),
    [
        (lambda x: x.tolist(), "the forward rule returns"),
        (lambda x: [2 * x], "the forward rule returns list"),
    ],
)
def test_a_forward_rule_that_returns_no_array_fails(forward, text):
    with pytest.raises(ag.testing.GradientMismatch, match=text):
        run(primitive_of(forward, lambda ct, out, x: ct))


def test_a_rule_that_returns_no_floats_fails():
    with pytest.raises(ag.testing.GradientMismatch, match="a cotangent is made of floats"):
        run(primitive_of(lambda x: x * 1.0, lambda ct, out, x: None))


@pytest.mark.parametrize("error", [AssertionError, RuntimeError])
def test_any_error_in_a_forward_rule_is_a_failure_with_a_report(error):
    def forward(x):
        raise error("broken")

    with pytest.raises(ag.testing.GradientMismatch, match="broken"):
        run(primitive_of(forward, lambda ct, out, x: ct))


def test_a_random_rule_fails_as_a_second_run_differs():
    rng = np.random.default_rng(0)
    mine = primitive_of(lambda x: 2 * x, lambda ct, out, x: ct * rng.uniform(1, 2))
    with pytest.raises(ag.testing.GradientMismatch, match="a second run of the rule differs"):
        run(mine)


def test_a_strategy_in_place_of_data_is_refused():
    assert_refused(lambda: ag.testing.battery(ag.exp, st.data()), ag.RuleError, "write @given")


def test_a_rule_that_overflows_fails_at_once_and_the_message_names_check_and_domain():
    calls = []

    def rule(ct, out, x):
        calls.append(1)
        return ct * ag.exp(-x) / (1 + ag.exp(-x)) ** 2

    logistic = primitive_of(lambda x: 1 / (1 + np.exp(-x)), rule)

    @given(data=st.data())
    def test(data):  # with Hypothesis' own settings
        battery(logistic, data)

    with pytest.raises(ag.testing.GradientMismatch) as caught:
        test()
    assert "[check 13, extreme]" in str(caught.value)
    assert "domain=ag.Domain(low, high), here ag.Domain(-30, np.inf)" in caught.value.report.hint
    assert len(calls) < 10
    run(primitive_of(logistic.primitive.forward, rule, domain=ag.Domain(-30, np.inf)))


def test_a_check_that_fails_in_two_ways_is_one_failure():
    angle = ag.primitive(
        vjps=(
            lambda ct, out, y, x: ct * x / (x * x + y * y),
            lambda ct, out, y, x: -ct * y / (x * x + y * y),
        )
    )(np.arctan2)

    @settings(database=None, phases=[Phase.generate])
    @given(data=st.data())
    def test(data):  # a jump on the negative half-axis, and 0 / 0 at 0
        battery(angle, data)

    with pytest.raises(ag.testing.CheckError, match="check 5"):
        test()


def test_an_error_in_a_rule_is_the_cause_of_the_failure():
    bad = primitive_of(lambda x: x * 1.0, lambda ct, out, x: ct * x.nothing)
    with pytest.raises(ag.testing.GradientMismatch) as caught:
        run(bad)
    assert isinstance(caught.value.__cause__, AttributeError)


@pytest.mark.parametrize(("dtype", "digits"), [(np.float32, 3), (np.float16, 1)])
def test_a_narrow_dtype_that_loses_digits_is_found(dtype, digits):
    def rule(ct, out, x):
        return np.round(ct * ag.cos(x), digits) if ct.dtype == dtype else ct * ag.cos(x)

    with pytest.raises(ag.testing.GradientMismatch, match=np.dtype(dtype).name):
        run(primitive_of(np.sin, rule))


def test_a_gradient_beyond_the_range_of_float16_is_no_failure():
    steep = primitive_of(lambda x: x * 3e4, lambda ct, out, x: ct * 3e4)
    check_grad(lambda x: steep(x) * 4.0, np.float16(0.25), allow_inconclusive=False)
    at = st.tuples(st.tuples(st.just(np.array([0.125])), st.just(np.array([-4.0]))), st.just({}))
    run(ag.power, arguments=at)
