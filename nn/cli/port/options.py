"""Options and calls that change no number here, taken out of the text."""

from __future__ import annotations

import ast
from collections.abc import Collection

from nn.cli.port import rules
from nn.cli.port.imports import Imports
from nn.cli.port.source import Source

MACHINES = ("cpu", "cuda", "mps", "xpu")


def leave_out(
    source: Source, node: ast.Call, names: Collection[str], place: int | None = None
) -> ast.Call:
    """Take options out of a call where the text allows it; return the call without them.

    ``place`` is that of an option which may be given by its place, as the last argument.
    """
    gone: list[ast.expr | ast.keyword] = [k for k in node.keywords if k.arg in names]
    if place is not None and len(node.args) == place + 1 and _is_flag(node.args[place]):
        gone.append(node.args[place])
    gone = [part for part in gone if cut(source, node, part)]
    args = [arg for arg in node.args if arg not in gone]
    new = ast.Call(node.func, args, [k for k in node.keywords if k not in gone])
    return ast.copy_location(new, node)


def _is_flag(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def cut(source: Source, node: ast.Call, part: ast.expr | ast.keyword) -> bool:
    """Take away an argument of a call and the comma before it, if it is plain; return whether."""
    start, end = source.start(part), source.end(part)
    before, after = source.text[:start].rstrip(), source.text[end:].lstrip()
    value = part.value if isinstance(part, ast.keyword) else part
    if not isinstance(value, ast.Constant | ast.Name | ast.Attribute):
        return False
    if after[:1] not in (",", ")"):
        return False
    if before.endswith(","):
        source.replace(len(before) - 1, end, "")
        return True
    # Not a parenthesis of the argument itself.
    opens = (
        before.endswith("(") and not source.text[source.end(node.func) : len(before) - 1].strip()
    )
    if opens and after[:1] == ")":
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


def is_in_place(node: ast.Call, path: str) -> bool:
    """Return whether a function of PyTorch's changes its argument."""
    place = rules.INPLACE.get(path) if path.startswith(f"{rules.F}.") else None
    given = [k.value for k in node.keywords if k.arg == "inplace"]
    given += node.args[place:] if place is not None else []
    return path.startswith("torch.") and any(getattr(v, "value", True) is not False for v in given)
