"""The tree of a network: parts have names, and the names on the way to a part are its path.

A network is a tree, and each part has a path in it, such as ``encoder.0``.  Two things are not as
in a tree: a part may stand in two places, and a part may know its owner.  So a walk takes every
part once, by the first path that leads to it; only `places` has a part in two places twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
Children = Callable[[T], Iterable[tuple[str, T]]]


def join(path: str, name: str) -> str:
    """Return the path of a part.

    Examples
    --------
    >>> from nn.module.tree import join
    >>> join("encoder", "0"), join("", "encoder")
    ('encoder.0', 'encoder')
    """
    return f"{path}.{name}" if path and name else path or name


def walk(
    root: T, path: str, children: Children[T], skips: Callable[[T], bool] = lambda part: False
) -> Iterator[tuple[str, T]]:
    """Yield a part and all inside it, each once, an owner before its parts.

    Examples
    --------
    >>> from nn.module.tree import walk
    >>> tree = {"": [("a", "A"), ("b", "B")], "A": [("c", "C")], "B": [("c", "C")], "C": []}
    >>> list(walk("", "", tree.get))
    [('', ''), ('a', 'A'), ('a.c', 'C'), ('b', 'B')]
    """
    seen: set[int] = set()
    waiting = [(path, root)]
    while waiting:
        path, part = waiting.pop()
        if id(part) not in seen and not skips(part):
            seen.add(id(part))
            yield path, part
            inside = [(join(path, name), child) for name, child in children(part)]
            waiting += reversed(inside)


def places(root: T, children: Children[T]) -> Iterator[tuple[str, T]]:
    """Yield every place in the tree; a part in two places comes twice.

    Examples
    --------
    >>> from nn.module.tree import places
    >>> tree = {"": [("a", "A"), ("b", "B")], "A": [("c", "C")], "B": [("c", "C")], "C": []}
    >>> [path for path, _ in places("", tree.get)]
    ['', 'a', 'a.c', 'b', 'b.c']
    """
    waiting: list[tuple[str, T, tuple[T, ...]]] = [("", root, ())]
    while waiting:
        path, part, owners = waiting.pop()
        yield path, part
        owners = (*owners, part)
        inside = [
            (join(path, name), child, owners)
            for name, child in children(part)
            if all(child is not owner for owner in owners)  # a part may hold its owner
        ]
        waiting += reversed(inside)
