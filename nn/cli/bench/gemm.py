"""How much of a step is matrix products (GEMM): recorded in one step, and then timed alone.

What is written on NumPy cannot be faster than its matrix products.  So the share of a step that
they take shows how near it is to the limit of its method.

Products of one step may run side by side on several Python threads, while BLAS is limited to one
thread of its own.  They run in the same way when they are timed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from threading import get_ident
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd.core.blocks import restoring
from nn.cli.bench import threads

FUNCTIONS = ("matmul", "dot")
Call = Callable[[], object]


@dataclass(frozen=True)
class Layout:
    """The address of an array and how it lies in memory; equal for the same array used twice."""

    address: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: np.dtype[Any]

    @classmethod
    def of(cls, x: NDArray[Any]) -> Layout:
        """Return the layout of an array."""
        return cls(x.__array_interface__["data"][0], x.shape, x.strides, x.dtype)

    def filled(self) -> NDArray[Any]:
        """Return another array of this layout, filled with ones."""
        span = sum((n - 1) * abs(s) for n, s in zip(self.shape, self.strides, strict=True))
        buffer = np.ones(span // self.dtype.itemsize + 1, self.dtype)
        start = sum((1 - n) * s for n, s in zip(self.shape, self.strides, strict=True) if s < 0)
        return np.ndarray(self.shape, self.dtype, buffer, start, self.strides)


@dataclass(frozen=True)
class Product:
    """One call.

    Attributes
    ----------
    function : callable
    operands : tuple of Layout
    out : Layout or None
        Of the argument ``out``, if there was one.
    flops : int
        Its multiplications and additions.
    thread : int
        The Python thread that called.
    single : bool
        Whether BLAS was limited to one thread, so that other products may have run at the same
        time.
    """

    function: Callable[..., Any]
    operands: tuple[Layout, ...]
    out: Layout | None
    flops: int
    thread: int
    single: bool


def recorded() -> restoring[list[Product]]:
    """Record the matrix products that NumPy computes inside the block.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.cli.bench.gemm import recorded
    >>> with recorded() as products:
    ...     _ = np.matmul(np.ones((2, 3)), np.ones((3, 4)))
    >>> [product.flops for product in products]
    [48]
    """
    products: list[Product] = []
    originals = {name: getattr(np, name) for name in FUNCTIONS}

    def record() -> list[Product]:
        for name, function in originals.items():
            setattr(np, name, _recording(function, products))
        return products

    def undo() -> None:
        for name, function in originals.items():
            setattr(np, name, function)

    return restoring(record, undo)


def _recording(function: Callable[..., Any], products: list[Product]) -> Callable[..., Any]:
    def call(x: Any, y: Any, out: Any = None, **options: Any) -> Any:
        result = function(x, y, out=out, **options)
        # A Tensor's product is recorded when the engine multiplies its arrays.
        if isinstance(x, np.ndarray) and isinstance(y, np.ndarray):
            operands = Layout.of(x), Layout.of(y)
            into = None if out is None else Layout.of(out)
            flops = 2 * np.size(result) * x.shape[-1]
            products.append(
                Product(function, operands, into, flops, get_ident(), _blas_is_single())
            )
        return result

    return call


def _blas_is_single() -> bool:
    blas = threads.blas()  # without threadpoolctl BLAS is never limited
    return blas is not None and all(lib.num_threads == 1 for lib in blas.lib_controllers)


def replay(products: Sequence[Product]) -> Call:
    """Return a function that computes the same products, of other arrays, and nothing else.

    What was one array is one again, so that a small buffer used many times stays in the cache.
    """
    layouts = {x for p in products for x in (*p.operands, p.out) if x is not None}
    arrays: dict[Layout | None, Any] = {layout: layout.filled() for layout in layouts}
    arrays[None] = None
    runs = []
    for single, group in groupby(products, lambda p: p.single):
        parts: dict[int, list[Call]] = {}
        for p in group:
            call = partial(p.function, *(arrays[x] for x in p.operands), out=arrays[p.out])
            parts.setdefault(p.thread if single else 0, []).append(call)
        runs.append(_side_by_side([_in_order(calls) for calls in parts.values()]))
    return _in_order(runs)


def _in_order(calls: Sequence[Call]) -> Call:
    def run() -> None:
        for call in calls:
            call()

    return run


def _side_by_side(parts: Sequence[Call]) -> Call:
    """Return a function that runs the parts at the same time, while BLAS has one thread."""
    first, *others = parts
    blas = threads.blas()
    if blas is None or not others:
        return _in_order(parts)
    pool = ThreadPoolExecutor(len(others))

    def run() -> None:
        with blas.limit(limits=1):
            futures = [pool.submit(part) for part in others]
            first()
            for future in futures:
                future.result()

    return run


def large(n: int) -> Call:
    """Return a function that multiplies two matrices of n x n in float32: 2 n^3 operations."""
    x, y = np.ones((2, n, n), np.float32)
    out = np.empty((n, n), np.float32)
    return lambda: np.matmul(x, y, out=out)
