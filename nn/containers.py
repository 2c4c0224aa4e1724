"""Modules that hold modules: one after another, or in a list."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Self

import autograd as ag
from nn.module import Module


class _Numbered(Module):
    """Modules as attributes called "0", "1", ...: what both containers share."""

    def _set(self, modules: Iterable[Any]) -> None:
        for name, _ in list(self.named_children()):
            delattr(self, name)
        for i, module in enumerate(modules):
            setattr(self, str(i), self._checked(module))

    def _checked(self, module: Any) -> Module:
        if not isinstance(module, Module):
            raise ag.OptionError(
                f"{type(self).__name__}: holds modules, not {type(module).__name__}; "
                "for a function use the module of that name, such as nn.ReLU()"
            )
        if module is self:
            raise ag.OptionError(f"{type(self).__name__}: a module cannot hold itself")
        return module

    def __len__(self) -> int:
        return len(list(self.children()))

    def __iter__(self) -> Iterator[Module]:
        return iter(list(self.children()))

    def __getitem__(self, index: Any) -> Any:
        inside = list(self.named_children())
        if not isinstance(index, slice):
            return inside[self._place(index)][1]
        part = self._empty()
        for number, (name, module) in enumerate(inside[index]):
            # Not moved: its path stays what it was.
            object.__setattr__(part, self._named_in_slice(name, number), module)
        return part

    def __setitem__(self, index: Any, module: Module) -> None:
        names = [name for name, _ in self.named_children()]
        setattr(self, names[self._place(index)], self._checked(module))

    def append(self, module: Module) -> Self:
        """Add a module at the end; returns the container."""
        taken = vars(self)
        number = next(i for i in count(len(self)) if str(i) not in taken)
        setattr(self, str(number), self._checked(module))
        return self

    def _empty(self) -> Any:
        # Not of a subclass: what that one is made of, such as sizes, a piece need not have.
        return next(kind for kind in type(self).__mro__ if _Numbered in kind.__bases__)()

    def _named_in_slice(self, name: str, number: int) -> str:
        return name

    def _place(self, index: Any) -> int:
        try:
            return range(len(self))[operator.index(index)]
        except (TypeError, IndexError):
            raise ag.IndexingError(
                f"{type(self).__name__}: there is no module {index!r} among {len(self)}"
            ) from None


class Sequential(_Numbered):
    """Modules one after another, each called with the output of the one before it.

    Parameters
    ----------
    *modules : Module, or one dict from names to modules

    Examples
    --------
    >>> import autograd as ag, nn
    >>> net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    >>> net(ag.tensor([[1.0, 2.0]])).shape
    (1, 1)
    >>> net[1]
    Tanh()
    >>> list(net.state_dict())
    ['0.weight', '0.bias', '2.weight', '2.bias']
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            for name, module in modules[0].items():
                if not isinstance(name, str) or hasattr(self, name):
                    raise ag.OptionError(f"Sequential: the name {name!r} is taken, or not a string")
                setattr(self, name, self._checked(module))
        else:
            self._set(modules)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Pass ``x`` through all modules in order."""
        for module in list(vars(self).values()):
            if isinstance(module, Module):
                x = module(x)
        return x


class ModuleList(_Numbered):
    """A list of modules whose parameters are found; what calls them is up to its owner.

    Parameters
    ----------
    modules : iterable of Module

    Examples
    --------
    >>> import nn
    >>> layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(3))
    >>> len(layers), len(list(layers.parameters()))
    (3, 6)
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        if not hasattr(modules, "__iter__"):
            raise ag.OptionError(
                f"ModuleList: takes a list of modules, not {type(modules).__name__}"
            )
        self._set(modules)

    def _named_in_slice(self, name: str, number: int) -> str:
        return str(number)  # as PyTorch's lists do, whose parts count from 0

    def extend(self, modules: Iterable[Module]) -> ModuleList:
        """Add modules at the end; returns the list."""
        for module in modules:
            self.append(module)
        return self

    def insert(self, index: int, module: Module) -> None:
        """Put a module before the one at ``index``; those behind it get new numbers."""
        inside = list(self.children())
        inside.insert(index, self._checked(module))
        self._set(inside)
