"""Draw cases until time is up, and make what is found as small as it will be."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

# A case is what JSON can hold.
Case = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """What is searched: how to draw a case, what is wrong with it, and cases that are smaller."""

    name: str
    draw: Callable[[np.random.Generator], Case]
    complaint: Callable[[Case], str | None]
    smaller: Callable[[Case], Iterator[Case]]


@dataclass(frozen=True)
class Finding:
    """A case with something wrong, and the seed that draws it."""

    part: Part
    seed: int
    case: Case
    text: str

    def __str__(self) -> str:
        again = f"python -m tests.fuzz {self.part.name} --seed {self.seed} --cases 1"
        return f"{self.text}\n  {self.case}\n  again: {again}"


def search(
    part: Part, seed: int, seconds: float, cases: int | None = None
) -> Iterator[Finding | None]:
    """Yield a finding, or None, for each case that is drawn, from one seed after another."""
    end, number = time.monotonic() + seconds, 0
    while time.monotonic() < end and (cases is None or number < cases):
        case = part.draw(np.random.default_rng(seed + number))
        text = part.complaint(case)
        yield Finding(part, seed + number, *shrunk(part, case, text)) if text else None
        number += 1


def shrunk(part: Part, case: Case, text: str, tries: int = 500) -> tuple[Case, str]:
    """Return the smallest case that is reached by steps in which something stays wrong."""
    steps = part.smaller(case)
    while tries and (smaller := next(steps, None)) is not None:
        tries -= 1
        found = part.complaint(smaller)
        if found:
            case, text, steps = smaller, found, part.smaller(smaller)
    return case, text


def fewer(items: list[Any]) -> Iterator[list[Any]]:
    """Yield lists without a half, and then without one element."""
    if len(items) > 3:
        yield items[: len(items) // 2]
        yield items[len(items) // 2 :]
    for i in range(len(items)):
        yield [*items[:i], *items[i + 1 :]]
