"""What a function uses beside its arguments, and whether it is still the same.

A program has the numbers that Python knew when the function was captured: a ``scale`` of the module
around it, the ``p`` of a dropout layer, the length of a list.  Eager code would look at them again.
So the compiler looks at them before every run.

1. `Environment` begins at the function and goes to all that it can reach: closures, defaults, the
   globals that its code names, functions of the user's that it calls, attributes of objects.
2. It keeps who holds what: ``(dict, key) -> object``.  A check compares objects by identity, in one
   loop of C, and takes a few microseconds.
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
from dis import get_instructions
from functools import lru_cache, partial
from hashlib import blake2b
from operator import getitem, is_
from types import (
    BuiltinFunctionType,
    CellType,
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
from autograd.core.assumptions import ChoosesPrograms
from autograd.core.primitive import Primitive
from autograd.core.tensor import Tensor
from autograd.errors import CaptureError

MOST = 100_000  # objects that are looked at
GONE = (LookupError, AttributeError, ValueError)  # where something is not there any more
LIBRARIES = {"autograd", "nn", "numpy", *sys.stdlib_module_names} - {"__main__"}
PLAIN = (int, float, complex, str, bytes, type(None), np.generic, np.dtype, type(Ellipsis), slice)
# Of the standard library: whose objects are what the user has put into them, such as options.
BOXES = {"argparse", "collections", "configparser", "os", "types", "_thread"}
BYTES = (array, bytearray, memoryview)
METHODS = (FunctionType, staticmethod, classmethod, property)
OPAQUE = (Tensor, ChoosesPrograms, ModuleType, np.random.Generator, CodeType, BuiltinFunctionType)


class Environment:
    """What a function can reach, as it is now.

    Parameters
    ----------
    f : callable
    """

    def __init__(self, *roots: Any) -> None:
        self._holders: list[Any] = []  # dicts and lists, and what they hold at which key
        self._keys: list[Any] = []
        self._held: list[Any] = []
        self._objects: list[Any] = []  # cells and objects with slots, likewise
        self._names: list[str] = []
        self._values: list[Any] = []
        self._sized: list[Any] = []
        self._content: list[Hashable] = []
        self._alive: list[Any] = []  # so that the ids in the key stay those of these objects
        self.arrays: dict[int, Any] = {}
        self.numbers: set[Any] = set()
        self._copies: list[
            tuple[Callable[[], Any], Any]
        ] = []  # what reads content, and the content
        self._written: list[tuple[Any, Callable[[], Any], Any]] = []
        self._walk(roots)
        self._lengths = list(map(len, self._sized))

    @property
    def key(self) -> Hashable:
        """What was found, by content."""
        return tuple(self._content)

    def unchanged(self) -> bool:
        """Return whether everything is still the same object, and no array has other numbers."""
        try:
            if self._holders and not all(
                map(is_, map(getitem, self._holders, self._keys), self._held)
            ):
                return False
            if self._objects and not all(
                map(is_, map(getattr, self._objects, self._names), self._values)
            ):
                return False
            if self._sized and list(map(len, self._sized)) != self._lengths:
                return False
            return not self._copies or all(read() == then for read, then in self._copies)
        except GONE:
            return False

    def changed(self) -> str | None:
        """Return the name of something that has changed; None if nothing has."""
        held = list(zip(self._holders, self._keys, self._held, strict=True))
        named = list(zip(self._objects, self._names, self._values, strict=True))
        rows = held + named
        sized = zip(self._sized, self._lengths, strict=True)
        found = [
            *((x, k) for x, k, value in held if _now(getitem, x, k) is not value),
            *((x, k) for x, k, value in named if _now(getattr, x, k) is not value),
            *((x, None) for x, n in sized if len(x) != n),
            *((x, None) for x, read, then in self._written if read() != then),
        ]
        return name_of(*found[0], rows, self._alive) if found else None

    def note_content(self) -> None:
        """Note what arrays and sets have in them, for `changed`."""
        self._written = [(x, partial(_checksum, x), _checksum(x)) for x in self.arrays.values()]
        sets = [x for x in self._alive if isinstance(x, set)]
        self._written += [(x, partial(frozenset, x), frozenset(x)) for x in sets]

    def tests(self, bind: Callable[[Any], str]) -> list[str]:
        """Write `unchanged` as Python, which is faster for few objects: what must not be true."""
        held = zip(self._holders, self._keys, self._held, strict=True)
        named = zip(self._objects, self._names, self._values, strict=True)
        return [
            *(f"{bind(holder)}[{bind(key)}] is not {bind(value)}" for holder, key, value in held),
            *(f"{bind(thing)}.{name} is not {bind(value)}" for thing, name, value in named),
            *(f"len({bind(x)}) != {n}" for x, n in zip(self._sized, self._lengths, strict=True)),
            *(f"{bind(read)}() != {bind(then)}" for read, then in self._copies),
        ]

    def __len__(self) -> int:
        return len(self._holders) + len(self._objects) + len(self._sized) + len(self._copies)

    def watch(self, live: Container[int]) -> None:
        """Compare the content of all arrays but those of some ids, which the program reads."""
        watched = [array for id, array in self.arrays.items() if id not in live]
        for x in watched:
            self._copy(x.tobytes)

    def _copy(self, read: Callable[[], Any]) -> None:
        """Compare what ``read`` returns, bytes or a set, with what it returns now."""
        content = read()
        self._copies.append((read, content))
        if isinstance(content, bytes):
            self._content.append(blake2b(content).digest())

    def _walk(self, roots: Any) -> None:
        seen: set[int] = set()
        stack = list(reversed(roots))
        while stack:
            thing = stack.pop()
            if isinstance(thing, PLAIN):
                self._content.append(_content(thing))
                if isinstance(thing, (int, float)):
                    self.numbers.add(thing)
                continue
            if id(thing) in seen:
                continue
            seen.add(id(thing))
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
        elif isinstance(thing, dict):
            yield from self._of_dict(thing, list(thing))
        elif isinstance(thing, MappingProxyType):
            self._sized.append(thing)
            yield from self._of_dict(thing, list(thing))
        elif isinstance(thing, (list, deque)):
            self._sized.append(thing)
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
            value = holder[key]
            self._holders.append(holder)
            self._keys.append(key)
            self._held.append(value)
            yield value

    def _of_dict(self, holder: Any, keys: list[Any]) -> Iterator[Any]:
        if isinstance(holder, dict):
            self._sized.append(holder)
        self._content.append(tuple(_content(k) if isinstance(k, PLAIN) else id(k) for k in keys))
        return self._hold(holder, keys)

    def _attribute(self, thing: Any, name: str) -> Iterator[Any]:
        try:
            value = getattr(thing, name)
        except (AttributeError, ValueError):  # a variable or a slot without a value yet
            return
        self._objects.append(thing)
        self._names.append(name)
        self._values.append(value)
        yield value

    def _of_function(self, f: FunctionType) -> Iterator[Any]:
        library = _root(f.__globals__.get("__name__")) in LIBRARIES
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
        for code in _codes(f.__code__):
            self.numbers.update(c for c in code.co_consts if isinstance(c, (int, float)))
            names = _names(code)
            known = [n for n in _global_names(code) if n in f.__globals__]
            yield from self._hold(f.__globals__, known)
            yield from self._of_modules(_modules(f, known, names), names)

    def _of_modules(self, modules: list[ModuleType], names: list[str]) -> Iterator[Any]:
        """Yield what code can name in modules of the user's, and in modules in them."""
        seen = set()
        while modules:
            module = modules.pop()
            if module is os and ("environ" in names or "getenv" in names):
                yield os.environ
            if module in seen or _root(module.__name__) in LIBRARIES:
                continue
            seen.add(module)
            known = [n for n in names if n in vars(module)]
            yield from self._hold(vars(module), known)
            modules += [m for n in known if isinstance(m := vars(module)[n], ModuleType)]

    def _of_object(self, thing: Any) -> Iterator[Any]:
        attributes = getattr(thing, "__dict__", None)
        root = _root(type(thing).__module__)
        if root in LIBRARIES and root not in BOXES | {"nn"}:
            if attributes and "__wrapped__" in attributes:  # a function in a wrapper
                yield attributes["__wrapped__"]
            return
        if isinstance(attributes, dict):
            yield from self._of_dict(attributes, list(attributes))
        for kind in type(thing).__mro__:
            slots = vars(kind).get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                if name not in ("__dict__", "__weakref__"):
                    yield from self._attribute(thing, name)
        yield type(thing)


