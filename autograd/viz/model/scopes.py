"""Things sorted by the scopes that they stand in, level by level."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from autograd.core.scopes import Scope


class Scoped(Protocol):
    """A thing that knows the scopes around it, from the outermost to the innermost."""

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes."""
        ...


T = TypeVar("T", bound=Scoped)


def by_scope(things: Iterable[T], depth: int) -> tuple[list[T], dict[Scope, list[T]]]:
    """Tell things that no scope of some depth holds from those that one does.

    Returns
    -------
    here : list
    inside : dict from Scope to list
    """
    here: list[T] = []
    inside: dict[Scope, list[T]] = {}
    for thing in things:
        if len(thing.scopes) > depth:
            inside.setdefault(thing.scopes[depth], []).append(thing)
        else:
            here.append(thing)
    return here, inside
