"""Inputs of several dtypes: the result has the digits of its own dtype, not of the shortest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd.testing.input_specs import calls


def drawn(p, data):
    """Draw a call with some inputs in float32, and the same numbers all in float64."""
    call = data.draw(calls(p))
    floats = [i for i, x in enumerate(call.args) if np.asarray(x).dtype.kind == "f"]
    short = data.draw(st.sets(st.sampled_from(floats), max_size=len(floats) - 1))
    mixed = [np.float32(x) if i in short else x for i, x in enumerate(call.args)]
    right = [np.float64(x) if i in short else x for i, x in enumerate(mixed)]
    return floats, mixed, right, call.params


@pytest.mark.parametrize("p", ag.primitives(), ids=str)
@given(data=st.data())
@settings(max_examples=20)
def test_a_float64_result_has_the_digits_of_float64(p, data):
    _, mixed, widened, params = drawn(p, data)
    found, right = (p.function(*args, **params) for args in (mixed, widened))
    if found.dtype == np.float64:
        np.testing.assert_allclose(found, right, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("p", [p for p in ag.primitives() if p.differentiable], ids=str)
@given(data=st.data())
@settings(max_examples=20)
def test_a_float64_gradient_has_the_digits_of_float64(p, data):
    floats, mixed, widened, params = drawn(p, data)

    def pulled(args):
        def f(*values):
            given = [values[floats.index(i)] if i in floats else x for i, x in enumerate(args)]
            return p.function(*given, **params)

        out, pullback = ag.vjp(f, *(args[i] for i in floats))
        return out.dtype, pullback(np.full(out.shape, 0.7))

    (dtype, found), (_, right) = pulled(mixed), pulled(widened)
    if dtype == np.float64:
        for ct, exact in zip(found, right, strict=True):
            digits = 1e-12 if ct.dtype == np.float64 else 1e-6
            np.testing.assert_allclose(ct, exact, rtol=digits, atol=digits)


@pytest.mark.parametrize(
    "subscripts", ["cb,->c", "cb,c->", "ab,bc->ac", "ab,cd->", "ab,b,c->a", "aa,a->"]
)
@pytest.mark.parametrize("longest", [0, 1])
def test_einsum_computes_in_the_dtype_of_the_result(subscripts, longest):
    rng = np.random.default_rng(0)
    terms = subscripts.partition("->")[0].split(",")
    operands = [rng.normal(size=(7,) * len(term)) * 1e4 for term in terms]
    mixed = [x if i == longest else np.asarray(x, np.float32) for i, x in enumerate(operands)]
    right = np.einsum(subscripts, *(np.asarray(x, np.float64) for x in mixed))
    found = ag.einsum(subscripts, *(ag.tensor(x) for x in mixed))
    assert found.dtype == np.float64
    np.testing.assert_allclose(found.data, right, rtol=1e-13)


def test_the_gradients_of_einsum_have_the_digits_of_the_result():
    w = ag.tensor(np.full((2, 3), 0.1, np.float32), requires_grad=True)
    scale = ag.tensor(0.3, requires_grad=True)
    ag.einsum("cb,->c", w, scale).sum().backward()
    assert w.grad.dtype == np.float32
    np.testing.assert_allclose(scale.grad, 6 * float(np.float32(0.1)), rtol=1e-15)
