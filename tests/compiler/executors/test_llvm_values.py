"""What compiled islands compute: beside the NumPy executor, and their text as plain Python."""

import threading
import warnings

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.compiler.executors.llvm.islands import with_islands
from autograd.compiler.executors.llvm.region import KINDS
from autograd.ops.kernels.llvm import choice, mathematics, matrices, words
from autograd.ops.kernels.llvm.machine import machine

pytestmark = pytest.mark.skipif(choice.in_use() is None, reason="LLVM is not in use")

SPECIAL = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e-40, -1e-40, 1e30, -1e30, 100.0, -100.0]
UNARY = {
    "add": lambda x: x + 1.5,
    "subtract": lambda x: 1.0 - x,
    "multiply": lambda x: x * x,
    "divide": lambda x: x / 3.0,
    "negative": lambda x: -x,
    "reciprocal": lambda x: 1.0 / x,
    "sqrt": ag.sqrt,
    "exp": ag.exp,
    "expm1": ag.expm1,
    "log": ag.log,
    "log1p": ag.log1p,
    "tanh": ag.tanh,
    "sigmoid": ag.sigmoid,
    "softplus": ag.softplus,
    "relu": ag.relu,
    "absolute": ag.abs,
    "sign": ag.sign,
    "square": lambda x: x**2,
    "cube": lambda x: x**3,
    "power 0": lambda x: x**0,
    "where": lambda x: ag.where(x > 0, x, 0.0),
    "two numbers": lambda x: ag.where(x < 0, 2.0, 0.5),
    "isnan": lambda x: ag.where(ag.isnan(x), 1.0, x),
    "isinf": lambda x: ag.where(ag.isinf(x), 1.0, x),
    "isfinite": lambda x: ag.where(ag.isfinite(x), x, 1.0),
    "logical": lambda x: ag.where((x > 0) & ~(x > 2) | (x == -1), x, 7.0),
    "mask as a number": lambda x: x * (x > 0),
}
BINARY = {
    "add": lambda x, y: x + y,
    "divide": lambda x, y: x / y,
    "maximum": ag.maximum,
    "minimum": ag.minimum,
    "fmax": ag.fmax,
    "fmin": ag.fmin,
    "equal": lambda x, y: ag.where(x == y, 1.0, x),
    "not equal": lambda x, y: ag.where(x != y, 1.0, y),
    "less equal": lambda x, y: ag.where(x <= y, x, y),
    "greater equal": lambda x, y: ag.where(x >= y, x, y),
}
SIZES = [1, 3, 16, 17, 200]


def both(f, *args):
    """Return what a function gives by LLVM, all in islands, and by NumPy."""
    by_llvm, by_numpy = (ag.compile(f, backend=backend) for backend in ("llvm", "numpy"))
    with np.errstate(all="ignore"):
        found, expected = by_llvm(*args), by_numpy(*args)
    assert by_llvm._latest.executable.functions, by_llvm.source
    return found, expected


