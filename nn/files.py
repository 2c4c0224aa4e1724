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
from pathlib import Path

# Letters of its name in that of a part: a name may have 255 bytes, and a letter takes up to 4.
LONGEST = 50


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
    beside = target.with_name(_part(target.name[:LONGEST], secrets.token_hex(8)))
    try:
        with open(beside, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def remove_parts(path: str | os.PathLike[str]) -> None:
    """Remove what a run that was killed while it wrote this file has left beside it."""
    target = Path(os.path.realpath(path))
    for other in target.parent.glob(_part(glob.escape(target.name[:LONGEST]), "[0-9a-f]" * 16)):
        other.unlink(missing_ok=True)


def _part(name: str, token: str) -> str:
    return f".{name}.{token}.part"
