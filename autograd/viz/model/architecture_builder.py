"""From a graph to its architecture: the tree of scopes becomes boxes with words and sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace

import numpy as np

from autograd.core.messages import plain
from autograd.core.scopes import FUNCTION
from autograd.ir.graph import Graph, Node
from autograd.viz.model.architecture import Architecture, Box, Edge, Shape, Weight, sizes
from autograd.viz.model.architecture_roles import (
    STRUCTURAL,
    Roles,
    origins,
    preparations,
    roles,
    users,
)
from autograd.viz.model.architecture_tree import SPLICED, Group, Item, tree

GATES = {"maximum": "relu", "concatenate": "concat"}  # names of operations with a number, or short


def architecture(graph: Graph, inputs: Collection[int] | None = None) -> Architecture:
    """Return the architecture of what a graph computes.

    Parameters
    ----------
    graph : Graph
    inputs : collection of int, optional
        The leaves that are inputs; by default they are found.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.viz.model.architecture_builder import architecture
    >>> x = ag.tensor([1.0, 2.0], requires_grad=True, name="x")
    >>> with ag.scope("double"):
    ...     y = x * 2.0 + 1.0
    >>> [box.path for box in architecture(ag.graph(y)).boxes]
    ['x', 'double', 'double/*2', 'double/+1']
    """
    return _Builder(graph, roles(graph, inputs)).built()


class _Builder:
    """The boxes made so far, and what is looked up for each of them."""

    def __init__(self, graph: Graph, found: Roles) -> None:
        self.graph = graph
        self.roles = found
        self.boxes: list[Box] = []
        self.batch = _batch(graph, found)
        self._paths: Counter[str] = Counter()
        self._users = {id: list(users(graph, found, id)) for id in found.weights}
        self._origins = origins(graph, found)
        self._served, self._others = preparations(graph, found)
        self._modules: set[int] = set()
        self._innermost: dict[int, int] = {}
        self._home: dict[int, int] = {}  # the innermost box of each operation and input

    def built(self) -> Architecture:
        operations = [i for i in self.roles.operations if i in self.roles.data]
        root = tree(self.graph, operations, self._others)
        whole = _network(root)
        for id in self.roles.inputs:
            self._input(self.graph[id])
        for item in root.items:
            self._add(item, None, "", whole)
        self._list_weights()
        title = (whole.kind or whole.name) if whole else ""
        return Architecture(title, self.batch, tuple(self.boxes), tuple(self._edges()))

    def _shape(self, id: int) -> Shape:
        """Return the shape of a value without the batch."""
        shape = tuple(np.shape(self.graph[id].value))
        return shape[1:] if len(shape) > 1 and shape[0] == self.batch else shape

    def _unique(self, path: str) -> str:
        self._paths[path] += 1
        return path if self._paths[path] == 1 else f"{path}#{self._paths[path]}"

    def _input(self, node: Node) -> None:
        name = plain(node.name or "x")
        self._home[node.id] = len(self.boxes)
        shape = self._shape(node.id)
        self.boxes.append(
            Box(
                len(self.boxes), self._unique(name), name, "input", "input", None, shape=shape,
                input=(shape,), nodes=(node.id,), output=node.id, pill=True,
            )
        )  # fmt: skip

    def _add(self, item: Item, parent: Box | None, prefix: str, whole: Group | None) -> int:
        """Add a box and all that is inside; return its id."""
        id = len(self.boxes)
        single = _single(item)
        box = self._box(item, id, parent, prefix)
        if item is whole:
            box = replace(box, framed=False, kind=plain(whole.kind))
        if box.kind not in ("", FUNCTION) and isinstance(item, Group):
            self._modules.add(id)
        self.boxes.append(box)
        if isinstance(item, Group) and not single:
            within = prefix if not box.framed and item is not whole else item.module or prefix
            children = [self._add(inner, box, within, whole) for inner in item.items]
            self.boxes[id] = replace(box, children=tuple(children))
        else:
            self._home[box.nodes[-1]] = id
        return id

    def _box(self, item: Item, id: int, parent: Box | None, prefix: str) -> Box:
        own = sorted(item.nodes()) if isinstance(item, Group) else (item,)
        nodes = tuple(x for i in own for x in (*self._served.get(i, ()), i))
        output = self._output(nodes)
        group = item if isinstance(item, Group) else None
        name, kind, path = self._named(item, parent, prefix)
        kind = self._main(group) if group and kind in SPLICED else kind
        role = "operation" if _single(item) else "stack" if group and group.is_stack else "scope"
        parameters = self._parameters(nodes)
        pill = self._is_small(nodes) and (
            role == "operation" or (role == "scope" and not parameters)
        )
        if pill and group and kind not in ("", FUNCTION):
            name = kind
        return Box(
            id, self._unique(path), name, kind, role, None if parent is None else parent.id,
            shape=self._shape(output), input=tuple(map(self._shape, self._entering(nodes))),
            options=self._options(nodes), parameters=parameters, pill=pill,
            framed=not (group and group.kind in SPLICED and role == "scope"), nodes=nodes,
            count=len(group.items) if group and role == "stack" else 1,
            shared=role == "stack" and self._is_shared(group), output=output,
        )  # fmt: skip

    def _named(self, item: Item, parent: Box | None, prefix: str) -> tuple[str, str, str]:
        """Return the name, the kind and the path of a box."""
        around = f"{parent.path}/" if parent else ""
        if not isinstance(item, Group):
            node = self.graph[item]
            name = _gate(self.graph, node)
            assert node.primitive is not None
            return name, plain(node.primitive.name), around + name
        if item.module:
            inside = item.module.startswith(f"{prefix}.") if prefix else False
            name = item.module[len(prefix) + 1 :] if inside else item.module
            return plain(name), plain(item.kind), plain(item.module)
        name = plain(item.name)
        return name, plain(item.kind), around + name

    def _main(self, container: Group) -> str:
        """Return the kind of a container: of the only part with weights, ``Conv2d, …``."""
        parts = [item for item in container.items if isinstance(item, Group)]
        weighted = [part for part in parts if self._parameters(part.nodes())]
        kinds = list(dict.fromkeys(part.kind for part in weighted))
        return f"{kinds[0]}, …" if len(weighted) == 1 and kinds[0] else container.kind

    def _entering(self, nodes: tuple[int, ...]) -> list[int]:
        """Return the values that come from outside."""
        inside = set(nodes)
        found = (x for i in nodes for x in self.graph[i].inputs)
        return [x for x in dict.fromkeys(found) if x not in inside and x in self.roles.data]

    def _output(self, nodes: tuple[int, ...]) -> int:
        return [nodes[-1], *self._leaving(nodes)][-1]

    def _leaving(self, nodes: tuple[int, ...]) -> list[int]:
        """Return the values that are used outside."""
        inside, outputs = set(nodes), self.graph.outputs
        users = {i: [user for user, _ in self.graph.consumers(i)] for i in nodes}
        return [i for i in nodes if i in outputs or not inside.issuperset(users[i])]

    def _parameters(self, nodes: Iterable[int]) -> int:
        return sum(int(np.size(self.graph[w].value)) for w in self._used(nodes))

    def _used(self, nodes: Iterable[int]) -> dict[int, None]:
        """Return the weights that operations take, also transposed or in parts."""
        inputs = (x for i in nodes for x in self.graph[i].inputs)
        return dict.fromkeys(w for x in inputs for w in self._origins.get(x, ()))

    def _is_shared(self, stack: Group | None) -> bool:
        assert stack is not None
        parts = [item for item in stack.items if isinstance(item, Group)]
        used = [tuple(self._used(part.nodes())) for part in parts]
        return bool(used[0]) and len(set(used)) == 1

    def _is_small(self, nodes: tuple[int, ...]) -> bool:
        """Whether operations compute one element from one, or only move them."""
        made = [self.graph[i].primitive for i in nodes if i in self.roles.data]
        small = all(p and (p.elementwise or p.name in STRUCTURAL) for p in made)
        return small or all(p and p.name in ("concatenate", "pad", "stack") for p in made)

    def _options(self, nodes: tuple[int, ...]) -> str:
        """Return what the only operation with a window has: ``k3 s2 p1``."""
        windows = [w for w in (_window(self.graph, self.graph[i]) for i in nodes) if w]
        return windows[0] if len(windows) == 1 else ""

    def _list_weights(self) -> None:
        """List every weight in the innermost module that uses it, or else at its operation."""
        self._innermost = {i: box.id for box in self.boxes for i in box.nodes}
        found: dict[int | None, dict[int, None]] = {}
        for weight, operations in self._users.items():
            for user in operations:
                found.setdefault(self._owner(user), {})[weight] = None
        for id, weights in found.items():
            if id is not None:
                self.boxes[id] = replace(self.boxes[id], weights=self._listed(list(weights)))

    def _owner(self, operation: int) -> int | None:
        home = at = self._innermost.get(operation)
        while at is not None and (at not in self._modules or self.boxes[at].role == "stack"):
            at = self.boxes[at].parent
        return home if at is None else at

    def _listed(self, weights: list[int]) -> tuple[Weight, ...]:
        """Name weights by the last part of their names where no other in the box has it."""
        whole = [plain(self.graph[id].name or f"w{id}") for id in weights]
        last = [name.rpartition(".")[2] for name in whole]
        names = [w if last.count(n) > 1 else n for w, n in zip(whole, last, strict=True)]
        return tuple(
            Weight(
                name if names.count(name) == 1 else f"{name} #{1 + names[:k].count(name)}",
                tuple(np.shape(self.graph[id].value)),
                id,
                len(self._users[id]),
            )
            for k, (id, name) in enumerate(zip(weights, names, strict=True))
        )

    def _values(self) -> dict[int, str]:
        """Name the two values that leave a step of an LSTM: its state c is made first."""
        names: dict[int, str] = {}
        for box in self.boxes:
            if box.kind.startswith("LSTMCell") and box.role == "scope":
                leaving = self._leaving(box.nodes)
                names |= dict(zip(leaving, "ch", strict=False)) if len(leaving) == 2 else {}
        return names

    def _edges(self) -> Iterable[Edge]:
        """Yield the uses of data; those of weights are inside of the boxes."""
        home, names = self._home, self._values()
        for target in (i for i in self.roles.operations if i in home):
            for position, source in enumerate(self.graph[target].inputs):
                if source in home and home[source] != home[target]:
                    shape = self._shape(source)
                    box = self.boxes[home[source]]
                    changed = box.role == "input" or box.input[:1] != (shape,)
                    label = sizes(shape) if changed else ""
                    name = plain(self.graph[source].name or names.get(source, ""))
                    yield Edge(box.id, home[target], source, position, shape, target, label, name)


def _single(item: Item) -> bool:
    """Whether a box is one operation."""
    return not isinstance(item, Group) or (
        len(item.items) == 1 and not isinstance(item.items[0], Group)
    )


def _network(root: Group) -> Group | None:
    """Return the only module at the top, which is the whole drawing and no box in it."""
    groups = [g for g in root.items if isinstance(g, Group) and g.kind not in ("", FUNCTION)]
    networks = [g for g in groups if any(isinstance(item, Group) for item in g.items)]
    return networks[0] if len(networks) == 1 else None


def _batch(graph: Graph, found: Roles) -> int | None:
    """Return the most common first axis of the values that depend on the inputs."""
    shapes = (np.shape(graph[i].value) for i in (*found.inputs, *found.operations))
    axes = Counter(shape[0] for shape in shapes if len(shape) > 1)
    leading = {np.shape(graph[i].value)[:1] for i in found.inputs}
    common = axes.most_common()
    likely = [axis for axis, count in common if (axis,) in leading and 2 * count > common[0][1]]
    return next(iter([*likely, *(axis for axis, _ in common)]), None)


def _gate(graph: Graph, node: Node) -> str:
    """Return what is written in the box of one operation."""
    assert node.primitive is not None
    name = node.primitive.name
    if name == "getitem":
        return f"[{_index(node.params.get('index'))}]"
    if name == "concatenate":
        axis = int(node.params.get("axis", 0))
        parts = "+".join(str(np.shape(graph[i].value)[axis]) for i in node.inputs)
        return f"concat {parts}"
    constant = [graph[i] for i in node.inputs if graph[i].constant and not np.ndim(graph[i].value)]
    if name == "maximum" and constant and constant[0].value == 0:
        return "relu"
    return plain(node.gate or name)


def _index(index: object) -> str:
    """Write an index as in the code, ``0:8`` for a slice."""
    if isinstance(index, tuple):
        return ", ".join(map(_index, index))
    if isinstance(index, slice):
        parts = ("" if p is None else str(p) for p in (index.start, index.stop))
        return ":".join(parts) + (f":{index.step}" if index.step is not None else "")
    return "..." if index is Ellipsis else str(index) if isinstance(index, int) else "i"


def _window(graph: Graph, node: Node) -> str:
    """Return the window of a convolution or a pooling, as ``k3 s2 p1``; empty without one."""
    params = node.params
    geometry = params.get("g")
    if geometry is not None and hasattr(geometry, "kernel"):
        kernel, stride, padding = geometry.kernel, geometry.stride, geometry.padding
        dilation, groups = geometry.dilation, geometry.groups
    elif "stride" in params and len(node.inputs) > 1:
        kernel = np.shape(graph[node.inputs[1]].value)[2:]
        stride, padding, dilation = params["stride"], params.get("padding", 0), params["dilation"]
        groups = params.get("groups", 1)
    else:
        return ""
    words = [f"k{_short(kernel)}"]
    words += [f"{letter}{_short(v)}" for letter, v, usual in (
        ("s", stride, "1"), ("p", padding, "0"), ("d", dilation, "1"), ("g", groups, "1")
    ) if _short(v) != usual]  # fmt: skip
    return " ".join(words)


def _short(value: object) -> str:
    """Write equal numbers once: 3 for (3, 3), 3×5 for others."""
    flat = [str(int(v)) for v in np.ravel(np.asarray(value))]
    return flat[0] if len(set(flat)) == 1 else "×".join(dict.fromkeys(flat))
