"""What a step card says: the operation, the product of the chain rule, and the running sum."""

from __future__ import annotations

from dataclasses import dataclass

NOTHING = "nothing yet"  # has arrived


@dataclass(frozen=True, slots=True)
class Product:
    """The chain rule at one input: [local gradient] x [upstream gradient] = contribution.

    Attributes
    ----------
    target : str
        The symbol of the gradient that is added to, ``df/dj``.
    symbol, text, local : str
        The local gradient as a symbol, as a formula and as a number; the last two may be empty.
    rule : str
        Of an operation that is not elementwise: the contribution as an expression,
        ``df/da @ x.T``.
    why : str
        The derivative in general, ``d(1/x)/dx = -1/x^2``; may be empty.
    upstream_symbol, upstream : str
    value : str
        The contribution.
    summed : bool
        Whether it was added up over copies made by broadcasting.
    """

    target: str
    symbol: str
    text: str
    local: str
    rule: str
    why: str
    upstream_symbol: str
    upstream: str
    value: str
    summed: bool

    @property
    def equation(self) -> str:
        """The step in symbols: ``df/dW += X.T @ df/da``."""
        if self.rule:
            return f"{self.target} += {self.rule}"
        local = f"{self.symbol} = {self.text}" if self.text else self.symbol
        return f"{self.target} += [{local}] x [{self.upstream_symbol}]"

    def __str__(self) -> str:
        if self.rule:
            return f"{self.equation} = {self.value}"
        numbers = f"{_bracketed(self.local)} x {_bracketed(self.upstream)}"
        note = ", summed over the copies made by broadcasting," if self.summed else ""
        return f"{self.equation} = {numbers}{note} = {self.value}"


@dataclass(frozen=True, slots=True)
class Total:
    """How a running sum changes: what it was, what it is, and the pattern of the operation."""

    before: str
    after: str
    pattern: str

    def __str__(self) -> str:
        reason = f"   ({self.pattern})" if self.pattern else ""
        return f"sum:   {self.before} -> {self.after}{reason}"


@dataclass(frozen=True, slots=True)
class Card:
    """One event in words, symbols and numbers.

    Attributes
    ----------
    head : str
        Where it is: ``Step 1 of 12``.
    gate : str
        The operation; ``leaf`` for a leaf, empty where the backward pass begins.
    made : str
        What the operation made, ``f = 1/j``, with the number if that is what happened.
    given : tuple of (name, number)
        Its inputs.
    by_input : int
        Which input the gradient goes to, from 1, if it was used several times; else 0.
    product : Product or None
        Of a backward step.
    total : Total or None
        Once the contribution has been added.
    """

    head: str
    gate: str
    made: str
    given: tuple[tuple[str, str], ...] = ()
    by_input: int = 0
    product: Product | None = None
    total: Total | None = None

    def __str__(self) -> str:
        first = "   ".join(part for part in (self.head, self.gate, self.made) if part)
        first += "".join(f",  {name} = {x}" if x else f",  {name}" for name, x in self.given)
        first += f",  by input {self.by_input}" if self.by_input else ""
        return "\n  ".join([first, *(str(part) for part in (self.product, self.total) if part)])


def _bracketed(text: str) -> str:
    return text if text.startswith("[") else f"[{text}]"
