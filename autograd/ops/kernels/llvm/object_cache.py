"""Compiled code on the disk, so that a kernel is compiled once for a processor.

A file is named by the digest of what its code was made from: the text in LLVM's language, the
processor with its features, and the version of LLVM.  Compiled code is run, so a file is read only
if the user alone can have written it: it and its folder belong to the user and cannot
be written to by others, and its content has the digest that it begins with.  Files are written
atomically, so that another process finds a whole one or none.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from autograd.core.messages import plain
from autograd.errors import GlassgradError

FOLDER = "GLASSGRAD_CACHE"  # the environment variable that names another folder; "" for none
DIGEST = sha256().digest_size
MOST = 1 << 28  # bytes of all files, of which the oldest are removed then


def folder() -> Path | None:
    """Return where compiled code is kept, or None if nowhere."""
    if FOLDER in os.environ:
        return Path(os.environ[FOLDER]).expanduser() if os.environ[FOLDER] else None
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        root = "~/Library/Caches"
    else:
        root = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        return Path(root or "~").expanduser() / "glassgrad" / "kernels"
    except RuntimeError:  # the user has no home
        return None


def key_of(*parts: str) -> str:
    """Return the name of the file for code that is made from these texts."""
    return sha256("\0".join(parts).encode()).hexdigest()


def read(key: str) -> bytes | None:
    """Return the code of a file; None if there is no such file that can be relied on."""
    place = folder()
    if place is None:
        return None
    try:
        with (place / key).open("rb") as file:
            if not (_is_ours(os.stat(place)) and _is_ours(os.fstat(file.fileno()))):
                return None
            content = file.read()
    except OSError:
        return None
    digest, code = content[:DIGEST], content[DIGEST:]
    return code if sha256(code).digest() == digest else None


def write(key: str, code: bytes) -> None:
    """Keep code in a file; without one, if the folder cannot be written to."""
    place = folder()
    if place is None:
        return
    from autograd.core.files import write_file  # which loads more than is needed to read

    with suppress(OSError, GlassgradError):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_ours(os.stat(place)):
            write_file("kernels", place / key, sha256(code).digest() + code, GlassgradError)
            _trim(place)


@cache
def _trim(place: Path) -> None:
    """Remove the oldest files if all together are too large; once in a process."""
    with os.scandir(place) as entries:
        files = [(entry.stat().st_mtime, entry.stat().st_size, entry.path) for entry in entries]
    left = sum(size for _, size, _ in files)
    for _, size, path in sorted(files if left > MOST else []):
        if left > MOST // 2:
            os.unlink(path)
            left -= size


def trouble() -> str:
    """Say why compiled code is not kept, if it is wanted; "" if it is kept, or not wanted."""
    place = folder()
    if place is None:
        return ""
    while not os.path.exists(place):  # it will be made
        place = place.parent
    if not place.is_dir():
        return f" (nothing is kept: {plain(str(place))} is not a folder)"
    if place == folder() and not _is_ours(os.stat(place)):
        return f" (nothing is kept: others can write to {plain(str(place))})"
    if not os.access(place, os.W_OK):
        return f" (nothing is kept: {plain(str(place))} cannot be written to)"
    return ""


def _is_ours(found: os.stat_result) -> bool:
    """Return whether only this user can have written a file or folder."""
    if not hasattr(os, "geteuid"):  # on Windows, the folder of a user is the user's alone
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
