"""What is being recorded right now, and under which name.

Five things surround the code that makes a graph without being arguments of it: whether applications
are recorded at all (`no_grad`), the scope that names the nodes (`scope`), the debug guard that
watches saved values (`debug`), inside a transform, a list of what leaves the graph
(`autograd.core.departures`), and the capture that records a whole program
(`autograd.core.recorder`).  They live together in one `State`.  Each ``with``
of this module opens a block with a state of its own, and a context variable holds the innermost
one, per thread and per asynchronous task.

1. A block is open while its `key` is in `open_blocks`.  The key is a weak reference to the
   ``__exit__`` that the ``with`` statement holds, and leaves the set when that is gone
   (`autograd.core.blocks`).  So no interrupt can leave a block on: a state whose block has ended is
   passed over, and dropped.
2. A block that a generator opens holds while the generator runs.  While it is suspended, its caller
   has the state that it had before.
3. Almost always the state is the default, and reading a context variable for every operation takes
   time.  While `open_blocks` is empty, in all threads, the state need not be read.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from contextlib import ContextDecorator
from contextvars import Context, ContextVar, copy_context
from functools import partial
from threading import get_ident
from types import FrameType
from typing import Any, TypeVar
from weakref import ref

from autograd.core.blocks import Exit, Leave
from autograd.core.scopes import FUNCTION, Scope
from autograd.errors import GradientError

F = TypeVar("F", bound=Callable[..., Any])

# Blocks that a generator opens hold for its caller, too, where these modules run it: there a
# generator stands for a ``with`` statement.
AS_BLOCKS = ("contextlib", "_pytest.fixtures")
LATER = (inspect.isgeneratorfunction, inspect.iscoroutinefunction, inspect.isasyncgenfunction)
_GENERATOR = inspect.CO_GENERATOR | inspect.CO_ASYNC_GENERATOR


class State:
    """What a block of code records: everything, by default; each block knows the one around it."""

    __slots__ = (
        "__weakref__",
        "capture",
        "departures",
        "frame",  # of the generator that opened the block, if one did
        "guard",
        "key",
        "manager",
        "outer",
        "recording",
        "scope",
    )

    recording: bool
    scope: Scope | None
    guard: Any
    departures: list[Any] | None
    capture: Any
    outer: State
    key: Any
    manager: Block | None
    frame: FrameType | None

    @property
    def active(self) -> bool:
        """Whether the block is open, and not that of a suspended generator."""
        return self.key in open_blocks and (
            self.frame is None or self.frame.f_back is not None  # it has a caller while it runs
        )


def _inside(outer: State) -> State:
    """Return a state like that around it, of a block that is still to be opened."""
    state = _new(State)
    state.recording, state.scope, state.guard = outer.recording, outer.scope, outer.guard
    state.departures, state.capture = outer.departures, outer.capture
    state.outer = outer
    state.manager = state.frame = None
    return state


class _Key(ref[Any]):
    """A weak reference that can be in a set whatever it refers to, also when that is gone."""

    __slots__ = ()
    __eq__ = object.__eq__
    __hash__ = object.__hash__


_new: Callable[[type[State]], State] = object.__new__
DEFAULT = _new(State)
DEFAULT.recording = True
DEFAULT.key = DEFAULT.scope = DEFAULT.guard = DEFAULT.departures = DEFAULT.capture = None
DEFAULT.manager = DEFAULT.frame = None
captures: list[Any] = []  # those under way in any thread
_state: ContextVar[State] = ContextVar("glassgrad_state", default=DEFAULT)
open_blocks: set[object] = set()


def current() -> State:
    """Return the state of the running thread or task: that of its innermost active block."""
    state = _state.get()
    if state.key in open_blocks and state.frame is None:
        return state
    return _search(state)


def capturing() -> Any:
    """Return the capture that is under way (`autograd.core.recorder`), or None."""
    return current().capture if open_blocks else None


def _search(state: State) -> State:
    innermost = state
    while state is not DEFAULT and state.key not in open_blocks:
        state = state.outer
    if state is not innermost:  # a task may also outlive the block that it began in
        _state.set(state)
    while state is not DEFAULT and not state.active:
        state = state.outer
    return state


def _on_top(state: State) -> State:
    """Put the blocks of suspended generators, in which they will go on, on top of a new state."""
    top, above = _state.get(), []
    while top is not state.outer:
        above.append(top)
        top = top.outer
    for block in reversed(above):
        copied = _inside(block)
        copied.outer = state
        copied.key, copied.manager, copied.frame = block.key, block.manager, block.frame
        state = copied
    return state


def scoped_copy(name: str) -> tuple[State, Context]:
    """Return a block in a new scope, and a copy of Python's context that is in the block.

    The block is open as long as the copy is there, or until its key leaves `open_blocks`.
    """
    outer = current()
    state = _inside(outer)
    state.scope = Scope(name, outer.scope, FUNCTION)
    state.key = _Key(state, open_blocks.discard)
    open_blocks.add(state.key)
    copied = copy_context()
    copied.run(_state.set, state if outer is _state.get() else _on_top(state))
    return state, copied


_BY_HAND: tuple[int, Any] = 0, None
_frame = sys._getframe


class Block(ContextDecorator):
    """What the managers have in common: `_open` begins a block, which changes its state."""

    _entered = _BY_HAND  # the thread whose ``with`` is about to open a block, and the block's key

    def _open(self, frame: FrameType) -> State:
        """Open a block in the ``with`` statement of a frame; return its state."""
        top = _state.get()
        outer = top if top is DEFAULT else current()
        state = _inside(outer)
        if frame.f_code.co_flags & _GENERATOR and not _is_a_block(frame.f_back):
            state.frame = frame
        # Python has just looked up __exit__, in the same thread; else __enter__ was called by hand.
        thread, state.key = self._entered
        state.manager = self
        if thread != get_ident():
            _open_by_hand(state, frame)
        self._entered = _BY_HAND
        _state.set(state if outer is top else _on_top(state))
        return state

    def __call__(self, f: F) -> F:
        """Decorate a function, whose body must run when it is called."""
        if any(runs_later(f) for runs_later in LATER):
            name = type(self).__name__
            raise GradientError(
                f"{name}: {f.__name__} is a generator or coroutine; "
                f"write with ag.{name}(...): in it"
            )
        return super().__call__(f)

    @Exit
    def __exit__(self) -> Leave:
        leave = partial(_leave, self)
        key = _Key(leave, open_blocks.discard)
        open_blocks.add(key)
        self._entered = get_ident(), key
        return leave


def _open_by_hand(state: State, frame: FrameType) -> None:
    """Open a block until ``__exit__`` is called; in an `ExitStack`, as long as that has it."""
    state.key = object()
    if _is_a_block(frame):
        state.key = _Key(state.manager, open_blocks.discard)
        state.manager = None
    open_blocks.add(state.key)


def _is_a_block(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_globals.get("__name__") in AS_BLOCKS


def _leave(manager: Block, *exception: object) -> None:
    """Close the manager's innermost block, which nearly always is the innermost of all."""
    state = _state.get()
    if state.guard is not None and any(exception):
        state.guard.failed(exception[1], state.scope)
    if state.manager is manager and state.frame is None:
        open_blocks.discard(state.key)
        _state.set(state.outer)
        return
    while state is not DEFAULT and not (state.active and _is_of(state, manager)):
        state = state.outer
    open_blocks.discard(state.key)
    current()  # which drops what has ended


