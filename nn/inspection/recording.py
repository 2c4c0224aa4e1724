"""Watch the modules of a model while it runs: what each of them puts out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd as ag
from autograd.core.blocks import restoring
from nn.inspection.preserve import check_finite, preserved
from nn.module import Module


def recorded(owner: str, model: Module, run: Callable[[], object]) -> list[tuple[str, Module, Any]]:
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
        as `Sequential`, or just its input, such as dropout in evaluation mode, is passed over.
    """
    if not isinstance(model, Module):
        raise ag.OptionError(f"{owner}: takes a module, whose parts it shows, not {_kind(model)}")
    found: list[tuple[str, Module, Any]] = []
    hooks = [(part, _noting(path, found)) for path, part in model.named_modules()]

    def register() -> None:
        for part, hook in hooks:
            part.register_forward_hook(hook)

    def remove() -> None:
        for part, hook in hooks:
            part._remove_hook(hook)

    with restoring(register, remove):
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


def module_outputs(
    owner: str, model: Module, inputs: ag.Array, axes: int
) -> list[tuple[str, str, Any]]:
    """Return what the modules of a model put out in evaluation mode, with their paths and kinds.

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
    with preserved(model), ag.no_grad():
        seen = recorded(owner, model, lambda: model(ag.tensor(inputs)))
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
