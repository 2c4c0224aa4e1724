"""Nested tuples, lists and dicts of values, taken apart and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import copy
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
        tree = dict.values(tree)
    elif not isinstance(tree, (tuple, list)):
        leaves.append(tree)
        return
    for branch in tree:
        _collect(branch, leaves)


def _build(tree: Any, values: Any) -> Any:
    if isinstance(tree, dict):
        return like(tree, {key: _build(branch, values) for key, branch in dict.items(tree)})
    if isinstance(tree, list):
        return like(tree, [_build(branch, values) for branch in tree])
    if isinstance(tree, tuple):
        branches = [_build(branch, values) for branch in tree]
        return type(tree)(*branches) if hasattr(tree, "_fields") else tuple(branches)
    return next(values)


def like(tree: Any, new: Any) -> Any:
    """Return a dict or list of the class that another one is of, with the items of ``new``.

    Examples
    --------
    >>> from collections import OrderedDict
    >>> from autograd.core.pytree import like
    >>> type(like(OrderedDict(w=1), {"w": 2})).__name__
    'OrderedDict'
    """
    if type(tree) in (dict, list):
        return new
    made = copy(tree)
    if isinstance(tree, list):
        list.__setitem__(made, slice(None), new)
    else:
        for key, value in new.items():
            dict.__setitem__(made, key, value)
    return made
