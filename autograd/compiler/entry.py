"""One program of a compiled function: how it is made, and how it runs.

A run has four steps: read the numbers of the arguments and the state, draw, compute, and write the
new state (`autograd.compiler.calling`).  Nothing is written before all is computed, and then all is
written at once, so an error or an interrupt leaves the state as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from inspect import Parameter, Signature
from typing import Any

import numpy as np

from autograd.compiler.calling import Calling
from autograd.compiler.environment import Environment
from autograd.compiler.executors.numpy import given_ids
from autograd.compiler.fastest import build
from autograd.compiler.operands import belongs, read_in_place
from autograd.compiler.passes import optimised
from autograd.compiler.program import Program, program_of
from autograd.compiler.results import Results
from autograd.compiler.twice import check_same, nearby
from autograd.compiler.updating import Writing
from autograd.core import context
from autograd.core.malloc import give_back_freed_memory
from autograd.core.pytree import flatten
from autograd.core.random_state import set_states, states
from autograd.core.tensor import Tensor
from autograd.errors import CaptureError, GlassgradError
from autograd.ir.capture import CapturedGraph, captured, is_array
from autograd.ir.evaluate import computed


class Entry:
    """The program for arguments of one structure, shapes and dtypes, and what else it depends on.

    Parameters
    ----------
    f : callable
    args : tuple
    kwargs : dict
        An example of the arguments.
    writing : Writing
        What all programs of the function share.
    backend : str
        ``"numpy"``, ``"llvm"`` or ``"auto"``.
    as_arrays : bool
        Whether no result becomes a Tensor.
    keeps : (object, str), optional
        An object, and an attribute of it that gets the second result when state is written.

    Attributes
    ----------
    captured, program : Program
        Before and after the passes.
    executable : Executable
    learns : bool
        Whether an argument requires a gradient.
    environment : Environment
        What the function used beside its arguments.
    call : callable
        ``call(args, kwargs)`` runs the program if it fits arguments, state and environment; else it
        returns `MISSED`.
    run : callable
        Runs the program on the numbers of the arguments.
    fits : callable
        Returns whether the program fits state and environment.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        writing: Writing,
        backend: str,
        as_arrays: bool = False,
        keeps: tuple[object, str] | None = None,
    ) -> None:
        generators = states((f, args, kwargs))
        try:
            graph = _capture(f, args, kwargs)
            self._f = f
            self.environment = Environment(*_roots(f, args, kwargs))
            arrays = self.environment.arrays
            first = program_of(graph, lambda x: belongs(x, arrays))
            outputs, tensors = _outputs(graph, flatten([args, kwargs])[0])
            learned = [i for i, id in enumerate(graph.outputs) if graph[id].requires_grad]
            fixed = graph.fixed
            del graph  # and with it all numbers of the capture
            self.environment.note_content()
            _check_again(first, f, args, kwargs, lambda x: belongs(x, arrays))
            if name := self.environment.changed():
                raise CaptureError(
                    f"compile: the function changes {name}, and the program would not; return it "
                    "instead, or change it outside"
                )
        finally:
            set_states(generators)
        self._in_place = read_in_place(first, arrays, self.environment.numbers)
        self.environment.watch(self._in_place)
        leaves, _ = flatten([args, kwargs])
        self.learns = any(isinstance(x, Tensor) and x.requires_grad for x in leaves)
        self.captured = first
        self.program = optimised(first)
        self.executable = build(self.program, backend)
        results = _structure(outputs, first, tensors, learned, fixed)
        if as_arrays:
            results = replace(results, tensors={})
        give_back_freed_memory()  # the numbers of the captures, before the buffers are made
        explain = partial(_explain, first)
        self._calling = Calling(self.program, self.executable, writing, results, explain, keeps)
        self._write(args, kwargs)

    def _write(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Write the functions that a call consists of."""
        functions = self._calling.functions(args, kwargs, self.environment.references)
        self.call, self.run, self.fits = functions

    def fits_again(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Return whether the environment has the content of then, perhaps in other objects."""
        now = Environment(*_roots(self._f, args, kwargs))
        now.watch(self._in_place)
        if now.key != self.environment.key:
            return False
        self.environment = now
        self._write(args, kwargs)
        return self.fits()


def _roots(f: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Any, ...]:
    """Return where the environment begins: the function, and arguments that are not numbers."""
    leaves, _ = flatten([args, kwargs])
    return (f, *(x for x in leaves if not is_array(x) and not isinstance(x, (float, Tensor))))


def interpret(program: Program, given: Sequence[Any]) -> list[Any]:
    """Run a program line by line, by the forward rules; return its results.

    It is the plain form of every executor.
    """
    values: dict[int, Any] = dict(zip(given_ids(program), given, strict=True))
    for line in program:
        if line.kind in ("constant", "live"):
            values[line.id] = line.value
        elif line.primitive is not None:
            args = [values[arg] for arg in line.args]
            values[line.id] = computed(line.primitive, args, line.params, line.dtype is None)
    return [values[id] for id in program.results]


def _explain(program: Program, given: Sequence[Any], error: Exception) -> None:
    """Raise what the function itself would raise, with the operation's name."""
    if not isinstance(error, GlassgradError):
        interpret(program, given)


def _capture(
    f: Callable[..., Any], args: Any, kwargs: Any, otherwise: tuple[Any, Any] | None = None
) -> CapturedGraph:
    """Capture with little memory; with all numbers if the function refuses what is wrong then.

    ``otherwise`` are other arguments, if it refuses these.
    """
    f, given = _by_position(f, args, kwargs)
    # Recording, as a later call may ask for gradients; NumPy warns when the program runs.
    with np.errstate(all="ignore"), context.changed(recording=True):
        try:
            return captured("compile", f, given, sparing=True)
        except CaptureError:
            raise
        except (GlassgradError, np.linalg.LinAlgError, ArithmeticError, ValueError):
            if otherwise is not None:
                given = (*otherwise[0], *otherwise[1].values())
            return captured("compile", f, given)


def _check_again(
    first: Program, f: Callable[..., Any], args: Any, kwargs: Any, live: Callable[[Any], bool]
) -> None:
    """Capture on other numbers, and refuse the program if that gives another one."""
    others = nearby([args, kwargs])
    repeated = _capture(f, others[0], others[1], otherwise=(args, kwargs))
    check_same(first, program_of(repeated, live))


def _by_position(f: Callable[..., Any], args: Any, kwargs: Any) -> tuple[Callable[..., Any], Any]:
    """Return a function of all arguments in order, and the arguments."""
    if not kwargs:
        return f, args

    def in_order(*given: Any) -> Any:
        return f(*given[: len(args)], **dict(zip(kwargs, given[len(args) :], strict=True)))

    names = [*(f"x{i}" for i in range(len(args))), *kwargs]
    in_order.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(name, Parameter.POSITIONAL_ONLY) for name in dict.fromkeys(names)]
    )
    return in_order, (*args, *kwargs.values())


