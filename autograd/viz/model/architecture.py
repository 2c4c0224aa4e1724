"""The architecture of a network: its layers as boxes in boxes, and the wires between them.

A box is a module, a call of a composed function, a block of ``ag.scope``, a single operation or an
input.  Boxes hold boxes, down to the single operations, so that any of them can be opened.  Weights
are no boxes: a box lists those that it uses.  A wire joins two innermost boxes; on a drawing it
ends at the boxes around them that are visible.

Nothing here depends on numbers, except shapes: the same network has the same architecture in every
run.  `autograd.viz.model.statistics` adds what was measured.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, prod

from autograd.core.scopes import FUNCTION
from autograd.viz.model.text_metrics import width_of

Shape = tuple[int, ...]

BOX = (142, 58)  # width and height in pixels
PILL = 26  # height
NAME = 12  # pixels, the size of a name
LEAST, AROUND = 42, 24  # pixels, the width of a pill at least, and beside its name


@dataclass(frozen=True, slots=True)
class Weight:
    """A parameter that a box uses.

    Attributes
    ----------
    name : str
        Its name inside the box, as ``weight``.
    shape : tuple of int
    node : int
    uses : int
        How often the whole network uses it.
    """

    name: str
    shape: Shape
    node: int
    uses: int


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """A part of a network.

    Attributes
    ----------
    id : int
        Its place in `Architecture.boxes`; parents stand before their children.
    path : str
        A name for it that no other box has: ``layer1.0``, ``layer1.0/+``; ``cell#2`` for the second
        call.
    name : str
        What is written in it.
    kind : str
        The class of a module, "function", or the name of an operation.
    role : {"scope", "operation", "input", "stack"}
        A stack holds equal boxes, one after another.
    parent : int or None
    children : tuple of int
        In topological order.
    shape : tuple of int
        Of its output, without the batch.
    input : tuple of tuple of int
        Of its inputs.
    options : str
        Such as ``k3 s2 p1``.
    parameters : int
        Numbers that are learned inside, each once.
    pill : bool
        Whether it is drawn as a small box: elementwise, or only another order of the numbers.
    framed : bool
        Whether it has a frame when it is open; the parts of others stand in the rows of the parent.
    nodes : tuple of int
        The operations inside; for an input, itself.
    weights : tuple of Weight
    count : int
        How many boxes a stack holds, else 1.
    shared : bool
        Whether all boxes of a stack use the same weights.
    output : int
        The node whose value leaves it.
    """

    id: int
    path: str
    name: str
    kind: str
    role: str
    parent: int | None
    children: tuple[int, ...] = ()
    shape: Shape = ()
    input: tuple[Shape, ...] = ()
    options: str = ""
    parameters: int = 0
    pill: bool = False
    framed: bool = True
    nodes: tuple[int, ...] = ()
    weights: tuple[Weight, ...] = ()
    count: int = 1
    shared: bool = False
    output: int = -1

    @property
    def size(self) -> tuple[int, int]:
        """Its width and height when it is closed."""
        if not self.pill:
            return BOX
        return max(LEAST, ceil(width_of(self.name, NAME, bold=True)) + AROUND), PILL


@dataclass(frozen=True, slots=True)
class Edge:
    """A value on its way to one use, between two innermost boxes.

    Attributes
    ----------
    source, target : int
        Ids of boxes.
    node : int
        The node whose value it is.
    position : int
        Which input of the target's operation it is.
    operation : int
        The node of that operation.
    shape : tuple of int
        Without the batch.
    label : str
        The shape where it has changed, else empty.
    name : str
        Where several values go from one box to another, which of them it is, such as ``h``.
    """

    source: int
    target: int
    node: int
    position: int
    shape: Shape
    operation: int
    label: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Architecture:
    """Boxes, wires, and what the header says.

    Attributes
    ----------
    title : str
    batch : int or None
        The first axis of the values, which shapes leave out.
    boxes : tuple of Box
    edges : tuple of Edge
    open : frozenset of int
        The boxes that are open at first.
    """

    title: str
    batch: int | None
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    open: frozenset[int] = field(default_factory=frozenset)

    @property
    def parameters(self) -> int:
        """How many numbers are learned, each counted once."""
        shapes = {weight.node: weight.shape for box in self.boxes for weight in box.weights}
        return sum(map(prod, shapes.values()))

    def is_block(self, box: Box) -> bool:
        """Whether a box holds named parts, and not just the operations of one layer."""
        inside = (self.boxes[child] for child in box.children)
        parts = any(part.children and part.kind != FUNCTION for part in inside)
        return parts and box.role != "stack" and box.kind != FUNCTION

    def ancestors(self, box: int) -> list[int]:
        """Return the boxes around a box, from the outermost to itself."""
        lineage = []
        at: int | None = box
        while at is not None:
            lineage.append(at)
            at = self.boxes[at].parent
        return lineage[::-1]


def sizes(shape: Shape) -> str:
    """Write a shape, as ``64×32×32``.

    Examples
    --------
    >>> from autograd.viz.model.architecture import sizes
    >>> sizes((64, 32, 32)), sizes(())
    ('64×32×32', 'scalar')
    """
    return "×".join(map(str, shape)) or "scalar"
