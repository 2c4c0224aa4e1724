"""Files: written atomically, and only where a regular file is or will be.

A file that is written over can be lost: the program may be killed in the middle, or the disk be
full.  So `write_file`

1. writes the new content to a *part*, a file beside the old one that has the permissions of the old
   one from its first byte on;
2. flushes the part to the disk;
3. renames it to the old one's name, which the system does in one step.

At every moment the old file is there, or the new one.  A symbolic link stays one: the file that it
leads to is replaced.  A FIFO, a device, a socket or a directory is refused: replacing it would
destroy it, and reading a FIFO would wait for a writer.

Every function takes the name of its caller, which begins the messages, and the caller's class of
errors; the texts are made here.
"""

from __future__ import annotations

import errno
import glob
import os
import secrets
import stat
import time
import zlib
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from autograd.core.messages import one_line, plain
from autograd.errors import GlassgradError

PathLike: TypeAlias = str | os.PathLike[str]

LONGEST = 50  # letters of its name in that of a part: a name may have 255 bytes, a letter up to 4
PART = ".part"
ABANDONED = 60.0  # seconds after which a part is taken for that of a killed program
PERMISSIONS = 0o777
NEW = 0o666  # permissions of a new file, of which the system takes away those of the umask
KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
    stat.S_IFSOCK: "a socket",
}


def as_path(owner: str, given: object, refusal: type[GlassgradError]) -> Path:
    """Read a path; an integer is refused, though Python would open it.

    Examples
    --------
    >>> from autograd.core.files import as_path
    >>> from autograd.errors import DrawingError
    >>> as_path("save", 0, DrawingError)
    Traceback (most recent call last):
        ...
    autograd.errors.DrawingError: save: takes a path, not int
    """
    try:
        path = Path(given)  # type: ignore[arg-type]
    except TypeError:
        raise refusal(f"{owner}: takes a path, not {type(given).__name__}") from None
    if "\0" in str(path):
        raise refusal(f"{owner}: a path cannot contain a null character: {one_line(given)}")
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        raise refusal(f"{owner}: {one_line(given)} cannot be the name of a file here") from None
    return path


def shown(path: PathLike) -> str:
    """Return a path for a message: on one line, whatever its name contains."""
    return plain(str(path))


def check_regular(owner: str, path: PathLike, refusal: type[GlassgradError]) -> None:
    """Refuse a path that leads to anything but a regular file, or nothing."""
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return  # nothing is there, or it cannot be reached, as opening it will say
    if not stat.S_ISREG(mode):
        kind = KINDS.get(stat.S_IFMT(mode), "a special file")
        raise refusal(f"{owner}: {shown(path)} is {kind}; give the path of a regular file")


def write_file(
    owner: str, path: PathLike, content: bytes | str, refusal: type[GlassgradError]
) -> None:
    """Write a file atomically.

    Parameters
    ----------
    owner : str
        The function that writes.
    path : str or path
    content : bytes or str
        A text is encoded in UTF-8.
    refusal : class of errors

    Raises
    ------
    refusal
        If ``path`` is not a path, or leads to something else than a regular file.
    OSError
        If the file cannot be written; the old one is as it was.
    """
    given = as_path(owner, path, refusal)
    check_regular(owner, given, refusal)
    target = Path(os.path.realpath(given))  # behind all links
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(target.parent))
    part = target.with_name(_beginning(target.name) + secrets.token_hex(8) + PART)
    data = content.encode() if isinstance(content, str) else content
    try:
        _write_part(part, data, _permissions(target))
        os.replace(part, target)
    except OSError as error:  # which names the part, of which the caller knows nothing
        raise OSError(error.errno, error.strerror, str(given)) from None
    finally:
        with suppress(OSError):  # it has its new name, or was never made
            part.unlink()
    _remove_parts(target)


def save_file(
    owner: str, path: PathLike, content: bytes | str, refusal: type[GlassgradError]
) -> Path:
    """Write a file atomically and return its path; whatever fails is one line of the caller's."""
    target = as_path(owner, path, refusal)
    try:
        write_file(owner, target, content, refusal)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise refusal(f"{owner}: cannot write {shown(target)}: {reason}") from None
    return target


def _permissions(target: Path) -> int | None:
    """Return those of the old file; None if there is none."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if not os.access(target, os.W_OK):  # renaming would ask for the folder's permissions alone
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return mode & PERMISSIONS


def _write_part(part: Path, data: bytes, permissions: int | None) -> None:
    def create(name: str, flags: int) -> int:
        return os.open(name, flags, NEW if permissions is None else permissions)

    with open(part, "xb", opener=create) as file:
        if permissions is not None:
            part.chmod(permissions)  # those that the umask has taken away
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _remove_parts(target: Path) -> None:
    """Remove the parts that killed programs have left beside a file."""
    for part in target.parent.glob(f"{glob.escape(_beginning(target.name))}*{PART}"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > ABANDONED:
                part.unlink()


def _beginning(name: str) -> str:
    """Return how the names of a file's parts begin, which no other file's do."""
    return f".{name[:LONGEST]}.{zlib.crc32(os.fsencode(name)):08x}."
