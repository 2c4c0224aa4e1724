"""The output of a trace as one number, which can be computed again for other leaves."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.ir.naming import Names
from autograd.ir.replay import Replay
from autograd.ir.snapshot import Snapshot
from autograd.ir.trace import Trace


class ScalarOutput:
    """L = <cotangent, output>, with its gradients.

    Parameters
    ----------
    trace : Trace

    Attributes
    ----------
    graph : Graph
    names : Names
    gradients : dict from int to array
        dL/d(node).
    replay : Replay
    name : str
        The output's name, or L if there is a cotangent.

    Examples
    --------
    >>> from autograd.ir.scalar_output import ScalarOutput
    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 2.0], requires_grad=True)
    >>> output = ScalarOutput(ag.trace(x * x, [1.0, 10.0]))
    >>> output.name, output.of(output.replay({0: [1.0, 3.0]}))
    ('L', 91.0)
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.graph = trace.graph
        self.names = Names(trace.graph, 2)
        self.gradients = Snapshot(trace.graph, trace).totals
        self.replay = Replay(trace.graph)
        end = trace.graph.outputs[0]
        self.seed = np.asarray(self.gradients[end], dtype=float)
        alone = self.seed.size == 1 and self.seed.item() == 1
        self.name = self.names[end] if alone else "L"

    def of(self, values: list[Any]) -> float:
        """Return L for some values of all nodes."""
        value = np.asarray(values[self.graph.outputs[0]], dtype=float)
        with np.errstate(all="ignore"):
            return float(np.sum(self.seed * value))
