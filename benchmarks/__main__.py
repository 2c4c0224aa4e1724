"""Run the suites, print their tables, and write the numbers to files."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from types import ModuleType
from typing import Protocol, cast

import autograd as ag
from autograd.core.files import write_file
from benchmarks import (
    accuracy,
    adversarial,
    checkers,
    convolutions,
    degradation,
    depth,
    docs,
    drawing,
    hessian,
    imports,
    learning,
    limits,
    memory,
    operators,
    optical_flow,
    overhead,
    playground,
    scalars,
    segmentation,
    steps,
    style,
)
from benchmarks.engines import LATER, Engine, load
from nn.cli.bench import threads
from nn.cli.bench.command import add_options
from nn.cli.bench.machine import machine
from nn.cli.bench.table import Table, text


class Suite(Protocol):
    """What a module must have to be a suite; the first line of its docstring is its help."""

    def run(self, engines: list[Engine], quick: bool) -> Iterable[Table]:
        """Measure, and return the tables."""


def by_name(*modules: ModuleType) -> dict[str, Suite]:
    """Return the suites by the names of their modules."""
    return {module.__name__.rpartition(".")[2]: cast(Suite, module) for module in modules}


SPEED = by_name(limits, overhead, steps, convolutions, scalars, hessian, depth, imports, memory)
LECTURES = by_name(degradation, segmentation, optical_flow, adversarial, style, playground)
SUITES = SPEED | LECTURES | by_name(accuracy, drawing, learning, checkers, operators)


def main(argv: Sequence[str]) -> int:
    """Run the benchmarks, in a process that has the wanted number of threads."""
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
        for table in SUITES[suite].run(engines, options.quick):
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
    width = max(map(len, SUITES))
    about = [f"  {n:{width}}  {str(s.__doc__).partition(chr(10))[0]}" for n, s in SUITES.items()]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(["suites:", *about]),
    )
    parser.add_argument(
        "suites",
        nargs="*",
        metavar="SUITE",
        help=f"one of those below; speed for the first {len(SPEED)}, lectures for the "
        f"{len(LECTURES)} after them; by default all",
    )
    add_options(parser, quick="fewer rounds, points, operations")
    parser.add_argument(
        "--docs", action="store_true", help="write the tables into docs/speed.md; for speed alone"
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
    groups = {"speed": SPEED, "lectures": LECTURES}
    return [name for word in words for name in groups.get(word, [word])]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
