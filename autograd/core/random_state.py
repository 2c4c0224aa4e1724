"""The random generators that a function draws from, and their state.

A function that runs a second time, as `autograd.checkpoint` does, must draw the same numbers.  Its
generators are found where a function keeps what it uses: in its closure, its defaults, the globals
that it names, the object that it is a method of, and the attributes of what is found there, such
as the layers of a network.
"""

from __future__ import annotations

import pickle
import random
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any, TypeAlias

import numpy as np

from autograd.core.closures import held_by
from autograd.core.tensor import Tensor

States: TypeAlias = list[tuple[Any, Any]]

LIBRARIES = {"autograd", "nn", "numpy", *sys.stdlib_module_names} - {"__main__"}
LONGEST = 1000  # a container with more in it holds data
_DATA = (Tensor, np.ndarray, np.generic, ModuleType, type, str, bytes, int, float)


def generators(f: object) -> Iterator[Any]:
    """Yield the generators of NumPy and Python that a function, a method or an object has.

    Examples
    --------
    >>> from functools import partial
    >>> import numpy as np
    >>> from autograd.core.random_state import generators
    >>> rng = np.random.default_rng(0)
    >>> list(generators(partial(np.multiply, rng))) == [rng]
    True
    """
    return reachable(f, _kinds())


def reachable(f: object, kinds: tuple[type, ...]) -> Iterator[Any]:
    """Yield the objects of some classes that a function, a method or an object has.

    Examples
    --------
    >>> from functools import partial
    >>> import autograd as ag
    >>> from autograd.core.random_state import reachable
    >>> list(reachable(partial(ag.multiply, ag.tensor(2.0)), (ag.Tensor,)))
    [tensor(2.)]
    """
    seen: set[int] = set()
    stack = [f]
    while stack:
        thing = stack.pop()
        if thing is None or id(thing) in seen:
            continue
        if isinstance(thing, kinds):
            seen.add(id(thing))
            yield thing
        elif not isinstance(thing, _DATA):
            seen.add(id(thing))
            stack.extend(_parts(thing))


def shared() -> list[Any]:
    """Return the generators behind ``random.random()`` and ``np.random.rand()``."""
    found: list[Any] = [random.random.__self__]  # type: ignore[attr-defined]
    if numbers := sys.modules.get("numpy.random"):
        found.append(numbers.random_sample.__self__)
    return found


def _kinds() -> tuple[type, ...]:
    """Return the classes of generators; NumPy loads its own when they are first named."""
    numbers = sys.modules.get("numpy.random")
    return (random.Random, *((numbers.Generator, numbers.RandomState) if numbers else ()))


def _parts(thing: Any) -> Iterable[Any]:
    if isinstance(thing, FunctionType):
        return _used_by(thing)
    if isinstance(thing, MethodType):
        return thing.__self__, thing.__func__
    if isinstance(thing, BuiltinFunctionType):  # such as `rng.random`
        return (thing.__self__,)
    if isinstance(thing, partial):
        return thing.func, *thing.args, *thing.keywords.values()
    if isinstance(thing, (list, tuple, set, frozenset)):
        return thing if len(thing) <= LONGEST else ()
    if isinstance(thing, dict):
        return thing.values() if len(thing) <= LONGEST else ()
    return _of_object(thing)


def _used_by(f: FunctionType) -> Iterator[Any]:
    yield from held_by(f)
    if _is_of_a_library(f.__globals__.get("__name__")):  # which draws nothing on its own account
        return
    names = set(_names(f.__code__))
    found = [f.__globals__[name] for name in names if name in f.__globals__]
    yield from found
    for module in found:
        if isinstance(module, ModuleType) and not _is_of_a_library(module.__name__):
            yield from (vars(module)[name] for name in names if name in vars(module))


def _names(code: CodeType) -> Iterator[str]:
    """Yield the names in the code of a function, and of the functions in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _of_object(thing: Any) -> Iterator[Any]:
    yield from getattr(thing, "__dict__", {}).values()
    for kind in type(thing).__mro__:
        if not _is_of_a_library(kind.__module__):  # its methods, and what they share
            yield from vars(kind).values()
            slots = vars(kind).get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                yield getattr(thing, name, None)


def _is_of_a_library(name: Any) -> bool:
    return str(name or "").partition(".")[0] in LIBRARIES


def states(f: object) -> States:
    """Return the generators of a function with their present states."""
    return [(rng, _state_of(rng)) for rng in generators(f)]


def present(states: States) -> States:
    """Return the same generators with their present states."""
    return [(rng, _state_of(rng)) for rng, _ in states]


def set_states(states: States) -> None:
    """Give generators other states."""
    for rng, state in states:
        if state is None:
            continue
        if isinstance(rng, random.Random):
            rng.setstate(state)
        elif hasattr(rng, "bit_generator"):
            rng.bit_generator.state = state
        else:
            rng.set_state(state)


def _state_of(rng: Any) -> Any:
    if isinstance(rng, random.SystemRandom):  # has none
        return None
    if isinstance(rng, random.Random):
        return rng.getstate()
    return rng.bit_generator.state if hasattr(rng, "bit_generator") else rng.get_state()


def fingerprint(rng: Any) -> bytes:
    """Return the state of a generator as bytes, to compare with those of a later one."""
    return pickle.dumps(_state_of(rng))
