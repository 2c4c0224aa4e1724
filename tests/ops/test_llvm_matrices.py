"""Products and transposed copies of kernels, compiled and as plain Python."""

import numpy as np
import pytest

from autograd.ops.kernels.llvm import choice, matrices
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.library import Library

SIZES = [(1, 1, 1), (3, 5, 7), (8, 4, 32), (9, 3, 33), (17, 16, 40), (4, 1, 65), (2, 20, 16)]
FORMS = ["compiled", "plain"]


@pytest.fixture(params=FORMS)
def call(request):
    """Return a function that calls a kernel by its name."""
    if request.param == "compiled" and choice.in_use() is None:
        pytest.skip("LLVM is not in use")

    def run(name, *arrays, **constants):
        if request.param == "plain":
            flat = (x if isinstance(x, int) else x.reshape(-1) for x in arrays)
            getattr(matrices, name)(*flat, **constants)
        else:
            kernel = Library("", (matrices,), quick=True).compiled(
                name, arrays[0].dtype, **constants
            )
            kernel(*(x if isinstance(x, int) else address_of(x) for x in arrays))

    return run


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("sizes", SIZES)
def test_product(call, sizes, transposed, dtype):
    m, k, n = sizes
    rng = np.random.default_rng(0)
    a = rng.normal(size=(k, m) if transposed else (m, k)).astype(dtype)
    b, more = rng.normal(size=(k, n)).astype(dtype), rng.normal(size=(m, n)).astype(dtype)
    of_a = {"A_ROW": 1, "A_COLUMN": m} if transposed else {"A_ROW": k, "A_COLUMN": 1}
    tile = {"ROWS": 4, "VECTORS": 2, "WIDTH": 8, "LOG2": 3}
    of_b = {"B_ROW": n, "TURNED": 0}
    exact = (a.T if transposed else a).astype(np.float64) @ b
    near = k * np.finfo(dtype).eps * (np.abs(a).max() * np.abs(b).max() * k + np.abs(more).max())
    for added, row, relu in ((0, 0, 0), (1, n, 0), (1, 0, 1)):
        out = np.full((m, n), np.nan, dtype)
        end = {"ADDED": added, "MORE_ROW": row, "RELU": relu}
        call("product", out, a, b, more, b, M=m, K=k, N=n, **of_a, **of_b, **end, **tile)
        expected = exact + added * (more if row else more[0])
        expected = np.maximum(expected, 0) if relu else expected
        np.testing.assert_allclose(out, expected, rtol=0, atol=near)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sizes", SIZES)
def test_a_transposed_second_factor_is_turned_into_the_panel_alone(call, sizes, dtype):
    m, k, n = sizes
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(m, k)).astype(dtype), rng.normal(size=(n, k)).astype(dtype)
    out, space = np.full((m, n), np.nan, dtype), np.zeros(k * min(n, 16) + 64, dtype)
    of_a, of_b = {"A_ROW": k, "A_COLUMN": 1}, {"B_ROW": k, "TURNED": 1}
    end = {"ADDED": 0, "MORE_ROW": 0, "RELU": 0, "ROWS": 4, "VECTORS": 2, "WIDTH": 8, "LOG2": 3}
    call("product", out, a, b, a, space, M=m, K=k, N=n, **of_a, **of_b, **end)
    near = k**2 * np.finfo(dtype).eps * np.abs(a).max() * np.abs(b).max()
    np.testing.assert_allclose(out, a.astype(np.float64) @ b.T, rtol=0, atol=near)
    np.testing.assert_array_equal(space[-64:], 0.0)


def test_a_transposed_copy_begins_at_a_place(call):
    x, out = np.arange(30.0).reshape(6, 5), np.zeros((5, 3))
    call("turned", out, x, 15, ROWS=3, COLUMNS=5, X_ROW=5, WIDTH=8, LOG2=3)
    np.testing.assert_array_equal(out, x[3:].T)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(8, 8), (16, 24), (3, 5), (10, 32), (17, 9), (1, 30)])
def test_transposed_copy(call, shape, dtype):
    x = np.random.default_rng(0).normal(size=shape).astype(dtype)
    out = np.full(shape[::-1], np.nan, dtype)
    rows, columns = shape
    call("turned", out, x, 0, ROWS=rows, COLUMNS=columns, X_ROW=columns, WIDTH=8, LOG2=3)
    np.testing.assert_array_equal(out, x.T)


def test_nothing_is_written_behind_the_arrays(call):
    space = np.zeros(7 * 5 + 64, np.float32)
    a, b = np.ones((7, 3), np.float32), np.ones((3, 5), np.float32)
    end = {"ADDED": 0, "MORE_ROW": 0, "RELU": 0}
    sizes = {"M": 7, "K": 3, "N": 5, "A_ROW": 3, "A_COLUMN": 1, "B_ROW": 5, "TURNED": 0}
    call("product", space, a, b, b, b, **sizes, **end, ROWS=4, VECTORS=2, WIDTH=8, LOG2=3)
    np.testing.assert_array_equal(space[:35], 3.0)
    np.testing.assert_array_equal(space[35:], 0.0)
