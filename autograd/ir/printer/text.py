"""A text with how strongly it binds, so that parentheses stand where they are needed."""

from __future__ import annotations

from dataclasses import dataclass

# How strongly an operator binds.  A name such as df/dx stands nearly anywhere as it is.
COMPARISON, SUM, PRODUCT, SIGN, POWER, QUOTIENT_NAME, ATOM = range(7)


@dataclass(frozen=True, slots=True)
class Text:
    """A text, how strongly its outermost operator binds, and that operator."""

    text: str
    strength: int = ATOM
    operator: str = ""

    def __str__(self) -> str:
        return self.text

    def within(self, least: int) -> str:
        """Return the text, in parentheses if it binds less strongly than it must."""
        return self.text if self.strength >= least else f"({self.text})"


def named(text: str) -> Text:
    """Return a name, which may also be one such as df/dx."""
    return Text(text, ATOM if text.isidentifier() else QUOTIENT_NAME)
