"""Modules that hold numbered parts: one after another, beside each other, or in a list."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Self

import autograd as ag
from nn.checks import integer
from nn.containers.parts import OfModules, OfParameters
from nn.module import Module


class _Numbered(Module):
    """Parts as attributes called "0", "1", ...: what all of them share."""

    _what = "module"
    _parts: Callable[[], list[tuple[str, Any]]]
    _checked: Callable[[Any], Any]

    def _set(self, parts: Iterable[Any]) -> None:
        for name, _ in self._parts():
            delattr(self, name)
        for i, part in enumerate(parts):
            setattr(self, str(i), self._checked(part))

    def _fill(self, parts: tuple[Any, ...]) -> None:
        """Take parts one by one, or one dict with their names."""
        if len(parts) != 1 or not isinstance(parts[0], Mapping):
            self._set(parts)
            return
        for name, part in parts[0].items():
            if not isinstance(name, str) or hasattr(self, name):
                kind = type(self).__name__
                raise ag.OptionError(f"{kind}: the name {name!r} is taken, or not a string")
            setattr(self, name, self._checked(part))

    def __len__(self) -> int:
        return len(self._parts())

    def __iter__(self) -> Iterator[Any]:
        return iter([part for _, part in self._parts()])

    def __getitem__(self, index: Any) -> Any:
        inside = self._parts()
        if not isinstance(index, slice):
            return inside[self._place(index)][1]
        part = self._empty()
        for number, (name, found) in enumerate(inside[index]):
            # Not moved: its path stays what it was.
            object.__setattr__(part, self._named_in_slice(name, number), found)
        return part

    def __setitem__(self, index: Any, part: Any) -> None:
        name, _ = self._parts()[self._place(index)]
        setattr(self, name, self._checked(part))

    def append(self, part: Any) -> Self:
        """Add a part at the end; returns the container."""
        taken = vars(self)
        number = next(i for i in count(len(self)) if str(i) not in taken)
        setattr(self, str(number), self._checked(part))
        return self

    def _empty(self) -> Any:
        # Not of a subclass: what that one is made of, such as sizes, a piece need not have.
        return next(kind for kind in type(self).__mro__ if kind.__module__ == __name__)()

    def _named_in_slice(self, name: str, number: int) -> str:
        return name

    def _place(self, index: Any) -> int:
        try:
            return range(len(self))[operator.index(index)]
        except (TypeError, IndexError):
            raise ag.IndexingError(
                f"{type(self).__name__}: there is no {self._what} {index!r} among {len(self)}"
            ) from None


class Sequential(OfModules, _Numbered):
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
        self._fill(modules)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Pass ``x`` through all modules in order."""
        for module in list(vars(self).values()):
            if isinstance(module, Module):
                x = module(x)
        return x


class Concat(OfModules, _Numbered):
    """Modules beside each other, all called with one input; their outputs are joined.

    An inception block of GoogLeNet is such a set of branches (Szegedy et al. 2015; deck 3).

    Parameters
    ----------
    *modules : Module, or one dict from names to modules
    dim : int
        The axis along which the outputs are joined: 1 for channels.

    Raises
    ------
    autograd.OptionError
        If ``dim`` is not an integer.
    autograd.ShapeError
        When called, if the outputs differ in another axis, or there are no modules.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> net = nn.Concat(nn.Conv2d(3, 4, kernel_size=1), nn.Conv2d(3, 8, kernel_size=3, padding=1))
    >>> net(np.zeros((1, 3, 5, 5))).shape
    (1, 12, 5, 5)
    """

    def __init__(self, *modules: Module | Mapping[str, Module], dim: int = 1) -> None:
        integer("Concat", dim=dim)
        self.dim = dim
        self._fill(modules)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Pass ``x`` through every module, and join what they return."""
        outputs = [module(x) for module in self.children()]
        if not outputs:
            raise ag.ShapeError("there are no modules to call; give some, as in nn.Concat(a, b)")
        return ag.concatenate(outputs, axis=self.dim)

    def _empty(self) -> Concat:
        return Concat(dim=self.dim)

    def extra_repr(self) -> str:
        """Return the axis."""
        return f"dim={self.dim}"


class _List(_Numbered):
    """What both lists share."""

    def __init__(self, parts: Iterable[Any] | None = ()) -> None:
        self._set(self._iterable(parts))

    def _iterable(self, parts: Any) -> Iterable[Any]:
        if parts is None:
            return ()
        if not hasattr(parts, "__iter__") or isinstance(parts, ag.Tensor):
            raise ag.OptionError(
                f"{type(self).__name__}: takes a list of {self._what}s, not {type(parts).__name__}"
            )
        return parts  # type: ignore[no-any-return]

    def _named_in_slice(self, name: str, number: int) -> str:
        return str(number)  # as PyTorch's lists do, whose parts count from 0

    def extend(self, parts: Iterable[Any]) -> Self:
        """Add parts at the end; returns the list."""
        for part in list(self._iterable(parts)):
            self.append(part)
        return self

    def __iadd__(self, parts: Iterable[Any]) -> Self:
        return self.extend(parts)


class ModuleList(OfModules, _List):
    """A list of modules whose parameters are found; what calls them is up to its owner.

    Parameters
    ----------
    modules : iterable of Module, optional

    Examples
    --------
    >>> import nn
    >>> layers = nn.ModuleList(nn.Linear(2, 2) for _ in range(3))
    >>> len(layers), len(list(layers.parameters()))
    (3, 6)
    """

    def __init__(self, modules: Iterable[Module] | None = ()) -> None:
        super().__init__(modules)

    def insert(self, index: int, module: Module) -> None:
        """Put a module before the one at ``index``; those behind it get new numbers."""
        inside = list(self.children())
        inside.insert(index, self._checked(module))
        self._set(inside)


class ParameterList(OfParameters, _List):
    """A list of parameters that are found; what computes with them is up to its owner.

    Parameters
    ----------
    values : iterable of Parameter, Tensor or array, optional
        What is not a `Parameter` becomes one.

    Examples
    --------
    >>> import nn
    >>> weights = nn.ParameterList([[1.0, 2.0], [3.0]])
    >>> weights[0]
    tensor([1., 2.], name='0', requires_grad=True)
    >>> list(weights.state_dict())
    ['0', '1']
    """

    _what = "parameter"

    def __init__(self, values: Iterable[Any] | None = ()) -> None:
        super().__init__(values)
