"""The forward and the backward pass as one graph.

The backward pass is recorded with the rules applied to Tensors, so its operations are nodes like
any others, and the values that a rule saved are inputs that come from the forward pass.  While it
is recorded, each step names the node whose rule is running; what is new since the last step belongs
to that rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from autograd.core import context
from autograd.core.backward import as_cotangent, check_requires_grad, count_uses, steps
from autograd.core.gradients import Variable
from autograd.core.scopes import Scope
from autograd.core.tensor import ArrayLike, Tensor
from autograd.ir.graph import Graph, graph, topological_order


@dataclass(frozen=True, slots=True, eq=False)
class JointGraph:
    """A forward pass and its backward pass.

    Attributes
    ----------
    graph : Graph
        Of both; its outputs are the output and the gradients of the leaves.
    rule_of : dict from int to int
        For every node of the backward pass, the node of the forward pass whose rule it is part of;
        a sum of contributions belongs to the node where they meet, the seed to the output.
    gradients : dict from int to list of int
        For every gradient, the leaves whose gradient it is; one node may be that of several.
    """

    graph: Graph
    rule_of: dict[int, int]
    gradients: dict[int, list[int]]


def with_backward_pass(output: Tensor, cotangent: ArrayLike | None = None) -> JointGraph:
    """Record the backward pass of an output, and note whose rule each of its operations is.

    Parameters
    ----------
    output : Tensor
        The scalar L, or any tensor if a cotangent is given.
    cotangent : array, optional
        dL/d(output); 1 by default.

    Raises
    ------
    GradientError, ShapeError
        As for `backward`.
    """
    check_requires_grad(output, "draw")
    forward = set(topological_order((output,)))
    seed = as_cotangent(cotangent, output, "draw")
    if not isinstance(seed, Tensor):
        seed = Variable(seed, name="seed", finished=True)
    makers: dict[Tensor, Tensor] = {seed: output}
    uses, leaves = count_uses([output])
    totals = {output: seed}
    with context.changed(recording=True):
        for node, _, x, _, contribution, total in steps([output], totals, uses, create_graph=True):
            for new in _new(contribution, forward, makers):
                makers[new] = node
            for new in _new(total, forward, makers):
                makers[new] = x
    gradients = [totals[leaf] for leaf in leaves]
    whole = graph(output, *dict.fromkeys(gradients))
    rule_of = {whole.id_of(t): whole.id_of(of) for t, of in makers.items() if t in whole}
    for number in (n for n in whole if n.constant):  # it belongs to the rule that uses it
        ((user, _),) = whole.consumers(number.id)
        if user in rule_of:
            rule_of[number.id] = rule_of[user]
    return JointGraph(_in_scopes(whole, makers), rule_of, _leaves_of(whole, leaves, gradients))


def _new(t: Tensor, forward: set[Tensor], known: dict[Tensor, Tensor]) -> Iterator[Tensor]:
    """Yield what is behind a tensor and was made just now."""
    stack, seen = [t], set()
    while stack:
        t = stack.pop()
        if t not in forward and t not in known and t not in seen:
            seen.add(t)
            yield t
            stack.extend(x for x in t.inputs if isinstance(x, Tensor))


def _leaves_of(whole: Graph, leaves: list[Tensor], gradients: list[Tensor]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for leaf, gradient in zip(leaves, gradients, strict=True):
        found.setdefault(whole.id_of(gradient), []).append(whole.id_of(leaf))
    return found


def _in_scopes(whole: Graph, makers: dict[Tensor, Tensor]) -> Graph:
    """Give the operations of each rule a scope, inside the mirror of its node's scopes."""
    mirrors: dict[Scope, Scope] = {}
    rules: dict[Tensor, Scope] = {}

    def mirrored(scope: Scope | None) -> Scope | None:
        chain = list(scope.lineage()) if scope else []
        outer = None
        for s in reversed(chain):
            outer = mirrors.setdefault(s, Scope(f"backward of {s.name}", outer))
        return outer

    def rule_of(maker: Tensor) -> Scope:
        if maker not in rules:
            what = whole[whole.id_of(maker)]
            name = f"rule of {what.gate}" if what.primitive else f"sum at {what.label}"
            rules[maker] = Scope(name, mirrored(maker.scope))
        return rules[maker]

    nodes = list(whole.nodes)
    for t, maker in makers.items():
        if t in whole and t.primitive is not None:
            scope = rule_of(maker)
            lineage = tuple(reversed(list(scope.lineage())))
            nodes[whole.id_of(t)] = replace(nodes[whole.id_of(t)], scope=lineage)
    return replace(whole, nodes=tuple(nodes))
