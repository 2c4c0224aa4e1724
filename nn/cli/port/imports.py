"""What the names of a program mean: where they were imported from, if nothing else binds them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

Import: TypeAlias = ast.Import | ast.ImportFrom

# The libraries whose programs are read, by the first part of a module's name.
LIBRARIES = ("torch", "jax", "tensorflow", "keras", "torchvision")
# Parts of HIPS autograd, which has the name of this package.
HIPS = (
    *("autograd.numpy", "autograd.scipy", "autograd.misc", "autograd.test_util"),
    *("autograd.extend", "autograd.builtins", "autograd.differential_operators"),
)


def is_foreign(path: str) -> bool:
    """Return whether a dotted name is one of another library.

    Examples
    --------
    >>> from nn.cli.port.imports import is_foreign
    >>> is_foreign("torch.nn"), is_foreign("torchlike"), is_foreign("autograd.numpy.exp")
    (True, False, True)
    """
    return path.partition(".")[0] in LIBRARIES or path.startswith(HIPS)


@dataclass
class Imports:
    """The imports of a program.

    Attributes
    ----------
    origins : dict from str to str
        The names that an import binds, and nothing else, with what they mean.
    bound : set of str
        All names that something else than an import binds.
    statements : list of (statement, whether it is at the top of the module)
        The imports of other libraries.
    at_the_top : set of str
        The names that are bound by imports at the top of the module, which all of it can use.
    """

    origins: dict[str, str] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    statements: list[tuple[Import, bool]] = field(default_factory=list)
    at_the_top: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, tree: ast.Module) -> Imports:
        """Read them from a tree."""
        found = cls()
        for node in ast.walk(tree):
            if isinstance(node, Import):
                found._read(node, node in tree.body)
            else:
                found.bound.update(_bound_by(node))
        found._bind_what_stays()
        for name in found.bound:
            found.origins.pop(name, None)
        return found

    def _read(self, node: Import, at_the_top: bool) -> None:
        for name, path in _meanings(node):
            if at_the_top:
                self.at_the_top.add(name)
            if self.origins.setdefault(name, path) != path:
                self.bound.add(name)  # one name for two things
        if any(is_foreign(path) for path in whole_paths(node)):
            self.statements.append((node, at_the_top))

    def _bind_what_stays(self) -> None:
        """Let all names of an import mean nothing certain if one of them does not.

        Then the import stays, since names are left that need it.
        """
        before = None
        while before != len(self.bound):
            before = len(self.bound)
            for statement, _ in self.statements:
                if self.is_shadowed(statement):
                    self.bound.update(foreign_names(statement))

    def is_shadowed(self, node: Import) -> bool:
        """Return whether something else binds a name of another library that an import binds."""
        return not self.bound.isdisjoint(foreign_names(node))

    def path(self, node: ast.AST) -> str | None:
        """Return the dotted name that an expression means, such as ``torch.nn.Linear``."""
        if isinstance(node, ast.Name):
            return self.origins.get(node.id)
        if isinstance(node, ast.Attribute):
            base = self.path(node.value)
            return None if base is None else f"{base}.{node.attr}"
        return None


def _meanings(node: Import) -> Iterator[tuple[str, str]]:
    """Yield the names that an import binds, with the dotted names that they mean."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            if node.module and not node.level and alias.name != "*":
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            first = alias.name.partition(".")[0]
            yield first, first


def foreign_names(node: Import) -> set[str]:
    """Return the names of other libraries that an import binds."""
    return {name for name, path in _meanings(node) if is_foreign(path)}


def whole_paths(node: Import) -> list[str]:
    """Return the dotted name of everything that an import names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [] if node.level else [f"{node.module}.{alias.name}" for alias in node.names]


def _bound_by(node: ast.AST) -> Iterator[str]:
    """Yield the names that a node binds which is not an import."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest


def first_name(node: ast.expr) -> str:
    """Return the name that a dotted one begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
