"""Names of what a program is given and computes, as identifiers."""

from __future__ import annotations

import keyword
import re
import string
from collections.abc import Iterable, Mapping

import numpy as np

from autograd.core.types import Array
from autograd.ir.printer.constants import MOST_NUMBERS, array
from autograd.ir.printer.terms import Step, behind


class Names:
    """Gives names that are identifiers, each once."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._letters = iter(c for c in string.ascii_lowercase if c not in "defl")

    def of(self, name: str | None) -> str:
        """Return a name as an identifier: ``weight_0`` for 0.weight."""
        words = re.findall(r"\w+", name or "")
        while words and words[0][0].isdigit() and not all(w[0].isdigit() for w in words):
            words.append(words.pop(0))
        plain = "_".join(words) or "x"
        usable = plain.isidentifier() and not keyword.iskeyword(plain)
        return self._new(plain if usable else f"x_{plain}")

    def letter(self) -> str:
        """Return the next letter; no d and f, as in df, nor e and l, which look like numbers."""
        free = (c for c in self._letters if c not in self._taken)
        letter = next(free, None)
        return self.numbered("v") if letter is None else self._new(letter)

    def numbered(self, name: str) -> str:
        """Return a name with the next number."""
        numbers = (f"{name}{i}" for i in range(1, len(self._taken) + 2))
        return self._new(next(n for n in numbers if n not in self._taken))

    def _new(self, name: str) -> str:
        if name in self._taken:
            name = next(
                n for i in range(2, len(self._taken) + 3) if (n := f"{name}_{i}") not in self._taken
            )
        self._taken.add(name)
        return name


def named_constants(
    steps: Mapping[int, Step], roots: Iterable[int], names: Names
) -> dict[int, str]:
    """Return names for constant arrays that are too large to be written down, each array once."""
    known: list[tuple[str, Array]] = []
    found: dict[int, str] = {}
    for id in sorted(behind(steps, roots, ())):
        step = steps[id]
        value = step.value
        if step.primitive is not None or not np.size(value) > MOST_NUMBERS:
            continue
        if np.all(value == value.flat[0]) or not str(array(value)).startswith("constant("):
            continue
        same = (n for n, x in known if x.shape == value.shape and np.array_equal(x, value))
        name = next(same, None)
        if name is None:
            name = names.of(step.name) if step.name else names.numbered("const_")
            known.append((name, value))
        found[id] = name
    return found
