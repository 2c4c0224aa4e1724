"""The executor that runs a program fastest, of those that can be had here."""

from __future__ import annotations

from autograd.compiler.executors import numpy, scalars
from autograd.compiler.executors.llvm import executor as llvm
from autograd.compiler.executors.numpy import Executable
from autograd.compiler.program import Program
from autograd.ops.kernels.llvm import choice


def build(program: Program, backend: str) -> Executable:
    """Make a program one that can run.

    Parameters
    ----------
    program : Program
    backend : str
        ``"numpy"``; or ``"llvm"`` or ``"auto"`` for LLVM where it is in use: tapes for a program on
        single numbers, islands for others.
    """
    machine = None if backend == "numpy" else choice.in_use()
    found = None
    if machine is not None:
        try:
            found = scalars.build(program) or llvm.build(program, machine)
        except Exception as error:
            choice.give_up(error)
    return found or numpy.build(program)
