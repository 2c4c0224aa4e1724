"""Programs on single numbers give on a tape what they give in NumPy, one by one."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd as ag
from autograd.compiler.executors import scalars
from autograd.compiler.executors.operations import NUMERIC, TESTS
from autograd.ir.evaluate import computed
from autograd.ops.kernels.llvm import choice, libm, tape
from autograd.ops.kernels.llvm.address import address_of
from benchmarks import scalars as demo

needs_llvm = pytest.mark.skipif(choice.in_use() is None, reason=choice.described())
DTYPES = [np.float64, np.float32]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, -2.0, 3.0, 1e-40, 1e38, -1e38, np.inf, -np.inf, np.nan]
PRIMITIVES = {name: p for p, name in (NUMERIC | TESTS).items()}

# NumPy and the C library may each be wrong by so many last digits.
ULPS = 4


def assert_near(found, expected, where=""):
    """Compare numbers to a few last digits."""
    found, expected = np.asarray(found), np.asarray(expected)
    assert found.dtype == expected.dtype, where
    if expected.dtype == bool:
        np.testing.assert_array_equal(found, expected, err_msg=where)
        return
    with np.errstate(all="ignore"):
        near = np.abs(found - expected) <= ULPS * np.spacing(np.abs(expected))
    same = (found == expected) | (np.isnan(found) & np.isnan(expected))
    assert np.all(near | same), (where, found, expected)


def grid(inputs, dtype):
    """Return arrays with all combinations of special numbers and others, one for each input."""
    rng = np.random.default_rng(0)
    numbers = np.array([*SPECIAL, *rng.normal(size=3), 40.0, -40.0, 700.0])
    with np.errstate(over="ignore"):
        found = np.meshgrid(*[numbers.astype(dtype)] * inputs)
    return [x.ravel() for x in found]


def on_tape(kernel, name, inputs):
    """Run one operation on arrays of numbers by a kernel; return results and what is noted."""
    n, count = len(inputs[0]), len(inputs)
    values = np.concatenate([*inputs, np.zeros(2 * n + 1, inputs[0].dtype)])
    runs = np.array([tape.CODES[name], n])
    lines = np.arange(count * n).reshape(count, n).T.ravel()
    places = np.concatenate([lines, np.arange(count * n, (count + 1) * n)])
    with np.errstate(all="ignore"):
        kernel(values, runs, places, count * n, 1, n)
    np.testing.assert_array_equal(values[-n:], values[count * n : -n - 1])  # what is wanted
    return values[-n:], values[-n - 1]


def compiled_kernel(dtype):
    kernel = tape.kernels().compiled("tape", dtype)
    return lambda values, runs, places, *sizes: kernel(
        *map(address_of, (values, runs, places)), *sizes
    )


@needs_llvm
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", tape.OPERATIONS)
def test_every_operation_is_that_of_its_function(name, dtype):
    inputs = grid(tape.inputs_of(name), dtype)
    found, finite = on_tape(compiled_kernel(dtype), name, inputs)
    plain, finite_in_python = on_tape(tape.in_python(), name, inputs)
    assert finite == finite_in_python == np.isfinite(plain).all()
    assert_near(found, plain, name)
    if name != "copy":
        with np.errstate(all="ignore"):
            expected = [PRIMITIVES[name].forward(*x) for x in zip(*inputs, strict=True)]
        assert_near(found, np.array(expected).astype(dtype), name)


def test_the_operations_of_the_tape_are_those_of_primitives():
    assert set(PRIMITIVES) | {"copy"} == set(tape.OPERATIONS)


# A random program: lines of an operation and the places of its inputs among all values before.  The
# first values are three arguments and two constants.
GIVEN, CONSTANTS = 3, [1.0, 0.25]
ABOVE_ONE = ("arccosh", "log", "log2", "log10", "sqrt", "divide", "reciprocal")
ANY = ("where", "logical_and", "logical_or", "logical_not")  # also of truth values


def values_of(given, lines):
    values = [*given, *CONSTANTS]
    for name, places in lines:
        values.append(getattr(ag, name)(*(values[k] for k in places)))
    return values


@st.composite
def random_lines(draw):
    """Draw lines whose values mostly stay finite."""
    lines, numeric = [], list(range(GIVEN + len(CONSTANTS)))

    def line(name, *places):
        lines.append((name, places))
        place = GIVEN + len(CONSTANTS) + len(lines) - 1
        if name not in TESTS.values():
            numeric.append(place)
        return place

    for name in draw(st.lists(st.sampled_from(sorted(PRIMITIVES)), min_size=15, max_size=30)):
        inputs = [draw(st.sampled_from(numeric[-12:])) for _ in range(tape.inputs_of(name))]
        if name in ABOVE_ONE:
            inputs[-1] = line("add", line("absolute", inputs[-1]), GIVEN)
        elif name in ANY:
            inputs[0] = line("less", inputs[0], draw(st.sampled_from(numeric)))
        else:
            inputs[0] = line("multiply", line("sin", inputs[0]), GIVEN + 1)
        line(name, *inputs)
    return lines


NUMBERS = st.one_of(st.floats(-4, 4, width=32), st.floats(width=32))


@needs_llvm
@given(random_lines(), st.lists(NUMBERS, min_size=3, max_size=3), st.sampled_from(DTYPES))
def test_each_line_of_a_random_program_is_that_of_numpy(lines, numbers, dtype):
    x = [dtype(numbers[0]), dtype(numbers[1]), numbers[2]]

    def f(*x):
        return values_of(x, lines)[GIVEN + len(CONSTANTS) :]

    with np.errstate(all="ignore"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(scalars, "pays", lambda tape: True)
        compiled = ag.compile(f)
        found, expected = compiled(*x), ag.compile(f, backend="numpy")(*x)
        assume("tape0()" in compiled.source)
        assert list(map(type, found)) == list(map(type, expected))
        values = [*x, *CONSTANTS, *found]
        for (name, places), number in zip(lines, found, strict=True):
            given = [values[place] for place in places]
            is_weak = type(number) is float
            assert_near(number, computed(PRIMITIVES[name], given, {}, is_weak), name)


def polynomial(x, w):
    """Return a number that takes enough operations for a tape."""
    y = x
    for _ in range(30):
        y = y * x + w
    return y


@needs_llvm
def test_a_result_that_is_not_finite_is_numpys_with_its_warnings():
    f = ag.compile(lambda x: (1.0 / x, polynomial(x, 1.0)))
    f(np.float64(2.0))
    assert "tape0()" in f.source
    with pytest.warns(RuntimeWarning, match="divide by zero"):
        assert f(np.float64(0.0)) == (np.inf, 1.0)
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert f(np.float64(1e200))[1] == np.inf
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError, match="divide"):
        f(np.float64(0.0))
    assert f(np.float64(1.0)) == (1.0, 31.0)


@needs_llvm
@pytest.mark.parametrize("x", [0.0, 1e200, -2.0, np.inf, np.nan])
def test_numbers_of_python_are_answered_as_in_numpy(x):
    def f(x):
        return 1.0 / x, polynomial(x, 1.0), x > 0.0, ag.power(x, 0.5)

    both = ag.compile(f), ag.compile(f, backend="numpy")
    with np.errstate(all="ignore"):
        found, expected = ((f(2.0), f(x))[1] for f in both)
    assert list(map(type, found)) == list(map(type, expected))
    np.testing.assert_array_equal(found, expected)


@needs_llvm
def test_arrays_stay_lines_of_numpy_before_between_and_after():
    def f(a):
        y = ag.stack([polynomial(a[0], a[1]), polynomial(a[1], a[2])]) @ a[:2]
        return ag.stack([polynomial(y, a[0]), a[2]])

    a, compiled = np.array([0.1, 0.2, 0.3]), ag.compile(f)
    np.testing.assert_allclose(compiled(a), f(a), rtol=1e-14)
    assert "tape1()" in compiled.source
    assert "tape2()" not in compiled.source


@needs_llvm
@pytest.mark.parametrize("dtype", DTYPES)
def test_state_is_read_and_written(dtype):
    weight, twin = (ag.tensor(dtype(0.5), requires_grad=True) for _ in range(2))

    def stepping(w):
        def step(x):
            loss = polynomial(x, w)
            (gradient,) = ag.gradients(loss, [w])
            ag.assign(w, w - 0.01 * gradient)
            return loss

        return step

    eager, compiled = stepping(twin), ag.compile(stepping(weight))
    for x in (0.5, 0.25, -0.5):
        assert_near(compiled(dtype(x)).data, eager(dtype(x)).data)
        assert_near(weight.data, twin.data)
    assert "tape0()" in compiled.source


def neuron(w0, x0, w1, x1, w2):
    return 1 / (1 + ag.exp(-(w0 * x0 + w1 * x1 + w2)))


SLIDES = [-0.1966, 0.3932, -0.3932, -0.5898, 0.1966]  # deck 1, "Sigmoid example"


@pytest.mark.parametrize("always", [False, True])
def test_the_lectures_neuron_has_the_slides_numbers(monkeypatch, always):
    if always:  # for one neuron, a tape would not be faster
        monkeypatch.setattr(scalars, "pays", lambda tape: True)
    f = ag.compile(ag.value_and_grad(neuron, argnums=range(5)))
    value, slopes = f(2.0, -1.0, -3.0, -2.0, -3.0)
    assert ("tape0()" in f.source) == (always and choice.in_use() is not None)
    assert value == pytest.approx(0.7311, abs=5e-5)
    np.testing.assert_allclose(slopes, SLIDES, atol=5e-5)


def test_micrograds_demo_has_the_numbers_of_the_eager_engine():
    (loss, weights, gradients), (eager_loss, eager_weights, eager_gradients) = (
        make(10).outcome() for make in (demo.compiled, demo.by_us)
    )
    np.testing.assert_allclose(loss, eager_loss, rtol=1e-13)
    np.testing.assert_allclose(weights, eager_weights, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(gradients, eager_gradients, rtol=1e-10, atol=1e-12)


@needs_llvm
def test_explain_and_the_source_show_the_tape():
    f = ag.compile(polynomial)
    f(0.5, 2.0)
    assert "60 operations on single numbers, in 60 runs" in f.explain()
    assert "tape0()" in f.source


@needs_llvm
def test_lines_are_sorted_into_runs_of_one_operation():
    f = ag.compile(lambda w, x: sum(ag.tanh(a * b) for a, b in zip(w, x, strict=True)))
    f([0.1] * 20, [0.2] * 20)
    assert "60 operations on single numbers, in 3 runs" in f.explain()


def test_few_operations_and_arrays_stay_in_numpy():
    for f, x in ((lambda x: x * x + 1.0, 2.0), (ag.tanh, np.ones(100))):
        compiled = ag.compile(f)
        compiled(x)
        assert "tape" not in compiled.source
        assert "tape" not in compiled.explain()


def test_it_is_numpy_where_that_was_chosen(monkeypatch):
    by_name = ag.compile(polynomial, backend="numpy")
    by_name(0.5, 2.0)
    monkeypatch.setattr(choice, "_chosen", "numpy")
    by_choice = ag.compile(polynomial)
    assert by_choice(0.5, 2.0) == by_name(0.5, 2.0) == polynomial(0.5, 2.0)
    assert "tape" not in by_name.source + by_choice.source


@needs_llvm
def test_a_kernel_that_cannot_be_compiled_leaves_numpy(monkeypatch):
    class Broken:
        def compiled(self, *_):
            raise RuntimeError("the C library has no function exp")

    monkeypatch.setattr(scalars, "kernels", Broken)
    f = ag.compile(polynomial)
    assert f(0.5, 2.0) == polynomial(0.5, 2.0)
    assert "tape" not in f.source
    assert "not compiled by LLVM: the C library has no function exp" in f.explain()


def test_threads_have_numbers_of_their_own():
    f = ag.compile(lambda x, w: [polynomial(x, w), ag.tanh(polynomial(w, x))])
    numbers = [(k / 100, 1.0 - k / 100) for k in range(100)]
    expected = [f(*pair) for pair in numbers]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda k: f(*numbers[k % 100]), range(2000)))
    assert found == expected * 20


@needs_llvm
def test_a_function_that_is_missing_is_refused_before_llvm_ends_the_process():
    with pytest.raises(RuntimeError, match="the C library has no function no_such_function"):
        libm.define_functions(None, "declare double @no_such_function(double)")


@needs_llvm
def test_a_number_outside_is_read_and_a_draw_is_drawn_at_each_call():
    scale = np.array(2.0)
    f = ag.compile(lambda x: polynomial(x, scale))
    assert f(0.5) == polynomial(0.5, 2.0)
    scale[()] = 3.0
    assert f(0.5) == polynomial(0.5, 3.0)

    rng, twin = np.random.default_rng(0), np.random.default_rng(0)
    g = ag.compile(lambda x: polynomial(x, ag.random.normal(rng=rng)))
    for _ in range(3):
        assert_near(g(0.5), polynomial(0.5, twin.normal()))
    assert "tape0()" in f.source
    assert "tape0()" in g.source


@needs_llvm
def test_a_constant_beyond_float32_stays_numpys():
    def f(x):
        return ag.minimum(polynomial(x, 1.0), 1e300)

    with np.errstate(all="ignore"):
        for compiled in (ag.compile(f), ag.compile(f, backend="numpy")):
            assert compiled(np.float32(0.5)) == f(np.float32(0.5))


@needs_llvm
def test_an_integer_beyond_the_digits_of_a_float_stays_numpys():
    f = ag.compile(lambda x: ag.greater(polynomial(x, 1.0), 2**53 + 1))
    f(0.5)
    assert "60 operations" in f.explain()


@needs_llvm
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_mask_can_become_a_number(dtype):
    def f(x):
        mask = ag.greater(x, 0.25)
        return polynomial(x, 1.0), mask, ag.astype(mask, dtype) * x, ag.where(mask, x, -x)

    compiled = ag.compile(f)
    for x in (0.5, -0.5):
        for found, expected in zip(compiled(dtype(x)), f(dtype(x)), strict=True):
            assert_near(found, expected)
    assert "65 operations" in compiled.explain()
