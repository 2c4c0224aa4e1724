"""Every primitive and every rule, captured at one input, is what it is at others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import ops
from autograd.core.define import record_of
from autograd.testing.input_specs import Call, calls
from autograd.testing.primitive_map import differentiable
from autograd.testing.strategies import arrays, shapes

RECORDS = {record_of(x) for module in ops._MODULES for x in vars(module).values()} - {None}
PRIMITIVES = sorted(RECORDS, key=lambda p: p.name)
SEEDS = st.integers(0, 2**32 - 1)
INTEGERS = np.array([[2, 0, 1], [1, 1, 0]])


def _reductions(draw):
    x = draw(arrays(draw(shapes())))
    return Call((x,), {"axis": draw(st.sampled_from([None, *range(-x.ndim, x.ndim)]))})


def _along_an_axis(draw):
    x = draw(arrays(draw(st.sampled_from([(3,), (2, 3), (1, 4)]))))
    return Call((x,), {"axis": draw(st.integers(-x.ndim, x.ndim - 1))})


def _of_integers(**params):
    return lambda draw: Call((INTEGERS,), params)


def _pooling(draw):
    call = draw(calls(ops.pool.window_max.primitive))
    return Call((*call.args, ops.pool.window_max(*call.args, **call.params)), call.params)


# Calls of the primitives without a derivative whose arguments do not follow from their declaration.
WITHOUT_DERIVATIVE = {
    "all": _reductions,
    "any": _reductions,
    "argmax": _reductions,
    "argmin": _reductions,
    "argsort": _along_an_axis,
    "first_largest": _reductions,
    "first_smallest": _reductions,
    "last_writer": _of_integers(size=4),
    "one_hot_mask": _of_integers(count=3, axis=1),
    "running_argmax": _along_an_axis,
    "running_argmin": _along_an_axis,
    "sign_of_det": lambda draw: draw(calls(ag.linalg.det.primitive)),
    "winners": _pooling,
}

# What numbers are replaced by: kinks, ties, tails and what is not finite.
EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, 1e-300, -1e6, 1e6, 1e200, -1e200, np.inf, -np.inf, np.nan)


def others(args, rng):
    """Return arguments of the same shapes and dtypes, with edges among the numbers."""
    yield [_shuffled(x, rng) for x in args]
    yield [_shuffled(x, rng) if x.dtype.kind != "f" else -x for x in args]
    for edge in EDGES:
        yield [_replaced(x, edge, rng.random(x.shape) < 0.4, rng) for x in args]
    for edge in (0.0, 1.0, np.inf):
        yield [_replaced(x, edge, np.ones(x.shape, bool), rng) for x in args]


def _shuffled(x, rng):
    return rng.permutation(x.ravel()).reshape(x.shape)


def _replaced(x, edge, places, rng):
    return np.where(places, x.dtype.type(edge), x) if x.dtype.kind == "f" else _shuffled(x, rng)


def value_and_derivatives(f, active):
    """Return the program of a function's value, its gradients, and the gradients of these."""

    def program(args, weights):
        def value(*numbers):
            given = list(args)
            for i, x in zip(active, numbers, strict=True):
                given[i] = x
            return f(*given)

        def slopes(g, weight):
            return ag.grad(lambda *x: ag.sum(g(*x) * weight), range(len(active)))

        numbers = [args[i] for i in active]
        first = slopes(value, weights[0])
        found = [value(*numbers), *first(*numbers)]
        for i, weight in enumerate(weights[1:]):
            found += slopes(lambda *x, i=i: first(*x)[i], weight)(*numbers)
        return found

    return program if active else lambda args, weights: [f(*args)]


def outcome(f):
    """Return the results as bits, of which a NaN has any, or the kind of error."""
    try:
        results = f()
    except np.linalg.LinAlgError as error:
        return type(error)
    return [_bits(x) for x in results]


def _array(x):
    return np.asarray(x.data if isinstance(x, ag.Tensor) else x)


def _bits(x):
    x = _array(x)
    if x.dtype.kind == "f":
        x = np.where(np.isnan(x), x.dtype.type(np.nan), x)
    return x.dtype, x.shape, x.tolist(), np.signbit(x).tolist() if x.dtype.kind == "f" else None


@np.errstate(all="ignore")
def check(f, args, active, seed):
    """Capture a program at one input, and evaluate it at others."""
    rng = np.random.default_rng(seed)
    args = [np.asarray(x) for x in args]
    out = _array(f(*map(ag.tensor, args)))
    weights = [rng.normal(size=out.shape).astype(out.dtype)]
    weights += [rng.normal(size=args[i].shape).astype(args[i].dtype) for i in active]
    program = value_and_derivatives(f, active)
    graph = ag.capture(program, args, weights)
    for other in others(args, rng):
        eager = outcome(lambda other=other: program([*map(ag.tensor, other)], weights))
        again = outcome(lambda other=other: ag.evaluate(graph, other, weights))
        assert repr(again) == repr(eager), (other, weights)


