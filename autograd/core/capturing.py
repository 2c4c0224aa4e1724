"""What functions ask and say while they may be captured (`autograd.core.recorder`).

Code that draws, assigns or checks numbers does it through `drawn`, `assign` and `checked`.  Outside
of a capture they do no more than their names say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from autograd.core.calls import called, renamed
from autograd.core.context import capturing
from autograd.core.messages import one_line
from autograd.core.recorder import where
from autograd.core.tensor import Tensor, raw
from autograd.errors import (
    GlassgradError,
    UnsupportedError,
)

X = TypeVar("X")


@dataclass(frozen=True, slots=True)
class Holder:
    """What a program has to know of a class whose instances hold tensors, such as a network.

    Attributes
    ----------
    tensors, generators : callable
        List the tensors, or the random generators, of an instance by name.
    made_of : callable
        Lists by name what else an instance is made of, as something that can be compared.
    """

    tensors: Callable[[Any], dict[str, Tensor]]
    made_of: Callable[[Any], dict[str, Any]]
    generators: Callable[[Any], dict[str, np.random.Generator]]


HOLDERS: dict[type, Holder] = {}


def check_fixed(operation: str, write: str, *given: Any) -> None:
    """Refuse captured tensors whose numbers would be fixed in the program.

    Parameters
    ----------
    operation : str
    write : str
        What to write instead.
    *given
        Tensors are looked at, anything else may be fixed.
    """
    capture = capturing()
    if capture is None:
        return
    if any(isinstance(x, Tensor) and x not in capture.constants for x in given):
        raise capture.refused(
            f"the numbers of a captured tensor would be fixed in the program{where()}; write "
            f"{write}",
            operation,
        )


def drawn(make: Callable[[], Any]) -> Any:
    """Return random numbers, an array; in a capture, an input that is drawn again for each run.

    Parameters
    ----------
    make : callable
        Draws them, from the generator that the next run shall draw from.
    """
    capture = capturing()
    return make() if capture is None else capture.drawn(make)


@called
def assign(t: Tensor, new: Any) -> None:
    """Replace the data of a leaf: ``t.data = new``, which may also be a Tensor, and be captured.

    In a function that `autograd.capture` or `autograd.compile` records, it is part of the program:
    each run gives the tensor its new value.  No gradient flows through it.

    Parameters
    ----------
    t : Tensor
        A leaf, such as a weight or a running mean.
    new : array or Tensor
        Of the same shape; floats are converted to the dtype of ``t``.

    Raises
    ------
    ImmutableError
        If ``t`` is a result of others.
    DTypeError, ShapeError
        If ``new`` is not numbers of this shape, or has floats for integers.

    Examples
    --------
    >>> import autograd as ag
    >>> total = ag.tensor(0.0)
    >>> @ag.compile
    ... def add(x):
    ...     ag.assign(total, total + x)
    ...     return total
    >>> add(1.0), add(2.0)
    (tensor(1.), tensor(3.))
    >>> total
    tensor(3.)
    """
    if not isinstance(t, Tensor):
        raise UnsupportedError(
            f"assign: takes a Tensor first, not {one_line(t)}; write name = value for what is none"
        )
    try:
        capture = capturing()
        if capture is None:
            t.data = np.array(raw(new)) if isinstance(new, Tensor) else new
        else:
            capture.assign(t, new)
    except GlassgradError as error:
        raise renamed(error, "assign")  # noqa: B904 - it is the same error


def check_replaced(owner: Any, name: str, new: Any) -> None:
    """Refuse that an attribute which is a tensor becomes a captured one: no run would do that."""
    capture = capturing()
    if capture is None or not isinstance(new, Tensor) or new not in capture.made:
        return
    old = vars(owner).get(name)
    if isinstance(old, Tensor) and old not in capture.made:
        raise capture.refused(
            f"{type(owner).__name__}.{name} becomes a captured tensor{where()}, which the next run "
            f"would not do; return it, or write ag.assign(self.{name}, new)"
        )


def checked(x: X, check: Callable[[Any], None]) -> X:
    """Return a value once its numbers have been checked; in a capture, they are in each run.

    Parameters
    ----------
    x : array or Tensor
    check : callable
        Raises an error if the array that it is given has numbers that it must not have.
    """
    check(raw(x))
    capture = capturing()
    if capture is None or not isinstance(x, Tensor) or x in capture.constants:
        return x
    return capture.checked(x, check)  # type: ignore[no-any-return]


def array_of(x: Any) -> Any:
    """Return the array behind a Tensor; in a capture, the Tensor."""
    return x.data if isinstance(x, Tensor) and capturing() is None else x


def name_state(tensors: Mapping[str, Tensor]) -> None:
    """Say what tensors without a name are called in the program that is being recorded."""
    if (capture := capturing()) is not None:
        capture.names.update((t, name) for name, t in tensors.items())


def is_captured() -> bool:
    """Return whether what runs now is being recorded as a program."""
    return capturing() is not None
