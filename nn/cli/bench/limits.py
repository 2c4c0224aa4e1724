"""What the machine can do at best: multiply matrices, and copy numbers through its memory."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from nn.cli.bench import threads
from nn.cli.bench.contest import large_product
from nn.cli.bench.timing import fastest


@dataclass(frozen=True)
class Limits:
    """The limits of a machine.

    Attributes
    ----------
    one, all : float
        GFLOP/s of a product of two large matrices in float32, with one thread and with all.
    copying : float
        GB/s, read and written, of copying a large array, with all threads.
    """

    one: float
    all: float
    copying: float


def measured(quick: bool) -> Limits:
    """Measure the limits; one thread takes a process of its own."""
    together = multiplying(quick)
    alone = together if threads.current() == 1 else _in_one_thread(quick)
    return Limits(one=alone, all=together, copying=copying(quick))


def multiplying(quick: bool) -> float:
    """Return the GFLOP/s of a large product: the best of some runs, as a limit is wanted."""
    n, rounds = (512, 5) if quick else (2048, 7)
    return 2 * n**3 / fastest(large_product(n), rounds)


def copying(quick: bool) -> float:
    """Return the GB/s of copying; each thread copies its part, which NumPy does in parallel."""
    size, rounds = (2**24, 5) if quick else (2**26, 7)
    source, target = np.ones((2, size), np.float32)
    parts = threads.current()
    pairs = list(zip(np.array_split(target, parts), np.array_split(source, parts), strict=True))
    with ThreadPoolExecutor(parts) as pool:
        spent = fastest(lambda: list(pool.map(lambda pair: np.copyto(*pair), pairs)), rounds)
    return 2 * source.nbytes / spent


def _in_one_thread(quick: bool) -> float:
    code = f"from nn.cli.bench import limits; print(limits.multiplying({quick}))"
    environment = {**threads.environment(1), "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)
