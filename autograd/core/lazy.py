"""Names of a package that are imported when they are first used: most programs need few of them.

A package has a table of such names, each with its module, and reads it in its ``__getattr__``
(PEP 562).  Once imported, a name is an ordinary attribute of the package.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping


def loaded(package: str, name: str, homes: Mapping[str, str]) -> object:
    """Import a name from its module, or the module itself, and give it to the package.

    Examples
    --------
    >>> from autograd.core.lazy import loaded
    >>> loaded("autograd", "draw", {"draw": "autograd.viz.drawing.pipeline"}).__name__
    'draw'
    """
    home = homes[name]
    module = importlib.import_module(home)
    value: object = module if home == f"{package}.{name}" else getattr(module, name)
    setattr(sys.modules[package], name, value)
    return value
