"""The executor that runs a program fastest, of those that can be had here."""

from __future__ import annotations

from autograd.compiler.executors import numpy, scalars
from autograd.compiler.executors.numpy import Executable
from autograd.compiler.program import Program
from autograd.ops.kernels.llvm import choice


def build(program: Program, backend: str) -> Executable:
    """Make a program one that can run.

    Parameters
    ----------
    program : Program
    backend : str
        ``"numpy"``, or ``"auto"`` for the fastest.
    """
    if backend == "auto" and choice.in_use() is not None:
        try:
            found = scalars.build(program)
        except Exception as error:
            choice.give_up(error)
        else:
            if found is not None:
                return found
    return numpy.build(program)
