"""``ag.compile``: a function that is captured once, and then runs as a program.

The first call with arguments of some structure, shapes and dtypes captures the function
(`autograd.ir.capture`), makes a program of the graph (`autograd.compiler.program`), improves it
(`autograd.compiler.passes`) and writes it as Python (`autograd.compiler.executors`).  Later calls
with such arguments run it, and no Tensor is made.

Where the operations themselves are needed, the function itself runs: an argument requires a
gradient, a transform differentiates or a capture records around it, or `autograd.debug` is on.
"""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial, update_wrapper
from threading import RLock
from types import MethodType
from typing import Any

from autograd.compiler.arguments import key_of, value_of
from autograd.compiler.calling import MISSED
from autograd.compiler.collection import collection_paused
from autograd.compiler.entry import Entry
from autograd.compiler.program import Program
from autograd.compiler.updating import Writing
from autograd.core import context
from autograd.core.calls import called
from autograd.core.messages import check_callable, one_line
from autograd.core.pytree import flatten
from autograd.core.tensor import Tensor
from autograd.errors import GradientError, MissingError, OptionError
from autograd.ir.capture import is_array
from autograd.ops.kernels.llvm import choice
from autograd.ops.kernels.llvm.machine import INSTALL, machine

BACKENDS = ("auto", "llvm", "numpy")
MOST = 16  # programs of a function that are kept
OFTEN = 32  # programs after which a warning says that there are many


@called
def compile(f: Callable[..., Any] | None = None, backend: str = "auto") -> Any:
    """Make a function that computes what ``f`` does, as a program without the engine around it.

    Parameters
    ----------
    f : callable
        Returns a value, or nested tuples, lists and dicts of values.  It can be the result of a
        transform, as of `autograd.grad`, and use networks, whose weights are read at each call.
        Without it, the result is a decorator, as in ``@ag.compile(backend="numpy")``.
    backend : str
        ``"numpy"``; ``"llvm"``, which compiles most of a program to one function, and needs
        llvmlite; or ``"auto"`` for the best one there is.

    Returns
    -------
    callable
        With the arguments of ``f``.  Arrays, floats and Tensors are inputs of the program; anything
        else is part of it, and another one is made for other values, shapes or dtypes.  Results are
        constants: arrays, or Tensors if they depend on one.  One that depends on a weight refuses
        ``backward``, as it has no graph.
        ``program``, ``source`` and ``explain()`` show what the latest call ran.

    Raises
    ------
    OptionError
        If there is no such backend.
    MissingError
        For "llvm", if llvmlite is not installed.
    CaptureError
        When called, if Python reads a number of an argument, or uses one that changes by itself.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> step = ag.compile(ag.grad(lambda w, x: ag.sum(ag.tanh(x @ w))))
    >>> step(np.zeros(2), np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([4., 6.])
    """
    if f is not None:
        check_callable("compile", f)
    _check_backend(backend)
    return partial(Compiled, backend=backend) if f is None else Compiled(f, backend)


def _check_backend(backend: object) -> None:
    """Refuse a backend that is none, or that is not there."""
    if not isinstance(backend, str):
        raise OptionError(
            f"compile: the backend is a {type(backend).__name__}; give the function alone, and the "
            "arguments to what it becomes, as in ag.compile(f)(x)"
        )
    if backend not in BACKENDS:
        raise OptionError(
            f"compile: there is no backend {one_line(backend)}; write "
            f"{' or '.join(map(repr, BACKENDS))}"
        )
    if backend == "llvm" and choice.in_use() is None:
        missing = machine() == INSTALL
        reason = (
            INSTALL
            if missing
            else f"the backend is 'llvm', but in use is {choice.described()}; write "
            "ag.config.kernels = 'llvm' before"
        )
        raise (MissingError if missing else OptionError)(f"compile: {reason}")


