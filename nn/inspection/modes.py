"""Running a network: its mode, its random generators, and its outputs for many inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from threading import RLock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

import autograd as ag
from autograd.core.blocks import restoring
from nn.module import Module
from nn.module.made_of import generators


def evaluating(model: Module) -> restoring[None]:
    """Switch a model to evaluation mode, and every part of it back afterwards.

    Threads may evaluate one model at the same time.

    Examples
    --------
    >>> from nn.inspection.modes import evaluating
    >>> import nn
    >>> net = nn.Dropout()
    >>> with evaluating(net):
    ...     net.training
    False
    >>> net.training
    True
    """
    parts, token = list(model.modules()), object()
    return restoring(partial(_begin, model, parts, token), partial(_end, parts, token))


# For each module in such a block: its mode before, and the blocks of all threads that it is in.
_evaluated: WeakKeyDictionary[Module, tuple[bool, set[object]]] = WeakKeyDictionary()
_lock = RLock()


def _begin(model: Module, parts: Iterable[Module], token: object) -> None:
    with _lock:
        for part in parts:
            _, inside = _evaluated.setdefault(part, (part.training, set()))
            inside.add(token)
        model.eval()


def _end(parts: Iterable[Module], token: object) -> None:
    """Give each part its mode back when the last block that it is in has ended."""
    with _lock:
        for part in parts:
            training, inside = _evaluated.get(part, (part.training, set()))
            inside.discard(token)
            if not inside:
                part.training = training
                _evaluated.pop(part, None)


def in_pieces(
    owner: str, model: Callable[[ag.Array], object], inputs: ag.Array, size: int
) -> ag.Array:
    """Return the outputs for all inputs as one array, with so many inputs at a time.

    Raises
    ------
    autograd.ShapeError
        If there is not one row for each input.
    autograd.UnsupportedError
        If the model has several outputs.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.inspection.modes import in_pieces
    >>> in_pieces("predict", lambda x: 2 * x, np.arange(5.0), 2)
    array([0., 2., 4., 6., 8.])
    """
    starts = range(0, len(inputs), size)
    return np.concatenate([_rows(owner, model, inputs[i : i + size]) for i in starts])


def _rows(owner: str, model: Callable[[Any], Any], inputs: Any) -> Any:
    outputs = model(inputs)
    parts = outputs if isinstance(outputs, (tuple, list)) else ()
    if isinstance(outputs, dict) or any(isinstance(part, ag.Tensor) for part in parts):
        raise ag.UnsupportedError(
            f"{owner}: the model has several outputs; call it in ag.no_grad()"
        )
    array = ag.tensor(outputs).numpy()
    if array.shape[:1] != inputs.shape[:1]:
        raise ag.ShapeError(
            f"{owner}: the model made {array.shape} of inputs {inputs.shape}; it must return one "
            "row for each"
        )
    return array


__all__ = ["evaluating", "generators", "in_pieces"]
