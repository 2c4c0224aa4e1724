"""Sums of large arrays, and gradients of what was stretched to one, beside NumPy's in double."""

import itertools

import numpy as np
import pytest

import autograd as ag
from autograd.core import sums

SHAPES = [(32, 8, 16, 16), (8, 40, 33, 3), (1, 2, 1, 20_000), (64, 1024), (30_000,), (2, 3, 4, 5)]
OF_AXES = [
    (shape, axes)
    for shape in SHAPES
    for n in range(len(shape) + 1)
    for axes in itertools.combinations(range(len(shape)), n)
]


def numbers(shape, dtype, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def assert_near(found, expected, dtype):
    assert (found.shape, found.dtype) == (expected.shape, dtype)
    scale = np.abs(expected).max() + 1
    np.testing.assert_allclose(found, expected, rtol=0, atol=scale * np.finfo(dtype).eps * 100)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("shape", "axes"), OF_AXES)
def test_sums_along_any_axes_are_those_of_numpy(shape, axes, dtype):
    x = numbers(shape, dtype)
    for keepdims in (False, True):
        expected = x.sum(axes, dtype=float, keepdims=keepdims)
        assert_near(sums.sum_along(x, axes, keepdims), expected, dtype)


@pytest.mark.parametrize("layout", [np.asfortranarray, lambda x: x[::-1], lambda x: x[:, :, ::2]])
def test_sums_of_any_layout_are_those_of_numpy(layout):
    x = layout(numbers((64, 8, 128), "float64"))
    assert_near(sums.sum_along(x, (0, 2)), x.sum((0, 2)), "float64")


def test_a_sum_of_many_equal_numbers_in_float32_is_as_near_as_numpys():
    x = np.full((4096, 1024), 0.1, np.float32)
    exact = np.float64(np.float32(0.1)) * x.size
    assert abs(sums.sum_along(x, (0, 1)) - exact) <= abs(x.sum() - exact) + exact * 1e-6


def test_infinities_and_nan_are_summed_as_by_numpy():
    x = np.ones((3, 8192))
    x[0, 5], x[1, 7] = np.inf, np.nan
    np.testing.assert_array_equal(sums.sum_along(x, (1,)), [np.inf, np.nan, 8192.0])


def test_large_numbers_of_both_signs_do_not_overflow_where_those_of_numpy_do_not():
    x = np.full((64, 512), 1e37, np.float32)
    x[:, 1::2] *= -1
    np.testing.assert_array_equal(sums.sum_along(x, 1), np.zeros(64, np.float32))


@pytest.mark.parametrize("row", [10, 4000])
def test_an_overflow_in_any_row_is_seen(row):
    x = np.zeros((4096, 1000), np.float32)
    x[row] = 3e38
    with np.errstate(over="raise"), pytest.raises(FloatingPointError):
        sums.sum_along(x, 1)
    with pytest.warns(RuntimeWarning, match="overflow encountered in reduce"):
        assert sums.sum_along(x, 1)[row] == np.inf


@pytest.mark.parametrize("axis", [5, (0, 0), (0, -2), -3])
@pytest.mark.parametrize("columns", [4, 8192])
def test_an_axis_that_does_not_fit_is_refused_alike_whatever_the_size(columns, axis):
    def message(width):
        with pytest.raises(ag.ShapeError) as found:
            ag.sum(ag.tensor(np.ones((2, width))), axis=axis)
        return str(found.value).replace(str(width), "n")

    assert message(columns) == message(7)


@pytest.mark.parametrize("shape", [(1, 8, 1, 1), (8, 1, 1), (8, 16, 16), (1, 1, 1, 16), (1,), ()])
@pytest.mark.parametrize("operation", [np.add, np.subtract, np.multiply])
def test_gradients_of_what_was_stretched_to_a_large_array_are_sums(operation, shape):
    x, ct = numbers((32, 8, 16, 16), "float64"), numbers((32, 8, 16, 16), "float64", 2)
    y = ag.tensor(numbers(shape, "float64", 1), requires_grad=True)
    operation(ag.tensor(x), y).backward(ct)
    slope = {np.add: 1.0, np.subtract: -1.0, np.multiply: x}[operation]
    whole = ct * slope
    axes = tuple(range(4 - len(shape)))
    ones = tuple(4 - len(shape) + a for a, n in enumerate(shape) if n == 1)
    expected = whole.sum(axes + ones, keepdims=True).reshape(shape)
    assert_near(np.asarray(y.grad), expected, "float64")
