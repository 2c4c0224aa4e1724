"""Exponentials and logarithms of kernels: within 2 units in the last place, everywhere."""

import numpy as np
import pytest

from autograd.ops.kernels.llvm import choice, mathematics
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.library import Library

WIDE = {np.float32: np.float64, np.float64: np.longdouble}


def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x < 0, e, 1) / (1 + e)


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


FUNCTIONS = {
    "exp": np.exp,
    "expm1": np.expm1,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "log": np.log,
    "log1p": np.log1p,
    "sign": np.sign,
}
TEXT = "\n".join(
    f"def all_{name}(out: Floats, x: Floats, n: int) -> None:\n"
    f"    for i in abreast(n):\n        out[i] = {name}(x[i])\n"
    for name in FUNCTIONS
)
SPECIAL = [0.0, -0.0, np.inf, -np.inf, np.nan, -np.nan, 1.0, -1.0, 0.625, -0.625, 20.0, 40.0]


def numbers(dtype, count):
    """Return numbers of all sizes, those where results overflow, and special ones."""
    rng, info = np.random.default_rng(0), np.finfo(dtype)
    limit = float(np.log(info.max))
    sizes = 10.0 ** rng.uniform(np.log10(info.tiny) - 5, np.log10(info.max) - 1, (2, count))
    edges = [info.tiny, info.smallest_subnormal, -info.smallest_subnormal, info.max, -info.max]
    near = limit + rng.uniform(-1, 1, 200)
    parts = [
        *(rng.normal(size=count), rng.uniform(-1.2 * limit, 1.2 * limit, count)),
        *(rng.uniform(-1, 3, count), 1 + rng.normal(size=count) * 1e-3, sizes[0], -sizes[1]),
        *(near, -near, -limit - rng.uniform(0, 40, 200), edges, SPECIAL),
    ]
    with np.errstate(all="ignore"):
        return np.concatenate(parts).astype(dtype)


def compiled(name, x):
    out = np.empty_like(x)
    Library(TEXT, (mathematics,)).compiled(f"all_{name}", x.dtype)(
        address_of(out), address_of(x), x.size
    )
    return out


@pytest.mark.skipif(choice.in_use() is None, reason="LLVM is not in use")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_within_two_units_in_the_last_place(name, dtype):
    x = numbers(dtype, 100_000)
    check(name, dtype, x, compiled(name, x))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_plain_form_is_as_exact(name, dtype):
    x = numbers(dtype, 20)
    with np.errstate(all="ignore"):
        check(name, dtype, x, np.array([getattr(mathematics, name)(y) for y in x], dtype))


def check(name, dtype, x, found):
    with np.errstate(all="ignore"):
        exact = FUNCTIONS[name](x.astype(WIDE[dtype]))
        expected = exact.astype(dtype)
    ordinary = np.isfinite(expected)
    np.testing.assert_array_equal(found[~ordinary], expected[~ordinary])
    is_zero = expected == 0
    np.testing.assert_array_equal(np.signbit(found[is_zero]), np.signbit(expected[is_zero]))
    with np.errstate(over="ignore"):  # behind the largest number
        unit = np.spacing(np.abs(expected[ordinary])).astype(WIDE[dtype])
    error = np.abs(found[ordinary].astype(WIDE[dtype]) - exact[ordinary]) / unit
    assert error.max() <= 2, (x[ordinary][error.argmax()], error.max())
