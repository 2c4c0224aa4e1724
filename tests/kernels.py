"""Kernels that tests write: compiled by LLVM, and the same text run as plain Python."""

from functools import cache

import numpy as np
import pytest

from autograd.ops.kernels.llvm import choice, libm, words
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.library import Library

needs_llvm = pytest.mark.skipif(choice.in_use() is None, reason=choice.described())

# Numbers at which floating-point arithmetic has its special cases.
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 3.0, 1e-40, 1e38, -1e38, np.inf, -np.inf, np.nan]


@cache
def library(text):
    """Return the kernels of a text."""
    return Library(text)


@cache
def in_python(text, name):
    """Return a kernel as it stands, with the words in their plain form."""
    space = {**vars(words), **libm.IN_PYTHON}
    exec(text, space)
    return space[name]


def both(text, name, arrays, numbers=(), dtype=np.float64, **constants):
    """Run a kernel in both ways on copies of arrays; return the two lists of arrays."""
    found = [np.array(x) for x in arrays]
    plain = [np.array(x) for x in arrays]
    compiled = library(text).compiled(name, dtype, **constants)
    compiled(*map(address_of, found), *numbers)
    with np.errstate(all="ignore"):
        in_python(text, name)(*plain, *numbers, **constants)
    return found, plain


def assert_same(found, plain, where=""):
    """Equal to the bit, but for the bits of NaN."""
    for a, b in zip(found, plain, strict=True):
        np.testing.assert_array_equal(a, b, err_msg=where)
        if a.dtype.kind == "f":
            numbers = ~np.isnan(a)
            signs = np.signbit(a) == np.signbit(b)
            assert np.all(signs[numbers]), where
