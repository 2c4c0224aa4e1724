"""What a compiled function is: when it runs as a program, what it keeps, and what it hands out."""

import copy
import gc
import inspect
import pickle
import threading
import warnings
import weakref
from collections import deque, namedtuple

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.compiler import calling
from autograd.compiler import compiled as compiled_module
from autograd.core.assumptions import WatchesItself

X = np.array([[1.0, -2.0], [0.5, 3.0]])


def by_weight(w):
    return lambda x: ag.sum(ag.tanh(x @ w))


def descent(w, rate=0.1):
    """Return a function that makes a step of w, and returns the loss before it."""

    def step(x):
        loss = ag.sum(ag.tanh(x @ w) ** 2)
        ag.assign(w, w - rate * ag.gradients(loss, w))
        return loss

    return step


def learned(value=(1.0, 2.0)):
    return ag.tensor(value, requires_grad=True)


# The function


def test_name_documentation_and_signature_stay():
    def f(x, scale=2.0):
        """Scale."""
        return x * scale

    compiled = ag.compile(f)
    assert compiled.__name__ == "f"
    assert compiled.__doc__ == "Scale."
    assert list(inspect.signature(compiled).parameters) == ["x", "scale"]


def test_unknown_backend_is_refused_in_one_line():
    with pytest.raises(ag.OptionError, match=r"^compile: there is no backend 'cuda'; write .*$"):
        ag.compile(ag.exp, backend="cuda")


def test_program_is_there_after_the_first_call():
    f = ag.compile(lambda x: ag.maximum(x, 0.0) * 2.0)
    assert f.program is f.optimised is f.source is None
    f(X)
    assert str(f.program) == "inputs x (2, 2)\nreturn 2 * maximum(x, 0)"
    assert "maximum(" in f.source
    assert f.explain()


def test_method_is_bound():
    class Model:
        scale = 3.0

        @ag.compile
        def __call__(self, x):
            return x * self.scale

    model = Model()
    np.testing.assert_array_equal(model(X), 3 * X)
    model.scale = 4.0
    np.testing.assert_array_equal(model(X), 4 * X)


def test_arguments_by_name():
    f = ag.compile(lambda x, y, scale=1.0: (x - y) * scale)
    np.testing.assert_array_equal(f(X, y=2 * X), -X)
    np.testing.assert_array_equal(f(y=X, x=X, scale=2.0), 0 * X)
    np.testing.assert_array_equal(f(X, 2 * X, scale=3.0), -3 * X)


Pair = namedtuple("Pair", "a b")


def test_structure_of_arguments_and_results_is_kept():
    f = ag.compile(lambda p, flag: Pair({"sum": p.a + p.b["b"]}, [p.a * 2.0, (p.b["b"], 1.0)]))
    found = f(Pair(X, {"b": X}), True)
    assert type(found) is Pair
    np.testing.assert_array_equal(found.a["sum"], 2 * X)
    np.testing.assert_array_equal(found.b[1][0], X)
    assert found.b[1][1] == 1.0


@pytest.mark.parametrize("static", [2, "mean", True, None, (1, 2), np.sum])
def test_other_arguments_are_part_of_the_program(static):
    f = ag.compile(lambda x, k: x * (k if isinstance(k, int) else 3.0))
    np.testing.assert_array_equal(f(X, static), X * (static if isinstance(static, int) else 3.0))
    first = f.program
    f(X, 5)
    assert f.program is not first
    f(X, static)
    assert f.program is first


def test_new_shapes_and_dtypes_have_programs_of_their_own():
    f = ag.compile(lambda x: ag.sum(x * 2.0))
    for x in (X, X[0], X.astype(np.float32), np.float64(3.0), 3.0, X):
        found, expected = f(x), np.sum(x * 2.0)
        assert np.asarray(found).dtype == np.asarray(expected).dtype
        np.testing.assert_allclose(found, expected)


def test_only_the_latest_programs_are_kept():
    f = ag.compile(lambda x: x * 2.0)
    for n in range(1, compiled_module.MOST + 10):
        f(np.ones(n))
    assert len(f._entries) == compiled_module.MOST


def test_many_programs_are_warned_of_once():
    f = ag.compile(lambda x: x * 2.0)
    with pytest.warns(UserWarning, match="has been compiled 32 times") as caught:
        deque(map(f, map(np.ones, range(1, 40))), maxlen=0)
    assert len(caught) == 1


