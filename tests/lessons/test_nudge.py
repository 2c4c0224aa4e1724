"""A nudge measures what the gradient leaves over, and never gives rounding a name it has not."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd as ag
from autograd.lessons.verdict import Rung, judge

nudge = ag.lessons.nudge


def leaf(value, name="x"):
    return ag.tensor(value, requires_grad=True, name=name)


def neuron():
    """Return the lecture's example of deck 1."""
    values = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
    w0, x0, w1, x1, w2 = (leaf(v, name) for name, v in values.items())
    return 1.0 / (1.0 + ag.exp(-(w0 * x0 + w1 * x1 + w2)))


def logistic(z):
    return 1 / (1 + math.exp(-z))


def test_the_lectures_neuron_moves_as_its_formula_says():
    moved = nudge(neuron(), "w0", by=0.1)
    s, there = logistic(1.0), logistic(0.9)
    assert moved.before == pytest.approx(s, rel=1e-15)
    assert moved.after == pytest.approx(there, rel=1e-15)
    assert moved.real == pytest.approx(there - s, rel=1e-13)
    assert moved.predicted == pytest.approx(-s * (1 - s) * 0.1, rel=1e-13)
    assert moved.remainder == pytest.approx(there - s + s * (1 - s) * 0.1, rel=1e-11)
    assert moved.verdict.order == 2


def test_the_account_of_the_lectures_neuron_can_be_read():
    assert str(nudge(neuron(), "w0")).splitlines() == [
        "Move w0 from 2.00 to 2.10:",
        "  real change          f(2.10) - f(2.00) = 0.71095 - 0.73106 = -0.02011",
        "  gradient x change    df/dw0 x 0.10 = -0.19661 x 0.10 = -0.01966",
        "  what is left over    -0.00045, of second order: half the step leaves a quarter",
        "",
        "  step     real       predicted  left over",
        "  0.10     -0.020109  -0.019661  -0.000448",
        "  0.05     -0.009943  -0.009831  -0.000113",
        "  0.025    -0.004944  -0.004915  -0.000028",
        "  0.0125   -0.002465  -0.002458  -0.000007",
        "  0.00625  -0.001231  -0.001229  -0.000002",
    ]


@given(
    st.floats(-5, 5).filter(lambda a: abs(a) > 1e-3),
    st.floats(-5, 5),
    st.floats(-5, 5),
    st.floats(-5, 5),
    st.floats(0.01, 2.0),
)
def test_a_quadratic_leaves_its_curvature_times_the_square_of_the_step(a, b, c, x, h):
    t = leaf(x)
    moved = nudge(a * t * t + b * t + c, t, by=h)
    size = abs(a) * (abs(x) + h) ** 2 + abs(b) * (abs(x) + h) + abs(c)
    assert moved.remainder == pytest.approx(a * moved.by**2, abs=1e-14 * size)
    assert moved.verdict.order in (2, None)


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=5), st.floats(-2, 2), st.floats(0.1, 1))
def test_a_polynomial_leaves_the_rest_of_its_taylor_series(coefficients, x, h):
    t = leaf(x)
    y = t * 0.0
    for c in reversed(coefficients):
        y = y * t + float(c)
    moved = nudge(y, t, by=h)
    p = np.polynomial.Polynomial(coefficients)
    h = moved.by
    rest = sum(p.deriv(k)(x) * h**k / math.factorial(k) for k in range(2, len(coefficients)))
    assert moved.remainder == pytest.approx(rest, abs=1e-11, rel=1e-9)


@given(st.floats(-3, 3), st.floats(1e-6, 1), st.sampled_from([ag.sin, ag.exp, ag.tanh, ag.relu]))
def test_the_real_change_is_the_predicted_one_and_what_is_left_over(x, h, f):
    t = leaf(x)
    for rung in nudge(f(t * 1.5), t, by=h).ladder:
        rounding = 2e-16 * (abs(rung.predicted) + abs(rung.remainder)) + 1e-300
        assert rung.real == pytest.approx(rung.predicted + rung.remainder, rel=0, abs=rounding)


@given(st.floats(-3, 3), st.integers(-14, 0), st.sampled_from([ag.sin, ag.exp, ag.tanh, ag.cos]))
def test_a_smooth_function_is_never_said_to_have_a_kink_or_a_wrong_gradient(x, power, f):
    t = leaf(x)
    verdict = nudge(f(t * 1.5) * 2.0, t, by=10.0**power).verdict
    assert verdict.kind in ("curve", "rounding", "unclear", "linear")
    assert verdict.order != 1


