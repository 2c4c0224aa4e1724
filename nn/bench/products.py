"""How much of a step is matrix products: they are listed in one step, and then timed alone.

Nothing written on NumPy can be faster than its matrix products.  So the share of a step that they
take says how near it is to the limit of its method.

Products of one step may run side by side, on several of Python's threads, while the BLAS below is
held at one.  They do so again when they are timed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from threading import get_ident
from typing import Any

import numpy as np

from autograd.ops.kernels.parallel_for import controller

FUNCTIONS = ("matmul", "dot")


@dataclass(frozen=True)
class Place:
    """Where an array lies in memory, and how; equal for the same array used twice."""

    address: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    dtype: np.dtype[Any]

    @classmethod
    def of(cls, x: Any) -> Place:
        """Return the place of an array."""
        return cls(x.__array_interface__["data"][0], x.shape, x.strides, x.dtype)

    def filled(self) -> Any:
        """Return another array of this layout."""
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
    operands : tuple of Place
    out : Place or None
        Where the result went, if that was said.
    flops : int
        Its multiplications and additions.
    thread : int
        Which of Python's threads asked for it.
    held : bool
        Whether BLAS had one thread, so that other products may have run beside.
    """

    function: Callable[..., Any]
    operands: tuple[Place, ...]
    out: Place | None
    flops: int
    thread: int
    held: bool


@contextmanager
def recorded() -> Iterator[list[Product]]:
    """List the matrix products that NumPy is asked for inside the block.

    Examples
    --------
    >>> with recorded() as products:
    ...     _ = np.matmul(np.ones((2, 3)), np.ones((3, 4)))
    >>> [product.flops for product in products]
    [48]
    """
    products: list[Product] = []
    originals = {name: getattr(np, name) for name in FUNCTIONS}
    for name, function in originals.items():
        setattr(np, name, _listing(function, products))
    try:
        yield products
    finally:
        for name, function in originals.items():
            setattr(np, name, function)


def _listing(function: Callable[..., Any], products: list[Product]) -> Callable[..., Any]:
    def call(x: Any, y: Any, out: Any = None, **options: Any) -> Any:
        result = function(x, y, out=out, **options)
        if isinstance(x, np.ndarray) and isinstance(y, np.ndarray):  # else it will be called again
            place = None if out is None else Place.of(out)
            flops = 2 * np.size(result) * x.shape[-1]
            operands = Place.of(x), Place.of(y)
            found = Product(function, operands, place, flops, get_ident(), _blas_is_held())
            products.append(found)
        return result

    return call


def replay(products: Sequence[Product]) -> Callable[[], None]:
    """Return a function that computes the same products, of other arrays, and nothing else.

    What was one array is one again, so that a small buffer used many times stays in the cache.
    """
    places = {p for product in products for p in (*product.operands, product.out) if p is not None}
    arrays: dict[Place | None, Any] = {place: place.filled() for place in places}
    arrays[None] = None
    calls = [
        _Call(partial(p.function, *(arrays[place] for place in p.operands), out=arrays[p.out]), p)
        for p in products
    ]
    runs = [
        _side_by_side(list(group)) if held else _in_order(list(group))
        for held, group in groupby(calls, lambda call: call.product.held)
    ]
    return _in_order(runs)


@dataclass(frozen=True)
class _Call:
    compute: Callable[[], Any]
    product: Product

    def __call__(self) -> None:
        self.compute()


def _in_order(runs: Sequence[Callable[[], Any]]) -> Callable[[], None]:
    def run() -> None:
        for each in runs:
            each()

    return run


def _side_by_side(calls: Sequence[_Call]) -> Callable[[], None]:
    """Return what lets each thread's calls run on a thread of their own, if there are several."""
    threads = dict.fromkeys(call.product.thread for call in calls)
    parts = [_in_order([c for c in calls if c.product.thread == thread]) for thread in threads]
    if len(parts) == 1:
        return parts[0]
    pool = ThreadPoolExecutor(len(parts) - 1)

    def run() -> None:
        with controller().limit(limits=1):
            others = [pool.submit(part) for part in parts[1:]]
            parts[0]()
            for other in others:
                other.result()

    return run


def _blas_is_held() -> bool:
    blas = controller()  # without threadpoolctl nobody can hold it
    return blas is not None and all(lib.num_threads == 1 for lib in blas.lib_controllers)
