"""Run the battery against the faults, and against the right primitives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import autograd as ag
from autograd.core.primitive import Primitive
from autograd.errors import CheckError
from autograd.testing.battery_runner import draw_calls
from autograd.testing.drawn_call import DrawnCall
from autograd.testing.input_specs import Call, reference_of
from autograd.testing.primitive_checks import CHECKS, run
from autograd.testing.report import PASS
from tests.mutation.faults import ARGUMENTS, STANDING, Fault

EXAMPLES = 100
NUMBERS = [check.__doc__.split(".")[0] for check in CHECKS]  # "1" ... "14"


@dataclass
class Result:
    """How soon one fault was found."""

    fault: Fault
    first: str  # the check that caught it first
    examples: list[int]  # how many calls that took, for each seed; 0 if it was not caught


def calls_until_found(fault: Fault, seeds: Sequence[int]) -> Result:
    """Count the calls until the battery catches a fault."""
    firsts: Counter[str] = Counter()
    examples = []
    for number in seeds:
        found: list[tuple[int, str]] = []
        count = [0]

        def one(drawn: DrawnCall, found: Any = found, count: Any = count) -> None:
            count[0] += 1
            caught = next(
                (n for n, check in zip(NUMBERS, CHECKS, strict=True) if fails(check, drawn)), None
            )
            if caught:
                found.append((count[0], caught))

        each_call(
            fault.wrong, fault.right, one, EXAMPLES, number, enough=lambda found=found: bool(found)
        )
        examples.append(found[0][0] if found else 0)
        if found:
            firsts[found[0][1]] += 1
    return Result(fault, firsts.most_common(1)[0][0] if firsts else "-", examples)


def catchers(fault: Fault, examples: int = 40) -> set[str]:
    """Return every check that catches a fault on some of many calls, each check by itself."""
    caught: set[str] = set()

    def one(drawn: DrawnCall) -> None:
        for n, check in zip(NUMBERS, CHECKS, strict=True):
            if n not in caught and fails(check, drawn):
                caught.add(n)

    each_call(fault.wrong, fault.right, one, examples, 0)
    return caught


def false_alarms(
    primitive: Primitive, examples: int, number: int = 0
) -> tuple[int, list[str], int, int]:
    """Return calls, what was wrongly reported, and how many of how many outputs were masked."""
    alarms: list[str] = []
    totals = Counter[str]()

    def one(drawn: DrawnCall) -> None:
        totals["calls"] += 1
        for check in CHECKS:
            try:
                run(check, drawn)
            except CheckError as error:
                alarms.append(str(error))
        for report in drawn.reports:
            totals["outputs"] += report.outputs
            totals["masked"] += report.masked
            totals["inconclusive"] += report.verdict != PASS and report.outputs > 0

    each_call(primitive, primitive, one, examples, number)
    return totals["calls"], alarms, totals["masked"], totals["outputs"]


def fails(check: Callable[[DrawnCall], None], drawn: DrawnCall) -> bool:
    """Return whether one check, on a drawn of its own, reports something."""
    fresh = DrawnCall(
        drawn.primitive, copied(drawn.call), copied(drawn.edge), drawn.seed, drawn.reference
    )
    try:
        run(check, fresh)
    except CheckError:
        return True
    return False


def copied(call: Call) -> Call:
    """Copy the arrays of a call, as a fault may spoil them."""
    return Call(tuple(x.copy() if hasattr(x, "copy") else x for x in call.args), call.params)


def each_call(
    primitive: Primitive,
    like: Primitive,
    one: Callable[[DrawnCall], None],
    examples: int,
    number: int,
    enough: Callable[[], bool] = lambda: False,
) -> None:
    """Let Hypothesis draw calls for one primitive with the arguments of another."""

    @seed(number)
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        call, edge = draw_calls(like, data, ARGUMENTS.get(like.name))
        number = data.draw(st.integers(0, 2**32 - 1))
        if not enough():  # all is drawn before, as Hypothesis wants every run to draw alike
            one(DrawnCall(primitive, call, edge, number, reference_of(like)))

    draw()


def right_primitives() -> list[Primitive]:
    """Return what must never raise an alarm: the engine's primitives and those of the faults."""
    return [*ag.primitives(), *STANDING]
