"""The tree of a network: parts and parameters are attributes, and each has a path.

What a module learns are its attributes that are `Parameter`s, and what it is made of are its
attributes that are modules; both are found by looking at the attributes.  So a network is a tree,
and each parameter has a path in it, such as ``encoder.0.weight``.

Two things are no tree: a part may stand in two places, and a part may know its owner.  Then every
module and every parameter is found once, by the first path that leads to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from types import NoneType
from typing import TYPE_CHECKING, Any

import autograd as ag
from nn.parameter import Parameter

if TYPE_CHECKING:
    from nn.module import Module

TAKEN = "this is the name of something that every module has; take another"


class Tree:
    """What a module holds; `Module` adds what it does."""

    _path: str = ""  # where the module stands in the network that it was put into
    _buffers: Mapping[str, bool] = {}  # names of buffers, and whether they belong to the state
    _taken: Mapping[str, str] = {}  # names that attributes cannot have, and what to say of them

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._buffers and value is not None and not isinstance(value, ag.Tensor):
            value = ag.tensor(value)
        self._check_attribute(name, value)
        object.__setattr__(self, name, value)
        if isinstance(value, Parameter):
            value.name = join(self._path, name)
        elif isinstance(value, Tree):
            if _holds(value, self):  # a part that has been told its owner, and named it so
                object.__setattr__(self, "_path", "")
            self._name_parts()

    def _check_attribute(self, name: str, value: Any) -> None:
        """Refuse what would be lost without a word, or break the module later."""
        place = f"{type(self).__name__}.{name}"
        part = isinstance(value, (Tree, Parameter))
        if name in self._taken or (part and name == "forward"):
            raise ag.OptionError(f"{place}: {self._taken.get(name, TAKEN)}")
        if part and (not name or "." in name):
            raise ag.OptionError(f"{place}: the name {name!r} of a part must be one without dots")
        if isinstance(vars(self).get(name), Parameter) and not isinstance(
            value, (Parameter, NoneType)
        ):
            raise ag.OptionError(
                f"{place}: a parameter is replaced by nn.Parameter(...) or None, and its numbers "
                f"by {name}.data = ..., not by a {type(value).__name__}"
            )
        leaf = isinstance(value, ag.Tensor) and value.is_leaf and value.requires_grad
        if leaf and not isinstance(value, Parameter):
            raise ag.OptionError(
                f"{place}: a Tensor that requires a gradient is learned if it is made by "
                "nn.Parameter(...); for a constant, use .detach()"
            )

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Yield the modules that are attributes of this one, with their names."""
        for name, value in self._attributes():
            if isinstance(value, Tree):
                yield name, value  # type: ignore[misc]  # every tree is a module

    def children(self) -> Iterator[Module]:
        """Yield the modules that are attributes of this one."""
        for _, child in self.named_children():
            yield child

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """Yield this module and all inside it, each once, with their paths from here."""
        return self._walk("")

    def modules(self) -> Iterator[Module]:
        """Yield this module and all inside it, each once."""
        for _, module in self.named_modules():
            yield module

    def named_parameters(self) -> Iterator[tuple[str, Parameter]]:
        """Yield every parameter once, with its path, such as ``conv1.weight``."""
        seen: set[Parameter] = set()
        for path, module in self.named_modules():
            for name, value in module._attributes():
                if isinstance(value, Parameter) and value not in seen:
                    seen.add(value)
                    yield join(path, name), value

    def parameters(self) -> Iterator[Parameter]:
        """Yield every parameter once; this is what an optimiser wants."""
        for _, parameter in self.named_parameters():
            yield parameter

    def register_buffer(self, name: str, tensor: Any, persistent: bool = True) -> None:
        """Make an attribute part of the state although it is not learned: a running mean, a count.

        Parameters
        ----------
        name : str
        tensor : Tensor, array, number or None
        persistent : bool
            Whether `state_dict` has it.
        """
        if not name or "." in name or (hasattr(self, name) and name not in self._buffers):
            raise ag.OptionError(
                f"{type(self).__name__}: the name {name!r} of a buffer is taken, empty or has a dot"
            )
        self._buffers = {**self._buffers, name: persistent}
        setattr(self, name, tensor)

    def named_buffers(self) -> Iterator[tuple[str, ag.Tensor]]:
        """Yield the buffers with their paths."""
        for path, module in self.named_modules():
            for name in module._buffers:
                if getattr(module, name, None) is not None:
                    yield join(path, name), getattr(module, name)

    def buffers(self) -> Iterator[ag.Tensor]:
        """Yield the buffers."""
        for _, buffer in self.named_buffers():
            yield buffer

    def _attributes(self) -> list[tuple[str, Any]]:
        """Return all attributes; refuse those that hide parameters in a plain list."""
        attributes = list(vars(self).items())
        for name, value in attributes:
            if name not in ("_hooks", "_buffers") and _hides(value):
                raise ag.OptionError(
                    f"{type(self).__name__}.{name}: a plain {type(value).__name__} hides the "
                    "parameters in it; use nn.ModuleList, nn.Sequential or attributes"
                )
        return attributes

    def _places(self, path: str = "", above: tuple[Any, ...] = ()) -> Iterator[tuple[str, Any]]:
        """Yield every place in the tree; a module in two places comes twice."""
        yield path, self
        for name, child in self.named_children():
            if all(child is not owner for owner in (*above, self)):  # a part may know its owner
                yield from child._places(join(path, name), (*above, self))

    def _name_parts(self) -> None:
        """Tell all parts their paths, for scopes and messages; of several, the first counts."""
        named: set[int] = set()
        for path, module in self._walk(self._path, self._is_owned_by):
            object.__setattr__(module, "_path", path)
            for name, value in vars(module).items():
                if isinstance(value, Parameter) and id(value) not in named:
                    named.add(id(value))
                    value.name = join(path, name)

    def _walk(
        self, path: str, passed_over: Callable[[Tree], bool] = lambda module: False
    ) -> Iterator[tuple[str, Any]]:
        """Yield this module and all inside it, each once, an owner before its parts."""
        seen: set[int] = set()
        waiting: list[tuple[str, Any]] = [(path, self)]
        while waiting:
            path, module = waiting.pop()
            if id(module) in seen or passed_over(module):
                continue
            seen.add(id(module))
            yield path, module
            inside = [(join(path, name), child) for name, child in module.named_children()]
            waiting += reversed(inside)

    def _is_owned_by(self, module: Tree) -> bool:
        above = module._path != self._path and self._path.startswith(module._path)
        return above and _holds(module, self)


def join(path: str, name: str) -> str:
    """Return the path of a part."""
    return f"{path}.{name}" if path and name else path or name


def _holds(module: Tree, part: Tree) -> bool:
    return any(inside is part for inside in module.modules())


def _hides(value: Any) -> bool:
    """Return whether there are parameters inside plain lists, tuples, sets and dicts."""
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, (list, tuple, set)):
        return False
    some = islice(value, 1000)  # a long list is one of data
    return any(isinstance(x, (Tree, Parameter)) or _hides(x) for x in some)