def _now(get: Callable[[Any, Any], Any], holder: Any, key: Any) -> Any:
    try:
        return get(holder, key)
    except GONE:
        return GONE


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


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of a function, and of the functions that it defines."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _names(code: CodeType) -> list[str]:
    """Return the names in code, also those in quotes, as in ``getattr(module, "rate")``."""
    quoted = [c for c in code.co_consts if isinstance(c, str)]
    return list(dict.fromkeys([*code.co_names, *quoted]))


@lru_cache(maxsize=4096)
def _global_names(code: CodeType) -> tuple[str, ...]:
    """Return what code reads or writes as globals, or has in quotes; ``w.T`` does not read T."""
    read = [i.argval for i in get_instructions(code) if i.opname.endswith(("_GLOBAL", "_NAME"))]
    quoted = [c for c in code.co_consts if isinstance(c, str)]
    return tuple(dict.fromkeys([*read, *quoted]))


def _modules(f: FunctionType, known: list[str], names: list[str]) -> list[ModuleType]:
    """Return the modules that a function has as variables, or imports, of those that are loaded."""
    package = f.__globals__.get("__package__")
    found = [f.__globals__[name] for name in known]
    found += [sys.modules.get(path) for n in names for path in (n, f"{package}.{n}")]
    found += [cell.cell_contents for cell in f.__closure__ or () if cell != CellType()]
    return [x for x in found if isinstance(x, ModuleType)]


def _root(name: Any) -> str:
    return str(name or "").partition(".")[0]


def _is_of_a_library(thing: Any) -> bool:
    """Return whether a class is one of a library, which does not change."""
    return isinstance(thing, type) and _root(thing.__module__) in LIBRARIES


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
