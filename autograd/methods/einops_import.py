"""einops gets a backend for tensors when it is imported, whichever of the two packages comes first.

It has no place to register at, and importing it here would cost every program that does not use it.
So a finder in `sys.meta_path` sees the import of one module of einops, removes itself, and adds our
backend when that module has run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

AWAITED = "einops._backends"


class Finder:
    """Finds one module, once, and has another loaded after it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return how the awaited module is loaded; None for all others."""
        if name != AWAITED:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def exec_module(module: ModuleType) -> None:
                run(module)
                _register(module)

            spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def prepare() -> None:
    """Add the backend now if einops is loaded, or else when it is."""
    if AWAITED in sys.modules:
        _register(sys.modules[AWAITED])
    else:
        sys.meta_path.insert(0, Finder())


def _register(module: ModuleType) -> None:
    from autograd.methods.einops_backend import register

    register(module.AbstractBackend)
