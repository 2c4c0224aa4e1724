"""Operators with an assignment: a leaf that is learned would silently stay as it was."""

import operator

import numpy as np
import pytest

import autograd as ag
import nn
from tests.refusals import assert_refused

OPERATORS = {
    "+=": operator.iadd,
    "-=": operator.isub,
    "*=": operator.imul,
    "/=": operator.itruediv,
    "**=": operator.ipow,
    "@=": operator.imatmul,
    "//=": operator.ifloordiv,
    "%=": operator.imod,
    "&=": operator.iand,
    "|=": operator.ior,
    "^=": operator.ixor,
    "<<=": operator.ilshift,
    ">>=": operator.irshift,
}
WITH_MEANING = dict(list(OPERATORS.items())[:6])
MATRIX = np.array([[1.0, 2.0], [3.0, 4.0]])

each = pytest.mark.parametrize("symbol", OPERATORS)
each_with_meaning = pytest.mark.parametrize("symbol", WITH_MEANING)


@each
@pytest.mark.parametrize("make", [ag.tensor, nn.Parameter], ids=["tensor", "Parameter"])
def test_a_leaf_that_requires_a_gradient_is_not_changed_in_place(symbol, make):
    w = make(MATRIX, requires_grad=True)
    assert_refused(lambda: OPERATORS[symbol](w, MATRIX), TypeError)
    assert (w.data == MATRIX).all()


@each_with_meaning
def test_the_error_has_the_line_to_write(symbol):
    w = ag.tensor(MATRIX, requires_grad=True, name="weight")
    write = f"write weight.data = weight.data {symbol[:-1]} ..."
    assert_refused(lambda: WITH_MEANING[symbol](w, MATRIX), ag.ImmutableError, write)


def test_without_recording_it_is_lost_too():
    w = ag.tensor(1.0, requires_grad=True)
    with ag.no_grad():
        assert_refused(lambda: operator.isub(w, 0.1), ag.ImmutableError, "w.data = w.data - ...")


@each_with_meaning
@pytest.mark.parametrize("result", [False, True], ids=["constant", "result"])
def test_any_other_tensor_gets_a_new_value(symbol, result):
    x = ag.tensor(MATRIX, requires_grad=result) if not result else ag.tensor(MATRIX) * 1.0
    y = WITH_MEANING[symbol](x, MATRIX)
    assert (x.data == MATRIX).all()
    np.testing.assert_allclose(
        y.data, getattr(operator, WITH_MEANING[symbol].__name__[1:])(MATRIX, MATRIX)
    )


def test_a_sum_can_begin_at_a_constant():
    x = ag.tensor(2.0, requires_grad=True)
    total = ag.tensor(0.0)
    for _ in range(3):
        total += x * x
    total.backward()
    assert x.grad == 12.0


def test_a_result_can_be_added_to():
    x = ag.tensor(2.0, requires_grad=True)
    y = x * x
    y += x
    y.backward()
    assert x.grad == 5.0


@pytest.mark.parametrize("symbol", WITH_MEANING)
def test_an_array_does_not_swallow_a_tensor(symbol):
    w = ag.tensor(MATRIX, requires_grad=True)
    assert_refused(lambda: WITH_MEANING[symbol](MATRIX.copy(), w), ag.UnsupportedError, "out=")
