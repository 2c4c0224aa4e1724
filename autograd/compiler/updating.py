"""Compute, and then write the new state.

New state is written to the array that the state had before the last run, unless that array is held
elsewhere: then it keeps its numbers, and a new array is made.  All of it is written at once, where
nothing can come in between, so an error or an interrupt leaves the state as it was.

The rows that do so are written out for the state of a program (`autograd.compiler.calling`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from sys import getrefcount
from threading import RLock
from typing import Any

import numpy as np

from autograd.compiler.names import Names
from autograd.compiler.passes.buffers import Plan
from autograd.compiler.program import Program
from autograd.errors import CaptureError


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


def beginning(spares: Sequence[int]) -> list[str]:
    """Return the rows before the function: there are no arrays of former runs yet."""
    return [f"u{k} = w{k} = None" for k in spares]


def updating(
    program: Program,
    plan: Plan,
    writing: Writing,
    names: Names,
    run: Sequence[str],
    kept: Sequence[str] = (),
) -> list[str]:
    """Return rows that run the program and write its state.

    Array ``s3`` is the state that tensor number 3 has, ``r1`` is result number 1, ``u2`` is the
    array that update number 2 writes to, and ``w2`` what it wrote in the last run.

    Parameters
    ----------
    program : Program
    plan : Plan
        Which of the new values are written to arrays that are given.
    writing : Writing
    names : Names
        Of what the rows use.
    run : sequence of str
        The rows that run the program.
    kept : sequence of str
        What else is assigned when state is written.
    """
    lines = program.by_id()
    place = {t: i for i, (_, t) in enumerate(program.state)}
    names.values |= {"writing": writing, "lock": writing.lock, "is_ours": _is_ours}
    names.values |= {"getrefcount": getrefcount, "alone": ALONE}
    first = len(program.outputs)
    before, after = [], []
    for k in plan.spares:
        line = lines[program.updates[k][1]]
        names.values[f"new{k}"] = partial(np.empty, line.shape, line.dtype)
        before.append(f"if u{k} is None or getrefcount(u{k}) != alone: u{k} = new{k}()")
        old, new = f"s{place[program.updates[k][0]]}", f"r{first + k}"
        after.append(f"u{k} = {old} if {old} is w{k} or is_ours({old}, {new}) else None")
        after.append(f"w{k} = {new}")
    # On one line, and without a call, so Python looks for no signal in between.
    write = [f"{names.bind(t)}._value = r{first + k}" for k, (t, _) in enumerate(program.updates)]
    rows = [*before, *run, "; ".join([*write, *kept]), *after]
    return [
        "if writing.depth: writing.refuse()",
        "writing.depth = 1",
        "try:",
        *(f"    {row}" for row in rows),
        "finally:",
        "    writing.depth = 0",
    ]


def _is_ours(old: Any, new: Any) -> bool:
    """Return whether an array can be written to, if it is held nowhere else."""
    if type(old) is not np.ndarray or old is new or old.base is not None:
        return False
    flags = old.flags
    return flags.c_contiguous and flags.writeable


def _references_of_one() -> int:
    """Return the references to an array that only one variable has, as the rows count them."""
    u = object()

    def count() -> int:
        nonlocal u
        return getrefcount(u)

    return count()


ALONE = _references_of_one()  # which differ between versions of Python
