"""What a captured function gives on other inputs: bit by bit what running it again gives.

A program is captured at one input and evaluated at many others of the same shapes: ordinary ones,
ties, and numbers at kinks, in tails and beyond.  Its gradient and the gradient of that are programs
like any other.
"""

import copy
import math
import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Thread

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.core.pytree import flatten
from tests import calls

SPECIAL = np.array(
    [
        *(0.0, -0.0, 1.0, -1.0, 0.5, 1e-8, 1e-300, 37.0, -37.0, 800.0, -800.0, 1e300),
        *(np.inf, -np.inf, np.nan),
    ]
)
INPUTS = 20


def others(example, rng, kind):
    """Draw an array like the example: integers and booleans keep their range."""
    if example.dtype.kind == "b":
        return rng.random(example.shape) < 0.5
    if example.dtype.kind in "iu":
        return rng.integers(0, example.max(initial=0) + 1, example.shape).astype(example.dtype)
    drawn = rng.normal(0.0, 1.5, example.shape)
    if kind == 1:  # ties, zeros and kinks
        drawn = rng.integers(-2, 3, example.shape) / 2
    if kind == 2:
        drawn = np.where(rng.random(example.shape) < 0.3, rng.choice(SPECIAL, example.shape), drawn)
    return np.asarray(drawn, example.dtype)


