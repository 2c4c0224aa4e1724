"""Capture: a function as a program, a graph of every operation that depends on its arguments.

The graph that gradients need has only what is differentiated.  A program must have the rest, too:
the mask of a ReLU, the place of a maximum, the classes of a loss, the running mean of a network.
Then it can be run again on other inputs, and gives what the function would give.

1. The function runs once, on Tensors, inside a capture (`autograd.core.recorder`).
2. Its arguments become inputs: arrays, floats and Tensors, nested or not, and the tensors of a
   module.  Anything else, as an integer or a string, is part of the program.
3. Other tensors that it uses, as the weights of a network that is not an argument, are read when
   the program runs.
4. What would escape is refused: Python that reads a captured number.

`evaluate` runs the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.core import context
from autograd.core.blocks import restoring
from autograd.core.calls import called
from autograd.core.capturing import HOLDERS, Holder
from autograd.core.messages import check_callable, one_line
from autograd.core.pytree import flatten
from autograd.core.recorder import Recorder
from autograd.core.tensor import Tensor, leaf, raw
from autograd.core.values import as_value, is_weak
from autograd.core.weak import WeakNumber, weak_leaf
from autograd.errors import CaptureError, DTypeError, GradientError, ShapeError
from autograd.ir.argument_names import leaf_paths, leaf_places
from autograd.ir.evaluate import run
from autograd.ir.graph import Graph, Node, nodes_behind

if TYPE_CHECKING:  # a program without draws does not load random numbers
    from numpy.random import Generator


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CapturedGraph(Graph):
    """The graph of a program.

    Attributes
    ----------
    inputs : tuple of int
        The ids of what the arguments are: one for each array in them, and each tensor of a module.
    draws : tuple of (int, callable)
        The ids of what is drawn at random for each run, and what draws it, in order.
    state : tuple of (int, Tensor)
        The other tensors that the program reads: their ids, and the tensors.
    updates : tuple of (Tensor, int)
        The tensors that a run gives a new value, and the ids of the values.
    arguments : tuple of Argument
        What each leaf of the arguments is for the program.
    rebuild : callable
        Puts a list of results into a structure like that of the function's.
    fixed : dict from int to number
        The places of results that are numbers of Python's.
    """

    inputs: tuple[int, ...]
    draws: tuple[tuple[int, Callable[[], Any]], ...]
    state: tuple[tuple[int, Tensor], ...]
    updates: tuple[tuple[Tensor, int], ...]
    arguments: tuple[Argument, ...]
    rebuild: Callable[[Iterable[Any]], Any]
    fixed: dict[int, Any]

    def __repr__(self) -> str:
        updates = ", ".join(f"{self.id_of(t)} <- {new}" for t, new in self.updates)
        return Graph.__repr__(self) + (f"\n    updates: {updates}" if updates else "")


@dataclass(frozen=True, slots=True, eq=False)
class Argument:
    """One leaf of the arguments: the tensors it stands for, or a constant of the program."""

    path: str  # where it is in the arguments
    kind: str  # "array", "holder" or "constant"
    given: Any  # what the function gets in its place
    tensors: dict[str, Tensor]
    made_of: dict[str, Any]  # what else a module was made of when it was captured


@called
def capture(f: Callable[..., Any], *args: Any) -> CapturedGraph:
    """Record a function as a program: every operation that depends on its arguments.

    Parameters
    ----------
    f : callable
        Returns a value, or nested tuples, lists and dicts of values.  Shapes and dtypes may be read
        in it, numbers may not.
    *args
        An example of the arguments, nested or not.  Arrays, floats, Tensors and the tensors of
        modules are inputs of the program; anything else is part of it.

    Returns
    -------
    Graph
        Run it with `autograd.evaluate`.  Its ``inputs``, ``outputs`` and ``updates`` are ids of
        nodes.

    Raises
    ------
    CaptureError
        If Python reads a captured number, as ``if``, ``float`` and ``.item()`` do, if data are
        replaced, or if ``backward`` is called; the message has the line.

    Notes
    -----
    Numbers that the function has from elsewhere are part of the program: those of closures and
    globals.  If they change, it does not; `autograd.compile` watches them, and captures again.
    Tensors that are no arguments are read in each run.  A float among the arguments is computed
    with as NumPy does: ``1 / 0.0`` is inf.  In the function, arguments are Tensors:
    ``isinstance(x, np.ndarray)`` is false.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> g = ag.capture(lambda x: ag.maximum(x, 0.0) / ag.sum(x), np.array([-1.0, 3.0]))
    >>> g
    Graph of 5 nodes:
        0  x          shape (2,)
        1  0          0
        2  max 0      shape (2,)             (0, 1)
        3  sum        2                      (0,)
        4  /          shape (2,)             (2, 3)
    >>> ag.evaluate(g, np.array([3.0, 5.0]))
    array([0.375, 0.625])
    """
    check_callable("capture", f)
    return captured("capture", f, args)


def captured(
    operation: str, f: Callable[..., Any], args: Sequence[Any], sparing: bool = False
) -> CapturedGraph:
    """Record a function as a program, for `capture` and for what captures on its own account.

    If ``sparing``, less memory is used, and the numbers of large results are wrong.
    """
    _check_outside(operation)
    leaves, rebuild = flatten(list(args))
    names = [name for _, name in leaf_places(f, args)]
    arguments = tuple(
        _entering(x, path, name, operation)
        for path, x, name in zip(leaf_paths(args, "args"), leaves, names, strict=True)
    )
    recorder = Recorder(operation, sparing)
    recorder.watch_random((f, args))
    recorder.arrays.update(
        a.given
        for a, x in zip(arguments, leaves, strict=True)
        if a.kind == "array" and isinstance(x, np.ndarray)
    )
    recorder.floats.update(
        a.given
        for a, x in zip(arguments, leaves, strict=True)
        if a.kind == "array" and isinstance(x, float) and is_weak(x)
    )
    recorder.made.update(a.given for a in arguments if a.kind == "array")
    for argument in arguments:
        if argument.kind == "holder":
            recorder.names.update((t, path) for path, t in argument.tensors.items())
    try:
        with recorder.under_way(), context.changed(capture=recorder, departures=None, scope=None):
            given = rebuild(a.given for a in arguments)
            result = f(*given)
        _check_kept(operation, arguments, given)
        return _graph_of(recorder, arguments, result)
    finally:
        recorder.put_back()


def _check_outside(operation: str) -> None:
    if (outer := context.capturing()) is not None:
        raise CaptureError(
            f"{operation}: inside a function that is being captured; call the function itself, "
            f"and it is part of what {outer.operation} records"
        )


def _check_kept(operation: str, arguments: Sequence[Argument], given: list[Any]) -> None:
    """Refuse that the function has put something else into a list or dict of its arguments."""
    now = dict(zip(leaf_paths(given, "args"), flatten(given)[0], strict=True))
    then = {argument.path: argument.given for argument in arguments}
    for path in {**then, **now}:
        if path not in now or path not in then or now[path] is not then[path]:
            raise CaptureError(
                f"{operation}: the function changes {path}, and the program would not; return the "
                "new value"
            )


def _entering(x: Any, path: str, name: str, operation: str) -> Argument:
    """Return what an argument is for the program."""
    if (holder := _holder_of(x)) is not None:
        return Argument(path, "holder", x, holder.tensors(x), holder.made_of(x))
    if isinstance(x, Tensor):
        t = leaf(np.array(raw(x))[()], x.requires_grad, x.name or name)
    elif isinstance(x, float) and is_weak(x):
        t = weak_leaf(x, name)
    elif isinstance(x, float) or is_array(x):
        t = leaf(as_value(x, operation, copy=True), name=name)
    else:
        return Argument(path, "constant", x, {}, {})
    return Argument(path, "array", t, {"": t}, {})


def is_array(x: Any) -> bool:
    """Return whether an argument is numbers, but no Tensor and no float of Python's."""
    if isinstance(x, (np.ndarray, np.generic)):
        return True
    return not isinstance(x, (Tensor, type, *HOLDERS)) and hasattr(x, "__array__")


