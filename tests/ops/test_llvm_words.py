"""Every word of kernels gives, compiled, what its plain form gives, in vectors of every width."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.ops.kernels.llvm import number_words, thread_words, words
from tests.kernels import SPECIAL, assert_same, both, needs_llvm

pytestmark = needs_llvm

DTYPES = [np.float32, np.float64]
WIDEST = 64  # bytes of a vector
STEPS = [1, 2, 3, 5]
SEEDS = st.integers(0, 2**32 - 1)

KERNEL = """
def kernel(out: Floats, x: Floats, y: Floats, z: Floats, at: int, first: int, last: int, *,
           STEP: int, WIDTH: int):
    a = load(x, 0, WIDTH)
    b = load(y, 0, WIDTH)
    c = load(z, 0, WIDTH)
    {body}
"""

# What is written for each word.
VECTORS = {
    "zeros": "store(out, 0, zeros(x, WIDTH))",
    "fill": "store(out, 0, fill(x[2], WIDTH))",
    "load": "store(out, 0, load(x, 3, WIDTH))",
    "store": "store(out, 5, a)",
    "square_root": "store(out, 0, square_root(a))",
    "maximum": "store(out, 0, maximum(a, b) + 0.0)",  # which zero is larger is not defined
    "choose": "store(out, 0, choose(a < b, b, c))",
    "both": "store(out, 0, choose(both(a < b, b < c), a, b))",
    "inside": "store(out, 0, choose(inside(first, last, WIDTH), a, b))",
    "numbers": "store(out, 0, choose(numbers(WIDTH) == first, a, b))",
    "same": "store(out, 0, choose(same(a, b), b, c))",
    "repeated": """for i in unroll(3):
        store(out, i * WIDTH, repeated(a, 3, i))""",
    "is_nan": "out[0] = 1.0 if is_nan(x[0]) else 2.0",
}
# Those whose sums are rounded in one way or another; these numbers have no need of rounding.
ROUNDED = {
    "total": "out[0] = total(a)",
    "multiply_add": "store(out, 0, multiply_add(a, b, c))",
    "registers": """sums = registers(x, WIDTH, 2, 3)
    for i in range(3):
        for j in unroll(2):
            for k in unroll(3):
                sums[j, k] = multiply_add(a, load(y, i + j, WIDTH), sums[j, k])
    for j in unroll(2):
        for k in unroll(3):
            store(out, (3 * j + k) * WIDTH, sums[j, k])""",
    "unroll": """for i in unroll(3):
        store(out, i * WIDTH, a * i + b)""",
}
INTEGERS = {"smaller": "out[0] = smaller(first, last)", "larger": "out[0] = larger(first, last)"}
MASKED = {
    "load_between": "store(out, 0, load_between(x, at, first, last, WIDTH))",
    "load_every": "store(out, 0, load_every(x, at, STEP, first, last, WIDTH))",
    "load_every, another number": "store(out, 0, load_every(x, at, STEP, first, last, WIDTH, 2.5))",
}


def widths(dtype):
    """Numbers in a vector: one of them, and powers of two until it is the widest."""
    numbers = WIDEST // np.dtype(dtype).itemsize
    return [2**k for k in range(numbers.bit_length())]


def assert_equal(body, arrays, numbers, dtype, step=1):
    text = KERNEL.format(body=body)
    for width in widths(dtype):
        found, plain = both(text, "kernel", arrays, numbers, dtype, STEP=step, WIDTH=width)
        assert_same(found, plain, f"{body}, {width} numbers")


def drawn(seed, dtype, integers=False):
    """Return an array to write to and three to read, of special numbers or of small integers."""
    rng = np.random.default_rng(seed)
    if integers:
        inputs = rng.integers(-9, 10, size=(3, 32))
    else:
        with np.errstate(over="ignore"):
            few = np.array([*SPECIAL, *rng.normal(size=4)]).astype(dtype)
        inputs = rng.choice(few, size=(3, 32))
    return [np.full(100, 7, dtype), *inputs.astype(dtype)]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("word", VECTORS)
@given(seed=SEEDS, first=st.integers(-20, 20), last=st.integers(-20, 20))
def test_a_word_on_vectors_is_its_plain_form(word, dtype, seed, first, last):
    assert_equal(VECTORS[word], drawn(seed, dtype), (0, first, last), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("word", ROUNDED)
@given(seed=SEEDS)
def test_sums_that_need_no_rounding_are_exact(word, dtype, seed):
    assert_equal(ROUNDED[word], drawn(seed, dtype, integers=True), (0, 0, 0), dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@given(seed=SEEDS)
def test_a_product_and_sum_is_rounded_once_or_twice(dtype, seed):
    rng = np.random.default_rng(seed)
    a, b, c = rng.normal(size=(3, 32)).astype(dtype)
    (found, *_), (plain, *_) = both(
        KERNEL.format(body=ROUNDED["multiply_add"]),
        *("kernel", [np.zeros(32, dtype), a, b, c], (0, 0, 0), dtype),
        STEP=1,
        WIDTH=4,
    )
    # Half of the last digit of the product, and one of the sum's, which can be the next one.
    bound = np.spacing(np.abs(a * b)) / 2 + np.spacing(np.abs(plain))
    assert np.all(np.abs(found - plain)[:4] <= bound[:4])


@pytest.mark.parametrize("word", INTEGERS)
@given(first=st.integers(-(2**52), 2**52), last=st.integers(-(2**52), 2**52))
def test_a_word_on_integers_is_its_plain_form(word, first, last):
    text = KERNEL.format(body=INTEGERS[word])
    arrays = drawn(0, np.float64)
    assert_same(*both(text, "kernel", arrays, (0, first, last), STEP=1, WIDTH=4))


@st.composite
def masks(draw, size, step, width):
    """Where a vector begins, and which of its elements are inside of an array of that size.

    The vector may begin before the array, and end behind it; the mask may begin before the vector
    and end behind it.
    """
    at = draw(st.integers(-step * width - 2, size + 2))
    lowest, highest = -(at // step), (size - 1 - at) // step + 1
    first = draw(st.integers(max(lowest, -9), width + 9))
    last = draw(st.integers(-9, width + 9)) if highest >= width else min(highest, width)
    return at, first, last if highest >= width else draw(st.integers(min(-9, last), last))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("word", MASKED)
@given(data=st.data(), seed=SEEDS, size=st.integers(1, 32))
def test_masked_numbers_are_read_whatever_the_step(word, step, dtype, data, seed, size):
    step = 1 if word == "load_between" else step
    text = KERNEL.format(body=MASKED[word])
    for width in widths(dtype):
        out, x, y, z = drawn(seed, dtype)
        at, first, last = data.draw(masks(size, step, width))
        x[size:] = 99.0  # is not read
        sizes = {"STEP": step, "WIDTH": width}
        found, plain = both(text, "kernel", [out, x, y, z], (at, first, last), dtype, **sizes)
        assert_same(found, plain, str((at, first, last, width)))
        assert 99.0 not in found[0]


@pytest.mark.parametrize("dtype", DTYPES)
@given(seed=SEEDS, at=st.integers(0, 9), count=st.integers(-40, 40))
def test_the_first_numbers_of_a_vector_are_written(dtype, seed, at, count):
    body = "store_first(out, at, a, first)"
    assert_equal(body, drawn(seed, dtype), (at, count, 0), dtype)


@given(seed=SEEDS)
def test_vectors_of_integers_are_read_and_written(seed):
    text = """
def kernel(out: Integers, x: Integers, first: int, last: int, *, WIDTH: int):
    store(out, 0, load(x, 1, WIDTH) + numbers(WIDTH))
    store(out, 8, load_between(x, 0, first, last, WIDTH))
"""
    rng = np.random.default_rng(seed)
    arrays = [np.zeros(32, int), rng.integers(-(2**62), 2**62, size=32)]
    first, last = rng.integers(-9, 9, size=2).tolist()
    assert_same(*both(text, "kernel", arrays, (first, last), WIDTH=8))


def test_every_word_is_tested():
    tested = {name.split(",")[0] for name in {*VECTORS, *ROUNDED, *INTEGERS, *MASKED}}
    public = {n for n, f in vars(words).items() if getattr(f, "__module__", "") == words.__name__}
    elsewhere = {name for name in number_words.WORDS if not name.endswith("_at")}
    elsewhere |= thread_words.WORDS.keys()  # tests/ops/test_team.py
    assert public - elsewhere == tested | {"store_first", "abreast", "_array_at"}
