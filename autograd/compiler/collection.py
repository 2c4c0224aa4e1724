"""No garbage collection while a program is made.

Python's collector runs after so many new objects, and goes through all objects there are.  A
capture makes hundreds of thousands that all stay, so that it would go through them again and again:
a third of the time, for nothing, as graphs have no reference cycles.
"""

from __future__ import annotations

import gc

from autograd.core.blocks import restoring


def collection_paused() -> restoring[None]:
    """Pause garbage collection in a block, if it is on.

    Examples
    --------
    >>> import gc
    >>> from autograd.compiler.collection import collection_paused
    >>> with collection_paused():
    ...     print(gc.isenabled())
    False
    >>> gc.isenabled()
    True
    """
    return restoring(gc.disable, gc.enable if gc.isenabled() else gc.disable)
