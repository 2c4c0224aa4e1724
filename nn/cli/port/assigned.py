"""Names that only values of one kind are assigned to, anywhere in a program."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from nn.cli.port import rules
from nn.cli.port.bindings import assigned_name
from nn.cli.port.fitting import NETWORKS
from nn.cli.port.imports import Imports

# Layers whose results are tuples.
TUPLES = {"RNN", "LSTM", "GRU", "LSTMCell", "MultiheadAttention"}


def called(value: ast.expr, imports: Imports) -> str | None:
    """Return what is called where a value is the result of a call."""
    return imports.path(value.func) if isinstance(value, ast.Call) else None


def is_layer(path: str | None) -> bool:
    """Return whether a call makes a module of PyTorch whose result is a tensor."""
    module, _, name = (path or "").rpartition(".")
    kind = getattr(NETWORKS, name, None) if module == "torch.nn" and name not in TUPLES else None
    return isinstance(kind, type) and issubclass(kind, NETWORKS.Module)


def is_array(node: ast.AST, imports: Imports) -> bool:
    """Return whether an expression surely is not a tensor: of NumPy, of a module, or a text."""
    if isinstance(node, ast.Call):
        path = imports.path(node.func)
        method = isinstance(node.func, ast.Attribute) and node.func.attr in rules.NO_TENSORS
        return method or (path is not None and path.startswith("numpy."))
    return isinstance(node, ast.Constant | ast.JoinedStr) or imports.path(node) is not None


def layers(tree: ast.Module, imports: Imports) -> set[str]:
    """Return the names that only modules of PyTorch are assigned to."""
    return only_assigned(tree, lambda value: is_layer(called(value, imports)))


def of_loops(tree: ast.Module, loaders: set[str]) -> Iterator[ast.Name]:
    """Yield the names that loops bind to the batches of a loader."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.For):
            continue
        source, target = node.iter, node.target
        if isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.args:
            if source.func.id == "enumerate":
                target = target.elts[-1] if isinstance(target, ast.Tuple) else ast.Tuple([])
            source = source.args[0] if source.func.id in ("enumerate", "tqdm") else source
        if isinstance(source, ast.Name) and source.id in loaders:
            parts = target.elts if isinstance(target, ast.Tuple) else []
            yield from (part for part in parts if isinstance(part, ast.Name))


def attributes(tree: ast.Module, fits: Callable[[ast.expr], bool]) -> set[str]:
    """Return the names of attributes that only such values are assigned to."""
    values: dict[str, list[ast.expr]] = {}
    targets: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(target := node.targets[0], ast.Attribute):
            values.setdefault(target.attr, []).append(node.value)
            targets.add(target)
    for node in ast.walk(tree):  # bound in another way
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and node not in targets
        ):
            values.pop(node.attr, None)
    return {name for name, given in values.items() if all(map(fits, given))}


def only_assigned(tree: ast.Module, fits: Callable[[ast.expr], bool]) -> set[str]:
    """Return the names that only such values are assigned to, anywhere in a program."""
    found: dict[str, bool] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and (name := assigned_name(node)):
            found[name] = found.get(name, True) and fits(node.value)
    values = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and assigned_name(n)]
    assigned = {id(n.targets[0]) for n in values}
    for node in ast.walk(tree):  # bound in another way
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found[node.id] = found.get(node.id, False) and id(node) in assigned
        elif isinstance(node, ast.arg):
            found[node.arg] = False
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = False
    return {name for name, sure in found.items() if sure}


def leaves(tree: ast.Module) -> set[str]:
    """Return the names that values made with ``requires_grad`` are assigned to."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if any(keyword.arg == "requires_grad" for keyword in node.value.keywords)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
