"""Methods of tensors, rewritten in the text."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from nn.cli.port import by_arguments, rules
from nn.cli.port.fitting import fits, lists_axes, only
from nn.cli.port.imports import Imports
from nn.cli.port.options import is_device, leave_out
from nn.cli.port.rules import Rule
from nn.cli.port.source import Source


class Methods:
    """Rewrites calls of methods.

    Parameters
    ----------
    source : Source
    imports : Imports
    needed : set of str
        Gets the names of modules that are written.
    devices : collection of str
        The names of devices in the program, besides ``device``.
    """

    def __init__(
        self, source: Source, imports: Imports, needed: set[str], devices: Collection[str] = ()
    ) -> None:
        self.source = source
        self.imports = imports
        self.needed = needed
        self.devices = devices

    def rewrite(self, node: ast.Call, func: ast.Attribute) -> bool:
        """Rewrite a method of what is surely a tensor; return whether its meaning was certain."""
        name, count = func.attr, len(node.args) + len(node.keywords)
        if name in rules.REDUCTIONS and only(node, rules.REDUCED) and not lists_axes(node):
            keywords(self.source, node, rules.REDUCED)
            here = rules.REDUCTIONS[name]
            return here == name or self._rename(func, here)
        if name in by_arguments.SPREAD:
            return by_arguments.spread(self.source, node, 0)
        if name in ("to", "type"):
            return self._convert(node, func)
        if name in rules.RENAMED and self._means_the_same(node, name):
            return self._rename(func, rules.RENAMED[name])
        if name == "transpose" and len(node.args) == 2 and only(node):
            return self._rename(func, "swapaxes")
        if name == "size" and count < 2 and only(node):
            return self._size(node, func)
        if name in rules.WITHOUT_ARGUMENTS and not count:
            return self._shorten(node, func, rules.WITHOUT_ARGUMENTS[name])
        if name in rules.AS_FUNCTIONS and fits(rules.AS_FUNCTIONS[name], node, 1):
            return self._wrap(node, func, rules.AS_FUNCTIONS[name])
        return count in rules.UNCHANGED.get(name, ()) and only(node)

    def leave_out(self, node: ast.Call, func: ast.Attribute) -> bool:
        """Take ``.to(device)`` away, of whatever it is, and what ``zero_grad`` is given."""
        start, end = self._dot(func), self.source.end(node)
        given = [*node.args, *(k.value for k in node.keywords if k.arg == "device")]
        if func.attr == "to" and len(given) == 1 and only(node, ("device", "non_blocking")):
            whole = start is not None and not set("\n\r#") & set(self.source.text[start:end])
            if whole and self._is_device(given[0]):
                self.source.replace(start or 0, end, "")
                return True
        if func.attr == "zero_grad" and node.keywords:
            return not leave_out(self.source, node, ("set_to_none",)).keywords
        return False

    def of_array(self, node: ast.expr) -> ast.Attribute | None:
        """Return ``x.data`` of ``x.data.cpu()``: the array that calls of a tensor's methods give.

        ``x.grad.data`` is ``x.grad``: `data` of an array is a buffer.
        """
        while True:
            match node:
                case ast.Call(func=ast.Attribute(attr=name, value=inner), args=[], keywords=[]) if (
                    name in rules.NOT_OF_ARRAYS
                ):
                    node = inner
                case ast.Attribute(attr="data", value=ast.Attribute(attr="grad") as inner):
                    node = inner
                case ast.Attribute(attr="data" | "grad") if self.imports.path(node) is None:
                    return node
                case _:
                    return None

    def shorten(self, node: ast.expr, array: ast.Attribute) -> bool:
        """Rewrite ``x.data.cpu().numpy()`` as ``x.data``; return whether the text allows it."""
        start, end = self.source.end(array), self.source.end(node)
        if set("\n\r#") & set(self.source.text[start:end]):
            return False
        self.source.replace(start, end, "")
        return True

    def _is_device(self, node: ast.expr) -> bool:
        return getattr(node, "id", "") in self.devices or is_device(node, self.imports)

    def _convert(self, node: ast.Call, func: ast.Attribute) -> bool:
        """Rewrite ``x.to(device, torch.float64)`` as ``x.astype("float64")``."""
        parts = [*node.args, *(k.value for k in node.keywords)]
        machine = len(parts) == 2 and func.attr == "to" and self._is_device(parts[0])
        known = only(node, ("device", "dtype")) and len(parts) == (2 if machine else 1)
        if not known or not self._is_dtype(parts[-1]):
            return False
        if machine:
            whole = [*node.args, *node.keywords]
            self.source.replace(self.source.start(whole[0]), self.source.start(whole[1]), "")
            node.args, node.keywords = node.args[1:], node.keywords[not node.args :]
        return self._rename(func, "astype")

    def _is_dtype(self, node: ast.expr) -> bool:
        path = self.imports.path(node)
        if path is not None:
            return path in rules.VALUES and path != "torch.Tensor"
        return isinstance(node, ast.Attribute) and node.attr == "dtype"

    def _means_the_same(self, node: ast.Call, name: str) -> bool:
        if name == "clamp":
            return only(node, ("min", "max"))
        dtypes = [a for a in node.args if self.imports.path(a) in rules.VALUES]
        return bool(node.args) and not node.keywords and not dtypes

    def _rename(self, func: ast.Attribute, name: str) -> bool:
        end = self.source.end(func)
        self.source.replace(end - len(func.attr), end, name)
        return True

    def _size(self, node: ast.Call, func: ast.Attribute) -> bool:
        """Rewrite ``x.size(0)`` as ``x.shape[0]``."""
        opening, end = self._opening(func), self.source.end(node)
        if opening is None:
            return False
        name = self.source.end(func) - len(func.attr)
        if node.args:
            self.source.replace(name, opening + 1, "shape[")
            self.source.replace(end - 1, end, "]")
        else:
            self.source.replace(name, end, "shape")
        return True

    def _shorten(self, node: ast.Call, func: ast.Attribute, text: str) -> bool:
        """Rewrite ``x.dim()`` as ``x.ndim``."""
        dot, opening, end = self._dot(func), self._opening(func), self.source.end(node)
        if dot is None or opening is None or self.source.text[opening:end].strip("() "):
            return False  # there is a comment or a line end in it
        self.source.replace(dot, end, text)
        return True

    def _wrap(self, node: ast.Call, func: ast.Attribute, rule: Rule) -> bool:
        """Rewrite ``x.unsqueeze(0)`` as ``ag.expand_dims(x, 0)``."""
        dot, opening = self._dot(func), self._opening(func)
        if dot is None or opening is None:
            return False
        start = self.source.start(node)
        self.needed.add("ag")
        self.source.replace(start, start, f"{rule.here}(")
        self.source.replace(dot, opening + 1, ", " if node.args or node.keywords else "")
        keywords(self.source, node, rule.keywords)
        return True

    def _dot(self, func: ast.Attribute) -> int | None:
        """Return where the dot of a method is, if it is beside the name."""
        dot = self.source.end(func) - len(func.attr) - 1
        before = self.source.text[dot - 1 : dot]
        return dot if self.source.text[dot] == "." and not before.isspace() else None

    def _opening(self, func: ast.Attribute) -> int | None:
        """Return where the arguments of a method begin, if right behind its name."""
        end = self.source.end(func)
        return end if self.source.text[end : end + 1] == "(" else None


def keywords(source: Source, node: ast.Call, names: Mapping[str, str]) -> None:
    """Give the keywords of a call their names here."""
    for keyword in node.keywords:
        here = names.get(keyword.arg or "", keyword.arg)
        if keyword.arg and here and here != keyword.arg:
            start = source.start(keyword)
            source.replace(start, start + len(keyword.arg), here)
