"""Equal is one notion, and the rounding of a computation stays below its bound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.ir.numerics import (
    EPSILON,
    UNIT,
    epsilon,
    equal,
    equal_up_to_rounding,
    first_order_bound,
    near,
    near_elements,
    rounding_bound,
)

NAN, INF = np.nan, np.inf
numbers = st.floats(width=64) | st.sampled_from([0.0, -0.0, INF, -INF, NAN, 5e-324, 1.7e308])


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (NAN, NAN),
        (0.0, -0.0),
        (INF, INF),
        (1, 1.0),
        (np.float32(0.5), 0.5),
        ([], np.zeros(0)),
        ([[1.0, NAN]], np.array([[1.0, NAN]])),
        (np.array([True]), [True]),
        (2**53 + 1, 2**53 + 1),
    ],
)
def test_equal_numbers_of_one_shape_are_equal(a, b):
    assert equal(a, b)
    assert near(a, b)
    assert equal_up_to_rounding(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1.0, [1.0]),
        ([1.0], [[1.0]]),
        ([], [[]]),
        (NAN, 0.0),
        (INF, -INF),
        (INF, 1.7e308),
        (1.0, NAN),
        ([1.0, 2.0], [1.0, 3.0]),
    ],
)
def test_other_numbers_and_other_shapes_are_not(a, b):
    assert not equal(a, b)
    assert not near(a, b, rtol=0.1)
    assert not equal_up_to_rounding(a, b)


@pytest.mark.parametrize("same", [equal, near])
def test_large_integers_are_compared_exactly(same):
    assert not same(2**53, 2**53 + 1)
    assert not same(np.array([2**62]), np.array([2**62 + 1]))


def test_a_tolerance_holds_for_integers_too():
    assert near(99, 100, rtol=0.01)
    assert near(2**53, 2**53 + 1, atol=1.0)


@given(numbers, numbers, st.floats(0, 0.5), st.floats(0, 1))
def test_near_is_symmetric_and_wider_than_equal(a, b, rtol, atol):
    assert near(a, b, rtol, atol) == near(b, a, rtol, atol)
    assert near(a, b, rtol, atol) >= equal(a, b)
    assert near(a, b) == equal(a, b)


def test_a_tolerance_is_a_part_of_the_larger_number():
    assert near(9.0, 10.0, rtol=0.1)
    assert near(-10.0, -9.0, rtol=0.1)
    assert not near(8.9, 10.0, rtol=0.1)


def test_a_tolerance_may_be_given_for_every_element():
    found = near_elements([1.0, 1.0, 1.0], [2.0, 2.0, NAN], atol=np.array([1.0, 0.5, INF]))
    assert found.tolist() == [True, False, False]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_rounding_is_that_of_the_narrower_dtype(dtype):
    one = dtype(1)
    assert equal_up_to_rounding(one, dtype(1 + 4 * epsilon(one)))
    assert equal_up_to_rounding(1.0, dtype(1 + 4 * epsilon(one)))
    assert not equal_up_to_rounding(one, dtype(1.1))


def test_numbers_that_cancelled_may_differ_by_roundings_of_what_they_were_made_from():
    assert not equal_up_to_rounding(0.0, 16 * EPSILON)
    assert equal_up_to_rounding(0.0, 16 * EPSILON, size=1.0)
    assert not equal_up_to_rounding(0.0, 17 * EPSILON, size=1.0)
    assert not equal_up_to_rounding(0.0, 1.0, size=INF)


def test_the_unit_roundoff_is_half_of_epsilon():
    assert epsilon(1.0) == EPSILON == 2 * UNIT == 2.0**-52
    assert epsilon(np.float32(1)) == 2.0**-23
    assert epsilon(3) == epsilon(True) == 0.0
    assert 1.0 + UNIT == 1.0 != 1.0 + 2 * UNIT


def test_errors_add_up_to_first_order():
    errors = [(np.array([2.0, -3.0]), np.array([1.0, 10.0]), 0.5), (4.0, 1.0, 0.25)]
    assert first_order_bound(errors) == 0.5 * 32 + 0.25 * 4
    assert first_order_bound([]) == 0.0
    assert first_order_bound([(INF, 0.0, 1.0)]) == INF


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_a_sum_rounds_by_less_than_its_bound(terms):
    x = ag.tensor(np.float32(terms), requires_grad=True)
    trace = ag.trace(ag.sum(x * x))
    values = [node.value for node in trace.graph]
    gradients = {node.id: trace.gradient(node.id) for node in trace.graph}
    bound = rounding_bound(trace.graph, range(len(values)), values, gradients)
    exact = np.sum(np.float32(terms).astype(float) ** 2)
    assert abs(float(values[-1]) - exact) <= bound + 1e-44  # where float32 underflows


def test_what_only_moves_numbers_rounds_none():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    trace = ag.trace(ag.max(ag.reshape(x, (2, 1))))
    values = [node.value for node in trace.graph]
    gradients = {node.id: np.ones_like(node.value) for node in trace.graph}
    assert rounding_bound(trace.graph, range(len(values)), values, gradients) == 0.0
