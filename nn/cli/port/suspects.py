"""What is said of a value that may be a tensor, or may not: nothing of it is rewritten.

Many methods of tensors are known by their names.  Others are methods of arrays, lists or strings,
too; they are recognised by their arguments, which only a tensor's method takes, or listed where
PyTorch's method means something else than an array's.
"""

from __future__ import annotations

import ast
from typing import Any

from nn.cli.port import advice
from nn.cli.port.tensors import Tensors

IF_TENSOR = "if it is a tensor: "
PLACES = (
    "along an axis write {0}(axis=...) for the values, and {1}(axis=...) for their places; "
    "PyTorch gives both"
)
DDOF = "PyTorch's divides by n - 1; write ddof=1 for the same"
NEVER_CHANGE = "tensors never change; write t = t.at[i].set(v), or t.at[i].add(v)"
FOR_ITS_NUMBER = "a tensor that requires a gradient is not a number; write t.item()"

# Methods of arrays, too, that mean something else, or take other arguments: what to write.
ALIKE = {
    "argsort": "argsort() orders along the last axis; write axis= for dim=",
    "flatten": "write x.reshape(len(x), -1) to keep the first axis",
    "max": PLACES.format("t.max", "t.argmax"),
    "min": PLACES.format("t.min", "t.argmin"),
    "repeat": "write ag.tile(t, (2, 1)) for copies of the whole; t.repeat repeats each element",
    "size": "write t.shape, and t.shape[0] for t.size(0)",
    "sort": PLACES.format("ag.sort", "ag.argsort"),
    "std": DDOF,
    "transpose": "write t.swapaxes(0, 1) to exchange two axes",
    "var": DDOF,
}
# Those without arguments that no other value has.
DTYPES = {"bool", "double", "float", "half", "int", "long", "t"}


def of_call(node: ast.Call, func: ast.Attribute, tensors: Tensors) -> str:
    """Return what is said of the call of a method; "" if that of nothing else than a tensor's is.

    Examples
    --------
    >>> import ast
    >>> from nn.cli.port.imports import Imports
    >>> from nn.cli.port.suspects import of_call
    >>> from nn.cli.port.tensors import Tensors
    >>> for text in ("x.size(0)", "x.max()", "names.sort(key=len)"):
    ...     tree = ast.parse(text)
    ...     call = tree.body[0].value
    ...     of_call(call, call.func, Tensors(tree, Imports()))[:27]
    'if it is a tensor: write t.'
    ''
    ''
    """
    name, count = func.attr, len(node.args) + len(node.keywords)
    if tensors.sure_not(func.value):
        return ""
    if name in DTYPES and not count:
        return IF_TENSOR + advice.for_method(name)
    if name in ALIKE and _is_foreign_to_arrays(name, node):
        return IF_TENSOR + ALIKE[name]
    if name == "type" and count == 1:
        return IF_TENSOR + advice.for_method(name)
    return ""


def _is_foreign_to_arrays(name: str, node: ast.Call) -> bool:
    """Return whether the arguments are those of PyTorch's method, or mean something else there."""
    keywords = {keyword.arg for keyword in node.keywords}
    if keywords & {"axis", "key", "reverse", "ddof", "kind"}:
        return False
    if name in ("size", "std", "var"):
        return True
    if name == "transpose":
        return len(node.args) == 2
    return bool(node.args) or bool(keywords & {"dim", "descending"})


def of_item(target: ast.expr) -> str:
    """Return what is said where elements are set by slices, several indices, or a comparison."""
    if not isinstance(target, ast.Subscript) or getattr(target.value, "attr", "") in (
        "data",
        "grad",
    ):
        return ""
    several = isinstance(target.slice, ast.Tuple | ast.Slice | ast.Compare)
    return IF_TENSOR + NEVER_CHANGE if several else ""


def of_number(node: ast.expr, sure: Any) -> str:
    """Return what is said where a number is made of a tensor, by `float`, `int` or ``%``."""
    return FOR_ITS_NUMBER if sure(node) or "loss" in _last(node) else ""


def _last(node: ast.expr) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")
