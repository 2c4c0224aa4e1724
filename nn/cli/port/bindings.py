"""What statements bind, and which statements and expressions they hold: the syntax alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
SCOPES = FUNCTIONS | COMPREHENSIONS | ast.ClassDef


def assigned_name(node: ast.stmt) -> str | None:
    """Return the name of an assignment to just one."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        return target.id if isinstance(target, ast.Name) else None
    return None


def _pairs(node: ast.Assign) -> list[tuple[ast.Name, ast.expr]]:
    """Return the names and values of ``x, y = a, b``; of all other assignments nothing."""
    target, value = node.targets[0], node.value
    if len(node.targets) > 1 or not (
        isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
    ):
        return []
    names = [part for part in target.elts if isinstance(part, ast.Name)]
    fit = len(names) == len(target.elts) == len(value.elts)
    starred = any(isinstance(part, ast.Starred) for part in value.elts)
    return list(zip(names, value.elts, strict=True)) if fit and not starred else []


def bound_by(statement: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names that a statement binds in its scope, and what is assigned, if known."""
    if isinstance(statement, ast.stmt) and (name := assigned_name(statement)):
        value = statement.value  # type: ignore[attr-defined]
        yield name, value
        yield from inner_bindings(value)
    elif isinstance(statement, ast.Assign) and (pairs := _pairs(statement)):
        for target, value in pairs:
            yield target.id, value
            yield from inner_bindings(value)
    elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        left = ast.Name(statement.target.id, ast.Load())
        yield statement.target.id, ast.BinOp(left, statement.op, statement.value)
        yield from inner_bindings(statement.value)
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id, statement.annotation
    else:
        yield from inner_bindings(statement)


def inner_bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names that are bound within a node, in the same scope."""
    if isinstance(node, FUNCTIONS | ast.ClassDef):
        if not isinstance(node, ast.Lambda):
            yield node.name, None
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id, node if isinstance(node.ctx, ast.Store) else None
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from ((name, None) for name in node.names)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((a.asname or a.name.partition(".")[0], None) for a in node.names)
    else:
        if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.name, None
        for child in ast.iter_child_nodes(node):
            yield from bound_by(child)


def blocks(statement: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    """Yield the statements inside a statement of the same scope."""
    if isinstance(statement, FUNCTIONS | ast.ClassDef):
        return
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for part in (*getattr(statement, "handlers", []), *getattr(statement, "cases", [])):
        yield part.body


def own_nodes(statement: ast.AST) -> Iterator[ast.AST]:
    """Yield the expressions of a statement, but not those of statements and scopes inside."""
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case | SCOPES):
            yield child
            yield from own_nodes(child)


def arguments(given: ast.arguments) -> list[ast.arg]:
    """Return the arguments of a function, but for those that collect several."""
    return [*given.posonlyargs, *given.args, *given.kwonlyargs]


def fields(node: ast.JoinedStr) -> Iterator[ast.expr]:
    """Yield the expressions of an f-string, those in formats included."""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            yield part.value
            if isinstance(part.format_spec, ast.JoinedStr):
                yield from fields(part.format_spec)
