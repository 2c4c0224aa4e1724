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


def test_a_number_as_an_array_is_not_the_number_which_has_another_precision():
    def products(s, x, z):
        return (x * s) * z, (x * ag.reshape(s, (1,))) * z

    args = 1e-30, np.array([1e-20], np.float32), np.array([1e50])
    found, _ = compiled(products, *args)
    np.testing.assert_array_equal(found, products(*args))


@ag.primitive(vjps=(lambda ct, out, x, s: ct * s,), partials=("s",))
def scaled(x, s):
    """Multiply by an array that is no input."""
    return x * s


def test_an_array_among_the_parameters_meets_another_shape_in_another_way():
    s, x = np.array([[1.0], [10.0]]), np.array([[1.0, 2.0], [3.0, 4.0]])
    found, _ = compiled(lambda x: (scaled(x, s=s), scaled(x.reshape((2, 2, 1)), s=s)), x)
    np.testing.assert_array_equal(found[0], [[1, 2], [30, 40]])
    np.testing.assert_array_equal(found[1], [[[1], [20]], [[3], [40]]])


def test_a_number_is_reshaped_to_an_array():
    found, _ = compiled(lambda s: ag.reshape(s, (1,)), 0.5)
    np.testing.assert_array_equal(found, [0.5])
