"""A primitive that replaces a composition has its value and its gradients."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.core.apply import apply
from autograd.testing.input_specs import calls

REPLACING = [p for p in ag.primitives() if p.spec.composition is not None]


def test_the_primitives_that_are_earned_by_stability_or_speed_name_their_composition():
    named = {p.name for p in REPLACING}
    assert {"sigmoid", "softplus", "gelu_tanh", "tanh", "expm1", "log1p"} <= named
    assert {"softmax_cross_entropy", "max_pool", "sum_pool"} <= named


@pytest.mark.parametrize("p", REPLACING, ids=str)
@given(data=st.data())
def test_a_composition_has_the_value_and_the_gradient_of_its_primitive(p, data):
    call = data.draw(calls(p))
    x = ag.tensor(np.clip(call.args[0], -20, 20), requires_grad=True)
    rest, params = tuple(call.args[1:]), call.params
    out = apply(p, (x, *rest), params)
    composed = p.spec.composition(x, *rest, **params)
    ct = np.linspace(0.5, 1.5, out.size).reshape(out.shape)
    np.testing.assert_allclose(out.data, composed.data, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(
        ag.gradients(out, x, ct), ag.gradients(composed, x, ct), rtol=1e-9, atol=1e-14
    )
