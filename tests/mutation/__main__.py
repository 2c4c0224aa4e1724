"""Print the table of the mutation gate: ``python -m tests.mutation``."""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from autograd.testing.primitive_checks import CHECKS
from tests.mutation.faults import FAULTS
from tests.mutation.gate import (
    NUMBERS,
    Result,
    calls_until_found,
    catchers,
    false_alarms,
    right_primitives,
)

ROW = "{:<20} {:<36} {:>5}  {:>16}  {}"


def main() -> None:
    """Run the gate."""
    options = parse()
    places = range(len(FAULTS))
    with ProcessPoolExecutor() as pool:
        print(ROW.format("rule", "fault", "first", "calls needed", "found by"))
        rows = zip(places, pool.map(partial(row, seeds=options.seeds), places), strict=True)
        missed = sum(not caught for _, caught in map(print_row, rows))
        rules = len({fault.rule for fault in FAULTS})
        print(f"\n{len(FAULTS)} faults in {rules} rules, {options.seeds} seeds: {missed} missed\n")
        for number, check in zip(NUMBERS, CHECKS, strict=True):
            alone = [f"{f.rule} {f.name}" for f in FAULTS if f.only == number]
            print(f"{number:>2} {check.__name__.replace('_', ' '):<48} alone: {alone[0]}")
        if options.alarms:
            count = len(right_primitives())
            each = -(-options.alarms // count)
            found = list(pool.map(partial(alarms, examples=each), range(count)))
            calls, wrong, masked, outputs = (sum(column) for column in zip(*found, strict=True))
            print(
                f"\n{calls:,} calls of {count} right primitives: {wrong} false alarms, "
                f"{masked:,} of {outputs:,} outputs masked ({masked / outputs:.2%})"
            )
            missed += wrong
    raise SystemExit(1 if missed else 0)


def parse() -> argparse.Namespace:
    """Read the options."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5, help="how often each fault is looked for")
    parser.add_argument(
        "--alarms", type=int, default=0, metavar="N", help="also try N calls of right primitives"
    )
    return parser.parse_args()


def row(place: int, seeds: int) -> tuple[str, list[int], list[str]]:
    """Examine one fault, named by its place, as rules cannot be sent to another process."""
    result: Result = calls_until_found(FAULTS[place], range(seeds))
    return result.first, result.examples, sorted(catchers(FAULTS[place], examples=100), key=int)


def alarms(place: int, examples: int) -> tuple[int, int, int, int]:
    """Look for false alarms of one right primitive."""
    calls, wrong, masked, outputs = false_alarms(right_primitives()[place], examples)
    for alarm in wrong[:3]:
        print(alarm)
    return calls, len(wrong), masked, outputs


def print_row(found: tuple[int, tuple[str, list[int], list[str]]]) -> tuple[int, bool]:
    """Print what was found of one fault."""
    place, (first, examples, by) = found
    fault = FAULTS[place]
    needed = " ".join(str(n) if n else "-" for n in examples)
    print(ROW.format(fault.rule, fault.name, first, needed, ", ".join(by)), flush=True)
    return place, all(examples)


if __name__ == "__main__":
    main()
