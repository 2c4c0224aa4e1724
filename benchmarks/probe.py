"""The process in which `memory` measures: one engine, one training, and nothing before it."""

from __future__ import annotations

import ctypes
import gc
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter_ns

from benchmarks.memory import STATUS, TRAININGS
from nn.cli.bench.contest import COMPILED, OURS
from nn.cli.bench.training import by_torch, by_us, compiled

QUICK = 16  # examples


def main(name: str, number: int, quick: bool) -> dict[str, float]:
    """Take two steps; return the peak of memory in MB, and the time of the second in ms."""
    training = TRAININGS[number]
    training = replace(training, batch=QUICK) if quick else training
    make = {OURS: by_us, COMPILED: compiled, "torch": by_torch}[name]
    make(replace(training, batch=2)).run()  # loads libraries, starts threads
    contender = make(training)
    before = settled()
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    contender.run()
    begin = perf_counter_ns()
    contender.run()
    spent = perf_counter_ns() - begin
    return {"MB": resident("VmHWM") - before, "ms": spent / 1e6}


def settled() -> float:
    """Return the resident size in MB, when all that can be given back has been."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return resident("VmRSS")


def resident(which: str) -> float:
    """Return a size that the system reports for this process, in MB."""
    found = re.search(rf"{which}:\s+(\d+) kB", STATUS.read_text())
    return int(found[1]) * 1024 / 1e6 if found else 0.0


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "1")))
