"""From a graph and a snapshot of its trace to a scene.

Every number on a wire is read from the trace.  Where several uses share a box, their wire carries
the sum of their contributions; a scene computes nothing of its own but such sums.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograd.core.messages import counted, plain
from autograd.core.scopes import Scope
from autograd.ir.graph import Graph, Node
from autograd.ir.naming import Names
from autograd.ir.snapshot import Snapshot
from autograd.viz.model.chain import chain_of
from autograd.viz.model.fold import Fold, Folding
from autograd.viz.model.labels import badge, fold_title, inventory, leaf_label, title
from autograd.viz.model.scene import Box, Scene, Wire
from autograd.viz.model.text_metrics import shorten

BUNDLE = 4  # so many values from one box to another share a wire; two do in a crowd
CROWD = 300  # wires


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """What is to be drawn, and what is shown of it.

    Attributes
    ----------
    graph : Graph
    snapshot : Snapshot
    folding : Folding
    nodes : collection of int
        The nodes that are drawn.
    parts : tuple of str
        Of "values", "gradients" and "tensors", those to write on wires.
    digits : int
    names : Names
    rule_of : mapping from int to int
        For the operations of a backward pass that is drawn beside its forward pass, the node whose
        rule they are part of.
    ends : mapping from int to list of str
        The names of the outputs.
    """

    graph: Graph
    snapshot: Snapshot
    folding: Folding
    nodes: Collection[int]
    parts: tuple[str, ...]
    digits: int
    names: Names
    rule_of: Mapping[int, int] = field(default_factory=dict)
    ends: Mapping[int, list[str]] = field(default_factory=dict)


def written_into_gates(graph: Graph) -> set[int]:
    """Find the constants that a gate's label shows already, such as ``+1``."""
    return {
        i
        for node in graph
        if node.primitive is not None and node.gate != node.primitive.symbol
        if len(node.inputs) > 1  # not an index
        for i in node.inputs
        if graph[i].constant
    }


def build_scene(subject: Subject) -> Scene:
    """Make boxes and wires of a subject."""
    boxes = list(_boxes(subject))
    wires = list(_wires(subject))
    for box, wire in (*_ends(subject), *_stubs(subject)):
        boxes.append(box)
        wires.append(wire)
    folds = {box.id for box in boxes if box.kind == "fold"}
    leaving = Counter(wire.source for wire in wires)
    return Scene(
        # Of a single wire the sum would say nothing new.
        boxes=tuple(b if leaving[b.id] > 1 else replace(b, sum=None) for b in boxes),
        wires=_bundled(wires, folds),
        notes=(subject.folding.note,) if subject.folding.note else (),
        title=f"Computational graph of {counted(len(subject.graph), 'node')}",
        digits=subject.digits,
        parts=tuple(subject.parts),
    )


def updated_box(s: Subject, box: Box) -> Box:
    """Return a box of the end of the trace as it looks now: what is not there then never is."""
    if box.kind in ("end", "more"):
        return box
    fold = s.folding.owner.get(box.members[0])
    return replace(
        box,
        sum=None if box.sum is None else s.snapshot.totals.get(box.members[0]),
        badge=_badges(s, box.members) if box.badge else "",
        chain=chain_of(s.graph, s.snapshot, fold, s.digits) if fold and box.chain else "",
    )


def updated_wire(s: Subject, wire: Wire) -> Wire:
    """Return a wire as the snapshot have it now."""
    if wire.kind == "bundle":
        return wire
    gradient = _sum(s, wire.edges) if wire.edges else s.snapshot.totals.get(wire.node)
    return replace(wire, value=s.snapshot.value(wire.node), gradient=gradient)


def _boxes(s: Subject) -> Iterator[Box]:
    done: set[Fold] = set()
    for id in sorted(s.nodes):
        fold = s.folding.owner.get(id)
        if fold is None:
            yield _box(s, s.graph[id])
        elif fold not in done:
            done.add(fold)
            yield _fold_box(s, fold)


def _box(s: Subject, node: Node) -> Box:
    kind = "gate" if node.primitive else "constant" if node.constant else "leaf"
    total = s.snapshot.totals.get(node.id)
    return Box(
        id=f"n{node.id}",
        kind=kind,
        label=plain(node.gate if node.primitive else leaf_label(node)),
        name=plain(node.name or "") if node.primitive else "",
        sum=total if s.snapshot.is_summed(node.id) and "gradients" in s.parts else None,
        badge=_badges(s, (node.id,)),
        state=s.snapshot.state(node.id),
        title=title(s.graph, s.snapshot, s.names, node, s.rule_of.get(node.id)),
        members=(node.id,),
        scopes=_around(s, node),
        rule_of=s.rule_of.get(node.id),
        backward=node.id in s.rule_of,
    )


def _around(s: Subject, node: Node) -> tuple[Scope, ...]:
    """Return the open scopes around a node; a leaf used in one of them alone belongs there."""
    level = s.folding.level
    if node.primitive is not None or (node.id in s.rule_of and not node.constant):
        return node.scope[:level]
    around = set()
    for user, _ in s.graph.consumers(node.id):
        fold = s.folding.owner.get(user)
        around.add(fold.scopes if fold else s.graph[user].scope[:level])
    return around.pop() if len(around) == 1 else ()


