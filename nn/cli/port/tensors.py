"""Which expressions of a program are surely tensors.

A result of a tensor's function is one, and so is a sum with one in it; so are what a module's
``forward`` is given, and what a loader gives to a loop.  A name is one if everything that is
assigned to it is, or if what was assigned last, in the same run of statements, is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence

from nn.cli.port import rules
from nn.cli.port.fitting import NETWORKS
from nn.cli.port.imports import Imports

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
SCOPES = FUNCTIONS | COMPREHENSIONS | ast.ClassDef
# Layers whose results are tuples.
TUPLES = {"RNN", "LSTM", "GRU", "LSTMCell", "MultiheadAttention"}
METHODS = {
    *(rules.RENAMED | rules.AS_FUNCTIONS | rules.UNCHANGED).keys() - rules.NO_TENSORS,
    *{name for name, text in rules.WITHOUT_ARGUMENTS.items() if text not in (".ndim", ".size")},
    *rules.REDUCTIONS,
    *("transpose", "clone", "repeat", "expand", "to", "std", "var", "view_as", "expand_as"),
    *("masked_fill", "gather", "flip", "roll", "type_as"),
}
LOADER = "torch.utils.data.DataLoader"

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
        self._layers = _layers(tree, imports)
        self._parts = _attributes(tree, lambda value: _is_layer(_called(value, imports)))
        self._parameters = _attributes(
            tree, lambda value: _called(value, imports) == "torch.nn.Parameter"
        )
        self._inputs: dict[ast.arg, ast.expr] = {}
        self.loaders = only_assigned(tree, lambda value: _called(value, imports) == LOADER)
        self._arrays = only_assigned(tree, lambda value: _is_array(value, imports))
        self.of_callers: set[ast.AST] = set()  # targets of += that are arguments
        self._given = set(_of_loops(tree, self.loaders))  # names that are bound to tensors
        shared = [n for n in ast.walk(tree) if isinstance(n, ast.Global | ast.Nonlocal)]
        self._shared = {name for node in shared for name in node.names}
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

    def sure_not(self, node: ast.AST) -> bool:
        """Return whether an expression surely is no tensor: of NumPy, of a module, or a text."""
        named = isinstance(node, ast.Name) and node.id in self._arrays
        return named or _is_array(node, self.imports)

    def is_data_of_loader(self, node: ast.AST) -> bool:
        """Return whether it is ``loader.dataset``."""
        owner = getattr(node, "value", None)
        name = getattr(owner, "id", "") or getattr(owner, "attr", "")
        return getattr(node, "attr", "") == "dataset" and (name in self.loaders or "loader" in name)

    def _call(self, node: ast.Call, names: frozenset[str] | None) -> bool:
        path = self.imports.path(node.func)
        if path is not None:
            return rules.gives_tensor(path) and not _pair(path, node)
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
            for name, value in _bindings(statement):
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
            bound = {name for name, _ in _bindings(statement)}
            inner = [part for part in _blocks(statement) if part]
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
            for arg in _arguments(node.args):
                known = arg.annotation if self._annotates(arg.annotation) else None
                given[arg.arg] = [self._inputs.get(arg, known)]
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
        for node in _own(statement):
            if isinstance(node, ast.Name) and node.id in names:
                self._known.add(node)


def _is_array(node: ast.AST, imports: Imports) -> bool:
    if isinstance(node, ast.Call):
        path = imports.path(node.func)
        method = isinstance(node.func, ast.Attribute) and node.func.attr in rules.NO_TENSORS
        return method or (path is not None and path.startswith("numpy."))
    return isinstance(node, ast.Constant | ast.JoinedStr) or imports.path(node) is not None


def _called(value: ast.expr, imports: Imports) -> str | None:
    """Return what is called where a value is the result of a call."""
    return imports.path(value.func) if isinstance(value, ast.Call) else None


def _layers(tree: ast.Module, imports: Imports) -> set[str]:
    """Return the names that only modules of PyTorch are assigned to."""
    return only_assigned(tree, lambda value: _is_layer(_called(value, imports)))


def _of_loops(tree: ast.Module, loaders: set[str]) -> Iterator[ast.Name]:
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


def _attributes(tree: ast.Module, fits: Callable[[ast.expr], bool]) -> set[str]:
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
        if isinstance(node, ast.Assign) and (name := _simple(node)):
            found[name] = found.get(name, True) and fits(node.value)
    values = [n for n in ast.walk(tree) if isinstance(n, ast.Assign) and _simple(n)]
    assigned = {id(n.targets[0]) for n in values}
    for node in ast.walk(tree):  # bound in another way
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found[node.id] = found.get(node.id, False) and id(node) in assigned
        elif isinstance(node, ast.arg):
            found[node.arg] = False
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = False
    return {name for name, sure in found.items() if sure}


def _is_layer(path: str | None) -> bool:
    module, _, name = (path or "").rpartition(".")
    kind = getattr(NETWORKS, name, None) if module == "torch.nn" and name not in TUPLES else None
    return isinstance(kind, type) and issubclass(kind, NETWORKS.Module)


def _simple(node: ast.stmt) -> str | None:
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


def _assigned(node: ast.stmt) -> ast.expr | None:
    return node.value if isinstance(node, ast.Assign) and _simple(node) else None


def _pair(name: str, node: ast.Call, first: int = 1) -> bool:
    """Return whether max or min returns indices, too, as they do along an axis."""
    many = len(node.args) + len(node.keywords) > first
    return name.rpartition(".")[2] in ("max", "min", "norm", "squeeze", "flatten") and many


def _bindings(statement: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names that a statement binds in its scope, and what is assigned, if known."""
    if isinstance(statement, ast.stmt) and (name := _simple(statement)):
        value = statement.value  # type: ignore[attr-defined]
        yield name, value
        yield from _inner_bindings(value)
    elif isinstance(statement, ast.Assign) and (pairs := _pairs(statement)):
        for target, value in pairs:
            yield target.id, value
            yield from _inner_bindings(value)
    elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        left = ast.Name(statement.target.id, ast.Load())
        yield statement.target.id, ast.BinOp(left, statement.op, statement.value)
        yield from _inner_bindings(statement.value)
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id, statement.annotation
    else:
        yield from _inner_bindings(statement)


def _inner_bindings(node: ast.AST) -> Iterator[tuple[str, ast.expr | None]]:
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
            yield from _bindings(child)


def _blocks(statement: ast.stmt) -> Iterator[Sequence[ast.stmt]]:
    """Yield the statements inside a statement of the same scope."""
    if isinstance(statement, FUNCTIONS | ast.ClassDef):
        return
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for part in (*getattr(statement, "handlers", []), *getattr(statement, "cases", [])):
        yield part.body


def _own(statement: ast.AST) -> Iterator[ast.AST]:
    """Yield the expressions of a statement, but not those of statements and scopes inside."""
    for child in ast.iter_child_nodes(statement):
        if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case | SCOPES):
            yield child
            yield from _own(child)


def _arguments(given: ast.arguments) -> list[ast.arg]:
    more = [arg for arg in (given.vararg, given.kwarg) if arg is not None]
    for arg in more:
        arg.annotation = None  # of the elements, not of the tuple
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *more]
