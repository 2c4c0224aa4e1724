"""The checks pass what is right, fail what is wrong, and say when they cannot tell."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.core.pytree import flatten
from autograd.testing import check_grad, check_subgradient, check_vjp, taylor_test
from tests.refusals import assert_refused

RNG = np.random.default_rng(0)


def wrong(rule, forward=lambda x: x * x, name="square"):
    return ag.primitive(vjps=(rule,), name=name)(forward)


half = wrong(lambda ct, out, x: ct * x)
swapped = ag.primitive(
    vjps=(lambda ct, out, a, b: ct * b, lambda ct, out, a, b: ct * b), name="product"
)(lambda a, b: a * b)


def mismatch(call):
    with pytest.raises(ag.testing.GradientMismatch) as caught:
        call()
    assert str(caught.value) == str(caught.value.report)
    return caught.value.report


class Layer:
    """What a module is to a check: callable, with named parameters."""

    def __init__(self):
        self.weight = ag.tensor(RNG.normal(size=(2, 3)), requires_grad=True)
        self.bias = ag.tensor(np.zeros(2), requires_grad=True)
        self.frozen = ag.tensor(np.ones(2))

    def named_parameters(self):
        return [("weight", self.weight), ("bias", self.bias), ("frozen", self.frozen)]

    def parameters(self):
        return [p for _, p in self.named_parameters()]

    def __call__(self, x):
        return ag.tanh(x @ self.weight.T + self.bias) * self.frozen


def convolutional(x, w):
    return ag.sum(ag.relu(ag.conv(x, w, padding=1)) ** 2)


RIGHT = {
    "a number": (ag.sigmoid, 0.5),
    "a nested structure": (
        lambda p, x: {"out": ag.tanh(x @ p["w"][0] + p["b"]), "norm": ag.linalg.norm(p["b"])},
        {"w": [RNG.normal(size=(3, 2))], "b": np.array([1.0, -2.0])},
        RNG.normal(size=(4, 3)),
    ),
    "plain NumPy": (lambda x: np.sum(np.exp(x) * np.sin(x), axis=0), RNG.normal(size=(2, 3))),
    "a cross-entropy": (nn.cross_entropy, RNG.normal(size=(4, 3)), np.array([0, 2, 1, 1])),
    "a convolution": (convolutional, RNG.normal(size=(1, 2, 5, 5)), RNG.normal(size=(3, 2, 3, 3))),
    "a sum that is always 1": (lambda x: ag.sum(ag.softmax(x)), RNG.normal(size=5)),
    "a large offset": (lambda x: x**3 + 1e8, RNG.normal(size=7)),
    "a value that does not depend on x": (lambda x: ag.sum(x * 0.0) + 3.0, RNG.normal(size=3)),
    "a determinant": (ag.linalg.det, RNG.normal(size=(3, 3))),
    "a gradient": (ag.grad(lambda x: ag.sum(ag.sin(x) * x)), RNG.normal(size=3)),
    "a large array": (lambda x: ag.mean(ag.tanh(x) * x), RNG.normal(size=3000)),
}


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("order", [1, 2])
def test_a_right_derivative_passes(name, order):
    report = check_grad(RIGHT[name][0], *RIGHT[name][1:], order=order)
    assert report
    assert report.order == order


@pytest.mark.parametrize("name", sorted(set(RIGHT) - {"a determinant"}))
def test_float32_is_compared_with_float64(name):
    f, *args = RIGHT[name]
    leaves, rebuild = flatten(args)
    narrow = [np.float32(x) if np.asarray(x).dtype.kind == "f" else x for x in leaves]
    assert check_grad(f, *rebuild(narrow), allow_inconclusive=True)


def test_the_third_derivative_can_be_checked():
    assert check_grad(lambda x: ag.sum(ag.sin(x) * ag.exp(x)), np.array([0.3, 1.0]), order=3)


def test_a_module_is_checked_with_its_parameters():
    layer = Layer()
    report = check_grad(layer, RNG.normal(size=(5, 3)), order=2)
    assert [name for name, _ in report.inputs] == ["x", "weight", "bias", "cotangent"]
    assert report


def test_a_fault_in_a_module_is_found_at_the_parameter():
    layer = Layer()
    layer.__class__ = type("Bad", (Layer,), {"__call__": lambda self, x: half(x @ self.weight.T)})
    report = mismatch(lambda: check_grad(layer, np.ones((1, 3)), wrt=layer.weight))
    assert report.name == "weight"
    assert "square#" in report.where


def test_parameters_are_as_before_when_a_check_is_over():
    layer = Layer()
    before = [(p.data.copy(), p.dtype, p.grad) for p in layer.parameters()]
    check_grad(layer, np.ones((2, 3)))
    with pytest.raises(ZeroDivisionError):
        check_grad(lambda x: layer(x) / (1 // 0), np.ones((2, 3)), wrt=[0, layer.weight])
    for p, (data, dtype, grad) in zip(layer.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.data, data)
        assert p.dtype == dtype
        assert p.grad is grad is None


def test_float32_parameters_are_checked_in_float64_and_stay_float32():
    w = ag.tensor(np.array([1.0, -2.0], np.float32), requires_grad=True, name="w")
    assert check_grad(lambda x: ag.sum(ag.tanh(w * x)), np.float32(0.5), wrt=[0, w])
    assert w.dtype == np.float32


def test_wrt_chooses_arguments():
    def f(x, y):
        return x * ag.detach(y)

    assert check_grad(f, 2.0, 3.0, wrt=0)
    assert mismatch(lambda: check_grad(f, 2.0, 3.0, wrt=[-1])).name == "y"


def test_integers_and_flags_are_passed_on():
    assert check_grad(lambda x, n, flag: x**n if flag else x, np.array([1.0, 2.0]), 3, True)


# What is wrong.


def test_a_missing_path_is_found():
    report = mismatch(lambda: check_grad(lambda x: x * x.detach(), 3.0))
    assert report.ratio == pytest.approx(0.5)
    assert abs(report.numeric - report.analytic * 2) <= 10 * report.error
    assert report.error < 1e-10


def test_a_wrong_operation_is_named_with_what_it_was_given():
    def f(x, y):
        with ag.scope("layer1"):
            return ag.sum(ag.exp(swapped(x, y)) * 3.0)

    report = mismatch(lambda: check_grad(f, np.array([1.0, 2.0]), np.array([0.5, -0.25])))
    assert (report.argument, report.name) == (1, "y")
    assert report.where == "product#2 <- x#0, y#1 in layer1"
    assert "argument 0" in report.hint


def test_a_value_that_leaves_the_graph_is_distinguished_from_a_wrong_rule():
    report = mismatch(lambda: check_grad(lambda x: ag.sum(x * np.array(x.data)), np.ones(2)))
    assert "is one of two uses missing" in report.hint
    report = mismatch(lambda: check_grad(lambda x: ag.sum(ag.exp(x)) + x.data.sum(), np.ones(2)))
    assert "right by itself" in report.where


def test_a_rule_that_is_wrong_at_one_element_of_a_thousand_is_found():
    def rule(ct, out, x):
        mask = np.ones(1000)
        mask[617] = 1 + 1e-6
        return ct * ag.cos(x) * mask

    bad = wrong(rule, np.sin, "sin")
    with pytest.raises(ag.testing.GradientMismatch):
        check_grad(bad, np.linspace(-1, 1, 1000))


def test_an_output_is_not_hidden_by_a_larger_one():
    report = mismatch(lambda: check_grad(lambda x: (1e15 * x, ag.sin(ag.detach(x))), 1.0))
    assert report.name == "x"


def test_an_argument_is_not_hidden_by_one_that_counts_more():
    def f(x, y):
        return ag.exp(x), ag.sin(ag.detach(y))

    assert mismatch(lambda: check_grad(f, 40.0, 1.0)).name == "y"
    with pytest.raises(ag.testing.InconclusiveCheck, match="nothing is compared"):
        check_grad(lambda x, y: ag.sum(ag.stack(f(x, y))), 40.0, 1.0)


def test_what_rounding_hides_is_inconclusive_and_not_passed():
    doubled = wrong(lambda ct, out, x: 6 * ct * x * x, lambda x: x**3 + 1e17)
    with pytest.raises(ag.testing.InconclusiveCheck, match="rounding"):
        check_grad(doubled, 2.5)


@pytest.mark.parametrize("size", [1e20, 1e100])
def test_steps_are_seen_at_huge_numbers(size):
    bad = wrong(lambda ct, out, x: 1.01 * ct * ag.cos(x / size) / size, lambda x: np.sin(x / size))
    mismatch(lambda: check_grad(bad, size))


@pytest.mark.parametrize("gap", [30, 60])
def test_a_saturated_cross_entropy_raises_no_alarm(gap):
    for seed in range(10):
        logits = gap * np.eye(3) + np.random.default_rng(seed).normal(size=(3, 3))
        check_grad(lambda z: nn.cross_entropy(z, np.arange(3)), logits, allow_inconclusive=True)


@pytest.mark.parametrize("activation", [ag.tanh, ag.relu], ids=["tanh", "relu"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_networks_raise_no_alarm_and_a_fault_of_one_percent_is_found(activation, dtype):
    rng = np.random.default_rng(3)
    sizes = [(20, 32), (32,), (32, 5), (5,)]
    w = [np.asarray(rng.normal(size=s) / np.sqrt(s[0]), dtype) for s in sizes]
    x, labels = rng.normal(size=(16, 20)).astype(dtype), rng.integers(0, 5, 16)

    def loss(x, w, first=activation):
        return nn.cross_entropy(first(x @ w[0] + w[1]) @ w[2] + w[3], labels)

    assert check_grad(loss, x, w)
    rules = (lambda ct, out, x: 1.01 * ct * (1 - out * out),)
    bad = ag.primitive(vjps=rules, name="tanh")(np.tanh)
    assert "tanh#" in mismatch(lambda: check_grad(loss, x, w, bad)).where


def test_float32_is_checked_through_a_checkpoint_and_in_debug_mode():
    x = np.ones(3, np.float32)
    assert check_grad(ag.checkpoint(lambda x: ag.sum(ag.sin(x) * x)), x)
    with ag.debug():
        assert check_grad(lambda x: ag.sum(ag.sin(x) * x), x)


def test_a_shared_parameter_is_moved_once():
    w = ag.tensor(np.array([1.0, 2.0]), requires_grad=True)
    assert len(check_grad(lambda: ag.sum(w * w), wrt=[w, w]).inputs) == 1


def test_the_wrong_one_of_many_elements_is_named():
    mask = np.ones((40, 50))
    mask[17, 31] = 1.01
    bad = wrong(lambda ct, out, x: ct * ag.cos(x) * mask, np.sin)
    report = mismatch(lambda: check_grad(bad, RNG.normal(size=(40, 50))))
    assert report.index == (17, 31)
    assert report.ratio == pytest.approx(1.01)


def test_a_second_derivative_that_is_detached_is_found_and_located():
    bad = wrong(lambda ct, out, x: ct * 2 * ag.detach(x))
    assert check_grad(lambda x: bad(x) * 3.0, 1.5)
    report = mismatch(lambda: check_grad(lambda x: bad(x) * 3.0, 1.5, order=2))
    assert report.order == 2
    assert report.where.startswith("square#1")
    assert "no gradient arrives" in report.hint


def test_a_cotangent_that_is_clipped_or_masked_is_found():
    clipped = wrong(lambda ct, out, x: 2 * x * (ct.clip(-1, 1) if ct.ndim == 0 else ct))
    assert mismatch(lambda: check_grad(clipped, 1.5)).check == "linear"


def test_a_float32_rule_that_loses_digits_is_found():
    def rule(ct, out, x):
        return (ct * 2 * x).astype(np.float16).astype(ct.dtype) if ct.dtype == "f4" else ct * 2 * x

    bad = wrong(rule)
    x = np.array([1.3, 0.7, -0.3])
    assert check_grad(bad, x)
    report = mismatch(lambda: check_grad(bad, np.float32(x)))
    assert report.check == "float32"


HINTS = {
    "is a sign wrong": lambda ct, out, x: -2 * ct * x,
    "counted twice": lambda ct, out, x: 4 * ct * x,
    "no gradient arrives": lambda ct, out, x: 0 * ct,
    "transposed": lambda ct, out, x: ag.transpose(2 * ct * x),
    "reversed along axis 0": lambda ct, out, x: ag.flip(2 * ct * x, 0),
    "shifted by one along axis 0": lambda ct, out, x: ag.roll(2 * ct * x, 1, 0),
    "a mean where a sum": lambda ct, out, x: 2 * ct * x / 9,
    "not finite": lambda ct, out, x: 2 * ct * x / (x - x),
}


@pytest.mark.parametrize("hint", HINTS)
def test_the_hint_says_what_the_numbers_look_like(hint):
    x = np.arange(1.0, 10.0).reshape(3, 3) ** 1.1
    with np.errstate(all="ignore"):
        assert hint in mismatch(lambda: check_grad(wrong(HINTS[hint]), x)).hint


# Inconclusive checks.


def test_a_kink_is_inconclusive_and_may_be_allowed():
    with pytest.raises(ag.testing.InconclusiveCheck, match="1 of 2 outputs lie on a kink"):
        check_grad(ag.relu, np.array([0.0, 1.0]))
    report = check_grad(ag.relu, np.array([0.0, 1.0]), allow_inconclusive=True)
    assert (report.verdict, report.masked, report.outputs) == ("INCONCLUSIVE", 1, 2)
    assert not report


def test_one_kink_among_many_outputs_is_masked_and_the_rest_counts():
    x = np.linspace(-1, 1, 101)
    assert x[50] == 0
    report = check_grad(ag.relu, x)
    assert (report.verdict, report.masked) == ("PASS", 1)
    bad = ag.primitive(vjps=(lambda ct, out, x: 0.5 * ct * (x > 0),))(lambda x: np.maximum(x, 0))
    mismatch(lambda: check_grad(bad, x))


def test_a_kink_inside_the_stencil_does_no_harm():
    assert check_grad(ag.relu, np.array([1e-3, -1e-5, 2.0]))
    assert check_grad(abs, 1e-6)


def test_a_flat_piece_beside_a_kink_is_not_taken_for_rounding():
    x = -(10 ** RNG.uniform(-5, -1, 100))
    assert check_grad(lambda x: 1 + ag.relu(x), x)
    assert check_grad(lambda x: 100 + ag.relu(x), RNG.normal(size=1000))


def test_a_result_that_underflows_raises_no_alarm():
    assert check_grad(lambda x: ag.exp(-1 / x**2), 0.03666803068716477)


def test_a_declared_region_resolves_a_kink_that_is_very_near():
    report = check_vjp(ag.maximum, np.array([5e-6]), np.array([0.0]))
    assert report.masked == 0


@pytest.mark.parametrize("check", [check_grad, check_subgradient])
def test_no_outputs_pass_and_the_report_says_so(check):
    report = check(lambda x: x * 2.0, np.zeros(0))
    assert (report.verdict, report.outputs) == ("PASS", 0)
    assert "there are no outputs, so nothing was compared" in str(report)


def test_a_function_too_fast_for_any_step_is_inconclusive():
    with pytest.raises(ag.testing.InconclusiveCheck, match="change too fast"):
        check_grad(lambda x: ag.sin(x * 1e12), np.array([0.3]))


@pytest.mark.parametrize("x", [-2.0, 3.0])
def test_a_negative_base_with_an_integer_exponent_is_inside_the_domain(x):
    assert check_grad(lambda x: x**2 + x**-1, x, order=2)


# Primitives.


def test_a_primitive_is_checked_with_its_parameters():
    x = RNG.normal(size=(2, 3))
    assert check_vjp(ag.sum, x, axis=1, keepdims=True, order=2)
    assert check_vjp(ag.getitem, x, index=(0, [1, 1]))
    assert check_vjp(ag.where, np.array([True, False]), np.ones(2), np.zeros(2))


def test_a_cotangent_may_be_chosen():
    one_sided = wrong(lambda ct, out, x: 2 * ct * x * np.array([1.0, 5.0]))
    assert check_vjp(one_sided, np.array([1.0, 2.0]), cotangent=np.array([1.0, 0.0]))
    mismatch(lambda: check_vjp(one_sided, np.array([1.0, 2.0]), cotangent=np.array([0.0, 1.0])))


# Slopes on kinks, and Taylor's remainder.


@pytest.mark.parametrize(
    ("f", "args"),
    [
        (ag.relu, (0.0,)),
        (abs, (0.0,)),
        (ag.maximum, (1.0, 1.0)),
        (ag.minimum, (np.array([1.0, 2.0]), np.array([1.0, 2.0]))),
        (ag.max, (np.array([3.0, 1.0, 3.0]),)),
        (ag.linalg.norm, (np.zeros(3),)),
        (ag.leaky_relu, (0.0,)),
        (lambda x: ag.clip(x, 0.0, 1.0), (np.array([0.0, 1.0]),)),
        (ag.exp, (1.0,)),
    ],
)
def test_conventions_at_ties_lie_between_the_slopes(f, args):
    assert check_subgradient(f, *args)


def test_a_slope_outside_the_two_sides_is_found():
    bad = ag.primitive(vjps=(lambda ct, out, x: 2.0 * ct,), name="relu")(lambda x: np.maximum(x, 0))
    report = mismatch(lambda: check_subgradient(bad, 0.0))
    assert report.check == "subgradient"
    assert "to the sides 0 and 1" in report.reason or "to the sides" in report.reason


def test_every_output_is_checked_by_itself_on_kinks():
    steep = ag.primitive(vjps=(lambda ct, out, x: 1.5 * ct,), name="abs")(abs)
    report = mismatch(lambda: check_subgradient(steep, np.zeros(100)))
    assert report.reason.startswith("output ")


def test_a_jump_has_no_slopes_to_the_sides():
    with pytest.raises(ag.testing.InconclusiveCheck, match="no slope on one side"):
        check_subgradient(ag.floor, 1.0)


def test_taylors_remainder_falls_as_the_square_if_and_only_if_the_gradient_is_right():
    assert taylor_test(ag.exp, 1.0)[-1] == pytest.approx(2, abs=0.1)
    assert taylor_test(lambda x: x * x.detach(), 1.0)[-1] == pytest.approx(1, abs=0.1)
    assert np.isposinf(taylor_test(lambda x: 3.0 * x, 1.0)).all()


# Bad use.


def random(x):
    return x * RNG.normal()


def spoiling(x):
    x.data[0] = 5.0
    return x * 2.0


def growing(x):
    return x[: 1 + int(abs(x.data[0]) * 1e3) % 3]


REFUSED = [
    (lambda: check_grad(ag.exp, 3), ag.GradientError, "no floating-point argument", "2.0 for 2"),
    (lambda: check_grad(ag.exp, 3, wrt=0), ag.DTypeError, "argument 'x' is int", "2.0 for 2"),
    (lambda: check_grad(ag.exp, 1.0, wrt=1), ag.GradientError, "wrt=1", "one of the 1 arguments"),
    (lambda: check_grad(ag.exp, 1.0, wrt="x"), ag.GradientError, "wrt='x'"),
    (lambda: check_grad(3, 1.0), ag.GradientError, "check_grad: expected a function"),
    (lambda: check_grad(ag.exp, 1.0, order=0), ag.GradientError, "order=0 must be 1"),
    (lambda: check_grad(ag.exp, 1.0, order=True), ag.GradientError, "order=True must be 1"),
    (lambda: check_grad(ag.exp, 1.0, rng="a"), ag.GradientError, "rng='a' is neither"),
    (lambda: check_vjp(ag.exp, 1.0, 2.0, 3.0), ag.UnsupportedError, "exp: too many"),
    (
        lambda: taylor_test(lambda x: x if x.item() == 1 else x / 0.0, 1.0),
        ag.GradientError,
        "alone",
    ),
    (lambda: check_grad(random, 1.0), ag.GradientError, "random is non-deterministic", "rng"),
    (lambda: check_grad(spoiling, np.ones(2)), ag.GradientError, "changes its input in place"),
    (lambda: check_grad(ag.log, -1.0), ag.GradientError, "returns nan", "log gets -1", "x > 0"),
    (lambda: check_grad(lambda x: 1 / x, 0.0), ag.GradientError, "returns inf", "x != 0"),
    (lambda: check_grad(ag.sqrt, 0.0), ag.GradientError, "no finite derivative", "x > 0"),
    (lambda: check_grad(ag.exp, 1e4), ag.GradientError, "exp returns inf"),
    (lambda: check_grad(growing, np.ones(3) / 7), ag.ShapeError, "returns", "numbers at one point"),
    (lambda: check_grad(lambda x: None, 1.0), ag.GradientError, "NoneType", "floating-point"),
    (lambda: check_grad(lambda x: x > 0, 1.0), ag.GradientError, "returned bool"),
    (lambda: check_vjp(ag.silu, 1.0), ag.GradientError, "is not a primitive", "use check_grad"),
    (
        lambda: check_vjp(ag.exp, np.ones(2), cotangent=np.ones(3)),
        ag.ShapeError,
        "check_vjp: the cotangent has shape (3,) and the tensor (2,)",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[2])
def test_bad_use_is_refused_in_one_line(case):
    with np.errstate(all="ignore"):
        assert_refused(*case)


def test_a_jump_names_the_domain_that_was_left():
    with pytest.raises(ag.testing.InconclusiveCheck, match="sign gets 0 as input 0"):
        check_grad(ag.sign, 0.0)


def test_an_error_of_the_function_comes_through():
    with pytest.raises(KeyError, match="mine"):
        check_grad(lambda x: {}["mine"], 1.0)


def test_a_check_takes_about_thirty_runs_of_the_function():
    runs = []
    check_grad(lambda x: runs.append(1) or ag.sum(ag.tanh(x)), RNG.normal(size=100))
    assert len(runs) <= 32


SATURATED = [
    (ag.tanh, np.float64(15.0), 2),
    (ag.tanh, np.array([14.3, 1.0]), 2),
    (np.exp, np.array([-720.0, 0.0]), 1),
    (lambda x: np.exp(-x * x / 2), np.array([37.9, 10.0]), 1),
    (lambda z: ag.log_softmax(z)[1], np.array([0.0, -700.0, -730.0]), 2),
    (lambda x: (1 - np.cos(x)) / (x * x), np.float64(1.35e-8), 1),
    (lambda x: (1 - np.cos(x)) / (x * x), np.array([1.35e-8, 2e-7]), 1),
]


@pytest.mark.parametrize(("f", "x", "order"), SATURATED)
@pytest.mark.parametrize("seed", range(10))
def test_a_right_derivative_never_fails_for_lost_digits(f, x, order, seed):
    report = ag.testing.check_grad(f, x, order=order, rng=seed, allow_inconclusive=True)
    assert report.verdict in ("PASS", "INCONCLUSIVE")


@pytest.mark.parametrize("x", np.linspace(13, 18, 11))
def test_digits_that_a_saturated_tanh_loses_hide_no_fault_before_it(x):
    wrong = ag.primitive(vjps=(lambda ct, out, x: ct * 1.001,), name="wrong")(lambda x: x * 1.0)
    with pytest.raises(ag.testing.CheckError):
        ag.testing.check_grad(lambda x: ag.tanh(wrong(x) - 0.9 * x), x, order=2)


def test_a_rule_without_the_upstream_factor_gets_a_hint():
    square = ag.primitive(vjps=(lambda ct, out, x: 2.0 * x,), name="square")(lambda x: x * x)
    with pytest.raises(ag.testing.GradientMismatch) as caught:
        ag.testing.check_vjp(square, np.array([1.0, 2.0, 3.0]))
    assert "is the upstream factor missing" in caught.value.report.hint


@pytest.mark.parametrize("given", [{"w": 1.0}, ["w"], [1.0], [np.ones(2)]])
def test_parameters_that_are_no_tensors_are_refused(given):
    class Module:
        def parameters(self):
            return given

        def __call__(self, x):
            return x * 2.0

    assert_refused(
        lambda: ag.testing.check_grad(Module(), 1.0), ag.GradientError, "must give Tensors"
    )


def test_a_ratio_near_one_shows_its_difference():
    wrong = ag.primitive(vjps=(lambda ct, out, x: ct * 2.0000002,), name="wrong")(lambda x: 2 * x)
    with pytest.raises(ag.testing.GradientMismatch, match=r"ratio 1\+1e-07"):
        ag.testing.check_vjp(wrong, 1.0)


def test_the_slopes_of_one_number_are_its_derivatives():
    steep = ag.primitive(vjps=(lambda ct, out, x: ct * ag.where(x >= 0, 2.0, 0.0),), name="steep")(
        lambda x: np.maximum(x, 0.0)
    )
    with pytest.raises(
        ag.testing.GradientMismatch, match="taken is 2, those to the sides are 0 and 1"
    ):
        ag.testing.check_subgradient(steep, 0.0)


# A derivative that is 0.

CONSTANT = {
    "an argument that is not used": (lambda a, b: b * 2.0, 1.0, RNG.normal(size=500)),
    "large outputs": (lambda a, b: b + 0.0 * a, RNG.normal(size=9), 1e12 * RNG.normal(size=(9, 9))),
    "a branch that is not taken": (lambda a, b: ag.where(False, a, b), 1.0, RNG.normal(size=999)),
    "zero": (lambda a: a * 0.0, RNG.normal(size=300)),
    "tiny outputs": (lambda a, b: 1e-200 * ag.sin(b), 1.0, RNG.normal(size=30)),
    "an invariant": (lambda a, b: ag.softmax(b + a, axis=-1), 0.5, RNG.normal(size=(9, 20))),
    "a length that is 1": (
        lambda x: x / abs(abs(x) ** 0.5) ** 2,
        np.array([0.5, -0.3, 0.008538862755130161, 0.7]),
    ),
    "behind a mask": (lambda a: ag.softmax(a + np.array([0, -np.inf]))[1], RNG.normal(size=2)),
    "a determinant of one number": (ag.linalg.det, np.array([[2.0]])),
}


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", CONSTANT)
@pytest.mark.parametrize("seed", range(3))
def test_a_derivative_of_zero_passes(name, order, seed):
    f, *args = CONSTANT[name]
    assert check_grad(f, *args, order=order, rng=seed)


@pytest.mark.parametrize("size", [1.0, 1e-30])
def test_what_rounding_hides_is_inconclusive_at_every_scale(size):
    rules = (lambda ct, out, x: 6 * size * ct * x * x,)
    doubled = ag.primitive(vjps=rules, name="doubled")(lambda x: size * (x**3 + 1e17))
    with pytest.raises(ag.testing.InconclusiveCheck, match=r"argument 0 'x'.*\n.*rounding"):
        check_grad(doubled, 2.5)


def test_an_inconclusive_check_names_the_argument():
    with pytest.raises(ag.testing.InconclusiveCheck, match="argument 1 'y'"):
        check_grad(lambda x, y: ag.sin(x) + ag.relu(y), RNG.normal(size=3), np.zeros(3))


# Networks.


class Attention(nn.Module):
    """One head, made by hand."""

    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(6, 6, rng=i) for i in range(3))

    def forward(self, x):
        q, k, v = self.query(x), self.key(x), self.value(x)
        return ag.softmax(q @ ag.swapaxes(k, -1, -2) / 6**0.5, axis=-1) @ v


def quiet(*layers):
    return nn.Sequential(*layers).eval()


NETWORKS = {
    "a perceptron": (
        lambda: nn.Sequential(nn.Linear(4, 9, rng=0), nn.ReLU(), nn.Linear(9, 3, rng=1)),
        RNG.normal(size=(8, 4)),
    ),
    "LeNet": (lambda: nn.models.LeNet5(rng=0), RNG.normal(size=(2, 1, 28, 28))),
    "a normalised perceptron": (
        lambda: nn.Sequential(nn.Linear(4, 6, rng=0), nn.BatchNorm1d(6)),
        RNG.normal(size=(5, 4)),
    ),
    "a convolution": (lambda: nn.Conv2d(2, 3, 3, rng=0), RNG.normal(size=(2, 2, 6, 6))),
    "convolution, normalisation, pooling": (
        lambda: nn.Sequential(
            nn.Conv2d(2, 4, 3, padding=1, rng=0), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)
        ),
        RNG.normal(size=(3, 2, 8, 8)),
    ),
    "a normalised layer": (
        lambda: nn.Sequential(nn.Linear(4, 6, rng=0), nn.LayerNorm(6), nn.GELU()),
        RNG.normal(size=(5, 4)),
    ),
    "attention": (Attention, RNG.normal(size=(2, 5, 6))),
    "dropout, evaluated": (
        lambda: quiet(nn.Linear(4, 6, rng=0), nn.Dropout(0.5), nn.Linear(6, 2, rng=1)),
        RNG.normal(size=(5, 4)),
    ),
    "an embedding": (
        lambda: nn.Sequential(nn.Embedding(10, 4, rng=0), nn.Linear(4, 3, rng=1), nn.Tanh()),
        RNG.integers(0, 10, (3, 5)),
    ),
}


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_passes(name, order):
    network, x = NETWORKS[name]
    for seed in range(3 if name != "LeNet" else 1):
        assert check_grad(network(), x, order=order, rng=seed, mode="both")


def test_an_empty_batch_passes():
    report = check_grad(nn.Linear(4, 2, rng=0), np.zeros((0, 4)), order=2)
    assert report.outputs == 0 or report.order == 2


# Forward mode, and what a check costs.


def test_forward_mode_is_checked_by_itself():
    rule = lambda ct, out, x: abs(ct) * ag.sign(ct) * ag.cos(x)  # noqa: E731
    bad = ag.primitive(vjps=(rule,), name="sine")(np.sin)
    x = RNG.normal(size=4)
    assert check_grad(bad, x, order=2)
    for mode in ("forward", "both"):
        report = mismatch(lambda mode=mode: check_grad(lambda x: ag.exp(bad(x)), x, mode=mode))
        assert (report.check, report.name) == ("forward", "x")
        assert report.where.startswith("sine#")


@pytest.mark.parametrize("mode", ["forward", "both"])
@pytest.mark.parametrize("name", RIGHT)
def test_a_right_tangent_passes(name, mode):
    assert check_grad(RIGHT[name][0], *RIGHT[name][1:], order=2, mode=mode)


def test_an_unknown_mode_is_refused():
    assert_refused(
        lambda: check_grad(ag.exp, 1.0, mode="fwd"), ag.GradientError, "choose reverse, forward"
    )


def test_a_report_says_what_the_check_cost():
    runs = []
    report = check_grad(lambda x: runs.append(1) or ag.exp(x), np.ones(10_000))
    assert report.runs == len(runs) - 1  # the last one is for the memory
    assert 160_000 < report.allocated < 1_000_000


@pytest.mark.parametrize(
    ("budget", "text"),
    [({"runs": 20}, "was called 31 times, and 20 are"), ({"bytes": 80_000}, "and 80,000 are")],
)
def test_a_budget_that_is_exceeded_fails(budget, text):
    with pytest.raises(ag.testing.CheckError, match=text) as caught:
        check_grad(ag.exp, np.ones(10_000), budget=ag.testing.Budget(**budget))
    assert caught.value.report.verdict == "FAIL"
    assert check_grad(ag.exp, np.ones(10), budget=ag.testing.Budget(runs=40, bytes=80_000))
