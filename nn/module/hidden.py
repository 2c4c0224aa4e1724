"""Parts that a network uses and does not have: parameters and modules hidden in other objects.

A part is found if it is an attribute of a module.  Inside a list, a partial function, the closure
of a lambda, an object of another class, or as an attribute of the class, it is not: `forward` would
use it, but no optimiser would move it, no state hold it and no `eval` reach it.  So it is looked
for there, by following what objects refer to, and refused.

No part is hidden that the network has elsewhere, or that has the network inside it, such as its
owner.  What `forward` does not compute with is left out: classes, optimisers, results, other data.
"""

from __future__ import annotations

import gc
import weakref
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import islice
from types import (
    BuiltinFunctionType,
    FunctionType,
    GeneratorType,
    GetSetDescriptorType,
    MemberDescriptorType,
    ModuleType,
    NoneType,
)
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.closures import held_by
from nn.module.attributes import PROXIES, referent

SEARCHED = 1000  # objects, and elements of a list; a longer one holds data
DEEP = 8  # steps from the attribute

Kinds = tuple[type, ...]
# A place: the name of an attribute, what to search, and what a message calls it.
Place = tuple[str, Any, str]

PLAIN = frozenset((int, float, bool, str, NoneType))
SIZED: tuple[Any, ...] = (list, tuple, set, frozenset, deque, dict)
CONTAINERS: Kinds = (*SIZED, np.ndarray)
# Of these, and of what they refer to, nothing is searched.
CLOSED: Kinds = (
    *(int, float, str, NoneType, complex, bytes, type, ModuleType, BuiltinFunctionType),
    *(GetSetDescriptorType, MemberDescriptorType),
    *(ag.Tensor, ag.Scope, np.generic, np.dtype),
)
# Objects of classes that are defined in these modules hold no layers.
LEFT_OUT = ("nn.optim", "numpy", "logging", "threading", "matplotlib")


def places_in(module: object, left_out: tuple[str, ...]) -> Iterator[Place]:
    """Yield attributes of a module and of its class in which parts could be hidden."""
    for name, value in vars(module).items():
        if not (_is_plain(value) or isinstance(value, CLOSED) or name in left_out):
            plain = "plain " if isinstance(value, CONTAINERS) else ""
            yield name, value, f"a {plain}{type(value).__name__}"
    for kind in type(module).__mro__:
        if kind is not object and kind.__module__.partition(".")[0] != "nn":
            for name, value in vars(kind).items():
                if not _is_plain(value):
                    yield from _of_class(name, value)


def _is_plain(value: Any) -> bool:
    kind = type(value)
    return kind in PLAIN or (
        (kind is tuple or kind is list) and len(value) < 10 and PLAIN.issuperset(map(type, value))
    )


def _of_class(name: str, value: Any) -> Iterator[Place]:
    f = _unwrapped(value)
    if isinstance(f, FunctionType):
        used = _used_by(f) if name == "forward" else held_by(f)
        if used:
            yield name, used, "the method"
    elif not isinstance(f, CLOSED) or isinstance(f, ag.Tensor):
        yield name, f, "an attribute of the class"


def _unwrapped(value: Any) -> Any:
    """Return the function inside a method's descriptor."""
    if isinstance(value, (staticmethod, classmethod)):
        return value.__func__
    if isinstance(value, property):
        return value.fget
    return value.func if isinstance(value, cached_property) else value


def parts_in(value: object, parts: Kinds) -> Iterator[Any]:
    """Yield the parts that an object refers to, but not those inside parts.

    Examples
    --------
    >>> from nn.module.hidden import parts_in
    >>> from functools import partial
    >>> list(parts_in(partial(print, [1.0, {"b": 2}]), (float, int)))
    [1.0, 2]
    """
    seen: set[int] = set()
    waiting: deque[tuple[Any, int]] = deque([(value, 0)])
    while waiting and len(seen) < SEARCHED:
        found, depth = waiting.popleft()
        if type(found) in PROXIES:
            found = referent(found)
        if isinstance(found, parts):
            yield found
        elif depth < DEEP and not isinstance(found, CLOSED) and id(found) not in seen:
            seen.add(id(found))
            waiting += [(x, depth + 1) for x in _inside(found)]


def _inside(x: Any) -> Iterable[Any]:
    """Return what an object refers to, as far as code could use it."""
    if isinstance(x, np.ndarray):
        return islice(x.flat, SEARCHED) if x.dtype.hasobject else ()
    if isinstance(x, SIZED) and len(x) > SEARCHED:
        return islice(x.values() if isinstance(x, dict) else x, SEARCHED)
    if isinstance(x, weakref.ref):
        return (x(),)
    if isinstance(x, FunctionType):
        return _used_by(x)
    if isinstance(x, GeneratorType):
        return x.gi_frame.f_locals.values() if x.gi_frame else ()
    if any(kind.__module__.startswith(LEFT_OUT) for kind in type(x).__mro__):
        return ()
    return gc.get_referents(x)


def _is_learned(x: object) -> bool:
    """Return whether it is a parameter or a module, or may be one."""
    return isinstance(x, ag.Tensor) or hasattr(x, "requires_grad_")


def _used_by(f: FunctionType) -> list[Any]:
    """Return what a function holds, and the tensors and modules that it reads by global names."""
    known = f.__globals__
    names = {name for name in f.__code__.co_names if _is_learned(known.get(name))}
    if not names:
        return held_by(f)
    import dis  # takes longer to load than most networks to be searched

    # A name after a dot is among the names of the code, too.
    read = {i.argval for i in dis.get_instructions(f) if i.opname == "LOAD_GLOBAL"}
    return [*held_by(f), *(known[name] for name in sorted(names & read))]
