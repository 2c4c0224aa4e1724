"""From a tensor, graph or trace and the options to a drawing: the steps put together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.core.calls import called
from autograd.core.messages import plain
from autograd.core.tensor import Tensor
from autograd.errors import DrawingError, GlassgradError
from autograd.ir.cut import Use
from autograd.ir.failure import graph_behind
from autograd.ir.graph import Graph, graph
from autograd.ir.joint_graph import with_backward_pass
from autograd.ir.opened import Open, OpenedScope, opened, tensors_of
from autograd.ir.printer.formulas import Formulas
from autograd.ir.replay import Replay
from autograd.ir.snapshot import Snapshot
from autograd.ir.staleness import stale
from autograd.ir.subgraph import NodeLike, between, find
from autograd.ir.subgraph import around as neighbourhood
from autograd.ir.trace import Trace, trace_of
from autograd.viz.drawing.architecture_drawing import ArchitectureDrawing
from autograd.viz.drawing.architecture_view import ArchitectureView
from autograd.viz.drawing.checks import check
from autograd.viz.drawing.drawing import Drawing
from autograd.viz.drawing.failure import with_failure
from autograd.viz.drawing.recorded import recorded
from autograd.viz.model.fold import fold
from autograd.viz.model.options import DrawOptions
from autograd.viz.model.scene_builder import Subject, build_scene, written_into_gates
from autograd.viz.model.text_metrics import shorten

EQUALITIES = 3  # that are written underneath
KEPT = "Other values: a mask or an index that was computed from data stays as recorded."
UNRECORDED = "A leaf: operations are recorded if an input has requires_grad=True."


@called
def draw(
    x: Tensor | Graph | Trace | GlassgradError | Callable[..., Any],
    *inputs: Any,
    view: str | None = None,
    backward: bool = False,
    digits: int = 2,
    theme: str = "lecture",
    direction: str = "LR",
    show: str | Iterable[str] = ("values", "gradients", "tensors"),
    depth: int | None = None,
    budget: int | None = 150,
    stack: bool = True,
    around: NodeLike | None = None,
    steps: int = 2,
    path: NodeLike | None = None,
    at: int | None = None,
    engine: str | None = None,
    open: Open = None,
    times: bool = False,
    width: int = 1440,
) -> Drawing:
    """Draw how a value was made, and how its gradient flows back.

    Operations are circles with the labels of the lecture's gates, leaves are bold names.  On each
    wire stands the value above and, in italics below, the contribution to its gradient that came
    back along this wire; where several meet, their sum stands at the node.  What has not been
    computed is blank.

    Parameters
    ----------
    x : Tensor, Graph, Trace, GlassgradError or callable
        A tensor that requires a gradient and has one element is drawn with its backward pass; any
        other, and a graph, without gradients.  To draw a larger tensor's, give it a cotangent:
        ``ag.draw(ag.trace(y, cotangent))``.  A module or function is run once with the inputs, and
        what it returns is drawn; every operation on an array of floats is recorded.  Weights,
        buffers, gradients and random generators are afterwards as they were.  Of an error that left
        a block of `debug`, what was computed up to the operation that failed is drawn.
    *inputs
        Of a callable.
    view : {None, "gates", "architecture"}
        What is drawn: operations as gates, or layers as boxes with what was measured in them.  By
        default the gates; a page of more than 30 nodes with modules begins with the architecture.
    backward : bool
        Whether to draw the backward pass as a graph beneath the forward pass.  A dotted line leads
        from an operation to its rule, a dashed one from a saved value to the rule that uses it.
        The built-in engine places it, from left to right or from right to left.  Its page steps
        through both passes, operation by operation.
    digits : int
        Digits after the point, 0 to 17.
    theme : {"lecture", "safe", "dark"}
    direction : {"LR", "RL", "TB", "BT"}
        Left to right, top to bottom and so on.
    show : str or iterable of str
        Of "values", "gradients" and "tensors" (arrays element by element), those to write on wires.
    depth : int, optional
        How many levels of scopes and composed functions are open; 0 closes all.  By default as many
        as the budget allows.
    budget : int, optional
        The most boxes to draw; beyond it scopes are closed, also those that ``depth`` would open,
        then neighbours share boxes.  None for no limit.
    stack : bool
        Whether three or more equal closed scopes become one box, "block x12".
    around : Tensor, str or int, optional
        A node, by itself, its name (if no other has it) or its id: only what is at most ``steps``
        away is drawn.
    steps : int
    path : Tensor, str or int, optional
        A node: only what lies between it and the output is drawn.
    at : int, optional
        For a trace, the index of an event: the drawing shows the moment after it; -1 for before the
        first.
    engine : {None, "dot", "pygraphviz", "builtin"}
        What places the boxes; by default the first of these that is installed, and the built-in one
        for large drawings.
    open : bool, operation or sequence of them, optional
        Operations to draw as the gates that they stand for, by name or as functions, such as
        ``open="softmax_cross_entropy"``.  `sigmoid`, `softplus` and `gelu` always are, unless it is
        False, and with True all are that name a composition.  Where the gates would not compute the
        same, as where one overflows, the operation stays one gate.  A trace is drawn as
        ``ag.trace(y, open=...)`` opened it, and a graph as it is, unless this option is given.  For
        the architecture view, the paths of boxes to open, such as ``["layer1.0"]``; by default what
        fits on a page of ``width`` x 900 pixels.
    times : bool
        Whether the architecture view measures how long every operation takes.
    width : int
        Of a picture of the architecture view, in pixels, at which its rows wrap.  A cell of a
        notebook has about 700.

    Returns
    -------
    Drawing
        With ``svg``, ``dot``, ``tex``, ``md``, ``text`` and ``save(path)``; notebooks show it.

    Raises
    ------
    DrawingError
        If an option is not one of those above, or ``x`` has no graph.
    MissingError
        If ``engine`` is not installed.
    GradientError
        If ``backward`` is given a tensor that has no gradient, or more than one element.

    Examples
    --------
    >>> import autograd as ag
    >>> w = ag.tensor(2.0, requires_grad=True, name="w")
    >>> drawing = ag.draw(ag.sigmoid(w * 0.5))
    >>> drawing
    Drawing of 6 boxes and 6 wires
    >>> ag.draw(ag.sigmoid(w * 0.5), depth=0)
    Drawing of 3 boxes and 3 wires
    """
    options = check(
        DrawOptions(
            backward=backward,
            digits=digits,
            theme=theme,
            direction=direction,
            show=show,
            depth=depth,
            budget=budget,
            stack=stack,
            around=around,
            steps=steps,
            path=path,
            at=at,
            engine=engine,
            open=open,
            view=view,
            times=times,
            width=width,
        )
    )
    given: list[Tensor] | None = None
    if callable(x) and not isinstance(x, (Tensor, Graph, Trace)):
        x, given = recorded(x, inputs)
    elif inputs:
        raise DrawingError("draw: inputs are those of a function; write ag.draw(f, *inputs)")
    if view == "architecture":
        return _architecture(x, given, options)
    return _gates(x, given, options)


def _architecture(
    x: object, given: Sequence[Tensor] | None, options: DrawOptions
) -> ArchitectureDrawing:
    if options.backward or options.at is not None:
        raise DrawingError("draw: the architecture view has no backward=True and no at=...")
    plain = replace(options, open=None)
    drawn, trace, _ = _read(x, plain)
    view = ArchitectureView(
        drawn, trace, _ids(drawn, given), options.open, options.times, options.width
    )
    return ArchitectureDrawing(view, lambda: _gates(trace or drawn, None, plain, view), options)


def _ids(drawn: Graph, given: Sequence[Tensor] | None) -> list[int] | None:
    """Return the nodes that stand for the inputs of a function; None if it has none there."""
    ids = [drawn.id_of(t) for t in given or () if t in drawn]
    return [i for i in ids if not drawn[i].learned] or None


def _gates(
    x: object,
    given: Sequence[Tensor] | None,
    options: DrawOptions,
    view: ArchitectureView | None = None,
) -> Drawing:
    read = _with_backward_pass if options.backward else _alone
    subject, trace, notes = read(x, options)
    scene = build_scene(subject)
    if isinstance(x, GlassgradError):
        scene = with_failure(scene, subject.graph, x)
    else:
        notes += _equalities(subject.graph) if options.open else []
        scene = replace(scene, notes=(*notes, *_warnings(subject, trace), *scene.notes))
    end = scene
    if options.at is not None:
        end = build_scene(replace(subject, snapshot=Snapshot(subject.graph, trace)))
    if view is None and options.view is None and ArchitectureView.is_offered(subject.graph):
        view = ArchitectureView(subject.graph, trace, _ids(subject.graph, given))
    return Drawing(scene, end, subject, trace, options, None if options.backward else view)


def _warnings(subject: Subject, recorded: Trace | None) -> list[str]:
    """Say what a reader must know: old values, wires that are cut, choices that are kept."""
    cut = recorded.cut if recorded else frozenset()
    changed = stale(subject.graph, cut)
    if not changed:
        kept = [KEPT] if recorded and _keeps_choices(recorded) else []
        return ([_cut(subject, cut)] if cut else []) + kept
    sources = [subject.graph[i] for i in subject.graph[changed[0]].inputs]
    inputs = [n.id for n in sources if not n.primitive and (not n.constant or np.ndim(n.value))]
    names = " or ".join(dict.fromkeys(shorten(subject.names[i]) for i in inputs)) or "an input"
    return [f"Out of date: {names} was changed after it was used; compute again before drawing."]


def _keeps_choices(recorded: Trace) -> bool:
    """Whether a choice by data was recorded behind what has other values now."""
    replay = Replay(recorded.graph)
    cut = [node for node, _ in recorded.cut]
    return replay.chooses(recorded.changed) or replay.chooses(cut)


def _cut(subject: Subject, cut: Collection[Use]) -> str:
    names, graph = subject.names, subject.graph
    wires = dict.fromkeys(f"{names[graph[i].inputs[k]]} -> {names[i]}" for i, k in sorted(cut))
    return f"Cut: {plain(', '.join(wires))}; zeros arrive there, and no gradient flows back."


def _equalities(drawn: Graph) -> list[str]:
    """Say of the operations that were opened that their gates compute the same."""
    scopes = dict.fromkeys(s for n in drawn for s in n.scope if isinstance(s, OpenedScope))
    return list(dict.fromkeys(s.equality for s in scopes))[:EQUALITIES]


def _alone(x: object, options: DrawOptions) -> tuple[Subject, Trace | None, list[str]]:
    """Read a graph, and its trace if it has one."""
    drawn, trace, notes = _read(x, options)
    if options.at is not None and trace is None:
        raise DrawingError("draw: at=... is a moment of a trace; draw ag.trace(x)")
    if trace and options.at is not None and not -1 <= options.at < len(trace):
        raise DrawingError(f"draw: at={options.at}: the trace has {len(trace)} events")
    snapshot = Snapshot(drawn, trace, options.at)
    return _subject(drawn, snapshot, options), trace, notes


def _read(x: object, options: DrawOptions) -> tuple[Graph, Trace | None, list[str]]:
    if isinstance(x, Trace):
        if options.open is not None:
            raise DrawingError("draw: a trace is drawn as recorded; write ag.trace(y, open=...)")
        return x.graph, x, []
    if isinstance(x, Graph):
        return (x if options.open is None else opened(x, options.open)[0]), None, []
    if isinstance(x, GlassgradError):
        return graph_behind(x), None, []
    if not isinstance(x, Tensor):
        raise DrawingError(f"draw: expected a Tensor, Graph or Trace, not {type(x).__name__}")
    drawn, output = opened(graph(x), options.open)
    if x.requires_grad and x.size == 1:
        return drawn, _traced(output, drawn), []
    notes = []
    if not x.requires_grad and x.primitive is None:
        notes = [UNRECORDED]
    elif x.requires_grad and "gradients" in options.parts:
        remedy = "give it a cotangent: ag.draw(ag.trace(y, cotangent))"
        notes = [f"No gradients: the output has shape {x.shape}; {remedy}"]
    return drawn, None, notes


def _with_backward_pass(x: object, options: DrawOptions) -> tuple[Subject, Trace | None, list[str]]:
    """Read the forward and the backward pass of a tensor."""
    if not isinstance(x, Tensor):
        raise DrawingError(f"draw: backward=True draws a Tensor, not a {type(x).__name__}")
    if options.at is not None or options.direction not in ("LR", "RL"):
        raise DrawingError("draw: backward=True has no at=..., and its direction is LR or RL")
    if options.engine not in (None, "builtin"):
        raise DrawingError("draw: backward=True is laid out by engine='builtin' alone")
    drawn, output = opened(graph(x), options.open)
    passes = with_backward_pass(output)
    trace = _traced(output, drawn)
    around, path = (_counterpart(drawn, node) for node in (options.around, options.path))
    options = replace(options, around=around, path=path)
    subject = _subject(passes.graph, Snapshot(passes.graph), options, passes.rule_of)
    gradient = subject.names.gradient
    ends = {id: [gradient(leaf) for leaf in leaves] for id, leaves in passes.gradients.items()}
    ends[passes.graph.outputs[0]] = [""]
    return replace(subject, ends=ends), trace, []


def _traced(output: Tensor, drawn: Graph) -> Trace:
    return trace_of(output, np.ones(output.shape, output.dtype)[()], drawn)


def _counterpart(drawn: Graph, node: NodeLike | None) -> NodeLike | None:
    """Return what stands for a tensor of the user's in an opened graph."""
    if not isinstance(node, Tensor) or node not in drawn:
        return node
    return tensors_of(drawn, [drawn.id_of(node)])[0]


def _subject(
    drawn: Graph, snapshot: Snapshot, options: DrawOptions, rule_of: Mapping[int, int] | None = None
) -> Subject:
    nodes = _seen(drawn, options) - written_into_gates(drawn)
    apart = rule_of or {}
    folding = fold(drawn, nodes, options.depth, options.budget, options.stack, apart)
    names = Formulas(drawn, options.digits)
    return Subject(drawn, snapshot, folding, nodes, options.parts, options.digits, names, apart)


def _seen(drawn: Graph, options: DrawOptions) -> set[int]:
    """Choose the nodes of the view."""
    seen = set(range(len(drawn)))
    if options.around is not None:
        seen &= neighbourhood(drawn, find(drawn, options.around), options.steps)
    if options.path is not None:
        seen &= between(drawn, find(drawn, options.path), drawn.outputs)
    if not seen:
        raise DrawingError("draw: around= and path= have no node in common")
    return seen
