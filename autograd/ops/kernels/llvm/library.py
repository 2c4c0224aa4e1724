"""Compiled kernels: translated and compiled at their first use, or read from the disk.

kernels = Library(text)                                    nothing is compiled yet
add = kernels.compiled("add", np.float32, WIDTH=8)         now it is
add(address_of(out), address_of(x), address_of(y), 100)
"""

from __future__ import annotations

import ast
import ctypes
import inspect
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from threading import RLock
from types import ModuleType
from typing import Any
from weakref import finalize

import numpy as np

from autograd.core.types import DTypeLike
from autograd.ops.kernels.llvm import (
    block_entry,
    expressions,
    instructions,
    number_words,
    object_cache,
    statements,
    thread_words,
    translator,
    types,
    vocabulary,
)
from autograd.ops.kernels.llvm.libm import define_functions
from autograd.ops.kernels.llvm.machine import Machine, machine
from autograd.ops.kernels.llvm.refusals import not_a_kernel
from autograd.ops.kernels.llvm.translator import Source, read, translated
from autograd.ops.kernels.llvm.types import DOUBLE, FLOAT, INTEGER, Constant, Pointer, Type

# What the parameters of a kernel are, by their annotations; None is the dtype it is compiled for.
ARRAYS = {
    "Floats": None,
    "Float32s": np.dtype(np.float32),
    "Float64s": np.dtype(np.float64),
    "Integers": np.dtype(np.int64),
    "Int32s": np.dtype(np.int32),
    "Bytes": np.dtype(np.uint8),
    "Booleans": np.dtype(np.bool_),
}
NUMBERS = {"int": INTEGER, "float": None}
OF_DTYPE = {np.dtype(np.float32): FLOAT, np.dtype(np.float64): DOUBLE}
PASSED = {INTEGER: ctypes.c_int64, FLOAT: ctypes.c_float, DOUBLE: ctypes.c_double}


@dataclass(frozen=True, slots=True)
class OfBlock:
    """A compiled kernel that is called with the address of its arguments.

    Attributes
    ----------
    function : callable
        Takes the address, and holds the code.
    address : int
        Where the code is.
    """

    function: Any
    address: int = field(init=False)

    def __post_init__(self) -> None:
        address = ctypes.cast(self.function, ctypes.c_void_p).value or 0
        object.__setattr__(self, "address", address)

    def __call__(self, block: int) -> None:
        """Call the kernel."""
        self.function(block)


class CompilingError(RuntimeError):
    """A kernel could not be compiled; NumPy computes the same."""


_compiling = RLock()  # of one thread at a time, which may fork meanwhile


@cache
def library_of(module: ModuleType, *uses: ModuleType) -> Library:
    """Return the kernels of a module, which may call functions of others.

    Raises
    ------
    CompilingError
        If its source is not there.
    """
    try:
        return Library(inspect.getsource(module), uses, quick=True)
    except (OSError, TypeError) as error:
        raise CompilingError(f"{module.__name__}: its source is not there") from error


