"""Formulas as boxes, which MathML and LaTeX write alike.

- a `Word` is a letter, a number, a sign, or a word in upright letters;
- a `Box` puts others together: in a row, as a fraction, a power, a root, with an index.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_LETTERS = """alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi
rho _ sigma tau upsilon phi chi psi omega"""
FIRST = ord("\N{GREEK SMALL LETTER ALPHA}")
GREEK = {name: chr(FIRST + i) for i, name in enumerate(_LETTERS.split()) if name != "_"}
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Word:
    """One word; ``kind`` is letter, number, sign or upright."""

    text: str
    kind: str = "upright"


@dataclass(frozen=True, slots=True)
class Box:
    """Parts put together.

    ``kind`` is row, fenced, bracketed, fraction, power, index, root, under or cases.
    """

    kind: str
    parts: tuple[Formula, ...]


Formula = Word | Box


def row(*parts: Formula) -> Formula:
    """Return parts side by side."""
    return parts[0] if len(parts) == 1 else Box("row", parts)


def sign(text: str) -> Word:
    """Return an operator or a bracket."""
    return Word(text, "sign")


def fenced(inner: Formula) -> Formula:
    """Return parts in parentheses."""
    return Box("fenced", (inner,))


def bracketed(inner: Formula) -> Formula:
    """Return parts in square brackets."""
    return Box("bracketed", (inner,))


def variable(name: str) -> Formula:
    """Set a name: ``W1`` and ``h_0`` have an index, ``gamma`` is the Greek letter.

    Examples
    --------
    >>> from autograd.viz.model.boxes import variable
    >>> variable("x"), variable("gamma").kind
    (Word(text='x', kind='letter'), 'letter')
    >>> variable("W1").parts
    (Word(text='W', kind='letter'), Word(text='1', kind='upright'))
    """
    found = re.fullmatch(r"([A-Za-z]+?)_?(\d+)|([A-Za-z]+)_(\w+)", name)
    if not found:
        return _letter(name)
    base, index = found[1] or found[3], found[2] or found[4]
    return Box("index", (_letter(base), Word(index)))


def _letter(name: str) -> Word:
    text = GREEK.get(name, name)
    return Word(text, "letter" if len(text) == 1 and text.isalpha() else "upright")


def gradient(of: str, by: str) -> Formula:
    """Set the derivative of one name by another, as a fraction."""
    parts = (row(sign("∂"), variable(name)) for name in (of, by))
    return Box("fraction", tuple(parts))


class Known:
    """Names in a text, replaced by identifiers so that Python's parser reads it."""

    def __init__(self, names: Mapping[str, Formula]) -> None:
        longest_first = sorted(names, key=len, reverse=True)
        self._boxes = {f"_{i}_": names[name] for i, name in enumerate(longest_first)}
        self._names = dict(zip(self._boxes, longest_first, strict=True))
        self._given = {name: key for key, name in self._names.items()}
        alternatives = "|".join(map(re.escape, longest_first)) or r"(?!)"
        self._pattern = re.compile(rf"(?<![\w.])(?:{alternatives})(?!\w)")

    def replaced(self, text: str) -> str:
        """Return a text with identifiers in place of names, whatever these are made of."""
        return self._pattern.sub(lambda found: self._given[found[0]], text)

    def box(self, identifier: str) -> Formula:
        """Return how an identifier is set."""
        return self._boxes.get(identifier) or variable(identifier)

    def name(self, identifier: str) -> str:
        """Return the name that an identifier stands for."""
        return self._names.get(identifier, identifier)