def _fold_box(s: Subject, fold: Fold) -> Box:
    inside = [s.graph[i] for i in fold.members]
    operations = [n for n in inside if n.primitive]
    leaves = [n for n in inside if n.primitive is None and not n.constant]
    label = fold.name or "…"
    lines = [inventory(operations, fold.count)]
    if leaves:
        lines.append("1 leaf" if len(leaves) == 1 else f"{len(leaves)} leaves")
    arrays = [n for n in inside if n.constant and np.ndim(n.value)]
    if arrays:
        shapes = " ".join("x".join(map(str, n.value.shape)) for n in arrays)
        lines.append(f"constant {shapes}" if len(arrays) < 3 else f"{len(arrays)} constant arrays")
    shown = "gradients" in s.parts
    return Box(
        id=f"f{fold.members[0]}",
        kind="fold",
        label=plain(label) + (f" x{fold.count}" if fold.count > 1 else ""),
        lines=tuple(lines),
        chain=chain_of(s.graph, s.snapshot, fold, s.digits) if shown else "",
        badge=_badges(s, fold.members),
        state=s.snapshot.shared_state(fold.members),
        title=fold_title(s.names, fold, operations),
        members=fold.members,
        scopes=fold.scopes,
        count=fold.count,
        rule_of=s.rule_of.get(operations[0].id) if operations else None,
        backward=all(i in s.rule_of for i in fold.members),
    )


def _badges(s: Subject, members: Sequence[int]) -> str:
    """Name the kinds of numbers that appear first among some nodes."""
    badges = [badge(s.graph, s.snapshot, s.graph[i]) for i in members]
    return ", ".join(dict.fromkeys(kind for b in badges for kind in b.split(", ") if b))


def _wires(s: Subject) -> Iterator[Wire]:
    """Yield a wire for every use of a value, those into one fold together."""
    uses: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for id in sorted(s.nodes):
        into = s.folding.owner.get(id)
        for position, source in enumerate(s.graph[id].inputs):
            if source not in s.nodes:
                continue
            if into is None:
                uses[source, f"w{id}-{position}"].append((id, position))
            elif s.folding.owner.get(source) is not into:
                uses[source, f"w{source}-f{into.members[0]}"].append((id, position))
    for (source, name), edges in uses.items():
        yield _wire(s, name, source, box_of(s, edges[0][0]), edges)


def _wire(s: Subject, id: str, source: int, target: str, edges: list[tuple[int, int]]) -> Wire:
    backward = source in s.rule_of
    kind = "value"
    if s.rule_of and not backward and any(node in s.rule_of for node, _ in edges):
        kind = "saved"
    value, gradient = s.snapshot.value(source), _sum(s, edges)
    roles = ["value"] if "values" in s.parts else []
    roles += ["gradient"] if "gradients" in s.parts else []
    if s.rule_of:  # beside its backward pass, a forward wire shows its value alone
        roles = [role for role in roles if role == ("gradient" if backward else "value")]
        gradient = value
    lit = "lit" if any(s.snapshot.wire_state(*edge) for edge in edges) else ""
    return Wire(
        id,
        box_of(s, source),
        target,
        kind,
        value,
        gradient,
        tuple(roles),
        state=lit,
        node=source,
        edges=tuple(edges),
    )


def _sum(s: Subject, edges: Sequence[tuple[int, int]]) -> Any:
    """Add up the contributions of some uses; None if there is none yet."""
    known = s.snapshot.contributions
    parts = [known[edge] for edge in edges if edge in known]
    return sum(parts[1:], start=parts[0]) if parts else None


def box_of(s: Subject, node: int) -> str:
    """Return the id of the box that a node is in."""
    fold = s.folding.owner.get(node)
    return f"n{node}" if fold is None else f"f{fold.members[0]}"


def _ends(s: Subject) -> Iterator[tuple[Box, Wire]]:
    """Give every output a wire that leads out of the scene."""
    number = 0
    for output in dict.fromkeys(s.graph.outputs):
        if output not in s.nodes:
            continue
        for name in s.ends.get(output, [""]):
            end = Box(f"end{number}", "end", name, backward=output in s.rule_of)
            wire = _wire(s, f"out{number}", output, end.id, [])
            seed = wire.gradient if s.rule_of else s.snapshot.totals.get(output)
            yield end, replace(wire, gradient=seed)
            number += 1


def _stubs(s: Subject) -> Iterator[tuple[Box, Wire]]:
    """Show by "…" where a view of a part was cut out of the whole."""
    hidden = written_into_gates(s.graph)
    for id in sorted(s.nodes):
        for position, source in enumerate(s.graph[id].inputs):
            if source not in s.nodes and source not in hidden:
                name = plain(s.graph[source].name or "")
                label = f"… {shorten(name)}".strip()
                box = Box(f"in{id}-{position}", "more", label, backward=id in s.rule_of)
                wire = _wire(s, f"w{id}-{position}", source, box_of(s, id), [(id, position)])
                yield box, replace(wire, source=box.id, kind="value")
        beyond = [
            use
            for use in s.graph.consumers(id)
            if use[0] not in s.nodes and (use[0] in s.rule_of) == (id in s.rule_of)
        ]
        if beyond:
            box = Box(f"on{id}", "more", "…", backward=id in s.rule_of)
            yield box, _wire(s, f"w{id}-on", id, box.id, beyond)


def _bundled(wires: list[Wire], folds: set[str]) -> tuple[Wire, ...]:
    """Let many wires from one box to another become one that says how many, if one is a fold."""
    between: dict[tuple[str, str, bool], list[Wire]] = defaultdict(list)
    for wire in wires:
        between[wire.source, wire.target, wire.kind == "saved"].append(wire)
    fewest = BUNDLE if len(wires) <= CROWD else 2
    result = []
    for (source, target, saved), together in between.items():
        if saved:
            result += together[:1] if source in folds or target in folds else together
        elif len(together) < fewest or folds.isdisjoint((source, target)):
            result += together
        else:
            label = f"{len(together)} values" if together[0].roles else ""
            id = f"b{source}-{target}"
            result.append(Wire(id, source, target, "bundle", label=label, roles=()))
    return tuple(result)
