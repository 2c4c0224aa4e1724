"""The imports of a program, rewritten when it is known what is needed."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from nn.cli.port import advice
from nn.cli.port.imports import Import, Imports, foreign_names, is_foreign, whole_paths
from nn.cli.port.source import Source

WRITTEN = {"np": "import numpy as np", "ag": "import autograd as ag", "nn": "import nn"}
UNUSED = "nothing uses it; remove it"
MODULES = {"np": "numpy", "ag": "autograd", "nn": "nn"}


def write(
    source: Source, imports: Imports, needed: Collection[str], names: Mapping[str, set[int]]
) -> list[tuple[Import, str]]:
    """Replace the imports of other libraries, but for those of ``names``, used in these lines.

    Those that stay are returned, each with what to write.
    """
    used = {node.id for node in ast.walk(source.tree) if isinstance(node, ast.Name)}
    stay = []
    for statement, _ in imports.statements:
        if why := _staying(statement, imports):
            bound = foreign_names(statement)  # none of import *
            stay.append((statement, UNUSED if bound and not bound & used else why))
    gone = [(s, top) for s, top in imports.statements if not _staying(s, imports)]
    there = {name for name in imports.at_the_top if imports.origins.get(name) == MODULES.get(name)}
    lines = [WRITTEN[name] for name in MODULES if name in set(needed) - there]
    tops = [statement for statement, top in gone if top]
    for statement, top in gone:
        first = statement is tops[0] if tops else True
        own = [line for alias in statement.names if (line := _line(statement, alias, names))]
        _replace(source, statement, [*(lines if first else ()), *own], top)
        if kept := set().union(*(names.get(name, ()) for name in foreign_names(statement))):
            stay.append((statement, _still_used(kept)))
    return stay


def _still_used(lines: set[int]) -> str:
    first = sorted(lines)[:5]
    more = f" and {len(lines) - 5} more" if len(lines) > 5 else ""
    numbers = ", ".join(map(str, first)) + more
    return f"still used on line{'s' * (len(lines) > 1)} {numbers}; remove it when nothing uses it"


def numpys(imports: Imports) -> set[str]:
    """Return the names of wrappers of NumPy that mean NumPy itself once they are rewritten."""
    return {
        alias.asname or alias.name
        for statement, _ in imports.statements
        for alias, path in zip(statement.names, whole_paths(statement), strict=True)
        if path.startswith(("jax.numpy", "autograd.numpy")) and _of_numpy(statement, alias)
    }


def _staying(node: Import, imports: Imports) -> str | None:
    """Return what to write for an import of which not every use is seen, or None if it goes."""
    if imports.is_shadowed(node):
        return "something else binds one of these names, too; rename that, and port once more"
    seen = ("torch", "jax", "autograd")
    for path in whole_paths(node):
        first = path.partition(".")[0]
        wrapped = first != "autograd" or path.startswith("autograd.numpy")
        if is_foreign(path) and (path.endswith("*") or first not in seen or not wrapped):
            return advice.for_name(path)
    return None


def _line(node: Import, alias: ast.alias, names: Collection[str]) -> str | None:
    """Return the import that keeps a name, if it has to be kept."""
    path = alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
    if not is_foreign(path) or (alias.asname or alias.name.partition(".")[0]) in names:
        kept = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
        return (
            f"import {kept}"
            if isinstance(node, ast.Import)
            else f"from {node.module} import {kept}"
        )
    wraps = path.startswith(("jax.numpy", "autograd.numpy"))
    return _of_numpy(node, alias) if wraps else None


def _of_numpy(node: Import, alias: ast.alias) -> str | None:
    """Return the import of NumPy for that of a wrapper; None for one of a function."""
    path = alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
    module = path.removeprefix("jax.").removeprefix("autograd.")
    if isinstance(node, ast.ImportFrom):
        return f"import numpy as {alias.asname or 'numpy'}" if module == "numpy" else None
    return f"import {module} as {alias.asname}" if alias.asname else None


def _replace(source: Source, node: ast.stmt, lines: list[str], top: bool) -> None:
    """Put lines in the place of a statement; without any, take its line away."""
    text, start, end = source.text, source.start(node), source.end(node)
    begin = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    behind = _line_end(text, end)
    indent, rest = text[begin:start], text[end:behind].strip()
    alone = not indent.strip() and (not rest or rest.startswith("#"))
    if not lines and top and alone:
        after = behind + (2 if text[behind : behind + 2] == "\r\n" else 1)
        stop = end + text[end:behind].index("#") if rest else min(after, len(text))
        source.replace(begin, stop, "")
    else:
        between = f"{source.newline}{indent}" if alone else "; "
        source.replace(start, end, between.join(dict.fromkeys(lines)) or "pass")


def _line_end(text: str, at: int) -> int:
    found = [i for i in (text.find("\n", at), text.find("\r", at)) if i >= 0]
    return min(found, default=len(text))
