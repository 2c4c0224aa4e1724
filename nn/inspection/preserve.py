"""Run a model and leave no trace in it: afterwards all is as it was.

Evaluation mode keeps dropout from dropping and batch normalisation from learning.  What a model
keeps besides (its mode, gradients, buffers, random generators) is noted before and put back after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.blocks import contextmanager, restoring
from nn.checks import Values
from nn.inspection.modes import evaluating, generators, in_pieces
from nn.module import Module

Model: TypeAlias = Module | Callable[[Any], Any]

PIECE = 4096  # so many examples at a time, for the sake of memory


@contextmanager
def preserved(model: Model, evaluate: bool = True) -> Iterator[None]:
    """Run a block with a model that is put back afterwards; in evaluation mode, or in its own."""
    if not isinstance(model, Module):
        yield
        return
    undo = [
        partial(setattr, rng.bit_generator, "state", rng.bit_generator.state)
        for _, rng in generators(model)
    ]
    undo += [restore for part in model.modules() for restore in _restoring(part)]
    mode: AbstractContextManager[object] = evaluating(model) if evaluate else nullcontext()
    with restoring(bool, lambda: [restore() for restore in undo]), mode:
        yield


def _restoring(part: Module) -> Iterator[partial[None]]:
    for name, value in vars(part).items():
        if isinstance(value, ag.Tensor) and value.is_leaf:
            yield partial(_put_back, part, name, value, value.data, value.grad)


def _put_back(part: Module, name: str, value: ag.Tensor, data: Any, grad: Any) -> None:
    value.data, value.grad = data, grad
    if vars(part).get(name) is not value:
        setattr(part, name, value)


def outputs_of(owner: str, model: Model, inputs: ag.Array) -> ag.Array:
    """Return what a model, or a function, makes of the inputs, as a finite array.

    Raises
    ------
    autograd.OptionError
        If it is not a function, or an output is NaN or infinite.
    autograd.ShapeError
        If there is not one row for each input.
    """
    check_model(owner, model)
    with preserved(model), ag.no_grad():
        array = in_pieces(owner, lambda piece: model(given(model, piece)), inputs, PIECE)
    array = array if array.dtype.kind == "f" else array.astype(float)
    check_finite(owner, array)
    return array


def check_model(owner: str, model: object) -> None:
    """Refuse what cannot be called."""
    if not callable(model):
        raise ag.OptionError(
            f"{owner}: takes a model or a function first, not {type(model).__name__}"
        )


def given(model: Model, inputs: ag.Array) -> Values:
    """Return a copy of the inputs: a Tensor for a module, as in training, and else an array."""
    return ag.tensor(inputs) if isinstance(model, Module) else np.array(inputs)


def check_finite(owner: str, array: ag.Array, what: str = "the outputs of the model") -> None:
    """Refuse what cannot be drawn."""
    if not np.isfinite(array).all():
        bad = array[~np.isfinite(array)].flat[0]
        raise ag.OptionError(
            f"{owner}: {what} hold {bad}; has training diverged? Train with a smaller rate"
        )
