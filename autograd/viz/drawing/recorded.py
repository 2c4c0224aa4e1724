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
from autograd.ir.untouched import untouched


def recorded(f: Callable[..., Any], inputs: Sequence[Any]) -> tuple[Tensor | Graph, list[Tensor]]:
    """Run a function with its inputs; return its result, and what stands for the inputs.

    Arrays of floating-point numbers become tensors that require a gradient, so that an operation is
    recorded also where no weight takes part, as a pooling of the input.  Integers, such as targets
    and indices, stay as they are; so do leaves that require a gradient, and Python's floats beside
    arrays, such as the rate of a dropout.  Leaves and random generators are put back afterwards.

    Returns
    -------
    result : Tensor or Graph
        A graph if the function returns several tensors.
    inputs : list of Tensor
    """
    leaves, rebuild = flatten(list(inputs))
    names = [name for _, name in leaf_places(getattr(f, "forward", f), inputs)]
    arrays = any(isinstance(x, (Tensor, np.ndarray, np.floating)) for x in leaves)
    kinds = (Tensor, np.ndarray, np.floating) if arrays else (float,)
    given = [
        _tracked(x, name) if isinstance(x, kinds) else x
        for x, name in zip(leaves, names, strict=True)
    ]
    if not current().recording:
        raise DrawingError("draw: a function is recorded while it runs; leave ag.no_grad()")
    with untouched((f, inputs)):
        outputs = f(*rebuild(given))
    results = [y for y in flatten(outputs)[0] if isinstance(y, Tensor)]
    if not results:
        raise DrawingError("draw: the function returned no Tensor; return what it computes")
    result = results[0] if len(results) == 1 else graph(*results)
    return result, [x for x in given if isinstance(x, Tensor)]


def _tracked(x: Any, name: str) -> Any:
    """Return a tensor that requires a gradient, in place of floating-point numbers."""
    if isinstance(x, Tensor) and x.requires_grad and x.primitive is None:
        return x
    if np.asarray(raw(x)).dtype.kind != "f":
        return x
    return Tensor(raw(x), True, getattr(x, "name", None) or name)
