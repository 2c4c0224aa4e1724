"""Names of other libraries: what an error says where there is no such name here.

A table has an entry for each name that an owner, a class or a module, does not have:

- a pair, the call in the other library and the code here that gives the same;
- a text, where no line of code does.

The pages of the documentation are made from these tables, and a test runs both sides of every pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from autograd.core.messages import one_line, suggestion

Entry: TypeAlias = str | tuple[str, str]
Table: TypeAlias = Mapping[str, Entry]

# How alike a name must be to be taken for a misspelt one: multinomial is not multiply.
ALIKE = 0.75


def remedy(name: str, table: Table, known: Iterable[str] = ()) -> str:
    """Return "; ..." with what to write for a name, or the nearest of those that are known.

    Examples
    --------
    >>> from autograd.core.other_names import remedy
    >>> remedy("view", {"view": ("t.view(6)", "t.reshape(6)")})
    '; for t.view(6) write t.reshape(6)'
    >>> remedy("shap", {}, ["shape", "size"])
    '; did you mean shape?'
    """
    entry = table.get(name)
    if entry is None:
        public = (n for n in known if not n.startswith("_"))
        return "" if name.startswith("_") else suggestion(name, public, alike=ALIKE)
    return f"; {entry}" if isinstance(entry, str) else f"; for {entry[0]} write {entry[1]}"


def missing(owner: str, name: str, table: Table, known: Iterable[str] = ()) -> AttributeError:
    """Return the error of a name that an owner, such as ``module 'nn'``, does not have.

    It carries no object, since Python would add a second suggestion.
    """
    text = f"{owner} has no attribute {one_line(name)}{remedy(name, table, known)}"
    return AttributeError(text, name=name)


class OtherName:
    """Stands in a class for a name that its objects do not have, and says what to write.

    Reading it is an AttributeError, so `hasattr` is False.  A ``__getattr__`` would say the same,
    and make every other attribute slower: Python 3.11 does not specialise classes that have one.
    """

    __slots__ = ("name", "table")

    def __init__(self, name: str, table: Table) -> None:
        self.name = name
        self.table = table

    def __get__(self, obj: object, owner: type) -> Any:
        kind = f"type object {owner.__name__!r}" if obj is None else f"{owner.__name__!r} object"
        raise missing(kind, self.name, self.table)

    def __repr__(self) -> str:
        entry = self.table[self.name]
        return entry if isinstance(entry, str) else f"write {entry[1]}"
