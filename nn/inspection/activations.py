"""What a module inside a model puts out, and one activation of it."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd.core.messages import one_line
from nn.checks import at_least_zero
from nn.inspection.preserve import Model, check_finite, check_model, preserved
from nn.module import Module


def part_of(owner: str, model: Model, module: str | Module | None) -> Any:
    """Return a part of a model, given it or its path; the model itself for None."""
    check_model(owner, model)
    parts = dict(model.named_modules()) if isinstance(model, Module) else {}
    if module is None or module is model:
        return model
    if isinstance(module, Module) and module in parts.values():
        return module
    if isinstance(module, str) and module in parts:
        return parts[module]
    names = one_line(", ".join(filter(None, parts)), 200, str) or "none; leave module out"
    raise ag.OptionError(
        f"{owner}: module={one_line(module)} is not a part of the model; its parts are {names}"
    )


def path_of(model: Model, module: str | Module | None) -> str:
    """Return the path of a part of a model; nothing for the model itself."""
    if isinstance(module, str):
        return module
    parts = model.named_modules() if isinstance(model, Module) else ()
    return next((path for path, part in parts if part is module), "")


def entered(model: Model, images: ag.Array) -> ag.Tensor:
    """Return images as a leaf, of the dtype of the model."""
    learned = model.parameters() if isinstance(model, Module) else ()
    return ag.tensor(images, next((p.dtype for p in learned), images.dtype), requires_grad=True)


def output_of(owner: str, model: Model, x: ag.Tensor, part: Any) -> Any:
    """Run a model in evaluation mode, and return what a part of it puts out, (N, channels, ...).

    Of a part that runs several times it is the last output.

    Raises
    ------
    autograd.OptionError
        If the part does not run, or an output is not finite.
    autograd.ShapeError
        If there is not one row for each input.
    """
    found: list[Any] = []
    with preserved(model):
        if part is model:
            found.append(model(x))
        else:
            with part.register_forward_hook(lambda _, inputs, output: found.append(output)):
                model(x)
    if not found:
        raise ag.OptionError(f"{owner}: this module did not run; choose one that the model calls")
    shape: Any = getattr(found[-1], "shape", type(found[-1]).__name__)
    if isinstance(shape, str) or len(shape) < 2 or shape[0] != len(x):
        raise ag.ShapeError(
            f"{owner}: it returned {shape} of {x.shape}, and not (N, channels, ...)"
        )
    check_finite(owner, ag.tensor(found[-1]).numpy(), "the activations")
    return found[-1]


def recorded_output(owner: str, model: Model, x: ag.Tensor, part: Any) -> ag.Tensor:
    """Return the same, and refuse what cannot be differentiated."""
    output: ag.Tensor = output_of(owner, model, x, part)
    if not getattr(output, "requires_grad", False):
        raise ag.GradientError(
            f"{owner}: the activations do not depend on the images, or nothing was recorded; call "
            "it outside ag.no_grad()"
        )
    return output


def index_of(
    owner: str, shape: tuple[int, ...], channel: int | None, position: tuple[int, ...] | None
) -> tuple[int | slice, ...]:
    """Return the index of some activations, (channels, ...): all along an axis that is not chosen.

    Examples
    --------
    >>> from nn.inspection.activations import index_of
    >>> index_of("backproject", (16, 8, 8), None, (2, 3))
    (slice(None, None, None), 2, 3)
    """
    free = (None,) * (len(shape) - 1)
    if position is not None and (not isinstance(position, tuple) or len(position) != len(free)):
        raise ag.OptionError(
            f"{owner}: position={one_line(position)} must be a tuple of {len(free)}; the module "
            f"returned {shape} of the image"
        )
    names = ("channel", *["position"] * len(free))
    wanted = zip(names, (channel, *(position or free)), shape, strict=True)
    return tuple(_index(owner, name, i, size) for name, i, size in wanted)


def _index(owner: str, name: str, i: int | None, size: int) -> int | slice:
    if i is None:
        return slice(None)
    at_least_zero(owner, **{name: i})
    if i >= size:
        raise ag.OptionError(f"{owner}: {name}={i} is too large; it goes from 0 to {size - 1}")
    return int(i)


def strongest(output: ag.Array, index: tuple[int | slice, ...]) -> tuple[int, ...]:
    """Return the place of the largest of some activations; of equal ones, of the first.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.inspection.activations import strongest
    >>> strongest(np.array([[1.0, 2.0], [4.0, 3.0]]), (slice(None), 1))
    (1, 1)
    """
    candidates = np.full(output.shape, -np.inf)
    candidates[index] = output[index]
    return tuple(map(int, np.unravel_index(candidates.argmax(), output.shape)))
