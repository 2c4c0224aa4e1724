"""What an attribute of a module may be: what would break the module later is refused.

The parts of a network, which are modules and parameters, are found by looking at the attributes of
its modules.  So a part must be an attribute itself, and its name must be one step of a path.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any
from weakref import ProxyTypes

import autograd as ag
from nn.parameter import Parameter

Kinds = tuple[type, ...]

PROXIES = ProxyTypes  # the types of weak references that stand for what they refer to
TAKEN = "this is the name of something that every module has; take another"


def check_attribute(
    module: object, name: str, value: object, parts: Kinds, taken: Mapping[str, str]
) -> None:
    """Refuse an attribute whose name or value cannot be.

    Parameters
    ----------
    module : Module
        The owner.
    name : str
    value
        What is to be assigned.
    parts : tuple of type
        The types of parts.
    taken : dict from str to str
        Names that no attribute may have, and why.

    Raises
    ------
    autograd.OptionError
    """
    place = f"{type(module).__name__}.{name}"
    part = isinstance(value, parts)
    if name in taken or (part and name == "forward"):
        raise ag.OptionError(f"{place}: {taken.get(name, TAKEN)}")
    if part and (not name or "." in name):
        raise ag.OptionError(f"{place}: the name {name!r} of a part must be one without dots")
    if isinstance(vars(module).get(name), Parameter) and not isinstance(
        value, (Parameter, NoneType)
    ):
        raise ag.OptionError(
            f"{place}: a parameter is replaced by nn.Parameter(...) or None, and its numbers "
            f"by {name}.data = ..., not by a {type(value).__name__}"
        )
    leaf = isinstance(value, ag.Tensor) and value.is_leaf and value.requires_grad
    if leaf and not isinstance(value, Parameter):
        raise ag.OptionError(
            f"{place}: a Tensor that requires a gradient is learned if it is made by "
            "nn.Parameter(...); for a constant, use .detach()"
        )


def referent(x: Any) -> Any:
    """Return what a weak proxy stands for, and anything else as it is."""
    if type(x) not in PROXIES:
        return x
    try:
        return x.__reduce_ex__.__self__  # of a method, which is bound to it
    except ReferenceError:
        return None
