"""Writing a file, with one line for what can go wrong."""

from __future__ import annotations

from pathlib import Path

from autograd.core.messages import one_line
from autograd.errors import DrawingError


def as_path(path: str | Path) -> Path:
    """Return a path, or refuse what is not one."""
    try:
        return Path(path)
    except TypeError:
        raise DrawingError(f"save: {one_line(path)} is not a path") from None


def write(path: Path, content: str | bytes) -> Path:
    """Write a file and return its path."""
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DrawingError(f"save: cannot write {one_line(path, 300, str)}: {reason}") from None
    return path
