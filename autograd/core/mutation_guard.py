"""The debug mode, which finds values that were changed in place after an operation used them.

A rule reads the values that its operation received.  If one of these arrays is changed in place
between the operation and the backward pass, the gradient is silently wrong.  In debug mode every
application notes a fingerprint of the values of its inputs and of its result, and the backward pass
compares before it runs a rule.

In debug mode every operation also remembers the line that made it, and an error of an operation
carries what was computed before it (`autograd.core.failed_operation`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.core import context
from autograd.core.failed_operation import attach
from autograd.core.messages import plain
from autograd.core.scopes import Scope
from autograd.core.source_location import Place, place_of_caller
from autograd.core.tensor import Tensor, raw
from autograd.core.vjp import values_of
from autograd.errors import GradientError

Fingerprint = tuple[bytes, ...]


class LocationNotes:
    """Notes the line that made each operation, and leaves all else to the guard around it."""

    def __init__(self, find: Callable[[], Place | None] = place_of_caller) -> None:
        self._find = find
        self._around = context.current().guard

    def note(self, node: Tensor) -> None:
        """Remember the place of an application."""
        if self._around is not None:
            self._around.note(node)
        node.place = self._find()

    def check(self, node: Tensor) -> None:
        """Let the guard around this one raise, if there is one."""
        if self._around is not None:
            self._around.check(node)

    def failed(self, error: BaseException, scope: Scope | None) -> None:
        """Let the guard around this one look at an error, if there is one."""
        if self._around is not None:
            self._around.failed(error, scope)


class MutationGuard:
    """Fingerprints of everything that was computed in a debug block."""

    def __init__(self) -> None:
        self._noted: dict[Tensor, Fingerprint] = {}

    def note(self, node: Tensor) -> None:
        """Remember the values of an application, and its place."""
        self._noted[node] = _fingerprint(node)
        node.place = place_of_caller()

    def check(self, node: Tensor) -> None:
        """Raise if a value of the application has changed since."""
        if node not in self._noted:
            return
        before, now = self._noted[node], _fingerprint(node)
        for position, (old, new) in enumerate(zip(before, now, strict=True)):
            if old != new:
                operation = node.primitive.name if node.primitive else "leaf"
                raise GradientError(
                    f"{operation}: {_part(node, position)} was changed in place after it was used, "
                    "so its gradient would be wrong; change a copy instead"
                )

    def failed(self, error: BaseException, scope: Scope | None) -> None:
        """Let an error that leaves the block carry the operation that raised it."""
        attach(error, scope)


def _part(node: Tensor, position: int) -> str:
    """Return what stands at a position of the fingerprint of a node."""
    if position < len(node.inputs):
        name = getattr(node.inputs[position], "name", None)
        return f"input {position}" + (f" ({plain(name)})" if name else "")
    return "the result" if position == len(node.inputs) else "an index"


def _fingerprint(node: Tensor) -> Fingerprint:
    import hashlib  # needed only inside `debug`

    indices = _arrays_in(tuple(node.params.values()))
    return tuple(
        hashlib.blake2b(np.ascontiguousarray(x).tobytes(), digest_size=16).digest()
        for x in (*values_of(node), raw(node), *indices)
    )


def _arrays_in(params: Any) -> list[Any]:
    if isinstance(params, (tuple, list)):
        return [array for part in params for array in _arrays_in(part)]
    return [params] if isinstance(params, np.ndarray) else []


class debug(context.Block):
    """Run a block, forwards and backwards, and notice saved values that are changed in place.

    Slower, and memory is held until the block ends.  Every operation in the block also remembers
    the line that made it, which the cards of its steps quote.  An error of an operation that leaves
    the block carries that operation with its inputs: ``ag.draw(error)`` draws what was computed up
    to there.

    Raises
    ------
    GradientError
        In a backward pass inside the block, naming the operation and the input whose values were
        changed in place.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> x, scale = ag.tensor([1.0, 2.0], requires_grad=True), np.array([3.0, 3.0])
    >>> with ag.debug():
    ...     loss = ag.sum(x * scale)
    ...     scale[0] = 0.0
    ...     loss.backward()
    Traceback (most recent call last):
    autograd.errors.GradientError: multiply: input 1 was changed in place after it was used, ...
    >>> loss.place.text
    'loss = ag.sum(x * scale)'
    >>> try:
    ...     with ag.debug():
    ...         ag.exp(x) @ ag.tensor([1.0, 2.0, 3.0])
    ... except ag.ShapeError as error:
    ...     print(error)
    ...     print(ag.draw(error))
    matmul: (2,) @ (3,): inner sizes 2 and 3 differ; see it: ag.draw(error)
    Drawing of 4 boxes and 3 wires
    """

    def __enter__(self) -> None:
        self._open(sys._getframe(1)).guard = MutationGuard()
