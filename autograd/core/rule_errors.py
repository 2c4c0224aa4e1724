"""What to raise where a rule fails: one line with the operation, the shapes and the reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.core.calls import PLAIN_ERRORS, renamed
from autograd.core.messages import one_line
from autograd.core.primitive import Primitive
from autograd.errors import (
    DTypeError,
    GlassgradError,
    GradientError,
    IndexingError,
    RuleError,
    ShapeError,
    UnsupportedError,
)

# What a forward rule raises if it is given something that it cannot compute with.
FORWARD_ERRORS = (*PLAIN_ERRORS, GradientError)
# What a VJP rule with a mistake in it raises.
VJP_ERRORS = PLAIN_ERRORS


def explained(
    primitive: Primitive, values: Sequence[Any], params: Mapping[str, Any], error: Exception
) -> Exception:
    """Return what to raise for an error of a forward rule; one that explains itself stays."""
    if isinstance(error, (GlassgradError, np.linalg.LinAlgError)):
        # A check (`autograd.core.capturing`) says itself which function it is for.
        return error if "check" in params else renamed(error, primitive.name)
    shapes = " and ".join(str(np.shape(x)) for x in values) or "no input"
    if primitive.elementwise and not _broadcast(values):
        return ShapeError(
            f"{primitive.name}: shapes {shapes} do not broadcast; "
            "counted from the last axis, lengths must be equal or 1"
        )
    given = "".join(f", {key}={one_line(value)}" for key, value in params.items())
    reason = one_line(error, 200, str).replace("numpy.newaxis (`None`)", "`None`")
    reason = reason.replace("newaxis", "-1")  # as NumPy calls it in a shape
    if isinstance(error, IndexError) and not isinstance(error, np.exceptions.AxisError):
        return IndexingError(f"{primitive.name}: shape {shapes}: {reason}")
    if isinstance(error, (TypeError, OverflowError)):
        dtypes = " and ".join(str(np.asarray(x).dtype) for x in values)
        kind: type[GlassgradError] = UnsupportedError if params else DTypeError
        return kind(f"{primitive.name}: shape {shapes}, dtype {dtypes}{given}: {reason}")
    return ShapeError(f"{primitive.name}: shape {shapes}{given}: {reason}")


def _broadcast(values: Sequence[Any]) -> bool:
    try:
        np.broadcast_shapes(*(np.shape(x) for x in values))
    except ValueError:
        return False
    return True


def rule_failed(primitive: Primitive, which: str, error: Exception) -> Exception:
    """Return what to raise for an error of a VJP rule."""
    if isinstance(error, np.linalg.LinAlgError):
        return error
    return RuleError(f"{primitive.name}: {which} failed: {one_line(error, 200, str)}")


def describe(x: object) -> str:
    """Return what something is, for a message that refuses it."""
    return "None" if x is None else f"the {type(x).__name__} {one_line(x)}"
