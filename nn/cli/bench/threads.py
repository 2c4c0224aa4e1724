"""How many threads compute, the same number for every library.

NumPy's BLAS reads its number from the environment once, when NumPy is imported, which is before the
options are read.  So what is measured runs in a process of its own, whose environment sets it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threadpoolctl import ThreadpoolController

# OpenBLAS or MKL or Apple's Accelerate multiply for NumPy; OpenMP is PyTorch's; NPROC is XLA's.
VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NPROC",
)


def usable() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def environment(threads: int) -> dict[str, str]:
    """Return the environment in which every library uses so many threads.

    Examples
    --------
    >>> from nn.cli.bench.threads import environment
    >>> environment(2)["OPENBLAS_NUM_THREADS"]
    '2'
    """
    return {**os.environ, **dict.fromkeys(VARIABLES, str(threads))}


def are(threads: int) -> bool:
    """Return whether this process began with so many threads."""
    return all(os.environ.get(name) == str(threads) for name in VARIABLES)


def current() -> int:
    """Return the number of threads that the environment sets, by default all processors."""
    return int(os.environ.get(VARIABLES[0], usable()))


def python(arguments: Sequence[str], threads: int) -> int:
    """Run Python with so many threads, and return its exit status."""
    return subprocess.run([sys.executable, *arguments], env=environment(threads)).returncode


@cache
def blas() -> ThreadpoolController | None:
    """Return threadpoolctl's view of NumPy's BLAS, or None where threadpoolctl is not installed."""
    try:
        from threadpoolctl import ThreadpoolController
    except ModuleNotFoundError:
        return None
    return ThreadpoolController().select(user_api="blas")
