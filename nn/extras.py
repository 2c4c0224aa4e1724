"""Packages that not everybody needs: imported where they are used, or named if they are missing."""

from __future__ import annotations

import importlib
from typing import Any

import autograd as ag


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
    except ModuleNotFoundError as error:
        if (error.name or module).partition(".")[0] != module.partition(".")[0]:
            raise  # it is there, and lacks something itself
        raise ag.MissingError(
            f"{task}: needs the package {package}; pip install 'glassgrad[{extra}]'"
        ) from None
