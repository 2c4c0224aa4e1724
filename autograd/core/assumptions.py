"""Programs for numbers of a kind, such as targets none of which is left out: faster, if they hold.

A program must be right for all numbers.  But if whoever runs it can make another one, it may assume
that the numbers have a property which those of the capture have.  It checks that in each run, and
raises `AssumptionBroken` where it does not hold, before anything has changed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from autograd.core.blocks import restoring
from autograd.core.context import capturing
from autograd.core.tensor import Tensor, raw
from autograd.errors import GlassgradError

X = TypeVar("X")


class AssumptionBroken(GlassgradError):
    """A program was made for other numbers, and has to be made anew; nothing has changed."""


class WatchesItself:
    """Base of objects that compare by themselves what they are made of.

    A compiled function is captured again when something that it can reach has changed.  What such
    an object holds is not compared: it chooses the program that is right.
    """


def assumed(x: X, holds: Callable[[Any], bool], is_refused: bool = False) -> tuple[X, bool]:
    """Return a value, and whether its numbers have a property.

    A capture answers no, since other numbers may have it not; unless it may assume that they will,
    and then the program checks it.  It must not after a draw: see `Capture.drawn`.

    Parameters
    ----------
    x : array or Tensor
    holds : callable
        Looks at the array.
    is_refused : bool
        Whether the operation that x is for raises an IndexingError if it does not hold, so that
        nothing else has to look.
    """
    capture = capturing()
    if capture is None or not isinstance(x, Tensor) or x in capture.constants:
        return x, holds(raw(x))
    if not capture.may_assume or capture.draws or not holds(raw(x)):
        return x, False
    capture.has_assumed = True
    if is_refused:
        return x, True
    return capture.checked(x, partial(_check_still, holds)), True


def _check_still(holds: Callable[[Any], bool], x: Any) -> None:
    if not holds(x):
        raise AssumptionBroken


def assuming() -> restoring[None]:
    """Let what is captured in a block be a program for numbers with the properties of those now."""
    capture = capturing()

    def allow(yes: bool) -> None:
        if capture is not None:
            capture.may_assume = yes

    return restoring(partial(allow, True), partial(allow, False))
