"""What compiled functions read from a tuple, and what they refuse."""

import sys

import numpy as np
import pytest

from autograd.ops.kernels.llvm import arguments, choice
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.arguments import ARRAY, NUMBER, UNSEEN, Expected
from autograd.ops.kernels.llvm.library import Library

EXPECTED = [
    Expected(UNSEEN, np.ndarray),
    Expected(ARRAY, np.ndarray, np.dtype(np.float32), (3, 4)),
    Expected(NUMBER, float),
    Expected(NUMBER, np.float32, np.dtype(np.float32)),
]
TABLE = np.array(arguments.table(EXPECTED))
X = np.zeros((3, 4), np.float32)
CONSTANTS = {"HEAD": arguments.HEAD, "ITEMS": arguments.ITEMS, "COUNT": len(EXPECTED)}
MISALIGNED = np.zeros(49, np.uint8)[1:].view(np.float32).reshape(3, 4)
READ_ONLY = X.copy()
READ_ONLY.flags.writeable = False


class Other(np.ndarray):
    pass


FITTING = [X, X[:, :], READ_ONLY, np.zeros((3, 4), "f4", order="C")]
OTHERS = [
    *(X.T, X.T.copy(), X[:2], X[0], X.astype(np.float64), X.astype(">f4"), np.zeros((3, 8), "f4")),
    *(np.zeros((3, 8), "f4")[:, ::2], np.asfortranarray(X), X.view(Other), MISALIGNED),
    *(None, "x", [1.0], 2.5, np.float32(1), (X,), np.zeros((), "f4"), np.zeros((3, 4), object)),
]


def counts(given):
    """Count what does not fit, as plain Python and compiled."""
    with np.errstate(all="ignore"):
        yield arguments.misfits(id(given), TABLE, **CONSTANTS)
    if choice.in_use() is not None:
        constants = ", ".join(f"{name}={x}" for name, x in CONSTANTS.items())
        text = "def count(given: int, table: Integers) -> int:\n"
        text += f"    return misfits(given, table, {constants})"
        yield Library(text, (arguments,)).compiled("count", np.float32)(
            id(given), address_of(TABLE)
        )


def test_layout_of_this_python_is_known():
    assert arguments.is_readable() == (sys.implementation.name == "cpython")


@pytest.mark.parametrize("x", FITTING, ids=repr)
def test_array_that_fits(x):
    assert set(counts((TABLE, x, 2.5, np.float32(1)))) == {0}


@pytest.mark.parametrize("x", OTHERS, ids=lambda x: f"{type(x).__name__} {x}")
def test_anything_else_is_counted_and_not_read(x):
    assert all(count > 0 for count in counts((TABLE, x, 2.5, np.float32(1))))


@pytest.mark.parametrize("x", [1, True, np.float64(1), None, np.zeros(1), "2.5"], ids=repr)
def test_numbers_of_other_types(x):
    assert set(counts((TABLE, X, x, np.float32(1)))) == {1}
    assert set(counts((TABLE, X, 2.5, x))) == {1}


@pytest.mark.parametrize("x", [X.T.copy().T, X.astype(">f4"), MISALIGNED, X.view(Other)])
def test_array_is_made_to_fit(x):
    fitted = EXPECTED[1].fitted(x)
    np.testing.assert_array_equal(fitted, x)
    assert set(counts((TABLE, fitted, 2.5, np.float32(1)))) == {0}


def test_another_shape_cannot_be_made_to_fit():
    with pytest.raises(ValueError, match=r"^an array of shape \(4, 3\) where \(3, 4\) was"):
        EXPECTED[1].fitted(X.T)
