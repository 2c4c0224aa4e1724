"""Every primitive of the engine goes through the battery, and a little besides."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.testing.input_specs import calls, reference_of
from autograd.testing.report import PASS

PRIMITIVES = ag.primitives()
ROUNDINGS = ("floor", "ceil", "trunc", "rint", "round", "floor_divide")
STEPS = [p for p in PRIMITIVES if p.name in ("sign", "heaviside", *ROUNDINGS)]


@pytest.mark.parametrize("p", PRIMITIVES, ids=str)
@given(data=st.data())
def test_primitive(p, data):
    for report in ag.testing.battery(p, data):
        assert report.verdict == PASS or not report.outputs


@pytest.mark.parametrize("p", PRIMITIVES, ids=str)
def test_every_primitive_has_a_reference(p):
    assert reference_of(p) is not None


@pytest.mark.parametrize("p", STEPS, ids=str)
@given(data=st.data())
def test_steps_have_derivative_zero(p, data):
    call = data.draw(calls(p))
    out, pullback = ag.vjp(p, *call.args)
    assert not np.any(pullback(np.ones(out.shape))[0])


@pytest.mark.parametrize("p", [p for p in PRIMITIVES if p.elementwise], ids=str)
@given(data=st.data())
def test_the_written_derivative_is_the_one_that_the_rule_computes(p, data):
    values = [float(x.flat[0]) for x in data.draw(calls(p)).args]
    out = p.function(*values)
    for position, text in enumerate(p.partials):
        names = {"x": values[0], "out": out} | ({"y": values[1]} if len(values) > 1 else {})
        written = eval(text.replace("^", "**"), vars(np) | names)
        computed = p.vjps[position](np.float64(1.0), out, *map(np.float64, values))
        np.testing.assert_allclose(computed, written, rtol=1e-12)
