"""Every function: its value against NumPy or SciPy, its derivatives against numerical ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from tests.cases import CASES, Draw
from tests.numerical import assert_pullback

NAMES = sorted(CASES)
STEPS = {"sign", "heaviside", "floor"}


def drawn(name, data):
    draw = Draw(data)
    return CASES[name](draw), draw


def test_every_primitive_has_a_case():
    covered = {name.removeprefix("linalg.") for name in CASES}
    assert {p.name for p in ag.primitives()} <= covered


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
@given(data=st.data())
def test_first_derivative_equals_the_numerical_one(name, data):
    c, d = drawn(name, data)
    _, pullback = ag.vjp(c.f, *c.args)
    assert_pullback(c.reference, c.args, pullback, d.rng)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_second_derivative_equals_the_numerical_one(name, data):
    c, d = drawn(name, data)
    out, _ = ag.vjp(c.f, *c.args)
    ct = d.numbers(np.shape(out))
    weights = [d.numbers(a.shape) for a in c.args]

    def first(*args_and_ct):
        *args, ct = args_and_ct
        pulled = ag.vjp(c.f, *args)[1](ct)
        return sum(ag.sum(g * w) for g, w in zip(pulled, weights, strict=True))

    _, pullback = ag.vjp(first, *c.args, ct)
    assert_pullback(first, [*c.args, ct], pullback, d.rng)


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


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_float32_stays_float32(name, data):
    if name == "astype":
        return  # its purpose is to change the dtype
    c, d = drawn(name, data)
    args = [a.astype(np.float32) for a in c.args]
    leaves = [ag.tensor(a, requires_grad=True) for a in args]
    out = c.f(*leaves)
    ct = d.numbers(out.shape).astype(np.float32)
    assert out.dtype == np.float32
    grads = ag.gradients(out, leaves, ct, create_graph=True)
    exact = ag.vjp(c.f, *(a.astype(float) for a in args))[1](ct.astype(float))
    for g, e in zip(grads, exact, strict=True):
        assert g.dtype == np.float32
        np.testing.assert_allclose(g.data, e, rtol=2e-3, atol=2e-4)


LAYOUTS = {
    "Fortran": lambda a: np.array(a, order="F"),
    "reversed": lambda a: np.array(np.flip(a), order="C")[(slice(None, None, -1),) * a.ndim],
    "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_memory_layout_does_not_change_gradients(name, layout, data):
    c, d = drawn(name, data)
    out, pullback = ag.vjp(c.f, *c.args)
    ct = d.numbers(np.shape(out))
    other = [LAYOUTS[layout](a) for a in c.args]
    for a, b in zip(c.args, other, strict=True):
        np.testing.assert_array_equal(a, b)
    again, other_pullback = ag.vjp(c.f, *other)
    np.testing.assert_allclose(again, out, rtol=1e-13, atol=1e-13)
    moved = LAYOUTS[layout](np.asarray(ct))
    for g, e in zip(other_pullback(moved), pullback(ct), strict=True):
        np.testing.assert_allclose(g, e, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_rules_change_neither_inputs_nor_cotangents(name, data):
    c, d = drawn(name, data)
    args = [a.copy() for a in c.args]
    out, pullback = ag.vjp(c.f, *args)
    ct = np.asarray(d.numbers(np.shape(out)))
    kept = ct.copy()
    pullback(ct)
    np.testing.assert_array_equal(ct, kept)
    for a, b in zip(args, c.args, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
def test_the_pullback_is_homogeneous_to_the_bit(name, data):
    c, d = drawn(name, data)
    out, pullback = ag.vjp(c.f, *c.args)
    ct = d.numbers(np.shape(out))
    for once, twice in zip(pullback(ct), pullback(-2 * ct), strict=True):
        np.testing.assert_array_equal(-2 * once, twice)


@pytest.mark.parametrize("name", sorted(STEPS))
@given(data=st.data())
def test_steps_have_derivative_zero(name, data):
    c, d = drawn(name, data)
    out, pullback = ag.vjp(c.f, *c.args)
    assert not np.any(pullback(d.numbers(np.shape(out)))[0])


@pytest.mark.parametrize("p", [p for p in ag.primitives() if p.elementwise], ids=str)
@given(data=st.data())
def test_the_written_derivative_is_the_one_that_the_rule_computes(p, data):
    c, _ = drawn(p.name, data)
    values = [float(np.resize(a, 1)[0]) if a.size else 0.7 for a in c.args]
    out = p(*values)
    for position, text in enumerate(p.derivatives):
        names = {"x": values[0], "out": out} | ({"y": values[1]} if len(values) > 1 else {})
        written = eval(text.replace("^", "**"), vars(np) | names)
        computed = p.vjps[position](np.float64(1.0), out, *map(np.float64, values))
        np.testing.assert_allclose(computed, written, rtol=1e-12)
