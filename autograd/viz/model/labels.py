"""Labels: what is written on a box, and its description."""

from __future__ import annotations

import numpy as np

from autograd.core.messages import plain
from autograd.ir.graph import Graph, Node
from autograd.ir.naming import Names, visible
from autograd.ir.nonfinite import KINDS, is_first
from autograd.ir.number_format import show
from autograd.ir.snapshot import Snapshot
from autograd.viz.model.fold import Fold


def leaf_label(node: Node) -> str:
    """Name a leaf: by its name, or else by its number or its shape."""
    if node.name:
        return visible(node.name)
    shape = getattr(node.value, "shape", ())
    if node.constant:
        return "constant" if shape else node.label
    return "x".join(map(str, shape)) if len(shape) > 1 else node.label


def inventory(operations: list[Node], count: int) -> str:
    """Name the operations of a fold while they are few, else count them."""
    gates = [plain(n.gate) for n in operations]
    if count > 1:
        return f"{len(gates) // count} operations each"
    text = " ".join(gates)
    return text if len(gates) <= 6 and len(text) <= 28 else f"{len(gates)} operations"


def title(
    graph: Graph, snapshot: Snapshot, names: Names, node: Node, rule_of: int | None = None
) -> str:
    """Say all there is to say of a node, for a reader who points at it."""
    known = snapshot.value(node.id)
    text = names[node.id]
    if node.primitive is not None:
        text += f" = {names.formula(node)}"
    text += f" = {show(known, 6)}" if known is not None else ", not yet computed"
    total = snapshot.totals.get(node.id)
    if total is not None:
        text += f"; {names.gradient(node.id)} = {show(total, 6)}"
    if node.primitive is not None:
        text += f"; operation {plain(node.primitive.name)}"
    if np.ndim(node.value):
        text += f"; shape {np.shape(node.value)}"
    if rule_of is not None:
        made_for = graph[rule_of]
        text += f"; part of the rule of {plain(made_for.gate)} ({names[made_for.id]})"
    if node.scope:
        text += f"; in {plain('/'.join(scope.name for scope in node.scope))}"
    return text


def fold_title(names: Names, fold: Fold, operations: list[Node]) -> str:
    """Say what a fold computes."""
    formulas = [f"{names[n.id]} = {names.formula(n)}" for n in operations[:12]]
    more = f"; and {len(operations) - 12} more" if len(operations) > 12 else ""
    return f"{plain(fold.name) or 'operations'}: " + "; ".join(formulas) + more


def badge(graph: Graph, snapshot: Snapshot, node: Node) -> str:
    """Name the kinds of numbers that appear first here, NaN or infinity."""
    given = [graph[i].value for i in node.inputs]
    value = snapshot.value(node.id)
    kinds = _first(value, given)
    upstream = snapshot.totals.get(node.id)
    for position in range(len(node.inputs)):
        contribution = snapshot.contributions.get((node.id, position))
        new = _first(contribution, [value, upstream, *given])
        kinds += [f"gradient {kind}" for kind in new]
    return ", ".join(dict.fromkeys(kinds))


def _first(value: object, sources: list[object]) -> list[str]:
    shown = {"nan": "NaN", "inf": "Inf"}
    return [shown[kind] for kind in KINDS if is_first(kind, value, sources)]
