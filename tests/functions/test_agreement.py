"""Whether arrays agree: the answers of NumPy's functions, of tensors."""

import numpy as np
import pytest

import autograd as ag
from tests.refusals import assert_refused

A = np.array([1.0, 1.0 + 1e-6, np.nan, np.inf, -np.inf, 0.0])
B = np.array([1.0, 1.0, np.nan, np.inf, np.inf, 1e-9])


@pytest.mark.parametrize("options", [{}, {"equal_nan": True}, {"rtol": 0.0}, {"atol": 0.0}])
def test_isclose_gives_the_booleans_of_numpy_and_no_gradient(options):
    t = ag.tensor(A, requires_grad=True)
    expected = np.isclose(A, B, **options)
    for found in (ag.isclose(t, B, **options), np.isclose(t, B, **options)):
        assert not found.requires_grad
        np.testing.assert_array_equal(found.data, expected, strict=True)


@pytest.mark.parametrize("name", ["allclose", "array_equal"])
@pytest.mark.parametrize("equal_nan", [False, True])
@pytest.mark.parametrize("other", [A, B, A[:3], 1.0, [[1.0]]])
def test_whether_all_agree_is_one_answer_of_python(name, equal_nan, other):
    if name == "allclose" and np.shape(other) == (3,):
        pytest.skip("they do not broadcast")
    t = ag.tensor(A, requires_grad=True)
    expected = getattr(np, name)(A, other, equal_nan=equal_nan)
    for module in (ag, np):
        assert getattr(module, name)(t, other, equal_nan=equal_nan) is bool(expected)
        assert getattr(module, name)(other, t, equal_nan=equal_nan) in (True, False)


def test_shapes_that_do_not_broadcast_are_close_to_nothing():
    t = ag.tensor(A)
    assert_refused(lambda: ag.allclose(t, A[:3]), ag.ShapeError, "allclose: shapes (6,) and (3,)")
    assert_refused(lambda: ag.isclose(t, A[:3]), ag.ShapeError, "isclose: shape (6,) and (3,)")
    assert ag.array_equal(t, A[:3]) is False