def test_remainders_that_happen_to_halve_are_not_taken_for_first_order():
    t = leaf(-0.0625)  # the second and the third order cancel at some step
    moved = nudge(ag.sin(t * 1.5) * 2.0, t, by=1.0)
    assert "of second order: at smaller steps half the step leaves a quarter" in str(moved)


@given(
    st.floats(-100, 100),
    st.floats(-100, 100),
    st.floats(-100, 100),
    st.integers(-9, 1),
    st.booleans(),
)
def test_a_linear_function_leaves_nothing_but_rounding(a, b, x, power, single):
    dtype = np.float32 if single else np.float64
    t = leaf(dtype(x))
    h = 10.0**power * max(1.0, abs(x)) * (1e4 if single else 1)
    moved = nudge(t * a * 3.0 - b + t / 7.0, t, by=h)
    assert moved.verdict.kind == "linear"
    assert abs(moved.remainder) <= moved.rounding


def test_a_sum_over_a_thousand_elements_is_linear():
    x = leaf(np.linspace(-1, 1, 1000))
    moved = nudge(ag.sum(x * 0.3), x, at=17, by=1e-3)
    assert moved.verdict.kind == "linear"


def test_a_linear_function_says_so():
    t = leaf(0.5)
    assert "left over    nothing: f is linear in x here" in str(nudge(3.0 * t, t, by=0.5))


def test_a_tiny_step_is_said_to_be_lost_in_rounding():
    text = str(nudge(neuron(), "w0", by=1e-9))
    assert "lost in rounding, which may leave" in text
    assert "of second order" not in text
    assert "f(2.00 + 1e-09) - f(2.00)" in text


@pytest.mark.parametrize(("f", "x"), [(ag.relu, 0.0), (abs, 0.0), (ag.leaky_relu, 0.0)])
def test_at_a_kink_half_the_step_leaves_half(f, x):
    t = leaf(x)
    moved = nudge(f(t), t, by=0.1)
    assert (moved.verdict.kind, moved.verdict.order) == ("kink", 1)
    assert [round(r.remainder / moved.remainder, 12) for r in moved.ladder] == [
        1.0,
        0.5,
        0.25,
        0.125,
        0.0625,
    ]
    assert "half the step leaves half; there is a kink within the step" in str(moved)


@pytest.mark.parametrize("x", [-0.05, -0.003, -0.09])
@pytest.mark.parametrize("f", [ag.relu, abs, ag.leaky_relu, ag.elu])
def test_a_kink_that_only_large_steps_reach_is_named(f, x):
    t = leaf(x)
    assert nudge(f(t), t, by=0.1).verdict.kind == "kink"


@pytest.mark.parametrize("f", [ag.relu, abs, ag.leaky_relu])
@pytest.mark.parametrize(("x", "by"), [(0.5, 0.1), (-0.5, 0.1), (0.5, -0.4), (0.5, 1e-9)])
def test_beside_a_kink_a_piecewise_function_is_linear(f, x, by):
    t = leaf(x)
    assert nudge(f(t), t, by=by).verdict.kind == "linear"


def test_the_kink_of_leaky_relu_is_seen_though_its_side_was_recorded():
    t = leaf(-0.05)
    moved = nudge(ag.leaky_relu(t, 0.1), t, by=0.1)
    assert moved.after == pytest.approx(0.05)


def test_a_jump_is_called_a_jump():
    t = leaf(-0.05)
    assert "there is a jump within the step (sign)" in str(nudge(ag.sign(t), t))


def test_where_the_curvature_is_0_the_remainder_is_of_third_order():
    t = leaf(0.0)
    assert nudge(ag.tanh(t), t).verdict.order == 3


def test_a_wrong_gradient_leaves_a_remainder_of_first_order():
    wrong = ag.primitive(vjps=(lambda ct, out, x: 1.1 * ct * out,))(np.exp)
    t = leaf(0.5)
    moved = nudge(wrong(t), t, by=0.01)
    assert (moved.verdict.kind, moved.verdict.order) == ("first", 1)
    assert "the gradient is not the slope of f" in str(moved)


def test_leaving_the_domain_is_said():
    t = leaf(0.05)
    moved = nudge(ag.log(t), t, by=-0.1)
    assert moved.verdict.kind == "undefined"
    assert "f is not finite there" in str(moved)


def test_one_element_of_a_matrix_moves_alone():
    w = leaf([[1.0, 2.0], [3.0, 4.0]], "W")
    moved = nudge(ag.sum(w * w), w, at=(1, -1), by=0.5)
    assert (moved.name, moved.start, moved.end, moved.gradient) == ("W[1, 1]", 4.0, 4.5, 8.0)
    assert moved.remainder == 0.25
    assert str(moved).startswith("Move W[1, 1] from 4.00 to 4.50:")


