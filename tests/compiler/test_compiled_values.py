"""Compiled functions give what the functions give: every primitive, rule and hand-made program.

The same programs are captured and interpreted in `tests/ir`, where they must agree to the bit; here
the passes may change the order of sums, and so the last digits.
"""

import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd.core.pytree import flatten
from autograd.testing.input_specs import calls
from autograd.testing.primitive_map import differentiable
from tests.ir.test_capture_functions import PROGRAMS, derivatives
from tests.ir.test_capture_functions import others as other_numbers
from tests.ir.test_capture_primitives import (
    PRIMITIVES,
    WITHOUT_DERIVATIVE,
    others,
    value_and_derivatives,
)

# Relative to the largest number of all results: a sum in another order has another rounding of its
# largest terms, and where they cancel they show in other results only.
CLOSE = {"g": 1e-12, "d": 1e-12, "f": 2e-5, "e": 1e-2}


def outcome(f, *args):
    """Return the results as arrays, or the kind of error."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found, _ = flatten(f(*args))
    except (np.linalg.LinAlgError, ag.GlassgradError) as error:
        return type(error)
    return [np.asarray(x._value if isinstance(x, ag.Tensor) else x) for x in found]


def assert_close(found, expected, where=""):
    if isinstance(expected, type) or isinstance(found, type):
        assert found is expected, where
        return
    assert len(found) == len(expected), where
    largest = max(map(largest_of, expected), default=0.0)
    for x, y in zip(found, expected, strict=True):
        assert (x.dtype, x.shape) == (y.dtype, y.shape), where
        if y.dtype.kind != "f":
            np.testing.assert_array_equal(x, y, err_msg=where)
            continue
        near = CLOSE[y.dtype.char]
        np.testing.assert_allclose(x, y, rtol=near, atol=near * largest, err_msg=where)


def largest_of(x):
    finite = np.abs(x[np.isfinite(x)], dtype=float) if x.dtype.kind == "f" else np.zeros(0)
    return float(min(finite.max(), 1e300)) if finite.size else 0.0


@pytest.mark.parametrize("p", PRIMITIVES, ids=str)
@settings(max_examples=2)
@given(data=st.data(), seed=st.integers(0, 2**32 - 1))
def test_primitive(p, data, seed):
    if p.name in WITHOUT_DERIVATIVE:
        call = WITHOUT_DERIVATIVE[p.name](data.draw)
    else:
        call = data.draw(calls(p))
    active = differentiable(p, call.args)
    rng = np.random.default_rng(seed)
    args = [np.asarray(x) for x in call.args]

    def f(*args):
        return p.function(*args, **call.params)

    out = np.asarray(f(*args))
    weights = [rng.normal(size=out.shape).astype(out.dtype)]
    weights += [rng.normal(size=args[i].shape).astype(args[i].dtype) for i in active]
    program = value_and_derivatives(f, active)
    compiled = ag.compile(program)
    for again in [args, *others(args, rng)]:
        expected = outcome(program, again, weights)
        assert_close(outcome(compiled, again, weights), expected, f"{again} {compiled.source}")


@pytest.mark.parametrize("part", ["value", "gradient"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name, part):
    f, *examples = PROGRAMS[name]
    g = derivatives(f, examples)[part]
    if part == "gradient" and not any(x.dtype.kind == "f" for x in examples):
        return
    compiled = ag.compile(g)
    rng = np.random.default_rng(0)
    for i in range(5):
        args = [other_numbers(x, rng, i % 3) for x in examples]
        expected = outcome(g, *map(ag.tensor, args))
        assert_close(outcome(compiled, *args), expected, f"{args} {compiled.source}")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_step_of_a_perceptron_stays_close_for_50_steps(dtype):
    rng = np.random.default_rng(0)
    weights = perceptron(rng, dtype)
    compiled, others = ag.compile(step), weights
    for _ in range(50):
        x, t = rng.normal(size=(8, 5)).astype(dtype), rng.integers(0, 4, 8)
        weights, loss = step(weights, x, t, 0.1)
        others, other_loss = compiled(others, x, t, 0.1)
        assert other_loss.dtype == dtype
        for w, v in zip(weights, others, strict=True):
            assert v.dtype == dtype
            np.testing.assert_allclose(v, w, rtol=0, atol=20 * np.finfo(dtype).eps)
        np.testing.assert_allclose(other_loss, loss, rtol=20 * np.finfo(dtype).eps)


def perceptron(rng, dtype):
    sizes = (5, 7, 4)
    made = []
    for inputs, outputs in pairwise(sizes):
        made += [rng.normal(size=(inputs, outputs)).astype(dtype), np.zeros(outputs, dtype)]
    return made


def loss_of(weights, x, t):
    hidden = ag.relu(x @ weights[0] + weights[1])
    return ag.mean(ag.softmax_cross_entropy(hidden @ weights[2] + weights[3], t))


def step(weights, x, t, lr):
    loss, g = ag.value_and_grad(loss_of)(weights, x, t)
    return [w - lr * d for w, d in zip(weights, g, strict=True)], loss


@pytest.mark.parametrize("largest", [1e-6, 1.0, 30.0, 1e4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropy_is_exact_in_both_tails(dtype, largest):
    rng = np.random.default_rng(0)
    x = (rng.normal(size=(40, 5)) * largest).astype(dtype)
    t = rng.integers(0, 5, 40)
    t[:20] = x[:20].argmax(axis=1)
    f = ag.value_and_grad(lambda x, weights: ag.sum(ag.softmax_cross_entropy(x, t) * weights))
    each = ag.compile(lambda x: ag.softmax_cross_entropy(x, t))
    eps = np.finfo(dtype).eps
    np.testing.assert_allclose(each(x), ag.softmax_cross_entropy(x, t), rtol=8 * eps, atol=1e-300)
    weights = rng.normal(size=40).astype(dtype)
    np.testing.assert_allclose(ag.compile(f)(x, weights)[1], f(x, weights)[1], rtol=20 * eps)


def test_wrong_classes_are_refused_as_by_the_function():
    f = ag.compile(lambda x, t: ag.softmax_cross_entropy(x, t))
    x = np.zeros((3, 2))
    np.testing.assert_allclose(f(x, np.array([0, 1, 1])), np.log([2.0, 2.0, 2.0]))
    for wrong in ([0, 1, 2], [-1, 0, 0], [5, 5, 1]):
        with pytest.raises(ag.IndexingError, match="classes go from"):
            f(x, np.array(wrong))
    np.testing.assert_allclose(f(x, np.array([0, 1, 1])), np.log([2.0, 2.0, 2.0]))


def test_float_stays_as_weak_as_in_python():
    w, g = np.ones(3, np.float32), np.arange(3, dtype=np.float32)
    f = ag.compile(lambda w, g, lr: (w - lr * g, w * (1 - lr) ** 2, ag.exp(lr) * w, 2 * lr))
    found, expected = f(w, g, 0.1), (w - 0.1 * g, w * (1 - 0.1) ** 2, np.exp(0.1) * w, 0.2)
    for x, y in zip(found, expected, strict=True):
        assert type(x) is type(y)
        np.testing.assert_array_equal(x, y)
        assert np.asarray(x).dtype == np.asarray(y).dtype


def test_mask_of_relu_keeps_infinities_out():
    x = np.array([[-1.0, 2.0, 0.0, np.inf, -np.inf, np.nan]] * 300)
    f = lambda x, w: ag.grad(lambda x: ag.sum(ag.relu(x) * w))(x)  # noqa: E731
    w = np.array([np.inf, 1.0, np.nan, 2.0, -np.inf, 1.0])
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(ag.compile(f)(x, w), f(x, w))


def test_mask_that_is_used_before_its_relu():
    f = lambda x: (ag.where(x > 0, ag.exp(x), 2.0), ag.maximum(x, 0.0))  # noqa: E731
    compiled = ag.compile(f)
    for x in (np.array([1.0, -1.0]), np.array([-0.5, np.nan])):
        assert_close(outcome(compiled, x), outcome(f, x))


def test_a_number_that_something_is_multiplied_by_twice_counts_twice():
    def f(x):
        return ag.tanh(x), ag.tanh(x) * 0.5 * 0.5, ag.sin(x) * 0.5 * 0.5

    x = np.array([1.0, 2.0])
    for found, expected in zip(ag.compile(f)(x), f(x), strict=True):
        np.testing.assert_allclose(found, expected, 1e-14)


def test_zeros_of_two_signs_are_no_single_number():
    f = lambda x: x / np.array([0.0, -0.0])  # noqa: E731
    with np.errstate(divide="ignore"):
        np.testing.assert_array_equal(ag.compile(f)(np.ones(2)), [np.inf, -np.inf])


@pytest.mark.parametrize(("given", "shape"), [((), (3,)), ((3,), (1, 3)), ((1, 3), (1, 1, 3))])
def test_stretched_values_are_not_written_to(given, shape):
    f = lambda x: (ag.exp(ag.broadcast_to(x * 2.0, shape)), ag.broadcast_to(x * 3.0, shape))  # noqa: E731
    for x in (np.full(given, 0.5), np.full(given, -1.0)):
        found = ag.compile(f)(x)
        assert_close(found, [np.asarray(y) for y in f(x)])
        assert all(y.flags.writeable for y in found)


def test_layout_of_an_argument_is_no_part_of_the_program():
    f = ag.grad(lambda w, x: ag.sum((x @ w.T) ** 2))
    wide, x = np.arange(12.0).reshape(2, 6), np.ones((4, 3))
    compiled = ag.compile(f)
    for w in (wide[:, ::2], np.asfortranarray(wide[:, :3]), wide[::-1, 3:]):
        np.testing.assert_allclose(ag.compile(f)(w, x), f(w, x), rtol=1e-12)
        np.testing.assert_allclose(compiled(w, x), f(w, x), rtol=1e-12)
