"""Files that are complete or not there, and packages that are installed or named.

A file that is written over can be lost: a run may be killed in the middle, or the disk be full.
So the new one is written beside the old one and then takes its name, which the system does in one
step.
"""

from __future__ import annotations

import errno
import importlib
import os
import secrets
from pathlib import Path
from typing import Any

import autograd as ag


def write_whole(path: str | os.PathLike[str], content: bytes) -> Path:
    """Write a file so that, at every moment, either the old one is there or the new one.

    Returns
    -------
    Path
        Where it was written: a link stays one.

    Raises
    ------
    OSError
        If it cannot be written; the old one is as it was.
    """
    target = Path(os.path.realpath(path))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(target.parent))
    beside = target.with_name(f".{target.name[:50]}.{secrets.token_hex(8)}.part")
    try:
        with open(beside, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return target


def remove_parts(path: str | os.PathLike[str]) -> None:
    """Remove what a run that was killed while it wrote this file has left beside it."""
    target = Path(os.path.realpath(path))
    beginning = f".{target.name[:50]}."
    for other in target.parent.iterdir():
        name = other.name
        if (
            name.startswith(beginning)
            and name.endswith(".part")
            and len(name) - len(beginning) == 21
        ):
            other.unlink(missing_ok=True)


def needed(task: str, module: str, package: str, extra: str) -> Any:
    """Import a package that not everybody needs.

    Parameters
    ----------
    task : str
        What it is needed for; it begins the message.
    module : str
        What to import.
    package : str
        What it is called where it is installed from.
    extra : str
        The extra of this project that brings it.

    Raises
    ------
    autograd.MissingError
        If it is not installed; the message says how to get it.

    Examples
    --------
    >>> needed("fit", "no_such", "no_such", "progress")
    Traceback (most recent call last):
        ...
    autograd.errors.MissingError: fit: needs the package no_such; pip install 'glassgrad[progress]'
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        raise ag.MissingError(
            f"{task}: needs the package {package}; pip install 'glassgrad[{extra}]'"
        ) from None
