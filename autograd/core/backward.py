"""The reverse sweep: the chain rule, replayed backwards over the graph.

The *cotangent* of a node is dL/d(node) for the scalar L that the sweep began with.  A node's
cotangent is the sum of one contribution from each use of it, and a rule may run only when that sum
is complete; otherwise the paths behind it would be walked once for every use, exponentially often
in the worst case.  Kahn's order guarantees it: count the uses of every node, and take a node when
its last use has been accounted for.  Nothing here recurses, so depth does not matter, and the cost
is linear in the number of edges.

`steps` is the sweep.  `backward` and `gradients` run it to the end; a debugger looks at it step by
step.  What is shown is what runs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.core import context
from autograd.core.fastpath import sweep, take_out
from autograd.core.messages import one_line
from autograd.core.tensor import Tensor, as_value, raw
from autograd.core.vjp import fit, of_any
from autograd.errors import GradientError, ShapeError

# (node, position of the input, the input, upstream cotangent, contribution, total so far)
Step = tuple[Tensor, int, Tensor, Any, Any, Any]


def count_uses(
    outputs: Sequence[Tensor], stop: Collection[Tensor] = ()
) -> tuple[dict[Tensor, int], list[Tensor]]:
    """Count how often each node is used by what lies between it and the outputs.

    Parameters
    ----------
    outputs : sequence of Tensor
    stop : collection of Tensor
        Behind these nobody looks.

    Returns
    -------
    uses : dict from Tensor to int
        For every reachable tensor that requires a gradient.
    leaves : list of Tensor
        Those at which the walk ended.
    """
    uses = {t: 0 for t in outputs if t.requires_grad}
    leaves = []
    stack = list(uses)
    while stack:
        node = stack.pop()
        primitive = node.primitive
        if primitive is None or node in stop:
            leaves.append(node)
            continue
        for x in node.inputs if primitive.has_all_rules else _differentiable_inputs(node):
            if isinstance(x, Tensor) and x.requires_grad:
                if x in uses:
                    uses[x] += 1
                else:
                    uses[x] = 1
                    stack.append(x)
    return uses, leaves


def _differentiable_inputs(node: Tensor) -> list[Tensor]:
    rules = node.primitive.vjps  # type: ignore[union-attr]
    return [
        x
        for position, x in enumerate(node.inputs)
        if isinstance(x, Tensor)
        and x.requires_grad
        and not (isinstance(rules, tuple) and rules[position] is None)
    ]


def steps(
    outputs: Sequence[Tensor],
    cotangents: dict[Tensor, Any],
    uses: dict[Tensor, int],
    keep: Collection[Tensor] = (),
    stop: Collection[Tensor] = (),
    create_graph: bool = False,
) -> Iterator[Step]:
    """Run the sweep, yielding every application of a rule.

    Parameters
    ----------
    outputs : sequence of Tensor
        Where the sweep begins.
    cotangents : dict from Tensor to cotangent
        On entry the seeds of the outputs.  The sweep adds contributions to it and takes a
        cotangent out when its node is done, so that memory is freed on the way.  In the end it
        holds those of the leaves and of the nodes in ``keep``.
    uses : dict from Tensor to int
        How many contributions each node shall get, from `count_uses`; it is used up.
    keep : collection of Tensor
        Nodes whose cotangent shall stay.
    stop : collection of Tensor
        Nodes behind which the sweep does not go.
    create_graph : bool
        Whether rules are called with Tensors, and so recorded, instead of with arrays.

    Yields
    ------
    node, position, input, upstream, contribution, total
        ``contribution`` is what the rule of input number ``position`` made of the cotangent
        ``upstream`` of ``node``; ``total`` is the sum that ``input`` has received so far.
    """
    ledger = context.current().ledger if context.departures else None
    ready = [t for t in dict.fromkeys(outputs) if uses.get(t) == 0]
    while ready:
        node = ready.pop()
        primitive = node.primitive
        if primitive is None or node in stop:
            continue
        if ledger is not None:
            ledger.check(node)
        # Every use of the node has contributed, so its cotangent is complete.
        ct = cotangents[node] if node in keep else cotangents.pop(node)
        for position, x, ct_x in of_any(node, ct, uses, create_graph):
            ct_x = fit(ct_x, x._value, primitive, position)
            total = cotangents.get(x)
            total = ct_x if total is None else total + ct_x
            cotangents[x] = total
            yield node, position, x, ct, ct_x, total
            left = uses[x]
            if left == 1:  # that was the last use of x
                ready.append(x)
            else:
                uses[x] = left - 1


def as_cotangent(value: Any, of: Tensor, operation: str) -> Any:
    """Return a seed with the shape and dtype of its tensor, or say why it cannot be one."""
    if value is None:
        if of.size != 1:
            raise GradientError(
                f"{operation}: the tensor has shape {of.shape}, and only a scalar has a gradient "
                "by itself; reduce it, as with .sum(), or pass a cotangent of its shape"
            )
        return np.ones(of.shape, of.dtype)[()]
    if not isinstance(value, Tensor):
        value = as_value(value, f"{operation}: cotangent")
    shape = value.shape
    if shape != of.shape:
        raise ShapeError(
            f"{operation}: the cotangent has shape {shape} and the tensor {of.shape}; "
            "they must be equal"
        )
    return value.astype(of.dtype)


def backward(t: Tensor, cotangent: Any = None, retain: str | None = None) -> None:
    """Compute dL/d(leaf) for every leaf behind ``t`` and add it to the leaf's ``grad``.

    Parameters
    ----------
    t : Tensor
        The scalar L, or any tensor if a cotangent is given.
    cotangent : array, optional
        dL/dt, of the shape of ``t``, for an L that lies beyond; 1 by default.
    retain : {None, "all"}
        "all" also fills ``grad`` of the nodes in between, and of ``t`` itself.

    Raises
    ------
    GradientError
        If ``t`` does not require a gradient, or has several elements and no cotangent.
    ShapeError
        If the cotangent has another shape than ``t``.

    Notes
    -----
    The graph stays as it is, so a second call adds the same once more.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True)
    >>> (x * x).backward()
    >>> x.grad
    np.float64(6.0)
    """
    check_requires_grad(t, "backward")
    if retain is not None and not (isinstance(retain, str) and retain == "all"):
        raise GradientError(f"backward: retain={one_line(retain)} is neither None nor 'all'")
    seed = raw(as_cotangent(cotangent, t, "backward"))
    uses, leaves = count_uses([t])
    cotangents = {t: seed}
    sweep([t], cotangents, uses, keep=set(uses) if retain == "all" else ())
    for node in list(cotangents) if retain == "all" else leaves:
        ct = take_out(cotangents, node)
        node.grad = ct if node.grad is None else node.grad + ct


def check_requires_grad(t: Any, operation: str) -> None:
    """Refuse what has no gradient, and say how to get one."""
    if not isinstance(t, Tensor):
        raise GradientError(
            f"{operation}: expected a Tensor, not {type(t).__name__}; make one with ag.tensor"
        )
    if not t.requires_grad:
        raise GradientError(
            f"{operation}: the tensor does not require a gradient; make an input with "
            "ag.tensor(..., requires_grad=True), and compute outside ag.no_grad()"
        )


class Variable(Tensor):
    """A leaf that the engine itself made: a seed, or what a transform differentiates by.

    It stays part of recorded gradients when its purpose is over.  Then it is ``finished``, and a
    transform that meets it must not take it for a parameter of the user's.
    """

    __slots__ = ("finished",)

    def __init__(self, data: Any, name: str | None, finished: bool = False) -> None:
        super().__init__(data, requires_grad=True, name=name)
        self.finished = finished


def _listed(tensors: Any) -> list[Any]:
    return list(tensors) if isinstance(tensors, (list, tuple)) else [tensors]


def gradients(outputs: Any, inputs: Any, cotangents: Any = None, create_graph: bool = False) -> Any:
    """Compute gradients of outputs with respect to chosen inputs, leaving every ``grad`` alone.

    Parameters
    ----------
    outputs : Tensor or sequence of Tensor
        Scalars, or tensors with cotangents; their gradients are summed.
    inputs : Tensor or sequence of Tensor
        Leaves or nodes in between.
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
    for t in (*outs, *ins):
        check_requires_grad(t, "gradients")
    seeds = [as_cotangent(ct, t, "gradients") for ct, t in zip(given, outs, strict=True)]
    if create_graph:
        seeds = [
            ct if isinstance(ct, Tensor) else Variable(ct, name="seed", finished=True)
            for ct in seeds
        ]
    results = pull(outs, ins, seeds, create_graph)
    return results[0] if isinstance(inputs, Tensor) else results


