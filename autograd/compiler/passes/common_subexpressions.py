"""Compute once what is written twice: an exponential that a loss and its gradient both need."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import numpy as np

from autograd.compiler.passes.notes import tally
from autograd.compiler.program import Line, Program

SMALL = 1000  # elements of a constant that is compared by its content


def share(program: Program) -> Program:
    """Let lines with the same operation, inputs and parameters stand for the first of them."""
    first: dict[Hashable, int] = {}
    same: dict[int, int] = {}
    names = []
    for line in program:
        key = _key(line, same)
        if key is None:
            continue
        if key in first:
            same[line.id] = first[key]
            if line.primitive is not None:
                names.append(line.operation)
        else:
            first[key] = line.id
    kept = [line for line in program if line.id not in same]
    notes = [f"computed once instead of again: {tally(names)}"] if names else []
    return program.rewritten(kept, same, notes)


def _key(line: Line, same: dict[int, int]) -> Hashable:
    """Return what two lines that mean the same have in common; None if nothing can be said."""
    if line.kind == "constant":
        return ("constant", _content(line.value))
    if line.primitive is None or line.kind == "live":
        return None
    params = tuple((name, content(value)) for name, value in sorted(line.params.items()))
    args = tuple(same.get(arg, arg) for arg in line.args)
    return line.primitive, args, params, line.dtype


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