def _is_of(state: State, manager: Block) -> bool:
    return state.manager is manager or (state.manager is None and state.key() is manager)


class changed(Block):
    """Run the block with some fields of the state replaced."""

    def __init__(self, **fields: Any) -> None:
        self._fields = fields

    def __enter__(self) -> State:
        state = self._open(_frame(1))
        for name, value in self._fields.items():
            setattr(state, name, value)
        return state


class no_grad(Block):
    """Run a block, or a decorated function, without recording a graph.

    Results do not require a gradient and remember nothing of how they were made.  The switch
    belongs to the current thread or asynchronous task; others go on recording.  Inside a generator
    it holds while the generator runs, not for its caller, unless that is a context manager
    (`contextlib.contextmanager`) or a fixture of pytest.

    Raises
    ------
    GradientError
        If it decorates a generator or coroutine, whose body runs later; use ``with`` in it.

    Examples
    --------
    >>> import autograd as ag
    >>> w = ag.tensor(2.0, requires_grad=True)
    >>> with ag.no_grad():
    ...     y = w * w
    >>> y.requires_grad
    False
    """

    def __init__(self, misused: Any = None) -> None:
        if misused is not None:
            raise GradientError("no_grad: write @ag.no_grad(), with parentheses")

    def __enter__(self) -> None:
        self._open(_frame(1)).recording = False


class scope(Block):
    """Name the nodes that the block makes, so that a drawing can fold them into one box.

    Parameters
    ----------
    name : str
        What the box is called.  Scopes nest: an inner name is shown inside the outer one.
    kind : str
        What the box is, as the class of a module; drawings write it beside the name.
    module : str
        Where a module stands in its network, as ``layer1.0``; modules give it themselves.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(1.0, requires_grad=True)
    >>> with ag.scope("layer1"):
    ...     y = x * 3.0
    >>> y.scope
    Scope(layer1)
    """

    def __init__(self, name: str, *, kind: str = "", module: str = "") -> None:
        self._name = str(name)
        self._kind, self._module = kind, module

    def __enter__(self) -> Scope:
        state = self._open(_frame(1))
        state.scope = Scope(self._name, state.scope, self._kind, self._module)
        return state.scope
