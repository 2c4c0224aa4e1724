"""Whether a result depends on the arguments that it is differentiated by.

Where it does not, the derivative is 0: right for a constant, and wrong if the function took the
value of an argument out of the graph and went on with it.  What was taken out is known from
`autograd.core.departures`.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import numpy as np

from autograd.core import departures
from autograd.core.backward import count_uses
from autograd.core.departures import Departure
from autograd.core.source_location import place_at
from autograd.core.tensor import NOTHING_SAVED, Tensor, raw
from autograd.errors import GradientError


def check_dependence(
    operation: str, left: Sequence[Departure], inputs: Sequence[Tensor], reached: Container[Tensor]
) -> None:
    """Refuse an input that no result depends on, if a value that depends on it has left.

    Parameters
    ----------
    operation : str
        The transform.
    left : sequence of Departure
        What has left while the function ran.
    inputs : sequence of Tensor
        By which the results are differentiated.
    reached : container of Tensor
        All that the results depend on.
    """
    stop = frozenset(inputs)
    connected = any(x in reached for x in inputs)
    for departure in left:
        behind, _ = count_uses([departure.tensor], stop)
        for x in inputs:
            # If another argument has a derivative, one that is only compared, as in a mask, has 0.
            if x in behind and x not in reached and not (connected and departure.operation):
                raise _lost(operation, departure)
        if stop.isdisjoint(behind):
            departures.hand_on([departure])  # it may matter to the transform around this one


def check_each(operation: str, left: Sequence[Departure], outputs: Sequence[object]) -> None:
    """Refuse a result that has left, or has no derivative, where each result has its own.

    That is a number which is that of a departed tensor, and the boolean or integer result of an
    operation.
    """
    for y in outputs:
        if isinstance(y, Tensor) and y.requires_grad:
            continue
        for departure in left:
            if _is_that_of(y, departure):
                raise _lost(operation, departure)


def _is_that_of(y: Any, departure: Departure) -> bool:
    if departure.operation is None:
        return np.array_equal(raw(y), raw(departure.tensor))
    return isinstance(y, Tensor) and y.saved is NOTHING_SAVED and y.dtype.kind != "f"


def _lost(operation: str, departure: Departure) -> GradientError:
    place = place_at(departure.position) if departure.position else None
    where = f" at {place.text[place.start : place.end]!r} (line {place.line})" if place else ""
    if departure.operation == "no_grad":
        why = f"it was computed inside ag.no_grad(){where}"
    elif departure.operation:
        why = f"{departure.operation}{where} has no derivative"
    else:
        why = f"its value left the graph{where}"
    return GradientError(
        f"{operation}: the result does not depend on its argument, so the derivative would be 0: "
        f"{why}; compute with Tensors, or write x.detach() if a constant is meant"
    )
