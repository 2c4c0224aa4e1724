"""What a registration returns: a handle that ends it."""

from __future__ import annotations

from collections.abc import Callable


class Handle:
    """What `Module.register_forward_hook` returns: it removes the hook again."""

    def __init__(self, remove: Callable[[], None]) -> None:
        self._remove = remove

    def remove(self) -> None:
        """Remove the hook; a second time does nothing."""
        self._remove()

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()
