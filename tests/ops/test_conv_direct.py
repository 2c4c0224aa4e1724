"""The kernels of convolution that LLVM compiles, against the sums as they are defined."""

import weakref
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd.ops.kernels import (
    conv_direct,
    conv_plan,
    conv_reference,
    conv_sums,
    team,
    workspace,
)
from autograd.ops.kernels.llvm import choice
from autograd.ops.kernels.llvm.library import OfBlock
from autograd.ops.kernels.llvm.machine import Machine, machine
from tests.convolutions import SUMS, assert_near, drawn, given_to, problems
from tests.kernels import needs_llvm

pytestmark = needs_llvm

here = machine()
# This processor, and as it would be with shorter vectors and fewer registers.
MACHINES = (
    [
        replace(here, vector=vector, registers=registers)
        for vector, registers in ((16, 16), (32, 16), (64, 32))
        if vector <= here.vector
    ]
    if isinstance(here, Machine)
    else []
)
# The number type and vector of each run: each pair would have its own kernels to compile.
SETUPS = [pytest.param(np.float32, m, id=f"float32, {m.vector} bytes") for m in MACHINES[::2]]
SETUPS += [pytest.param(np.float64, m, id=f"float64, {m.vector} bytes") for m in MACHINES[1:2]]


@contextmanager
def planned(**constants):
    """Plan convolutions by other constants of `conv_plan`, and by these plans alone."""
    plans = conv_direct.forward, conv_direct.backward, conv_direct.matching
    with pytest.MonkeyPatch.context() as patch:
        for name, value in constants.items():
            patch.setattr(conv_plan, name, value)
        for made in plans:
            made.cache_clear()
        yield
    for made in plans:
        made.cache_clear()


def check(name, arrays, g, machine):
    given = given_to(name, *arrays)
    kept = [a.copy() for a in given]
    found = getattr(conv_direct, name)(*given, g, machine)
    assert_near(name, found, kept, g)
    for a, b in zip(given, kept, strict=True):
        np.testing.assert_array_equal(a, b)


# Blocks of one or two: a kernel for each of all pairs would take minutes to compile.
FEW = (1, 2)
LAID = st.sampled_from([1, 300, 3000, conv_plan.LAID])
TOGETHER = st.sampled_from([(64, 1 << 22), (64, 4000), (2, 1 << 22), (1000, 1 << 22)])


@pytest.mark.parametrize(("dtype", "machine"), SETUPS)
@pytest.mark.parametrize("name", SUMS)
@settings(max_examples=60)
@given(data=st.data(), laid=LAID, together=TOGETHER)
def test_a_sum_is_the_plain_one(name, dtype, machine, data, laid, together):
    g, arrays = data.draw(problems(dtype))
    many, most = together
    with planned(LAID=laid, MANY=many, MOST=most, COUNTS=FEW):
        check(name, arrays, g, machine)


PARTS = 20


