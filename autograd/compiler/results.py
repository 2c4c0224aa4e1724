"""The results of a compiled function: structures of arrays and Tensors, as the function returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """How the results of a run are handed out.

    Attributes
    ----------
    tree : nested structure of int
        What the function returns, with the places of the results.
    tensors : dict from int to Tensor or None
        The places of results that become Tensors, and a weight that they depend on, if one learns.
    fixed : dict from int to number
        The places of numbers that the function has returned as they are.
    """

    tree: Any
    tensors: Mapping[int, Tensor | None]
    fixed: Mapping[int, Any]


def expression(results: Results, bind: Callable[[Any], str]) -> str:
    """Return what is handed out as Python, where result number 3 is ``r3``.

    ``bind`` gives a name to a value.
    """
    places: dict[int, str] = {}
    for i, weight in results.tensors.items():
        if weight is None:
            places[i] = f"{bind(_constant)}(r{i})"
        else:
            places[i] = f"{bind(_cut)}(r{i}, {bind(weight)})"
    places |= {i: bind(number) for i, number in results.fixed.items()}
    return _written(results.tree, places, bind)


def _written(tree: Any, places: Mapping[int, str], bind: Callable[[Any], str]) -> str:
    if isinstance(tree, dict):
        pairs = [(bind(key), _written(branch, places, bind)) for key, branch in tree.items()]
        text = ", ".join(f"{key}: {branch}" for key, branch in pairs)
        return _of_class(tree, f"{{{text}}}", bind)
    if isinstance(tree, (list, tuple)):
        inside = "".join(f"{_written(branch, places, bind)}, " for branch in tree)
        if isinstance(tree, list):
            return _of_class(tree, f"[{inside}]", bind)
        return f"{bind(type(tree))}({inside})" if hasattr(tree, "_fields") else f"({inside})"
    return places.get(tree, f"r{tree}")


def _of_class(tree: Any, text: str, bind: Callable[[Any], str]) -> str:
    """Write a dict or list of the class that the function has returned."""
    return text if type(tree) in (dict, list) else f"{bind(like)}({bind(tree)}, {text})"


def _cut(value: Any, weight: Tensor) -> Tensor:
    """Return a result that depends on a weight: its backward pass says that it has no graph."""
    return make_node(COMPILED, (weight,), NO_PARAMS, value, None, tracked=True)


def _constant(value: Any) -> Tensor:
    """Return a result as a Tensor, as an operation gives it where nothing is recorded."""
    return make_node(DETACH, (), NO_PARAMS, value, None, tracked=False)
