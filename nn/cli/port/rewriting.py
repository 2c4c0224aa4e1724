"""The walk over a program that notes edits, and what is left to its author."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import autograd as ag
from nn.cli.port import advice, import_lines, rules
from nn.cli.port.fitting import exists, fits, lists_axes, misfit, only
from nn.cli.port.imports import Imports, is_foreign
from nn.cli.port.methods import Methods, keywords
from nn.cli.port.source import Source
from nn.cli.port.tensors import Tensors

NUMPYS = ("numpy", "jax.numpy", "autograd.numpy")
IN_PLACE = "a leaf is not changed in place; write p.data = p.data ... instead"


@dataclass(frozen=True, slots=True, order=True)
class Left:
    """Something that is left to the author of a program: where, its text, and what to write."""

    line: int
    text: str
    advice: str


class Rewriting(ast.NodeVisitor):
    """Goes through a program once.

    Parameters
    ----------
    source : Source
        Gets the edits.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.imports = Imports.of(source.tree)
        self.tensors = Tensors(source.tree, self.imports)
        self.left: list[Left] = []
        self.needed: set[str] = set()  # names of modules here
        self._methods = Methods(source, self.imports, self.needed)
        self._numpys = import_lines.numpys(self.imports)
        self._leaves = _leaves(source.tree)

    def run(self) -> list[Left]:
        """Note all edits in the source; return what is left, in the order of lines."""
        self.visit(self.source.tree)
        for name in sorted(self.needed):
            self._check_free(name)
        for statement, text in import_lines.write(self.source, self.imports, self.needed):
            self._leave(statement, text)
        return sorted(self.left)

    def _check_free(self, name: str) -> None:
        """Refuse a program that has another use for a name that is written."""
        origin = self.imports.origins.get(name, "")
        if name in self.imports.bound or not (
            origin in ("", import_lines.MODULES[name]) or is_foreign(origin)
        ):
            raise ag.OptionError(
                f"port: {self.source.name} uses the name {name} for something else; rename it first"
            )

    def _leave(self, node: ast.expr | ast.stmt, text: str) -> None:
        self.left.append(Left(node.lineno, self.source.shown(node), text))

    # Names.

    def visit_Name(self, node: ast.Name) -> None:
        """Rewrite a name that stands for something of another library."""
        path = self.imports.path(node)
        if path is not None and is_foreign(path):
            self._value(node, path)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Rewrite a dotted name of another library; go into any other expression."""
        path = self.imports.path(node)
        if path is not None and is_foreign(path):
            self._value(node, path)
            return
        self.generic_visit(node)
        if node.attr in advice.TELLING and isinstance(node.ctx, ast.Load):
            gradient = node.attr == "zero_" and getattr(node.value, "attr", "") == "grad"
            text = "write p.grad = None" if gradient else advice.for_method(node.attr)
            self._leave(node, f"if it is a tensor: {text}")

    def _value(self, node: ast.expr, path: str) -> None:
        """Rewrite a name that is not called, such as a dtype, a base class or a function."""
        here = rules.VALUES.get(path) or self._same(path) or self._numpys_name(node, path)
        rule = rules.CALLS.get(path)
        if here is None and rule is not None and rules.is_elementwise(path):
            here = rule.here
        if here is None:
            self._leave(node, advice.for_name(path))
        else:
            self._write(node, here)

    def _same(self, path: str) -> str | None:
        """Return where a name of PyTorch's is here, if it is."""
        for prefix, (here, _) in advice.SAME_NAMES.items():
            if path.startswith(f"{prefix}."):
                name = f"{here}.{path.removeprefix(f'{prefix}.')}"
                return name if exists(name) else None
        return None

    def _numpys_name(self, node: ast.expr, path: str) -> str | None:
        """Return the name in NumPy of what `jax.numpy` and HIPS autograd wrap."""
        name = path.removeprefix("jax.").removeprefix("autograd.")
        if not name.startswith("numpy.") or not exists(f"np.{name.removeprefix('numpy.')}"):
            return None
        if _first(node) in self._numpys:
            return self.source.text[self.source.start(node) : self.source.end(node)]
        return f"{self._numpy()}.{name.removeprefix('numpy.')}"

    def _numpy(self) -> str:
        """Return what NumPy is called in the program."""
        origins = self.imports.origins
        found = [n for n in origins if origins[n] in NUMPYS and n in self.imports.at_the_top]
        if not found:
            self.needed.add("np")
        return found[0] if found else "np"

    def _write(self, node: ast.expr, here: str) -> None:
        """Replace a name by one of here."""
        start, end = self.source.start(node), self.source.end(node)
        self.needed |= {here.partition(".")[0]} & {"ag", "nn"}
        if self.source.text[start:end] != here:
            self.source.replace(start, end, here)

    # Calls.

    def visit_Call(self, node: ast.Call) -> None:
        """Rewrite a call of a function of another library, or of a method of a tensor."""
        path = self.imports.path(node.func)
        if path is not None and is_foreign(path):
            self._function(node, path)
        elif isinstance(node.func, ast.Attribute) and path is None:
            self._method(node, node.func)
        else:
            self.visit(node.func)
        for part in (*node.args, *node.keywords):
            self.visit(part)

    def _function(self, node: ast.Call, path: str) -> None:
        rule, here = rules.CALLS.get(path), self._same(path)
        if path in rules.MAKERS:
            self._maker(node, path)
        elif rule is not None and fits(rule, node):
            keywords(self.source, node, rule.keywords)
            self._write(node.func, rule.here)
        elif rule is not None:
            by_hand = advice.AXES if lists_axes(node, 1) else advice.BY_HAND
            self._leave(node, advice.PAIRS.get(path.rpartition(".")[2], by_hand))
        elif name := self._numpys_name(node.func, path):
            self._write(node.func, name)
        elif here is None:
            self._leave(node, advice.for_name(path))
        elif reason := misfit(here, node):
            self._leave(node, reason)
        else:
            self._write(node.func, here)

    def _maker(self, node: ast.Call, path: str) -> None:
        """Rewrite ``torch.zeros(2, 3)`` as ``ag.tensor(np.zeros((2, 3)))``."""
        name = path.removeprefix("torch.")
        if not node.args or not only(node, ("requires_grad",)):
            self._leave(node, f"write ag.tensor(np.{name}(...))")
            return
        several = path in rules.WITH_SHAPE and len(node.args) > 1
        self._write(node.func, f"ag.tensor({self._numpy()}.{name}{'(' * several}")
        end = self.source.end(node.args[-1])
        self.source.replace(end, end, ")" * (1 + several))

    def _method(self, node: ast.Call, func: ast.Attribute) -> None:
        if self.tensors.sure(func.value):
            # First, since of two edits at one place the one noted first comes first: the outer.
            if not self._methods.rewrite(node, func):
                known = func.attr in rules.REDUCTIONS and lists_axes(node)
                self._leave(node, advice.AXES if known else advice.for_method(func.attr))
            self.visit(func.value)
            return
        self.visit(func)
        for keyword in node.keywords:
            if keyword.arg in rules.REDUCED:
                here = rules.REDUCED[keyword.arg]
                self._leave(node, f"if it is a tensor: {keyword.arg}= is {here}= here")

    # Statements.

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Report what changes a leaf in place."""
        self.generic_visit(node)
        leaf = isinstance(node.target, ast.Name) and node.target.id in self._leaves
        gradient = any(getattr(part, "attr", "") == "grad" for part in ast.walk(node.value))
        if leaf or gradient:
            self._leave(node, IN_PLACE)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Report what sets elements of a tensor."""
        self.generic_visit(node)
        for target in node.targets:
            if isinstance(target, ast.Subscript) and self.tensors.sure(target.value):
                self._leave(node, "tensors never change; write t = t.at[i].set(v)")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Report functions of HIPS autograd that this package, of the same name, does not have."""
        names = [a.name for a in node.names] if node.module == "autograd" and not node.level else []
        for name in names:
            if name != "*" and not is_foreign(f"autograd.{name}") and not hasattr(ag, name):
                self._leave(node, advice.for_name(f"autograd.{name}"))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Report what is in an f-string: Python 3.11 does not tell where it is."""
        for part in ast.walk(node):
            path = self.imports.path(part) or ""
            if is_foreign(path) or getattr(part, "attr", "") in advice.TELLING:
                self._leave(node, f"in an f-string; {advice.PAGE}")
                return


def _first(node: ast.expr) -> str:
    """Return the name that a dotted one begins with."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _leaves(tree: ast.Module) -> set[str]:
    """Return the names that values made with ``requires_grad`` are assigned to."""
    return {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if any(keyword.arg == "requires_grad" for keyword in node.value.keywords)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