def test_pickling_and_copying_are_refused_in_words():
    f = ag.compile(ag.exp)
    for refused in (pickle.dumps, copy.deepcopy):
        with pytest.raises(ag.GradientError, match=r"^compile: .*pickle the function"):
            refused(f)


# Who differentiates


def test_argument_that_requires_a_gradient_is_differentiated():
    f = ag.compile(lambda x: ag.sum(x * x))
    f(X)
    x = ag.tensor(X, requires_grad=True)
    f(x).backward()
    np.testing.assert_array_equal(x.grad, 2 * X)


def test_without_recording_the_program_runs():
    f = ag.compile(lambda x: ag.sum(x * x))
    x = ag.tensor(X, requires_grad=True)
    with ag.no_grad():
        y = f(x)
    assert f.program is not None
    assert isinstance(y, ag.Tensor)
    assert not y.requires_grad


def test_program_of_a_call_without_recording_is_not_taken_with_it():
    f = ag.compile(lambda x: ag.sum(x * x))
    x = ag.tensor(X, requires_grad=True)
    for _ in range(2):
        with ag.no_grad():
            f(x)
        f(x).backward()
    np.testing.assert_array_equal(x.grad, 4 * X)


def test_tensors_give_tensors_and_arrays_give_arrays():
    f = ag.compile(lambda x: x * 2.0)
    assert type(f(X)) is np.ndarray
    y = f(ag.tensor(X))
    assert isinstance(y, ag.Tensor)
    np.testing.assert_array_equal(y.data, 2 * X)


def sine(x):
    return ag.sum(ag.sin(x) * x**2)


@pytest.mark.parametrize("transform", [ag.grad, ag.jacobian, ag.hessian, ag.value_and_grad])
def test_transforms_of_compiled_functions_and_compiled_transforms(transform):
    expected = transform(sine)(X)
    for f in (transform(ag.compile(sine)), ag.compile(transform(sine))):
        for x, y in zip(f(X), expected, strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-12)


def test_hessian_vector_product():
    f = lambda x: ag.sum(ag.sin(x) * x**2)  # noqa: E731
    compiled = ag.compile(lambda x, v: ag.hvp(f, x, v))
    for scale in (1.0, 2.0):
        np.testing.assert_allclose(compiled(X * scale, X), ag.hvp(f, X * scale, X), rtol=1e-12)


def test_closure_over_a_variable_of_an_outer_transform():
    inner = lambda y, x: y * x  # noqa: E731
    expected = ag.grad(lambda x: ag.compile(lambda y: inner(y, x))(3.0))(2.0)
    assert expected == 3.0


def test_in_a_capture_it_is_part_of_the_program():
    f = ag.compile(lambda x: ag.exp(x))
    graph = ag.capture(lambda x: f(x) * 2.0, X)
    np.testing.assert_array_equal(ag.evaluate(graph, 2 * X), np.exp(2 * X) * 2.0)


def test_in_debug_the_function_itself_runs():
    seen = []

    def f(x):
        seen.append(1)
        return x * 2.0

    compiled = ag.compile(f)
    with ag.debug():
        compiled(X)
        compiled(X)
    assert len(seen) == 2
    assert compiled.program is None


# What is handed out


def test_results_are_not_overwritten_by_the_next_call():
    f = ag.compile(lambda x: (x * 2.0, ag.exp(x), ag.sum(x, axis=0), x.T, x, x.T @ x))
    found = [f(X * k) for k in range(5)]
    for k, results in enumerate(found):
        expected = (2 * k * X, np.exp(k * X), (k * X).sum(0), (k * X).T, k * X, (k * X).T @ (k * X))
        for x, y in zip(results, expected, strict=True):
            np.testing.assert_allclose(x, y, rtol=1e-12)


def test_results_share_no_memory_with_arguments_or_each_other():
    f = ag.compile(lambda x: (x, x.T, ag.reshape(x, (4,)), x * 2.0, (x * 2.0).T))
    given = X.copy()
    results = f(given)
    for i, y in enumerate(results):
        assert not np.shares_memory(y, given)
        assert not any(np.shares_memory(y, z) for z in results[:i])
        y[...] = 0.0
    np.testing.assert_array_equal(given, X)


