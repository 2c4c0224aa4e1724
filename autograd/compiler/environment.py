"""What a function uses beside its arguments, and whether it is still the same.

A program has the numbers that Python knew when the function was captured: a ``scale`` of the module
around it, the ``p`` of a dropout layer, the length of a list.  Eager code would look at them again.
So the compiler looks at them before every run.

1. `Environment` begins at the function and goes to all that it can reach: closures, defaults, the
   globals that its code names, functions of the user's that it calls, attributes of objects.
2. It keeps `References`: who refers to what.  A check compares objects by identity.
3. Its `key` has what was found by content.  A number that was replaced by an equal one has the same
   key, so the program that is there is used again.
4. Tensors are compared by identity, since their data are read when the program runs.  Large arrays
   that are operands are read then, too; other arrays are compared by content.
"""

from __future__ import annotations

import os
import sys
from array import array
from collections import deque
from collections.abc import Callable, Container, Hashable, Iterator
from functools import lru_cache, partial
from hashlib import blake2b
from itertools import count
from operator import length_hint
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MappingProxyType,
    MethodType,
    ModuleType,
)
from typing import Any
from zlib import crc32

import numpy as np

from autograd.compiler.changes import name_of
from autograd.compiler.code_names import codes, global_names, modules, names
from autograd.compiler.references import References
from autograd.core.assumptions import WatchesItself
from autograd.core.primitive import Primitive
from autograd.core.random_state import LIBRARIES
from autograd.core.tensor import Tensor
from autograd.errors import CaptureError

MOST = 100_000  # objects that are looked at
PLAIN = (int, float, complex, str, bytes, type(None), np.generic, np.dtype, type(Ellipsis), slice)
# Of the standard library: whose objects are what the user has put into them, such as options.
BOXES = {"argparse", "collections", "configparser", "os", "types", "_thread"}
BYTES = (array, bytearray, memoryview)
CONTAINERS = (dict, list, deque, set, tuple, frozenset, np.ndarray)
METHODS = (FunctionType, staticmethod, classmethod, property)
OPAQUE = (Tensor, WatchesItself, ModuleType, np.random.Generator, CodeType, BuiltinFunctionType)


