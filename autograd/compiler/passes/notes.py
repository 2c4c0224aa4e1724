"""Counts in the words of `explain`: ``1 line``, ``2 lines``, ``3 negative, 1 max``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable


def several(n: int, thing: str) -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> from autograd.compiler.passes.notes import several
    >>> several(1, "line"), several(2, "cross-entropy"), several(1200, "byte")
    ('1 line', '2 cross-entropies', '1,200 bytes')
    """
    if n != 1:
        thing = thing.removesuffix("y") + "ies" if thing.endswith("py") else f"{thing}s"
    return f"{n:,} {thing}"


def tally(operations: Iterable[str]) -> str:
    """Return how often each operation occurs, the most frequent first.

    Examples
    --------
    >>> from autograd.compiler.passes.notes import tally
    >>> tally(["add", "power", "add"])
    '2 add, 1 power'
    """
    return ", ".join(f"{n} {name}" for name, n in Counter(operations).most_common())