def test_array_that_a_primitive_keeps_is_not_written_to():
    table = np.array([[1.0, 2.0], [3.0, 4.0]])

    @ag.primitive(vjps=(None,))
    def looked_up(x):
        return table

    f = ag.compile(lambda x: (ag.exp(looked_up(x * 2.0)), looked_up(x)))
    for found in (f(X), f(X)):
        np.testing.assert_allclose(found[0], np.exp([[1.0, 2.0], [3.0, 4.0]]))
        found[1][...] = 0.0
    np.testing.assert_array_equal(table, [[1.0, 2.0], [3.0, 4.0]])


def test_data_taken_before_a_step_keep_their_numbers():
    w = learned()
    step = ag.compile(descent(w))
    taken, copies = [], []
    for _ in range(6):
        taken.append(w.data)
        copies.append(w.data.copy())
        step(X)
    for array, copied in zip(taken, copies, strict=True):
        np.testing.assert_array_equal(array, copied)


def test_views_of_data_keep_their_numbers():
    w = learned()
    step = ag.compile(descent(w))
    step(X)
    view, kept = w.data[:1], w.data[:1].copy()
    for _ in range(3):
        step(X)
    np.testing.assert_array_equal(view, kept)


@pytest.mark.parametrize(
    "new",
    [
        lambda w, x: (w + x).T,
        lambda w, x: ag.reshape(ag.reshape(w + x, (4,)) * 1.5, (2, 2)),
        lambda w, x: ((w.T + x) * 0.5).T,
    ],
)
def test_views_of_data_that_are_views_keep_their_numbers(new):
    w = learned([[1.0, 2.0], [3.0, 4.0]])

    def f(x):
        ag.assign(w, new(w, x))
        return ag.sum(w)

    step = ag.compile(f)
    taken, copies = [], []
    for _ in range(6):
        step(X)
        taken.append(w.data[:1])
        copies.append(w.data[:1].copy())
    for view, copied in zip(taken, copies, strict=True):
        np.testing.assert_array_equal(view, copied)


def test_graph_made_before_a_step_keeps_its_values():
    w = learned()
    step = ag.compile(descent(w))
    step(X)
    loss = ag.sum(w * w)
    before = w.data.copy()
    for _ in range(3):
        step(X)
    loss.backward()
    np.testing.assert_array_equal(w.grad, 2 * before)


def test_steps_are_those_of_the_function():
    w, v = learned(), learned()
    compiled, eager = ag.compile(descent(w)), descent(v)
    for k in range(50):
        x = np.sin(k + X)
        np.testing.assert_allclose(compiled(x).data, eager(x).data, rtol=1e-12)
        np.testing.assert_allclose(w.data, v.data, rtol=1e-12)
        if k == 20:  # somebody else writes the weights
            w.data = v.data = np.array([0.3, -0.4])
        if k == 30:
            w.data *= 2.0
            v.data *= 2.0


def test_weights_of_another_dtype_need_another_program():
    net = nn.Linear(2, 1, rng=0)
    f = ag.compile(net)
    f(X)
    net.float()
    x = X.astype(np.float32)
    assert f(x).dtype == np.float32
    np.testing.assert_allclose(f(x).data, net(x).data, rtol=1e-6)


# What goes wrong


def test_error_in_a_run_leaves_the_state():
    w = learned()

    def f(x, t):
        loss = ag.sum(ag.softmax_cross_entropy(x * w, t))
        ag.assign(w, w - 0.1 * ag.gradients(loss, w))
        return loss

    step = ag.compile(f)
    step(X, np.array([0, 1]))
    before = w.data.copy()
    with pytest.raises(ag.IndexingError):
        step(X, np.array([0, 7]))
    np.testing.assert_array_equal(w.data, before)
    step(X, np.array([0, 1]))
    assert not np.array_equal(w.data, before)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_interrupt_in_a_run_leaves_the_state(error):
    w = learned()
    broken = []

    @ag.primitive(vjps=(lambda ct, out, x: ct,))
    def watched(x):
        if broken:
            raise error
        return x * 1.0

    def f(x):
        loss = ag.sum(x * w)
        new = w - 0.1 * ag.gradients(loss, w)
        ag.assign(w, watched(new))
        return loss

    step = ag.compile(f)
    step(X)
    before = w.data.copy()
    broken.append(1)
    step._latest.call = lambda args, kwargs: step._latest.run(*args)  # but for the list
    with pytest.raises(error):
        step(X)
    np.testing.assert_array_equal(w.data, before)
    broken.clear()
    step(X)
    assert not np.array_equal(w.data, before)


