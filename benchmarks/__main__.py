"""Run every suite, print its table, and write the numbers to a file if asked."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from benchmarks import depth, overhead, report
from benchmarks.engines import load

SUITES = (overhead.run, depth.run)


def main() -> None:
    """Run the benchmarks."""
    options = parse()
    engines, missing = load()
    machine = report.machine(engines)
    print("\n".join(f"{key}: {value}" for key, value in machine.items()))
    if missing:
        print(f'missing: {", ".join(missing)}; for these, pip install -e ".[bench]"')
    tables = []
    for run in SUITES:
        table = run(engines, options.quick)
        print("\n" + report.text(table), flush=True)
        tables.append(asdict(table))
    if options.json:
        options.json.write_text(json.dumps({"machine": machine, "tables": tables}, indent=2) + "\n")


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and shorter chains")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers to FILE")
    return parser.parse_args()


if __name__ == "__main__":
    main()
