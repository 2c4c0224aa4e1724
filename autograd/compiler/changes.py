"""What a function changes of what it can reach, by the name that its code has for it."""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType, MethodType
from typing import Any

from autograd.compiler.references import Rows


def name_of(holder: Any, key: Any, rows: Rows, alive: list[Any]) -> str:
    """Return what a function calls the thing that a holder has at a key; None is the holder.

    Parameters
    ----------
    holder : dict, list, cell or object
    key : str, int or None
    rows : list of (holder, key, object)
        What the function can reach.
    alive : list
        The objects among it, which have functions and methods.

    Examples
    --------
    >>> from autograd.compiler.changes import name_of
    >>> options, space = {}, {}
    >>> name_of(options, "rate", [(space, "options", options)], [])
    "options['rate']"
    """
    if key == "cell_contents":
        return next(_variables(holder, alive), "a variable")
    owner = next((x for x in alive if getattr(x, "__dict__", None) is holder), None)
    if isinstance(owner, FunctionType) or any(
        isinstance(f, FunctionType) and f.__globals__ is holder for f in alive
    ):
        return str(key)
    if owner is not None:
        return f"{_thing(owner, rows, alive)}.{key}" if key else _thing(owner, rows, alive)
    if isinstance(holder, (dict, list)):
        name = _thing(holder, rows, alive)
        return name if key is None else f"{name}[{key!r}]"
    return f"{_thing(holder, rows, alive)}.{key}" if key else _thing(holder, rows, alive)


def _thing(thing: Any, rows: Rows, alive: list[Any]) -> str:
    if any(isinstance(m, MethodType) and m.__self__ is thing for m in alive):
        return "self"
    for holder, key, value in rows:
        if value is thing and holder is not thing:
            return name_of(holder, key, rows, alive) if key == "cell_contents" else str(key)
    return "self" if hasattr(thing, "__dict__") else f"a {type(thing).__name__}"


def _variables(cell: Any, alive: list[Any]) -> Iterator[str]:
    for f in alive:
        if isinstance(f, FunctionType):
            closure = zip(f.__code__.co_freevars, f.__closure__ or (), strict=True)
            yield from (name for name, known in closure if known is cell)