def test_two_threads_share_a_function():
    f = ag.compile(lambda x: ag.tanh(x @ x.T) @ x)
    inputs = [np.full((30, 30), k / 100) for k in range(8)]
    expected = [np.tanh(x @ x.T) @ x for x in inputs]
    wrong = []

    def work(k):
        found = [f(inputs[k]) for _ in range(50)]
        wrong.extend(k for x in found if not np.allclose(x, expected[k], rtol=1e-12))

    in_threads(work, range(8))
    assert not wrong


def test_whether_a_program_fits_is_seen_while_another_thread_writes():
    step = ag.compile(descent(learned()))
    step(X)
    entry, found = step._latest, []
    with step._writing.lock:
        in_threads(lambda _: found.append(entry.fits()), range(1))
    assert found == [True]


@pytest.mark.parametrize("few", [0, 300])
def test_a_change_is_seen_in_loops_and_written_out(monkeypatch, few):
    monkeypatch.setattr(calling, "FEW", few)
    w, options = learned(), {"rate": 0.5}

    @ag.compile
    def step(x):
        ag.assign(w, w - options["rate"] * x)
        return ag.sum(w)

    step(1.0)
    entry = step._latest
    assert entry.fits()
    options["rate"] = 0.25
    assert not entry.fits()
    assert entry.call((1.0,), {}) is calling.MISSED
    np.testing.assert_array_equal(w.data, [0.5, 1.5])


def test_a_program_is_freed_with_its_function_without_the_collector():
    step = ag.compile(descent(learned()))
    step(X)
    ref = weakref.ref(step._latest)
    gc.disable()
    try:
        del step
        assert ref() is None
    finally:
        gc.enable()


def test_a_call_that_does_not_fit_draws_nothing():
    rng, options = np.random.default_rng(0), {"scale": 2.0}
    f = ag.compile(lambda x: x * ag.random.normal(size=2, rng=rng) * options["scale"])
    f(X)
    before = rng.bit_generator.state
    options["scale"] = 3.0
    assert f._latest.call((X,), {}) is calling.MISSED
    assert rng.bit_generator.state == before


def test_results_can_be_arrays_where_the_function_has_tensors():
    w = learned()
    f = ag.compile(lambda x: {"loss": ag.sum(x @ w)})
    f.as_arrays = True
    assert type(f(X)["loss"]) is np.float64
    assert type(ag.compile(lambda x: ag.sum(x @ w))(X)) is ag.Tensor


def test_arguments_can_be_applied_as_a_tuple_and_a_dict():
    f = ag.compile(lambda x, y: x - y)
    np.testing.assert_array_equal(f.applied((X,), {"y": 2 * X}), f(X, y=2 * X))


def test_two_threads_step_one_after_the_other():
    w = ag.tensor(0.0, requires_grad=True)

    def f(x):
        ag.assign(w, w + x)
        return w * 1.0

    step = ag.compile(f)
    step(0.0)
    in_threads(lambda _: [step(1.0) for _ in range(200)], range(4))
    assert w.data == 800.0


def in_threads(work, arguments):
    threads = [threading.Thread(target=work, args=(k,)) for k in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_tensors_of_the_capture_are_freed():
    class Notes(WatchesItself):
        refs = []  # noqa: RUF012

    notes = Notes()

    def f(x):
        y = ag.exp(x)
        if isinstance(y, ag.Tensor):
            notes.refs.append(weakref.ref(y._value))
        return y * 2.0

    compiled = ag.compile(f)
    compiled(X)
    gc.collect()
    assert len(notes.refs) == 2
    assert not any(ref() for ref in notes.refs)


def test_arguments_of_the_first_call_are_freed():
    class Array(np.ndarray):
        pass

    x = np.ones(3).view(Array)
    ref = weakref.ref(x)
    f = ag.compile(lambda x: x * 2.0)
    f(x)
    del x
    gc.collect()
    assert ref() is None


def test_warnings_are_those_of_the_function():
    f = ag.compile(lambda x: 1.0 / x)
    f(X)
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        f(0 * X)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        f(X)


def test_floating_point_errors_are_raised_as_by_the_function():
    f = ag.compile(lambda x: 1.0 / x)
    f(X)
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError, match="divide"):
        f(0 * X)


def test_a_decorator_can_have_a_backend():
    @ag.compile(backend="numpy")
    def double(x):
        return 2.0 * x

    np.testing.assert_array_equal(double(X), 2 * X)
    assert double.__name__ == "double"
    with pytest.raises(ag.OptionError, match="backend"):
        ag.compile(backend="none")
