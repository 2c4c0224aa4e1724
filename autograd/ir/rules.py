"""VJP rules as programs: what a rule does with a cotangent, recorded and run again.

A rule is written in operations that arrays and Tensors share.  Run on Tensors inside a capture, it
becomes a program of the cotangent, the result and the inputs of its operation, which can be read,
printed, evaluated on other numbers, or sent to an interpreter that has no derivatives.

The program depends on the operation, on the shapes and dtypes of what it is given and on the
parameters, not on the numbers.  So calls that are alike share one.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.core.types import Array, Scalar
from autograd.core.values import as_value, is_weak
from autograd.core.vjp import fit, rule_result
from autograd.ir.capture import CapturedGraph, captured
from autograd.ir.evaluate import contribution, run
from autograd.ir.graph import Node

Value = Array | Scalar


class Rules:
    """The rules of a graph's operations, each recorded once for all calls that are alike.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.ir.rules import Rules
    >>> g = ag.graph(ag.exp(ag.tensor(0.0, requires_grad=True)))
    >>> print(Rules().program(g[1], 0, [0.0]))
    Graph of 4 nodes:
        0  ct         1
        1  out        1
        2  x[0]       0
        3  *          1                      (0, 1)
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, CapturedGraph | None] = {}
        self._kept: list[Mapping[str, Any]] = []  # so that no id is given twice

    def program(self, node: Node, position: int, given: Sequence[Value]) -> CapturedGraph | None:
        """Return the rule of one input; None if it cannot be recorded.

        Its inputs are the cotangent, the result, and those inputs of the operation that are no
        integers of Python's.  Its outputs are the contribution, in the shape and dtype of the
        input, and what the rule itself returns, which may still be broadcast.
        """
        key = (node.primitive, position, _kind(node.value), *map(_kind, given))
        key += (self._params(node.params),)
        if key not in self._known:
            self._known[key] = _recorded(node, position, given)
        return self._known[key]

    def contribution(self, node: Node, position: int, ct: Value, given: Sequence[Value]) -> Any:
        """Return what the rule of one input makes of a cotangent."""
        program = self.program(node, position, given)
        if program is None:
            return contribution(node, position, ct, node.value, given)
        values = [n.value for n in program]
        free = [x for x in given if is_input(x)]
        for id, value in zip(program.inputs, [ct, node.value, *free], strict=True):
            values[id] = value
        run((n for n in program if n.primitive is not None), values)
        return values[program.outputs[0]]

    def _params(self, params: Mapping[str, Any]) -> Hashable:
        """Return what tells parameters apart: themselves, or which dict they are."""
        key = tuple(params.items())
        try:
            hash(key)
        except TypeError:  # arrays of an index
            self._kept.append(params)
            return id(params)
        return key


def is_input(x: object) -> bool:
    """Return whether a number is an input of a rule's program; a Python integer is part of it."""
    return type(x) not in (int, bool)


def _kind(x: Value) -> Hashable:
    """Return what a program depends on: the shape and dtype of a value, or a Python integer."""
    if not is_input(x):
        return (type(x), x)
    return "weak" if type(x) is float else (np.shape(x), np.asarray(x).dtype)


def _recorded(node: Node, position: int, given: Sequence[Value]) -> CapturedGraph | None:
    primitive: Any = node.primitive

    def ran(ct: Any, out: Any, *x: Any) -> Any:
        free = iter(x)
        inputs = [next(free) if is_input(value) else value for value in given]
        made = rule_result(primitive, position, ct, out, inputs, node.params)
        return fit(made, inputs[position], primitive, position), made

    value = np.asarray(node.value)
    arrays = [x if is_weak(x) else as_value(x, "rule") for x in given if is_input(x)]
    try:
        with np.errstate(all="ignore"):
            return captured("rule", ran, (np.ones_like(value)[()], value[()], *arrays))
    except Exception:  # a rule of the reader's own may need arrays
        return None
