"""The walk over a program that notes edits, and what is left to its author."""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass

import autograd as ag
from nn.cli.port import advice, by_arguments, import_lines, rules, suspects
from nn.cli.port.assigned import leaves, only_assigned
from nn.cli.port.bindings import fields
from nn.cli.port.fitting import exists, fits, lists_axes, misfit, only
from nn.cli.port.imports import Imports, first_name, is_foreign
from nn.cli.port.methods import Methods, keywords
from nn.cli.port.options import is_device, is_in_place, leave_out
from nn.cli.port.source import Source
from nn.cli.port.tensors import Tensors

NUMPYS = ("numpy", "jax.numpy", "autograd.numpy")
ON_THE_CPU = "arrays are in main memory; leave the line out, and .to(device)"
FOR_ALL = "it changes the tensor for all who have it, and here only what the name stands for"
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
        self.stay: dict[str, set[int]] = {}  # names of other libraries still in the text, and lines
        devices = only_assigned(source.tree, lambda value: is_device(value, self.imports))
        self._methods = Methods(source, self.imports, self.needed, devices)
        self._numpys = import_lines.numpys(self.imports)
        self._leaves = leaves(source.tree)

    def run(self) -> list[Left]:
        """Note all edits in the source; return what is left, in the order of lines."""
        self.visit(self.source.tree)
        for name in sorted(self.needed):
            if not self._is_free(name):
                raise ag.OptionError(
                    f"port: {self.source.name} uses the name {name} for something else; rename it "
                    "first"
                )
        named = {name for name in ("ag", "np") if any(f"{name}." in x.advice for x in self.left)}
        self.needed |= {name for name in named if self._is_free(name)}
        stay = {name: lines for name, lines in self.stay.items() if name not in self.needed}
        for statement, text in import_lines.write(self.source, self.imports, self.needed, stay):
            self._leave(statement, text)
        return sorted(self.left)

    def _is_free(self, name: str) -> bool:
        """Return whether a program has no other use for a name that is written."""
        origin = self.imports.origins.get(name, "")
        return name not in self.imports.bound and (
            origin in ("", import_lines.MODULES[name]) or is_foreign(origin)
        )

    def _leave(self, node: ast.expr | ast.stmt, text: str) -> None:
        self.left.append(Left(node.lineno, self.source.shown(node), text))

    def _leave_name(self, node: ast.expr, name: ast.expr, text: str) -> None:
        """Leave an expression with a name of another library in it, which has to be imported."""
        self._stays(first_name(name), node.lineno)
        self._leave(node, text)

    def _stays(self, name: str, line: int) -> None:
        self.stay.setdefault(name, set()).add(line)

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
            array = self._methods.of_array(node.value)
            gradient = node.attr == "zero_" and array is not None and array.attr == "grad"
            text = "write p.grad = None" if gradient else advice.for_method(node.attr)
            self._leave(node, f"if it is a tensor: {text}")
        elif self.tensors.is_data_of_loader(node):
            self._leave(node, advice.OF_A_LOADER)

    def _value(self, node: ast.expr, path: str) -> None:
        """Rewrite a name that is not called, such as a dtype, a base class or a function."""
        here = rules.VALUES.get(path) or self._same(path) or self._numpys_name(node, path)
        rule = rules.CALLS.get(path)
        if here is None and rule is not None and rules.is_elementwise(path):
            here = rule.here
        if here is None:
            self._leave_name(node, node, advice.for_name(path))
        else:
            self._write(node, here)

    def _same(self, path: str) -> str | None:
        """Return where a name of PyTorch's is here, if it is."""
        if path in rules.MOVED:
            return rules.MOVED[path]
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
        if first_name(node) in self._numpys:
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
        if path in rules.NOWHERE and not node.args:
            self.source.replace(self.source.start(node), self.source.end(node), "False")
        elif path is not None and is_foreign(path):
            if path.startswith("torch."):
                node = leave_out(self.source, node, rules.NO_MATTER, rules.INPLACE.get(path))
            self._function(node, path)
        elif isinstance(func := node.func, ast.Attribute) and path is None:
            # A class of the program may have such a method, too.
            if func.attr == "backward" and "backward" not in self.imports.bound:
                node = leave_out(self.source, node, ("retain_graph",))
            self._method(node, func)
        else:
            self._number(node)
            self.visit(node.func)
        for part in (*node.args, *node.keywords):
            self.visit(part)

    def _number(self, node: ast.Call) -> None:
        """Report ``float(loss)``."""
        if getattr(node.func, "id", "") in ("float", "int") and len(node.args) == 1:
            text = suspects.of_number(node.args[0], self.tensors.sure)
            if text:
                self._leave(node, text)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        """Report ``"%.4f" % loss``."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant | ast.JoinedStr):
            parts = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
            texts = [suspects.of_number(part, self.tensors.sure) for part in parts]
            if any(texts):
                self._leave(node, max(texts))

    def _function(self, node: ast.Call, path: str) -> None:
        rule, here = rules.CALLS.get(path), self._same(path)
        last = path.rpartition(".")[2]
        if path in rules.MAKERS:
            self._maker(node, path)
        elif path == f"torch.{last}" and (text := by_arguments.for_call(last, node, 1)):
            self._by_arguments(node, last, text)
        elif rule is not None and fits(rule, node):
            keywords(self.source, node, rule.keywords)
            self._write(node.func, rule.here)
        elif rule is not None:
            by_hand = advice.AXES if lists_axes(node, 1) else advice.BY_HAND
            self._leave_name(node, node.func, advice.PAIRS.get(last, by_hand))
        elif name := self._numpys_name(node.func, path):
            self._write(node.func, name)
        elif here is None:
            self._leave_name(node, node.func, advice.for_name(path))
        elif reason := misfit(here, node):
            self._leave_name(node, node.func, reason)
        else:
            self._write(node.func, here)

    def _by_arguments(self, node: ast.Call, name: str, text: str) -> None:
        """Rewrite ``torch.std(x, dim=1, unbiased=False)`` as ``ag.std(x, axis=1)``."""
        if name in by_arguments.SPREAD and by_arguments.spread(self.source, node, 1):
            self._write(node.func, f"ag.{name}")
            return
        axes = name in by_arguments.SPREAD and lists_axes(node, 1)
        self._leave_name(node, node.func, advice.AXES if axes else text)

    def _maker(self, node: ast.Call, path: str) -> None:
        """Rewrite ``torch.zeros(2, 3)`` as ``ag.zeros((2, 3))``."""
        name = path.removeprefix("torch.")
        made_of = rules.MADE_OF.get(path, {})
        if not node.args or not only(node, (*rules.NEW_LEAF, *made_of)):
            self._leave_name(node, node.func, f"write ag.{name}(...); a shape is one argument")
            return
        self._write(node.func, f"ag.{name}")
        keywords(self.source, node, made_of)
        if path in rules.WITH_SHAPE and len(node.args) > 1:
            start, end = self.source.start(node.args[0]), self.source.end(node.args[-1])
            self.source.replace(start, start, "(")
            self.source.replace(end, end, ")")

    def _method(self, node: ast.Call, func: ast.Attribute) -> None:
        if self._methods.leave_out(node, func):
            node.args, node.keywords = [], []
            self.visit(func.value)
            return
        array = self._methods.of_array(func.value)
        if array is not None and func.attr in rules.NOT_OF_ARRAYS:
            self._of_array(node, array)
            return
        if self.tensors.sure(func.value):
            # First, since of two edits at one place the one noted first comes first: the outer.
            if not self._methods.rewrite(node, func):
                known = func.attr in (*rules.REDUCTIONS, *by_arguments.SPREAD) and lists_axes(node)
                text = by_arguments.for_call(func.attr, node) or advice.for_method(func.attr)
                self._leave(node, advice.AXES if known else text)
            self.visit(func.value)
            return
        self.visit(func)
        if text := suspects.of_call(node, func, self.tensors):
            self._leave(node, text)
            return
        for keyword in node.keywords:
            if keyword.arg in rules.REDUCED:
                here = rules.REDUCED[keyword.arg]
                self._leave(node, f"if it is a tensor: {keyword.arg}= is {here}= here")

    def _of_array(self, node: ast.Call, array: ast.Attribute) -> None:
        """Rewrite ``x.data.numpy()`` as ``x.data``, or report it."""
        sure = self.tensors.sure(array.value)
        if not (sure and self._methods.shorten(node, array)):
            text = f"t.{array.attr} is a NumPy array here; write {self.source.shown(array)}"
            self._leave(node, text if sure else suspects.IF_TENSOR + text)
        self.visit(array.value)

    # Statements.

    def visit_Expr(self, node: ast.Expr) -> None:
        """Report ``F.relu(x, inplace=True)`` whose result is not used."""
        call = node.value
        path = self.imports.path(call.func) if isinstance(call, ast.Call) else None
        if path is not None and isinstance(call, ast.Call) and is_in_place(call, path):
            self._leave_name(call, call.func, "tensors never change; write x = ... of its result")
            for part in (*call.args, *call.keywords):
                self.visit(part)
            return
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Report what changes a leaf in place."""
        self.generic_visit(node)
        leaf = isinstance(node.target, ast.Name) and node.target.id in self._leaves
        if isinstance(node.target, ast.Subscript):
            self._item(node, node.target)
        elif node.target in self.tensors.of_callers:
            self._leave(node, FOR_ALL)
        gradient = any(getattr(part, "attr", "") == "grad" for part in ast.walk(node.value))
        if leaf or gradient:
            self._leave(node, IN_PLACE)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Report what sets elements of a tensor, and rewrite what names a device."""
        if any(self.imports.path(n) == "torch.device" for n in ast.walk(node.value)) and is_device(
            node.value, self.imports
        ):
            self.source.replace(self.source.start(node.value), self.source.end(node.value), '"cpu"')
            self._leave(node, ON_THE_CPU)
            return
        self.generic_visit(node)
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                self._item(node, target)

    def _item(self, node: ast.stmt, target: ast.Subscript) -> None:
        if self.tensors.sure(target.value):
            self._leave(node, suspects.NEVER_CHANGE)
        elif text := suspects.of_item(target):
            self._leave(node, text)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Report functions of HIPS autograd that this package, of the same name, does not have."""
        names = [a.name for a in node.names] if node.module == "autograd" and not node.level else []
        for name in names:
            if name != "*" and not is_foreign(f"autograd.{name}") and not hasattr(ag, name):
                self._leave(node, advice.for_name(f"autograd.{name}"))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Report what is in an f-string: Python 3.11 does not tell where it is."""
        said = [text for value in fields(node) for text in self._field(value)]
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and is_foreign(self.imports.path(part) or ""):
                self._stays(part.id, node.lineno)
        if said:
            self._leave(node, f"in an f-string; {'; '.join(dict.fromkeys(said))}")

    def _field(self, value: ast.expr) -> list[str]:
        """Return what to write for an expression, which is read by itself."""
        inner, source = copy.copy(self), Source(self.source.name, ast.unparse(value).encode())
        self.tensors.know(value, source.tree.body[0])
        inner.source, inner.left, inner.stay, inner.needed = source, [], {}, set()
        inner._methods = Methods(source, self.imports, inner.needed, self._methods.devices)
        inner.visit(source.tree)
        edited = [f"write {source.edited()}"] if source.edits else []
        return edited + [f"{item.text}: {item.advice}" for item in sorted(inner.left)]