def pull(
    outputs: Sequence[Tensor],
    inputs: Sequence[Tensor],
    cotangents: Sequence[Any],
    create_graph: bool = False,
    stop: Collection[Tensor] = (),
) -> list[Any]:
    """Pull cotangents of the outputs back to the inputs: one for each, zeros if unconnected.

    ``outputs`` that do not require a gradient are passed over, and nothing behind the tensors in
    ``stop`` is looked at.
    """
    uses, leaves = count_uses(outputs, stop)
    wanted = set(inputs)
    if not wanted.issuperset(leaves):
        uses = _towards(wanted, outputs, uses, stop)
    totals: dict[Tensor, Any] = {}
    for t, ct in zip(outputs, cotangents, strict=True):
        if t in uses:
            ct = ct if create_graph else raw(ct)
            totals[t] = totals[t] + ct if t in totals else ct
    if create_graph:
        with context.changed(recording=True):
            deque(steps(outputs, totals, uses, wanted, stop, create_graph), maxlen=0)
    else:
        sweep(outputs, totals, uses, wanted, stop)
    return [_result(x, totals, create_graph) for x in inputs]


def _result(x: Tensor, totals: dict[Tensor, Any], create_graph: bool) -> Any:
    if x not in totals:
        zeros = np.zeros(x.shape, x.dtype)[()]
        return Tensor(zeros) if create_graph else zeros
    return totals[x] if create_graph else take_out(totals, x)


def _towards(
    wanted: set[Tensor],
    outputs: Sequence[Tensor],
    uses: dict[Tensor, int],
    stop: Collection[Tensor],
) -> dict[Tensor, int]:
    """Count again, but only uses that lie on a path from an output to a wanted tensor."""
    edges = [
        (node, _differentiable_inputs(node)) for node in _users_first(outputs, dict(uses), stop)
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


def _users_first(
    outputs: Sequence[Tensor], uses: dict[Tensor, int], stop: Collection[Tensor]
) -> Iterator[Tensor]:
    """Yield the nodes in Kahn's order: each after all that use it."""
    ready = [t for t in dict.fromkeys(outputs) if uses.get(t) == 0]
    while ready:
        node = ready.pop()
        if node.primitive is None or node in stop:
            continue
        yield node
        for x in _differentiable_inputs(node):
            uses[x] -= 1
            if not uses[x]:
                ready.append(x)
