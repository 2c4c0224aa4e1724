"""Workspaces: memory for intermediate arrays, kept per thread and used again.

The operating system clears each new page of memory, which takes longer than to fill it with the
columns of a convolution.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import prod

import numpy as np

from autograd.core.types import Array, DTypeLike, Shape

# Bytes that a thread keeps of each buffer; a larger one is not kept.
MOST = 1 << 23


class Workspace:
    """Named buffers, each of the largest size that was taken under its name.

    A buffer that is taken holds arbitrary numbers, and is overwritten when it is taken again; so
    it must not leave the function that took it.
    """

    def __init__(self) -> None:
        self.buffers: dict[str, Array] = {}

    def take(self, name: str, shape: Shape, dtype: DTypeLike) -> Array:
        """Return an array in the buffer of that name."""
        size = prod(shape) * np.dtype(dtype).itemsize
        buffer = self.buffers.get(name)
        if buffer is None or buffer.size < size:
            buffer = np.empty(size, np.uint8)
            if size <= MOST:
                self.buffers[name] = buffer
        return buffer[:size].view(dtype).reshape(shape)


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
    unused = _unused.workspaces
    workspace = unused.pop() if unused else Workspace()
    try:
        yield workspace
    finally:
        unused.append(workspace)
