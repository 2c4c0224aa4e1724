"""A public function made of primitives: every call is a scope, and every mistake is one line."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from autograd.core.calls import checked
from autograd.core.context import open_blocks, scoped_copy
from autograd.core.float16 import FLOAT16, computed_in_float32

F = TypeVar("F", bound=Callable[..., Any])


def composition(f: F) -> F:
    """Make a function of primitives public: give every call a scope, and every mistake a name.

    It does what `autograd.scope` does, in a way that suits a function: the call runs in a copy of
    the context, which Python leaves when the call ends, however it ends.  What is given in float16
    is computed in float32.
    """
    named = checked(f)

    @wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        state, inside = scoped_copy(f.__name__)
        try:
            first = args[0] if args else next(iter(kwargs.values()), None)
            if getattr(getattr(first, "_value", first), "dtype", None) is FLOAT16:
                return inside.run(computed_in_float32, named, args, kwargs)
            return inside.run(named, *args, **kwargs)
        finally:
            open_blocks.discard(state.key)  # a traceback may keep the context for long

    return call  # type: ignore[return-value]
