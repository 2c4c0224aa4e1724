"""The extremes so far, where elements are equal or not numbers."""

import numpy as np
import pytest

import autograd as ag


@pytest.mark.parametrize(
    ("f", "ufunc", "x", "slopes"),
    [
        (ag.cummax, np.maximum, [1.0, 1.0, 0.0], [1.0, 2.0, 0.0]),
        (ag.cummin, np.minimum, [2.0, 3.0, 2.0], [2.0, 0.0, 1.0]),
        (ag.cummax, np.maximum, [1.0, np.nan, 2.0], [1.0, 2.0, 0.0]),
    ],
)
def test_the_last_of_equal_elements_and_the_first_nan_have_the_gradient(f, ufunc, x, slopes):
    t = ag.tensor(x, requires_grad=True)
    y = f(t)
    np.testing.assert_array_equal(y.data, ufunc.accumulate(np.array(x)))
    y.backward(np.ones(3))
    np.testing.assert_array_equal(t.grad, slopes)


def test_numpys_accumulate_on_a_tensor_is_differentiable():
    t = ag.tensor([[1.0, 3.0], [2.0, 0.0]], requires_grad=True)
    y = np.maximum.accumulate(t)
    np.testing.assert_array_equal(y.data, [[1.0, 3.0], [2.0, 3.0]])
    ag.sum(y).backward()
    np.testing.assert_array_equal(t.grad, [[1.0, 2.0], [1.0, 0.0]])