@dataclass(eq=False)
class Library:
    """Kernels that are written in one text, and call each other.

    Attributes
    ----------
    source : str
        Functions in the language of `autograd.ops.kernels.llvm.words`.
    uses : tuple of modules
        Whose functions they may call, too.
    quick : bool
        Whether to compile in half the time: loops are not unrolled, and a function without a result
        stays a function that is called.  Such kernels call none of the C library's functions.
    """

    source: str
    uses: tuple[ModuleType, ...] = ()
    quick: bool = False
    _functions: dict[str, ast.FunctionDef] = field(init=False)
    _read: Source = field(init=False)
    _compiled: dict[Any, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        with _compiling:  # Python 3.11 cannot parse in two threads at once
            parts = [*map(read_module, self.uses), read(self.source)]
        constants = {name: x for part in parts for name, x in part.constants.items()}
        self._functions = {name: f for part in parts for name, f in part.functions.items()}
        self._read = Source(self._functions, constants)

    def compiled(self, name: str, dtype: DTypeLike, **constants: Constant) -> Callable[..., Any]:
        """Return a kernel as a function of addresses and numbers, which releases Python's lock.

        Parameters
        ----------
        name : str
        dtype : dtype
            That of the arrays which are `Floats`.
        constants : number
            All parameters that can only be given by name.
        """
        key = name, np.dtype(dtype), repr(constants)  # in which 1, 1.0 and True are not the same
        found = self._compiled.get(key)
        if found is None:
            with _compiling:
                found = self._compiled.get(key) or self._compile(name, np.dtype(dtype), constants)
                self._compiled[key] = found
        return found

    def of_block(self, name: str, dtype: DTypeLike, **constants: Constant) -> OfBlock:
        """Return a kernel as a function of the address where its arguments lie as integers."""
        key = "of block", name, np.dtype(dtype), repr(constants)
        found = self._compiled.get(key)
        if found is None:
            with _compiling:
                entry = block_entry.block_entry(self._read.functions[name], np.dtype(dtype))
                self._functions.setdefault(entry.name, entry)
            found = self._compiled[key] = OfBlock(self.compiled(entry.name, dtype, **constants))
        return found

    def _compile(
        self, name: str, dtype: np.dtype[Any], constants: dict[str, Constant]
    ) -> Callable[..., Any]:
        try:
            here = machine()
            if isinstance(here, str):
                raise RuntimeError(here)
            function = self._read.functions[name]
            given = parameters(function, dtype)
            engine, address = self._loaded(here, name, given, constants)
        except Exception as error:
            raise CompilingError(f"{name}: {type(error).__name__}: {error}") from error
        kinds: list[Any] = [
            ctypes.c_void_p if isinstance(x, Pointer) else PASSED[x] for x in given.values()
        ]
        result = ctypes.c_int64 if returns_integer(function) else None
        found = ctypes.CFUNCTYPE(result, *kinds)(address)
        finalize(found, engine.close).atexit = False  # the code is freed with what calls it
        return found

    def _loaded(
        self,
        here: Machine,
        name: str,
        given: Mapping[str, Pointer | Type],
        constants: Mapping[str, Constant],
    ) -> tuple[Any, int]:
        kernel = here, name, given, constants
        text = "" if self.quick else self._text(*kernel)
        key = object_cache.key_of(here.key, text) if text else self._key(*kernel)
        code = object_cache.read(key)
        if code is None:
            code = object_code(here, text or self._text(*kernel), self.quick)
            object_cache.write(key, code)
        return loaded(here, code, name)

    def _text(
        self,
        here: Machine,
        name: str,
        given: Mapping[str, Pointer | Type],
        constants: Mapping[str, Constant],
    ) -> str:
        """Return a kernel in LLVM's language, whose functions of C are known to LLVM."""
        text = translated(self._read, name, given, constants, apart=self.quick)
        define_functions(here.binding, text)
        return text

    def _key(
        self,
        here: Machine,
        name: str,
        given: Mapping[str, Pointer | Type],
        constants: Mapping[str, Constant],
    ) -> str:
        """Return by what code is found that has not been translated: all that it is made of."""
        texts = (*map(inspect.getsource, self.uses), self.source)
        return object_cache.key_of(here.key, language(), name, repr((given, constants)), *texts)


@cache
def read_module(module: ModuleType) -> Source:
    """Return the kernels of a module."""
    return read(inspect.getsource(module))


@cache
def language() -> str:
    """Return what the meaning of a kernel's text depends on: the source of its translator."""
    words = vocabulary, number_words, thread_words
    parts = translator, statements, expressions, instructions, types, block_entry, *words
    return "\n".join(map(inspect.getsource, parts))


def returns_integer(function: ast.FunctionDef) -> bool:
    """Return whether a kernel that is called from outside returns an integer."""
    return isinstance(function.returns, ast.Name) and function.returns.id == "int"


def parameters(function: ast.FunctionDef, dtype: np.dtype[Any]) -> dict[str, Pointer | Type]:
    """Return the parameters of a kernel that are given by position, by their annotations."""
    if dtype not in OF_DTYPE:
        raise TypeError(f"kernels are compiled for float32 and float64, not for {dtype}")
    found: dict[str, Pointer | Type] = {}
    for parameter in function.args.args:
        kind = "" if parameter.annotation is None else ast.unparse(parameter.annotation)
        if kind in ARRAYS:
            found[parameter.arg] = Pointer(f"%{parameter.arg}", ARRAYS[kind] or dtype)
        elif kind in NUMBERS:
            found[parameter.arg] = NUMBERS[kind] or OF_DTYPE[dtype]
        else:
            known = ", ".join((*ARRAYS, *NUMBERS))
            raise not_a_kernel(function.name, parameter, f"parameters are {known}")
    return found


def object_code(here: Machine, text: str, quick: bool = False) -> bytes:
    """Compile a module of LLVM."""
    llvm = here.binding
    module = llvm.parse_assembly(text)
    module.verify()  # the optimiser relies on it
    module.triple = here.target.triple
    module.data_layout = str(here.target.target_data)
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.loop_vectorization = True
    options.loop_unrolling = not quick
    builder = llvm.create_pass_builder(here.target, options)
    builder.getModulePassManager().run(module, builder)
    code: bytes = here.target.emit_object(module)
    return code


def loaded(here: Machine, code: bytes, name: str) -> tuple[Any, int]:
    """Load compiled code; return what keeps it in memory, and the address of its function."""
    llvm = here.binding
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), here.make_target())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    address: int = engine.get_function_address(name)
    if not address:
        raise RuntimeError(f"compiled code has no function {name}")
    return engine, address


def _after_fork() -> None:
    """Begin anew in a child process."""
    global _compiling
    _compiling = RLock()


# A thread that compiles holds locks of llvmlite's, too, which stay locked in a child.  So a fork
# waits until it has finished.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=lambda: _compiling.acquire(),
        after_in_parent=lambda: _compiling.release(),
        after_in_child=_after_fork,
    )
