"""How much of a step is matrix products: they are listed in one step, and then timed alone.

Nothing written on NumPy can be faster than its matrix products.  So the share of a step that they
take says how near it is to the limit of its method.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

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
    """One call: of which function, with which arrays, where the result went, and its arithmetic."""

    function: Callable[..., Any]
    operands: tuple[Place, ...]
    out: Place | None
    flops: int


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
            products.append(Product(function, (Place.of(x), Place.of(y)), place, flops))
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
        (p.function, *(arrays[place] for place in p.operands), arrays[p.out]) for p in products
    ]

    def run() -> None:
        for function, x, y, out in calls:
            function(x, y, out=out)

    return run
