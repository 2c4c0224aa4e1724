"""What to write instead: calls and names that a module does not have, mostly those of PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import Parameter as Argument
from inspect import Signature, signature
from typing import Any

import numpy as np

import autograd as ag
from autograd.core import other_names
from autograd.core.messages import one_line
from nn.other_names.module import ARGUMENTS, INPLACE, MODULE, WITH_INPLACE


def made_wrongly(
    kind: type, error: TypeError, args: tuple[Any, ...], options: Mapping[str, Any]
) -> ag.UnsupportedError:
    """Return the error of arguments that a module cannot be made with."""
    remedy = next((f"; {ARGUMENTS[name]}" for name in options if name in ARGUMENTS), "")
    if any(isinstance(x, (ag.Tensor, np.ndarray)) for x in args):
        remedy = f"; {given_a_batch(kind)}"
    elif args and isinstance(args[-1], bool) and kind.__name__ in WITH_INPLACE:
        remedy = f"; inplace: {INPLACE}"
    return ag.UnsupportedError(f"{kind.__name__}{_listed(signature(kind))}: {error}{remedy}")


def given_a_batch(kind: type) -> str:
    """Return what to write where a module is made with what it is called with."""
    values = ", ".join(list(signature(kind.forward).parameters)[1:])  # type: ignore[attr-defined]
    needed = any(p.default is p.empty for p in signature(kind).parameters.values())
    name = f"nn.{kind.__name__}" if kind.__module__.startswith("nn.") else kind.__name__
    return f"a batch is given once it is made: {name}({'...' if needed else ''})({values})"


def missing(module: object, name: str) -> AttributeError:
    """Return the error of an attribute that a module does not have."""
    return other_names.missing(f"{type(module).__name__!r} object", name, MODULE, dir(module))


def called_wrongly(
    module: Any, inputs: tuple[Any, ...], options: Mapping[str, Any]
) -> ag.UnsupportedError | None:
    """Return the error of a call that does not fit `forward`; None if it does fit."""
    try:
        known = signature(module.forward)
    except (TypeError, ValueError):  # a function of C, which has none
        return None
    try:
        known.bind(*inputs, **options)
    except TypeError as error:
        return ag.UnsupportedError(f"forward{_listed(known)}: {error}{_remedy(known, options)}")
    return None


def _listed(known: Signature) -> str:
    """Return the arguments without their annotations."""
    plain = [p.replace(annotation=Argument.empty) for p in known.parameters.values()]
    return one_line(Signature(plain), 120, str)


def _remedy(known: Signature, options: Mapping[str, Any]) -> str:
    if "input" in options and "input" not in known.parameters:
        first = next(iter(known.parameters), "x")
        return f"; what PyTorch calls input is {first} here, or give it by position"
    return ""
