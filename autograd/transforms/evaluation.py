"""One evaluation of a function on fresh copies of its arguments, and the pass back to the copies.

A copy of a Tensor is a node behind which the pass does not go, so the inner one of two nested
gradients never sees the variable of the outer one, and the two cannot be confused.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.core import context
from autograd.core.backward import count_uses
from autograd.core.departures import Departure
from autograd.core.gradients import Variable, pull
from autograd.core.messages import check_callable, one_line
from autograd.core.pytree import flatten
from autograd.core.tensor import Tensor, detached, raw
from autograd.core.values import as_value
from autograd.errors import DTypeError, GlassgradError, GradientError
from autograd.ops.elementwise import positive
from autograd.transforms.dependence import check_dependence

Function = Callable[..., Any]


class Run:
    """One evaluation of a function on copies of some of its arguments."""

    def __init__(self, operation: str, f: Function, args: Sequence[Any], argnums: object) -> None:
        check_callable(operation, f)
        self.operation = operation
        chosen = _positions(operation, argnums, len(args))
        leaves, self.rebuild = flatten([args[i] for i in chosen])
        self._ambient = context.current().recording
        self._inner = self._ambient and any(
            isinstance(x, Tensor) and x.requires_grad for x in leaves
        )
        self.inputs = [_copy(x, operation, self._ambient) for x in leaves]
        self.stop = frozenset(self.inputs)
        self.left: list[Departure] = []
        with context.changed(recording=True, departures=self.left):
            arguments = list(args)
            for i, copied in zip(chosen, self.rebuild(self.inputs), strict=True):
                arguments[i] = copied
            self.result = _call(operation, f, arguments, chosen)
        self._take_result()
        self._follow_graph(any(isinstance(x, Tensor) for x in leaves))

    def _take_result(self) -> None:
        """Find the outputs in what the function returned, nested or not."""
        self.found, self.rebuild_result = flatten(self.result)
        if any(y is None for y in self.found):
            raise GradientError(
                f"{self.operation}: the function returned nothing; end it with return"
            )
        self.outputs = [
            y if isinstance(y, Tensor) else Tensor(as_value(y, self.operation)) for y in self.found
        ]

    def _follow_graph(self, given_tensors: bool) -> None:
        """Refuse a result whose value left the graph; see who else may differentiate it."""
        reached, ends = count_uses(self.outputs, self.stop)
        if self.left:
            check_dependence(self.operation, self.left, self.inputs, reached)
        foreign = any(
            end not in self.stop and not (isinstance(end, Variable) and end.finished)
            for end in ends
        )
        # live: an outer transform may differentiate the gradient; tensors: results are Tensors.
        self.live = self._ambient and (foreign or self._inner)
        self.tensors = foreign or given_tensors

    def pull(self, cotangents: Sequence[Any], create_graph: bool = False) -> list[Any]:
        """Pull cotangents of the outputs back to the copies."""
        recorded = create_graph or self.live
        if recorded:
            # Of the numbers that there are now: the graph may be used for long.
            cotangents = [
                ct if isinstance(ct, Tensor) else Tensor(np.array(ct)[()]) for ct in cotangents
            ]
        return pull(self.outputs, self.inputs, cotangents, recorded, self.stop)

    def hand_over(self, values: Sequence[Any]) -> list[Any]:
        """Return values as Tensors or arrays, as the caller's arguments were."""
        for x in self.inputs:
            if isinstance(x, Variable):
                x.finished = True
        if context.capturing() is not None:
            return list(values) if self.live else [detached(v) for v in values]
        if not self.tensors:
            return [raw(v) for v in values]
        values = [v if self.live or not isinstance(v, Tensor) else v.data for v in values]
        return [v if isinstance(v, Tensor) else Tensor(v) for v in values]

    def scalar(self) -> Tensor:
        """Return the only output, which must be one number."""
        if len(self.outputs) != 1 or isinstance(self.result, (tuple, list, dict)):
            raise GradientError(
                f"{self.operation}: the function returned a {type(self.result).__name__}; "
                "it must return one scalar"
            )
        if self.outputs[0].size != 1:
            raise GradientError(
                f"{self.operation}: the function returned shape {self.outputs[0].shape}, not a "
                "scalar; reduce it, as with .sum(), or use ag.jacobian or ag.vjp"
            )
        return self.outputs[0]


def _call(operation: str, f: Function, arguments: Sequence[Any], chosen: Sequence[int]) -> Any:
    """Run the function; where it computes with a list of numbers, say what a list is."""
    try:
        return f(*arguments)
    except (TypeError, AttributeError) as error:
        lists = [arguments[i] for i in chosen if isinstance(arguments[i], (list, tuple))]
        if isinstance(error, GlassgradError) or not lists or not _only_tensors(lists[0]):
            raise
        kind = type(lists[0]).__name__
        raise GradientError(
            f"{operation}: the function got a {kind} of {len(lists[0])} tensors, as the argument "
            f"is a {kind}, and failed ({one_line(error, text=str)}); to compute with it as one, "
            "pass an array, as in np.array([1.0, 2.0])"
        ) from error


def _only_tensors(values: Sequence[Any]) -> bool:
    """Return whether a list is one of tensors, where an array may have been meant."""
    return all(isinstance(x, Tensor) for x in flatten(values)[0])


def _positions(operation: str, argnums: Any, count: int) -> list[int]:
    try:
        chosen = [operator.index(i) for i in (argnums if is_many(argnums) else [argnums])]
    except TypeError:
        raise _no_argnums(operation, argnums) from None
    for i in chosen:
        if not -count <= i < count:
            raise GradientError(
                f"{operation}: argument {i} does not exist; the call has {count} positional ones"
            )
    positions = [i % count for i in chosen]
    if len(set(positions)) < len(positions):
        raise GradientError(f"{operation}: argnums={one_line(argnums)} names an argument twice")
    return positions


def _no_argnums(operation: str, argnums: object) -> GradientError:
    return GradientError(
        f"{operation}: argnums={one_line(argnums)} must be integers: the numbers of the arguments "
        f"to differentiate by; the arguments follow in a call of their own, ag.{operation}(f)(x)"
    )


def check_argnums(operation: str, argnums: object) -> None:
    """Refuse values where the numbers of arguments belong, as soon as they are given."""
    if isinstance(argnums, (Tensor, np.ndarray, float, dict)):
        raise _no_argnums(operation, argnums)


def is_many(argnums: object) -> bool:
    """Return whether several arguments are named, so that there are several gradients."""
    return isinstance(argnums, (tuple, list, range))


def _copy(x: Any, operation: str, ambient: bool) -> Tensor:
    if isinstance(x, Tensor) and x.requires_grad and ambient:
        return positive(x)
    value = raw(x) if isinstance(x, Tensor) else as_value(x, operation, copy=True)
    dtype = (x if isinstance(x, Tensor) else value).dtype
    if dtype.kind != "f":
        raise DTypeError(
            f"{operation}: cannot differentiate with respect to {dtype} numbers; "
            "pass floating-point ones, 2.0 for 2"
        )
    if not isinstance(x, Tensor):
        return Variable(value, None)
    capture = context.capturing()
    if capture is not None and x not in capture.constants:
        return capture.detached(x, requires_grad=True)  # type: ignore[no-any-return]
    return Variable(x.data, x.name)