def _holder_of(x: Any) -> Holder | None:
    return next((holder for kind, holder in HOLDERS.items() if isinstance(x, kind)), None)


def _graph_of(recorder: Recorder, arguments: Sequence[Argument], result: Any) -> CapturedGraph:
    found, rebuild = flatten(result)
    if result is None:
        raise CaptureError(
            f"{recorder.operation}: the function returned nothing; end it with return"
        )
    if not found or any(y is None for y in found):
        raise CaptureError(
            f"{recorder.operation}: the function returned {one_line(result)}, and a program gives "
            "numbers; return them alone"
        )
    given = list(dict.fromkeys(t for a in arguments for t in a.tensors.values()))
    outputs = [y if isinstance(y, Tensor) else leaf(as_value(y, recorder.operation)) for y in found]
    drawn, assigned = [t for t, _ in recorder.draws], recorder.newest
    roots = [*given, *drawn, *outputs, *assigned, *assigned.values(), *recorder.checks]
    nodes, ids, users = nodes_behind(roots, recorder.made)
    names = {ids[t]: name for t, name in recorder.names.items() if t in ids and not t.name}
    nodes = tuple(
        replace(x, name=names[x.id], label=names[x.id]) if x.id in names else x for x in nodes
    )
    made = (t for t, y in zip(outputs, found, strict=True) if t is not y)
    fixed = {*given, *drawn, *recorder.constants, *made}
    return CapturedGraph(
        nodes,
        tuple(ids[assigned.get(t, t)] for t in outputs),
        ids,
        users,
        inputs=tuple(ids[t] for t in given),
        draws=tuple((ids[t], make) for t, make in recorder.draws),
        state=tuple(
            (id, t)
            for t, id in ids.items()
            if t not in fixed and t not in recorder.made and t.is_leaf
        ),
        updates=tuple((t, ids[new]) for t, new in assigned.items()),
        arguments=tuple(arguments),
        rebuild=rebuild,
        fixed={i: y for i, y in enumerate(found) if type(y) in (int, float, bool)},
    )


