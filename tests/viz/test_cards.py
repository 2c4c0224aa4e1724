"""Step cards: the rule of every operation is an expression, and evaluating it gives the numbers."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd.core.apply import apply
from autograd.testing.input_specs import calls
from autograd.viz.model.cards import Cards
from autograd.viz.model.equations import Equations
from tests.ir.printed_language import evaluated

DRAWN = [p for p in ag.primitives() if p.name != "cofactors"]


def named(i, value):
    """Return an input as a Tensor with a name; arrays of integers get no gradient."""
    if isinstance(value, (int, float)) and not isinstance(value, np.generic):
        return value
    array = np.asarray(value)
    return ag.tensor(array, requires_grad=array.dtype.kind == "f", name=f"in{i}")


def plainly(text, names):
    """Write the names of a card as identifiers: df/da as df_da, x^2 as x**2."""
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, name.replace("/", "_"))
    text = re.sub(r"^\((.*) if (.*) else (.*)\) \*", r"where(\2, \1, \3) *", text)
    return text.replace("^", "**")


@pytest.mark.parametrize("primitive", DRAWN, ids=str)
@settings(max_examples=4)
@given(data=st.data())
def test_the_expression_on_each_card_has_the_value_of_the_contribution(primitive, data):
    call = data.draw(calls(primitive))
    out = apply(primitive, [named(i, x) for i, x in enumerate(call.args)], call.params)
    if not out.requires_grad:
        return
    seed = np.asarray(np.random.default_rng(0).normal(size=out.shape))
    trace = ag.trace(out, seed, open=False)
    cards = Cards(trace)
    equations = Equations(cards)
    values = {f"in{i}": np.asarray(x) for i, x in enumerate(call.args)} | {
        "f": out.data,
        "df_df": seed,
    }
    for index, event in enumerate(trace):
        if event.kind != "vjp":
            continue
        product = cards.card(index).product
        text = product.rule or f"({product.text}) * df/df"
        assert text
        assert equations.product(index) is not None, text
        assert "the rule of" not in str(cards.card(index))
        if "constant(" in text:  # an index of many numbers is not written out
            continue
        with np.errstate(all="ignore"):  # where(x, 1 / x, 0)
            got = np.asarray(evaluated(plainly(text, ["df/df"]), values, np.shape(event.value)))
        if product.summed or got.shape != np.shape(event.value):
            got = summed(got, np.shape(event.value))
        scale = np.max(np.abs(event.value), initial=1)
        np.testing.assert_allclose(got / scale, event.value / scale, rtol=0, atol=1e-9)


def summed(x, shape):
    """Sum over the axes that broadcasting has added or stretched; a number stands for all."""
    if x.size == 1 and x.ndim <= len(shape):
        return np.broadcast_to(x, shape)
    x = x.sum(axis=tuple(range(x.ndim - len(shape))))
    stretched = tuple(a for a, n in enumerate(shape) if n == 1 and x.shape[a] != 1)
    return x.sum(axis=stretched, keepdims=True)
