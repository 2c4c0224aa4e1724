"""How the numbers of batches make the number of all examples.

A loss that is a mean has divided by something: by the number of elements, or by the weights of the
targets that count.  The loss of all examples is the mean over the batches, weighted by what each
was divided by, and for a loss that is a sum, the sum.

The losses of `nn` say what they divide by.  Of another function it is found out: a batch is split,
and its number is either the mean of those of its parts, weighted by their sizes, or their sum.
Where it is neither, as for the root of a mean, the numbers of batches do not make that of all
examples, and it is computed once, of the outputs for all.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Any

import autograd as ag
from nn.losses.reduction import divisor_of, noting

Function = Callable[[Any, Any], Any]

ALIKE = {2: 1e-2, 4: 1e-4}  # relative differences that rounding may make, by the size of a number


class Kind(Enum):
    """How the number of a batch follows from those of its halves."""

    SUM = auto()
    MEAN = auto()
    EITHER = auto()  # both fit, as for a batch of one or a loss of 0
    NEITHER = auto()


def applied(function: Function, outputs: Any, targets: Any) -> Any:
    """Return the value of a loss or metric; say so if it does not take all that a model returns."""
    try:
        return function(outputs, targets)
    except ag.GlassgradError:
        if not isinstance(outputs, (tuple, list, dict)):
            raise
        raise ag.OptionError(
            f"the model returns a {type(outputs).__name__} of {len(outputs)}, which the loss or "
            "metric does not take; pick what it takes, as in "
            "loss=lambda outputs, targets: nn.cross_entropy(outputs[0], targets)"
        ) from None


class Totals:
    """Numbers of all examples, from those of batches.

    Parameters
    ----------
    sums : dict from str to float, optional
        For each name, the sum of the numbers times what each was divided by.
    counts : dict from str to float, optional
        For each name, the sum of what was divided by; 0 if the numbers are sums.
    """

    def __init__(
        self, sums: Mapping[str, float] | None = None, counts: Mapping[str, float] | None = None
    ) -> None:
        self.sums = dict(sums or {})
        self.counts = dict(counts or {})

    def add(self, name: str, number: float, divisor: float) -> None:
        """Add the number of a batch, and what it was divided by: 0 for a sum."""
        self.sums[name] = self.sums.get(name, 0.0) + number * (divisor or 1.0)
        self.counts[name] = self.counts.get(name, 0.0) + divisor

    def include(self, other: Totals) -> None:
        """Add all that others have added."""
        for name, total in other.sums.items():
            self.sums[name] = self.sums.get(name, 0.0) + total
            self.counts[name] = self.counts.get(name, 0.0) + other.counts[name]

    def result(self) -> dict[str, float]:
        """Return the numbers so far.

        Examples
        --------
        >>> from nn.training.batchwise import Totals
        >>> totals = Totals()
        >>> totals.add("loss", 2.0, 3.0)
        >>> totals.add("loss", 6.0, 1.0)
        >>> totals.result()
        {'loss': 3.0}
        """
        return {name: total / (self.counts[name] or 1.0) for name, total in self.sums.items()}


class Divisors:
    """Finds what a function of outputs and targets has divided by.

    ``in_pieces`` says that batches are pieces of larger ones: then a loss is refused that pieces
    do not make.
    """

    def __init__(self, function: Function, in_pieces: bool = False) -> None:
        self.function = function
        self.in_pieces = in_pieces
        self.kind: Kind | None = None  # once it was found out

    def __call__(self, outputs: Any, targets: Any) -> tuple[Any, float | None]:
        """Return the value of the function, and its divisor, 0 for a sum, or None for neither."""
        value, divisor = self._noted(outputs, targets)
        return value, self._found(outputs, targets, value) if divisor is None else divisor

    def of_first(self, outputs: Any, targets: Any) -> tuple[Any, float]:
        """Return the same; only the first batch is split, and one that is neither is a mean."""
        if self.kind is not None:
            value, divisor = self._noted(outputs, targets)
        else:
            value, divisor = self(outputs, targets)
            if self.kind is None and divisor is None:
                self.kind = Kind.MEAN
        return value, self._divisor(len(targets)) if divisor is None else divisor

    def _noted(self, outputs: Any, targets: Any) -> tuple[Any, float | None]:
        """Return the value of the function, and what a loss of `nn` says that it divided by."""
        with noting():
            value = applied(self.function, outputs, targets)
            return value, divisor_of(value)

    def _divisor(self, size: int) -> float:
        return 0.0 if self.kind is Kind.SUM else float(size)

    def _found(self, outputs: Any, targets: Any, value: Any) -> float | None:
        kind = _kind(self.function, mapped(ag.detach, outputs), targets, value)
        if kind is Kind.NEITHER and self.in_pieces:
            raise ag.OptionError(
                "fit: the loss of a batch is neither the mean nor the sum of those of its halves, "
                "so accumulate= cannot make it of pieces; leave it out, or give a loss of nn with "
                "its weights, as nn.CrossEntropyLoss(weight=w)"
            )
        if kind is Kind.EITHER:
            kind = self.kind or Kind.NEITHER
        elif self.kind is None and kind is not Kind.NEITHER:
            self.kind = kind
        return None if kind is not self.kind else self._divisor(len(targets))


def _kind(function: Function, outputs: Any, targets: Any, value: Any) -> Kind:
    """Split a batch, and compare its number with those of its halves."""
    size = len(targets)
    half = size // 2
    if not half:
        return Kind.EITHER
    try:
        with ag.no_grad():
            pieces = (slice(half), slice(half, None))
            first, second = (
                function(mapped(operator.itemgetter(p), outputs), targets[p]) for p in pieces
            )
            whole, first, second = (float(ag.tensor(x).item()) for x in (value, first, second))
    except (ag.GlassgradError, ArithmeticError, LookupError, TypeError, ValueError):
        return Kind.NEITHER  # it takes whole batches only
    scale = ALIKE.get(ag.tensor(value).dtype.itemsize, 1e-9) * (abs(first) + abs(second))
    is_mean = abs(whole * size - first * half - second * (size - half)) <= scale * size
    is_sum = abs(whole - first - second) <= scale
    if is_mean and is_sum:
        return Kind.EITHER
    return Kind.MEAN if is_mean else Kind.SUM if is_sum else Kind.NEITHER


def mapped(f: Callable[..., Any], *outputs: Any) -> Any:
    """Apply a function to the outputs of models, one by one where a model has several.

    Examples
    --------
    >>> from nn.training.batchwise import mapped
    >>> mapped(max, (1, {"mean": 5}), (2, {"mean": 4}))
    (2, {'mean': 5})
    """
    first = outputs[0]
    if isinstance(first, dict):
        return {name: mapped(f, *(several[name] for several in outputs)) for name in first}
    if isinstance(first, (tuple, list)):
        values = [mapped(f, *several) for several in zip(*outputs, strict=True)]
        return first._make(values) if hasattr(first, "_make") else type(first)(values)
    return f(*outputs)


def joined(*parts: Any) -> Any:
    """Return the outputs for all examples, given those for each batch.

    Raises
    ------
    autograd.UnsupportedError
        If they have not one row for each example.
    """
    if not ag.shape(parts[0]):
        raise ag.UnsupportedError(
            "the loss is neither a mean nor a sum over examples, and an output is one number for "
            "a batch, so there is no loss of all examples; take batch_size=None"
        )
    return ag.concatenate(parts)
