"""Run the suites, print their tables, and write the numbers to a file if asked."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from benchmarks import accuracy, checkers, depth, drawing, learning, overhead, report
from benchmarks.engines import Engine, load

SUITES: dict[str, tuple[Callable[[list[Engine], bool], report.Table], ...]] = {
    "overhead": (overhead.run,),
    "depth": (depth.run,),
    "accuracy": (accuracy.run,),
    "drawing": (drawing.run,),
    "learning": (learning.results, learning.exclusive_or),
    "checkers": (checkers.times, checkers.faults, checkers.alarms),
}


def main() -> None:
    """Run the benchmarks."""
    options = parse()
    engines, missing = load()
    machine = report.machine(engines)
    print("\n".join(f"{key}: {value}" for key, value in machine.items()))
    if missing:
        print(f'missing: {", ".join(missing)}; for these, pip install -e ".[bench]"')
    tables = []
    for run in [run for suite in options.suites or SUITES for run in SUITES[suite]]:
        table = run(engines, options.quick)
        print("\n" + report.text(table), flush=True)
        tables.append(asdict(table))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "tables": tables}, indent=2) + "\n")


def parse() -> argparse.Namespace:
    """Read the options."""
    known = ", ".join(SUITES)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {known}; by default all")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, points, operations")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers to FILE")
    options = parser.parse_args()
    for name in options.suites:
        if name not in SUITES:
            parser.exit(2, f"benchmarks: there is no suite {name!r}; the suites: {known}\n")
    return options


if __name__ == "__main__":
    main()
