"""Options and calls that change no number here, taken out of the text."""

from __future__ import annotations

import ast
from collections.abc import Collection

from nn.cli.port.imports import Imports
from nn.cli.port.source import Source

MACHINES = ("cpu", "cuda", "mps", "xpu")


def leave_out(source: Source, node: ast.Call, names: Collection[str]) -> ast.Call:
    """Take keywords out of a call where the text allows it; return the call without them."""
    gone = [keyword for keyword in node.keywords if keyword.arg in names]
    kept = [keyword for keyword in node.keywords if not (keyword in gone and _cut(source, keyword))]
    new = ast.Call(node.func, node.args, kept)
    return ast.copy_location(new, node)


def _cut(source: Source, keyword: ast.keyword) -> bool:
    """Take away a keyword and the comma before it, or the one behind."""
    start, end = source.start(keyword), source.end(keyword)
    before, after = source.text[:start].rstrip(), source.text[end:].lstrip()
    if not isinstance(keyword.value, ast.Constant | ast.Name | ast.Attribute):
        return False
    if after[:1] not in (",", ")"):
        return False
    if before.endswith(","):
        source.replace(len(before) - 1, end, "")
        return True
    if before.endswith("(") and after[:1] == ")":
        source.replace(start, end, "")
        return True
    return False


def is_device(node: ast.AST, imports: Imports) -> bool:
    """Return whether an expression says on which machine something is computed.

    Examples
    --------
    >>> import ast
    >>> from nn.cli.port.imports import Imports
    >>> from nn.cli.port.options import is_device
    >>> [is_device(ast.parse(t, mode="eval").body, Imports()) for t in ("device", "'cuda:0'", "x")]
    [True, True, False]
    """
    match node:
        case ast.Name(id="device") | ast.Attribute(attr="device"):
            return True
        case ast.Constant(value=str(text)):
            return text.partition(":")[0] in MACHINES
        case ast.Call():
            return imports.path(node.func) == "torch.device"
        case ast.IfExp():
            return is_device(node.body, imports) and is_device(node.orelse, imports)
    return False
