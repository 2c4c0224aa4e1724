"""The debugger, and the door to it: `Trace.debugger` is bound here, from above.

A trace uses nothing of the readers above it, as a Tensor uses nothing of `autograd.methods`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from autograd.ir.trace import Trace

if TYPE_CHECKING:
    from autograd.debugger.debugger import Debugger


def _debugger(trace: Trace) -> Debugger:
    """Return a debugger that stands before the first event.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.trace(ag.tensor(3.0, requires_grad=True)).debugger()
    Debugger at event 0 of 2
    """
    made: Debugger = import_module("autograd.debugger.debugger").Debugger(trace)
    return made


Trace.debugger = _debugger  # type: ignore[method-assign,assignment]
