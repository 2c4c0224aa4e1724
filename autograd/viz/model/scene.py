"""A scene: a drawing before it has coordinates, boxes and wires that carry numbers.

A box is an operation, a leaf, a fold of several operations, or the end of an output.  A wire goes
from the box that made a value to one use of it, and carries the value and the contribution to its
gradient that came back along this use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograd.core.scopes import Scope


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """Something that wires lead to and from.

    Attributes
    ----------
    id : str
        The same in every run: ``n3`` for node 3, ``f3`` for a fold that begins with node 3.
    kind : {"gate", "leaf", "constant", "fold", "more", "end"}
    label : str
        What is written in it.
    name : str
        What the user called its result.
    sum : object
        The total of the contributions that meet here; None if they do not, or not yet.
    lines : tuple of str
        What a fold says of its inside.
    chain : str
        The local gradient of a fold as the product inside, where it can be written.
    badge : str
        "NaN" or "Inf" where such a value appears first.
    state : {"", "lit", "done", "pending"}
    title : str
        Everything there is to know, shown to a reader who points at it.
    members : tuple of int
        The nodes it stands for.
    scopes : tuple of Scope
        The open scopes around it.
    count : int
        How many equal scopes are stacked in a fold.
    rule_of : int or None
        For an operation of a backward pass, the node whose rule it is part of.
    backward : bool
        Whether it belongs to a backward pass that is drawn beside its forward pass.
    """

    id: str
    kind: str
    label: str
    name: str = ""
    sum: Any = None
    lines: tuple[str, ...] = ()
    chain: str = ""
    badge: str = ""
    state: str = ""
    title: str = ""
    members: tuple[int, ...] = ()
    scopes: tuple[Scope, ...] = ()
    count: int = 1
    rule_of: int | None = None
    backward: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Wire:
    """A value on its way from one box to another.

    Attributes
    ----------
    id : str
        ``w5-0`` for input 0 of node 5.
    source, target : str
        The ids of boxes.
    kind : {"value", "saved", "bundle"}
        A saved wire shows that a backward operation uses a value of the forward pass.
    value, gradient : object
        None while not known.
    roles : tuple of str
        Which of "value" and "gradient" are written on it.
    label : str
        What a bundle says instead.
    state : {"", "lit"}
    node : int
        The node whose value it is.
    edges : tuple of (node, position)
        The uses whose contributions it carries; none if it leads out of the scene.
    """

    id: str
    source: str
    target: str
    kind: str = "value"
    value: Any = None
    gradient: Any = None
    roles: tuple[str, ...] = ("value", "gradient")
    label: str = ""
    state: str = ""
    node: int = -1
    edges: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Boxes in topological order, wires between them, and what to write underneath."""

    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    notes: tuple[str, ...] = ()
    title: str = ""
    digits: int = 2
    parts: tuple[str, ...] = ("values", "gradients", "tensors")

    @property
    def is_crossed(self) -> bool:
        """Whether links from saved values run across it."""
        return any(wire.kind == "saved" for wire in self.wires)
