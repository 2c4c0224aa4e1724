"""Files that are complete or not there.

A file that is written over can be lost: a run may be killed in the middle, or the disk be full.
So the new one is written beside the old one and then takes its name, which the system does in one
step.
"""

from __future__ import annotations

import errno
import glob
import os
import secrets
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import autograd as ag
from autograd.core.messages import one_line

# Letters of its name in that of a part: a name may have 255 bytes, and a letter takes up to 4.
LONGEST = 50
PART = ".part"
LEFT = 60.0  # seconds after which nobody writes to a part any more


def write_whole(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file so that, at every moment, either the old one is there or the new one.

    Raises
    ------
    OSError
        If it cannot be written; the old one is as it was.
    """
    target = Path(os.path.realpath(path))  # a link stays one
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(target.parent))
    beside = target.with_name(_beginning(target.name) + secrets.token_hex(8) + PART)
    try:
        with open(beside, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            beside.chmod(target.stat().st_mode)
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def remove_parts(path: str | os.PathLike[str]) -> None:
    """Remove what runs that were killed while they wrote this file have left beside it."""
    target = Path(os.path.realpath(path))
    for other in target.parent.glob(f"{glob.escape(_beginning(target.name))}*{PART}"):
        with suppress(OSError):
            if time.time() - other.stat().st_mtime > LEFT:
                other.unlink()


def _beginning(name: str) -> str:
    return f".{name[:LONGEST]}.{zlib.crc32(name.encode()):08x}."


def as_path(owner: str, given: Any) -> Path:
    """Read a path; an integer is none, though Python would open it.

    Examples
    --------
    >>> as_path("read_idx", 0)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: read_idx: takes a path, not int
    """
    try:
        path = Path(given)
    except TypeError:
        raise ag.OptionError(f"{owner}: takes a path, not {type(given).__name__}") from None
    if "\0" in str(path):
        raise ag.OptionError(f"{owner}: no path has a null character: {one_line(given)}")
    return path
