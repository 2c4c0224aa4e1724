"""A call of a program, written out as Python for this program alone.

A small network takes microseconds for a step, in which a loop over its tensors or one more function
counts.  So there are three functions without either, which share their rows:

    call(args, kwargs)   a call as it usually is; `MISSED` if the program does not fit
    run(n0, n1, ...)     the program on the numbers of arguments that are known to fit
    fits()               whether the state and the environment are as when it was captured
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from autograd.compiler.arguments import Matcher
from autograd.compiler.executors.numpy import Executable
from autograd.compiler.names import Names
from autograd.compiler.program import Program
from autograd.compiler.references import GONE, References
from autograd.compiler.results import Results, expression
from autograd.compiler.updating import Writing, beginning, updating
from autograd.core.tensor import raw
from autograd.core.values import as_value

MISSED = object()  # what a call gives where the program does not fit
FEW = 300  # things to look at, up to which that is written out


class Functions(NamedTuple):
    """What is written for a program."""

    call: Callable[[Any, Any], Any]
    run: Callable[..., Any]
    fits: Callable[[], bool]


class Calling:
    """Writes the functions of a program.

    Parameters
    ----------
    program : Program
    executable : Executable
    writing : Writing
        What all programs of the function share.
    results : Results
        How they are handed out.
    explain : callable
        ``explain(given, error)`` raises what the function itself would raise.
    keeps : (object, str), optional
        An object, and an attribute of it that gets the second result when state is written.
    """

    def __init__(
        self,
        program: Program,
        executable: Executable,
        writing: Writing,
        results: Results,
        explain: Callable[[Sequence[Any], Exception], None],
        keeps: tuple[object, str] | None = None,
    ) -> None:
        self._program, self._plan = program, executable.plan
        self._writing, self._results, self._keeps = writing, results, keeps
        self._shared = {
            "MISSED": MISSED,
            "GONE": GONE,
            "explain": explain,
            "more": executable.make,
            "free": [executable.make()],  # functions that compute; one is in use in each thread
        }
        # As they were when the program was captured.
        self._state = [(t, t._requires_grad, raw(t).dtype) for _, t in program.state]

    def functions(
        self, args: tuple[Any, ...], kwargs: dict[str, Any], references: References
    ) -> Functions:
        """Return the functions for such arguments and references.

        Parameters
        ----------
        args : tuple
        kwargs : dict
            An example of the arguments.
        references : References
            Who refers to what while the program fits.
        """
        names = Names(dict(self._shared))
        match = Matcher(names.bind)
        match.visit("args", args)
        match.visit("kwargs", kwargs)
        tensors = [names.bind(t) for t, _, _ in self._state]
        read = [f"s{i} = {name}._value" for i, name in enumerate(tensors)]
        tests = self._tests(names, tensors, references, "is not")
        # A dtype that was pickled is another object.
        exact = self._tests(names, tensors, references, "!=")
        fits = [*read, *_unless(exact, "False"), "return True"]  # without the lock, which may wait
        given = [f"n{i}" for i in range(len(self._program.inputs))]
        # Where a matcher refuses all calls, it has found none.
        take = [f"{n} = {found}" for n, found in zip(given, match.found, strict=False)]
        compute = self._compute(names, given)
        found = [
            *self._function(
                "call",
                ["args", "kwargs"],
                [*match.rows, *take],
                [*read, *_unless(tests, "MISSED"), *compute],
            ),
            *self._function("run", given, [], [*read, *compute]),
            "def fits():",
            *_indented(fits),
        ]
        rows = [*beginning(self._plan.spares), *found, "return call, run, fits"]
        exec("\n".join(["def make():", *_indented(rows)]), names.values)
        make = names.values.pop("make")  # so that the functions are in no cycle, and freed at once
        return Functions(*make())

    def _tests(
        self, names: Names, tensors: Sequence[str], references: References, differs: str
    ) -> list[str]:
        """Return what must not be true of the state and the environment.

        ``differs`` is how dtypes are compared.
        """
        if len(references) + len(self._state) > FEW:
            return [
                f"not {names.bind(self._is_same)}()",
                f"not {names.bind(references.unchanged)}()",
            ]
        rows = []
        for i, (_, learns, dtype) in enumerate(self._state):
            rows.append(f"{tensors[i]}._requires_grad is not {learns}")
            rows.append(f"s{i}.dtype {differs} {names.bind(dtype)}")
        return list(dict.fromkeys([*rows, *references.tests(names.bind)]))

    def _is_same(self) -> bool:
        """Return whether the state is as it was, but for its numbers."""
        return all(
            t._requires_grad is learns and t._value.dtype == dtype
            for t, learns, dtype in self._state
        )

    def _function(
        self, name: str, parameters: Sequence[str], before: Iterable[str], rows: Iterable[str]
    ) -> list[str]:
        """Return a function; one that writes state holds the lock while it looks and computes."""
        spares = self._plan.spares
        kept = [f"nonlocal {', '.join(f'u{k}, w{k}' for k in spares)}"] if spares else []
        inside = ["with lock:", *_indented(rows)] if self._program.updates else list(rows)
        return [f"def {name}({', '.join(parameters)}):", *_indented([*kept, *before, *inside])]

    def _compute(self, names: Names, given: Sequence[str]) -> list[str]:
        """Return the rows that draw, compute, write the new state and hand out the results."""
        program = self._program
        numbers, rows = list(given), []
        for i, (_, make) in enumerate(program.draws):
            rows.append(f"d{i} = {names.bind(as_value)}({names.bind(make)}(), 'compile')")
            numbers.append(f"d{i}")
        numbers += [f"s{i}" for i in range(len(self._state))]
        spares = [f"u{k}" for k in self._plan.spares]
        results = ", ".join(f"r{i}" for i in range(len(program.results)))
        run = [
            "try: compute = free.pop()",
            "except IndexError: compute = more()",  # all are in use, by other threads
            f"try: [{results}] = compute({', '.join([*numbers, *spares])})",
            "except Exception as error:",
            # An array that cannot be written to any more is not used again.
            *([f"    {' = '.join(spares)} = None"] if spares else []),
            f"    explain([{', '.join(numbers)}], error)",
            "    raise",
            "free.append(compute)",
        ]
        kept = self._kept(names)
        if program.updates:
            run = updating(program, self._plan, self._writing, names, run, kept)
        else:
            run += kept
        return [*rows, *run, f"return {expression(self._results, names.bind)}"]

    def _kept(self, names: Names) -> list[str]:
        """Return what gives the second result to an attribute."""
        if self._keeps is None:
            return []
        holder, name = self._keeps
        second = replace(self._results, tree=self._results.tree[1])
        return [f"{names.bind(holder)}.{name} = {expression(second, names.bind)}"]


def _unless(tests: Sequence[str], answer: str) -> list[str]:
    """Return the rows that give an answer if one of some tests is true."""
    rows = [f"if {test}: return {answer}" for test in tests]
    return ["try:", *_indented(rows), f"except GONE: return {answer}"] if rows else []


def _indented(rows: Iterable[str]) -> list[str]:
    return [f"    {row}" for row in rows]
