"""Every composed function: its value against NumPy or SciPy, its derivatives by `check_grad`."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd.testing.strategies import LAYOUTS
from tests.cases import CASES, Draw

NAMES = sorted(CASES)

# A numerical derivative takes many evaluations, and there are many functions.
FEWER = settings(max_examples=settings.default.max_examples // 5)


def drawn(name, data):
    draw = Draw(data)
    return CASES[name](draw), draw


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_value_equals_the_reference(name, data):
    c, _ = drawn(name, data)
    expected = c.reference(*c.args)
    result = c.f(*(ag.tensor(a) for a in c.args))
    assert isinstance(result, ag.Tensor)
    assert result.shape == np.shape(expected)
    np.testing.assert_allclose(result.data, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_arrays_give_arrays_with_the_same_value(name, data):
    c, _ = drawn(name, data)
    plain = c.f(*c.args)
    assert not isinstance(plain, ag.Tensor)
    wrapped = c.f(*(ag.tensor(a) for a in c.args))
    np.testing.assert_allclose(plain, wrapped.data, rtol=1e-15)


@pytest.mark.parametrize("name", NAMES)
@FEWER
@given(data=st.data())
def test_two_derivatives_equal_the_numerical_ones(name, data):
    c, d = drawn(name, data)
    report = ag.testing.check_grad(c.f, *c.args, order=2, rng=d.rng, allow_inconclusive=True)
    assert report or not report.outputs or not any(a.size for a in c.args)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_forward_mode_agrees_with_reverse_mode(name, data):
    c, d = drawn(name, data)
    tangents = [d.numbers(a.shape) for a in c.args]
    out, pushed = ag.jvp(c.f, c.args, tangents)
    ct = d.numbers(np.shape(out))
    pulled = ag.vjp(c.f, *c.args)[1](ct)
    left = np.sum(ct * pushed)
    right = sum(np.sum(g * t) for g, t in zip(pulled, tangents, strict=True))
    np.testing.assert_allclose(left, right, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"astype"}))
@FEWER
@given(data=st.data())
def test_float32_stays_float32_and_agrees_with_float64(name, data):
    c, d = drawn(name, data)
    args = [a.astype(np.float32) for a in c.args]
    assert c.f(*(ag.tensor(a) for a in args)).dtype == np.float32
    report = ag.testing.check_grad(c.f, *args, rng=d.rng, allow_inconclusive=True)
    assert report or not report.outputs or not any(a.size for a in c.args)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data(), layout=st.sampled_from(sorted(set(LAYOUTS) - {"C", "0-stride"})))
def test_memory_layout_does_not_change_gradients(name, layout, data):
    c, d = drawn(name, data)
    out, pullback = ag.vjp(c.f, *c.args)
    ct = np.asarray(d.numbers(np.shape(out)))
    again, other_pullback = ag.vjp(c.f, *map(LAYOUTS[layout], c.args))
    np.testing.assert_allclose(again, out, rtol=1e-13, atol=1e-13)
    for g, e in zip(other_pullback(LAYOUTS[layout](ct)), pullback(ct), strict=True):
        np.testing.assert_allclose(g, e, rtol=1e-12, atol=1e-12)
