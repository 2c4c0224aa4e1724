"""The program of a trace: both passes as operations, for an interpreter that has no derivatives.

The forward pass is an operation for each node.  The backward pass is the events of the trace: a
contribution is a rule, recorded as a program of its own (`autograd.ir.rules`), applied to the
upstream gradient, the result and the inputs of its operation; a total is a sum.  Calls that are
alike share a rule.

An operation is ``{op, inputs, shape, dtype}`` and its parameters as plain numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.core.messages import plain
from autograd.core.primitive import Primitive
from autograd.ir.capture import CapturedGraph
from autograd.ir.evaluate import value_of
from autograd.ir.graph import Graph, Node
from autograd.ir.replay import Replay
from autograd.ir.rules import Rules, is_input
from autograd.ir.trace import Event, Trace
from autograd.ops.kernels.conv_reference import Geometry, geometry
from autograd.ops.shape import pad_pairs

ELEMENTS = 40_000  # of all values together, up to which a page computes in a moment
EVENTS = 3_000
DTYPES = ("float64", "float32", "int64", "int32", "bool")

Step = dict[str, Any]
Given = Sequence[Any]


class Missing(Exception):
    """Something that a page cannot compute, and what."""


def program(trace: Trace, known: Rules | None = None) -> Step:
    """Return both passes of a trace as data, or why a page cannot compute them.

    Parameters
    ----------
    trace : Trace
    known : Rules, optional
        Those that are recorded already; others are added.

    Returns
    -------
    dict
        ``missing``, a reason, or else: ``nodes``, an operation for each result; ``leaves`` that are
        not constants, and their dtypes; ``rules``; ``rule_of``, for each event the rule that made
        it; ``sides``, for a choice by a sign the value that has it; ``chosen``, the leaves behind
        which something was decided by data; ``cut``, the uses through which zeros arrive.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.viz.player.program import program
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> p = program(ag.trace(ag.exp(x)))
    >>> p["nodes"][1]
    {'op': 'exp', 'inputs': (0,), 'shape': (), 'dtype': 'float64'}
    >>> [step["op"] for step in p["rules"][0]["steps"]], p["rule_of"]
    (['input', 'input', 'input', 'multiply'], [None, None, None, 0, None])
    """
    try:
        _check_size(trace)
        nodes = [_step(node, trace.graph) if node.primitive else None for node in trace.graph]
        rules, rule_of = _rules(trace, Rules() if known is None else known)
    except Missing as reason:
        return {"missing": plain(str(reason))}
    replay = Replay(trace.graph)
    leaves = [n for n in trace.graph if n.primitive is None and not n.constant]
    return {
        "nodes": nodes,
        "leaves": {str(n.id): {"dtype": str(np.asarray(n.value).dtype)} for n in leaves},
        "rules": rules,
        "rule_of": rule_of,
        "sides": {str(id): entry for id, entry in replay.sides_by().items()},
        "chosen": [n.id for n in leaves if replay.chooses([n.id])],
        "cut": [f"{node}-{position}" for node, position in sorted(trace.cut)],
    }


def _check_size(trace: Trace) -> None:
    size = sum(np.size(node.value) for node in trace.graph)
    if size > ELEMENTS or len(trace) > EVENTS:
        raise Missing(f"this graph has {size:,} numbers and {len(trace):,} events")


def _rules(trace: Trace, known: Rules) -> tuple[list[Step], list[int | None]]:
    """Return the rules of a trace, each once, and for each event which one made it."""
    places = dict[int, int]()
    rules: list[Step] = []
    kept: list[CapturedGraph] = []
    rule_of: list[int | None] = []
    for event in trace:
        recorded = _recorded(known, trace.graph, event) if event.kind == "vjp" else None
        if recorded is not None and id(recorded[0]) not in places:
            places[id(recorded[0])] = len(rules)
            rules.append(_rule(*recorded))
            kept.append(recorded[0])  # so that no id is given twice
        rule_of.append(None if recorded is None else places[id(recorded[0])])
    return rules, rule_of


def _recorded(known: Rules, graph: Graph, event: Event) -> tuple[CapturedGraph, list[int]]:
    """Return the rule of an event, and which inputs of the operation it is given."""
    node = graph[event.node]
    given = [graph[i].value for i in node.inputs]
    assert event.position is not None
    found = known.program(node, event.position, given)
    if found is None:
        raise Missing(f"the rule of {_called(node)} cannot be recorded")
    return found, [k for k, x in enumerate(given) if is_input(x)]


def _rule(recorded: CapturedGraph, positions: list[int]) -> Step:
    given = {id: k for k, id in enumerate(recorded.inputs)}
    steps = []
    for node in recorded:
        if node.id in given:
            steps.append({"op": "input", "index": given[node.id]})
        elif node.primitive is None:
            steps.append(_constant(node.value))
        else:
            steps.append(_step(node, recorded))
    out, local = recorded.outputs
    return {"positions": positions, "steps": steps, "out": out, "local": local}


def _constant(value: Any) -> Step:
    array = np.asarray(value)
    numbers = [x if np.isfinite(x) else str(x) for x in array.astype(float).ravel().tolist()]
    return {"op": "constant", "shape": array.shape, "data": numbers}


def _step(node: Node, graph: Graph) -> Step:
    primitive = node.primitive
    assert primitive is not None
    value = np.asarray(node.value)
    if primitive.name not in KERNELS or not _is_ours(primitive):
        raise Missing(f"{_called(node)} has no kernel in the page")
    if str(value.dtype) not in DTYPES:
        raise Missing(f"the page does not compute in {value.dtype}")
    step = {"op": primitive.name, "inputs": node.inputs, "shape": value.shape}
    step["dtype"] = str(value.dtype)
    given = [np.asarray(graph[i].value) for i in node.inputs]
    return {**step, **KERNELS[primitive.name](node, given)}


def _is_ours(primitive: Primitive) -> bool:
    """Whether a primitive is one of the engine's, not one of the reader's with the same name."""
    module = getattr(primitive.forward, "__module__", "") or ""
    return module.startswith(("autograd.ops.", "autograd.core.", "numpy"))


def _called(node: Node) -> str:
    return node.primitive.name if node.primitive else "a leaf"


# The parameters of each operation as plain numbers.


def _nothing(node: Node, given: Given) -> Step:
    return {}


def _axes(node: Node, given: Given) -> Step:
    axis, ndim = node.params.get("axis"), given[0].ndim
    axes = range(ndim) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    return {"axes": [int(a) % ndim for a in axes] if ndim else []}


def _axis(default: int | None) -> Callable[[Node, Given], Step]:
    def of(node: Node, given: Given) -> Step:
        axis = node.params.get("axis", default)
        return {"axis": None if axis is None else int(axis) % max(given[0].ndim, 1)}

    return of


def _order(node: Node, given: Given) -> Step:
    axes, ndim = node.params.get("axes"), given[0].ndim
    order = range(ndim)[::-1] if axes is None else np.atleast_1d(axes).tolist()
    return {"axes": [int(a) % ndim for a in order]}


def _frame(node: Node, given: Given) -> Step:
    pairs = pad_pairs(node.params["pad_width"], given[0].ndim)
    return {"before": [low for low, _ in pairs], "value": _plain(node.params, "constant_values", 0)}


def _picked(node: Node, given: Given) -> Step:
    """Return the numbers of the elements that an index picks."""
    numbered = np.arange(given[0].size).reshape(given[0].shape)
    return {"places": np.ravel(value_of(node, [numbered])).tolist()}


def _put(node: Node, given: Given) -> Step:
    shape = node.params["shape"]
    numbered = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    places = np.asarray(numbered[node.params["index"]])
    return {"places": places.ravel().tolist(), "picked": places.shape}


def _along(node: Node, given: Given) -> Step:
    """Return the axis of the one array of an index, if the rest of it is whole slices."""
    rest, places = node.params["index"], node.params["places"]
    if len(places) != 1 or any(part != slice(None) for part in rest):
        raise Missing(f"{_called(node)} has a kernel for an array along one axis alone")
    return {"axis": int(places[0])}


def _plain(params: Mapping[str, Any], name: str, default: Any) -> Any:
    return np.asarray(params.get(name, default)).item()


def _numbers(**defaults: Any) -> Callable[[Node, Given], Step]:
    def of(node: Node, given: Given) -> Step:
        return {name: _plain(node.params, name, value) for name, value in defaults.items()}

    return of


def _conv(node: Node, given: Given) -> Step:
    image, kernel = (x.shape[2:] for x in given)
    how = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, **node.params}
    return _geometry(geometry("conv", image, kernel, **how))


def _windows(node: Node, given: Given) -> Step:
    return _geometry(node.params["g"])


def _geometry(g: Geometry) -> Step:
    before = [low for low, _ in g.padding]
    fields = {"image": g.image, "kernel": g.kernel, "stride": g.stride, "dilation": g.dilation}
    return {"geometry": {**fields, "output": g.output, "before": before, "groups": g.groups}}


def _pixels(node: Node, given: Given) -> Step:
    return {"image": node.params["g"].image if "g" in node.params else node.params["image"]}


_PLAIN = """
add subtract multiply divide negative positive reciprocal sqrt exp expm1 log log1p sin cos sinh cosh
tanh arctan arcsin arccos arcsinh arccosh arctanh cbrt log2 log10 exp2 power power_slope logaddexp
logaddexp2 hypot cosine arctan2 absolute erf erfc sinc sigmoid softplus gelu_tanh where maximum
minimum fmax fmin copysign sign heaviside floor ceil trunc rint floor_divide remainder fmod equal
not_equal greater greater_equal less less_equal logical_and logical_or logical_not isnan isinf
isfinite astype detach reshape broadcast_to matmul last_writer
"""

# What static/kernels.js computes, and how the parameters of each are written for it.
KERNELS: dict[str, Callable[[Node, Given], Step]] = {
    **dict.fromkeys([*_PLAIN.split(), "as saved"], _nothing),
    **dict.fromkeys(("sum", "max", "min", "all", "any", "argmax", "argmin", "flip"), _axes),
    **dict.fromkeys(("first_largest", "first_smallest"), _axes),
    **dict.fromkeys(("cumsum", "cumprod", "linear_recurrence"), _axis(None)),
    **dict.fromkeys(("running_argmax", "running_argmin"), _axis(0)),
    **dict.fromkeys(("argsort", "softmax_cross_entropy"), _axis(-1)),
    **dict.fromkeys(("conv_transpose", "conv_kernel", "unfold", "fold"), _windows),
    **dict.fromkeys(("max_pool", "winners", "sum_pool", "spread"), _windows),
    **dict.fromkeys(("route", "pick", "max_unpool", "take_out"), _pixels),
    **dict.fromkeys(("gather", "scatter"), _along),
    "conv": _conv,
    "concatenate": _axis(None),
    "transpose": _order,
    "pad": _frame,
    "getitem": _picked,
    "scatter_add": _put,
    "einsum": lambda node, given: {"subscripts": node.params["subscripts"]},
    "one_hot_mask": lambda node, given: {"axis": int(node.params["axis"])},
    "round": _numbers(decimals=0),
    "bessel_ratio": _numbers(n=1),
    "isclose": _numbers(rtol=1e-5, atol=1e-8, equal_nan=False),
}
