"""A cursor: a place in a trace, which moves by steps, to a node, or to the next breakpoint.

A trace is recorded once, from the very generator that `backward` runs, so what is shown is what
runs, and a step back costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import SupportsIndex

from autograd.core.messages import one_line
from autograd.core.types import Array, Scalar
from autograd.errors import DrawingError
from autograd.ir.breakpoints import Breakpoint, Test, breakpoint_on, nodes_of
from autograd.ir.subgraph import NodeLike, find
from autograd.ir.trace import Event, Trace


class Cursor:
    """A place in a trace, and the breakpoints that it stops at.

    Parameters
    ----------
    trace : Trace

    Attributes
    ----------
    breakpoints : list of Breakpoint
    watchers : list of callables
        Called, without arguments, after every move and every change of the breakpoints.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._position = -1
        self.breakpoints: list[Breakpoint] = []
        self.watchers: list[Callable[[], object]] = []

    @property
    def position(self) -> int:
        """The index of the current event; -1 before the first."""
        return self._position

    @position.setter
    def position(self, place: int) -> None:
        place = _whole(place, "position")
        if not -1 <= place < len(self.trace):
            raise DrawingError(f"position: {place} is not an event; there are {len(self.trace)}")
        self._position = place
        self.tell()

    def tell(self) -> None:
        """Call the watchers."""
        for watcher in self.watchers:
            watcher()

    @property
    def event(self) -> Event | None:
        """The current event; None before the first."""
        return self.trace.events[self.position] if self.position >= 0 else None

    # Moving

    def step(self, count: int = 1) -> Event | None:
        """Go some events forward; at the last event stay there.

        Returns
        -------
        Event or None
            The current event.
        """
        place = self.position + _whole(count, "step")
        self.position = max(-1, min(place, len(self.trace) - 1))
        return self.event

    def back(self, count: int = 1) -> Event | None:
        """Go some events back; before the first event stay there."""
        return self.step(-_whole(count, "back"))

    def start(self) -> None:
        """Go to before the first event."""
        self.position = -1

    def end(self) -> Event | None:
        """Go to the last event."""
        return self.step(len(self.trace))

    def step_operation(self) -> Event | None:
        """Go to the first event of the next operation, or to the end."""
        here = self._operation(self.position)
        return self._go(lambda _, i: self._operation(i) != here)

    def back_operation(self) -> Event | None:
        """Go to the first event of the operation before this one, or to the start."""
        place = self.position
        here = self._operation(place)
        while place >= 0 and self._operation(place) == here:
            place -= 1
        there = self._operation(place)
        while place > 0 and self._operation(place - 1) == there:
            place -= 1
        self.position = place
        return self.event

    def _operation(self, index: int) -> tuple[str, int]:
        """Return which operation an event belongs to: an accumulation, to the rule before it."""
        if index < 0:
            return ("start", -1)
        event = self.trace.events[index]
        rule = self.trace.events[index - 1] if event.kind == "accumulate" else event
        return (rule.kind, rule.node)

    def run_to(self, node: NodeLike) -> Event | None:
        """Go to the next event that concerns a node: its value, its rule, or its gradient.

        Breakpoints on the way stop it.

        Parameters
        ----------
        node : Tensor, str or int
            The node itself, its name or its id.

        Returns
        -------
        Event or None
            The event; None if there was none, and the debugger is at the end.

        Raises
        ------
        DrawingError
            If the graph has no such node.
        """
        wanted = find(self.trace.graph, node, "run_to")
        return self._go(lambda trace, i: wanted in nodes_of(trace.events[i]) or self._stops(i))

    def run(self) -> Event | None:
        """Go to the next event that a breakpoint waits for.

        Returns
        -------
        Event or None
            The event; None if there was none, and the debugger is at the end.
        """
        return self._go(lambda _, i: self._stops(i))

    def _stops(self, index: int) -> bool:
        return any(b.test(self.trace, index) for b in self.breakpoints)

    def _go(self, test: Test) -> Event | None:
        for place in range(self.position + 1, len(self.trace)):
            if test(self.trace, place):
                self.position = place
                return self.event
        self.end()
        return None

    # Breakpoints

    def break_on(
        self,
        node: NodeLike | None = None,
        *,
        operation: str | None = None,
        name: str | None = None,
        below: float | None = None,
        above: float | None = None,
        condition: Callable[[Event], Array | Scalar] | None = None,
    ) -> Breakpoint:
        """Set a breakpoint: `run` stops at an event for which all that is given here holds.

        Parameters
        ----------
        node : Tensor, str or int, optional
            A node that the event concerns.  The text "nan" means instead: the event whose value
            is the first NaN, made from other numbers; "inf" likewise.
        operation : str, optional
            The name or the gate of the operation: "exp", "multiply" or "*".
        name : str, optional
            A pattern for the name of the node, as of files: ``layer1.*``.
        below : float, optional
            A contribution is nowhere as large as this, though its upstream gradient is: here the
            gradient vanished.
        above : float, optional
            A contribution is larger than this somewhere, though its upstream gradient is nowhere:
            here the gradient exploded.
        condition : callable, optional
            Of an Event; whether to stop.

        Returns
        -------
        Breakpoint
            To be removed again with `forget`.

        Raises
        ------
        DrawingError
            If nothing is given, or something that cannot be met in this graph.

        Examples
        --------
        >>> import numpy as np
        >>> import autograd as ag
        >>> x = ag.tensor([0.0, 1.0], requires_grad=True, name="x")
        >>> with np.errstate(all="ignore"):
        ...     dbg = ag.trace(ag.sum(x * ag.log(x))).debugger()
        >>> dbg.break_on("nan")
        Breakpoint(first nan)
        >>> event = dbg.run()
        >>> print(dbg.where())
        event 3 of 13, forward: * makes b = x * a
        """
        point = breakpoint_on(self.trace, node, operation, name, below, above, condition)
        self.breakpoints.append(point)
        self.tell()
        return point

    def forget(self, point: Breakpoint) -> None:
        """Remove a breakpoint.

        Raises
        ------
        DrawingError
            If it is none of this debugger's.
        """
        if point not in self.breakpoints:
            raise DrawingError(f"forget: {one_line(point)} is not a breakpoint of this debugger")
        self.breakpoints.remove(point)
        self.tell()


def _whole(count: SupportsIndex, operation: str) -> int:
    try:
        if isinstance(count, bool):
            raise TypeError
        return index(count)
    except TypeError:
        raise DrawingError(f"{operation}: {one_line(count)} is not a number of events") from None
