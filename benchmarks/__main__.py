"""Run the suites, print their tables, and write the numbers to files if asked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict

import autograd as ag
from autograd.core.files import write_file
from benchmarks import (
    accuracy,
    checkers,
    convolutions,
    depth,
    docs,
    drawing,
    hessian,
    imports,
    learning,
    limit,
    memory,
    overhead,
    scalars,
    steps,
)
from benchmarks.engines import LATER, load
from nn.bench import options as common
from nn.bench import threads
from nn.bench.engines import Engine
from nn.bench.machine import machine
from nn.bench.table import Table, text

Suite = Callable[[list[Engine], bool], Iterable[Table]]

SPEED: dict[str, Suite] = {
    "limits": limit.run,
    "overhead": overhead.run,
    "steps": steps.run,
    "convolutions": convolutions.run,
    "scalars": scalars.run,
    "hessian": hessian.run,
    "depth": depth.run,
    "imports": imports.run,
    "memory": memory.run,
}
SUITES: dict[str, Suite] = {
    **SPEED,
    "accuracy": accuracy.run,
    "drawing": drawing.run,
    "learning": learning.run,
    "checkers": checkers.run,
}


def main(argv: Sequence[str]) -> int:
    """Run the benchmarks, in a process that has the threads that were asked for."""
    options = parse(argv)
    if not threads.are(options.threads):
        return threads.python(["-m", "benchmarks", *argv], options.threads)
    engines, missing = load()
    names = [engine.name for engine in engines[1:]]
    about = machine([*names, *(name for name in LATER if name not in missing)])
    print("\n".join(f"{key}: {value}" for key, value in about.items()))
    if missing:
        print(f'missing: {", ".join(missing)}; for these, pip install -e ".[bench]"')
    tables = []
    for suite in options.suites:
        for table in SUITES[suite](engines, options.quick):
            print("\n" + text(table), flush=True)
            tables.append(table)
    if options.json:
        found = {"machine": about, "tables": [asdict(table) for table in tables]}
        write_file("benchmarks", options.json, json.dumps(found, indent=2) + "\n", ag.StateError)
    if options.docs:
        docs.write(about, tables)
    return 0


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Read the options."""
    known = ", ".join(SUITES)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "suites",
        nargs="*",
        metavar="SUITE",
        help=f"of {known}; speed for the first {len(SPEED)}; by default all",
    )
    common.add(parser, quick="fewer rounds, points, operations")
    parser.add_argument(
        "--docs", action="store_true", help=f"put the tables into {docs.PAGE.name}; speed alone"
    )
    options = parser.parse_args(argv)
    options.suites = suites_of(options.suites)
    for name in options.suites:
        if name not in SUITES:
            parser.exit(2, f"benchmarks: there is no suite {name!r}; the suites: {known}\n")
    if options.docs and options.suites != list(SPEED):
        parser.exit(2, "benchmarks: --docs takes the suites of speed: benchmarks speed --docs\n")
    if options.threads < 1:
        parser.exit(2, "benchmarks: --threads must be at least 1\n")
    return options


def suites_of(words: Sequence[str]) -> list[str]:
    """Return the suites that some words stand for."""
    if not words:
        return list(SUITES)
    return [name for word in words for name in (SPEED if word == "speed" else [word])]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
