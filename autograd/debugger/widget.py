"""The live player: one place in a trace, in the page and in Python at once.

An extra, since it needs a kernel that runs: ``pip install 'glassgrad[live]'`` brings anywidget,
which carries two traits to and fro, the position and the breakpoints.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from autograd.errors import DrawingError, MissingError
from autograd.ir.breakpoints import Breakpoint
from autograd.viz.player.html_page import live_script, style

if TYPE_CHECKING:
    from autograd.debugger.debugger import Debugger


def live(debugger: Debugger, **options: Any) -> Any:
    """Return a widget that follows a debugger, and that the debugger follows."""
    player = debugger.draw(**options).player()
    if player is None:
        raise DrawingError("live: the trace has too many events for a page")
    widget = _widget()(score=player.score, position=debugger.position)
    _Link(debugger, widget)
    return widget


@cache
def _widget() -> Any:
    try:
        import anywidget
        import traitlets
    except ImportError:
        raise MissingError("live: needs anywidget: pip install 'glassgrad[live]'") from None

    class Live(anywidget.AnyWidget):
        _esm = live_script()
        _css = style()
        score = traitlets.Dict().tag(sync=True)
        position = traitlets.Int(-1).tag(sync=True)
        breakpoints: Any = traitlets.List().tag(sync=True)

    return Live


class _Link:
    """Carries position and breakpoints between a debugger and its widget."""

    def __init__(self, debugger: Debugger, widget: Any) -> None:
        self._debugger, self._widget = debugger, widget
        self._known: list[tuple[dict[str, Any], Breakpoint]] = []
        self._to_page()
        debugger.watchers.append(self._to_page)
        widget.observe(self._from_page, names=["position", "breakpoints"])

    def _to_page(self) -> None:
        self._widget.position = self._debugger.position
        self._widget.breakpoints = [self._told(b) for b in self._debugger.breakpoints]

    def _told(self, point: Breakpoint) -> dict[str, Any]:
        for told, known in self._known:
            if known is point:
                return told
        told = point.told(self._debugger.trace)
        self._known.append((told, point))
        return told

    def _from_page(self, change: Any) -> None:
        if change.name == "position":
            if change.new != self._debugger.position:
                self._debugger.position = change.new
            return
        known = list(self._known)
        points = [self._point(told, known) for told in change.new]
        if points != self._debugger.breakpoints:
            self._debugger.breakpoints[:] = points
            self._debugger.tell()

    def _point(
        self, told: dict[str, Any], known: list[tuple[dict[str, Any], Breakpoint]]
    ) -> Breakpoint:
        """Return the breakpoint of an entry; one that was set in the page knows its events."""
        for pair in known:
            if pair[0] == told:
                known.remove(pair)  # of two equal entries, each has its own
                return pair[1]
        events = frozenset(told["events"])
        point = Breakpoint(told["label"], lambda trace, index: index in events)
        self._known.append((told, point))
        return point
