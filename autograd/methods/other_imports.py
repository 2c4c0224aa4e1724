"""Imports of names of other libraries: ``import nn.functional``, ``from nn import Dense``.

Where a package does not have a name, its attribute says what to write, but an import only that the
name cannot be imported: after the `AttributeError` Python looks for a module of that name.  So a
finder stands behind all others, and sees only names that no other has found.  It reads the
attribute of the package, and raises the error of the import with its text.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from types import ModuleType

PACKAGES = ("autograd.", "nn.")


class LastFinder:
    """Finds no module; of a name that a package has an advice for, it raises the error."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> None:
        """Raise the error of an import with the advice; return None for all others.

        `importlib.util.find_spec`, which imports nothing, gets None.
        """
        if name.startswith(PACKAGES) and _is_imported():
            package, _, last = name.rpartition(".")
            text = _advice(sys.modules.get(package), last)
            if text:
                # Not with name=: Python passes over the error of a module whose name is the one
                # after "import", as one that may be an attribute.
                raise ModuleNotFoundError(text)


def prepare() -> None:
    """Put the finder behind all others."""
    sys.meta_path.append(LastFinder())


def _is_imported() -> bool:
    """Return whether an import called the finder: its caller's caller is within `importlib`."""
    frame = sys._getframe(2).f_back
    return frame is not None and frame.f_code.co_name == "_find_and_load_unlocked"


def _advice(package: ModuleType | None, name: str) -> str:
    """Return what a package says about an attribute, if that is more than that there is none."""
    if name.startswith("_"):
        return ""
    try:
        getattr(package, name)
    except AttributeError as error:
        return str(error) if "; " in str(error) else ""
    return ""
