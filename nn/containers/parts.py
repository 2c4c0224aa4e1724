"""What containers hold: modules or parameters, and nothing else."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.module import Module
from nn.parameter import Parameter


class OfModules(Module):
    """A container whose parts are modules."""

    def _parts(self) -> list[tuple[str, Any]]:
        return list(self.named_children())

    def _checked(self, part: Any) -> Module:
        """Return a part that is a module; refuse anything else, and the container itself."""
        kind = type(self).__name__
        if not isinstance(part, Module):
            raise ag.OptionError(
                f"{kind}: holds modules, not {type(part).__name__}; "
                "for a function use the module of that name, such as nn.ReLU()"
            )
        if part is self:
            raise ag.OptionError(f"{kind}: a module cannot hold itself")
        return part


class OfParameters(Module):
    """A container whose parts are parameters."""

    def _parts(self) -> list[tuple[str, Any]]:
        return [(name, p) for name, p in vars(self).items() if isinstance(p, Parameter)]

    def _checked(self, part: Any) -> Parameter:
        """Return a parameter as it is, and a Tensor, an array or numbers as a new parameter."""
        if isinstance(part, Parameter):
            return part
        if part is None or isinstance(part, (str, Module)):
            raise ag.OptionError(
                f"{type(self).__name__}: holds parameters, not {type(part).__name__}; "
                "modules belong into nn.ModuleList or nn.ModuleDict"
            )
        return Parameter(part)

    def extra_repr(self) -> str:
        """Return the names of the parameters with their shapes."""
        return ", ".join(f"({name}): {p.shape}" for name, p in self._parts())