def outcome(f, *args):
    """Return the leaves of what a function returns, or the type of what it raises."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [np.asarray(getattr(y, "_value", y)) for y in flatten(f(*args))[0]]
    except (ag.GlassgradError, np.linalg.LinAlgError) as error:
        return type(error)


def assert_same_bits(found, expected, where):
    if isinstance(expected, type) or isinstance(found, type):
        assert found is expected, where
        return
    assert len(found) == len(expected), where
    for y, z in zip(found, expected, strict=True):
        assert (y.dtype, y.shape) == (z.dtype, z.shape), where
        both_nan = (y != y) & (z != z)
        same = np.where(both_nan, True, (y == z) & (np.signbit(y * 1.0) == np.signbit(z * 1.0)))
        assert same.all(), f"{where}: {y} instead of {z}"


def weighted(y):
    """Return one number whose gradient differs from element to element."""
    total = 0.0
    for part in flatten(y)[0]:
        if part.dtype.kind == "f":
            weights = np.linspace(0.5, 1.5, part.size).reshape(part.shape).astype(part.dtype)
            total = total + ag.sum(part * weights)
    return total


def derivatives(f, args):
    """Return the function, its gradient and the gradient of that, by their names."""
    floats = [i for i, x in enumerate(args) if x.dtype.kind == "f"]

    def gradient(*args):
        return ag.grad(lambda *a: weighted(f(*a)), argnums=floats)(*args)

    def second(*args):
        return ag.grad(lambda *a: weighted(gradient(*a)), argnums=floats)(*args)

    return {"value": f, "gradient": gradient, "second": second}


def check(f, examples, inputs=INPUTS, parts=("value", "gradient", "second")):
    """Compare a captured program with the function, at an example and at other inputs."""
    if not any(x.dtype.kind == "f" for x in examples):
        parts = ("value",)
    for part in parts:
        g = derivatives(f, examples)[part]
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                program = ag.capture(g, *examples)
            except ag.GradientError:  # nothing to differentiate: eagerly, too
                assert outcome(g, *map(ag.tensor, examples)) is ag.GradientError
                continue
        rng = np.random.default_rng(0)
        for i in range(inputs):
            args = [others(x, rng, i % 3) for x in examples]
            expected = outcome(g, *map(ag.tensor, args))
            found = outcome(ag.evaluate, program, *args)
            assert_same_bits(found, expected, f"{part} {args}")


# Every function of the catalogue, with right arguments, of which the Tensors are inputs.
REFUSED = {"allclose", "array_equal"}
APART = {"shape", "lstsq"}  # no arrays, and a rank with tests of its own


def is_program(call):
    name = call.name.rpartition(".")[2]
    return name not in REFUSED | APART and any(
        isinstance(x, ag.Tensor) for x in flatten([call.args, call.kwargs])[0]
    )


@pytest.mark.parametrize("call", list(filter(is_program, calls.calls())), ids=lambda c: c.name)
def test_every_function_is_captured(call):
    leaves, rebuild = flatten([call.args, call.kwargs])
    places = [i for i, x in enumerate(leaves) if isinstance(x, ag.Tensor)]

    def f(*tensors):
        given = dict(zip(places, tensors, strict=True))
        args, kwargs = rebuild(given.get(i, x) for i, x in enumerate(leaves))
        return call.function(*args, **kwargs)

    ours = call.name in calls.functions()
    check(
        f,
        [leaves[i].data for i in places],
        inputs=12 if ours else 3,
        parts=("value", "gradient", "second") if ours else ("value", "gradient"),
    )


def numbers_of(call):
    """Yield the places of numbers and arrays of them among the leaves of the arguments."""
    for i, x in enumerate(flatten([call.args, call.kwargs])[0]):
        if isinstance(x, (int, float, np.ndarray)) and not isinstance(x, bool):
            yield i


def with_leaf(call, i):
    """Return a function of one leaf of the arguments."""
    leaves, rebuild = flatten([call.args, call.kwargs])

    def f(x):
        args, kwargs = rebuild([*leaves[:i], x, *leaves[i + 1 :]])
        return call.function(*args, **kwargs)

    return f, np.asarray(leaves[i])


RIGHT = [call for call in calls.calls() if call.name in calls.functions()]
RIGHT = [(call, i) for call in RIGHT for i in numbers_of(call)]


def captured(f, *examples):
    """Return the program, or the error that was raised instead."""
    try:
        return ag.capture(f, *examples)
    except ag.GlassgradError as error:
        return error


@pytest.mark.parametrize(("call", "i"), RIGHT, ids=[f"{call.name}-{i}" for call, i in RIGHT])
def test_number_among_the_arguments_is_an_input_or_refused(call, i):
    f, example = with_leaf(call, i)
    program = captured(f, example)
    if isinstance(program, ag.CaptureError):
        assert "of test_capture_functions.py)" in str(program)
        return
    if isinstance(program, Exception):
        assert outcome(f, ag.tensor(example)) is type(program)
        return
    changed = [~example] if example.dtype == bool else [1 - example, example + 1, example * 0]
    for other in (example, *changed):
        expected = outcome(f, ag.tensor(other))
        assert_same_bits(outcome(ag.evaluate, program, np.asarray(other)), expected, f"{other}")


def x(*shape):
    """Return an example of floats."""
    return np.random.default_rng(1).normal(size=shape)


def n(high, *shape, dtype=np.int64):
    """Return an example of integers from 0 to ``high``, which is among them."""
    numbers = np.arange(int(np.prod(shape))).reshape(shape) % (high + 1)
    return np.where(numbers == numbers.max(), high, numbers).astype(dtype)


def b(*shape):
    return n(1, *shape).astype(bool)


@ag.primitive(vjps=(lambda ct, out, x: ct * ag.where(x > 0, 2.0 * x, 0.0),))
def half_parabola(x):
    return np.where(x > 0, x * x, 0.0)


@ag.primitive(vjps=(lambda ct, out, x: ct * np.where(x > 0, 1.0, 0.1),))
def slope_by_numpy(x):
    return np.where(x > 0, x, 0.1 * x)


def hard_labels(p, k):
    return -ag.mean(ag.take_along_axis(ag.log_softmax(p, axis=1), k[:, None], axis=1))


def one_hot_loss(p, k):
    return -ag.sum(ag.one_hot(k, 4) * ag.log_softmax(p)) / len(k)


def huber(e):
    size = ag.absolute(e)
    return ag.sum(ag.where(size < 1.0, 0.5 * e * e, size - 0.5))


def nested(tree):
    return {"sum": tree["a"] + tree["b"][0], "list": [tree["b"][1] * 2.0, (tree["a"],)]}


def newton(f, x):
    return x - ag.grad(f)(x) / ag.hvp(f, x, ag.ones_like(x))


def iterated(x):
    a, b, c = x
    return a * b + ag.sum(ag.stack([ag.exp(-t * t) for t in x])) * c


def without_graph(x):
    with ag.no_grad():
        scale = ag.max(ag.absolute(x))
    return x / (scale + 1.0)


def in_scope(x):
    with ag.scope("block"):
        return ag.tanh(x) * ag.softplus(x)


def projected(x):
    u = x / (ag.linalg.norm(x) + 1e-3)
    return x - ag.sum(x * u) * u


def row_by_row(x):
    total = ag.zeros(x.shape[1])
    for row in x:
        total = ag.elu(total + row)
    return total


def by_gradients(x):
    t = ag.tensor(x, requires_grad=True)
    slope = ag.gradients(ag.sum(ag.leaky_relu(t) ** 3), t, create_graph=True)
    return ag.sum(slope * t) + ag.gradients(ag.sum(slope), t) * 0.5


def pullback_twice(x, y):
    out, pullback = ag.vjp(lambda a, b: ag.elu(a) * b, x, y)
    return out, pullback(ag.ones_like(out)), pullback(out)


def standardised(x):
    return (x - ag.mean(x, axis=0)) / (ag.std(x, axis=0) + 1e-5)


def triplet(a, b, c):
    near, far = ag.linalg.norm(a - b, axis=1), ag.linalg.norm(a - c, axis=1)
    return ag.sum(ag.maximum(near - far + 1.0, 0.0))


SQUARED = ag.tensor([[2.0, 0.5], [0.5, 1.0]])
X4 = np.linspace(-1.0, 2.0, 4)

# Programs, each with an example of its arguments.
PROGRAMS = {
    "accuracy": (lambda p, k: ag.mean(ag.argmax(p, axis=1) == k), x(6, 4), n(3, 6)),
    "addition of two dtypes": (lambda x, k: x * k + k, x(5), n(3, 5)),
    "all and any": (lambda b: (ag.all(b, axis=0), ag.any(b), b.all(), ~b | b), b(3, 2)),
    "arrays of one": (lambda x: ag.leaky_relu(x, 0.2), x(1)),
    "astype to integers": (lambda x: ag.clip(x, -9, 9).astype(int) * 2, np.ones(4)),
    "average with weights": (lambda x, w: ag.average(x, axis=0, weights=w * w), x(3, 2), x(3)),
    "by gradients": (by_gradients, x(4)),
    "checkpoint": (lambda x: ag.checkpoint(lambda t: ag.softplus(t) * t)(x), x(4)),
    "cholesky solve": (
        lambda a, v: ag.linalg.solve(a.T @ a + 3.0 * ag.eye(3), v),
        *(x(3, 3), x(3)),
    ),
    "clipped by norm": (lambda x: x * ag.minimum(1.0, 1.0 / ag.linalg.norm(x)), x(4)),
    "comparisons": (lambda x, y: (x < y, x >= y, ag.isclose(x, y), ag.isfinite(x)), x(5), x(5)),
    "copysign and fmod": (lambda x, y: ag.copysign(x, y) + ag.fmod(x, y), x(4), x(4) + 1.0),
    "cosine similarity": (
        lambda x, y: ag.sum(x * y) / (ag.linalg.norm(x) * ag.linalg.norm(y)),
        *(x(4), x(4)),
    ),
    "counts": (lambda x: ag.sum((x > 0).astype(float)) * x, x(4)),
    "custom rule by ag.where": (half_parabola, x(5)),
    "custom rule by np.where": (slope_by_numpy, x(5)),
    "detach": (lambda x: x * ag.exp(-(ag.detach(x) ** 2)), x(4)),
    "distances": (lambda x: ag.linalg.norm(x[:, None] - x[None], axis=-1), x(3, 2)),
    "eigenvalues of a symmetric matrix": (lambda a: ag.linalg.eigvalsh(a + a.T), x(3, 3)),
    "float32": (lambda x: ag.elu(x) + ag.softplus(x) * 2.0, x(5).astype(np.float32)),
    "float32 and float64": (lambda x, y: x * y, x(3).astype(np.float32), x(3)),
    "float16": (lambda x: ag.logsumexp(x) + ag.elu(x), x(4).astype(np.float16)),
    "gradient of jacobian": (lambda x: ag.sum(ag.jacobian(ag.softmax)(x) ** 2), x(3)),
    "gradient penalty": (lambda x: ag.sum(ag.grad(lambda t: ag.sum(ag.elu(t)))(x) ** 2), x(4)),
    "hessian": (lambda x: ag.hessian(lambda t: ag.sum(ag.sin(t) * t[0]))(x), x(3)),
    "huber": (huber, x(6)),
    "hvp": (lambda x, v: ag.hvp(lambda t: ag.sum(ag.leaky_relu(t) ** 3), x, v), x(4), x(4)),
    "in a scope": (in_scope, x(4)),
    "integers alone": (lambda i, j: (i * j - j, i // (j + 1), i % 3, i > j), n(5, 4), n(3, 4)),
    "iterated": (iterated, x(3)),
    "jvp": (lambda x, v: ag.jvp(lambda t: ag.elu(t) * t, (x,), (v,)), x(4), x(4)),
    "least squares": (lambda a, v: ag.linalg.pinv(a) @ v, x(4, 2), x(4)),
    "logistic loss": (lambda z, k: ag.mean(ag.softplus(z) - z * k), x(5), n(1, 5)),
    "masked mean": (lambda x, b: ag.sum(ag.where(b, x, 0.0)) / ag.sum(b), x(5), b(5)),
    "median by partition": (lambda x: ag.partition(x, 2)[2], x(5)),
    "missing values": (lambda x: ag.nanmean(x, axis=1) + ag.nanstd(x, axis=1), x(3, 4)),
    "missing values replaced": (lambda x: ag.nan_to_num(x, posinf=3.0) ** 2, x(5)),
    "nested transforms": (lambda x: ag.grad(ag.grad(lambda t: ag.elu(t) ** 3))(x), x()),
    "Newton step": (lambda x: newton(lambda t: ag.sum(ag.log(1.0 + t * t) * t), x), x(3)),
    "no_grad": (without_graph, x(4)),
    "norms": (
        lambda x: [ag.linalg.norm(x, p) for p in (0, 0.5, 1, 2, 3, -1, np.inf, -np.inf)],
        x(4),
    ),
    "norms of matrices": (
        lambda x: [ag.linalg.norm(x, p) for p in ("fro", "nuc", 1, -1, 2, -2, np.inf)],
        x(3, 2),
    ),
    "numpy functions": (lambda x: np.sum(np.where(x > 0, np.exp(-x), x), axis=0), x(3, 2)),
    "numpy linalg": (lambda x: np.linalg.norm(x, axis=0) + np.linalg.det(x.T @ x), x(3, 2)),
    "numpy reduce": (lambda x: np.maximum.reduce(x) + np.add.accumulate(x)[0], x(3, 2)),
    "one hot": (one_hot_loss, x(5, 4), n(3, 5)),
    "outer minus inner": (lambda x, y: ag.outer(x, y) - ag.inner(x, y), x(3), x(3)),
    "piecewise": (lambda x: ag.select([x < -1.0, x < 1.0], [-x, x * x], default=2.0 * x), x(6)),
    "power of integers": (lambda x, k: x ** (k + 1), x(4), n(2, 4)),
    "projected": (projected, x(4)),
    "quadratic form": (lambda x: x @ SQUARED @ x, x(2)),
    "row by row": (row_by_row, x(3, 2)),
    "roundings": (lambda x: ag.round(x, 1) + ag.floor(x) * x + ag.trunc(x), x(5)),
    "running extremes": (lambda x: ag.cummax(x) - ag.cummin(x), x(5)),
    "singular values": (lambda x: ag.linalg.svd(x, full_matrices=False)[1], x(3, 2)),
    "smooth maximum": (lambda x: ag.sum(ag.softmax(x, axis=1) * x, axis=1), x(2, 4)),
    "sorted": (lambda x: ag.sort(x) * np.arange(5.0), x(5)),
    "sorted by another": (lambda x, y: x[ag.argsort(y)], x(5), x(5)),
    "standardised": (standardised, x(4, 2)),
    "table": (lambda w, k: ag.sum(w[k] ** 2, axis=-1), x(4, 2), n(3, 6)),
    "take along an axis": (hard_labels, x(5, 4), n(3, 5)),
    "trapezoid": (lambda y, x: ag.trapezoid(y, x), x(4), x(4)),
    "trapezoid rule of a table": (lambda x: ag.interp(x, X4, X4**2), x(6)),
    "table of a period": (lambda x: ag.interp(x, X4, X4**2, period=4.0), x(6)),
    "table that is learned": (lambda x, fp: ag.interp(x, X4, fp), x(6), x(4)),
    "triplet": (triplet, x(3, 2), x(3, 2), x(3, 2)),
    "value and gradient": (lambda x: ag.value_and_grad(lambda t: ag.sum(ag.relu(t) * t))(x), x(4)),
    "vector-Jacobian products": (pullback_twice, x(3), x(3)),
    "whole numbers to classes": (lambda k: ag.one_hot(k % 3, 3), n(8, 4)),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_gives_what_running_it_again_gives(name):
    f, *examples = PROGRAMS[name]
    check(f, examples)


def test_structure_of_arguments_and_results_is_kept():
    tree = {"a": x(3), "b": [x(3), x(3)]}
    program = ag.capture(nested, tree)
    new = {"a": x(3) + 1.0, "b": [x(3) * 2.0, x(3) - 5.0]}
    found, expected = ag.evaluate(program, new), nested(new)
    assert found.keys() == expected.keys()
    assert_same_bits(outcome(lambda: found), outcome(lambda: expected), "nested")
    assert isinstance(found["list"][1], tuple)


def test_keys_of_a_dict_come_in_any_order():
    program = ag.capture(lambda p: p["a"] - p["b"], {"a": 1.0, "b": 2.0})
    assert ag.evaluate(program, {"b": 5.0, "a": 3.0}) == -2.0


@pytest.mark.parametrize("given", [(([1.0], 2.0),), ({"a": 1.0, "b": 2.0},), ((1.0, 2.0, 3.0),)])
def test_arguments_of_another_structure_are_refused(given):
    program = ag.capture(lambda pair: pair[0] - pair[1], (1.0, 2.0))
    with pytest.raises(ag.GradientError, match="of the same structure"):
        ag.evaluate(program, *given)


def test_other_threads_compute_with_tensors_of_their_own_during_a_capture():
    w = ag.tensor([1.0, 2.0])

    def f(x):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: (w * 2.0).numpy()).result()
        return x * w

    assert ag.evaluate(ag.capture(f, x(2)), np.array([3.0, 4.0])).tolist() == [3.0, 8.0]


# A float among the arguments has the dtype that a number of Python's has in the same place.
@pytest.mark.parametrize(
    "f",
    [
        lambda t, a: ag.linalg.norm(ag.dot(t, a)),
        lambda t, a: ag.inner(t, a),
        lambda t, a: ag.diff(t, prepend=a),
        lambda t, a: ag.ediff1d(t, a),
        lambda t, a: ag.elu(t, a),
        lambda t, a: ag.leaky_relu(t, a),
        lambda t, a: ag.leaky_relu(a) * t,
        lambda t, a: ag.clip(t, -a, a),
        lambda t, a: ag.clip(a, t, t),
        lambda t, a: ag.tensor(t).at[1].set(a),
        lambda t, a: ag.tensor(t).at[1].add(a),
    ],
)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_float_among_the_arguments_is_as_weak_as_python_has_it(f, dtype):
    t = np.array([1.0, -2.0, 0.5], dtype)
    program = ag.capture(f, t, 1.5)
    for a in (1.5, -0.3, 0.0):
        found = outcome(lambda a=a: ag.evaluate(program, t, a))
        assert_same_bits(found, outcome(f, ag.tensor(t), a), f"{a}")


def test_what_no_result_depends_on_is_checked_in_each_run():
    def slope(x, classes):
        return ag.hessian(lambda x: nn.multi_margin_loss(x, classes))(x)

    program = ag.capture(slope, x(2, 3), np.array([0, 2]))
    for classes in (np.array([0, 3]), np.array([-1, 0])):
        with pytest.raises(ag.IndexingError) as expected:
            slope(x(2, 3), classes)
        with pytest.raises(ag.IndexingError) as found:
            ag.evaluate(program, x(2, 3), classes)
        assert str(found.value) == str(expected.value)


def test_replaced_data_are_read_by_each_run():
    w, shift = ag.tensor(x(4), requires_grad=True), ag.tensor(x(4))

    def f(x):
        return ag.sum(ag.elu(x * w) + ag.sort(shift)), ag.gradients(ag.sum(ag.elu(x * w)), w)

    program, rng = ag.capture(f, x(4)), np.random.default_rng(2)
    for i in range(INPUTS):
        w.data, shift.data, new = (others(x(4), rng, i % 3) for _ in range(3))
        found = outcome(lambda new=new: ag.evaluate(program, new))
        assert_same_bits(found, outcome(f, ag.tensor(new)), f"run {i}")


def test_least_squares_are_those_of_full_rank():
    program = ag.capture(ag.linalg.lstsq, x(4, 2), x(4))
    rng = np.random.default_rng(3)
    for _ in range(INPUTS):
        a, v = rng.normal(size=(4, 2)), rng.normal(size=4)
        assert_same_bits(
            outcome(lambda a=a, v=v: ag.evaluate(program, a, v)),
            outcome(ag.linalg.lstsq, ag.tensor(a), ag.tensor(v)),
            "lstsq",
        )
    with pytest.raises(ag.CaptureError, match="rank 1 of 2 columns"):
        ag.evaluate(program, np.ones((4, 2)), x(4))


def test_wide_least_squares_have_any_rank():
    program = ag.capture(ag.linalg.lstsq, x(2, 4), x(2))
    for a in (x(2, 4) * 2.0, np.ones((2, 4)), np.zeros((2, 4))):
        found = outcome(lambda a=a: ag.evaluate(program, a, x(2)))
        expected = outcome(ag.linalg.lstsq, ag.tensor(a), ag.tensor(x(2)))
        assert_same_bits(found, expected, "lstsq")


@pytest.mark.parametrize(
    ("f", "shape"),
    [
        (lambda a: ag.linalg.svd(a), (3, 2)),
        (lambda a: ag.linalg.svd(a), (2, 2, 3)),
        (lambda a: ag.linalg.qr(a, "complete"), (3, 2)),
        (lambda a: ag.linalg.qr(a, "complete"), (2, 3, 2)),
        (lambda a: ag.linalg.qr(a, "raw"), (3, 2)),
    ],
)
def test_parts_without_derivative_are_captured(f, shape):
    check(f, [x(*shape)], parts=("value",))
    parts, expected = f(x(*shape)), f(ag.tensor(x(*shape)))
    assert_same_bits(outcome(lambda: parts), outcome(lambda: expected), "array and Tensor")


# Values are checked where a program is run, as where the function is.
@pytest.mark.parametrize(
    ("f", "right", "wrong"),
    [
        (lambda k: ag.one_hot(k, 3), [n(2, 4)], [n(3, 4)]),
        (lambda xp: ag.interp(0.5, xp, [1.0, 2.0]), [np.array([0.0, 1.0])], [np.array([1.0, 0.0])]),
        (lambda v: ag.insert(np.arange(3), 1, v), [np.array(2.0)], [np.array(np.nan)]),
    ],
)
def test_values_are_checked_by_each_run(f, right, wrong):
    program = ag.capture(f, *right)
    assert_same_bits(
        outcome(lambda: ag.evaluate(program, *right)), outcome(f, *map(ag.tensor, right)), "right"
    )
    with pytest.raises(ag.GlassgradError) as expected:
        f(*wrong)
    with pytest.raises(type(expected.value)) as found:
        ag.evaluate(program, *wrong)
    assert str(found.value) == str(expected.value)


DRAWS = {
    "normal": lambda rng: ag.random.normal(2.0, 3.0, 4, rng=rng),
    "normal of arrays": lambda rng: ag.random.normal([0.0, 5.0], 1.0, (3, 2), rng=rng),
    "float32": lambda rng: ag.random.normal(size=3, rng=rng, dtype=np.float32),
    "uniform": lambda rng: ag.random.uniform(-1.0, 1.0, (2, 2), rng=rng),
    "integers": lambda rng: ag.random.integers(10, size=5, rng=rng),
    "permutation": lambda rng: ag.random.permutation(6, rng=rng),
    "order of rows": lambda rng: ag.random.permutation(ag.tensor(x(4, 2)), rng=rng),
    "two draws": lambda rng: ag.random.normal(rng=rng) - ag.random.uniform(rng=rng),
}


@pytest.mark.parametrize("name", DRAWS)
def test_draws_are_those_of_the_same_generator_calls(name):
    mine, theirs = np.random.default_rng(5), np.random.default_rng(5)
    program = ag.capture(lambda x: DRAWS[name](mine) * x, 1.0)
    outcome(lambda: DRAWS[name](theirs))  # the capture has run it once
    for run in range(3):
        found = outcome(lambda: ag.evaluate(program, 2.0))
        assert_same_bits(found, outcome(lambda: DRAWS[name](theirs) * 2.0), f"run {run}")


@pytest.mark.parametrize("name", DRAWS)
def test_seed_draws_the_same_numbers_each_time(name):
    program = ag.capture(lambda x: DRAWS[name](7) * x, 1.0)
    assert not program.draws
    found = outcome(ag.evaluate, program, 2.0)
    assert_same_bits(found, outcome(lambda: DRAWS[name](7) * 2.0), "seed")


def test_fresh_randomness_is_fresh_in_each_run():
    program = ag.capture(lambda x: ag.random.normal(size=8) * x, 1.0)
    first, second = ag.evaluate(program, 1.0), ag.evaluate(program, 1.0)
    assert not np.any(first == second)


def test_gradient_by_a_draw_is_captured():
    rng, again = np.random.default_rng(5), np.random.default_rng(5)

    def f(x, rng):
        z = ag.random.normal(size=3, rng=rng, requires_grad=True, name="z")
        return ag.gradients(ag.sum(ag.elu(z * x)), z)

    program = ag.capture(lambda x: f(x, rng), x(3))
    f(x(3), again)
    new = x(3) + 1.0
    assert_same_bits([ag.evaluate(program, new)], [f(ag.tensor(new), again)], "draw")


# What would put a number of the example into the program, and a part of the message.
def _if(t):
    return t if t.sum() > 0 else -t


def _while(t):
    while t[0] < 1.0:
        t = t * 2.0
    return t


def _data_setter(t):
    t.data = np.zeros(3)
    return t


def _rule_reads(t):
    @ag.primitive(vjps=(lambda ct, out, x: ct * np.sign(x.data),))
    def size(x):
        return np.abs(x)

    return ag.grad(lambda t: ag.sum(size(t)))(t)


READS = "Python reads the numbers of a captured tensor at "
FIXED = "the numbers of a captured tensor would be fixed in the program at "


def _data_of_a_used_constant(t):
    scale = ag.tensor([1.0, 2.0, 3.0])
    product = t * scale
    scale.data = [4.0, 5.0, 6.0]
    return product


def _other_thread(use):
    def f(t):
        with ThreadPoolExecutor(1) as pool:
            return t + pool.submit(use, t).result()

    return f


def _lost_in_another_thread(t):
    found = [1.0]
    thread = Thread(target=lambda: found.append(_or_none(lambda: (t * 2.0).data)))
    thread.start()
    thread.join()
    return t * found[0]


def _or_none(f):
    try:
        return f()
    except ag.GlassgradError:
        return None


def _array_changed_after_use(t):
    scale = np.ones(3)
    product = t * scale
    scale[:] = 5.0
    return product


DOUBLE = ag.capture(lambda t: t * 2.0, np.zeros(3))

REFUSALS = {
    "if": (_if, READS + "'t.sum() > 0'"),
    "while": (_while, READS + "'t[0] < 1.0'"),
    "and": (lambda t: t[0] and t, READS),
    "not": (lambda t: t * (not t[0]), READS),
    "float": (lambda t: t * float(t[0]), READS + "'float(t[0])'"),
    "int": (lambda t: t * int(t[0]), READS),
    "complex": (lambda t: t * complex(t[0]).real, READS),
    "bool": (lambda t: t * bool(t[0]), READS),
    "index": (lambda t: [t, -t][t[0].astype(int)], READS),
    "range": (lambda t: sum(t for _ in range(t[0].astype(int))), READS),
    "round": (lambda t: math.floor(t[0]) * t, READS),
    "item": (lambda t: t * t[0].item(), READS + "'t[0].item()'"),
    "item at": (lambda t: t * t.item(1), READS),
    "numpy": (lambda t: t * t.numpy(), READS),
    "data": (lambda t: t * t.data, READS + "'t.data'"),
    "data of an element": (lambda t: t * t[0].data, READS),
    "data of a mask": (lambda t: ag.where((t > 0).data, t, 0.0), READS),
    "data of a detached tensor": (lambda t: t * t.detach().data, READS),
    "data inside no_grad": (ag.no_grad()(lambda t: t * (t * 2.0).data), READS),
    "data of a gradient": (lambda t: t * ag.grad(lambda t: ag.sum(t * t))(t).data, READS),
    "tolist": (lambda t: t * t.tolist()[0], READS),
    "np.asarray": (lambda t: t * np.asarray(t), READS + "'np.asarray(t)'"),
    "np.array": (lambda t: t * np.array(t), READS),
    "np.float64": (lambda t: t * np.float64(t[0]), READS),
    "np.from_dlpack": (lambda t: t * np.from_dlpack(t), READS),
    "math.sin": (lambda t: t * math.sin(t[0]), READS),
    "math.isnan": (lambda t: t * math.isnan(t[0]), READS),
    "sum of floats": (lambda t: t * math.fsum(t), READS),
    "format": (lambda t: t * float(f"{t[0]:.3f}"), READS),
    "in": (lambda t: t * (0.5 in t), READS),
    "sorted": (lambda t: sorted(t)[0] * t, READS),
    "max": (lambda t: max(t) * t, READS),
    "list.index": (lambda t: t * [1.0, 2.0].index(t[0]), READS),
    "match": (lambda t: t if t[0] == 1.0 else -t, READS),
    "allclose": (lambda t: t * ag.allclose(t, 0.0), "allclose: " + FIXED),
    "array_equal": (lambda t: t * ag.array_equal(t, t), "write ag.all(ag.isclose(x, y))"),
    "np.allclose": (lambda t: t * np.allclose(t, 0.0), "np.allclose: " + FIXED),
    "np.array_equal": (lambda t: t * np.array_equal(t, t), "np.array_equal: " + FIXED),
    "Tensor": (lambda t: ag.Tensor(t), READS),
    "tensor of a list": (lambda t: ag.tensor([t[0], 1.0]), READS),
    "product with a list": (lambda t: t * [t[0], 1.0, 2.0], READS),
    "graph": (lambda t: t * ag.graph(t * 2.0)[0].value, "graph: "),
    "trace": (lambda t: t * ag.trace(ag.sum(ag.tensor(t, requires_grad=True))).graph[0].value, ""),
    "pickle": (lambda t: pickle.loads(pickle.dumps(t)), READS),
    "copy": (lambda t: copy.copy(t), READS),
    "deepcopy": (lambda t: copy.deepcopy(t), READS),
    "backward": (lambda t: ag.sum(ag.tensor(t, requires_grad=True) ** 2).backward(), "gradients"),
    "data setter": (_data_setter, "the data of a tensor are replaced at 't.data'"),
    "data setter of a used constant": (_data_of_a_used_constant, "the data of a tensor are"),
    "grad": (lambda t: t if t.grad is None else t * t.grad, ".grad is read at 't.grad'"),
    "another thread": (_other_thread(lambda t: t * 2.0), "another thread uses"),
    "data in another thread": (_other_thread(lambda t: t.data), "another thread uses"),
    "another context": (lambda t: Context().run(lambda: t * 2.0), "another thread uses"),
    "lost in another thread": (_lost_in_another_thread, "another thread uses"),
    "array changed after use": (_array_changed_after_use, "an array is changed in place"),
    "evaluate": (lambda t: ag.evaluate(DOUBLE, t), "evaluate: inside a function that is being"),
    "capture": (lambda t: ag.capture(lambda t: t, t), "inside a function that is being captured"),
    "rule that reads values": (_rule_reads, READS),
    "arange": (lambda t: ag.arange(t[0]), READS),
    "zeros": (lambda t: ag.zeros(t[0].astype(int)), READS),
    "full": (lambda t: ag.full(3, t[0]), "write ag.broadcast_to(value, shape)"),
    "full_like": (lambda t: ag.full_like(t, t[0]), "full_like: " + FIXED),
    "num of linspace": (lambda t: ag.linspace(0.0, 1.0, t[0].astype(int)), READS),
    "num_classes": (lambda t: ag.one_hot([0], t[0].astype(int)), READS),
    "repeats": (lambda t: ag.repeat(t, t.astype(int)), "repeat: " + FIXED),
    "shift": (lambda t: ag.roll(t, t[0].astype(int)), READS),
    "axis": (lambda t: ag.sum(t, axis=t[0].astype(int)), READS),
    "sections": (lambda t: ag.split(t, t.astype(int)), READS),
    "tile": (lambda t: ag.tile(t, t[0].astype(int)), READS),
    "pad": (lambda t: ag.pad(t, t[0].astype(int)), READS),
    "reshape": (lambda t: t.reshape(t[0].astype(int), -1), READS),
    "slice": (lambda t: t[: t[0].astype(int)], READS),
    "delete": (lambda t: ag.delete(t, t[0].astype(int)), "delete: " + FIXED),
    "insert": (lambda t: ag.insert(t, t[0].astype(int), 1.0), "insert: " + FIXED),
    "norm of a captured order": (lambda t: ag.linalg.norm(t, t[0]), READS),
    "rcond": (lambda t: ag.linalg.pinv(t[None], t[0]), READS),
    "period": (lambda t: ag.interp(t, [0.0, 1.0], [0.0, 1.0], period=t[0]), READS),
    "normal": (
        lambda t: ag.random.normal(t[0], size=3),
        "write loc + scale * ag.random.normal(size=..., rng=rng)",
    ),
    "uniform": (lambda t: ag.random.uniform(t[0], size=3), "uniform: " + FIXED),
    "integers": (lambda t: ag.random.integers(t[0].astype(int)), "integers: " + FIXED),
    "size": (lambda t: ag.random.normal(size=t[0].astype(int)), READS),
    "np.random": (lambda t: t * np.random.default_rng(0).normal(t), READS),
}


# Their messages are named by the function itself.
WITHOUT_LINE = {"backward", "capture", "evaluate", "array changed after use"}


@pytest.mark.parametrize("name", REFUSALS)
def test_escaping_number_is_refused_with_its_line(name):
    f, part = REFUSALS[name]
    with pytest.raises(ag.CaptureError) as refused:
        ag.capture(f, np.array([2.0, 1.0, 3.0]))
    message = str(refused.value)
    assert part in message
    assert "\n" not in message
    if name not in WITHOUT_LINE:
        assert "of test_capture_functions.py)" in message


def test_the_text_of_a_program_names_its_draws_and_what_it_updates():
    total = ag.tensor(0.0, name="total")
    rng = np.random.default_rng(0)

    def f(x):
        ag.assign(total, ag.sum(x * ag.random.uniform(size=2, rng=rng)))
        return x

    rows = repr(ag.capture(f, np.ones(2))).splitlines()
    assert [row.split()[1] for row in rows[1:4]] == ["x", "random", "total"]
    assert rows[-1] == "    updates: 2 <- 4"