@pytest.mark.parametrize("p", PRIMITIVES, ids=str)
@settings(max_examples=2, deadline=None)
@given(data=st.data(), dtype=st.sampled_from([np.float64, np.float32]), seed=SEEDS)
def test_a_primitive_and_its_derivatives(p, data, dtype, seed):
    if p.name in WITHOUT_DERIVATIVE:
        call = WITHOUT_DERIVATIVE[p.name](data.draw)
    else:
        call = data.draw(calls(p))
    active = differentiable(p, call.args)
    args = [x.astype(dtype) if i in active else x for i, x in enumerate(call.args)]
    check(lambda *args: p.function(*args, **call.params), args, active, seed)


@pytest.mark.parametrize("exponent", [0, 0.0, 1, 2, -1, 0.5, np.float64(0.0), np.float64(3.0)])
@given(x=arrays((3,)), seed=SEEDS)
@settings(max_examples=2, deadline=None)
def test_a_power_with_a_constant_exponent(exponent, x, seed):
    check(lambda x: x**exponent, [x], [0], seed)


@pytest.mark.parametrize("base", [0, 0.0, 2, 1.5, np.array([0.0, 1.0, 2.0])])
@given(y=arrays((3,)), seed=SEEDS)
@settings(max_examples=2, deadline=None)
def test_a_power_with_a_constant_base(base, y, seed):
    check(lambda y: base**y, [y], [0], seed)


X = np.arange(12.0).reshape(3, 4) - 4.0
ROWS, COLUMNS = np.array([[2, 0, -1], [1, 1, 0]]), np.array([3, -1, 0])
INDEXED = {
    "x[i]": lambda x, i, j: x[i],
    "x[:, j]": lambda x, i, j: x[:, j],
    "x[i, j]": lambda x, i, j: x[i, j],
    "x[i, None, 1:, None]": lambda x, i, j: x[i, None, 1:, None],
    "x[..., j]": lambda x, i, j: x[..., j],
    "x[i, [0, 1, 2]]": lambda x, i, j: x[i, [0, 1, 2]],
    "x[number]": lambda x, i, j: x[i[0, 1], 1:],
    "x[argmax]": lambda x, i, j: x[ag.argmax(x, axis=0), j[0]],
    "getitem": lambda x, i, j: ag.getitem(x, index=(i, j)),
    "scatter_add": lambda x, i, j: ag.scatter_add(x[:, :3], (j, slice(3)), shape=(4, 3)),
    "take": lambda x, i, j: ag.take(x, i),
    "take along 1": lambda x, i, j: ag.take(x, j, axis=1),
    "take_along_axis": lambda x, i, j: ag.take_along_axis(x[:2], i, axis=1),
    "at set": lambda x, i, j: x.at[i].set(2.0 * x[:, None][:1]),
    "at set a number": lambda x, i, j: x.at[:, j].set(5.0) * x,
    "at add": lambda x, i, j: x.at[i, j].add(x[0, 0] * j) * x,
}


@pytest.mark.parametrize("f", INDEXED.values(), ids=INDEXED)
def test_an_index_may_be_another_one_in_the_next_run(f):
    check(f, [X, ROWS, COLUMNS], [0], seed=0)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", [(64, 32, 10), (7, 130, 9)])
def test_the_gradient_of_a_product_has_the_bits_of_its_memory_order(shape, order):
    rng = np.random.default_rng(0)
    n, k, m = shape
    x, w = rng.normal(size=(n, k)), np.array(rng.normal(size=(k, m)), order=order)
    program = value_and_derivatives(lambda x, w: x @ w.T.T, [0, 1])
    weights = [rng.normal(size=s) for s in ((n, m), (n, k), (k, m))]
    graph = ag.capture(program, [x, w], weights)
    eager = outcome(lambda: program([2.0 * x, w], weights))
    assert outcome(lambda: ag.evaluate(graph, [2.0 * x, w], weights)) == eager


def test_a_captured_mask_as_an_index_is_refused():
    with pytest.raises(ag.CaptureError, match=r"^getitem: .*x\[x > 0\].*; keep the shape with ag"):
        ag.capture(lambda x: x[x > 0], X)


def test_how_often_to_repeat_is_no_captured_number():
    with pytest.raises(ag.CaptureError, match=r"^repeat: "):
        ag.capture(ag.repeat, np.arange(3.0), np.array([1, 2, 0]))


def test_a_constant_index_is_a_parameter():
    graph = ag.capture(lambda x: x[ag.tensor([2, 0])], X)
    assert [node.primitive.name for node in graph if node.primitive] == ["getitem"]


def test_evaluation_checks_the_classes():
    graph = ag.capture(ag.softmax_cross_entropy, X, np.array([0, 1, 3]))
    with pytest.raises(ag.IndexingError, match="from 0 to 4, and must be from 0 to 3"):
        ag.evaluate(graph, X, np.array([0, 4, 1]))


def test_evaluation_checks_an_index():
    graph = ag.capture(lambda x, i: x[i], X, np.array([0, 1]))
    with pytest.raises(ag.IndexingError, match="index 3 is out of bounds"):
        ag.evaluate(graph, X, np.array([0, 3]))
