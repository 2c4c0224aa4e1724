"""Which expressions of a program are surely tensors.

A result of a tensor's function is one, and so is a sum with one in it; so are what a module's
``forward`` is given, and what a loader gives to a loop.  A name is one if everything that is
assigned to it is, or if what was assigned last, in the same run of statements, is.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nn.cli.port import rules
from nn.cli.port.assigned import (
    attributes,
    called,
    is_array,
    is_layer,
    layers,
    of_loops,
    only_assigned,
)
from nn.cli.port.bindings import FUNCTIONS, arguments, assigned_name, blocks, bound_by, own_nodes
from nn.cli.port.imports import Imports
from nn.cli.port.results import Result, Results, of_classes

COMPARED = ast.Eq | ast.NotEq | ast.Lt | ast.LtE | ast.Gt | ast.GtE  # element by element
LOADER = "torch.utils.data.DataLoader"

METHODS = {
    *(rules.RENAMED | rules.AS_FUNCTIONS | rules.UNCHANGED).keys() - rules.NO_TENSORS,
    *{name for name, text in rules.WITHOUT_ARGUMENTS.items() if text not in (".ndim", ".size")},
    *rules.REDUCTIONS,
    *("transpose", "clone", "repeat", "expand", "to", "std", "var", "view_as", "expand_as"),
    *("masked_fill", "gather", "flip", "roll", "type_as"),
}

Bindings = dict[str, list[ast.expr | None]]  # None: something else than an expression


class Tensors:
    """What is known of the values of a program.

    Parameters
    ----------
    tree : ast.Module
    imports : Imports
    """

    def __init__(self, tree: ast.Module, imports: Imports) -> None:
        self.imports = imports
        self._known: set[ast.Name] = set()
        self._layers = layers(tree, imports)
        self._parts = attributes(tree, lambda value: is_layer(called(value, imports)))
        self._parameters = attributes(
            tree, lambda value: called(value, imports) == "torch.nn.Parameter"
        )
        self._inputs: dict[ast.arg, ast.expr] = {}
        self.loaders = only_assigned(tree, lambda value: called(value, imports) == LOADER)
        self._arrays = only_assigned(tree, lambda value: is_array(value, imports))
        self.of_callers: set[ast.AST] = set()  # targets of += that are arguments
        self._given = set(of_loops(tree, self.loaders))  # names that are bound to tensors
        shared = [n for n in ast.walk(tree) if isinstance(n, ast.Global | ast.Nonlocal)]
        self._shared = {name for node in shared for name in node.names}
        self._learn(tree, {})
        known: dict[str, Result] = {}
        while (found := of_classes(tree, imports, self.sure)) != known:
            known = found
            self._learn(tree, known)

    def _learn(self, tree: ast.Module, known: dict[str, Result]) -> None:
        """Go through the program with what is known of its modules."""
        self._results = Results(tree, self.imports, known)
        self._given |= set(self._results.unpacked(tree))
        self._scope(tree.body, {}, frozenset())

    def sure(self, node: ast.AST, names: frozenset[str] | None = None) -> bool:
        """Return whether an expression is surely a tensor, if these names are."""
        match node:
            case ast.Name():
                return node in self._known if names is None else node.id in names
            case ast.Call():
                return self._call(node, names)
            case ast.BinOp():
                return self.sure(node.left, names) or self.sure(node.right, names)
            case ast.Compare(ops=[op]) if isinstance(op, COMPARED):
                return self.sure(node.left, names) or self.sure(node.comparators[0], names)
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Invert()):
                return self.sure(node.operand, names)
            case ast.Subscript():
                return self.sure(node.value, names)
            case ast.Attribute(attr="T" | "mT"):
                return self.sure(node.value, names)
            case ast.Attribute(value=ast.Name()):
                return node.attr in self._parameters
            case ast.IfExp():
                return self.sure(node.body, names) and self.sure(node.orelse, names)
        return False

    def know(self, node: ast.AST, same: ast.AST) -> None:
        """Note the names of a copy of an expression that are tensors in the expression."""
        names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
        copies = [n for n in ast.walk(same) if isinstance(n, ast.Name)]
        self._known.update(b for a, b in zip(names, copies, strict=True) if a in self._known)

    def sure_not(self, node: ast.AST) -> bool:
        """Return whether an expression surely is not a tensor: of NumPy, of a module, or a text."""
        named = isinstance(node, ast.Name) and node.id in self._arrays
        return named or is_array(node, self.imports)

    def is_data_of_loader(self, node: ast.AST) -> bool:
        """Return whether it is ``loader.dataset``."""
        owner = getattr(node, "value", None)
        name = getattr(owner, "id", "") or getattr(owner, "attr", "")
        return getattr(node, "attr", "") == "dataset" and (name in self.loaders or "loader" in name)

    def _call(self, node: ast.Call, names: frozenset[str] | None) -> bool:
        path = self.imports.path(node.func)
        if path is not None:
            return rules.gives_tensor(path) and not _pair(path, node)
        if self._results.of(node) is True:
            return True
        if isinstance(node.func, ast.Name):
            return node.func.id in self._layers
        if isinstance(node.func, ast.Attribute) and node.func.attr in self._parts:
            return True
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            return self.sure(node.func.value, names) and not _pair(node.func.attr, node, 0)
        return False

    def _scope(self, body: Sequence[ast.stmt], given: Bindings, outside: frozenset[str]) -> None:
        """Go through a function, or the module; ``outside`` are the tensors around it."""
        bindings: Bindings = {name: list(values) for name, values in given.items()}
        for statement in body:
            for name, value in bound_by(statement):
                bindings.setdefault(name, []).append(value)
        names = (frozenset(bindings) | (outside - frozenset(bindings))) - self._shared
        while True:  # those whose values all are tensors, if the others are
            kept = frozenset(
                n
                for n in names
                if n not in bindings
                or all(v is not None and self._is(v, names) for v in bindings[n])
            )
            if kept == names:
                break
            names = kept
        at_first = {name for name, values in given.items() if all(map(self._is_given, values))}
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.AugAssign) and getattr(node.target, "id", "") in at_first:
                    self.of_callers.add(node.target)
        self._block(body, names | (at_first - self._shared), names)

    def _is(self, value: ast.expr, names: frozenset[str]) -> bool:
        if isinstance(value, ast.Name) and isinstance(value.ctx, ast.Store):
            return self._is_given(value)
        return self._annotates(value) or self.sure(value, names)

    def _is_given(self, value: ast.expr | None) -> bool:
        return value in self._given or self._annotates(value)

    def _annotates(self, node: ast.AST | None) -> bool:
        return node is not None and self.imports.path(node) == "torch.Tensor"

    def _block(
        self, body: Sequence[ast.stmt], names: frozenset[str], always: frozenset[str]
    ) -> None:
        """Go through statements, one after another."""
        for statement in body:
            bound = {name for name, _ in bound_by(statement)}
            inner = [part for part in blocks(statement) if part]
            if inner:  # what is bound inside may have been bound by a turn before
                names = names - (bound - always)
            self._mark(statement, names)
            for part in inner:
                self._block(part, names, always)
            if isinstance(statement, FUNCTIONS | ast.ClassDef):
                self._inside(statement, always)
            names = names - (bound - always)
            if (value := _assigned(statement)) is not None and self.sure(value):
                names = names | {statement.targets[0].id}  # type: ignore[attr-defined]

    def _inside(self, node: ast.AST, always: frozenset[str]) -> None:
        if isinstance(node, ast.ClassDef):
            module = any(self.imports.path(base) == "torch.nn.Module" for base in node.bases)
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name == "forward" and module:
                    self._forward(part)
                if isinstance(part, FUNCTIONS):
                    self._inside(part, always)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given: Bindings = {}
            for arg in arguments(node.args):
                known = arg.annotation if self._annotates(arg.annotation) else None
                given[arg.arg] = [self._inputs.get(arg, known)]
            for several in (node.args.vararg, node.args.kwarg):
                if several is not None:  # annotated by the kind of its elements
                    given[several.arg] = [None]
            self._scope(node.body, given, always)

    def _forward(self, node: ast.FunctionDef) -> None:
        """Note the inputs of a module: all arguments but the first, and those with a default."""
        args = node.args
        required = [*args.posonlyargs, *args.args]
        for arg in required[1 : len(required) - len(args.defaults)]:
            if arg.annotation is None:
                name = ast.Name(arg.arg, ast.Store())
                self._inputs[arg] = name
                self._given.add(name)

    def _mark(self, statement: ast.stmt, names: frozenset[str]) -> None:
        """Note the names in the expressions of a statement that are tensors."""
        for node in own_nodes(statement):
            if isinstance(node, ast.Name) and node.id in names:
                self._known.add(node)


def _assigned(node: ast.stmt) -> ast.expr | None:
    return node.value if isinstance(node, ast.Assign) and assigned_name(node) else None


def _pair(name: str, node: ast.Call, first: int = 1) -> bool:
    """Return whether max or min returns indices, too, as they do along an axis."""
    many = len(node.args) + len(node.keywords) > first
    return name.rpartition(".")[2] in ("max", "min", "norm", "squeeze", "flatten") and many
