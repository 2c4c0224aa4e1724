"""Random programs: views, stretches, reductions, products and updates, compiled and as they are.

A list of operations is drawn, each on values before it, and some of the values are returned: often
views of each other or of an argument.  They are what buffers that are used again could spoil.
"""

import numpy as np
import pytest

import autograd as ag

SHAPES = [(2, 3), (3, 2), (3, 3), (3,), (1, 3), (2, 1, 3), ()]
UNARY = [
    ag.tanh,
    ag.sin,
    ag.sigmoid,
    ag.relu,
    lambda x: -x,
    lambda x: x * 0.5,
    lambda x: 1.0 / (x * x + 1.0),
    lambda x: ag.where(x > 0, x, 0.0),
    lambda x: ag.where(x > 0.1, 2.0, x),
]
BINARY = [
    lambda x, y: x + y,
    lambda x, y: x - y,
    lambda x, y: ag.tanh(x) * y,
    ag.maximum,
    lambda x, y: ag.where(x > y, x, y),
    lambda x, y: ag.tanh(ag.matmul(x, y)),
    lambda x, y: ag.tanh(ag.matmul(x.T, y)),
    lambda x, y: ag.stack([x, y]),
]
VIEWS = [
    lambda x: x.T,
    lambda x: ag.reshape(x, (-1,)),
    lambda x: ag.reshape(x, (*x.shape, 1)),
    lambda x: ag.broadcast_to(x, (2, *x.shape)),
    lambda x: x[::-1],
    lambda x: x[0],
    lambda x: x[..., 1:],
    lambda x: ag.sum(x, axis=0),
    lambda x: ag.max(x, axis=-1, keepdims=True),
    ag.mean,
]


def drawn(rng, arguments, count):
    """Draw operations that can be done: pairs of a function and the places of what it takes."""
    values, operations = list(arguments), []
    while len(operations) < count:
        kind = (UNARY, UNARY, BINARY, VIEWS, VIEWS)[rng.integers(5)]
        f = kind[rng.integers(len(kind))]
        places = rng.integers(max(0, len(values) - 6), len(values), 1 + (kind is BINARY))
        try:
            value = f(*(values[i] for i in places))
        except (ag.GlassgradError, ValueError, IndexError):
            continue
        if value.ndim < 4 and 0 < value.size < 100:
            values.append(value)
            operations.append((f, tuple(places)))
    return operations


def run(operations, arguments, returned):
    values = list(arguments)
    for f, places in operations:
        values.append(f(*(values[i] for i in places)))
    return [values[i] for i in returned]


def program(rng, weights, arguments):
    """Return a random function that returns values, and moves the weights along a gradient."""
    operations = drawn(rng, arguments, int(rng.integers(3, 25)))
    returned = rng.integers(len(operations) + len(arguments), size=4)

    def f(*arguments):
        given = [x + w for x, w in zip(arguments, weights, strict=True)]
        results = run(operations, given, returned)
        for w, g in zip(weights, ag.gradients(sum(map(ag.sum, results)), weights), strict=True):
            ag.assign(w, w - 0.01 * ag.tanh(g))
        return [*results, *run(operations, arguments, returned)]

    return f


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("seed", range(40))
def test_random_program(seed, dtype):
    rng = np.random.default_rng(seed)
    shapes = [SHAPES[i] for i in rng.integers(len(SHAPES), size=2)]
    draw = lambda: [rng.normal(size=shape).astype(dtype) for shape in shapes]  # noqa: E731
    weights = [ag.tensor(x, requires_grad=True) for x in draw()]
    f = program(rng, weights, draw())
    compiled, handed_out = ag.compile(f), []
    near = 1e-10 if dtype is np.float64 else 1e-3
    for _ in range(4):
        arguments, before = draw(), [w.data.copy() for w in weights]
        given = [x.copy() for x in arguments]
        expected = [np.array(raw(x)) for x in f(*arguments)] + [w.data.copy() for w in weights]
        for w, x in zip(weights, before, strict=True):
            w.data = x
        found = [raw(x) for x in compiled(*arguments)] + [w.data for w in weights]
        for x, y in zip(found, expected, strict=True):
            assert (x.dtype, x.shape) == (y.dtype, y.shape)
            np.testing.assert_allclose(x, y, near, near * max(1.0, np.abs(y).max()))
        handed_out += [(x, np.array(x)) for x in [*found, *before, *arguments]]
        for x, y in zip(arguments, given, strict=True):
            np.testing.assert_array_equal(x, y)
    for x, y in handed_out:
        np.testing.assert_array_equal(x, y)


def raw(x):
    return x.data if isinstance(x, ag.Tensor) else x
