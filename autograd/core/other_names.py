"""Names of other libraries: what an error says where there is no such name here.

A table has an entry for each name that an owner, a class or a module, does not have:

- a pair, the call in the other library and the code here that gives the same;
- a text, where no line of code does.

The pages of the documentation are made from these tables, and a test runs both sides of every pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from autograd.core.messages import one_line, suggestion

Entry: TypeAlias = str | tuple[str, str]
Table: TypeAlias = Mapping[str, Entry]


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
        return "" if name.startswith("_") else suggestion(name, public)
    return f"; {entry}" if isinstance(entry, str) else f"; for {entry[0]} write {entry[1]}"


def missing(owner: str, name: str, table: Table, known: Iterable[str] = ()) -> AttributeError:
    """Return the error of a name that an owner, such as ``module 'nn'``, does not have.

    It carries no object, since Python would add a second suggestion.
    """
    text = f"{owner} has no attribute {one_line(name)}{remedy(name, table, known)}"
    return AttributeError(text, name=name)
