"""Steps of one leaf: what the gradient predicts for each, and what really changes.

How much of the difference rounding may have made is bounded, and the kinks within a step are named.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.backward import check_requires_grad
from autograd.core.tensor import Tensor
from autograd.core.types import Array
from autograd.errors import GradientError
from autograd.ir.numerics import ULPS, epsilon, equal, rounding_bound
from autograd.ir.scalar_output import ScalarOutput
from autograd.ir.snapshot import Snapshot
from autograd.ir.staleness import unchanged
from autograd.ir.trace import Trace, trace
from autograd.lessons.rebuild import rebuilt
from autograd.lessons.verdict import Rung

RUNGS = 5
VISIBLE = 0.125  # a relative step at which a curve stands out from rounding


class Steps:
    """Steps of one leaf in some direction, and their fractions.

    Parameters
    ----------
    output : ScalarOutput
    id : int
        The leaf.
    direction : array
        How far every element of it moves in a whole step.
    """

    def __init__(self, output: ScalarOutput, id: int, direction: Array) -> None:
        self.output, self.id, self.direction = output, id, direction
        self.values = _unmoved(output, id)
        self.start = np.asarray(self.values[id])
        self.gradient = np.asarray(output.gradients[id], dtype=float)
        self._nodes = output.replay.dependents([id])
        there = _gradients_with(output, {id: self._moved(1.0)})
        self._weights = {
            i: np.maximum(np.abs(g), np.abs(there.get(i, 0.0))) for i, g in output.gradients.items()
        }
        self._still = rounding_bound(output.graph, self._nodes, self.values, self._weights)
        self._slope = self._gradient_error()

    def take(self, part: float) -> tuple[Rung, list[Any]]:
        """Make a part of the step: what it really changes, and what the gradient promised."""
        output, there = self.output, self._moved(part)
        move = there.astype(float) - self.start
        if not np.any(move):
            raise GradientError(
                f"nudge: a step of {np.max(np.abs(self.direction)) * part:.3g} is too small to "
                f"change the leaf in {self.start.dtype}; take a larger one"
            )
        after = output.replay({self.id: there})
        real = output.of(after) - output.of(self.values)
        predicted = float(np.sum(self.gradient * move))
        both = self._still + rounding_bound(output.graph, self._nodes, after, self._weights)
        rounding = both + float(np.sum(self._slope * np.abs(move)))
        rounding += 2.0**-51 * (abs(real) + abs(predicted))
        step = part * (float(self.direction.sum()) if np.count_nonzero(self.direction) == 1 else 1)
        return Rung(step, real, predicted, real - predicted, rounding, self._kinks(after)), after

    def finer(self) -> list[Rung]:
        """Go on halving the step, for as long as what is left over is more than rounding."""
        rungs: list[Rung] = []
        for halvings in range(RUNGS, 3 * RUNGS):
            if not np.any(self._moved(0.5**halvings) != self.start):
                break
            rungs.append(self.take(0.5**halvings)[0])
            if abs(rungs[-1].remainder) <= rungs[-1].rounding:
                break
        return rungs

    def is_large(self, rung: Rung) -> bool:
        """Whether a step is too large for the slope of a curve to tell where it leads."""
        return abs(rung.by) > VISIBLE * max(1.0, float(np.max(np.abs(self.start))))

    def probe(self) -> Rung | None:
        """Make a step that is large enough for a curve to show, if this one is not."""
        size = float(np.max(np.abs(self.direction)))
        wanted = VISIBLE * max(1.0, float(np.max(np.abs(self.start))))
        if not np.isfinite(wanted) or size / 2 ** (RUNGS - 1) >= wanted:
            return None
        return self.take(max(1.0, wanted / size))[0]

    def _moved(self, part: float) -> Array:
        moved: Array = self.start + (self.direction * part).astype(self.start.dtype)
        return moved

    def _gradient_error(self) -> Array:
        """Bound the relative error of the leaf's gradient, times its contributions."""
        eps = max(epsilon(self.values[i]) for i in (self.id, *self._nodes))
        arrived = [e.value for e in self.output.trace if e.kind == "vjp" and e.input == self.id]
        sizes = [np.abs(np.asarray(v, dtype=float)) for v in arrived]
        error: Array = ULPS * eps * len(self._nodes) * sum(sizes)
        return error

    def _kinks(self, after: list[Any]) -> tuple[str, ...]:
        """Name the operations that lie on another smooth piece after a step."""
        graph, replay, names = self.output.graph, self.output.replay, []
        sides, others = replay.sides(self.values), replay.sides(after)
        for i in self._nodes:
            node = graph[i]
            if i in sides and not equal(sides[i], others[i]):
                names.append(node.scope[-1].name)
            if node.primitive is not None and node.primitive.spec.region is not None:
                region = node.primitive.spec.region
                here, there = (
                    region(*(v[j] for j in node.inputs), **node.params)
                    for v in (self.values, after)
                )
                if not equal(here, there):
                    names.append(node.primitive.name)
        return tuple(dict.fromkeys(names))


def _unmoved(output: ScalarOutput, id: int) -> list[Any]:
    """Compute what depends on a leaf once more, and refuse a graph that is out of date."""
    values = output.replay({id: output.graph[id].value})
    for i in output.replay.dependents([id]):
        if not unchanged(output.graph[i].value, values[i]):
            raise GradientError(
                f"nudge: {output.names[i]} is not what its inputs give now, as the data of a "
                "leaf was replaced; compute the output again"
            )
    return values


def _gradients_with(output: ScalarOutput, leaves: dict[int, Array]) -> dict[int, Any]:
    """Return the gradients of all nodes when some leaves have other values."""
    try:
        rebuild = rebuilt(output.graph, leaves)
        # The graph is opened already, as far as it shall be.
        record = trace(rebuild, output.seed.astype(rebuild.dtype), open=False)
    except (GradientError, ArithmeticError, ValueError):  # the step may leave the domain
        return {}
    return Snapshot(record.graph, record).totals


def as_trace(output: Tensor | Trace, operation: str = "nudge") -> Trace:
    """Return a trace of what was given: a scalar, or a trace already."""
    if isinstance(output, Trace):
        return output
    check_requires_grad(output, operation)
    if output.size != 1:
        raise GradientError(
            f"{operation}: the output has shape {output.shape}, and a change of it is not one "
            "number; reduce it, as with .sum(), or give ag.trace(output, cotangent)"
        )
    with np.errstate(all="ignore"):
        return trace(output)
