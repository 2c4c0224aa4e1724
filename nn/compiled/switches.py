"""Options that switch a rule on, as in ``if momentum:``, though they are captured."""

from __future__ import annotations

from typing import Any

from autograd.core.weak import WeakNumber


class SwitchedOn(WeakNumber):
    """A number that is an argument of a program which is for numbers other than 0.

    So ``if momentum:`` is answered, once for all; whoever runs the program sees to the rest.
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


def switched(x: Any) -> Any:
    """Let a captured number answer whether it is 0; one that is 0 becomes part of the program."""
    if isinstance(x, tuple):
        return tuple(map(switched, x))
    if isinstance(x, WeakNumber):
        if not x._value:
            return 0.0
        x.__class__ = SwitchedOn
    return x
