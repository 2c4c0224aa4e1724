"""The operation that failed: what an error that leaves a debug block says of where it was raised.

A shape error names two shapes, but not where they come from.  The traceback has the answer as long
as the error is on its way: its innermost frames are those of the engine, and their arguments are
the tensors that did not fit.  They are kept with the error, and so is the graph behind them, which
`autograd.draw` draws.  Nothing is looked at unless an error leaves a block that has a guard.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from autograd.core.primitive import Primitive
from autograd.core.scopes import Scope
from autograd.core.source_location import Place, place_in, place_of_caller
from autograd.core.tensor import NO_PARAMS, Tensor
from autograd.errors import GlassgradError

SEE_IT = "; see it: ag.draw(error)"

# Where operations are computed, and layers made of them; and where a backward pass runs.
OPERATIONS = (
    *("autograd.core", "autograd.functions", "autograd.linalg", "autograd.methods"),
    *("autograd.ops", "nn.checks", "nn.containers", "nn.layers", "nn.losses", "nn.models"),
)
BACKWARD = ("autograd.core.backward", "autograd.core.gradients")


@dataclass(frozen=True, slots=True, eq=False)
class FailedOperation:
    """An operation that raised an error instead of returning a value.

    Attributes
    ----------
    name : str
    primitive : Primitive or None
        None where a check of a composed function or a layer raised.
    inputs : tuple
        Its tensors, arrays and numbers in order.
    params : dict
        The further arguments of a primitive.
    scope : Scope or None
        The named region in which it was called.
    place : Place or None
        The line of the user's code that called it.
    """

    name: str
    primitive: Primitive | None
    inputs: tuple[Any, ...]
    params: dict[str, Any]
    scope: Scope | None
    place: Place | None


def attach(error: BaseException, scope: Scope | None) -> None:
    """Let an error of an operation carry that operation, and say so."""
    if not isinstance(error, GlassgradError) or error.operation is not None or not error.args:
        return
    operation = _find(error, scope)
    if operation is not None:
        error.operation = operation
        message = str(error.args[0]).removesuffix(SEE_IT)
        error.args = (error.safe(message + SEE_IT), *error.args[1:])


def _find(error: GlassgradError, scope: Scope | None) -> FailedOperation | None:
    """Find the innermost call of the engine that was given a tensor."""
    frames = list(_frames(error.__traceback__))
    modules = [str(frame.f_globals.get("__name__")) for frame in frames]
    if not modules or not modules[-1].startswith(OPERATIONS) or any(m in BACKWARD for m in modules):
        return None
    calls = zip(reversed(frames), reversed(modules), strict=True)
    for frame, _ in takewhile(lambda call: call[1].startswith(OPERATIONS), calls):
        primitive, inputs = _call(frame)
        if any(isinstance(x, Tensor) for x in inputs):
            name, colon, _ = str(error.args[0]).partition(": ")
            named = name if colon and len(name) < 40 else frame.f_code.co_name
            place = place_in(error.__traceback__) or place_of_caller()
            params = frame.f_locals.get("params") if primitive else None
            return FailedOperation(named, primitive, inputs, params or NO_PARAMS, scope, place)
    return None


def _frames(traceback: TracebackType | None) -> Iterator[FrameType]:
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


def _call(frame: FrameType) -> tuple[Primitive | None, tuple[Any, ...]]:
    """Return the primitive that a frame applies, if it does, and the arrays that it was given."""
    values, code = frame.f_locals, frame.f_code
    primitive = values.get("primitive")
    if isinstance(primitive, Primitive) and isinstance(values.get("inputs"), tuple):
        return primitive, tuple(_arrays(values["inputs"]))
    count = code.co_argcount + bool(code.co_flags & 0x04)  # with *args
    names = code.co_varnames[: code.co_argcount]
    if count > code.co_argcount:
        names += (code.co_varnames[code.co_argcount + code.co_kwonlyargcount],)
    given = tuple(_arrays([values[name] for name in names if name in values]))
    return (primitive if isinstance(primitive, Primitive) else None), given


def _arrays(value: Any) -> Iterator[Any]:
    """Yield the tensors, and the arrays and numbers of reals, in nested lists."""
    if isinstance(value, (tuple, list)):
        for part in value:
            yield from _arrays(part)
    elif isinstance(value, (np.ndarray, np.generic)):
        if value.dtype.kind in "fiub":
            yield value
    elif isinstance(value, (Tensor, float)):
        yield value
