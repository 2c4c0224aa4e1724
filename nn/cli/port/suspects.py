"""What is said of a value that may be a tensor, or may not: nothing of it is rewritten.

Many methods of tensors are known by their names.  Others are methods of arrays, lists or strings,
too; they are recognised by their arguments, which only a tensor's method takes, or listed where
PyTorch's method means something else than an array's.
"""

from __future__ import annotations

import ast
from typing import Any

from nn.cli.port import advice, by_arguments
from nn.cli.port.tensors import Tensors

IF_TENSOR = "if it is a tensor: "
NEVER_CHANGE = "tensors never change; write t = t.at[i].set(v), or t.at[i].add(v)"
FOR_ITS_NUMBER = "a tensor that requires a gradient is not a number; write t.item()"

# Methods without arguments that no other value has.
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
    if (name in DTYPES and not count) or (name == "type" and count == 1):
        return IF_TENSOR + advice.for_method(name)
    if not _is_foreign_to_arrays(name, node):
        return ""
    if text := by_arguments.for_call(name, node) or advice.ALIKE.get(name, ""):
        return IF_TENSOR + text
    return ""


def _is_foreign_to_arrays(name: str, node: ast.Call) -> bool:
    """Return whether the arguments are those of PyTorch's method, or mean something else there."""
    keywords = {keyword.arg for keyword in node.keywords}
    if keywords & {"axis", "key", "reverse", "ddof", "kind"}:
        return False
    if name in ("size", *by_arguments.SPREAD):
        return True
    if name == "backward":
        return bool(keywords & {"create_graph", "inputs", "gradient"})
    if name == "split":  # a text is split at a text
        sizes = node.args[0] if node.args else None
        several = isinstance(sizes, ast.List | ast.Tuple)
        return several or "dim" in keywords or by_arguments.is_literal(sizes, int)
    if name == "squeeze":  # an array's takes an axis, too
        return False
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
