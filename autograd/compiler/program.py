"""A program: what a captured function computes, as lines that never change.

A captured graph (`autograd.ir.capture`) is the same list of operations, but holds Tensors and the
values of one run.  A `Program` has neither: only what is computed, of which shape and dtype, and
where its numbers come from.

1. Every value is one `Line`, whose number is its id.  Lines stand after those they use.
2. A line without an operation is given: an argument, a tensor that is read when the program runs,
   a random draw, or a constant.
3. Passes (`autograd.compiler.passes`) make a program from a program.  A line that a pass keeps
   keeps its id, so notes, drawings and messages can find the node that it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from autograd.core.primitive import Primitive
from autograd.core.tensor import NO_PARAMS, Tensor
from autograd.core.types import Shape
from autograd.ir.capture import CapturedGraph

GIVEN = ("input", "state", "draw", "constant", "live")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """One value of a program.

    Attributes
    ----------
    id : int
        What other lines call it.
    primitive : Primitive or None
        The operation; None for a value that is given.
    args : tuple of int
        The ids of its inputs.
    params : dict
        Its further arguments, such as ``axis``.
    shape : tuple of int
    dtype : numpy.dtype or None
        None for a number of Python's, which takes the dtype of the other operand.
    kind : str
        ``"result"``, or one of ``GIVEN``; "live" is an array of the user's that is read in place.
    value : Any
        That of a constant, or the array.
    name : str or None
    node : int
        The node of the graph that it came from.
    """

    id: int
    primitive: Primitive | None
    args: tuple[int, ...]
    params: Mapping[str, Any]
    shape: Shape
    dtype: np.dtype[Any] | None
    kind: str
    value: Any
    name: str | None
    node: int

    @property
    def operation(self) -> str:
        """The name of the operation; of a given value, what it is."""
        return self.primitive.name if self.primitive else self.kind

    @property
    def size(self) -> int:
        """The number of elements."""
        count = 1
        for n in self.shape:
            count *= n
        return count

    @property
    def nbytes(self) -> int:
        """The memory of an array; 0 for a number of Python's."""
        return self.size * (self.dtype.itemsize if self.dtype else 0)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Program:
    """Lines, and which of them are arguments, state and results.

    Attributes
    ----------
    lines : tuple of Line
        In an order in which they can be computed.
    inputs : tuple of int
        The ids of the arguments.
    draws : tuple of (int, callable)
        What is drawn at random before each run, in order, and what draws it.
    state : tuple of (int, Tensor)
        What is read when the program runs, such as the weights of a network.
    updates : tuple of (Tensor, int)
        What is written when a run has succeeded, and the ids of the new values.
    outputs : tuple of int
    notes : tuple of str
        What the passes did, in words.
    """

    lines: tuple[Line, ...]
    inputs: tuple[int, ...]
    draws: tuple[tuple[int, Callable[[], Any]], ...]
    state: tuple[tuple[int, Tensor], ...]
    updates: tuple[tuple[Tensor, int], ...]
    outputs: tuple[int, ...]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __repr__(self) -> str:
        return algorithm(self)

    @property
    def results(self) -> tuple[int, ...]:
        """The ids that a run must leave: outputs and new state."""
        return (*self.outputs, *(id for _, id in self.updates))

    def by_id(self) -> dict[int, Line]:
        """Return the lines by their ids."""
        return {line.id: line for line in self.lines}

    def users(self) -> dict[int, list[Line]]:
        """Return, for each id, the lines that use it, once for every use."""
        found: dict[int, list[Line]] = {line.id: [] for line in self.lines}
        for line in self.lines:
            for arg in line.args:
                found[arg].append(line)
        return found

    def rewritten(
        self,
        lines: Iterable[Line],
        same: Mapping[int, int] | None = None,
        notes: Sequence[str] = (),
    ) -> Program:
        """Return a program of other lines, in which ``same`` says what stands for what."""
        same = same or {}

        def now(id: int) -> int:
            while id in same:
                id = same[id]
            return id

        kept = list(lines)
        for place, line in enumerate(kept if same else ()):
            if not same.keys().isdisjoint(line.args):
                kept[place] = replace(line, args=tuple(map(now, line.args)))
        return replace(
            self,
            lines=tuple(kept),
            outputs=tuple(now(id) for id in self.outputs),
            updates=tuple((t, now(id)) for t, id in self.updates),
            notes=(*self.notes, *notes),
        )


