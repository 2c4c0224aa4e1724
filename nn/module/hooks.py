"""What a registration returns: a handle that ends it."""

from __future__ import annotations

from collections.abc import Callable

from autograd.core.blocks import restoring


class Handle(restoring["Handle"]):
    """What `Module.register_forward_hook` returns: it removes the hook again."""

    def __init__(self, remove: Callable[[], None]) -> None:
        self._undo = remove

    def remove(self) -> None:
        """Remove the hook; a second time does nothing."""
        self._undo()

    def __enter__(self) -> Handle:
        return self
