"""Which object refers to which, and whether all of these references are still the same.

They are noted as ``(dict, key) -> object`` or ``(object, name) -> object``.  A check compares the
objects by identity, in one loop of C, and takes a few microseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import getitem, is_
from typing import Any

# Who refers to an object, by which key or name, and the object.
Rows = list[tuple[Any, Any, Any]]
GONE = (LookupError, AttributeError, ValueError)  # where something is not there any more


class References:
    """References as they are now: items, attributes, lengths, and contents that are copied.

    Examples
    --------
    >>> from autograd.compiler.references import References
    >>> options, references = {"rate": 0.5}, References()
    >>> references.add_item(options, "rate")
    0.5
    >>> options["rate"] = 0.25
    >>> references.unchanged()
    False
    """

    def __init__(self) -> None:
        # Lists of their own and not rows, as `map` takes them.
        self._holders: list[Any] = []
        self._keys: list[Any] = []
        self._held: list[Any] = []
        self._objects: list[Any] = []
        self._names: list[str] = []
        self._values: list[Any] = []
        self._sized: list[Any] = []
        self._lengths: list[int] = []
        self._copies: list[tuple[Callable[[], Any], Any]] = []

    def __len__(self) -> int:
        return len(self._holders) + len(self._objects) + len(self._sized) + len(self._copies)

    def add_item(self, holder: Any, key: Any) -> Any:
        """Note, and return, ``holder[key]``."""
        value = holder[key]
        self._holders.append(holder)
        self._keys.append(key)
        self._held.append(value)
        return value

    def add_attribute(self, thing: Any, name: str) -> Any:
        """Note, and return, an attribute, or what a cell contains."""
        value = getattr(thing, name)
        self._objects.append(thing)
        self._names.append(name)
        self._values.append(value)
        return value

    def add_length(self, container: Any) -> None:
        """Note how many items a container has."""
        self._sized.append(container)
        self._lengths.append(len(container))

    def add_content(self, read: Callable[[], Any]) -> Any:
        """Note, and return, what ``read()`` returns, which is compared by its value."""
        content = read()
        self._copies.append((read, content))
        return content

    def unchanged(self) -> bool:
        """Return whether everything is still the same object, and has the same content."""
        try:
            return (
                all(map(is_, map(getitem, self._holders, self._keys), self._held))
                and all(map(is_, map(getattr, self._objects, self._names), self._values))
                and list(map(len, self._sized)) == self._lengths
                and all(read() == then for read, then in self._copies)
            )
        except GONE:
            return False

    def tests(self, bind: Callable[[Any], str]) -> list[str]:
        """Write `unchanged` as Python, which is faster for few objects: what must not be true."""
        held, named = self._items(), self._attributes()
        return [
            *(f"{bind(x)}[{_key(key, bind)}] is not {bind(value)}" for x, key, value in held),
            *(f"{bind(thing)}.{name} is not {bind(value)}" for thing, name, value in named),
            *(f"len({bind(x)}) != {n}" for x, n in zip(self._sized, self._lengths, strict=True)),
            *(f"{bind(read)}() != {bind(then)}" for read, then in self._copies),
        ]

    def rows(self) -> Rows:
        """Return who refers to what."""
        return self._items() + self._attributes()

    def changed(self) -> list[tuple[Any, Any]]:
        """Return who refers to something else now, by which key; None where a length changed."""
        sized = zip(self._sized, self._lengths, strict=True)
        return [
            *((x, k) for x, k, value in self._items() if _now(getitem, x, k) is not value),
            *((x, k) for x, k, value in self._attributes() if _now(getattr, x, k) is not value),
            *((x, None) for x, n in sized if len(x) != n),
        ]

    def _items(self) -> Rows:
        return list(zip(self._holders, self._keys, self._held, strict=True))

    def _attributes(self) -> Rows:
        return list(zip(self._objects, self._names, self._values, strict=True))


def _key(key: Any, bind: Callable[[Any], str]) -> str:
    """Return a key as Python writes it, if it does."""
    return repr(key) if type(key) in (int, str) else bind(key)


def _now(get: Callable[[Any, Any], Any], holder: Any, key: Any) -> Any:
    try:
        return get(holder, key)
    except GONE:
        return GONE
