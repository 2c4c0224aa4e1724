"""Compute, and then write the new state.

New state is written to the array that the state had before the last run, unless that array is held
elsewhere: then it keeps its numbers, and a new array is made.  All of it is written at once, by one
call of C, so an error or an interrupt leaves the state as it was.

The function that does so is written out for the state of a program, a row for each tensor: it runs
in every step, and small networks take few microseconds for one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from sys import getrefcount
from threading import RLock
from typing import Any

import numpy as np

from autograd.compiler.passes.buffers import Plan
from autograd.compiler.program import Program
from autograd.core.tensor import Tensor
from autograd.errors import CaptureError

_set_value: Callable[[Any, Any], None] = vars(Tensor)["_value"].__set__


class Writing:
    """Lets one program of a function write state at a time; one inside of another is refused."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.depth = 0

    def refuse(self) -> None:
        """Say that a program would write what another one is about to write."""
        raise CaptureError(
            "compile: the function is called inside of itself, where it writes to tensors, and "
            "what the inner call writes would be lost; call it afterwards"
        )


def updater(
    program: Program, plan: Plan, writing: Writing, computed: Callable[[list[Any]], list[Any]]
) -> Callable[[list[Any]], list[Any]]:
    """Return a function of the numbers of a call, which runs the program and writes its state.

    Parameters
    ----------
    program : Program
    plan : Plan
        Which of the new values are written to arrays that are given.
    writing : Writing
    computed : callable
        Runs the program.
    """
    lines = program.by_id()
    space: dict[str, Any] = {"computed": computed, "getrefcount": getrefcount, "is_ours": _is_ours}
    space |= {"lock": writing.lock, "writing": writing, "alone": ALONE}
    space |= {f"t{i}": t for i, (_, t) in enumerate(program.state)}
    updated = [t for t, _ in program.updates]
    space["write"] = partial(_write, updated)
    for k in plan.spares:
        line = lines[program.updates[k][1]]
        space[f"new{k}"] = partial(np.empty, line.shape, line.dtype)
    source = "\n".join(_rows(program, plan.spares))
    exec(source, space)
    return space["make"]()  # type: ignore[no-any-return]


def _rows(program: Program, spares: Sequence[int]) -> list[str]:
    """Return the source of the function."""
    state = range(len(program.state))
    place = {t: i for i, (_, t) in enumerate(program.state)}
    of_update = {k: place[program.updates[k][0]] for k in spares}
    first = len(program.outputs)
    kept = ", ".join(f"u{k}, w{k}" for k in spares)
    given = ", ".join([*(f"s{i}" for i in state), *(f"u{k}" for k in spares)])
    old = [f"s{of_update[k]}" for k in spares]
    return [
        "def make():",
        *(f"    u{k} = w{k} = None" for k in spares),
        "    def update(numbers):",
        *([f"        nonlocal {kept}"] if spares else []),
        "        with lock:",
        "            if writing.depth: writing.refuse()",
        "            writing.depth = 1",
        "            try:",
        # another thread may have written the state since it was looked at
        *(f"                s{i} = t{i}._value" for i in state),
        *(
            f"                if u{k} is None or getrefcount(u{k}) != alone: u{k} = new{k}()"
            for k in spares
        ),
        f"                results = computed([*numbers, {given}])",
        f"                write(results[{first}:])",
        *(
            f"                u{k} = {x} if {x} is w{k} or is_ours({x}, results[{first + k}]) "
            "else None"
            for k, x in zip(spares, old, strict=True)
        ),
        *(f"                w{k} = results[{first + k}]" for k in spares),
        "                return results",
        "            finally:",
        "                writing.depth = 0",
        "    return update",
    ]


def _write(updated: list[Tensor], new: list[Any]) -> None:
    """Give tensors new values, all or none."""
    deque(map(_set_value, updated, new), maxlen=0)


def _is_ours(old: Any, new: Any) -> bool:
    """Return whether an array can be written to, if it is held nowhere else."""
    if type(old) is not np.ndarray or old is new or old.base is not None:
        return False
    flags = old.flags
    return flags.c_contiguous and flags.writeable


def _references_of_one() -> int:
    """Return the references to an array that only one variable has, as `update` counts them."""
    u = object()

    def count() -> int:
        nonlocal u
        return getrefcount(u)

    return count()


ALONE = _references_of_one()  # which differ between versions of Python
