"""Random programs as compiled islands, beside the same programs by NumPy.

A list of operations is drawn, each on values before it: elementwise ones, comparisons, reductions
along any axes, products, and views of all kinds, which an island only counts through differently.
"""

import numpy as np
import pytest

import autograd as ag
from autograd.ops.kernels.llvm import choice

pytestmark = pytest.mark.skipif(choice.in_use() is None, reason="LLVM is not in use")

SHAPES = [(1, 1), (3, 17), (17, 3), (3,), (17,), (3, 1, 17), (2, 3, 17), (), (17, 17), (1, 17)]
UNARY = [
    ag.tanh,
    ag.sigmoid,
    ag.softplus,
    ag.relu,
    ag.sin,  # which has no form in LLVM, and cuts an island in two
    ag.abs,
    lambda x: -x,
    lambda x: ag.exp(-(x * x)),
    lambda x: ag.log1p(x * x),
    lambda x: ag.expm1(ag.minimum(x, 1.0)),
    lambda x: ag.sqrt(x * x + 1.0),
    lambda x: ag.log(ag.abs(x) + 0.5),
    lambda x: 1.0 / (x * x + 1.0),
    lambda x: ag.clip(x, -1.0, 1.0) ** 2,
    lambda x: ag.where(x > 0.1, 2.0, x),
    lambda x: ag.sign(x) * x,
]
BINARY = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: ag.tanh(x) * y,
    ag.maximum,
    ag.minimum,
    lambda x, y: ag.where(x > y, x, y),
    lambda x, y: ag.where((x > 0) & (y < 1), x, 0.5),
    lambda x, y: ag.where(ag.isfinite(x), x, y),
    lambda x, y: ag.tanh(ag.matmul(x, y)),
    lambda x, y: ag.tanh(ag.matmul(x.T, y)),
    lambda x, y: ag.tanh(ag.matmul(x, y.T)),
]
VIEWS = [
    lambda x: x.T,
    lambda x: ag.reshape(x.T, (-1,)),
    lambda x: ag.reshape(x, (-1,)),
    lambda x: ag.reshape(x, (*x.shape, 1)),
    lambda x: ag.broadcast_to(x, (2, *x.shape)),
    lambda x: x[::-1],
    lambda x: x[0],
    lambda x: ag.mean(x)[None],
    lambda x: x[None, ..., None],
    lambda x: x[..., 1:],
    lambda x: ag.swapaxes(x, 0, -1),
]
REDUCED = [
    lambda x: ag.sum(x, axis=0),
    lambda x: ag.sum(x, axis=-1, keepdims=True),
    lambda x: ag.sum(x, axis=1),
    lambda x: ag.max(x, axis=-1, keepdims=True),
    lambda x: ag.min(x, axis=-1),
    lambda x: ag.max(x),
    ag.mean,
    lambda x: ag.softmax(x, axis=-1),
    lambda x: ag.log_softmax(x, axis=-1),
    lambda x: ag.var(x, axis=0),
]
KINDS = (UNARY, UNARY, BINARY, BINARY, VIEWS, REDUCED)


def drawn(rng, arguments, count):
    """Draw operations that can be done: pairs of a function and the places of what it takes."""
    values, operations = list(arguments), []
    while len(operations) < count:
        kind = KINDS[rng.integers(len(KINDS))]
        f = kind[rng.integers(len(kind))]
        places = rng.integers(max(0, len(values) - 7), len(values), 1 + (kind is BINARY))
        try:
            value = f(*(values[i] for i in places))
        except (ag.GlassgradError, ValueError, IndexError):
            continue
        if value.ndim < 4 and 0 < value.size < 1000 and np.abs(value).max() < 1e3:
            values.append(value)
            operations.append((f, tuple(places)))
    return operations


def program(rng, arguments):
    """Return a random function of arrays, with the gradient of the sum of its results."""
    operations = drawn(rng, arguments, int(rng.integers(3, 30)))
    returned = [int(i) for i in rng.integers(len(operations) + len(arguments), size=3)]

    def values(*arguments):
        found = list(arguments)
        for f, places in operations:
            found.append(f(*(found[i] for i in places)))
        return [found[i] for i in returned]

    def total(arguments):
        return sum(ag.sum(ag.tanh(x)) for x in values(*arguments))

    def f(*arguments):
        return values(*arguments), ag.grad(total)(list(arguments))

    return f


def results(f, arguments):
    values, gradients = f(*arguments)
    return [np.asarray(x) for x in (*values, *gradients)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(60))
def test_random_program(seed, dtype):
    rng = np.random.default_rng(seed)
    shapes = [SHAPES[i] for i in rng.integers(len(SHAPES), size=3)]

    def draw():
        return [np.asarray(rng.normal(size=shape), dtype)[()] for shape in shapes]

    f = program(rng, draw())
    by_llvm, by_numpy = (ag.compile(f, backend=backend) for backend in ("llvm", "numpy"))
    for _ in range(3):
        arguments = draw()
        wide = results(by_numpy, [x.astype(np.float64) for x in arguments])
        expected = results(by_numpy, arguments)
        found = results(by_llvm, arguments)
        for x, y, z in zip(found, expected, wide, strict=True):
            assert (x.dtype, x.shape) == (y.dtype, y.shape)
            # as far from the value in double precision as NumPy is, or some hundred roundings
            scale = 1.0 + np.abs(z).max()
            near = 4 * np.abs(y - z).max() + 500 * np.finfo(dtype).eps * scale
            np.testing.assert_allclose(x, z if dtype is np.float32 else y, rtol=0, atol=near)