def program_of(graph: CapturedGraph, live: Callable[[Any], bool] = lambda _: False) -> Program:
    """Return the program of a captured graph.

    Parameters
    ----------
    graph : Graph
        From `autograd.capture`.
    live : callable
        Whether an array is one that can get other numbers, and is read when the program runs.
    """
    held = [t for a in graph.arguments if a.kind == "holder" for t in a.tensors.values()]
    state = dict(graph.state) | {graph.id_of(t): t for t in held}
    kinds = (
        dict.fromkeys(graph.inputs, "input")
        | {id: "draw" for id, _ in graph.draws}
        | dict.fromkeys(state, "state")
    )
    lines = []
    for node in graph:
        kind = "result" if node.primitive is not None else kinds.get(node.id, "constant")
        if kind == "constant" and live(node.value):
            kind = "live"
        weak = type(node.value) in (float, int, bool)
        lines.append(
            Line(
                id=node.id,
                primitive=node.primitive,
                args=node.inputs,
                params=node.params or NO_PARAMS,
                shape=() if weak else tuple(node.value.shape),
                dtype=None if weak else node.value.dtype,
                kind=kind,
                value=node.value if kind in ("constant", "live") else None,
                name=node.name,
                node=node.id,
            )
        )
    return Program(
        tuple(lines),
        tuple(id for id in graph.inputs if id not in state),
        graph.draws,
        tuple(state.items()),
        graph.updates,
        graph.outputs,
    )


def algorithm(program: Program) -> str:
    """Return a program as a lecture would write it down."""
    from autograd.ir.printer.program_text import Listing, program_text
    from autograd.ir.printer.terms import Step

    steps = {
        line.id: Step(
            line.id, line.primitive, line.args, line.params, line.shape, line.value, line.name
        )
        for line in program
    }
    known = {t: id for id, t in program.state}
    return program_text(
        Listing(
            steps,
            program.inputs,
            tuple(id for id, _ in program.state if id in steps),
            tuple(id for id, _ in program.draws),
            program.outputs,
            tuple((known[t], id) for t, id in program.updates),
        )
    )


def listing(program: Program) -> str:
    """Return a program with a row for every line, as it is computed.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.compiler.program import listing, program_of
    >>> print(listing(program_of(ag.capture(lambda x: ag.maximum(x, 0.0) * 2.0, -1.0))))
    v2 = maximum(x, 0.0)
    v4 = multiply(v2, 2.0)
    return v4
    """
    names = {line.id: _name(line) for line in program}
    rows = [f"{names[x.id]} = {_call(x, names)}" for x in program if x.primitive is not None]
    known = {t: id for id, t in program.state}
    for t, id in program.updates:
        rows.append(f"{names.get(known[t], t.name or 'state')} <- {names[id]}")
    rows.append("return " + ", ".join(names[id] for id in program.outputs))
    return "\n".join(rows)


def _name(line: Line) -> str:
    if line.kind == "constant" and not line.shape:
        return f"{line.value!r}" if line.dtype is None else f"{line.value}"
    return line.name if line.primitive is None and line.name else f"v{line.id}"


def _call(line: Line, names: Mapping[int, str]) -> str:
    given = [names[arg] for arg in line.args]
    given += [f"{key}={value!r}" for key, value in line.params.items() if value is not None]
    shape = f"    # {'x'.join(map(str, line.shape))}" if line.shape else ""
    return f"{line.operation}({', '.join(given)}){shape}"
