"""What is written out for speed does what its plain form does."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.core import fastpath, vjp
from autograd.core.apply import apply
from autograd.core.backward import count_uses, steps
from autograd.core.fastpath import run_backward
from autograd.core.tensor import Tensor
from autograd.ops.kernels.masking import MANY, select

INPUTS = (
    ag.tensor([1.0, 2.0], requires_grad=True),
    ag.tensor([1.0, 2.0]),
    ag.tensor(3.0, requires_grad=True),
    ag.tensor(np.float32(3.0), requires_grad=True),
    np.array([1.5, 2.5]),
    np.float32(2.0),
    2.0,
    3,
    True,
    [1.0, 4.0],
    (2.0, 3.0),
    np.array([1, 2]),
    "a word",
    None,
    np.array([1.0, None]),
    np.array([1.0, 2.0, 3.0]),
    1 + 2j,
)


def outcome(function, *args):
    """Everything that can be seen of a result, or the error."""
    try:
        result = function(*args)
    except Exception as error:
        return type(error), str(error)
    if not isinstance(result, Tensor):
        return type(result), np.asarray(result).dtype, np.asarray(result).tolist()
    made = (result.requires_grad, result.primitive, result.params, result.scope, result.grad)
    inputs = tuple((type(x), str(x)) for x in result.inputs)
    saved = None if result.saved is None else [np.asarray(v).tolist() for v in result.saved]
    return (type(result.data), result.dtype, result.data.tolist(), *made, inputs, saved)


@pytest.mark.parametrize("function", [ag.exp, ag.negative, ag.sum, ag.reshape, ag.sign])
@pytest.mark.parametrize("x", INPUTS, ids=repr)
def test_an_application_to_one_input_is_as_the_plain_one(function, x):
    plain = outcome(apply, function.primitive, (x,), {})
    assert outcome(fastpath.applier(function.primitive), x) == plain


@pytest.mark.parametrize("function", [ag.add, ag.divide, ag.power, ag.matmul, ag.greater])
@pytest.mark.parametrize("y", INPUTS, ids=repr)
@pytest.mark.parametrize("x", INPUTS, ids=repr)
def test_an_application_to_two_inputs_is_as_the_plain_one(function, x, y):
    plain = outcome(apply, function.primitive, (x, y), {})
    assert outcome(fastpath.applier(function.primitive), x, y) == plain


@pytest.mark.parametrize("x", INPUTS, ids=repr)
def test_an_application_with_parameters_is_as_the_plain_one(x):
    for function, params in [(ag.sum, {"axis": 0}), (ag.getitem, {"index": slice(1, None)})]:
        expected = outcome(apply, function.primitive, (x,), params)
        assert outcome(partial(function, **params), x) == expected


@pytest.mark.parametrize("y", INPUTS, ids=repr)
@pytest.mark.parametrize("x", INPUTS, ids=repr)
def test_an_application_to_more_inputs_is_as_the_plain_one(x, y):
    condition = np.array([True, False])
    plain = outcome(apply, ag.where.primitive, (condition, x, y), {})
    assert outcome(fastpath.applier(ag.where.primitive), condition, x, y) == plain


def test_primitives_of_one_and_of_two_inputs_are_written_out():
    makers = [fastpath.apply_one, fastpath.apply_two, fastpath.apply_any]
    for function, maker in zip([ag.exp, ag.add, ag.where], makers, strict=True):
        found = fastpath.applier(function.primitive)
        assert found.__code__.co_qualname == f"{maker.__name__}.<locals>.applied"


def leaves():
    x = ag.tensor([0.5, 1.5], requires_grad=True)
    y = ag.tensor([[2.0, 3.0]], requires_grad=True)
    return x, y


def nodes():
    x, y = leaves()
    yield ag.exp(x), [x]
    yield ag.sum(y, axis=0, keepdims=True), [y]
    yield x * y, [x, y]
    yield x * 2.0, [x]
    yield 2.0 / x, [x]
    yield x * np.array([1.0, 2.0]), [x]
    yield ag.where(x.data > 1, x, y), [x, y]
    yield ag.concatenate([x, ag.ravel(y)]), [x]
    yield ag.reshape(y, (2, 1)), [y]


@pytest.mark.parametrize("case", list(nodes()), ids=lambda case: case[0].primitive.name)
def test_contributions_are_as_the_plain_ones(case):
    node, inputs = case
    ct = np.arange(1.0, 1.0 + node.size).reshape(node.shape)
    subsets = [set(inputs), set(), {inputs[0]}, {inputs[-1]}]
    for wanted in subsets:
        got = list(fastpath.contributions(node, ct, wanted))
        expected = list(vjp.contributions(node, ct, wanted))
        assert [(i, x) for i, x, _ in got] == [(i, x) for i, x, _ in expected]
        for (_, _, a), (_, _, b) in zip(got, expected, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("which", [0, 1])
def test_a_rule_that_fails_is_named_with_its_input(which):
    def broken(ct, out, *inputs):
        raise ValueError("no such thing")

    rules = [lambda ct, out, *inputs: ct] * 2
    rules[which] = broken
    odd = ag.primitive(vjps=tuple(rules), name="odd")(lambda x, y: x + y)
    x, y = leaves()
    with pytest.raises(ag.RuleError, match=f"odd: the rule of input {which} failed: no such"):
        ag.sum(odd(x, y)).backward()


OPERATIONS = (
    lambda a, b: a + b,
    lambda a, b: a * b,
    lambda a, b: a - 2.0 * b,
    lambda a, b: ag.tanh(a),
    lambda a, b: ag.maximum(a, b),
    lambda a, b: ag.sum(a, axis=0) + b,
    lambda a, b: ag.reshape(a, (1, *a.shape))[0],
    lambda a, b: ag.where(a.data > 0, a, b),
)


@st.composite
def graphs(draw):
    """A graph on three leaves, in which nodes are used often, and some never."""
    made = [ag.tensor(np.full((2, 3), c), requires_grad=True) for c in (0.3, -0.7, 1.1)]
    for _ in range(draw(st.integers(1, 15))):
        operation = draw(st.sampled_from(OPERATIONS))
        a, b = (made[draw(st.integers(0, len(made) - 1))] for _ in range(2))
        made.append(operation(a, b))
    outputs = [made[-1], made[draw(st.integers(0, len(made) - 1))]]
    keep = draw(st.lists(st.sampled_from(made), max_size=3))
    stop = draw(st.lists(st.sampled_from(made), max_size=2))
    return outputs, set(keep), set(stop)


@given(graphs())
def test_a_backward_pass_ends_with_the_cotangents_of_its_steps(case):
    outputs, keep, stop = case
    outputs = list(dict.fromkeys(outputs))
    ends = []
    for run in (steps, run_backward):
        uses, _ = count_uses(outputs, stop)
        cotangents = {t: np.full(t.shape, 0.5 + i) for i, t in enumerate(outputs)}
        seeds = [ct.copy() for ct in cotangents.values()]
        given_seeds = list(cotangents.values())
        result = run(outputs, cotangents, uses, keep, stop)
        if result is not None:
            assert all(step is not None for step in result)
        for before, after in zip(seeds, given_seeds, strict=True):
            np.testing.assert_array_equal(before, after)  # what was given is not written into
        ends.append(cotangents)
    plain, fast = ends
    assert plain.keys() == fast.keys()
    for t, ct in plain.items():
        assert ct.dtype == fast[t].dtype
        np.testing.assert_array_equal(ct, fast[t])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, int])
@pytest.mark.parametrize("size", [MANY // 2, 2 * MANY])
@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("zero", [0, 0.0, -0.0, 1.0])
def test_select_is_where(dtype, size, swap, zero):
    rng = np.random.default_rng(0)
    x = (rng.normal(size=size) * 10).astype(dtype)
    if x.dtype.kind == "f":
        x[:3] = np.nan, np.inf, -0.0
    condition = rng.random(size) < 0.5
    for mask in (condition, condition[0], condition.astype(int)):
        sides = (zero, x) if swap else (x, zero)
        got, expected = select(mask, *sides), np.where(mask, *sides)
        assert got.dtype == expected.dtype
        np.testing.assert_array_equal(got, expected)
        np.testing.assert_array_equal(np.signbit(got), np.signbit(expected))


def test_select_takes_any_layout():
    x = np.random.default_rng(0).normal(size=(60, 50))
    for view in (x.T, x[::-1, ::2], np.broadcast_to(x[0], x.shape)):
        mask = np.asfortranarray(view > 0)
        np.testing.assert_array_equal(select(mask, view, 0.0), np.where(mask, view, 0.0))


def test_a_gradient_that_nobody_else_holds_is_not_copied():
    w, x = ag.tensor(np.ones((3, 2)), requires_grad=True), np.ones((4, 2))
    ag.sum(x @ w.T).backward()
    assert w.grad.base is not None  # the transposition of the product that was made for it
    assert w.grad.flags.writeable


def test_a_gradient_that_somebody_holds_is_copied():
    kept = np.array([1.0, 2.0])
    hands_out = ag.primitive(vjps=(lambda ct, out, x: kept,), name="hands out")(lambda x: x * 1.0)
    views = ag.primitive(vjps=(lambda ct, out, x: kept[::-1],), name="views")(lambda x: x * 1.0)
    for odd in (hands_out, views):
        x = ag.tensor([0.0, 0.0], requires_grad=True)
        odd(x).backward(np.ones(2))
        assert not np.shares_memory(x.grad, kept)
    x, y = (ag.tensor(np.ones(2), requires_grad=True) for _ in range(2))
    seed = np.ones(2)
    (x + y).backward(seed)
    assert not np.shares_memory(x.grad, y.grad)
    assert not np.shares_memory(x.grad, seed)


def test_a_gradient_can_be_written_into():
    x = ag.tensor(np.ones(2000), requires_grad=True)
    ag.sum(x).backward()
    x.grad += 1.0
    np.testing.assert_array_equal(x.grad, 2.0)


def test_a_rule_that_fails_beside_others_is_named_with_its_input():
    def broken(ct, out, *inputs):
        raise ValueError("no such thing")

    odd = ag.primitive(vjps=(None, broken, broken), name="odd")(lambda x, y, z: x + y + z)
    x, y = leaves()
    with pytest.raises(ag.RuleError, match="odd: the rule of input 1 failed: no such"):
        ag.sum(odd(x, y, 1.0)).backward()


def test_two_inputs_with_a_parameter_are_pulled_back_as_any():
    scaled = ag.primitive(
        vjps=(lambda ct, out, x, y, k=1.0: ct * k, lambda ct, out, x, y, k=1.0: -ct * k),
        name="scaled",
    )(lambda x, y, k=1.0: k * (x - y))
    x, y = (ag.tensor(v, requires_grad=True) for v in (3.0, 1.0))
    scaled(x, y, k=5.0).backward()
    assert (x.grad, y.grad) == (5.0, -5.0)
