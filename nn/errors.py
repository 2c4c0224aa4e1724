"""The exceptions that only networks, data and trainings raise; the others are in `autograd.errors`.

::

    autograd.GlassgradError
    ├── StateError       (ValueError)    a state, or a file of one, that belongs to another network
    ├── DataError        (ValueError)    a file or folder of data that is not what was expected
    └── NonFiniteError   (FloatingPointError) a training met a NaN or an infinity

Every message is one line that names what was wrong, and the remedy; after that of `NonFiniteError`
follows a step card.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import autograd as ag


class StateError(ag.GlassgradError, ValueError):
    """A state, or a file of one, does not belong to this network.

    Attributes
    ----------
    missing, unexpected, misshapen : tuple of str
        The names that the network has and the state lacks, those that only the state has, and
        those whose shapes differ.
    """

    def __init__(
        self,
        message: str,
        missing: Iterable[str] = (),
        unexpected: Iterable[str] = (),
        misshapen: Iterable[str] = (),
    ) -> None:
        super().__init__(message)
        self.missing = tuple(missing)
        self.unexpected = tuple(unexpected)
        self.misshapen = tuple(misshapen)


class DataError(ag.GlassgradError, ValueError):
    """A file, or a folder, of data is not what was expected, or is damaged."""


class NonFiniteError(ag.GlassgradError, FloatingPointError):
    """A training met a NaN or an infinity; the message names the first one, with its step card.

    Attributes
    ----------
    layer : str
        The scopes of the place, such as ``"Net/conv1"``, or the name of the weights.
    operation : str
        The name of the operation, or of a leaf; empty if it was a step of the optimiser.
    debugger : autograd.Debugger or None
        At the event; it can go on from there, back too.
    history : nn.History or None
        The epochs before.
    """

    _one_line = False

    def __init__(
        self,
        message: str,
        layer: str = "",
        operation: str = "",
        debugger: ag.Debugger | None = None,
    ) -> None:
        super().__init__(message)
        self.layer = layer
        self.operation = operation
        self.debugger = debugger
        self.history: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process without the debugger, whose graph cannot."""
        return type(self), (*self.args, self.layer, self.operation), {"history": self.history}
