"""The architecture view as a drawing, in every format that it can be written in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Unpack

from autograd.ir.breakpoints import Breakpoint
from autograd.viz.drawing.architecture_view import ArchitectureView
from autograd.viz.drawing.drawing import DESCRIBED, Drawing
from autograd.viz.formats.architecture_dot import architecture_dot
from autograd.viz.formats.architecture_table import architecture_markdown, architecture_text
from autograd.viz.formats.svg import svg
from autograd.viz.formats.themes import theme as theme_of
from autograd.viz.model.options import DrawOptions
from autograd.viz.player.html_page import still
from autograd.viz.player.player import Extras, Player
from autograd.viz.render.sheet import Sheet


class ArchitectureDrawing(Drawing):
    """A drawing of layers as boxes; its page steps through the gates, too.

    Parameters
    ----------
    view : ArchitectureView
    gates : callable
        Makes the drawing of the gates, which only the page needs.
    options : DrawOptions
    """

    def __init__(
        self, view: ArchitectureView, gates: Callable[[], Drawing], options: DrawOptions
    ) -> None:
        self.view = view
        self.title = view.architecture.title or "Architecture"  # a wrong path is refused here
        self.graph = view.graph
        self.trace = view.trace
        self._make_gates = gates
        self.options = options

    def __repr__(self) -> str:
        wires = sum(wire.target >= 0 for wire in self.view.plan.wires)
        return f"Drawing of {len(self.view.plan.boxes)} boxes and {wires} wires"

    @cached_property
    def gates(self) -> Drawing:
        """The same graph, drawn gate by gate."""
        return self._make_gates()

    @cached_property
    def sheet(self) -> Sheet:
        """The marks with their coordinates."""
        return self.view.sheet

    @cached_property
    def svg(self) -> str:
        """An SVG document."""
        return svg(self.sheet, theme_of(self.options.theme), self.options.theme, self._described)

    @property
    def _described(self) -> str:
        """Say in words what is drawn; what is closed is not described."""
        boxes = self.view.plan.boxes
        if len(boxes) > DESCRIBED:
            return self.title
        return architecture_text(self.view.architecture, self.view.statistics, boxes)

    @cached_property
    def dot(self) -> str:
        """DOT text, with a cluster for each open box."""
        return architecture_dot(
            self.view.architecture, self.view.plan, theme_of(self.options.theme)
        )

    @cached_property
    def text(self) -> str:
        """A table of the boxes, those inside indented."""
        return architecture_text(self.view.architecture, self.view.statistics)

    @cached_property
    def md(self) -> str:
        """The same table in Markdown."""
        return architecture_markdown(self.view.architecture, self.view.statistics)

    @cached_property
    def html(self) -> str:
        """A page that opens boxes and steps through the gates; of a long trace, a picture."""
        player = self.player()
        return player.html if player else still(self.svg, self.title, self.text, self._why_still)

    def player(
        self, breakpoints: Sequence[Breakpoint] = (), **extras: Unpack[Extras]
    ) -> Player | None:
        """Return what steps through it; None without a backward pass, or of too many events."""
        if self.trace is None or not Player.takes(self.trace):
            return None
        return self.gates.player(breakpoints, **extras)

    @property
    def animated(self) -> str:
        """The drawing: the architecture does not play by itself."""
        return self.svg
