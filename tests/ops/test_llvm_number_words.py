"""Words on numbers, and loops by vectors, mean the same compiled and as plain Python."""

import numpy as np
import pytest

from autograd.ops.kernels.llvm import choice, words
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.library import Library

pytestmark = pytest.mark.skipif(choice.in_use() is None, reason="LLVM is not in use")

NUMBERS = [0.0, -0.0, 1.0, -1.5, 3.25, np.inf, -np.inf, np.nan, 1e-40, 7.0]
EXPRESSIONS = [
    "absolute(x[i])",
    "copy_sign(x[i], y[i])",
    "copy_sign(2.0, y[i])",
    "minimum(x[i], y[i])",
    "maximum(x[i], 0.0)",
    "maximum_number(x[i], y[i])",
    "minimum_number(x[i], 1.0)",
    "polynomial(x[i], 1.0, 0.5, 0.25)",
    "accumulate(x[i], y[i])",
    "like(x[i], 0.1) * y[i]",
    "float32(x[i])",
    "float64(x[i]) + y[i]",
    "from_bits(bits(x[i]))",
    "from_bits(bits(x[i]) + 1)",
    "as_float(bits(x[i]) >> 20)",
    "as_float((bits(x[i]) >> 20) << 3)",
    "1.0 if is_single(x[i]) else 2.0",
    "multiply_add(x[i], 2.0, 1.0)",
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loop", ["range", "abreast"])
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_same_compiled_and_plain(expression, loop, dtype):
    text = "def f(out: Floats, x: Floats, y: Floats, n: int) -> None:\n"
    text += f"    for i in {loop}(n):\n        out[i] = {expression}\n"
    x, y = (a.reshape(-1).copy() for a in np.meshgrid(*[np.array(NUMBERS, dtype)] * 2))
    found, expected = np.empty_like(x), np.empty_like(x)
    kernel = Library(text, quick=True).compiled("f", dtype)
    kernel(*map(address_of, (found, x, y)), x.size)
    space = dict(vars(words))
    exec(text, space)
    with np.errstate(all="ignore"):
        space["f"](expected, x, y, x.size)
    near = 2 * np.finfo(dtype).eps
    np.testing.assert_allclose(found, expected, near, 0 if "+ 1)" in expression else 1e-300)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_interleaved_halves(dtype):
    text = "def f(out: Floats, a: Floats, b: Floats) -> None:\n"
    text += "    store(out, 0, interleave_first(load(a, 0, 4), load(b, 0, 4)))\n"
    text += "    store(out, 4, interleave_second(load(a, 0, 4), load(b, 0, 4)))\n"
    a, b, out = np.arange(4, dtype=dtype), np.arange(4, 8, dtype=dtype), np.zeros(8, dtype)
    Library(text).compiled("f", dtype)(*map(address_of, (out, a, b)))
    np.testing.assert_array_equal(out, [0, 4, 1, 5, 2, 6, 3, 7])
    space, plain = dict(vars(words)), np.zeros(8, dtype)
    exec(text, space)
    space["f"](plain, a, b)
    np.testing.assert_array_equal(plain, out)


def test_arrays_at_an_address():
    text = "def f(out: Floats, at: int) -> int:\n    x = float64s_at(at)\n    out[0] = x[2]\n"
    text += "    return 7\n"
    x, out = np.array([1.0, 2.0, 3.0]), np.zeros(1)
    assert Library(text).compiled("f", np.float64)(address_of(out), address_of(x)) == 7
    assert out[0] == 3.0


def test_code_is_found_again_without_being_translated(tmp_path, monkeypatch):
    from autograd.ops.kernels.llvm import library

    monkeypatch.setenv("GLASSGRAD_CACHE", str(tmp_path))
    text = "def f(out: Floats) -> None:\n    out[0] = 5.0\n"
    Library(text, quick=True).compiled("f", np.float64)
    monkeypatch.setattr(library, "translated", None)
    out = np.zeros(1)
    Library(text, quick=True).compiled("f", np.float64)(address_of(out))
    assert out[0] == 5.0
