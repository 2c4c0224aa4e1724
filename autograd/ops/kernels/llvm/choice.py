"""Which kernels are in use: those that LLVM compiles, or NumPy's, and why."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np

from autograd.core.messages import one_line
from autograd.errors import MissingError, OptionError
from autograd.ops.kernels.llvm import object_cache
from autograd.ops.kernels.llvm.library import CompilingError
from autograd.ops.kernels.llvm.machine import INSTALL, Machine, machine

T = TypeVar("T")

VARIABLE = "GLASSGRAD_KERNELS"  # the environment variable that chooses when the program begins
NAMES = ("auto", "llvm", "numpy")

_chosen: str | None = None
_failed = ""


def choose(name: str) -> None:
    """Choose kernels: "llvm", "numpy", or "auto" for LLVM's where they can be had.

    Raises
    ------
    OptionError
        For another name, or if LLVM cannot compile for this processor.
    MissingError
        For "llvm", if llvmlite is not installed.
    """
    global _chosen, _failed
    if not isinstance(name, str) or name.lower() not in NAMES:
        raise OptionError(f"config.kernels: {one_line(name)} must be 'auto', 'llvm' or 'numpy'")
    name = name.lower()
    found = machine() if name == "llvm" else ""
    if isinstance(found, str) and found:
        raise (MissingError if found == INSTALL else OptionError)(f"config.kernels: {found}")
    _chosen, _failed = name, ""  # who chooses anew tries again what could not be compiled


def chosen() -> str:
    """Return what was chosen, here or by the environment variable."""
    name = _chosen or os.environ.get(VARIABLE, "").lower() or "auto"
    return name if name in NAMES else "auto"


def _misspelt() -> str:
    """Say that the environment variable has none of the names, if it is so."""
    name = os.environ.get(VARIABLE, "")
    if _chosen or not name or name.lower() in NAMES:
        return ""
    return f" ({VARIABLE}={one_line(name)} is none of {', '.join(NAMES)})"


def in_use() -> Machine | None:
    """Return the processor that LLVM compiles for; None if NumPy's kernels are in use."""
    if _failed or chosen() == "numpy":
        return None
    found = machine()
    return found if isinstance(found, Machine) else None


def give_up(error: Exception) -> None:
    """Leave LLVM's kernels, one of which could not be compiled, for the rest of the program."""
    global _failed
    _failed = f"a kernel could not be compiled ({one_line(str(error))})"


def fastest(
    compiled: Callable[..., T | None], plain: Callable[..., T], fits: bool, *args: Any
) -> T:
    """Return what a function with LLVM's kernels computes, or, without them, one with NumPy's.

    Parameters
    ----------
    compiled : callable
        Takes the machine behind the other arguments; returns None to leave it to the other.
    plain : callable
    fits : bool
        Whether there are kernels for these arguments.
    """
    here = in_use() if fits else None
    if here is None or "raise" in np.geterr().values():  # which NumPy alone does
        return plain(*args)
    try:
        found = compiled(*args, here)
    except CompilingError as error:
        give_up(error)
        found = None
    return plain(*args) if found is None else found


def described() -> str:
    """Return in one line which kernels are in use, and why."""
    here = in_use()
    if here is not None:
        return f"llvm: {here.name}{object_cache.trouble()}{_misspelt()}"
    if chosen() == "numpy":
        return "numpy: chosen"
    found = machine()
    return f"numpy: {_failed or (found if isinstance(found, str) else '')}{_misspelt()}"