def test_a_direction_moves_every_element_by_its_own():
    w = leaf([1.0, 2.0], "w")
    moved = nudge(ag.sum(w * w), w, by=[0.5, -1.0])
    assert moved.predicted == 2 * 0.5 - 4 * 1.0
    assert moved.remainder == 0.25 + 1.0
    assert [r.by for r in moved.ladder] == [1.0, 0.5, 0.25, 0.125, 0.0625]
    assert str(moved).startswith("Move w by a change:")


def test_one_number_moves_every_element_of_a_larger_leaf():
    w = leaf([1.0, 2.0])
    assert nudge(ag.sum(w), w, by=0.5).real == 1.0


def test_a_trace_with_a_cotangent_is_weighed_with_it():
    x = leaf([1.0, 2.0])
    moved = nudge(ag.trace(x * x, np.array([10.0, 1.0])), x, at=0, by=0.5)
    assert moved.output == "L"
    assert moved.before == 14.0
    assert moved.real == 10 * (1.5**2 - 1)
    assert moved.remainder == 2.5


def test_an_output_that_is_the_leaf_itself_moves_with_it():
    x = leaf(2.0)
    moved = nudge(x, x, by=0.5)
    assert (moved.real, moved.remainder, moved.verdict.kind) == (0.5, 0.0, "linear")


def test_a_float32_step_is_the_one_that_was_made():
    x = leaf(np.float32(3.0))
    moved = nudge(x * x, x, by=0.1)
    assert moved.by == float(np.float32(3.1)) - 3.0
    assert moved.remainder == pytest.approx(0.01, rel=1e-3)
    assert moved.verdict.order == 2


def test_a_nudge_changes_neither_the_leaf_nor_its_grad():
    x = leaf([1.0, 2.0])
    kept = x.data.copy()
    nudge(ag.sum(x * x), x, at=0)
    assert np.array_equal(x.data, kept)
    assert x.grad is None


@given(st.floats(1e-12, 1e12), st.floats(-1, 1).filter(lambda h: h != 0), st.floats(-9, 9))
def test_a_remainder_that_is_not_0_is_never_written_as_0(scale, h, x):
    t = leaf(x)
    assume(x + h / 16 != x)
    moved = nudge(t * t * scale, t, by=h)
    rows = str(moved).splitlines()[6:]
    for rung, row in zip(moved.ladder, rows, strict=True):
        assert (float(row.split()[-1]) == 0) == (rung.remainder == 0)


def test_too_few_trusted_rungs_have_no_order():
    rungs = [Rung(1.0 / 2**k, 1.0, 1.0, 1e-16 * (k == 0) * 3, 1e-16, ()) for k in range(5)]
    assert judge(rungs).kind == "unclear"


def test_a_trace_that_begins_with_1_is_the_same_as_its_output():
    x = leaf(0.5)
    y = ag.exp(x)
    assert str(nudge(ag.trace(y), x)) == str(nudge(y, x))


def test_through_a_matrix_product_a_move_is_of_second_order_or_linear():
    w, x = leaf([[1.0, -2.0], [0.5, 3.0]], "W"), leaf([0.3, -0.7])
    assert nudge(ag.sum(ag.tanh(w @ x)), w, at=(0, 1)).verdict.order == 2
    assert nudge(ag.sum(w @ x), w, at=(0, 1)).verdict.kind == "linear"
    assert nudge(ag.linalg.det(w), w, at=(0, 1)).verdict.kind == "linear"


def test_where_no_gradient_arrives_there_is_nothing_to_predict():
    blocked = ag.primitive(vjps=(lambda ct, out, x, y: ct, None))(lambda x, y: x + 0 * y)
    x, y = leaf(1.0), leaf(2.0, "y")
    with pytest.raises(ag.GradientError, match="no gradient reaches y"):
        nudge(blocked(x, y), y)