def within(found, expected, units):
    """Compare to within some units in the last place; NaN, infinities and zeros exactly."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    with np.errstate(all="ignore"):
        near = units * np.spacing(np.abs(expected[np.isfinite(expected)]))
    ordinary = np.isfinite(expected)
    np.testing.assert_array_equal(found[~ordinary], expected[~ordinary])
    assert np.all(np.abs(found[ordinary] - expected[ordinary]) <= near)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", UNARY)
def test_operation_on_all_kinds_of_numbers(name, dtype):
    with np.errstate(over="ignore"):
        x = np.array(SPECIAL + list(np.linspace(-9, 9, 50)), dtype)
    for part in (x, x[:1], x[:3], np.repeat(x, 10).reshape(-1, 5)):
        found, expected = both(lambda x: [UNARY[name](x), UNARY[name](-x)], part)
        for a, b in zip(found, expected, strict=True):
            within(a, b, 5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", BINARY)
def test_operation_on_all_pairs_of_numbers(name, dtype):
    with np.errstate(over="ignore"):
        x, y = np.meshgrid(*[np.array(SPECIAL, dtype)] * 2)
    found, expected = both(lambda x, y: [BINARY[name](x, y), -BINARY[name](y, x)], x, y)
    for a, b in zip(found, expected, strict=True):
        within(a, b, 1)


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_reductions(n, dtype):
    x = np.random.default_rng(0).normal(size=(3, n, 5)).astype(dtype)

    def f(x):
        y = x * x
        along = [ag.sum(y, axis=a) for a in (0, 1, -1, (0, 1), (1, 2), None)]
        return [*along, ag.max(y, axis=-1), ag.min(y, axis=(1, 2)), ag.max(y)]

    for a, b in zip(*both(f, x), strict=True):
        near = 2 * x.size * np.finfo(dtype).eps
        np.testing.assert_allclose(a, b, rtol=near)
        assert np.asarray(a).dtype == dtype


def test_largest_of_what_has_nan_is_nan():
    x = np.array([[1.0, np.nan, 3.0], [-np.inf, -np.inf, -np.inf]])
    for a, b in zip(*both(lambda x: [ag.max(x * 2.0, axis=1), ag.min(-x, axis=1)], x), strict=True):
        np.testing.assert_array_equal(a, b)


def test_long_sum_keeps_its_digits():
    x = np.full(1_000_000, 0.1, np.float32)
    found = ag.compile(lambda x: ag.mean(x * 1.0 + 0.0), backend="llvm")(x)
    assert abs(found - np.float32(0.1)) <= np.spacing(np.float32(0.1))


def test_empty_arrays():
    x = np.zeros((0, 3), np.float32)
    f = ag.compile(lambda x: [ag.sum(x * 2.0, axis=0), x + 1.0], backend="llvm")
    np.testing.assert_array_equal(f(x)[0], np.zeros(3))
    assert f(x)[1].shape == (0, 3)


ODD = {
    "transposed": lambda x: np.asfortranarray(x),
    "every second": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "backwards": lambda x: x[::-1, ::-1].copy()[::-1, ::-1],
    "byte order": lambda x: x.astype(">f4"),
    "misaligned": lambda x: (
        np.frombuffer(b"x" + x.tobytes(), np.uint8)[1:].view("f4").reshape(8, 6)
    ),
    "subclass": lambda x: x.view(np.matrix),
    "read-only": lambda x: np.broadcast_to(x, x.shape),
}


@pytest.mark.parametrize("name", ODD)
def test_arrays_that_lie_otherwise_in_memory(name):
    x = np.random.default_rng(0).normal(size=(8, 6)).astype(np.float32)
    f = ag.compile(lambda x: ag.exp(x) * 2.0 + x, backend="llvm")
    expected = f(x)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PendingDeprecationWarning)
        odd = ODD[name](x)
    for _ in range(2):
        np.testing.assert_allclose(np.asarray(f(odd)), expected, rtol=1e-6)
        np.testing.assert_array_equal(f(x), expected)


def test_weight_that_lies_otherwise_in_memory():
    w = ag.tensor(np.ones((3, 4)), requires_grad=True)
    f = ag.compile(lambda x: ag.sum(ag.tanh(x @ w) * 2.0), backend="llvm")
    x = np.ones((2, 3))
    expected = f(x).data
    w.data = np.asfortranarray(w.data)
    np.testing.assert_array_equal(f(x).data, expected)


def test_class_that_is_not_there_is_refused_as_without_the_compiler():
    x, t = np.random.default_rng(0).normal(size=(4, 3)), np.array([0, 2, 1, 0])
    f = ag.compile(lambda x, t: ag.mean(ag.softmax_cross_entropy(x, t)), backend="llvm")
    loss = f(x, t)
    for wrong in (3, -1, 1 << 40):
        with pytest.raises(ag.IndexingError):
            f(x, np.array([0, wrong, 1, 0]))
    assert f(x, t) == loss


# The text


def plain(text, name, parameters):
    space = {**vars(words), **vars(mathematics), **vars(matrices)}
    exec(text, space)
    space[name](**parameters)


def gradient_of_perceptron(w, v, b, x, t):
    def loss(weights):
        w, v, b = weights
        return ag.mean(ag.softmax_cross_entropy(ag.relu(x @ w.T + b) @ v.T, t))

    return ag.value_and_grad(loss)([w, v, b])


def of_rows(x, y):
    s = ag.softmax(x[:, ::-1] + y, axis=-1)
    return ag.sum(s * ag.log1p(ag.exp(y)), axis=0), ag.tanh(s).T, ag.mean(s[1:] ** 2)


RNG = np.random.default_rng(0)
TEXTS = {
    "perceptron": (gradient_of_perceptron, (4, 3), (5, 4), (4,), (6, 3), None),
    "rows": (of_rows, (3, 7), (7,)),
    "vectors": (lambda a, x, y: (ag.tanh(a @ x) * 2.0, ag.tanh(x @ a.T) + y), (5, 4), (4,), (5,)),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", TEXTS)
def test_text_runs_as_plain_python(name, dtype):
    f, *shapes = TEXTS[name]
    args = [
        RNG.integers(5, size=6) if s is None else RNG.normal(size=s).astype(dtype) for s in shapes
    ]
    compiled = ag.compile(f, backend="llvm")
    compiled(*args)
    program = compiled.optimised
    _, islands = with_islands(program, machine())
    values = {id: np.asarray(x) for id, x in zip(program.inputs, args, strict=True)}
    values |= {line.id: np.asarray(line.value) for line in program if line.kind == "constant"}
    assert len(islands) == 1
    island = islands[0]
    region = island.region
    parameters = {region.name(id): values[id].reshape(-1) for id in region.given}
    outs = {id: np.zeros(region.known[id].size, region.known[id].dtype) for id in island.arrays}
    kinds = {kind: np.float64 if d is None else d for d, kind in KINDS.items()}
    inside = {name: np.zeros(n, kinds[kind]) for name, (kind, n) in island.memory.arrays.items()}
    with np.errstate(all="ignore"):
        plain(
            island.text,
            island.name,
            parameters | {region.name(k): x for k, x in outs.items()} | inside,
        )
    given = [island.memory.allocated(), *(values[id] for id in region.given)]
    given = [
        x.item() if e.type is float else x[()]
        for x, e in zip(given, island.memory.expected, strict=False)
    ]
    by_llvm = {id: np.zeros_like(x).reshape(region.known[id].shape) for id, x in outs.items()}
    everything = (*given, *by_llvm.values())
    assert island.compiled()(id_of(everything)) == 0
    for id, x in outs.items():
        near = 50 * np.finfo(dtype).eps
        np.testing.assert_allclose(by_llvm[id].reshape(-1), x, near, near * np.abs(x).max())
    for id in island.numbers:
        at = island.place_of(id)
        number = given[0][at : at + np.dtype(dtype).itemsize].view(dtype)
        np.testing.assert_allclose(number, inside[region.name(id)], near)


id_of = id


# Training


OPTIMISERS = {
    "SGD": lambda p: nn.optim.SGD(p, lr=0.1),
    "momentum": lambda p: nn.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=1e-3),
    "Nesterov": lambda p: nn.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda p: nn.optim.Adam(p, lr=0.01),
    "AdamW": lambda p: nn.optim.AdamW(p, lr=0.01),
    "RMSprop": lambda p: nn.optim.RMSprop(p, lr=0.01),
}


def perceptron(dtype, batch=9):
    layers = [nn.Linear(7, 33, rng=0), nn.ReLU(), nn.Linear(33, 17, rng=1), nn.Tanh()]
    net = nn.Sequential(*layers, nn.Linear(17, 5, rng=2))
    rng = np.random.default_rng(0)
    x, t = rng.normal(size=(batch, 7)).astype(dtype), rng.integers(5, size=batch)
    return net.float() if dtype == np.float32 else net, x, t


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", OPTIMISERS)
def test_training_stays_close_to_eager_steps(name, dtype):
    net, x, t = perceptron(dtype)
    other, _, _ = perceptron(dtype)
    optimizer, eager = (OPTIMISERS[name](m.parameters()) for m in (net, other))
    step = nn.compile(net, nn.cross_entropy, optimizer, backend="llvm")
    for k in range(25):
        loss = nn.cross_entropy(other(x), t)
        eager.zero_grad()
        loss.backward()
        eager.step()
        found = step(x, t)
        # Adam divides by roots of squares that begin at rounding's size
        near = 1000 * np.finfo(dtype).eps * (k + 1)
        assert abs(found - loss.data) <= near * max(1.0, abs(loss.data))
    assert "compiled by LLVM" in step.explain()
    for p, q in zip(net.parameters(), other.parameters(), strict=True):
        near = 1e-2 if dtype == np.float32 else 1e-8
        np.testing.assert_allclose(p.data, q.data, rtol=0, atol=near * np.abs(q.data).max())


def test_several_threads_run_one_function():
    net, x, _ = perceptron(np.float32)
    f = ag.compile(lambda x: ag.tanh(net(x)) * 2.0, backend="llvm")
    inputs = [x + i for i in range(8)]
    with ag.no_grad():
        expected = [f(x).data for x in inputs]
        wrong = []

        def run(i):
            with ag.no_grad():
                found = (f(inputs[i]).data for _ in range(300))
                wrong.extend(i for x in found if not np.array_equal(x, expected[i]))

        threads = [threading.Thread(target=run, args=(i,)) for i in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_results_that_are_numbers_have_their_types():
    def f(x, rate):
        total = ag.sum(ag.tanh(x))
        return total * rate > 0, rate * 2.0 + 1.0, ag.max(x) * rate, ag.where(total > 0, x, -x)

    for dtype in (np.float32, np.float64):
        x = np.array([[1.0, -2.0], [0.5, 4.0]], dtype)
        for a, b in zip(*both(f, x, 0.25), strict=True):
            assert type(a) is type(b)
            np.testing.assert_array_equal(a, b)
        for a, b in zip(*both(f, x, np.float32(0.25)), strict=True):
            assert type(a) is type(b)


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.uint8, np.int16])
def test_classes_of_any_integer_type(dtype):
    x = np.random.default_rng(0).normal(size=(5, 3))
    t = np.array([0, 2, 1, 1, 0], dtype)
    f = lambda x, t: ag.mean(ag.softmax_cross_entropy(x, t)) * 2.0  # noqa: E731
    found, expected = both(lambda x, t: [f(x, t), ag.grad(f)(x, t), ag.tanh(x) * 2.0], x, t)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)
