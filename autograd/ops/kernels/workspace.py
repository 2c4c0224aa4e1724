"""Workspaces: memory for intermediate arrays, kept per thread and used again.

The operating system clears each new page of memory, which takes longer than to fill it with the
columns of a convolution.  What is laid out in the buffers can be kept, too, since the next step of
a training asks for the same: to cut the views takes longer than to copy small images.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from math import prod
from typing import Any

import numpy as np

from autograd.core.types import Array, DTypeLike, Shape

# Bytes that a thread keeps of each buffer; a larger one is not kept.
MOST = 1 << 23

# Bytes of a line of the cache.
LINE = 64

# Bytes that the layouts of a workspace may hold together, beside those buffers.
LAYOUTS = 1 << 24


class Workspace:
    """Named buffers, each of the largest size that was taken under its name.

    A buffer that is taken holds arbitrary numbers, and is overwritten when it is taken again; so
    it must not leave the function that took it.
    """

    def __init__(self) -> None:
        self.buffers: dict[str, Array] = {}
        self.layouts: dict[Hashable, Any] = {}

    def take(self, name: str, shape: Shape, dtype: DTypeLike) -> Array:
        """Return an array in the buffer of that name."""
        size = prod(shape) * np.dtype(dtype).itemsize
        buffer = self.buffers.get(name)
        if buffer is None or buffer.size < size:
            buffer = aligned(size)
            if size <= MOST:
                self.buffers[name] = buffer
                self.layouts.clear()  # they lie in the buffer that this one replaces
        return buffer[:size].view(dtype).reshape(shape)

    def layout(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return what was laid out in the buffers under this key, or lay it out now.

        Its ``nbytes`` say how much memory it holds beside the buffers that are kept.  If all hold
        too much, those that were asked for longest ago are dropped.
        """
        found = self.layouts.pop(key, None)
        if found is None:
            found = make()
            held = found.nbytes + sum(other.nbytes for other in self.layouts.values())
            while self.layouts and held > LAYOUTS:
                held -= self.layouts.pop(next(iter(self.layouts))).nbytes
        if found.nbytes <= LAYOUTS:
            self.layouts[key] = found
        return found


def aligned(size: int) -> Array:
    """Return bytes that begin at a line of the processor's cache, which is read faster."""
    buffer = np.empty(size + LINE, np.uint8)
    begin = -buffer.__array_interface__["data"][0] % LINE
    return buffer[begin : begin + size]


class _Unused(threading.local):
    def __init__(self) -> None:
        self.workspaces: list[Workspace] = []


_unused = _Unused()


@contextmanager
def borrowed_workspace() -> Iterator[Workspace]:
    """Borrow a workspace of this thread for a block; a nested call gets another one.

    Examples
    --------
    >>> from autograd.ops.kernels.workspace import borrowed_workspace
    >>> with borrowed_workspace() as one, borrowed_workspace() as other:
    ...     one is other
    False
    >>> with borrowed_workspace() as again:
    ...     again is one or again is other
    True
    """
    with borrowed_workspaces(1) as (workspace,):
        yield workspace


@contextmanager
def borrowed_workspaces(count: int) -> Iterator[list[Workspace]]:
    """Borrow several workspaces of this thread, for the threads that share its work."""
    unused = _unused.workspaces
    found = [unused.pop() if unused else Workspace() for _ in range(count)]
    try:
        yield found
    finally:
        unused.extend(reversed(found))
