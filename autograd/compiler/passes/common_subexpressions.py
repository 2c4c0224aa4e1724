"""Compute once what is written twice: an exponential that a loss and its gradient both need.

Two lines mean the same if they have the same elements in the same shape.  A mean and a variance of
the same numbers need one sum, which one of them takes with ``keepdims`` and the other without.  So
whatever has the same elements in row-major order gets the same number, as in

    sum(x, axis=0) / 8                                   shape (3,)
    reshape(sum(x, axis=0, keepdims=True) / 8, (3,))     shape (3,)
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograd.compiler.passes.notes import tally
from autograd.compiler.program import Line, Program
from autograd.ops import reduce
from autograd.ops.shape import reshape

SMALL = 1000  # elements of a constant that is compared by its content
REDUCTIONS = (reduce.sum.primitive, reduce.max.primitive, reduce.min.primitive)


def share(program: Program) -> Program:
    """Let lines with the same elements stand for each other, in another shape as a view."""
    first: dict[Hashable, int] = {}
    same: dict[int, int] = {}
    kept: list[Line] = []
    names = []
    elements = _Elements(same)
    for line in program:
        number = elements.number(line)
        key = number, line.shape, line.dtype
        now: Line | None = None
        if key in first:
            same[line.id] = first[key]
        else:
            first[key] = line.id
            other = first.setdefault((number, line.dtype), line.id)
            now = line if other == line.id else _as_view(line, elements.lines[other])
            kept.append(now)
        if line.primitive is not None and now is not line:
            names.append(line.operation)
    notes = [f"computed once instead of again: {tally(names)}"] if names else []
    return program.rewritten(kept, same, notes)


def _as_view(line: Line, other: Line) -> Line:
    """Return a line as a reshape of one that has its elements; numbers stay as they are."""
    if line.primitive in (None, reshape.primitive) or not (line.shape and other.shape):
        return line
    return replace(
        line, primitive=reshape.primitive, args=(other.id,), params={"shape": line.shape}
    )


@dataclass(slots=True)
class _Elements:
    """Numbers the elements of values, so that equal ones have the same number."""

    same: dict[int, int]
    lines: dict[int, Line] = field(default_factory=dict)
    numbers: dict[Hashable, int] = field(default_factory=dict)
    of: dict[int, int] = field(default_factory=dict)

    def number(self, line: Line) -> int:
        """Return the number of a line's elements, whatever its shape."""
        self.lines[line.id] = line
        if line.primitive is reshape.primitive and self.lines[line.args[0]].dtype == line.dtype:
            found = self.of[line.args[0]]
        else:
            description = self._description(line), line.dtype
            found = self.numbers.setdefault(description, len(self.numbers))
        self.of[line.id] = found
        return found

    def _description(self, line: Line) -> Hashable:
        """Return what the elements of two lines that mean the same have in common."""
        if line.kind == "constant":
            return "constant", _content(line.value)
        if line.primitive is None or line.kind == "live":
            return "given", line.id
        given = [self.lines[arg] for arg in line.args]
        args = tuple(self.same.get(arg, arg) for arg in line.args)
        if line.primitive in REDUCTIONS:
            axes = reduce.reduced_axes(line.params.get("axis"), len(given[0].shape), "share")
            return line.primitive, args, axes
        # A parameter may be an array that is broadcast, so that the shape counts.
        is_of_elements = line.primitive.elementwise and not line.params
        if is_of_elements and all(x.shape in ((), line.shape) for x in given):
            return "elementwise", line.primitive, tuple(self.of[arg] for arg in args)
        params = tuple((name, content(value)) for name, value in sorted(line.params.items()))
        return line.primitive, args, params


def _content(value: Any) -> Hashable:
    if isinstance(value, np.ndarray) and value.size > SMALL:
        return id(value)
    return content(value)


def content(value: Any, other: Callable[[Any], Hashable] = id) -> Hashable:
    """Return a key that two values share if they are the same.

    Of what is neither numbers nor containers the key is ``other(value)``.

    Examples
    --------
    >>> from autograd.compiler.passes.common_subexpressions import content
    >>> content([1, 2]) == content([1, 2]), content(0.0) == content(-0.0)
    (True, False)
    """
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        return "array", array.shape, array.dtype.str, array.tobytes()
    if isinstance(value, (tuple, list)):
        return type(value), tuple(content(x, other) for x in value)
    if isinstance(value, dict):
        return dict, tuple((key, content(x, other)) for key, x in value.items())
    if isinstance(value, slice):
        return slice, content((value.start, value.stop, value.step), other)
    if isinstance(value, float):
        return float, value.hex()
    if isinstance(value, (int, str, bytes, type(None), type(Ellipsis), np.dtype)):
        return type(value), value
    return other(value)
