"""Memory that is used again: fresh memory costs as much as what is computed in it.

The operating system hands out memory page by page and clears each, which takes longer than to fill
it with the columns of a convolution.  So every thread keeps a room for what it needs in passing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

import numpy as np

from autograd.core.types import Array, DTypeLike

# Bytes that a thread keeps of each kind; what is larger is not kept.
MOST = 1 << 23


class Room:
    """Named pieces of memory, each as large as what was last asked for under its name, or larger.

    What is taken from a room holds anything, and is anything again when it is taken the next time;
    so it must not leave the function that took it.
    """

    def __init__(self) -> None:
        self.pieces: dict[str, Any] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> Array:
        """Return an array in the memory of that name."""
        size = prod(shape) * np.dtype(dtype).itemsize
        piece = self.pieces.get(name)
        if piece is None or piece.size < size:
            piece = np.empty(size, np.uint8)
            if size <= MOST:
                self.pieces[name] = piece
        return piece[:size].view(dtype).reshape(shape)


class _Free(threading.local):
    def __init__(self) -> None:
        self.rooms: list[Room] = []


_free = _Free()


@contextmanager
def room() -> Iterator[Room]:
    """Lend a room that nobody else has: each thread has its own, and a call within a call, too.

    Examples
    --------
    >>> with room() as one, room() as other:
    ...     one is other
    False
    >>> with room() as again:
    ...     again is one or again is other
    True
    """
    rooms = _free.rooms
    lent = rooms.pop() if rooms else Room()
    try:
        yield lent
    finally:
        rooms.append(lent)
