"""Arrays beside a page of memory that cannot be accessed: one step outside ends the process.

``python -m tests.guard_pages end 300`` computes 300 convolutions, poolings and products with every
array that a kernel is given ending where such a page begins; ``begin``, beginning behind one.
"""

import ctypes
import mmap
import sys
from contextlib import contextmanager
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from autograd.ops.kernels import (
    conv_direct,
    conv_plan,
    conv_reference,
    pool_direct,
    pool_reference,
    product_direct,
    team,
    workspace,
)
from autograd.ops.kernels.llvm.machine import machine
from tests.convolutions import SUMS, assert_near, drawn, given_to
from tests.kernels import library

NO_ACCESS, READ_WRITE = 0, 3  # PROT_NONE, and PROT_READ | PROT_WRITE
PRIVATE, ANONYMOUS = 0x02, 0x20


class Guarded:
    """Makes arrays between two pages that cannot be accessed, at one end of what lies between."""

    def __init__(self, at_end):
        self.at_end = at_end
        self.taken = []
        self.system = ctypes.CDLL(None, use_errno=True)
        self.system.mmap.restype = ctypes.c_void_p
        self.system.mmap.argtypes = [
            *(ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int),
            ctypes.c_long,
        ]
        self.system.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        self.system.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]

    def empty(self, shape, dtype=float):
        """Return an array of arbitrary numbers."""
        dtype = np.dtype(dtype)
        size = int(np.prod(shape)) * dtype.itemsize
        address = self._pages(size)
        buffer = (ctypes.c_char * size).from_address(address)
        array = np.frombuffer(buffer, dtype).reshape(shape)
        array[...] = 77  # what is not written before it is read makes a wrong result
        return array

    def like(self, given):
        """Return a copy of an array."""
        array = self.empty(given.shape, given.dtype)
        array[...] = given
        return array

    def _pages(self, size):
        page = mmap.PAGESIZE
        inside = -(-size // page) * page
        whole = inside + 2 * page
        begin = self.system.mmap(None, whole, NO_ACCESS, PRIVATE | ANONYMOUS, -1, 0)
        if self.system.mprotect(begin + page, inside, READ_WRITE):
            raise OSError(ctypes.get_errno(), "mprotect")
        self.taken.append((begin, whole))
        return begin + page + (inside - size if self.at_end else 0)

    def address_of(self, array):
        """Return the address of an array that was made here."""
        address = array.ctypes.data
        assert any(begin < address < begin + size for begin, size in self.taken), array.shape
        return address

    def release(self):
        """Give all memory back; the arrays must not be used any more."""
        for begin, whole in self.taken:
            self.system.munmap(begin, whole)
        self.taken.clear()


class GuardedNumPy:
    """NumPy, for a module, whose functions that make arrays make them beside such a page."""

    def __init__(self, memory):
        self.empty = memory.empty
        self.zeros = lambda *args: memory.like(np.zeros(*args))
        for name in ("array", "append", "ascontiguousarray", "require"):
            plain = getattr(np, name)
            setattr(self, name, lambda *a, plain=plain, **k: memory.like(plain(*a, **k)))

    def __getattr__(self, name):
        return getattr(np, name)


PLANNED = (
    *(conv_direct.forward, conv_direct.backward, conv_direct.matching),
    *(pool_direct.pooled, product_direct._kernel),
)


@contextmanager
def all_guarded(memory):
    """Place all that kernels are given: what the plans make, results, and workspaces."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (conv_direct, conv_plan, pool_direct, team):
            patch.setattr(module, "np", GuardedNumPy(memory))
        for module in (conv_direct, conv_plan, pool_direct, team):
            patch.setattr(module, "address_of", memory.address_of)
        patch.setattr(workspace.Workspace, "take", lambda self, name, *args: memory.empty(*args))
        for planned in PLANNED:
            planned.cache_clear()
        yield
    memory.release()


WORDS = """
def kernel(out: Floats, x: Floats, to: int, at: int, first: int, last: int, *, STEP: int,
           WIDTH: int):
    store_first(out, to, load_every(x, at, STEP, first, last, WIDTH), WIDTH - 3)
"""


def masked_words(memory):
    """Read vectors that begin before an array and end behind it, and write a part of one."""
    for step, size, width in product((1, 2, 3, 5), (1, 5, 21), (4, 16)):
        kernel = library(WORDS).compiled("kernel", float, STEP=step, WIDTH=width)
        out, x = memory.empty((width - 3,)), memory.like(np.arange(float(size)))
        for at in range(-step * width, size + 1):
            first, last = -(at // step), (size - 1 - at) // step + 1
            for more in (0, 9) if last >= width else (0,):
                kernel(*map(memory.address_of, (out, x)), 0, at, first, last + more)
                read = [at + step * i for i in range(width - 3)]
                assert out.tolist() == [k if 0 <= k < size else 0 for k in read]
        memory.release()


def machines():
    """Return this processor, and as it would be with short vectors."""
    conv_plan.COUNTS = (1, 2)  # few kernels, those that other tests compile as well
    here = machine()
    return [replace(here, vector=v) for v in (16, here.vector)]


def convolutions(memory, rng, here):
    """Compute the three sums of a convolution."""
    g, arrays = drawn(rng, np.float32)
    conv_plan.LAID = int(rng.choice([1, 300, 3000, 3 << 17]))
    for name in SUMS:
        print(name, g, [a.shape for a in arrays], flush=True)
        given = given_to(name, *arrays)
        with all_guarded(memory):
            placed = [memory.like(a) for a in given]
            found = np.array(getattr(conv_direct, name)(*placed, g, here))
        assert_near(name, found, given, g)


def poolings(memory, rng, here):
    """Compute all that pooling has; windows may lie side by side, or partly in the padding."""
    axes = int(rng.integers(1, 4))
    kernel, steps, spare = rng.integers(1, 4, size=(3, axes)).tolist()
    stride = kernel if rng.integers(2) else steps
    padding = [k // 2 if stride == steps else 0 for k in kernel]
    image = tuple(k + 4 * more for k, more in zip(kernel, spare, strict=True))
    moves = *map(tuple, (kernel, stride)), tuple((p, p) for p in padding)
    g = conv_reference.geometry("pool", image, *moves, 1, 1)
    x, y = rng.integers(-9, 9, (2, 3, *image)), rng.integers(-9, 9, (2, 3, *g.output))
    print("pooling", g, flush=True)
    x, y = x.astype(np.float32), y.astype(np.float32)
    largest = pool_reference.largest(x, g)
    places = pool_reference.winners(x, largest, g)
    calls = {
        "largest": (x,),
        "sums": (x,),
        "winners": (x, largest),
        "spread": (y,),
        "route": (y, places),
    }
    for name, arrays in calls.items():
        with all_guarded(memory):
            placed = [memory.like(a) for a in arrays]
            found = np.array(getattr(pool_direct, name)(*placed, g, here))
        np.testing.assert_array_equal(found, getattr(pool_reference, name)(*arrays, g))


def products(memory, rng, here):
    """Multiply matrices that lie by rows or by columns."""
    n, k, m = rng.integers(1, 70, size=3).tolist()
    k = 300 if k > 60 else k  # more terms than are packed at a time
    by_columns = rng.integers(2, size=2)
    a, b = rng.integers(-9, 9, (n, k)), rng.integers(-9, 9, (k, m))
    print("product", n, k, m, by_columns, flush=True)
    with all_guarded(memory):
        placed = [
            memory.like(x.T.astype(np.float32)).T if turned else memory.like(x.astype(np.float32))
            for x, turned in zip((a, b), by_columns, strict=True)
        ]
        found = np.array(product_direct.product(*placed, memory.empty((n, m), np.float32), here))
    np.testing.assert_array_equal(found, a @ b)


if __name__ == "__main__":
    memory = Guarded(at_end=sys.argv[1] != "begin")
    if sys.argv[1] == "outside":  # what would happen to a kernel with a fault
        array = memory.empty((5,))
        ctypes.memset(memory.address_of(array) + array.nbytes, 0, 1)
    masked_words(memory)
    rng = np.random.default_rng(int(memory.at_end))
    for k in range(int(sys.argv[2])):
        for kernels in (convolutions, poolings, products):
            kernels(memory, rng, machines()[k % 2])
    print("done")
