"""The backward pass: the chain rule, replayed over the graph from its end.

The *cotangent* of a node is dL/d(node) for the scalar L that the pass began with.

1. A node's cotangent is the sum of one contribution for each use of it (`autograd.core.vjp`).
2. Its rules may run only when that sum is complete; otherwise the paths behind the node would be
   walked once for every use of it, in the worst case exponentially often.
3. Kahn's order guarantees it: count the uses of every node, and take a node when its last use has
   contributed.  Nothing recurses, so depth does not matter, and the cost is linear in the edges.
4. A cotangent is dropped as soon as the rules of its node have run, so that memory is freed on the
   way.  In the end those of the leaves are left.

`steps` is the backward pass, one application of a rule at a time, as a debugger shows it.  To run
it to the end, `backward` uses the same written out for speed: `run_backward` in `fastpath`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.core import context, departures, fastpath
from autograd.core.accumulation import add_gradients
from autograd.core.calls import called
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor, raw
from autograd.core.values import as_value
from autograd.core.vjp import contributions, fit, has_rule
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
        The walk does not go behind these.

    Returns
    -------
    uses : dict from Tensor to int
        For every reachable tensor that requires a gradient.
    leaves : list of Tensor
        Those at which the walk ended.
    """
    uses = {t: 0 for t in outputs if t._requires_grad}
    leaves = []
    stack = list(uses)
    while stack:
        node = stack.pop()
        primitive = node.primitive
        if primitive is None or node in stop:
            leaves.append(node)
            continue
        for x in node.inputs if primitive.has_all_rules else differentiable_inputs(node):
            if isinstance(x, Tensor) and x._requires_grad:
                if x in uses:
                    uses[x] += 1
                else:
                    uses[x] = 1
                    stack.append(x)
    return uses, leaves


def differentiable_inputs(node: Tensor) -> list[Tensor]:
    """Return the inputs that require a gradient and have a rule, in order."""
    return [
        x
        for position, x in enumerate(node.inputs)
        if isinstance(x, Tensor) and x._requires_grad and has_rule(node.primitive, position)
    ]


def steps(
    outputs: Sequence[Tensor],
    cotangents: dict[Tensor, Any],
    uses: dict[Tensor, int],
    keep: Collection[Tensor] = (),
    stop: Collection[Tensor] = (),
    create_graph: bool = False,
) -> Iterator[Step]:
    """Run the backward pass, yielding every application of a rule.

    Parameters
    ----------
    outputs : sequence of Tensor
        Where the pass begins.
    cotangents : dict from Tensor to cotangent
        On entry the seeds of the outputs.  Contributions are added to it, and a cotangent is taken
        out when its node is done.  In the end it holds those of the leaves and of the nodes in
        ``keep``.
    uses : dict from Tensor to int
        How many contributions each node shall get, from `count_uses`; it is used up.
    keep : collection of Tensor
        Nodes whose cotangent shall stay.
    stop : collection of Tensor
        Nodes behind which the pass does not go.
    create_graph : bool
        Whether rules are called with Tensors, and so recorded, instead of with arrays.

    Yields
    ------
    node, position, input, upstream, contribution, total
        ``contribution`` is what the rule of input number ``position`` made of the cotangent
        ``upstream`` of ``node``; ``total`` is the sum that ``input`` has received so far.
    """
    guard = context.current().guard if context.open_blocks else None
    ready = [t for t in dict.fromkeys(outputs) if uses.get(t) == 0]
    while ready:
        node = ready.pop()
        primitive = node.primitive
        if primitive is None or node in stop:
            continue
        if guard is not None:
            guard.check(node)
        # Every use of the node has contributed, so its cotangent is complete.
        ct = cotangents[node] if node in keep else cotangents.pop(node)
        for position, x, ct_x in contributions(node, ct, uses, create_graph):
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


def as_cotangent(value: ArrayLike | None, of: Tensor, operation: str, copy: bool = True) -> Any:
    """Return a seed with the shape and dtype of its tensor, or say why it cannot be one.

    Without ``copy`` it may be the array itself, for a pass on numbers: that writes to no array that
    it was given, and copies what it hands out if others refer to it.
    """
    if value is None:
        if of.size != 1:
            raise GradientError(
                f"{operation}: the tensor has shape {of.shape}, and only a scalar has a gradient "
                "by itself; reduce it, as with .sum(), or pass a cotangent of its shape"
            )
        return np.ones(of.shape, of.dtype)[()]
    ct: Any = value if isinstance(value, Tensor) else as_value(value, f"{operation}: cotangent")
    if ct.shape != of.shape:
        raise ShapeError(
            f"{operation}: the cotangent has shape {ct.shape} and the tensor {of.shape}; "
            "they must be equal"
        )
    if not copy and type(ct) is np.ndarray and ct.dtype == of.dtype and ct.flags.owndata:
        return ct
    return ct.astype(of.dtype)


@called
def backward(t: Tensor, cotangent: ArrayLike | None = None, retain: str | None = None) -> None:
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
    The graph stays as it is, so a second call adds the same once more.  Threads that share a leaf
    may call it at the same time: each adds its gradient.

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
    if (capture := context.capturing()) is not None:
        raise capture.refused(
            "backward fills .grad, which is not a result of the function; use "
            "ag.gradients(loss, parameters), or ag.grad"
        )
    departures.note(t)
    seed = raw(as_cotangent(cotangent, t, "backward", copy=False))
    uses, leaves = count_uses([t])
    cotangents = {t: seed}
    keep = set(uses) if retain == "all" else ()
    fastpath.run_backward([t], cotangents, uses, keep)
    add_gradients(cotangents, list(cotangents) if retain == "all" else leaves)


def check_requires_grad(t: object, operation: str) -> None:
    """Refuse what has no gradient, and say how to get one."""
    if not isinstance(t, Tensor):
        raise GradientError(
            f"{operation}: expected a Tensor, not {type(t).__name__}; make one with ag.tensor"
        )
    if t._requires_grad:
        return
    if t.dtype.kind != "f":
        raise GradientError(
            f"{operation}: {t.dtype} results, of comparisons or argmax, have no derivative; go on "
            "with the numbers that were compared, or with a smooth loss of them"
        )
    raise GradientError(
        f"{operation}: the tensor does not require a gradient; make an input with "
        "ag.tensor(..., requires_grad=True), and compute outside ag.no_grad() and without "
        "comparisons and counts, which have no derivative"
    )
