"""Memory that a step has given back is there for the next one.

Every step of a training makes and drops the same arrays.  The C library of Linux (glibc) gives
large ones back to the operating system, which clears each page before it hands it out again, and
that takes longer than most arithmetic on it.  But the library learns: once it has seen a large
array freed, it keeps what is smaller for the next time.  So it is shown one, of the largest size
that it learns from; the memory of that array is never touched.  Other C libraries take no notice.
"""

from __future__ import annotations

import numpy as np

# glibc learns from what is smaller than 32 MiB, with what it adds for itself.
LARGEST = (32 << 20) - (64 << 10)


def keep() -> None:
    """Make and drop one large array, so that freed memory of up to twice its size is kept.

    Examples
    --------
    >>> keep()
    """
    np.empty(LARGEST, np.uint8)
