"""The result of a replay proof."""

from __future__ import annotations

from dataclasses import dataclass

EQUAL = "every step recomputed: equal"


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether every number of a trace follows from what its card says.

    Attributes
    ----------
    equal : bool
    verdict : str
        In words: `EQUAL`, or which event is the first that differs, and how.
    event : int or None
        The index of that event.
    count : int
        How many events were recomputed.
    """

    equal: bool
    verdict: str
    event: int | None
    count: int

    def __bool__(self) -> bool:
        return self.equal

    def __str__(self) -> str:
        return self.verdict
