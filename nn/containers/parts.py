"""What containers hold: modules or parameters, and nothing else."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.module import Module
from nn.parameter import Parameter


def checked_module(owner: Module, part: Any) -> Module:
    """Return a part that is a module; refuse anything else, and the owner itself."""
    kind = type(owner).__name__
    if not isinstance(part, Module):
        raise ag.OptionError(
            f"{kind}: holds modules, not {type(part).__name__}; "
            "for a function use the module of that name, such as nn.ReLU()"
        )
    if part is owner:
        raise ag.OptionError(f"{kind}: a module cannot hold itself")
    return part


def as_parameter(owner: Module, part: Any) -> Parameter:
    """Return a parameter as it is, and a Tensor, an array or numbers as a new parameter."""
    if isinstance(part, Parameter):
        return part
    if part is None or isinstance(part, (str, Module)):
        raise ag.OptionError(
            f"{type(owner).__name__}: holds parameters, not {type(part).__name__}; "
            "modules belong into nn.ModuleList or nn.ModuleDict"
        )
    return Parameter(part)


def parameters_in(owner: Module) -> list[tuple[str, Any]]:
    """Return the parameters that are attributes, with their names."""
    return [(name, p) for name, p in vars(owner).items() if isinstance(p, Parameter)]


def shapes_of(owner: Module) -> str:
    """Return the names of parameters with their shapes, for `repr`."""
    return ", ".join(f"({name}): {p.shape}" for name, p in parameters_in(owner))
