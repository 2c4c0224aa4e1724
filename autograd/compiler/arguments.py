"""The arguments of a compiled function: which program they belong to, and what they hold.

`key_of` says what two calls must have in common to share a program: the structure of the arguments,
shapes and dtypes, and whatever is not numbers.  `Matcher` writes rows that compare a call with one
key and take the numbers out, as fast as Python can.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from autograd.core.tensor import Tensor, raw
from autograd.core.values import as_value, is_weak
from autograd.ir.capture import is_array

CONTENT = (int, bool, str, bytes, type(None), slice)


def key_of(tree: Any) -> Hashable:
    """Return what calls have in common that share a program.

    Examples
    --------
    >>> from autograd.compiler.arguments import key_of
    >>> key_of([2.0, {"n": 3}]) == key_of([5.0, {"n": 3}]), key_of(2) == key_of(3)
    (True, False)
    """
    if isinstance(tree, dict):
        return type(tree), tuple((key, key_of(branch)) for key, branch in tree.items())
    if isinstance(tree, (tuple, list)):
        return type(tree), tuple(map(key_of, tree))
    if isinstance(tree, Tensor):
        return Tensor, tree.shape, tree.dtype, tree.requires_grad
    if isinstance(tree, float) and is_weak(tree):
        return float
    if is_array(tree):
        value = as_value(tree, "compile")
        return np.ndarray, value.shape, value.dtype
    if type(tree) in CONTENT:
        return type(tree), repr(tree) if isinstance(tree, slice) else tree
    return id(tree)


def value_of(x: Any) -> Any:
    """Return the numbers of an argument."""
    if isinstance(x, float) and is_weak(x):
        return float(x)
    return as_value(raw(x), "compile")


class Matcher:
    """Writes rows that compare the arguments of a call, one for each thing that must be the same.

    Where they return ``MISSED``, the key may still be the same; then the call takes longer.

    Parameters
    ----------
    bind : callable
        Gives a name to a value.

    Attributes
    ----------
    rows : list of str
    found : list of str
        What the numbers are called.
    """

    def __init__(self, bind: Callable[[Any], str]) -> None:
        self._bind = bind
        self.rows: list[str] = []
        self.found: list[str] = []

    def visit(self, name: str, tree: Any) -> None:
        """Write the rows for a part of the arguments that has a name in the source."""
        if isinstance(tree, (dict, list)) and type(tree) not in (dict, list):
            self._refuse("True")  # its own indexing may give something else
        elif isinstance(tree, (dict, tuple, list)):
            kind = self._bind(type(tree))
            self._refuse(f"type({name}) is not {kind} or len({name}) != {len(tree)}")
            if isinstance(tree, dict) and tree:
                self._refuse(f"list({name}) != {self._bind(list(tree))}")
            for key in tree if isinstance(tree, dict) else range(len(tree)):
                part = f"p{len(self.rows)}"
                place = repr(key) if type(key) in (int, str) else self._bind(key)
                self.rows.append(f"{part} = {name}[{place}]")
                self.visit(part, tree[key])
        elif isinstance(tree, Tensor):
            self._refuse(f"type({name}) is not {self._bind(type(tree))}")
            self._refuse(f"{name}._requires_grad is not {tree.requires_grad}")
            part = f"p{len(self.rows)}"
            self.rows.append(f"{part} = {name}._value")
            self._array(part, raw(tree))
        elif isinstance(tree, float) and is_weak(tree):
            self._refuse(f"type({name}) is not {self._bind(float)}")
            self.found.append(name)
        elif type(tree) is np.ndarray and not tree.ndim:
            self._array(name, tree)
            self.found[-1] = f"{name}[()]"
        elif is_array(tree):
            self._array(name, as_value(tree, "compile"))
        elif type(tree) in CONTENT and not isinstance(tree, slice):
            self._refuse(f"type({name}) is not {self._bind(type(tree))}")
            self._refuse(f"{name} != {self._bind(tree)}")
        else:
            self._refuse(f"{name} is not {self._bind(tree)}")

    def _array(self, name: str, value: Any) -> None:
        self._refuse(f"type({name}) is not {self._bind(type(value))}")
        if type(value) is np.ndarray:
            shape, dtype = self._bind(value.shape), self._bind(value.dtype)
            self._refuse(f"{name}.shape != {shape} or {name}.dtype is not {dtype}")
        self.found.append(name)

    def _refuse(self, test: str) -> None:
        self.rows.append(f"if {test}: return MISSED")
