"""A scope: the name of a region of code, which the nodes made in it carry."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.core.messages import short

FUNCTION = "function"  # the kind of a call of a composed function


class Scope:
    """One entry into a named region: a call of `sigmoid`, a ``with scope("layer1")`` block.

    Two calls of the same function are two scopes of one name, so that a drawing folds each call
    into a box of its own.

    Attributes
    ----------
    name : str
    parent : Scope or None
    kind : str
        What the region is: the class of a module, "function" for a call of a composed function,
        empty for a block of the user's.
    module : str
        For a module, where it stands in the network that it is part of, as ``layer1.0``.
    """

    __slots__ = ("kind", "module", "name", "parent")

    def __init__(self, name: str, parent: Scope | None, kind: str = "", module: str = "") -> None:
        self.name = name
        self.parent = parent
        self.kind = kind
        self.module = module

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
