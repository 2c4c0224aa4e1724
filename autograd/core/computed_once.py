"""Attributes that are computed when they are first asked for, and kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class computed_once(Generic[T]):
    """As `functools.cached_property`, which before Python 3.12 holds a lock while it computes.

    All instances share that lock, so threads wait for each other, and a child process that is
    forked meanwhile would wait for ever.

    Examples
    --------
    >>> from autograd.core.computed_once import computed_once
    >>> class Circle:
    ...     @computed_once
    ...     def area(self):
    ...         print("computed")
    ...         return 3.14
    >>> circle = Circle()
    >>> circle.area, circle.area
    computed
    (3.14, 3.14)
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        self._compute = compute
        self._name = compute.__name__
        self.__doc__ = compute.__doc__

    def __get__(self, instance: Any, owner: type) -> T:
        """Compute, and give the instance an attribute of that name, which is found from then on."""
        found = instance.__dict__[self._name] = self._compute(instance)
        return found
