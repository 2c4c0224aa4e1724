"""The debugger: a walk through a trace, event by event, forwards and backwards.

A `Debugger` is a `Cursor` that shows where it is: as data, as a card in words, and as a drawing
with the current operation lit.
"""

from __future__ import annotations

from html import escape
from typing import Any

from autograd.core.messages import one_line, plain
from autograd.debugger import widget
from autograd.debugger.cursor import Cursor
from autograd.errors import DrawingError
from autograd.ir.trace import Trace
from autograd.viz.drawing.drawing import Drawing
from autograd.viz.drawing.pipeline import draw
from autograd.viz.model.cards import Cards


class Debugger(Cursor):
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
        super().__init__(trace)
        self._cards: dict[int, Cards] = {}

    def __repr__(self) -> str:
        return f"Debugger at event {self.position + 1} of {len(self.trace)}"

    def where(self) -> str:
        """Say in one line where the debugger is."""
        event = self.event
        if event is None:
            return f"before event 1 of {len(self.trace)}"
        names = self._cards_with(2).names
        node = self.trace.graph[event.node]
        place = f"event {self.position + 1} of {len(self.trace)}"
        scope = "/".join(s.name for s in node.scope)
        inside = f", in {plain(one_line(scope, text=str))}" if scope else ""
        if event.kind == "forward":
            if node.primitive is None:
                return f"{place}, forward: the leaf {names[node.id]}{inside}"
            made = f"{names[node.id]} = {names.formula(node)}"
            return f"{place}, forward: {plain(node.gate)} makes {made}{inside}"
        if event.kind == "seed":
            return f"{place}, backward: the pass begins at {names[node.id]}"
        if event.kind == "vjp":
            assert event.input is not None
            target = names.gradient(event.input)
            rule = f"{plain(node.gate)} ({names[node.id]})"
            return f"{place}, backward: the rule of {rule} gives to {target}{inside}"
        return f"{place}, backward: {names.gradient(node.id)} is now {names.number(event.value)}"

    def card(self, digits: int = 2) -> str:
        """Return the current event as a step card in text."""
        if self.event is None:
            return f"Before the first of {len(self.trace)} events"
        if isinstance(digits, bool) or not isinstance(digits, int) or not 0 <= digits <= 17:
            raise DrawingError(
                f"card: digits={one_line(digits)} is not a whole number from 0 to 17"
            )
        return self._cards_with(digits).at(self.position)

    def _cards_with(self, digits: int) -> Cards:
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
        player = self.draw(**options).player()
        if player is None:
            raise DrawingError("live: the trace has too many events for a page")
        return widget.live(self, player)

    def _repr_html_(self) -> str:
        """Show the player at this place, with these breakpoints."""
        drawing = self.draw()
        player = drawing.player(breakpoints=self.breakpoints)
        if player:
            return player._repr_html_()
        return f"{drawing._repr_html_()}<pre>{escape(self._text())}</pre>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {
            "text/html": self._repr_html_(),
            "image/svg+xml": self.draw().svg,
            "text/plain": self._text(),
        }

    def _text(self) -> str:
        return f"{self.where()}\n{self.card()}"