class Environment:
    """What a function can reach, as it is now.

    Parameters
    ----------
    *roots : object
        Where it begins: the function, and arguments that are not numbers.

    Attributes
    ----------
    references : References
        Who refers to what, to see whether it is still so.
    arrays : dict of int to array
        The arrays, by their id.
    numbers : set of int and float
    """

    def __init__(self, *roots: Any) -> None:
        self.references = References()
        self._content: list[Hashable] = []
        self._alive: list[Any] = []  # so that the ids in the key stay those of these objects
        self.arrays: dict[int, Any] = {}
        self.numbers: set[Any] = set()
        self._written: list[tuple[Any, Callable[[], Any], Any]] = []
        self._walk(roots)

    @property
    def key(self) -> Hashable:
        """What was found, by content."""
        return tuple(self._content)

    def changed(self) -> str | None:
        """Return the name of something that has changed; None if nothing has."""
        found = self.references.changed()
        found += [(x, None) for x, read, then in self._written if read() != then]
        return name_of(*found[0], self.references.rows(), self._alive) if found else None

    def note_content(self) -> None:
        """Note what arrays, sets and iterators have in them, for `changed`."""
        readers: list[tuple[Any, Callable[[], Any]]]
        readers = [(x, partial(_checksum, x)) for x in self.arrays.values()]
        readers += [(x, partial(frozenset, x)) for x in self._alive if isinstance(x, set)]
        iterators = [x for x in self._alive if hasattr(type(x), "__length_hint__")]
        readers += [(x, partial(length_hint, x)) for x in iterators]
        readers += [(x, partial(repr, x)) for x in self._alive if isinstance(x, count)]
        self._written = [(x, read, read()) for x, read in readers]

    def watch(self, live: Container[int]) -> None:
        """Compare the content of all arrays but those of some ids, which the program reads."""
        for x in self.arrays.values():
            self._content.append((x.shape, x.dtype.str))
            self.references.add_content(partial(getattr, x, "shape"))
            self.references.add_attribute(x, "dtype")
            if id(x) not in live:
                self._copy(x.tobytes)

    def _copy(self, read: Callable[[], Any]) -> None:
        """Compare what ``read`` returns, bytes or a set, with what it returns now."""
        content = self.references.add_content(read)
        if isinstance(content, bytes):
            self._content.append(blake2b(content).digest())

    def _walk(self, roots: Any) -> None:
        seen: dict[int, int] = {}  # in which place each object was met first
        stack = list(reversed(roots))
        while stack:
            thing = stack.pop()
            if isinstance(thing, PLAIN):
                self._content.append(_content(thing))
                if isinstance(thing, (int, float)):
                    self.numbers.add(thing)
                continue
            if id(thing) in seen:
                self._content.append(("again", seen[id(thing)]))
                continue
            seen[id(thing)] = len(seen)
            self._alive.append(thing)
            if len(seen) > MOST:
                raise CaptureError(
                    f"compile: the function can reach more than {MOST} objects, too many to see "
                    "whether one has changed; pass what it needs as arguments"
                )
            self._content.append(_identity(thing))
            stack.extend(reversed(list(self._parts(thing))))

    def _parts(self, thing: Any) -> Iterator[Any]:
        """Note who holds the parts of an object, and yield them."""
        if isinstance(thing, CONTAINERS) and type(thing) not in CONTAINERS:
            yield from self._of_attributes(thing)  # of a subclass: what it has beside its items
        if isinstance(thing, np.ndarray):
            self.arrays[id(thing)] = thing
            if thing.dtype == object:
                yield from thing.ravel().tolist()
        elif isinstance(thing, BYTES):
            self._copy(partial(bytes, thing))
        elif isinstance(thing, Tensor):
            yield from self._attribute(thing, "_requires_grad")
        elif isinstance(thing, OPAQUE) or _is_of_a_library(thing):
            return
        elif isinstance(thing, FunctionType):
            yield from self._of_function(thing)
        elif isinstance(thing, Primitive):
            rules = thing.vjps if isinstance(thing.vjps, tuple) else (thing.vjps,)
            yield from (thing.forward, *rules)
        elif isinstance(thing, (dict, MappingProxyType)):
            yield from self._of_dict(thing, list(thing))
        elif isinstance(thing, (list, deque)):
            self.references.add_length(thing)
            yield from self._hold(thing, range(len(thing)))
        elif isinstance(thing, set):
            self._copy(partial(frozenset, thing))
            yield from thing
        elif isinstance(thing, type):
            known = [k for k, x in vars(thing).items() if k[:2] != "__" or isinstance(x, METHODS)]
            yield from self._of_dict(vars(thing), known)
            yield from (type(thing), *thing.__bases__)
        elif (inside := _inside(thing)) is not None:
            yield from inside
        else:
            yield from self._of_object(thing)

    def _hold(self, holder: Any, keys: Any) -> Iterator[Any]:
        for key in keys:
            yield self.references.add_item(holder, key)

    def _of_dict(self, holder: Any, keys: list[Any]) -> Iterator[Any]:
        self.references.add_length(holder)
        self._content.append(tuple(_content(k) if isinstance(k, PLAIN) else id(k) for k in keys))
        return self._hold(holder, keys)

    def _attribute(self, thing: Any, name: str) -> Iterator[Any]:
        try:
            yield self.references.add_attribute(thing, name)
        except (AttributeError, ValueError):  # a variable or a slot without a value yet
            self.references.add_content(partial(hasattr, thing, name))

    def _of_function(self, f: FunctionType) -> Iterator[Any]:
        library = _is_library(f.__globals__.get("__name__"))
        if isinstance(record := vars(f).get("primitive"), Primitive):
            yield record
            return
        for cell in f.__closure__ or ():
            yield from self._attribute(cell, "cell_contents")
        if vars(f):
            yield from self._of_dict(vars(f), list(vars(f)))
        if library:
            yield from (*(f.__defaults__ or ()), *(f.__kwdefaults__ or {}).values())
            return
        for name in ("__code__", "__defaults__", "__kwdefaults__"):
            yield from self._attribute(f, name)
        for code in codes(f.__code__):
            self.numbers.update(c for c in code.co_consts if isinstance(c, (int, float)))
            named = names(code)
            known = [n for n in global_names(code) if n in f.__globals__]
            yield from self._hold(f.__globals__, known)
            yield from self._of_modules(modules(f, known, named), named)

    def _of_modules(self, found: list[ModuleType], named: list[str]) -> Iterator[Any]:
        """Yield what code can name in modules of the user's, and in modules in them."""
        seen = set()
        while found:
            module = found.pop()
            if module is os and ("environ" in named or "getenv" in named):
                yield os.environ
            if module in seen or _is_library(module.__name__):
                continue
            seen.add(module)
            known = [n for n in named if n in vars(module)]
            yield from self._hold(vars(module), known)
            found += [m for n in known if isinstance(m := vars(module)[n], ModuleType)]

    def _of_object(self, thing: Any) -> Iterator[Any]:
        root = _root(type(thing).__module__)
        if root in LIBRARIES and root not in BOXES | {"nn"}:
            if "__wrapped__" in getattr(thing, "__dict__", ()):  # a function in a wrapper
                yield thing.__wrapped__
            return
        yield from self._of_attributes(thing)
        yield type(thing)

    def _of_attributes(self, thing: Any) -> Iterator[Any]:
        attributes = getattr(thing, "__dict__", None)
        if isinstance(attributes, dict):
            yield from self._of_dict(attributes, list(attributes))
        for kind in type(thing).__mro__:
            slots = vars(kind).get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                if name not in ("__dict__", "__weakref__"):
                    yield from self._attribute(thing, _mangled(kind, name))


