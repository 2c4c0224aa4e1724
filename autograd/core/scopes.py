"""A scope: the name of a region of code, which the nodes made in it carry."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.core.messages import short


class Scope:
    """One entry into a named region: a call of `sigmoid`, a ``with scope("layer1")`` block.

    Two calls of the same function are two scopes of one name, so that a drawing folds each call
    into a box of its own.
    """

    __slots__ = ("name", "parent")

    def __init__(self, name: str, parent: Scope | None) -> None:
        self.name = name
        self.parent = parent

    @property
    def path(self) -> tuple[str, ...]:
        """The names from the outermost scope to this one."""
        return tuple(scope.name for scope in reversed(list(self.lineage())))

    def lineage(self) -> Iterator[Scope]:
        """Yield this scope, then the one around it, and so on outwards."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def __repr__(self) -> str:
        return f"Scope({short('/'.join(map(short, self.path)), 300)})"
