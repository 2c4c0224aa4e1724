"""``with`` statements whose end cannot be missed, wherever Ctrl-C arrives.

An interrupt may arrive between any two instructions: after ``__enter__`` has changed something and
before Python has noted that ``__exit__`` is to be called, or inside ``__exit__`` before it has
changed it back.  A flag that was set would then stay set for good.

One thing Python does in every case: when a ``with`` statement is left, in whatever way, it drops
its reference to ``__exit__``.  So each statement gets an ``__exit__`` of its own, an object to
which nothing else refers, and a weak reference tells when it is gone.  Then the block has ended.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial, wraps
from typing import Any, Generic, ParamSpec, TypeVar
from weakref import ref

P = ParamSpec("P")
T = TypeVar("T")
Leave = Callable[..., Any]


class Exit(property):
    """An ``__exit__`` that is made anew for each ``with`` statement.

    It decorates the method that makes it.  Where the class is asked instead of an object, as by
    `contextlib.ExitStack`, it is made and called at once.
    """

    def __call__(self, manager: Any, *exception: Any) -> Any:
        """End the block of a manager."""
        leave: Leave = self.fget(manager)  # type: ignore[misc]
        return leave(*exception)


class restoring(Generic[T]):
    """Change something for a block, and change it back at its end.

    Parameters
    ----------
    change : callable
        What it returns is what ``as`` gets.
    undo : callable
        It must give the same result if it is run twice: it is run again if it was interrupted, and
        also if ``change`` was.

    Examples
    --------
    >>> from autograd.core.blocks import restoring
    >>> modes = ["training"]
    >>> with restoring(lambda: modes.append("evaluation"), lambda: modes.__delitem__(slice(1, 2))):
    ...     print(modes)
    ['training', 'evaluation']
    >>> modes
    ['training']
    """

    _ended: ref[Leave] | None = None

    def __init__(self, change: Callable[[], T], undo: Callable[[], object]) -> None:
        self._change = change
        self._undo = undo

    def __enter__(self) -> T:
        return self._change()

    @Exit
    def __exit__(self) -> Leave:
        leave, undo = partial(_undo, self), self._undo
        self._ended = ref(leave, lambda _: undo())
        return leave


def _undo(block: restoring[Any], *exception: object) -> None:
    block._undo()
    block._ended = None  # it is complete


class _Generated(contextlib._GeneratorContextManager[T]):
    @Exit
    def __exit__(self) -> Leave:
        leave, generator = partial(_finish, self), self.gen
        self._ended = ref(leave, lambda _: generator.close())
        return leave


def _finish(block: _Generated[Any], *exception: Any) -> bool | None:
    done = contextlib._GeneratorContextManager.__exit__(block, *exception)
    del block._ended
    return done


def contextmanager(f: Callable[P, Iterator[T]]) -> Callable[P, _Generated[T]]:
    """Make a context manager of a generator, as `contextlib.contextmanager`, which always ends."""

    @wraps(f)
    def made(*args: P.args, **kwargs: P.kwargs) -> _Generated[T]:
        return _Generated(f, args, kwargs)  # type: ignore[arg-type]

    return made
