"""The nudge table holds what the function gives, and stays within its budget."""

import math

import numpy as np
import pytest

import autograd as ag
from autograd.viz.player.nudge_table import STEPS, nudge_table


def leaf(value, name="x"):
    return ag.tensor(value, requires_grad=True, name=name)


def test_the_table_holds_the_changes_of_the_function():
    x, y = leaf(0.5), leaf(-2.0, "y")
    table = nudge_table(ag.trace(ag.sin(x * y) + x))
    assert [row.name for row in table] == ["x", "y"]
    functions = (lambda x: math.sin(-2 * x) + x, lambda y: math.sin(0.5 * y) + 0.5)
    for row, f in zip(table, functions, strict=True):
        assert [by for by, _ in row.steps] == pytest.approx(STEPS)
        for by, change in row.steps:
            assert change == pytest.approx(f(row.value + by) - f(row.value), abs=1e-14)


def test_steps_grow_with_the_digits_before_the_point():
    rows = nudge_table(ag.trace(ag.sum(leaf([0.001, 9.5, -10.0, 250.0]))))
    assert [row.steps[-1][0] for row in rows] == pytest.approx([1.0, 1.0, 10.0, 100.0])


def test_every_element_of_a_small_leaf_has_a_row_and_a_large_one_none():
    w, v = leaf(np.ones((4, 4)), "w"), leaf(np.ones(17), "v")
    table = nudge_table(ag.trace(ag.sum(w) + ag.sum(v)))
    assert len(table) == 16
    assert table[5].name == "w[1, 1]"


def test_the_work_is_limited():
    xs = [leaf(float(i), f"x{i}") for i in range(5)]
    trace = ag.trace(ag.sum(ag.stack(xs)))
    assert len(nudge_table(trace, 0)) == 0
    assert 0 < len(nudge_table(trace, 8_000)) < 5
    assert len(nudge_table(trace)) == 5


def test_large_tensors_are_too_much_work():
    x = leaf(2.0)
    assert nudge_table(ag.trace(ag.sum(x * np.ones((400, 400))))) == []


def test_constants_and_data_have_no_rows():
    x, n = leaf(2.0), ag.tensor(3.0, name="n")
    assert [row.name for row in nudge_table(ag.trace(x * n + 1.0))] == ["x"]


def test_a_float32_leaf_moves_in_float32():
    (row,) = nudge_table(ag.trace(leaf(np.float32(1.0)) * 3.0))
    assert row.steps[10][0] == float(np.float32(1.1)) - 1.0


def test_steps_out_of_the_domain_are_left_out():
    (row,) = nudge_table(ag.trace(ag.log(leaf(0.3))))
    assert [by for by, _ in row.steps] == pytest.approx([s for s in STEPS if s > -0.3])