@called
def evaluate(graph: CapturedGraph, *args: Any) -> Any:
    """Run a captured program on other arguments.

    Parameters
    ----------
    graph : Graph
        From `autograd.capture`.
    *args
        Arguments like those that it was captured with: of the same structure, shapes and dtypes.

    Returns
    -------
    array, number or nested structure of them
        What the function would return, as numbers without a graph.  Random numbers are drawn anew,
        and running statistics follow, as in another call of the function.

    Raises
    ------
    GradientError, ShapeError, DTypeError
        If the arguments are not like those of the capture: a module must have the same parts,
        mode and options, and may have other tensors and generators.  Also if one is differentiated
        around the call: no gradient would flow through it.

    Examples
    --------
    >>> import autograd as ag
    >>> g = ag.capture(ag.grad(lambda w: ag.relu(w) ** 2), -1.0)
    >>> ag.evaluate(g, 3.0), ag.evaluate(g, -3.0)
    (np.float64(6.0), np.float64(0.0))
    """
    if not isinstance(graph, CapturedGraph):
        raise GradientError(
            "evaluate: give it a graph that ag.capture(f, *args) has recorded; one of ag.graph has "
            "only what gradients need"
        )
    _check_outside("evaluate")
    # By their paths, as the keys of a dict may come in another order.
    given = dict(zip(leaf_paths(args, "args"), flatten(args)[0], strict=True))
    _check_no_gradient(given.values())
    _check_structure(list(given), [argument.path for argument in graph.arguments])
    values = [node.value for node in graph]
    holders = _bind(graph, given, values)
    for id, t in graph.state:
        values[id] = raw(t)
    with _standing_in(_generators(graph, given)):
        for id, make in graph.draws:
            values[id] = as_value(make(), "evaluate")
    run((node for node in graph if node.primitive is not None), values)
    for t, id in graph.updates:
        holders.get(t, t).data = np.array(values[id])[()]
    return graph.rebuild(_own(graph[i], values[i]) for i in graph.outputs)


def _check_no_gradient(given: Iterable[Any]) -> None:
    """Refuse results that require a gradient, and what a transform differentiates."""
    tensors = [x for x in given if isinstance(x, Tensor) and x.requires_grad]
    inside = context.current().departures is not None
    if context.current().recording and any(inside or t.primitive is not None for t in tensors):
        raise GradientError(
            "evaluate: an argument requires a gradient, and a program gives numbers; differentiate "
            "the function itself, capture ag.grad(f), or write t.detach()"
        )


def _own(node: Node, value: Any) -> Any:
    """Return an output so that writing to it changes nothing that was given."""
    return np.array(value)[()] if isinstance(value, np.ndarray) else value


def _bind(
    graph: CapturedGraph, given: Mapping[str, Any], values: list[Any]
) -> dict[Tensor, Tensor]:
    """Enter the arguments; return which tensor of theirs stands for which of the capture's."""
    others: dict[Tensor, Tensor] = {}
    for argument in graph.arguments:
        x = given[argument.path]
        if argument.kind == "constant":
            _check_constant(x, argument.given)
        elif argument.kind == "array":
            values[graph.id_of(argument.given)] = _fitting(x, argument.given)
        else:
            others |= _held(x, argument)
    for t, other in others.items():
        values[graph.id_of(t)] = _fitting(other, t)
    return others


