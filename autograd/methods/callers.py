"""Which function of another library is running: it is what a user called, and an error names it.

A library reads a tensor as an array or a number somewhere deep inside, and Python tells it no more
than that an array is wanted.  So when a message has to be written, the frames of the calls say who
wants it.
"""

from __future__ import annotations

import sys
from types import FrameType

LIBRARIES = frozenset({"jax", "matplotlib", "numpy", "pandas", "scipy", "sklearn", "torch"})
DEPTH = 2  # of a public module, as scipy.special


def caller() -> str | None:
    """Return the public function of a library that the running code was called by, if one was."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _package(frame) == "autograd":
        frame = frame.f_back
    if frame is None or _package(frame) not in LIBRARIES:
        return None
    library, found = _package(frame), None
    while frame is not None and _package(frame) == library:
        found = _public_name(frame) or found
        frame = frame.f_back
    return found


def _package(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _public_name(frame: FrameType) -> str | None:
    """Return ``np.mean`` for a frame of it: the shortest module that has the function."""
    first, *rest = frame.f_code.co_qualname.split(".")  # a class and its method, or a function
    parts = str(frame.f_globals["__name__"]).split(".")
    for length in range(1, min(len(parts), DEPTH) + 1):
        module = ".".join(parts[:length])
        if any(part.startswith("_") for part in (*parts[:length], first)):
            return None
        if callable(getattr(sys.modules.get(module), first, None)):
            method = [name for name in rest if not name.startswith("_")]
            return ".".join([module.replace("numpy", "np"), first, *method])
    return None
