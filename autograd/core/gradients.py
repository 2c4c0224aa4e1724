"""Gradients of chosen tensors, as arrays or as a graph of their own, leaving every ``grad`` alone.

`autograd.core.backward` has the pass; here it begins at several outputs, is kept to the paths that
lead to the wanted inputs, and stops where a transform's own variables begin.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.core import context, departures, fastpath
from autograd.core.backward import (
    as_cotangent,
    check_requires_grad,
    count_uses,
    differentiable_inputs,
    steps,
)
from autograd.core.calls import called
from autograd.core.tensor import Tensor, raw
from autograd.errors import GradientError, ShapeError


class Variable(Tensor):
    """A leaf that the engine itself made: a seed, or what a transform differentiates by.

    It stays part of recorded gradients when the transform has ended.  Then it is ``finished``, and
    another transform must not take it for a parameter of the user's.
    """

    __slots__ = ("finished",)

    def __init__(self, data: Any, name: str | None, finished: bool = False) -> None:
        super().__init__(data, requires_grad=True, name=name)
        self.finished = finished


def _listed(tensors: Any) -> list[Any]:
    """Return one tensor, or all of any iterable of them, in a list."""
    if isinstance(tensors, Mapping):
        raise GradientError("gradients: of a dict take its values, as in list(tensors.values())")
    several = isinstance(tensors, Iterable) and not isinstance(tensors, (Tensor, np.ndarray))
    return list(tensors) if several else [tensors]


@called
def gradients(outputs: Any, inputs: Any, cotangents: Any = None, create_graph: bool = False) -> Any:
    """Compute gradients of outputs with respect to chosen inputs, leaving every ``grad`` alone.

    Parameters
    ----------
    outputs : Tensor or iterable of Tensor
        Scalars, or tensors with cotangents; their gradients are summed.
    inputs : Tensor or iterable of Tensor
        Leaves or nodes in between, such as ``net.parameters()``.
    cotangents : array or sequence of arrays, optional
        One for each output; 1 by default.
    create_graph : bool
        Whether the gradients are Tensors with a graph of their own, the backward graph, which can
        be drawn and differentiated.  It begins at a leaf named ``seed``.

    Returns
    -------
    array, or list of arrays
        One for each input, of its shape and dtype; zeros where the outputs do not depend on it.
        Tensors if ``create_graph``.

    Raises
    ------
    GradientError, ShapeError
        As for `backward`.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True)
    >>> ag.gradients(x * x, x)
    np.float64(6.0)
    >>> dx = ag.gradients(x * x * x, x, create_graph=True)
    >>> ag.gradients(dx, x)
    np.float64(18.0)
    """
    outs, ins = _listed(outputs), _listed(inputs)
    if cotangents is None:
        given = [None] * len(outs)
    else:
        alone = isinstance(outputs, Tensor) or not np.iterable(cotangents)
        given = [cotangents] if alone else list(cotangents)
    if len(given) != len(outs):
        raise ShapeError(f"gradients: {len(given)} cotangents for {len(outs)} outputs")
    for kind, tensors in {"output": outs, "input": ins}.items():
        for i, t in enumerate(tensors):
            check_requires_grad(t, f"gradients: {kind} {i}" if len(tensors) > 1 else "gradients")
    recorded = create_graph or context.capturing() is not None
    seeds = [as_cotangent(ct, t, "gradients", recorded) for ct, t in zip(given, outs, strict=True)]
    if recorded:
        seeds = [
            ct if isinstance(ct, Tensor) else Variable(ct, name="seed", finished=True)
            for ct in seeds
        ]
    else:
        for t in outs:
            departures.note(t)
    results = pull(outs, ins, seeds, recorded)
    if recorded and not create_graph:
        results = [ct.detach() for ct in results]
    return results[0] if isinstance(inputs, Tensor) else results


def pull(
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    cotangents: Sequence[Any],
    create_graph: bool = False,
    stop: Collection[Tensor] = (),
) -> list[Any]:
    """Pull cotangents of the outputs back to the inputs: one for each, zeros if unconnected.

    ``outputs`` that do not require a gradient are passed over, and the pass does not go behind the
    tensors in ``stop``.  In a capture the pass is part of the program, and recorded.
    """
    create_graph = create_graph or context.capturing() is not None
    uses, leaves = count_uses(outputs, stop)
    wanted = set(inputs)
    if not wanted.issuperset(leaves):
        uses = _towards(wanted, outputs, uses, stop)
    totals: dict[Tensor, Any] = {}
    for t, ct in zip(outputs, cotangents, strict=True):
        if t in uses:
            if not create_graph:
                ct = raw(ct)
            elif not isinstance(ct, Tensor):
                ct = Tensor(ct)
            totals[t] = totals[t] + ct if t in totals else ct
    if create_graph:
        with context.changed(recording=True):
            deque(steps(outputs, totals, uses, wanted, stop, create_graph), maxlen=0)
    else:
        fastpath.run_backward(outputs, totals, uses, wanted, stop)
    return [_result(x, totals, create_graph) for x in inputs]


def _result(x: Tensor, totals: dict[Tensor, Any], create_graph: bool) -> Any:
    if x not in totals:
        zeros = np.zeros(x.shape, x.dtype)[()]
        return Tensor(zeros) if create_graph else zeros
    return totals[x] if create_graph else fastpath.take_out(totals, x)


def _towards(
    wanted: set[Tensor],
    outputs: Sequence[Tensor],
    uses: dict[Tensor, int],
    stop: Collection[Tensor],
) -> dict[Tensor, int]:
    """Count again, but only uses that lie on a path from an output to a wanted tensor."""
    edges = [
        (node, differentiable_inputs(node))
        for node in reverse_topological_order(outputs, dict(uses), stop)
    ]
    leading = set(wanted)
    for node, behind in reversed(edges):
        if not leading.isdisjoint(behind):
            leading.add(node)
    counted = {t: 0 for t in outputs if t in leading and t in uses}
    for node, behind in edges:
        if node in leading:
            for x in behind:
                if x in leading:
                    counted[x] = counted.get(x, 0) + 1
    return counted


def reverse_topological_order(
    outputs: Sequence[Tensor], uses: dict[Tensor, int], stop: Collection[Tensor]
) -> Iterator[Tensor]:
    """Yield the nodes in Kahn's order: each after all that use it."""
    ready = [t for t in dict.fromkeys(outputs) if uses.get(t) == 0]
    while ready:
        node = ready.pop()
        if node.primitive is None or node in stop:
            continue
        yield node
        for x in differentiable_inputs(node):
            uses[x] -= 1
            if not uses[x]:
                ready.append(x)
