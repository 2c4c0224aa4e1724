"""What a module is made of besides the numbers of its tensors, so that two can be compared.

A program that was captured with a module has in it what Python knew of the module: the classes of
its parts, whether they train, the eps of a normalisation, which parameters learn.  With a module
that differs in any of that it would compute something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np

import autograd as ag
from autograd.core.capturing import HOLDERS, Holder
from nn.module.module import Module
from nn.module.tree import join, places
from nn.parameter import Parameter

# Compared by identity: they are the same in a copy of a network.
_SHARED = (type, FunctionType, BuiltinFunctionType, ModuleType, np.ufunc)
_PLAIN = (bool, int, float, complex, str, bytes, type(None), np.generic, np.dtype)
_NOT_COMPARED = ("_path", "_busy")


class _Plain(NamedTuple):
    """A number or a text: 1, 1.0 and True are different, and NaN is what it is."""

    kind: type
    text: str

    def __repr__(self) -> str:
        return self.text


def tensors(module: Module) -> dict[str, ag.Tensor]:
    """Return all tensors of a module by their paths: inputs of a program that is captured.

    Examples
    --------
    >>> import nn
    >>> from nn.module.made_of import tensors
    >>> list(tensors(nn.Linear(2, 3)))
    ['weight', 'bias']
    """
    found = dict[str, ag.Tensor](module.named_parameters())
    seen = set(found.values())
    for path, part in module.named_modules():
        for name, value in vars(part).items():
            if isinstance(value, ag.Tensor) and value not in seen:
                seen.add(value)
                found[join(path, name)] = value
    return found


def generators(model: Module) -> Iterator[tuple[str, np.random.Generator]]:
    """Yield the generators that modules have as attributes, as `Dropout` has, with their paths.

    Examples
    --------
    >>> from nn.module.made_of import generators
    >>> import nn
    >>> [path for path, _ in generators(nn.Sequential(nn.Linear(2, 2), nn.Dropout()))]
    ['1.rng']
    """
    for path, module in model.named_modules():
        for name, value in vars(module).items():
            if isinstance(value, np.random.Generator):
                yield f"{path}.{name}".lstrip("."), value


def made_of(module: Module) -> dict[str, Any]:
    """Return, by their paths, the parts of a module and the attributes that are no tensors.

    What can be compared is returned: equal for modules that compute the same with equal tensors.

    Examples
    --------
    >>> import nn
    >>> from nn.module.made_of import made_of
    >>> made_of(nn.ELU(0.5)) == made_of(nn.ELU(0.5)), made_of(nn.ELU(0.5)) == made_of(nn.ELU(0.1))
    (True, False)
    """
    found: dict[str, Any] = {}
    first: dict[int, str] = {}  # where each module and generator is first met
    for path, part in places(module, Module.named_children):
        if first.setdefault(id(part), path) != path:
            found[path] = f"the module {first[id(part)]!r}"
            continue
        found[path] = type(part)
        found[join(path, "training")] = _content(part.training, ())
        for name, value in vars(part).items():
            place = join(path, name)
            if isinstance(value, Parameter):
                found[f"{place}.requires_grad"] = value.requires_grad
            elif isinstance(value, np.random.Generator):
                same = first.setdefault(id(value), place)
                found[place] = type(value.bit_generator).__name__, same
            elif not isinstance(value, (Module, ag.Tensor)) and name not in _NOT_COMPARED:
                found[place] = _content(value, ())
    return found


def _content(x: Any, inside: tuple[int, ...]) -> Any:
    """Return something that compares as the content of an object does."""
    if isinstance(x, _PLAIN):
        return _Plain(type(x), repr(x))
    if isinstance(x, (*_SHARED, ag.Tensor, np.random.Generator)):
        return x
    if id(x) in inside or isinstance(x, Module):  # an owner, which is compared itself
        return type(x)
    inside = (*inside, id(x))
    if isinstance(x, np.ndarray):
        return type(x), x.dtype, x.shape, x.tolist() if x.dtype == object else x.tobytes()
    if isinstance(x, (list, tuple)):
        return type(x), tuple(_content(part, inside) for part in x)
    if isinstance(x, Set):
        return type(x), frozenset(map(repr, x))
    if isinstance(x, Mapping):
        return type(x), tuple((key, _content(part, inside)) for key, part in x.items())
    if isinstance(x, MethodType):
        return x.__func__, _content(x.__self__, inside)
    if isinstance(x, partial):
        return tuple(_content(part, inside) for part in (x.func, x.args, x.keywords))
    return (type(x), _content(vars(x), inside)) if hasattr(x, "__dict__") else x


HOLDERS[Module] = Holder(tensors, made_of, lambda module: dict(generators(module)))
