"""The time of an import, in a fresh process that has imported NumPy before."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from statistics import median

from benchmarks.engines import Engine
from benchmarks.targets import columns
from nn.cli.bench.table import Row, Table
from nn.cli.bench.timing import MILLISECOND, alternate

MODULES = ("autograd", "nn", "micrograd.engine", "mygrad", "torch", "jax")
CODE = """
{before}
from time import perf_counter_ns
begin = perf_counter_ns()
import {module}
print(perf_counter_ns() - begin)
"""


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure the imports of all that is installed."""
    rounds = 3 if quick else 11
    found = [name for name in MODULES if find_spec(name.partition(".")[0])]
    slots = {name: partial(slot, name, "import numpy") for name in found}
    slots["numpy"] = partial(slot, "numpy", "")
    samples = alternate(slots, rounds)
    rows = []
    for name, times in samples.items():
        milliseconds = median(times) / MILLISECOND
        row: Row = {"import": name, "ms": milliseconds}
        rows.append(row | columns("import" if name == "nn" else "", {"ms": milliseconds}))
    note = (
        f"ms in a fresh process: medians of {rounds}.  All but numpy itself with numpy imported\n"
        "before; nn has autograd in it."
    )
    yield Table("Imports, beyond NumPy", note, rows)


def slot(module: str, before: str) -> float:
    """Return the nanoseconds of an import in a fresh process."""
    code = CODE.format(before=before, module=module)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)