def wrong_calls():
    x, w = leaf(2.0), leaf([1.0, 2.0], "w")
    y = ag.sum(w * w) * x
    n = ag.tensor(3.0, name="n")
    z = y * n
    return [
        (lambda: nudge(z, "q"), ag.DrawingError, "no node has the name"),
        (lambda: nudge(z, leaf(1.0)), ag.DrawingError, "not part of the graph"),
        (lambda: nudge(z, 99), ag.DrawingError, "is not a node"),
        (lambda: nudge(z, y), ag.GradientError, "move a leaf"),
        (lambda: nudge(z, n), ag.GradientError, "has no gradient"),
        (lambda: nudge(z, x, by=math.nan), ag.GradientError, "not a finite number"),
        (lambda: nudge(z, x, by=math.inf), ag.GradientError, "not a finite number"),
        (lambda: nudge(z, x, by="0.1"), ag.GradientError, "not a finite number"),
        (lambda: nudge(z, x, by=True), ag.GradientError, "not a finite number"),
        (lambda: nudge(z, x, by=None), ag.GradientError, "not a finite number"),
        (lambda: nudge(z, x, by=[[1], [1, 2]]), ag.GradientError, "not a finite number"),
        (lambda: nudge(z, x, by=0), ag.GradientError, "by 0 changes nothing"),
        (lambda: nudge(z, w, by=[0.0, 0.0]), ag.GradientError, "by 0 changes nothing"),
        (lambda: nudge(z, x, by=1e-18), ag.GradientError, "too small to change"),
        (lambda: nudge(z, w, by=[1.0, 2.0, 3.0]), ag.ShapeError, "the leaf's shape"),
        (lambda: nudge(z, w, by=[1.0, 2.0], at=0), ag.ShapeError, "moves by one number"),
        (lambda: nudge(z, w, at=2), ag.ShapeError, "not an element of shape"),
        (lambda: nudge(z, w, at=(0, 0)), ag.ShapeError, "not an element of shape"),
        (lambda: nudge(z, w, at="0"), ag.ShapeError, "not an element of shape"),
        (lambda: nudge(z, w, at=True), ag.ShapeError, "not an element of shape"),
        (lambda: nudge(w * 2.0, w), ag.GradientError, "reduce it"),
        (lambda: nudge(n, n), ag.GradientError, "does not require a gradient"),
        (lambda: nudge(3.0, "x"), ag.GradientError, "expected a Tensor"),
        (lambda: nudge(np.ones(2), "x"), ag.GradientError, "expected a Tensor"),
    ]


@pytest.mark.parametrize("case", range(len(wrong_calls())))
def test_what_cannot_be_nudged_is_refused_in_one_line(case):
    call, kind, words = wrong_calls()[case]
    with pytest.raises(kind, match=words) as error:
        call()
    assert str(error.value).startswith("nudge: ")
    assert str(error.value).isprintable()


def test_a_graph_that_is_out_of_date_is_refused():
    x, y = leaf(2.0), leaf(3.0, "y")
    z = x * y
    y.data = 5.0
    with pytest.raises(ag.GradientError, match="compute the output again"):
        nudge(z, x)


def test_a_name_with_braces_and_escapes_is_only_text():
    x = leaf(2.0, "{f}\x1b[31m")
    assert all(line.isprintable() for line in str(nudge(x * x, x)).splitlines())


@pytest.mark.parametrize(
    ("f", "x", "by"),
    [
        (ag.sin, np.float32(0.5), 1e-3),
        (lambda x: x * x + 1e10, 1.0, 1e-3),
        (lambda x: ag.exp(x) * np.float32(1.0), np.float32(1.0), 1e-4),
    ],
)
def test_a_curve_that_hides_in_rounding_is_not_called_a_line(f, x, by):
    x = ag.tensor(x, requires_grad=True, name="x")
    assert ag.lessons.nudge(f(x), x, by=by).verdict.kind == "rounding"


@pytest.mark.parametrize(
    ("f", "kept"),
    [
        (lambda x: ag.sum(ag.where(x > 0, x * 3.0, x * 0.5)), True),
        (lambda x: ag.sum(ag.sort(x) * np.array([1.0, 2.0])), True),
        (lambda x: ag.sum(ag.leaky_relu(x, 0.1)), False),
        (lambda x: ag.sum(x[0:1] * 2.0 + x), False),
    ],
)
def test_choices_by_data_are_said_to_stay_as_recorded(f, kept):
    x = ag.tensor([0.05, 1.0], requires_grad=True, name="x")
    moved = ag.lessons.nudge(f(x), x, at=0, by=-0.2)
    assert moved.chosen == kept
    assert ("what was chosen by data stays as recorded" in str(moved)) == kept


@pytest.mark.parametrize("by", [10.0, -50.0, 1e3, 1e6])
@pytest.mark.parametrize("f", [ag.sigmoid, ag.tanh, ag.softplus, lambda x: ag.sqrt(x * x + 1.0)])
def test_a_right_gradient_is_not_accused_because_the_step_is_large(f, by):
    x = ag.tensor(0.5, requires_grad=True, name="x")
    assert ag.lessons.nudge(f(x * 2.0), x, by=by).verdict.kind not in ("first", "jump")
