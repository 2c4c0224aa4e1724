"""What a program computes once, though the function computes it twice."""

import numpy as np
import pytest

import autograd as ag

X = np.random.default_rng(0).normal(size=(4, 3, 5, 5)).astype(np.float32)


def compiled(f, *args):
    """Return the results of a compiled function, and the operations that it is left with."""
    run = ag.compile(f, backend="numpy")
    found = run(*args)
    return found, [line.operation for line in run.optimised if line.primitive is not None]


@pytest.mark.parametrize("axis", [(0, 2, 3), (1, -1), 2])
def test_a_mean_and_a_variance_need_one_sum_of_their_numbers(axis):
    (mean, var), operations = compiled(
        lambda x: (ag.mean(x, axis=axis), ag.var(x, axis=axis, keepdims=True)), X
    )
    assert operations.count("sum") == 2  # of the numbers, and of squares
    np.testing.assert_allclose(mean, X.mean(axis), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(var, X.var(axis, keepdims=True), rtol=1e-5)


def test_sums_along_other_axes_are_two():
    found, operations = compiled(lambda x: (ag.sum(x, axis=0), ag.sum(x, axis=1)), X[0, 0])
    assert operations == ["sum", "sum"]
    for axis in (0, 1):
        np.testing.assert_allclose(found[axis], X[0, 0].sum(axis), rtol=1e-5, atol=1e-6)


def test_an_outer_difference_is_not_that_of_the_same_numbers_in_a_row():
    x = np.arange(3.0)
    found, _ = compiled(lambda x: (x - 2 * x, x.reshape((3, 1)) - 2 * x), x)
    np.testing.assert_array_equal(found[0], -x)
    np.testing.assert_array_equal(found[1], x[:, None] - 2 * x)


def test_the_same_numbers_in_another_shape_keep_that_shape():
    (flat, column), _ = compiled(lambda x: (x * 2, x.reshape((3, 1)) * 2), np.arange(3.0))
    np.testing.assert_array_equal(flat, [0.0, 2.0, 4.0])
    np.testing.assert_array_equal(column, [[0.0], [2.0], [4.0]])
