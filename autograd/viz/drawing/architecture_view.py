"""The architecture of a graph with what was measured, ready to be drawn or sent to a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cached_property

from autograd.core.scopes import FUNCTION
from autograd.errors import DrawingError
from autograd.ir.graph import Graph
from autograd.ir.trace import Trace
from autograd.viz.layout.opening import fitting, named
from autograd.viz.layout.rows import Plan, arrange
from autograd.viz.model.architecture import Architecture
from autograd.viz.model.architecture_builder import architecture
from autograd.viz.model.statistics import Statistics, statistics
from autograd.viz.player.architecture_payload import ArchitectureData, numbers, structure
from autograd.viz.render.architecture import HEAD, architecture_sheet
from autograd.viz.render.profile import HEIGHT
from autograd.viz.render.sheet import Sheet

WIDTH, TALL = 1440, 900  # of a page in pixels, which the first view fits
OFFERED = 30  # nodes; of a larger graph with modules, a page begins with the architecture


class ArchitectureView:
    """A graph's architecture and numbers, each computed when first used.

    Parameters
    ----------
    graph : Graph
    trace : Trace, optional
    inputs : collection of int, optional
        The nodes that are inputs.
    open : str or iterable of str, optional
        Paths of the boxes to open; by default those that fit on a page.
    times : bool
        Whether to measure how long every operation takes.
    width : int
        Of a row.
    """

    def __init__(
        self,
        graph: Graph,
        trace: Trace | None,
        inputs: Collection[int] | None = None,
        open: object = None,
        times: bool = False,
        width: int = WIDTH,
    ) -> None:
        self.graph = graph
        self.trace = trace
        self._inputs = inputs
        self._open = open
        self._times = times
        self._width = width

    @staticmethod
    def is_offered(graph: Graph) -> bool:
        """Whether a page of a graph begins with its architecture: it is large and has modules."""
        return len(graph) > OFFERED and any(
            scope.kind not in ("", FUNCTION) for node in graph for scope in node.scope
        )

    @cached_property
    def architecture(self) -> Architecture:
        """The boxes and edges, with those that are open."""
        made = architecture(self.graph, self._inputs)
        if self._open is None:
            return replace(made, open=fitting(made, self._width, TALL - HEAD - HEIGHT))
        return replace(made, open=named(made, _paths(self._open)))

    @cached_property
    def statistics(self) -> Statistics:
        """What was measured."""
        return statistics(self.architecture, self.graph, self.trace, self._times)

    @cached_property
    def plan(self) -> Plan:
        """Where the visible boxes stand."""
        return arrange(self.architecture, self.architecture.open, self._width)

    @cached_property
    def sheet(self) -> Sheet:
        """The marks with their coordinates."""
        return architecture_sheet(self.architecture, self.plan, self.statistics)

    @property
    def data(self) -> ArchitectureData:
        """What a page needs."""
        made = structure(self.architecture, self._width)
        return ArchitectureData(made, numbers(self.statistics), self.plan.height)


def _paths(open: object) -> list[str]:
    alone = isinstance(open, str)
    if not alone and not isinstance(open, Iterable):
        raise DrawingError("draw: open= of the architecture view is a list of paths of boxes")
    return [open] if alone else list(open)  # type: ignore[list-item, call-overload]