def _mangled(kind: type, name: str) -> str:
    """Return what a name is called outside of its class, as Python changes ``__name``."""
    private = name.startswith("__") and not name.endswith("__")
    return f"_{kind.__name__.lstrip('_')}{name}" if private else name


def _checksum(x: Any) -> int:
    return hash(tuple(map(id, x.flat))) if x.dtype == object else crc32(x.tobytes())


def _inside(thing: Any) -> tuple[Any, ...] | None:
    """Return the parts of what never changes; None if it is something else."""
    if isinstance(thing, (tuple, frozenset)):
        return tuple(thing)
    if isinstance(thing, MethodType):
        return thing.__self__, thing.__func__
    if isinstance(thing, partial):
        return thing.func, thing.args, thing.keywords
    if isinstance(thing, property):
        return (thing.fget,)
    if isinstance(thing, (staticmethod, classmethod)):
        return (thing.__func__,)
    return None


def _root(name: Any) -> str:
    return str(name or "").partition(".")[0]


def _is_library(name: Any) -> bool:
    """Return whether a module is one of the standard library or of an installed package."""
    root = _root(name)
    return root in LIBRARIES or _is_installed(root)


@lru_cache(maxsize=4096)
def _is_installed(root: str) -> bool:
    path = getattr(sys.modules.get(root), "__file__", None) or ""
    return "site-packages" in path or "dist-packages" in path


def _is_of_a_library(thing: Any) -> bool:
    """Return whether a class is one of a library, which does not change."""
    return isinstance(thing, type) and _is_library(thing.__module__)


def _identity(thing: Any) -> Hashable:
    """Return the content of a container's frame, or which object it is."""
    if isinstance(thing, (list, tuple, dict, set, frozenset)):
        return type(thing).__name__, len(thing)
    return id(thing)


def _content(thing: Any) -> Hashable:
    if isinstance(thing, slice):
        return "slice", repr(thing)
    if isinstance(thing, (float, np.generic)):
        return type(thing), repr(thing)
    return type(thing), thing
