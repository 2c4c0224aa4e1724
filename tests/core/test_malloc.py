"""Memory that is freed: kept for the next step, or given back to the operating system."""

import re
from pathlib import Path

import numpy as np
import pytest

from autograd.core import malloc
from autograd.core.malloc import give_back_freed_memory, keep_freed_memory

STATUS = Path("/proc/self/status")


def resident():
    """Return the memory that this process has in use, in bytes."""
    return int(re.search(r"VmRSS:\s+(\d+) kB", STATUS.read_text())[1]) * 1024


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux shows what a process has in use")
def test_freed_memory_is_given_back_from_between_what_is_kept():
    keep_freed_memory()
    give_back_freed_memory()
    begin, size = resident(), 1 << 20
    arrays = [np.ones(size, np.uint8) for _ in range(64)]
    kept = arrays[::8]
    del arrays
    give_back_freed_memory()
    assert resident() - begin < 16 * size
    assert all(x.all() for x in kept)


def test_where_the_c_library_cannot_give_memory_back_nothing_is_done(monkeypatch):
    def missing(name):
        raise OSError(name)

    monkeypatch.setattr(malloc.ctypes, "CDLL", missing)
    malloc._trim.cache_clear()
    try:
        malloc.give_back_freed_memory()
    finally:
        malloc._trim.cache_clear()
