"""Memory that one step of a training has freed is kept for the next one.

Every step makes and drops the same arrays.  The C library of Linux (glibc) returns large ones to
the operating system, which clears each page before it gives it out again, and that takes longer
than most arithmetic on it.  But glibc adapts: once it has seen a large array freed, it keeps what
is smaller for the next time.  So one is allocated and freed, of the largest size that it adapts to;
the memory of that array is never touched.  Other C libraries are not affected.

What is freed once and for all, such as the numbers of a capture, should not be kept.  Between the
objects that are left of it there is often no place for a large array, which would need memory
beside it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

# glibc adapts to what is smaller than 32 MiB, with what it adds for itself.
LARGEST = (32 << 20) - (64 << 10)


@cache
def keep_freed_memory() -> None:
    """Make and drop one large array, once, so that freed memory of up to twice its size is kept.

    Examples
    --------
    >>> from autograd.core.malloc import keep_freed_memory
    >>> keep_freed_memory()
    """
    np.empty(LARGEST, np.uint8)


def give_back_freed_memory() -> None:
    """Return to the operating system what has been freed, if the C library can.

    Examples
    --------
    >>> from autograd.core.malloc import give_back_freed_memory
    >>> give_back_freed_memory()
    """
    _trim()(0)


@cache
def _trim() -> Callable[[int], Any]:
    """Return glibc's function for it; elsewhere one that does nothing."""
    try:
        trim: Callable[[int], Any] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return lambda kept: None
    return trim
