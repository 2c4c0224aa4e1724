"""What the modules of a program give: a tensor, or a tuple of which some parts are tensors.

Known are PyTorch's recurrent layers, and the classes of the program itself whose ``forward``
returns the same kind of result everywhere.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from nn.cli.port.assigned import attributes, called, only_assigned
from nn.cli.port.bindings import blocks
from nn.cli.port.imports import Imports

# Whether it is a tensor, or which parts of a tuple are.
Result: TypeAlias = bool | tuple[bool, ...]

RECURRENT: dict[str, Result] = {
    "torch.nn.RNN": (True, True),
    "torch.nn.GRU": (True, True),
    "torch.nn.LSTM": (True, False),
    "torch.nn.LSTMCell": (True, True),
    "torch.nn.MultiheadAttention": (True, False),  # None without weights
}
# Methods of a module that give the module.
THE_SAME = {"to", "cpu", "cuda", "train", "eval", "float", "double", "requires_grad_"}


def _maker(value: ast.expr, imports: Imports) -> str:
    """Return what a module is made by: ``Net`` of ``Net().to(device)``."""
    match value:
        case ast.Call(func=ast.Attribute(attr=name, value=inner)) if name in THE_SAME:
            return _maker(inner, imports)
        case ast.Call(func=ast.Name(id=name)):
            return called(value, imports) or name
    return called(value, imports) or ""


class Results:
    """The results of the modules that names and attributes of a program stand for."""

    def __init__(self, tree: ast.Module, imports: Imports, known: Mapping[str, Result]) -> None:
        self._names: dict[str, Result] = {}
        self._parts: dict[str, Result] = {}
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        made = {_maker(node, imports) for node in calls}
        for maker, result in (RECURRENT | dict(known)).items():
            if maker not in made:
                continue

            def fits(value: ast.expr, maker: str = maker) -> bool:
                return _maker(value, imports) == maker

            self._names |= dict.fromkeys(only_assigned(tree, fits), result)
            self._parts |= dict.fromkeys(attributes(tree, fits), result)

    def of(self, node: ast.AST) -> Result:
        """Return what a call gives, as far as it is known."""
        match node:
            case ast.Call(func=ast.Name(id=name)):
                return self._names.get(name, False)
            case ast.Call(func=ast.Attribute(attr=name)):
                return self._parts.get(name, False)
        return False

    def unpacked(self, tree: ast.Module) -> Iterator[ast.Name]:
        """Yield the names that are bound to tensors, as in ``out, _ = lstm(x)``."""
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
                names, parts = node.targets[0].elts, self.of(node.value)
                if isinstance(parts, tuple) and len(names) == len(parts):
                    pairs = zip(names, parts, strict=True)
                    yield from (n for n, sure in pairs if sure and isinstance(n, ast.Name))


def of_classes(
    tree: ast.Module, imports: Imports, sure: Callable[[ast.AST], bool]
) -> dict[str, Result]:
    """Return what the modules that a program defines give, where ``sure`` is a tensor."""
    nodes = list(ast.walk(tree))
    classes = [node for node in nodes if isinstance(node, ast.ClassDef)]
    counts = Counter(name for node in nodes for name in _names_bound(node))
    found: dict[str, Result] = {}
    for node in classes:
        module = any(imports.path(base) == "torch.nn.Module" for base in node.bases)
        if module and counts[node.name] == 1:
            found[node.name] = _of_forward(node, sure)
    return {name: result for name, result in found.items() if result}


def _names_bound(node: ast.AST) -> list[str]:
    """Return the names that a node may bind to a class, or to something else than that."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return [node.id]
    if isinstance(node, ast.alias):
        return [node.asname or node.name]
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    return [node.arg] if isinstance(node, ast.arg) else []


def _of_forward(node: ast.ClassDef, sure: Callable[[ast.AST], bool]) -> Result:
    named = [part for part in node.body if getattr(part, "name", "") in ("forward", "__call__")]
    forward = named[0] if len(named) == 1 else None
    if not isinstance(forward, ast.FunctionDef) or forward.decorator_list:
        return False
    if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(forward)):
        return False
    return _common([_of_value(value, sure) for value in _returned(forward.body)])


def _common(results: Sequence[Result]) -> Result:
    """Return what all results are; more is known of it where more is known of each."""
    tuples = [result for result in results if isinstance(result, tuple)]
    if len(tuples) < len(results):
        return not tuples and all(results)
    same = len({len(parts) for parts in tuples}) == 1
    return tuple(map(all, zip(*tuples, strict=True))) if same else False


def _of_value(value: ast.expr | None, sure: Callable[[ast.AST], bool]) -> Result:
    if isinstance(value, ast.Tuple):
        starred = any(isinstance(part, ast.Starred) for part in value.elts)
        return False if starred else tuple(sure(part) for part in value.elts)
    return value is not None and sure(value)


def _returned(body: Sequence[ast.stmt]) -> Iterator[ast.expr | None]:
    """Yield what the statements of a function return."""
    for statement in body:
        if isinstance(statement, ast.Return):
            yield statement.value
        for inner in blocks(statement):
            yield from _returned(inner)
