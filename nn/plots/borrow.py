"""Running somebody's model without a trace: afterwards all in it is as it was.

Evaluation mode keeps dropout from dropping and batch normalisation from learning.  What a model
keeps besides (its mode, gradients, buffers, random generators) is noted before and put back after.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import autograd as ag
from nn.module import Module

PIECE = 4096  # so many examples at a time, for the sake of memory


@contextlib.contextmanager
def borrowed(model: Any, evaluate: bool = True) -> Iterator[None]:
    """Run a block with a model that is put back afterwards; in evaluation mode, or in its own."""
    with contextlib.ExitStack() as undo:
        for part in model.modules() if isinstance(model, Module) else ():
            undo.callback(setattr, part, "training", part.training)
            _note_numbers(part, undo)
        if evaluate and isinstance(model, Module):
            model.eval()
        yield


def _note_numbers(part: Module, undo: contextlib.ExitStack) -> None:
    for name, value in list(vars(part).items()):
        if isinstance(value, np.random.Generator):
            undo.callback(setattr, value.bit_generator, "state", value.bit_generator.state)
        elif isinstance(value, ag.Tensor) and value.is_leaf:
            undo.callback(_put_back, part, name, value, value.data, value.grad)


def _put_back(part: Module, name: str, value: ag.Tensor, data: Any, grad: Any) -> None:
    value.data, value.grad = data, grad
    if vars(part).get(name) is not value:
        setattr(part, name, value)


def outputs_of(owner: str, model: Any, inputs: Any) -> Any:
    """Return what a model, or a function, makes of the inputs, as a finite array.

    Raises
    ------
    autograd.OptionError
        If it is no function, or an output is NaN or infinite.
    autograd.ShapeError
        If there is not one row for each input.
    """
    if not callable(model):
        raise ag.OptionError(
            f"{owner}: takes a model or a function first, not {type(model).__name__}"
        )
    starts = range(0, len(inputs), PIECE)
    with borrowed(model), ag.no_grad():
        pieces = [
            _array(owner, model(inputs[i : i + PIECE]), inputs[i : i + PIECE]) for i in starts
        ]
    return np.concatenate(pieces)


def _array(owner: str, output: Any, inputs: Any) -> Any:
    array = ag.tensor(output).numpy()
    if array.ndim == 0 or len(array) != len(inputs):
        raise ag.ShapeError(
            f"{owner}: the model made {array.shape} of inputs {inputs.shape}; "
            "it must return one row for each"
        )
    array = array if array.dtype.kind == "f" else array.astype(float)
    check_finite(owner, array)
    return array


def check_finite(owner: str, array: Any, what: str = "the outputs of the model") -> None:
    """Refuse what cannot be drawn."""
    if not np.isfinite(array).all():
        bad = array[~np.isfinite(array)].flat[0]
        raise ag.OptionError(
            f"{owner}: {what} hold {bad}; has training diverged? Train with a smaller rate"
        )


def recorded(owner: str, model: Any, run: Callable[[], Any]) -> list[tuple[str, Module, Any]]:
    """Call a function and note what every module in a model returns meanwhile.

    Parameters
    ----------
    owner : str
    model : Module
    run : callable
        Runs the model.

    Returns
    -------
    list of (path, module, output)
        In the order in which the modules finished.  What returns the output of its last part, such
        as `Sequential`, or just its input, such as dropout in evaluation, is passed over.
    """
    if not isinstance(model, Module):
        raise ag.OptionError(f"{owner}: takes a module, whose parts it shows, not {_kind(model)}")
    found: list[tuple[str, Module, Any]] = []
    with contextlib.ExitStack() as hooks:
        for path, part in model.named_modules():
            hooks.enter_context(part.register_forward_hook(_noting(path, found)))
        run()
    return found


def _noting(path: str, found: list[tuple[str, Module, Any]]) -> Any:
    def hook(module: Module, inputs: Any, output: Any) -> None:
        known = [*inputs, *(seen for _, _, seen in found)]
        if not any(output is other for other in known):
            found.append((path, module, output))

    return hook


def _kind(model: Any) -> str:
    return "a function" if callable(model) else type(model).__name__


def outputs_by_module(owner: str, model: Any, inputs: Any, axes: int) -> list[tuple[str, str, Any]]:
    """Run a model in evaluation and return what its modules put out, with their paths and kinds.

    Parameters
    ----------
    owner : str
    model : Module
    inputs : array, (N, ...)
    axes : int
        Only outputs with so many axes, and N as the first, are returned.

    Raises
    ------
    autograd.OptionError
        If there are none, or one is not finite.
    """
    with borrowed(model), ag.no_grad():
        seen = recorded(owner, model, lambda: model(inputs))
    found = []
    for path, module, output in seen:
        shape: tuple[int, ...] = getattr(output, "shape", ())
        if len(shape) == axes and shape[0] == len(inputs) and output.size:
            array = ag.tensor(output).numpy()
            check_finite(owner, array, f"the outputs of {path or 'the model'}")
            found.append((path, type(module).__name__, array))
    if not found:
        wanted = {2: "(N, units)", 4: "(N, C, H, W)"}[axes]
        raise ag.OptionError(
            f"{owner}: no module in the model returns {wanted}; its parts must be modules, as in "
            "nn.Sequential"
        )
    return found