def _check_structure(now: Sequence[str], then: Sequence[str]) -> None:
    """Refuse arguments of another structure, by the first place that differs."""
    missing = next((path for path in then if path not in now), None)
    more = next((path for path in now if path not in then), None)
    if missing or more:
        what = f"{missing} is missing" if missing else f"{more} was not captured"
        instead = f", and {more} is given instead" if missing and more else ""
        raise GradientError(
            f"evaluate: {what}{instead}; give arguments of the same structure, {one_line(then)}, "
            "and an array for a list of numbers"
        )


def _held(x: Any, argument: Argument) -> dict[Tensor, Tensor]:
    """Pair the tensors of a module with those of the one that was captured."""
    holder, kind = _holder_of(x), type(argument.given)
    if holder is None or type(x) is not kind:
        raise GradientError(
            f"evaluate: a {type(x).__name__} is given, and captured was a {kind.__name__}; "
            "capture the function again"
        )
    _check_alike(kind.__name__, holder.made_of(x), argument.made_of)
    mine = holder.tensors(x)
    if missing := sorted(argument.tensors.keys() - mine.keys()):
        raise GradientError(
            f"evaluate: {kind.__name__} has no {missing[0]}, and had one when captured; capture it "
            "again"
        )
    return {t: mine[name] for name, t in argument.tensors.items()}


def _check_alike(kind: str, now: dict[str, Any], then: dict[str, Any]) -> None:
    """Refuse a module that is made of other parts than the captured one, or has other options."""
    for name in {**then, **now}:
        if name not in now:
            raise GradientError(
                f"evaluate: {kind} has no {name}, and had one when captured; capture it again"
            )
        if name not in then:
            raise GradientError(
                f"evaluate: {kind} has {name}, and had none when captured; capture it again"
            )
        if type(now[name]) is not type(then[name]) or now[name] != then[name]:
            raise GradientError(
                f"evaluate: {kind} has {name}={_shown(now[name])}, and had {_shown(then[name])} "
                "when captured; capture it again"
            )


def _shown(x: Any) -> str:
    return x.__name__ if isinstance(x, type) else one_line(x)


def _generators(graph: CapturedGraph, given: Mapping[str, Any]) -> dict[Generator, Generator]:
    """Pair the generators of captured modules with those of the modules that are given now."""
    pairs: dict[Generator, Generator] = {}
    for argument in graph.arguments:
        if argument.kind == "holder" and (holder := _holder_of(argument.given)) is not None:
            mine = holder.generators(given[argument.path])
            theirs = holder.generators(argument.given)
            pairs |= {old: mine[name] for name, old in theirs.items() if name in mine}
    return {old: new for old, new in pairs.items() if old is not new}


def _standing_in(pairs: dict[Generator, Generator]) -> restoring[None]:
    """Let captured generators draw, for a block, the numbers that others would draw next."""
    before = {old: old.bit_generator.state for old in pairs}
    then = {old: new.bit_generator.state for old, new in pairs.items()}

    def begin() -> None:
        for old, state in then.items():
            old.bit_generator.state = state

    def end() -> None:
        after = [(new, old.bit_generator.state) for old, new in pairs.items()]
        for rng, state in [*before.items(), *after]:
            rng.bit_generator.state = state

    return restoring(begin, end)


def _check_constant(x: Any, then: Any) -> None:
    if x is then:
        return
    try:
        same = type(x) is type(then) and bool(x == then)
    except (TypeError, ValueError):
        same = False
    if not same:
        raise GradientError(
            f"evaluate: {one_line(then)} is part of the program, and now it is {one_line(x)}; "
            "capture the function again, or give it a float or an array"
        )


def _fitting(x: Any, like: Tensor) -> Any:
    python = type(x) in (int, float)
    if python and isinstance(like, WeakNumber):
        return float(x)
    value = as_value(raw(x), "evaluate", like.dtype if python else None, copy=True)
    if value.shape != like.shape:
        raise ShapeError(
            f"evaluate: shape {value.shape} for an argument that was captured with {like.shape}; "
            "capture the function again for other shapes"
        )
    if value.dtype != like.dtype:
        raise DTypeError(
            f"evaluate: {value.dtype} numbers for an argument that was captured with {like.dtype}; "
            f"write .astype({str(like.dtype)!r}), or capture the function again"
        )
    return value
