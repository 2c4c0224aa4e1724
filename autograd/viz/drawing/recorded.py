"""A function that is run once to be drawn: every operation on its inputs is recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.core.context import current
from autograd.core.pytree import flatten
from autograd.core.tensor import Tensor, raw
from autograd.errors import DrawingError
from autograd.ir.argument_names import leaf_places
from autograd.ir.graph import Graph, graph


def recorded(f: Callable[..., Any], inputs: Sequence[Any]) -> tuple[Tensor | Graph, list[Tensor]]:
    """Run a function with its inputs; return its result, and what stands for the inputs.

    Arrays of floating-point numbers become tensors that require a gradient, so that an operation is
    recorded also where no weight takes part, as a pooling of the input.  Integers, such as targets
    and indices, stay as they are.

    Returns
    -------
    result : Tensor or Graph
        A graph if the function returns several tensors.
    inputs : list of Tensor
    """
    leaves, rebuild = flatten(list(inputs))
    names = [name for _, name in leaf_places(getattr(f, "forward", f), inputs)]
    given = [_tracked(x, name) for x, name in zip(leaves, names, strict=True)]
    if not current().recording:
        raise DrawingError("draw: a function is recorded while it runs; leave ag.no_grad()")
    results = [y for y in flatten(f(*rebuild(given)))[0] if isinstance(y, Tensor)]
    if not results:
        raise DrawingError("draw: the function returned no Tensor; return what it computes")
    result = results[0] if len(results) == 1 else graph(*results)
    return result, [x for x in given if isinstance(x, Tensor)]


def _tracked(x: Any, name: str) -> Any:
    """Return a tensor that requires a gradient, in place of floating-point numbers."""
    is_array = isinstance(x, (Tensor, np.ndarray, np.floating, float))
    if not is_array or np.asarray(raw(x)).dtype.kind != "f":
        return x
    return Tensor(raw(x), True, getattr(x, "name", None) or name)
