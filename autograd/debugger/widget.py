"""The live player: one place in a trace, in the page and in Python at once.

An extra, since it needs a kernel that runs: ``pip install 'glassgrad[live]'`` brings anywidget,
which carries two traits to and fro, the position and the breakpoints.  What the page shows comes
in three more, the structure, the numbers and the rest; a trait that has not changed is not sent.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from autograd.debugger.cursor import Cursor
from autograd.errors import MissingError
from autograd.ir.breakpoints import Breakpoint
from autograd.viz.player.html_page import live_script, style
from autograd.viz.player.player import Player

if TYPE_CHECKING:
    from anywidget import AnyWidget

# Of a payload beside its numbers, what is another in every run.
CHANGING = ("nudges", "chains")


def live(cursor: Cursor, player: Player) -> AnyWidget:
    """Return a player as a widget that follows a cursor, and that the cursor follows."""
    widget: AnyWidget = _widget()(position=cursor.position)
    widget.show(player)
    _Link(cursor, widget)
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
        structure = traitlets.Dict().tag(sync=True)
        numbers = traitlets.Dict().tag(sync=True)
        payload = traitlets.Dict().tag(sync=True)
        position = traitlets.Int(-1).tag(sync=True)
        breakpoints: Any = traitlets.List().tag(sync=True)

        def show(self, player: Player) -> None:
            """Show another run; of the same graph, only numbers are sent."""
            rest = dict(player.payload)
            structure, numbers = rest.pop("structure"), rest.pop("numbers")
            later = {name: rest.pop(name) for name in CHANGING if name in rest}
            with self.hold_sync():
                self.payload = rest
                if _words_of(structure) != _words_of(self.structure):
                    self.structure = structure
                self.numbers = {**numbers, **later}

    return Live


def _words_of(structure: dict[str, Any]) -> dict[str, Any]:
    """Return a structure but for its drawings: a few pixels are not worth another page."""
    return {name: part for name, part in structure.items() if name != "views"}


class _Link:
    """Carries position and breakpoints between a cursor and its widget."""

    def __init__(self, cursor: Cursor, widget: Any) -> None:
        self._cursor, self._widget = cursor, widget
        self._known: list[tuple[dict[str, Any], Breakpoint]] = []
        self._to_page()
        cursor.watchers.append(self._to_page)
        widget.observe(self._from_page, names=["position", "breakpoints"])

    def _to_page(self) -> None:
        self._widget.position = self._cursor.position
        self._widget.breakpoints = [self._entry(b) for b in self._cursor.breakpoints]

    def _entry(self, point: Breakpoint) -> dict[str, Any]:
        for entry, known in self._known:
            if known is point:
                return entry
        entry = point.to_json(self._cursor.trace)
        self._known.append((entry, point))
        return entry

    def _from_page(self, change: Any) -> None:
        if change.name == "position":
            if change.new != self._cursor.position:
                self._cursor.position = change.new
            return
        known = list(self._known)
        points = [self._point(entry, known) for entry in change.new]
        if points != self._cursor.breakpoints:
            self._cursor.breakpoints[:] = points
            self._cursor.tell()

    def _point(
        self, entry: dict[str, Any], known: list[tuple[dict[str, Any], Breakpoint]]
    ) -> Breakpoint:
        """Return the breakpoint of an entry; one that was set in the page knows its events."""
        for pair in known:
            if pair[0] == entry:
                known.remove(pair)  # of two equal entries, each has its own
                return pair[1]
        events = frozenset(entry["events"])
        point = Breakpoint(entry["label"], lambda trace, index: index in events)
        self._known.append((entry, point))
        return point
