"""Spot stops at the step where the mistake is, says which it is, and gives no false alarm."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.lessons import hints

spot = ag.lessons.spot
RNG = np.random.default_rng(3)
A, B = RNG.normal(size=(3, 3)), RNG.normal(size=(3, 3))
ROWS, BIAS = RNG.normal(size=(4, 3)), RNG.normal(size=3)


def scaled(f):
    """Put an operation between others, so that neither its input nor its gradient is special."""
    return lambda *args: ag.sum(f(*(a * 1.7 for a in args)) * 0.6)


# A wrong rule: a function, its arguments, the rules, the operation and input that go wrong, a hint.
WRONG = {
    "forgot the local gradient": (
        scaled(ag.exp), (0.4,), {"exp": (lambda ct, out, x: ct,)}, ("exp", 0), hints.LOCAL,
    ),
    "forgot the upstream gradient": (
        scaled(ag.exp), (0.4,), {"exp": (lambda ct, out, x: out,)}, ("exp", 0), hints.UPSTREAM,
    ),
    "wrong sign of cos": (
        scaled(ag.cos), (0.4,), {"cos": (lambda ct, out, x: ct * ag.sin(x),)}, ("cos", 0),
        hints.SIGN,
    ),
    "wrong sign of a difference": (
        scaled(ag.subtract), (0.4, 0.7),
        {"-": (lambda ct, out, x, y: ct, lambda ct, out, x, y: ct)}, ("subtract", 1), hints.SIGN,
    ),
    "forgot the square": (
        scaled(ag.reciprocal), (0.4,), {"1/x": (lambda ct, out, x: -ct * out,)}, ("reciprocal", 0),
        "a factor is missing: yours is the right one / b",
    ),
    "a square too many": (
        scaled(ag.log), (0.4,), {"log": (lambda ct, out, x: ct / (x * x),)}, ("log", 0),
        "a factor is missing",
    ),
    "forgot the factor 2": (
        lambda x: ag.sum(x**3.0 * 0.6), (0.4,),
        {"power": (lambda ct, out, x, y: ct * x ** (y - 1), None)}, ("power", 0),
        "a factor is missing: yours is the right one / 3",
    ),
    "swapped the rules of a product": (
        scaled(ag.multiply), (0.4, 0.7),
        {"multiply": (lambda ct, out, x, y: ct * x, lambda ct, out, x, y: ct * y)},
        ("multiply", 0), hints.SWAPPED,
    ),
    "swapped the rules of a quotient": (
        scaled(ag.divide), (0.4, 0.7),
        {"/": (lambda ct, out, x, y: -ct * x / y**2, lambda ct, out, x, y: ct / y)}, ("divide", 0),
        hints.SWAPPED,
    ),
    "forgot a transpose on the right": (
        scaled(ag.matmul), (A, B), {"@": (lambda ct, out, x, y: ct @ y, None)}, ("matmul", 0),
        "a transpose is missing: the rule is ct @ y.T",
    ),
    "forgot a transpose on the left": (
        scaled(ag.matmul), (A, B), {"@": (None, lambda ct, out, x, y: x @ ct)}, ("matmul", 1),
        "a transpose is missing: the rule is x.T @ ct",
    ),
    "factors in the wrong order": (
        scaled(ag.matmul), (A, B), {"@": (lambda ct, out, x, y: y.T @ ct, None)}, ("matmul", 0),
        "the factors are in the wrong order: the rule is ct @ y.T",
    ),
    "transposed the result": (
        lambda x, y: ag.sum((x @ y) * A), (A, B),
        {"@": (lambda ct, out, x, y: y @ ct.T, None)}, ("matmul", 0), hints.TRANSPOSED,
    ),
    "a transpose that the shapes need": (
        lambda x, y: ag.sum(x @ y), (ROWS, np.ones((3, 2))),
        {"@": (lambda ct, out, x, y: ct @ y, None)}, ("matmul", 0), "is a transpose missing?",
    ),
    "did not spread the gradient of a sum": (
        lambda x: ag.sum(x * 2.0) * 0.6, (BIAS,),
        {"sum": (lambda ct, out, x, axis=None, keepdims=False: ct,)}, ("sum", 0),
        "goes to every element: it must have shape (3,)",
    ),
    "forgot that a mean divides": (
        lambda x: ag.sum(ag.mean(x * x, axis=0)) * 0.6, (ROWS,),
        {"/": (lambda ct, out, x, y: ct, None)}, ("divide", 0), hints.LOCAL,
    ),
    "took the mean over the copies of a bias": (
        lambda x, b: ag.sum((x + b) * ROWS), (ROWS, BIAS),
        {"+": (None, lambda ct, out, x, y: ct.mean(axis=0))}, ("add", 1),
        "the sum over its copies, not the mean of the 4",
    ),
    "took one of the copies of a bias": (
        lambda x, b: ag.sum((x + b) * ROWS), (ROWS, BIAS),
        {"+": (None, lambda ct, out, x, y: ct[0])}, ("add", 1),
        "the sum over its copies, not one of them",
    ),
    "lost the gradient": (
        scaled(ag.tanh), (0.4,), {"tanh": lambda ct, out, x: ct * 0.0}, ("tanh", 0), hints.ZERO,
    ),
    "used the upstream gradient twice": (
        scaled(ag.exp), (0.4,), {"exp": (lambda ct, out, x: ct * ct * out,)}, ("exp", 0),
        "too many: yours is the right one x the upstream gradient",
    ),
    "divided by 0": (
        scaled(ag.exp), (0.4,), {"exp": (lambda ct, out, x: ct * np.nan,)}, ("exp", 0), "(NaN)",
    ),
    "any other mistake": (
        scaled(ag.sin), (BIAS,), {"sin": (lambda ct, out, x: ct * (ag.cos(x) + 0.3 * x),)},
        ("sin", 0), hints.NOTHING,
    ),
    "a name that does not exist": (
        scaled(ag.exp), (0.4,), {"exp": (lambda ct, out, x: ct * nowhere,)},  # noqa: F821
        ("exp", 0), "the rule fails",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", WRONG)
def test_a_typical_mistake_is_found_at_its_step_and_named(mistake):
    f, args, rules, (operation, position), hint = WRONG[mistake]
    found = spot(f, *args, rules=rules)
    assert found
    event = found.right.events[found.index]
    assert event.kind == "vjp"
    assert found.right.graph[event.node].primitive.name == operation
    assert event.position == position
    assert hint in found.hint
    assert f"Hint: {found.hint}" in str(found)
    assert "\nYours\n" in str(found)


@pytest.mark.parametrize("mistake", WRONG)
def test_everything_before_the_mistake_is_the_same(mistake):
    f, args, rules, _, _ = WRONG[mistake]
    found = spot(f, *args, rules=rules)
    assert found.same == found.index
    for mine, right in zip(found.mine.events, found.right.events[: found.index], strict=False):
        assert np.allclose(mine.value, right.value, rtol=1e-9)


# Right rules, written in another way than the engine's.
OTHERWISE = {
    "absolute": (lambda ct, out, x: np.where(x >= 0, ct, -ct),),
    "arctan": (lambda ct, out, x: ct * np.cos(out) ** 2,),
    "cos": (lambda ct, out, x: ct * -np.sin(x),),
    "cosh": (lambda ct, out, x: ct * 0.5 * (np.exp(x) - np.exp(-x)),),
    "exp": (lambda ct, out, x: np.exp(x) * ct,),
    "expm1": (lambda ct, out, x: ct * (out + 1),),
    "log": (lambda ct, out, x: ct * np.exp(-out),),
    "log1p": (lambda ct, out, x: ct * np.exp(-out),),
    "negative": (lambda ct, out, x: -1.0 * ct,),
    "reciprocal": (lambda ct, out, x: -ct / x**2,),
    "sin": (lambda ct, out, x: ct * np.sin(x + np.pi / 2),),
    "sinh": (lambda ct, out, x: ct * np.sqrt(1 + out**2),),
    "sqrt": (lambda ct, out, x: 0.5 * ct * x**-0.5,),
    "tanh": (lambda ct, out, x: ct / np.cosh(x) ** 2,),
}


@pytest.mark.parametrize("name", OTHERWISE)
@given(x=st.floats(0.05, 8), ct=st.floats(-1e6, 1e6).filter(lambda c: abs(c) > 1e-6))
def test_a_right_rule_that_is_written_otherwise_is_no_mistake(name, x, ct):
    f = getattr(ag, name)
    assert not spot(lambda x: f(x) * ct, x, rules={name: OTHERWISE[name]})


@pytest.mark.parametrize(
    "p", [p for p in ag.primitives() if p.elementwise and p.arity in (1, 2)], ids=str
)
@given(x=st.floats(0.1, 3), y=st.floats(0.1, 3))
def test_the_engines_own_rules_are_right(p, x, y):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        args = (x, y)[: p.arity]
        found = spot(
            lambda *a: p.function(*(t * 1.5 for t in a)) * 0.7, *args, rules={p: tuple(p.vjps)}
        )
    assert not found
    assert found.same == len(found.right)
    assert str(found).startswith("No difference in ")


def test_a_float32_rule_may_differ_by_its_rounding():
    args = (np.float32(0.7),)
    assert not spot(lambda x: ag.tanh(x) * 3.0, *args, rules={"tanh": OTHERWISE["tanh"]})
    assert spot(lambda x: ag.tanh(x) * 3.0, *args, rules={"tanh": lambda ct, out, x: ct * 0.7})


def test_nan_equals_nan():
    with np.errstate(all="ignore"):
        assert not spot(lambda x: ag.sqrt(x) * 2.0, -1.0, rules={"sqrt": OTHERWISE["sqrt"]})


# Two functions


def own(rule, f=np.exp, **given):
    return ag.primitive(vjps=(rule,), name="mine", **given)(f)


def test_a_primitive_of_ones_own_is_compared_with_the_engines():
    mine = own(lambda ct, out, x: ct)
    found = spot(lambda w: mine(w * 2.0) * 3.0, lambda w: ag.exp(w * 2.0) * 3.0, 0.5)
    assert found.hint == hints.LOCAL
    assert found.what == "what b hands to df/da"
    assert [float(v) for v in found.values] == pytest.approx([3.0, 3 * math.e])


def test_leaves_have_the_names_of_the_parameters_of_the_right_function():
    found = spot(lambda a, b: a * b, lambda left, right: left * right, 2.0, 3.0)
    assert [n.name for n in found.mine.graph] == ["left", "right", None]


def test_further_arguments_are_numbered():
    found = spot(lambda *a: a[0] * a[1], lambda *xs: xs[0] * xs[1], 2.0, 3.0)
    assert [n.name for n in found.right.graph if n.name] == ["xs0", "xs1"]


def test_whole_arrays_are_passed_on_as_they_are():
    def f(z, labels):
        return -ag.sum(ag.log_softmax(z)[np.arange(2), labels])

    assert not spot(f, f, [[1, 2], [3, 4]], np.array([0, 1]))


def test_a_wrong_value_on_the_way_forward_comes_first():
    mine = own(lambda ct, out, x: ct * out, f=lambda x: -np.exp(x))
    found = spot(lambda x: mine(x) * 2.0, lambda x: ag.exp(x) * 2.0, 0.5)
    assert found.right.events[found.index].kind == "forward"
    assert found.hint == f"the values differ already on the way forward; {hints.SIGN}"


def test_a_rule_that_is_none_hands_nothing_on():
    mine = ag.primitive(vjps=(lambda ct, out, x, y: ct * y, None))(np.multiply)
    f = lambda g: lambda x, y: g(x * 2.0, y * 3.0) * 0.5  # noqa: E731
    found = spot(f(mine), f(ag.multiply), 0.5, 0.7)
    assert found.events[0] is None
    assert found.right.events[found.index].position == 1
    assert "no rule for this input" in found.hint
    assert "no such step" in str(found)


def test_a_rule_of_the_wrong_shape_is_found_where_it_fails():
    mine = own(lambda ct, out, x: ct[:2], f=np.exp)
    found = spot(lambda x: ag.sum(mine(x)), lambda x: ag.sum(ag.exp(x)), [1.0, 2.0, 3.0])
    assert found.hint == "the rule returns shape (2,) for an input of shape (3,)"
    assert "mine: the rule of input 0 returned shape (2,)" in found.failure
    assert found.failure in str(found)
    assert len(found.mine) == found.index


def test_a_failing_rule_of_the_trusted_function_is_an_error():
    mine = own(lambda ct, out, x: ct[:2])
    with pytest.raises(ag.RuleError):
        spot(lambda x: ag.sum(ag.exp(x)), lambda x: ag.sum(mine(x)), [1.0, 2.0, 3.0])


def test_the_card_shows_the_numbers_with_the_digits_that_tell_them_apart():
    text = str(
        spot(lambda x: ag.exp(x) * 2.0, 0.5, rules={"exp": lambda ct, out, x: ct * out * 1.0001})
    )
    assert "= 3.2974" in text
    assert "= 3.2978" in text
    assert "yours is 1.0001 times the right one" in text


# Functions of other operations


def test_a_fused_square_that_forgets_one_of_its_two_paths():
    mine = own(lambda ct, out, x: ct * x, f=np.square)
    found = spot(lambda x: mine(x) * 1.0, lambda x: x * x * 1.0, 3.0)
    assert found
    assert (found.index, found.paired) == (None, False)
    assert found.hint == hints.ONE_OF_SUM
    assert [float(v) for v in found.values] == [3.0, 6.0]
    assert str(found).splitlines() == [
        "Your function has other operations (2 instead of 2), so its steps cannot be paired.",
        "What differs first is the gradient df/dx: yours 3.00, right 6.00",
        f"Hint: {hints.ONE_OF_SUM}",
    ]


def test_a_fused_sigmoid_that_is_right_is_no_mistake():
    mine = own(lambda ct, out, x: ct * out * (1 - out), f=lambda x: 1 / (1 + np.exp(-x)))
    found = spot(lambda x: mine(x * 2.0), lambda x: ag.sigmoid(x * 2.0), 0.7)
    assert not found
    assert "the same" in str(found)


def test_the_output_is_compared_first_and_then_named_nodes():
    def named(f):
        def call(x):
            hidden = f(x)
            hidden.name = "hidden"
            return hidden

        return call

    mine = own(lambda ct, out, x: -ct * out * (1 - out), f=lambda x: 1 / (1 + np.exp(-x)))
    tail = own(lambda ct, out, x: 3.0 * ct, f=lambda x: 2.0 * x)
    inner = spot(lambda x: tail(named(mine)(x)), lambda x: named(ag.sigmoid)(x) * 2.0, 0.7)
    assert inner.what == "the gradient df/dhidden"
    assert inner.hint == "yours is 1.5 times the right one"
    output = spot(lambda x: ag.sigmoid(x) * 2.0, lambda x: ag.tanh(x), 0.7)
    assert output.what == "the output"


def test_a_gradient_that_does_not_arrive_is_said():
    found = spot(lambda x, y: ag.exp(x) * y, lambda x, y: ag.exp(x) * y * 1.0, 0.5, 0.7)
    assert not found
    found = spot(lambda x, y: x * ag.detach(y), lambda x, y: x * 1.0 * y, 0.5, 0.7)
    assert found.what == "the gradient df/dy"
    assert "no gradient arrives here in your run" in found.hint


def test_leaves_without_names_are_paired_by_their_order():
    def run(f):
        return ag.trace(f(ag.tensor(0.5, requires_grad=True)))

    found = spot(run(lambda x: x * 1.0 * 2.0), run(lambda x: x * 2.0))
    assert not found
    assert not found.paired
    wrong = own(lambda ct, out, x: -ct, f=np.positive)
    assert spot(run(lambda x: wrong(x) * 1.0 * 2.0), run(lambda x: x * 2.0)).hint == hints.SIGN


def test_a_failing_rule_of_other_operations_is_named():
    mine = own(lambda ct, out, x: ct[:2])
    found = spot(lambda x: ag.sum(mine(x) * 1.0), lambda x: ag.sum(ag.exp(x)), [1.0, 2.0, 3.0])
    assert found
    assert "a rule failed: mine: the rule of input 0 returned shape (2,)" in found.hint


def test_a_gradient_that_the_right_run_does_not_have_is_too_much():
    half = ag.primitive(vjps=(lambda ct, out, x, y: ct * y, None))(np.multiply)
    found = spot(lambda x, y: x * y * 2.0, lambda x, y: half(x, y) * 2.0, 0.5, 0.7)
    assert found
    assert "where the right one hands none" in found.hint


@pytest.mark.parametrize(
    ("f", "hint"),
    [
        (lambda x, y: y - x, hints.SIGN),
        (lambda x, y: 3 * (x - y), "yours is 3 times the right one"),
        (lambda x, y: 0 * x, "yours is 0"),
        (lambda x, y: x - y + 0.5 * x * x, hints.NOTHING),
    ],
)
def test_a_wrong_value_of_two_inputs_is_named(f, hint):
    mine = ag.primitive(vjps=(lambda ct, out, x, y: ct, lambda ct, out, x, y: -ct))(f)
    found = spot(
        lambda x, y: ag.sum(mine(x, y)), lambda x, y: ag.sum(x - y), [1.0, 2.0], [4.0, 0.5]
    )
    assert found.hint.startswith("the values differ already on the way forward; ")
    assert found.hint.endswith(hint)


def test_swapped_inputs_are_named_on_the_way_forward():
    rules = (lambda ct, out, x, y: ct, None)
    mine = ag.primitive(vjps=rules)(lambda x, y: y**x)
    found = spot(lambda x, y: mine(x, y), lambda x, y: x**y, 2.0, 3.0)
    assert found.hint.endswith("the inputs are swapped")


def test_a_transposed_value_is_named():
    mine = ag.primitive(vjps=(lambda ct, out, x, y: ct, None))(lambda x, y: (x @ y).T)
    found = spot(lambda x, y: ag.sum(mine(x, y)), lambda x, y: ag.sum(x @ y), A, B)
    assert found.hint.endswith(hints.TRANSPOSED)


def test_another_shape_of_the_output_is_named():
    found = spot(lambda x: ag.reshape(ag.exp(x), (1,)), lambda x: ag.exp(x), 0.5)
    assert found.what == "the output"
    assert found.hint == "yours has shape (1,), the right one ()"


def test_a_ratio_that_is_the_number_of_elements_is_said():
    found = spot(
        lambda x: ag.sum(x) * 0.6,
        BIAS,
        rules={"sum": lambda ct, out, x, **_: ct / 3 + 0 * x},
    )
    assert found.hint == "yours is 0.333333 times the right one, and there are 3 elements"


def test_a_joint_rule_takes_a_single_function():
    def f(x, y):
        return ag.sum(ag.concatenate([x, y]) * 2.0)

    def joint(ct, out, *parts, needed, axis=0):
        return [-ct[:3], ct[3:]]

    found = spot(f, BIAS, BIAS, rules={"concatenate": joint})
    assert found.hint.startswith(hints.SIGN)
    with pytest.raises(ag.RuleError, match="joint rule"):
        spot(f, BIAS, BIAS, rules={"concatenate": (joint,)})


def test_two_traces_are_compared_too():
    def run(f):
        return ag.trace(f(ag.tensor(0.5, requires_grad=True, name="x")) * 2.0)

    mine = own(lambda ct, out, x: -ct * out)
    assert spot(run(mine), run(ag.exp)).hint == hints.SIGN
    assert not spot(run(ag.exp), run(ag.exp))


def test_names_and_scopes_are_kept_when_rules_are_replaced():
    def f(x):
        with ag.scope("layer"):
            hidden = ag.sigmoid(x)
        hidden.name = "hidden"
        return hidden * 2.0

    found = spot(f, 0.5, rules={"exp": OTHERWISE["exp"]})
    mine, right = found.mine.graph, found.right.graph
    assert [n.name for n in mine] == [n.name for n in right]
    assert [[s.name for s in n.scope] for n in mine] == [[s.name for s in n.scope] for n in right]
    assert [n.inputs for n in mine] == [n.inputs for n in right]


def test_the_right_primitive_keeps_its_rules():
    before = ag.exp.primitive.vjps
    spot(lambda x: ag.exp(x), 0.5, rules={ag.exp: lambda ct, out, x: ct})
    assert ag.exp.primitive.vjps is before
    assert ag.grad(ag.exp)(0.0) == 1.0


def test_a_trace_with_a_cotangent_can_have_other_rules():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    right = ag.trace(ag.exp(x), np.array([3.0, 4.0]))
    assert spot(right, rules={"exp": lambda ct, out, x: ct}).hint == hints.LOCAL


def tensorless(x):
    return 3.0


WRONG_CALLS = [
    (lambda: spot(ag.exp), "give it two functions"),
    (lambda: spot(ag.exp, 3.0), "expected a function"),
    (lambda: spot(3.0, ag.exp, 1.0), "expected a function"),
    (lambda: spot(ag.exp, ag.exp), "cannot be called with 0 arguments"),
    (lambda: spot(lambda x, y: x, ag.exp, 1.0), "mine cannot be called with 1 argument: "),
    (lambda: spot(ag.exp, lambda x, y: x, 1.0), "right cannot be called with 1 argument: "),
    (lambda: spot(tensorless, ag.exp, 1.0), "mine returned float, not a Tensor"),
    (lambda: spot(ag.exp, tensorless, 1.0), "right returned float, not a Tensor"),
    (lambda: spot(lambda x: ag.tensor(1.0), ag.exp, 1.0), "does not depend on its arguments"),
    (lambda: spot(lambda x: x * 2.0, lambda x: ag.sum(x), [1.0, 2.0]), "reduce it to a number"),
    (lambda: spot(ag.exp, ag.exp, np.array([1, 2])), "no argument is a number"),
    (lambda: spot(ag.trace(ag.exp(ag.tensor(1.0, requires_grad=True))), ag.exp), "two traces"),
    (lambda: spot(ag.exp, 1.0, rules={}), "rules must be a dict"),
    (lambda: spot(ag.exp, 1.0, rules=[ag.exp]), "rules must be a dict"),
    (lambda: spot(ag.exp, 1.0, rules={"expp": ag.exp}), "did you mean exp"),
    (lambda: spot(ag.exp, 1.0, rules={"*": ag.exp}), "there are exp"),
    (lambda: spot(ag.exp, 1.0, rules={3: ag.exp}), "no operation 3"),
    (lambda: spot(ag.square, 1.0, rules={"*": ag.exp}), "has 2 inputs; give a tuple"),
    (lambda: spot(ag.square, 1.0, rules={"*": (ag.exp,)}), "has 2 inputs; give a tuple"),
    (lambda: spot(ag.exp, 1.0, rules={"exp": (3,)}), "is not a function"),
    (lambda: spot(ag.exp, 1.0, rules={"exp": 3}), "has 1 input; give a tuple"),
    (lambda: spot(lambda: ag.exp, rules={"exp": ag.exp}), "no argument is a number"),
]


@pytest.mark.parametrize("case", range(len(WRONG_CALLS)))
def test_what_cannot_be_compared_is_refused_in_one_line(case):
    call, words = WRONG_CALLS[case]
    with pytest.raises(ag.GradientError, match=words.replace("(", r"\(")) as error:
        call()
    assert str(error.value).startswith("spot: ")
    assert str(error.value).isprintable()


@pytest.mark.parametrize("given", ["text", {"a": 1}, None])
def test_arguments_that_are_no_numbers_are_refused(given):
    with pytest.raises(ag.GlassgradError, match="spot: argument x"):
        spot(ag.exp, ag.exp, given)


@pytest.mark.parametrize("x", [0.5, 8.0, 20.0])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_right_rule_whose_digits_cancel_raises_no_alarm(x, dtype):
    rules = {"tanh": (lambda ct, out, x: ct / np.cosh(x) ** 2,)}
    assert not spot(lambda x: ag.exp(ag.tanh(x * 3.0)) * x, dtype(x), rules=rules)


def test_an_operation_that_is_drawn_as_gates_can_have_another_rule():
    def f(x):
        return ag.sigmoid(x * 2.0) * 3.0

    assert not spot(f, 0.7, rules={"sigmoid": lambda ct, out, x: ct * out * (1 - out)})
    assert spot(f, 0.7, rules={"sigmoid": lambda ct, out, x: ct * out})
    assert spot(f, 0.7, rules={ag.sigmoid: lambda ct, out, x: ct * out})
