"""The executor that runs a program fastest, of those that can be had here."""

from __future__ import annotations

from dataclasses import replace

from autograd.compiler.executors import numpy, scalars
from autograd.compiler.executors.llvm import executor as llvm
from autograd.compiler.executors.numpy import Executable
from autograd.compiler.program import Program
from autograd.core.messages import one_line
from autograd.errors import CaptureError
from autograd.ops.kernels.llvm import choice


def build(program: Program, backend: str) -> Executable:
    """Make a program one that can run.

    Parameters
    ----------
    program : Program
    backend : str
        ``"numpy"``; or ``"llvm"`` or ``"auto"`` for LLVM where it is in use: tapes for a program on
        single numbers, islands for others.

    Raises
    ------
    CaptureError
        For "llvm", if a program cannot be compiled; otherwise NumPy runs it, and `explain` says so.
    """
    machine = None if backend == "numpy" else choice.in_use()
    if machine is None:
        return numpy.build(program)
    try:
        found = scalars.build(program) or llvm.build(program, machine)
    except Exception as error:  # of this program alone: others may be compiled
        reason = one_line(str(error), text=str) or type(error).__name__
        if backend == "llvm":
            raise CaptureError(f"compile: LLVM cannot compile this: {reason}") from error
        return replace(numpy.build(program), notes=(f"not compiled by LLVM: {reason}",))
    return found or numpy.build(program)
