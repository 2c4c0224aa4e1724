"""A cut wire: a use of a value at which zeros arrive, and from which no gradient flows back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeAlias

import numpy as np

from autograd.ir.graph import Node

Use: TypeAlias = tuple[int, int]  # an operation's id, and which of its inputs


def given_to(node: Node, given: Sequence[Any], cut: Collection[Use]) -> list[Any]:
    """Return what arrives at an operation: zeros through the wires that are cut."""
    if not cut:
        return list(given)
    return [zeros_like(x) if (node.id, k) in cut else x for k, x in enumerate(given)]


def zeros_like(x: Any) -> Any:
    """Return zeros of the shape and kind of a value."""
    return type(x)(0) if type(x) in (int, float, bool) else np.zeros_like(x)[()]
