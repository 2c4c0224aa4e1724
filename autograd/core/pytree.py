"""Nested tuples, lists and dicts of values, taken apart and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def flatten(tree: Any) -> tuple[list[Any], Callable[[Iterable[Any]], Any]]:
    """Return the leaves of a nested structure, and how to put others in their place.

    Parameters
    ----------
    tree : nested tuples (also named ones), lists and dicts; anything else is a leaf

    Returns
    -------
    leaves : list
    rebuild : callable
        ``rebuild(leaves)`` is a structure like ``tree``.

    Examples
    --------
    >>> from autograd.core.pytree import flatten
    >>> leaves, rebuild = flatten({"w": [1, 2], "b": 3})
    >>> leaves
    [1, 2, 3]
    >>> rebuild(x * 10 for x in leaves)
    {'w': [10, 20], 'b': 30}
    """
    leaves: list[Any] = []
    _collect(tree, leaves)
    return leaves, lambda values: _build(tree, iter(values))


def _collect(tree: Any, leaves: list[Any]) -> None:
    if isinstance(tree, dict):
        tree = tree.values()
    elif not isinstance(tree, (tuple, list)):
        leaves.append(tree)
        return
    for branch in tree:
        _collect(branch, leaves)


def _build(tree: Any, values: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _build(branch, values) for key, branch in tree.items()}
    if isinstance(tree, list):
        return [_build(branch, values) for branch in tree]
    if isinstance(tree, tuple):
        branches = [_build(branch, values) for branch in tree]
        return type(tree)(*branches) if hasattr(tree, "_fields") else tuple(branches)
    return next(values)
