"""The recorder of a capture: which values belong to the program that is recorded.

`autograd.capture` runs a function once, on Tensors, and keeps every operation that depends on its
arguments.  Four things have to be known on the way:

1. What a value depends on.  The arguments, the tensors that were there before (weights, running
   statistics) and all that is computed from them can have other values in the next run.  Tensors
   made inside, of plain numbers, cannot: they are constants.
2. What is drawn at random.  The numbers of a draw are an input, and the next run draws again.
3. What is assigned.  A tensor whose data are replaced, as those of a running mean, has its new
   value for what comes after; the pair (old, new) is part of the program.
4. What is checked.  Classes that do not exist are refused in every run, not in the first alone.

Python that reads what may be another number in the next run is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from zlib import crc32

import numpy as np

from autograd.core.apply import apply, make_node
from autograd.core.assumptions import AssumptionBroken
from autograd.core.context import captures
from autograd.core.primitive import Primitive
from autograd.core.random_state import fingerprint, generators, shared
from autograd.core.source_location import place_of_caller
from autograd.core.tensor import Tensor, leaf
from autograd.core.types import Array
from autograd.core.values import as_value
from autograd.errors import (
    CaptureError,
    DTypeError,
    ImmutableError,
    ShapeError,
)

X = TypeVar("X")

LARGE = 1 << 18  # bytes of a result


def _as_it_is(x: Any, dtype: Any = None) -> Any:
    return x if dtype is None else x.astype(dtype)


# The value without its derivative; only a capture records it.
DETACH = Primitive(_as_it_is, (None,), name="detach", symbol="detach")


def _as_checked(x: Any, check: Callable[[Any], None]) -> Any:
    check(x)
    return x


# The value itself, once its numbers have been looked at; only a capture records it.
CHECK = Primitive(_as_checked, (lambda ct, out, x, *, check: ct,), name="check", symbol="check")


class Recorder:
    """The tensors of a program that is being recorded.

    Attributes
    ----------
    operation : str
        What messages begin with.
    sparing : bool
        Whether to keep the numbers of one large result only, of those that have a shape.  What is
        computed from them is wrong then, but has the right shape and dtype.
    may_assume : bool
        Whether the program may be one for numbers with the properties of those now; then whoever
        runs it makes another one where `AssumptionBroken` is raised.
    has_assumed : bool
        Whether it is.
    arrays : set of Tensor
        What stands for arrays in the arguments.
    floats : set of Tensor
        What stands for floats of Python's there.
    made : set of Tensor
        The arguments, and all results of operations inside.
    constants : set of Tensor
        What was made inside and depends on nothing that can change.
    draws : list of (Tensor, callable)
        The draws, in their order, and what makes their numbers.
    newest : dict from Tensor to Tensor
        For each tensor that was assigned to, its present value.
    checks : list of Tensor
        What is checked in each run, also if no result depends on it.
    names : dict from Tensor to str
        What tensors without a name are called in the program.
    """

    def __init__(self, operation: str, sparing: bool = False) -> None:
        self.operation = operation
        self._arrays: dict[Any, Any] | None = {} if sparing else None
        self.may_assume = False
        self.has_assumed = False
        self.arrays: set[Tensor] = set()
        self.floats: set[Tensor] = set()
        self.made: set[Tensor] = set()
        self.constants: set[Tensor] = set()
        self.draws: list[tuple[Tensor, Callable[[], Any]]] = []
        self.newest: dict[Tensor, Tensor] = {}
        self.checks: list[Tensor] = []
        self.names: dict[Tensor, str] = {}
        self._used: dict[int, tuple[Array, int]] = {}  # constant arrays, and their first contents
        self._before: dict[Tensor, Any] = {}
        self._refusal: CaptureError | None = None
        self._random: dict[int, tuple[Any, bytes]] = {}  # generators, and their states

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Refuse what is not seen: that other threads use its tensors, that arrays are changed."""
        captures.append(self)
        try:
            yield
        finally:
            captures.remove(self)
            if self._refusal is not None:  # perhaps caught, by the function or another thread
                raise self._refusal from None
        self._check_random()
        if any(_contents(x) != before for x, before in self._used.values()):
            raise CaptureError(
                f"{self.operation}: an array is changed in place after an operation has used it, "
                "and the program would use the last numbers; change a copy"
            )

    def check_unused(self, inputs: Iterable[Any]) -> None:
        """Refuse tensors of the program, in a thread where nothing is recorded."""
        if any(isinstance(x, Tensor) and x in self.made for x in inputs):
            raise self.refused(
                f"another thread uses a captured tensor{where()}, and what it computes would be "
                "fixed in the program; compute in the thread that captures"
            )

    def refused(self, reason: str, operation: str | None = None) -> CaptureError:
        """Return an error that ends the capture, also if the function catches it."""
        self._refusal = CaptureError(f"{operation or self.operation}: {reason}")
        return self._refusal

    def keeps(self, node: Tensor, inputs: tuple[Any, ...]) -> bool:
        """Return whether a new node depends on what can change."""
        self.made.add(node)
        if any(isinstance(x, Tensor) and x not in self.constants for x in inputs):
            if self._arrays is not None:
                self._spare(node)
            for x in inputs:
                if type(x) is np.ndarray and id(x) not in self._used:
                    self._used[id(x)] = x, _contents(x)
            return True
        self.constants.add(node)
        return False

    def _spare(self, node: Tensor) -> None:
        """Let large results of one shape share an array: their numbers may not be read."""
        value = node._value
        if value.nbytes > LARGE and value.dtype.kind in "fb":
            assert self._arrays is not None
            node._value = self._arrays.setdefault((value.shape, value.dtype), value)

    def newest_of(self, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return the inputs of an operation, with what was assigned to them."""
        if not self.newest:
            return inputs
        return tuple(self.newest.get(x, x) if isinstance(x, Tensor) else x for x in inputs)

    def detached(self, t: Tensor, requires_grad: bool = False, dtype: Any = None) -> Tensor:
        """Record the value of a tensor as one that no gradient flows through.

        If it shall require a gradient itself, it is where a transform's own variable begins.
        """
        params = {} if dtype is None else {"dtype": dtype}
        saved = (t._value,) if t.primitive is None else None
        # As if nothing were to be differentiated: that the value is a constant is what is meant.
        node = make_node(DETACH, (t,), params, _as_it_is(t._value, dtype), saved, tracked=False)
        node._requires_grad = requires_grad
        node.name = t.name
        return node

    def watch_random(self, f: object) -> None:
        """Note the states of the generators that a function can draw from."""
        self._random = {id(rng): (rng, b"") for rng in (*generators(f), *shared())}
        self._note_random()

    def _note_random(self) -> None:
        self._random = {i: (rng, fingerprint(rng)) for i, (rng, _) in self._random.items()}

    def _check_random(self) -> None:
        """Refuse numbers that were drawn otherwise than by `drawn`: they would stay the same."""
        for rng, before in self._random.values():
            if fingerprint(rng) != before:
                kind = f"{type(rng).__module__.partition('.')[0]}'s {type(rng).__name__}"
                raise CaptureError(
                    f"{self.operation}: the function draws from {kind} by itself, and the numbers "
                    "would be fixed in the program; write ag.random.normal(size=..., rng=rng), or "
                    "uniform, integers, permutation, or pass the numbers as an argument"
                )

    def drawn(self, make: Callable[[], Any]) -> Any:
        """Return an input of the program whose numbers are drawn before each run.

        What a generator draws that the function has made itself, as by ``default_rng(0)``, is a
        number like any other: a run of the function would make that generator anew.
        """
        if self.has_assumed:  # a run that breaks the assumption would have drawn already
            raise AssumptionBroken
        self._check_random()
        inside = [(r, fingerprint(r)) for r in generators(make) if id(r) not in self._random]
        value = make()
        self._note_random()
        if any(fingerprint(rng) != before for rng, before in inside):
            return value
        number = leaf(value)
        self.constants.discard(number)
        self.draws.append((number, make))
        self.names[number] = "random"
        return number

    def checked(self, x: X, check: Callable[[Any], None]) -> X:
        """Record that the numbers of a tensor are checked, also if no result depends on it."""
        same: X = apply(CHECK, (x,), {"check": check})
        self.checks.append(same)  # type: ignore[arg-type]
        return same

    def assign(self, t: Tensor, new: Any) -> None:
        """Note that a tensor has another value from here on."""
        if t.primitive is None and t in self.made:
            raise self.refused(
                f"an argument is assigned to{where()}, and the program has its numbers alone; "
                "return the new value, or use the tensor without passing it"
            )
        if t.primitive is not None:
            raise ImmutableError(
                f"assign: this tensor is a result of {t.primitive.name}; only the data of a leaf "
                "can be replaced"
            )
        like = t.dtype
        if not isinstance(new, Tensor):
            new = leaf(as_value(new, "assign", copy=True))
        if new.shape != t.shape:
            raise ShapeError(f"assign: shape {new.shape} cannot replace {t.shape}")
        if new.dtype.kind == "f" != like.kind:
            raise DTypeError(
                f"assign: {new.dtype} numbers would be cut to {like}; write .astype({str(like)!r}) "
                "if that is meant"
            )
        self._before.setdefault(t, t._value)
        if new.dtype != like:
            new = self.detached(new, dtype=like)
        t._value = new._value
        self.newest[t] = new

    def put_back(self) -> None:
        """Give every tensor the data that it had before, but where another thread set some."""
        for t, value in self._before.items():
            if t._value is self.newest[t]._value:
                t._value = value

    def check_assignable(self, t: Tensor) -> None:
        """Refuse that Python replaces data that the program uses."""
        if t not in self.constants or any(t is x for node in self.made for x in node.inputs):
            raise self.refused(
                f"the data of a tensor are replaced{where()}, which the next run would not do; "
                "return the new value, or write ag.assign(t, new)"
            )

    def check_readable(self, t: Tensor) -> None:
        """Refuse that Python reads numbers which may be others in the next run."""
        if t in self.constants:
            return
        if self.floats.issuperset(x for x in (t.inputs or (t,)) if isinstance(x, Tensor)):
            raise self.refused(
                f"Python reads a float of the arguments{where()}, and a float is an input of the "
                "program; compute with it (ag.where for if), pass an int, or close over it"
            )
        raise self.refused(
            f"Python reads the numbers of a captured tensor{where()}, and they would be fixed in "
            "the program; compute with Tensors (ag.where for if, ag.maximum for max, ag.stack for "
            "an array that is filled), return what is to be printed or kept, and pass NumPy's "
            "integers as int(n)"
        )

    def check_in_place(self, t: Tensor, symbol: str) -> None:
        """Refuse to change what is an array where nothing is captured, and is a Tensor now."""
        if t.ndim and self._is_an_array(t):
            raise self.refused(
                f"an array is changed in place{where()}, and the program would leave it as it was; "
                f"write x = x {symbol} ..., and return x"
            )

    def _is_an_array(self, t: Tensor) -> bool:
        """Return whether a tensor depends on arrays in the arguments and on nothing else."""
        seen, stack = {t}, [t]
        while stack:
            t = stack.pop()
            if t in self.arrays:
                continue
            if t.primitive is None or t._requires_grad:  # an eager run has a Tensor here, too
                return False
            new = {x for x in t.inputs if isinstance(x, Tensor)} - seen
            seen |= new
            stack += new
        return True

    def check_no_grad(self, t: Tensor) -> None:
        """Refuse that Python reads what a backward pass has left on a tensor."""
        if t not in self.constants:
            raise self.refused(
                f".grad is read{where()}, and what an earlier backward pass has left there would "
                "be fixed in the program; use ag.gradients(loss, parameters)"
            )


def _contents(x: Array) -> int:
    return crc32(np.ascontiguousarray(x).data)


def where() -> str:
    """Return the line of the user's code that is being run, for a message."""
    place = place_of_caller()
    if place is None:
        return ""
    file = f" of {place.file}" if place.file else ""
    return f" at {place.text[place.start : place.end]!r} (line {place.line}{file})"
