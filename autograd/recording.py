"""What is being recorded right now, and under which name.

Three things surround the code that makes a graph without being arguments of it: whether
applications are recorded at all (`no_grad`), the scope that names the nodes (`scope`), and the
debug ledger that watches saved values (`debug`).  They live together in one immutable `State`,
kept per thread and per asynchronous task by a context variable.

Almost always the state is the default, and reading a context variable for every operation would
be a waste.  So `departures` counts the blocks, in all threads, that are inside a ``with`` of this
module.  While it is 0 the state is known to be the default and nobody needs to look.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Scope:
    """One entry into a named region: a call of `sigmoid`, a ``with scope("layer1")`` block.

    Two calls of the same function are two scopes of one name, so that a drawing folds each call
    into a box of its own.
    """

    __slots__ = ("name", "parent")

    def __init__(self, name: str, parent: Scope | None) -> None:
        self.name = name
        self.parent = parent

    @property
    def path(self) -> tuple[str, ...]:
        """The names from the outermost scope to this one."""
        return tuple(scope.name for scope in reversed(list(self.lineage())))

    def lineage(self) -> Iterator[Scope]:
        """Yield this scope, then the one around it, and so on outwards."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def __repr__(self) -> str:
        return f"Scope({'/'.join(self.path)})"


@dataclass(frozen=True, slots=True)
class State:
    """What a piece of code records: everything, by default."""

    recording: bool = True
    scope: Scope | None = None
    ledger: Any = None


DEFAULT = State()
_state: ContextVar[State] = ContextVar("glassgrad_state", default=DEFAULT)
_lock = threading.Lock()
departures = 0


def current() -> State:
    """Return the state of the running thread or task."""
    return _state.get()


def enter(state: State) -> Token[State]:
    """Make ``state`` the current one; `leave` must follow with the token returned."""
    global departures
    with _lock:
        departures += 1
    return _state.set(state)


def leave(token: Token[State]) -> None:
    """Return to the state before the `enter` that gave ``token``."""
    global departures
    _state.reset(token)
    with _lock:
        departures -= 1


@contextmanager
def changed(**fields: Any) -> Iterator[State]:
    """Run the block with some fields of the state replaced."""
    state = replace(_state.get(), **fields)
    token = enter(state)
    try:
        yield state
    finally:
        leave(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Run a block, or a decorated function, without recording a graph.

    Results do not require a gradient and remember nothing of how they were made.  The switch
    belongs to the current thread or asynchronous task; others go on recording.

    Examples
    --------
    >>> import autograd as ag
    >>> w = ag.tensor(2.0, requires_grad=True)
    >>> with ag.no_grad():
    ...     y = w * w
    >>> y.requires_grad
    False
    """
    with changed(recording=False):
        yield


@contextmanager
def scope(name: str) -> Iterator[Scope]:
    """Name the nodes that the block makes, so that a drawing can fold them into one box.

    Parameters
    ----------
    name : str
        What the box is called.  Scopes nest: an inner name is shown inside the outer one.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(1.0, requires_grad=True)
    >>> with ag.scope("layer1"):
    ...     y = x * 3.0
    >>> y.scope
    Scope(layer1)
    """
    inner = Scope(str(name), _state.get().scope)
    with changed(scope=inner):
        yield inner


def composition(f: F) -> F:
    """Give every call of ``f`` a scope of its own, named after the function.

    For functions that are composed of primitives.  It does what `scope` does, written out because
    it surrounds every call of `softmax` and its kind.
    """
    name = f.__name__

    @wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        state = _state.get()
        token = enter(State(state.recording, Scope(name, state.scope), state.ledger))
        try:
            return f(*args, **kwargs)
        finally:
            leave(token)

    return call  # type: ignore[return-value]
