"""float16 in, float16 out, and float32 between: what float32 gives, rounded once.

Arguments are drawn for every primitive and every composed function, and multiplied, so that sums,
squares and sizes leave the range of float16 while results and gradients may be inside it.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd.testing.input_specs import calls
from tests.cases import CASES, Draw

SCALES = st.sampled_from([1.0, 100.0, 20_000.0, 1e-4])
LARGEST = 65_504.0
# Of more than two hundred functions.
FEWER = settings(max_examples=settings.default.max_examples // 3)


def in_float16(args, scale):
    """Return floats, scaled, as float16, with the positions at which they stand."""
    args = [np.asarray(a) for a in args]
    moved = [i for i, a in enumerate(args) if a.dtype.kind == "f"]
    for i in moved:
        args[i] = np.clip(args[i] * scale, -LARGEST, LARGEST).astype(np.float16)
    return args, moved


def value_and_gradients(f, args, moved, dtype):
    """Return the value of a function, and its gradients for a cotangent of ones, in a dtype."""

    def of(*values):
        given = list(args)
        for i, value in zip(moved, values, strict=True):
            given[i] = value
        return f(*given)

    with np.errstate(all="ignore"):
        out, pull = ag.vjp(of, *(args[i].astype(dtype) for i in moved))
        return [out, *pull(np.ones(np.shape(out), dtype))]


def assert_rounded(found, expected, rtol=2**-9, atol=1.2e-7):
    """Compare results in float16 with those in float32, which are rounded here."""
    for a, b in zip(found, expected, strict=True):
        assert a.dtype == np.float16
        with np.errstate(over="ignore"):
            b = np.asarray(b).astype(np.float16)
        np.testing.assert_allclose(np.float64(a), np.float64(b), rtol, atol)


PRIMITIVES = [p for p in ag.primitives() if p.differentiable and p.name != "astype"]


@pytest.mark.parametrize("p", PRIMITIVES, ids=str)
@FEWER
@given(data=st.data(), scale=SCALES)
def test_a_primitive_rounds_what_it_computes_in_float32(p, data, scale):
    call = data.draw(calls(p))
    # The sum over what was broadcast has a test of its own.
    args = np.broadcast_arrays(*call.args) if p.elementwise else call.args
    args, moved = in_float16(args, scale)

    def f(*args):
        return p.function(*args, **call.params)

    found = value_and_gradients(f, args, moved, np.float16)
    expected = value_and_gradients(f, args, moved, np.float32)
    assert_rounded(found[:1], expected[:1])
    if np.isfinite(found[0]).all():
        for ours, theirs in zip(found[1:], expected[1:], strict=True):
            # A rule such as 1 - out^2 has of the result only the digits that were kept.
            size = 1.0 if p.elementwise else np.abs(theirs).max(initial=0.0)
            if p.name == "solve":  # adds up products with the result, which may cancel
                size = np.abs(expected[0]).sum() * np.abs(expected[-1]).max(initial=0.0)
            assert_rounded([ours], [theirs], 2**-8, min(2**-8 * size, LARGEST) + 1.2e-7)


@pytest.mark.parametrize("name", sorted(set(CASES) - {"astype"}))
@FEWER
@given(data=st.data(), scale=SCALES)
def test_a_function_rounds_what_it_computes_in_float32(name, data, scale):
    c = CASES[name](Draw(data))
    args, moved = in_float16(c.args, scale)
    found = value_and_gradients(c.f, args, moved, np.float16)
    expected = value_and_gradients(c.f, args, moved, np.float32)
    assert_rounded(found, expected)


def test_the_sum_over_a_broadcast_axis_is_rounded_once():
    x, y = np.ones((2048, 2), np.float16), np.ones(2, np.float16)
    ct = np.repeat(np.array([60_000, -60_000], np.float16), [1024, 1024])[:, None] + 1 * x
    _, pull = ag.vjp(ag.add, x, y)
    np.testing.assert_array_equal(pull(ct)[1], np.sum(ct, axis=0, dtype=np.float64))


@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax, ag.mean, ag.std, ag.logsumexp])
def test_more_numbers_than_float16_can_count(f):
    x = np.zeros(70_000, np.float16)
    x[0] = 1.0
    moved = [0]
    found = value_and_gradients(f, [x], moved, np.float16)
    assert_rounded(found, value_and_gradients(f, [x], moved, np.float32))


def test_the_norm_of_numbers_without_squares():
    x = np.array([300, -300], np.float16)
    assert ag.linalg.norm(x) == np.float16(300 * 2**0.5)
    np.testing.assert_allclose(ag.grad(ag.linalg.norm)(x), [0.5**0.5, -(0.5**0.5)], rtol=1e-3)


def test_gelu_where_twice_the_input_is_infinite():
    assert ag.gelu(np.float16(40_000)) == 40_000
    assert ag.grad(ag.gelu)(np.float16(40_000)) == 1


def test_beside_an_input_of_more_digits_the_result_is_not_rounded():
    small, large = np.float16([300.0, 300.0]), np.float32([300.0, 300.0])
    found = ag.einsum("i,i", small, large)
    assert (found.dtype, found) == (np.float32, 180_000.0)
