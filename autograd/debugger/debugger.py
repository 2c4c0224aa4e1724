"""The debugger: a walk through a trace, event by event, forwards and backwards.

A trace is recorded once, from the very generator that `backward` runs, so what is shown is what
runs, and a step back costs nothing.  A `Debugger` is a place in a trace: it moves by steps, to a
node, or to the next event that a breakpoint waits for, and shows where it is as data, as a card in
words, and as a drawing with the current operation lit.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from operator import index
from typing import TYPE_CHECKING, Any

from autograd.core.messages import one_line, plain
from autograd.errors import DrawingError
from autograd.ir.breakpoints import Breakpoint, Test, breakpoint_on, nodes_of
from autograd.ir.subgraph import find
from autograd.ir.trace import Event, Trace
from autograd.viz import draw
from autograd.viz.model.cards import Cards

if TYPE_CHECKING:
    from autograd.viz.drawing.drawing import Drawing


class Debugger:
    """A place in a trace, made by ``ag.trace(x).debugger()``.

    Parameters
    ----------
    trace : Trace

    Attributes
    ----------
    breakpoints : list of Breakpoint
    watchers : list of callables
        Called, without arguments, after every move and every change of the breakpoints.

    Examples
    --------
    >>> import autograd as ag
    >>> w, x = (ag.tensor(v, requires_grad=True, name=n) for v, n in ((2.0, "w"), (3.0, "x")))
    >>> dbg = ag.trace(ag.exp(-w * x)).debugger()
    >>> dbg.step().value, dbg.step().value
    (np.float64(2.0), np.float64(-2.0))
    >>> dbg.break_on(operation="exp")
    Breakpoint(operation exp)
    >>> dbg.run()
    Event(forward, node 4)
    >>> dbg.run()
    Event(vjp, node 4 to node 3)
    >>> print(dbg.card())
    Step 1 of 4   exp   f = exp(b),  b = -6.00
      df/db += [df/db = f] x [df/df] = [2.48e-03] x [1.00] = 2.48e-03
    >>> dbg.back()
    Event(seed, node 4)
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self._position = -1
        self._cards: dict[int, Cards] = {}
        self.breakpoints: list[Breakpoint] = []
        self.watchers: list[Callable[[], Any]] = []

    def __repr__(self) -> str:
        return f"Debugger at event {self.position + 1} of {len(self.trace)}"

    @property
    def position(self) -> int:
        """The index of the current event; -1 before the first."""
        return self._position

    @position.setter
    def position(self, place: int) -> None:
        if not -1 <= _whole(place, "position") < len(self.trace):
            raise DrawingError(f"position: {place} is no event; there are {len(self.trace)}")
        self._position = index(place)
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
        self.position = _clamped(self.position + _whole(count, "step"), len(self.trace))
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

    def run_to(self, node: Any) -> Event | None:
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
        node: Any = None,
        *,
        operation: str | None = None,
        name: str | None = None,
        below: float | None = None,
        above: float | None = None,
        condition: Callable[[Event], Any] | None = None,
    ) -> Breakpoint:
        """Set a breakpoint: `run` stops at an event for which all that is given here holds.

        Parameters
        ----------
        node : Tensor, str or int, optional
            A node that the event concerns.  The text "nan" means instead: the event at which a NaN
            was born, from numbers that were none; "inf" likewise.
        operation : str, optional
            The name or the gate of the operation: "exp", "multiply" or "*".
        name : str, optional
            A pattern for the name of the node, as of files: ``layer1.*``.
        below : float, optional
            A gradient was handed on that is nowhere as large as this, though its upstream gradient
            was: here it vanished.
        above : float, optional
            A gradient was handed on that is larger than this somewhere, though its upstream
            gradient was nowhere: here it exploded.
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
        >>> import autograd as ag
        >>> x = ag.tensor([0.0, 1.0], requires_grad=True, name="x")
        >>> with np.errstate(all="ignore"):
        ...     dbg = ag.trace(ag.sum(x * ag.log(x))).debugger()
        >>> dbg.break_on("nan")
        Breakpoint(nan is born)
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
            raise DrawingError(f"forget: {one_line(point)} is no breakpoint of this debugger")
        self.breakpoints.remove(point)
        self.tell()

    # Showing

    def where(self) -> str:
        """Say in one line where the debugger is."""
        event = self.event
        if event is None:
            return f"before event 1 of {len(self.trace)}"
        words = self._words(2).words
        node = self.trace.graph[event.node]
        place = f"event {self.position + 1} of {len(self.trace)}"
        scope = "/".join(s.name for s in node.scope)
        inside = f", in {plain(one_line(scope, text=str))}" if scope else ""
        if event.kind == "forward":
            if node.primitive is None:
                return f"{place}, forward: the leaf {words[node.id]}{inside}"
            made = f"{words[node.id]} = {words.formula(node)}"
            return f"{place}, forward: {plain(node.gate)} makes {made}{inside}"
        if event.kind == "seed":
            return f"{place}, backward: the sweep begins at {words[node.id]}"
        if event.kind == "vjp":
            assert event.input is not None
            target = words.gradient(event.input)
            rule = f"{plain(node.gate)} ({words[node.id]})"
            return f"{place}, backward: the rule of {rule} gives to {target}{inside}"
        return f"{place}, backward: {words.gradient(node.id)} is now {words.number(event.value)}"

    def card(self, digits: int = 2) -> str:
        """Return the current event as a step card in text."""
        if self.event is None:
            return f"Before the first of {len(self.trace)} events"
        if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= 17:
            raise DrawingError(f"card: digits={one_line(digits)} is no whole number from 0 to 17")
        return self._words(digits).at(self.position)

    def _words(self, digits: int) -> Cards:
        if digits not in self._cards:
            self._cards[digits] = Cards(self.trace, digits)
        return self._cards[digits]

    def draw(self, **options: Any) -> Drawing:
        """Draw the graph at this moment; options as those of `autograd.draw`.

        The current operation is lit, what is still to come is pale, and what has not been computed
        is blank.
        """
        if "at" in options:
            raise DrawingError("draw: the debugger draws the moment where it is; leave at= out")
        return draw(self.trace, at=self.position, **options)

    def live(self, **options: Any) -> Any:
        """Return a widget: the player, with this debugger's place and breakpoints as its own.

        A step in Python is a step in the page, and the other way round.  It needs a notebook whose
        kernel runs, and the extra ``pip install 'glassgrad[live]'``.

        Parameters
        ----------
        **options
            Those of `autograd.draw`.

        Returns
        -------
        anywidget.AnyWidget

        Raises
        ------
        MissingError
            If anywidget is not installed.
        DrawingError
            If the trace is too long for a page.
        """
        from autograd.debugger.widget import live

        return live(self, **options)

    def _repr_html_(self) -> str:
        """Show the player at this place, with these breakpoints."""
        drawing = self.draw()
        player = drawing.player(breakpoints=self.breakpoints)
        if player:
            return player._repr_html_()
        return f"{drawing._repr_html_()}<pre>{escape(self._told())}</pre>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {
            "text/html": self._repr_html_(),
            "image/svg+xml": self.draw().svg,
            "text/plain": self._told(),
        }

    def _told(self) -> str:
        return f"{self.where()}\n{self.card()}"


def _clamped(position: int, count: int) -> int:
    return max(-1, min(position, count - 1))


def _whole(count: Any, operation: str) -> int:
    try:
        if isinstance(count, bool):
            raise TypeError
        return index(count)
    except TypeError:
        raise DrawingError(f"{operation}: {one_line(count)} is no number of events") from None


def _debugger(trace: Trace) -> Debugger:
    """Return a debugger that stands before the first event.

    Returns
    -------
    Debugger

    Examples
    --------
    >>> import autograd as ag
    >>> ag.trace(ag.tensor(3.0, requires_grad=True)).debugger()
    Debugger at event 0 of 2
    """
    return Debugger(trace)


# A trace knows nothing of the readers above it; the method is bound here, as in `autograd.methods`.
Trace.debugger = _debugger  # type: ignore[method-assign,assignment]
