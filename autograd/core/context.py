"""What is being recorded right now, and under which name.

Three things surround the code that makes a graph without being arguments of it: whether
applications are recorded at all (`no_grad`), the scope that names the nodes (`scope`), and the
debug guard that watches saved values (`debug`).  They live together in one `State`, kept per
thread and per asynchronous task by a context variable.

Almost always the state is the default, and reading a context variable for every operation takes
time.  So `open_blocks` counts the blocks, in all threads, that are inside a ``with`` of this
module.  While it is 0 the state is the default, and need not be read.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from autograd.core.float16 import FLOAT16, computed_in_float32
from autograd.core.messages import checked
from autograd.errors import GradientError

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


class State:
    """What a block of code records: everything, by default; each block knows the one around it."""

    __slots__ = ("guard", "open", "outer", "recording", "scope")

    def __init__(
        self, recording: bool, scope: Scope | None, guard: Any, outer: State | None
    ) -> None:
        self.recording = recording
        self.scope = scope
        self.guard = guard
        self.outer = outer
        self.open = True


DEFAULT = State(recording=True, scope=None, guard=None, outer=None)
_state: ContextVar[State] = ContextVar("glassgrad_state", default=DEFAULT)
_lock = threading.Lock()
open_blocks = 0


def current() -> State:
    """Return the state of the running thread or task: that of its innermost open block."""
    state = _state.get()
    while not state.open and state.outer is not None:  # a task may outlive the block it began in
        state = state.outer
    return state


def enter(outer: State, recording: bool, scope: Scope | None, guard: Any) -> State:
    """Open a block in that of `current`; `leave` must follow with what is returned."""
    global open_blocks
    block = State(recording, scope, guard, outer)
    with _lock:
        open_blocks += 1
    _state.set(block)
    return block


def leave(block: State) -> None:
    """Close a block and return to one that is open: generators may close theirs in any order."""
    global open_blocks
    block.open = False
    _state.set(current())
    with _lock:
        open_blocks -= 1


@contextmanager
def changed(**fields: Any) -> Iterator[State]:
    """Run the block with some fields of the state replaced."""
    now = current()
    kept = {"recording": now.recording, "scope": now.scope, "guard": now.guard}
    block = enter(now, **(kept | fields))
    try:
        yield block
    finally:
        leave(block)


class no_grad:
    """Run a block, or a decorated function, without recording a graph.

    Results do not require a gradient and remember nothing of how they were made.  The switch
    belongs to the current thread or asynchronous task; others go on recording.

    Raises
    ------
    GradientError
        If it decorates a generator or coroutine, whose body runs later; use ``with`` inside it.

    Examples
    --------
    >>> import autograd as ag
    >>> w = ag.tensor(2.0, requires_grad=True)
    >>> with ag.no_grad():
    ...     y = w * w
    >>> y.requires_grad
    False
    """

    def __init__(self, *misused: Any) -> None:
        if misused:
            raise GradientError("no_grad: write @ag.no_grad(), with parentheses")
        self._blocks: list[State] = []

    def __enter__(self) -> None:
        now = current()
        self._blocks.append(enter(now, False, now.scope, now.guard))

    def __exit__(self, *exception: object) -> None:
        leave(self._blocks.pop())

    def __call__(self, f: F) -> F:
        """Decorate a function."""
        if inspect.isgeneratorfunction(f) or inspect.iscoroutinefunction(f):
            raise GradientError(
                f"no_grad: {f.__name__} is a generator or coroutine; write with ag.no_grad(): in it"
            )

        @wraps(f)
        def call(*args: Any, **kwargs: Any) -> Any:
            with no_grad():
                return f(*args, **kwargs)

        return call  # type: ignore[return-value]


class scope(ContextDecorator):
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

    def __init__(self, name: str) -> None:
        self._name = str(name)
        self._blocks: list[State] = []

    def __enter__(self) -> Scope:
        now = current()
        inner = Scope(self._name, now.scope)
        self._blocks.append(enter(now, now.recording, inner, now.guard))
        return inner

    def __exit__(self, *exception: object) -> None:
        leave(self._blocks.pop())

    def _recreate_cm(self) -> scope:
        return scope(self._name)  # each call of a decorated function is a scope of its own


def composition(f: F) -> F:
    """Make a function of primitives public: give every call a scope, and every mistake a name.

    It does what `scope` does, written out because it surrounds every call of `softmax` and its
    kind.  What is given in float16 is computed in float32.
    """
    named = checked(f)

    @wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        now = current()
        block = enter(now, now.recording, Scope(f.__name__, now.scope), now.guard)
        try:
            first = args[0] if args else next(iter(kwargs.values()), None)
            if getattr(getattr(first, "_value", first), "dtype", None) is FLOAT16:
                return computed_in_float32(named, args, kwargs)
            return named(*args, **kwargs)
        finally:
            leave(block)

    return call  # type: ignore[return-value]