def check_many(seed, count, counts):
    """Check the three sums of drawn problems, in one number type and for one machine."""
    rng = np.random.default_rng(seed)
    dtype = [np.float32, np.float64][seed % 2]
    machine = MACHINES[seed // 2 % len(MACHINES)]
    for _ in range(count // len(SUMS)):
        g, arrays = drawn(rng, dtype)
        with planned(LAID=int(rng.choice([1, 300, 3000, conv_plan.LAID])), COUNTS=counts):
            for name in SUMS:
                check(name, arrays, g, machine)


@pytest.mark.slow
@pytest.mark.parametrize("part", [f"part{k}" for k in range(PARTS)])
def test_a_hundred_thousand_sums_are_the_plain_ones(part):
    check_many(int(part[4:]), 100_000 // PARTS, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_sums_in_blocks_of_all_sizes_which_take_minutes_to_compile_are_the_plain_ones(seed):
    check_many(seed, 2000, conv_plan.COUNTS)


# The layers of networks, in the blocks that they have there

LAYERS = [
    *("1 8 28 28 to 6, 5", "2 3 32 32 to 16, 3, padding 1", "1 16 14 14 to 24, 3, stride 2"),
    *("3 32 8 8 to 40, 3, padding 1", "2 24 9 9 to 24, 3, padding 1, groups 24"),
    *("2 24 9 9 to 24, 3, stride 2, padding 1, groups 24", "2 6 40 to 9, 7, stride 3"),
    "1 4 6 7 8 to 5, 3, padding 1",
    # of one place: the image is not laid for the gradient of the kernel
    *("3 32 8 8 to 40, 1", "2 12 9 7 to 30, 1, groups 3", "2 4 3 7 8 to 5, 1"),
    "2 3 12 12 to 4, 1, stride 2",
]


def layer(text, dtype):
    """Return the geometry and arrays of "batch channels image to outputs, kernel, options"."""
    sizes, kernel, *options = text.split(", ")
    given, outs = sizes.split(" to ")
    batch, channels, *image = map(int, given.split())
    how = {"stride": 1, "padding": 0, "groups": 1}
    how |= {name: int(number) for name, number in map(str.split, options)}
    size = (int(kernel),) * len(image)
    g = conv_reference.geometry(
        "conv", tuple(image), size, how["stride"], how["padding"], 1, how["groups"]
    )
    shapes = (batch, channels, *image), (int(outs), channels // g.groups, *size)
    rng = np.random.default_rng(0)
    shapes = *shapes, (batch, int(outs), *g.output)
    return g, [rng.normal(size=shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize("text", LAYERS)
def test_the_sums_of_a_layer_are_the_plain_ones(text):
    g, arrays = layer(text, np.float32)
    for name in SUMS:
        check(name, arrays, g, MACHINES[-1])


def test_where_rows_would_be_laid_very_often_the_sums_are_left_to_columns():
    g = conv_reference.geometry("conv", (40, 9), (3, 3), 1, 16, 16, 1)
    rng = np.random.default_rng(0)
    x, w, y = (rng.normal(size=s) for s in ((1, 2, 40, 9), (3, 2, 3, 3), (1, 3, 40, 9)))
    with planned(LAID=1):
        for name in SUMS:
            given = given_to(name, x, w, y)
            assert getattr(conv_direct, name)(*given, g, MACHINES[-1]) is None
            assert_near(name, getattr(conv_sums, name)(*given, g), given, g)


@pytest.mark.parametrize("name", SUMS)
def test_memory_that_is_not_kept_is_there_until_a_kernel_is_done(name, monkeypatch):
    taken = []
    take = workspace.Workspace.take

    def take_and_note(*args):
        array = take(*args)
        taken.append(weakref.ref(array))
        return array

    def call(self, block):
        assert all(array() is not None for array in taken)
        self.function(block)

    monkeypatch.setattr(workspace, "MOST", 0)
    monkeypatch.setattr(workspace.Workspace, "take", take_and_note)
    monkeypatch.setattr(OfBlock, "__call__", call)
    g, arrays = layer("1 2 12 12 to 3, 3", np.float32)
    check(name, arrays, g, MACHINES[-1])
    assert taken


# The kernels as plain Python


class InPython:
    """The functions of the kernels as they stand, in place of the library that compiles them."""

    def __init__(self, module, *uses):
        self.module = module

    def compiled(self, name, dtype, **constants):
        return partial(getattr(self.module, name), **constants)

    of_block = compiled


def one_by_one(kernel, several):
    """Call a kernel with each of some lists of arguments, arrays in their flat form."""
    for arguments in several:
        kernel(*(x.reshape(-1) if isinstance(x, np.ndarray) else x for x in arguments))


def plain_array(array):
    """Return the elements of an array one after another, in place of their address."""
    return array.reshape(-1)


@pytest.mark.parametrize("name", SUMS)
@settings(max_examples=15)
@given(data=st.data(), laid=LAID)
def test_in_plain_python_a_kernel_computes_the_same(name, data, laid):
    g, arrays = data.draw(problems(np.float64))
    small = [np.ascontiguousarray(arrays[0][:1]), arrays[1], np.ascontiguousarray(arrays[2][:1])]
    with pytest.MonkeyPatch.context() as patch, planned(LAID=laid, COUNTS=FEW):
        patch.setattr(conv_direct, "library_of", InPython)
        patch.setattr(conv_direct, "address_of", plain_array)
        patch.setattr(conv_direct, "together", one_by_one)
        patch.setattr(conv_plan, "address_of", plain_array)
        with np.errstate(all="ignore"):  # of numbers in memory that was not written, for no result
            check(name, small, g, MACHINES[0])


# What is not finite


@pytest.mark.parametrize("name", SUMS)
@settings(max_examples=60)
@given(
    data=st.data(),
    where=st.integers(0, 1),
    value=st.sampled_from([np.nan, np.inf, -np.inf]),
    count=st.integers(1, 3),
)
def test_what_is_not_finite_is_where_the_plain_sum_has_it(name, data, where, value, count):
    g, arrays = data.draw(problems(np.float32))
    given = given_to(name, *arrays)
    rng = np.random.default_rng(count)
    given[where].flat[rng.integers(given[where].size, size=count)] = value
    with np.errstate(invalid="ignore"), planned(COUNTS=FEW):
        found = getattr(conv_sums, name)(*given, g)
        plain = getattr(conv_reference, name)(*given, g)
    for kind in (np.isnan, np.isposinf, np.isneginf):
        np.testing.assert_array_equal(kind(found), kind(plain))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_weight_that_is_nan_meets_the_zeros_of_the_padding(channels):
    """Depthwise kernels skip rows of padding, where 0 times NaN is NaN."""
    x, w = np.ones((1, channels, 2, 20)), np.ones((channels, 1, 3, 1))
    w[:, :, 0] = np.nan
    options = {"padding": ((1, 1), (0, 0)), "groups": channels}
    assert np.isnan(ag.conv(x, w, **options)).all()


# How arrays lie in memory


def misaligned(a):
    """Return a copy that begins one byte behind a natural place."""
    memory = np.empty(a.nbytes + 1, np.uint8)[1:].view(a.dtype).reshape(a.shape)
    memory[...] = a
    return memory


def read_only(a):
    a = a.copy()
    a.flags.writeable = False
    return a


LYING = {
    "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2],
    "reversed": lambda a: np.flip(np.flip(a).copy()),
    "broadcast": lambda a: np.broadcast_to(a[..., :1], a.shape),
    "columns first": np.asfortranarray,
    "misaligned": misaligned,
    "read-only": read_only,
    "byte-swapped": lambda a: a.astype(a.dtype.newbyteorder()),
}


@pytest.mark.parametrize("lying", LYING)
@pytest.mark.parametrize("name", SUMS)
@settings(max_examples=6)
@given(data=st.data())
def test_arrays_may_lie_in_memory_as_they_like(name, lying, data):
    g, arrays = data.draw(problems(np.float64))
    given = given_to(name, *map(LYING[lying], arrays))
    with planned(COUNTS=FEW):
        found = getattr(conv_sums, name)(*given, g)
    native = [np.ascontiguousarray(a, np.float64) for a in given]
    assert_near(name, found.astype(np.float64), native, g)


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("empty", ["batch", "channels", "outputs"])
def test_nothing_is_convolved_to_zeros(name, empty):
    batch, channels, outs = (0 if empty == what else 2 for what in ("batch", "channels", "outputs"))
    g = conv_reference.geometry("conv", (40,), (3,), 1, 0, 1, 1)
    shapes = (batch, channels, 40), (outs, channels, 3), (batch, outs, 38)
    given = given_to(name, *map(np.ones, shapes))
    found = getattr(conv_sums, name)(*given, g)
    assert found.shape == getattr(conv_reference, name)(*given, g).shape
    assert not found.any()


@pytest.mark.parametrize("name", SUMS)
def test_results_share_memory_with_nothing(name):
    g, arrays = layer("2 3 12 12 to 4, 3", np.float32)
    given = given_to(name, *arrays)
    first = getattr(conv_direct, name)(*given, g, MACHINES[-1])
    kept = first.copy()
    second = getattr(conv_direct, name)(*(-a for a in given), g, MACHINES[-1])
    np.testing.assert_array_equal(first, kept)
    assert not any(np.shares_memory(first, a) for a in (*given, second))


# Threads, and which kernels are used


@pytest.fixture
def two_threads(monkeypatch):
    """Share even the smallest work out among two threads."""
    pytest.importorskip("threadpoolctl")
    monkeypatch.setattr(team, "WORTHWHILE", 0)
    ag.set_threads(2)
    yield
    ag.set_threads(None)


@pytest.mark.parametrize("text", ["5 3 12 12 to 4, 3", "5 6 12 12 to 6, 3, groups 6"])
@pytest.mark.parametrize("name", SUMS)
def test_two_threads_compute_the_same_in_every_run(name, text, two_threads):
    g, arrays = layer(text, np.float32)
    check(name, arrays, g, MACHINES[-1])
    given = given_to(name, *arrays)
    first = getattr(conv_direct, name)(*given, g, MACHINES[-1])
    for _ in range(5):
        again = getattr(conv_direct, name)(*given, g, MACHINES[-1])
        np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("name", SUMS)
def test_where_vectors_are_filled_the_kernels_of_llvm_are_used(name, monkeypatch):
    used = []
    plain = getattr(conv_direct, name)
    monkeypatch.setattr(conv_direct, name, lambda *args: used.append(name) or plain(*args))
    g, arrays = layer("1 2 12 12 to 3, 3", np.float32)
    getattr(conv_sums, name)(*given_to(name, *arrays), g)
    assert used == [name]
    monkeypatch.setattr(choice, "_chosen", "numpy")
    getattr(conv_sums, name)(*given_to(name, *arrays), g)
    assert used == [name]


@pytest.mark.parametrize("name", SUMS)
def test_arrays_that_do_not_fit_the_geometry_are_refused(name):
    g = conv_reference.geometry("conv", (9, 9), (3, 3), 1, 1, 1, 1)
    x, w, y = np.ones((2, 3, 9, 9)), np.ones((4, 3, 3, 3)), np.ones((2, 4, 9, 9))
    small = {"correlate": (x[..., :4], w), "scatter": (y[..., :4], w), "match": (x, y[..., :4])}
    with pytest.raises(ValueError, match=r"shape|dimension|size"):
        getattr(conv_sums, name)(*small[name], g)
