"""The random generators that a function draws from, and their state.

A function that runs a second time, as `autograd.checkpoint` does, must draw the same numbers.  Its
generators are found where a function keeps what it uses: in its closure, its defaults, the globals
that it names, the object that it is a method of, and the attributes of what is found there, such
as the layers of a network.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, TypeAlias

import numpy as np

from autograd.core.closures import held_by
from autograd.core.tensor import Tensor

# In quotes, as NumPy loads its generators when they are first named.
States: TypeAlias = "list[tuple[np.random.Generator, Mapping[str, Any]]]"

LONGEST = 1000  # a container with more in it holds data
_DATA = (Tensor, np.ndarray, np.generic, ModuleType, type, str, bytes, int, float)


def generators(f: object) -> Iterator[np.random.Generator]:
    """Yield the generators that a function, a method or an object has.

    Examples
    --------
    >>> from functools import partial
    >>> import numpy as np
    >>> from autograd.transforms.random_state import generators
    >>> rng = np.random.default_rng(0)
    >>> list(generators(partial(np.multiply, rng))) == [rng]
    True
    """
    seen: set[int] = set()
    stack = [f]
    while stack:
        thing = stack.pop()
        if thing is None or isinstance(thing, _DATA) or id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, np.random.Generator):
            yield thing
        else:
            stack.extend(_parts(thing))


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
    return getattr(thing, "__dict__", {}).values()


def _used_by(f: FunctionType) -> Iterator[Any]:
    yield from held_by(f)
    if not f.__globals__.get("__name__", "").startswith("autograd."):  # which draws nothing
        yield from (f.__globals__[name] for name in f.__code__.co_names if name in f.__globals__)


def states(f: object) -> States:
    """Return the generators of a function with their present states."""
    return [(rng, rng.bit_generator.state) for rng in generators(f)]


def present(states: States) -> States:
    """Return the same generators with their present states."""
    return [(rng, rng.bit_generator.state) for rng, _ in states]


def set_states(states: States) -> None:
    """Give generators other states."""
    for rng, state in states:
        rng.bit_generator.state = state
