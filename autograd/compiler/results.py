"""The results of a compiled function: structures of arrays and Tensors, as the function returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from autograd.core.apply import make_node
from autograd.core.primitive import Primitive
from autograd.core.pytree import like
from autograd.core.recorder import DETACH
from autograd.core.tensor import NO_PARAMS, Tensor
from autograd.errors import GradientError


def _as_compiled(weight: Any) -> NoReturn:
    raise GradientError("compiled: the operations of a program cannot be run again one by one")


def _without_graph(ct: Any, out: Any, weight: Any) -> NoReturn:
    raise GradientError(
        "compile: the result of a compiled function has no graph; write nn.compile(model, loss, "
        "optimizer) for training, ag.compile(ag.grad(f)) for gradients, or with ag.no_grad(): "
        "around predictions"
    )


# What stands for all that a program has computed from a weight.
COMPILED = Primitive(_as_compiled, (_without_graph,), name="compiled", symbol="compiled")


def rebuilder(
    tree: Any, tensors: Mapping[int, Tensor | None], fixed: Mapping[int, Any]
) -> Callable[[Any], Any]:
    """Return a function that puts a list of results into a structure like ``tree``.

    Parameters
    ----------
    tree : nested structure of int
        The places in the list.
    tensors : dict from int to Tensor or None
        The places of results that become Tensors, and a weight that they depend on, if one learns.
    fixed : dict from int to number
        The places of numbers that the function has returned as they are.
    """
    bound: dict[str, Any] = {"constant": _constant, "cut": _cut, "like": like}
    space: dict[str, Any] = {}
    places = {i: f"constant(r[{i}])" for i in tensors}
    for i, weight in tensors.items():
        if weight is not None:
            bound[f"w{i}"] = weight
            places[i] = f"cut(r[{i}], w{i})"
    for i, number in fixed.items():
        bound[f"n{i}"] = number
        places[i] = f"n{i}"
    text = _written(tree, places, bound)
    exec(f"def make({', '.join(bound)}):\n    return lambda r: {text}", space)
    return space["make"](**bound)  # type: ignore[no-any-return]


def _written(tree: Any, places: Mapping[int, str], bound: dict[str, Any]) -> str:
    if isinstance(tree, dict):
        rows = []
        for key, branch in tree.items():
            bound[name := f"k{len(bound)}"] = key
            rows.append(f"{name}: {_written(branch, places, bound)}")
        return _of_class(tree, f"{{{', '.join(rows)}}}", bound)
    if isinstance(tree, (list, tuple)):
        inside = "".join(f"{_written(branch, places, bound)}, " for branch in tree)
        if isinstance(tree, list):
            return _of_class(tree, f"[{inside}]", bound)
        if not hasattr(tree, "_fields"):
            return f"({inside})"
        bound[name := f"k{len(bound)}"] = type(tree)
        return f"{name}({inside})"
    return places.get(tree, f"r[{tree}]")


def _of_class(tree: Any, text: str, bound: dict[str, Any]) -> str:
    """Write a dict or list of the class that the function has returned."""
    if type(tree) in (dict, list):
        return text
    bound[name := f"k{len(bound)}"] = tree
    return f"like({name}, {text})"


def _cut(value: Any, weight: Tensor) -> Tensor:
    """Return a result that depends on a weight: its backward pass says that it has no graph."""
    return make_node(COMPILED, (weight,), NO_PARAMS, value, None, tracked=True)


def _constant(value: Any) -> Tensor:
    """Return a result as a Tensor, as an operation gives it where nothing is recorded."""
    return make_node(DETACH, (), NO_PARAMS, value, None, tracked=False)