class Compiled:
    """A function that runs as a program; see `compile`.

    Attributes
    ----------
    as_arrays : bool
        Whether programs have arrays and numbers as results where the function has Tensors; it may
        be set before the first call.
    keeps : (object, str) or None
        An object, and an attribute of it that gets the second result when state is written: all of
        that, or nothing, also after an interrupt; it may be set before the first call.
    """

    as_arrays = False
    keeps: tuple[object, str] | None = None

    def __init__(self, f: Callable[..., Any], backend: str = "auto") -> None:
        update_wrapper(self, f)
        self._f = f
        self._backend = backend
        self._entries: OrderedDict[tuple[Hashable, object], Entry] = OrderedDict()
        self._latest: Entry | None = None
        self._made = 0
        self._lock = RLock()
        self._writing = Writing()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the program for such arguments; make it if there is none."""
        return self.applied(args, kwargs)

    def applied(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call it with arguments that are in a tuple and a dict, which are not copied."""
        entry = self._latest
        if entry is not None and (
            not (entry.learns or context.open_blocks) or _is_free(entry.learns)
        ):
            result = entry.call(args, kwargs)
            if result is not MISSED:
                return result
        return self._found(args, kwargs)

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        """Be a method of an object, as a function is."""
        return self if owner is None else MethodType(self, owner)

    def __repr__(self) -> str:
        return f"<compiled {getattr(self._f, '__qualname__', repr(self._f))}>"

    def __reduce__(self) -> Any:
        raise GradientError(
            "compile: a compiled function has buffers and cannot be pickled or copied; pickle the "
            "function, and compile it where it is used"
        )

    @property
    def program(self) -> Program | None:
        """The program of the latest call, as it was captured; None before the first."""
        return None if self._latest is None else self._latest.captured

    @property
    def optimised(self) -> Program | None:
        """What the passes made of the program; None before the first call."""
        return None if self._latest is None else self._latest.program

    @property
    def source(self) -> str | None:
        """The Python that the latest call ran, functions that LLVM compiled first; None before."""
        return None if self._latest is None else self._latest.executable.source

    def explain(self, passes: bool = False) -> str:
        """Say what was made of the latest program: in words, or pass by pass, line by line."""
        from autograd.compiler.explain import explanation, pass_by_pass

        return pass_by_pass(self._latest) if passes else explanation(self._latest)

    def _found(self, args: Any, kwargs: Any) -> Any:
        """Look the program up by its key, or make it."""
        leaves, _ = flatten([args, kwargs])
        if not _is_free(any(isinstance(x, Tensor) and x.requires_grad for x in leaves)):
            return self._f(*args, **kwargs)
        with self._lock:
            entry = self._entry(args, kwargs)
            self._latest = entry
        numbers = [value_of(x) for x in leaves if _is_input(x)]
        return entry.run(*numbers)

    def _entry(self, args: Any, kwargs: Any) -> Entry:
        key = key_of([args, kwargs])
        same = [(known, entry) for known, entry in self._entries.items() if known[0] == key]
        for known, entry in reversed(same):
            if entry.fits() or entry.fits_again(args, kwargs):
                self._entries.move_to_end(known)
                return entry
        _check_backend(self._backend)  # which may have been there before, and not be in use now
        with collection_paused():
            how = self._writing, self._backend, self.as_arrays, self.keeps
            entry = Entry(self._f, args, kwargs, *how)
        self._made += 1
        if self._made == OFTEN:
            warnings.warn(
                f"compile: {one_line(repr(self), text=str)} has been compiled {OFTEN} times, as "
                "shapes or values were new again and again; pass numbers as floats or arrays, and "
                "batches of one size",
                stacklevel=4,
            )
        self._entries[key, object()] = entry
        if len(self._entries) > MOST:
            self._entries.popitem(last=False)
        return entry


def _is_input(x: Any) -> bool:
    return isinstance(x, (Tensor, float)) or is_array(x)


def _is_free(learns: bool) -> bool:
    """Return whether the operations that the function records are needed nowhere.

    ``learns`` says whether an argument requires a gradient.
    """
    state = context.current()
    watched = state.capture is not None or state.departures is not None or state.guard is not None
    return not (watched or (learns and state.recording))
