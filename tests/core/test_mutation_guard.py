"""The debug mode catches values that were changed in place."""

import numpy as np
import pytest

import autograd as ag
from autograd.core import context
from autograd.core.mutation_guard import LocationNotes


def test_a_changed_constant_is_named():
    x, c = ag.tensor([1.0, 2.0], requires_grad=True), np.array([3.0, 4.0])
    with ag.debug():
        y = ag.sum(x * c)
        c[0] = 0.0
        with pytest.raises(ag.GradientError, match=r"multiply: input 1 was changed in place"):
            y.backward()


def test_a_changed_leaf_is_named():
    x = ag.tensor([1.0, 2.0], requires_grad=True, name="x")
    with ag.debug():
        y = ag.sum(ag.sin(x))
        x.data[:] = 0.0
        with pytest.raises(ag.GradientError, match=r"sin: input 0 \(x\) was"):
            ag.gradients(y, x)


def test_a_changed_result_is_named():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    with ag.debug():
        view = ag.reshape(x, (2, 1))
        y = ag.sum(view)
        x.data[:] = 2.0
        with pytest.raises(ag.GradientError, match=r"(sum: input 0|reshape: input 0)"):
            y.backward()


def test_unchanged_values_pass():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    with ag.debug():
        ag.sum(ag.exp(x) * x[::-1]).backward()
    np.testing.assert_allclose(x.grad, np.exp([1, 2]) * [2, 1] + np.exp([2, 1]))


def test_graphs_from_before_the_block_are_not_watched():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = ag.sum(x * x)
    with ag.debug():
        y.backward()
    assert x.grad.tolist() == [2.0, 4.0]


def test_outside_the_block_nobody_watches():
    x, c = ag.tensor([1.0], requires_grad=True), np.array([3.0])
    y = ag.sum(x * c)
    c[0] = 5.0
    y.backward()
    assert x.grad.tolist() == [5.0]


def test_location_notes_inside_debug_leave_the_comparison_to_it():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    with ag.debug(), context.changed(guard=LocationNotes()):
        y = ag.sum(x * x)
        x.data[0] = 5.0
        with pytest.raises(ag.GradientError, match="changed in place"):
            y.backward()