def _outputs(graph: CapturedGraph, leaves: list[Any]) -> tuple[Any, set[int]]:
    """Return the structure of the results, of their numbers, and which arguments are Tensors."""
    pairs = zip(graph.arguments, leaves, strict=True)
    tensors = {graph.id_of(a.given) for a, x in pairs if isinstance(x, Tensor)}
    return graph.rebuild(range(len(graph.outputs))), tensors


def _structure(
    tree: Any,
    program: Program,
    tensors: set[int],
    learned: Sequence[int],
    fixed: Mapping[int, Any],
) -> Results:
    """Return how results are handed out: nested as the function's, as Tensors or arrays.

    They are Tensors if they depend on one: on an argument that is, as those with the ids given, or
    on a tensor that the function has from somewhere else.  At places in ``learned`` a gradient
    would go on to a weight, and at those in ``fixed`` there are numbers of Python's.
    """
    behind = _behind(program, tensors | {id for id, _ in program.state})
    lines = program.by_id()
    weight = next((t for _, t in program.state if t.requires_grad), None)
    of_tensors = {
        i: weight if i in learned else None
        for i, id in enumerate(program.outputs)
        if id in behind and lines[id].dtype is not None
    }
    return Results(tree, of_tensors, fixed)


def _behind(program: Program, roots: set[int]) -> set[int]:
    """Return the ids of what depends on some values."""
    found = set(roots)
    for line in program:
        if not found.isdisjoint(line.args):
            found.add(line.id)
    return found
