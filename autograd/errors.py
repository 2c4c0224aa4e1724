"""The exceptions, each also an instance of the built-in that Python users would expect.

::

    GlassgradError
    ├── ShapeError       (ValueError)    shapes that do not fit together
    ├── DTypeError       (TypeError)     a dtype that the operation or a gradient cannot have
    ├── IndexingError    (IndexError)    an index that the tensor does not have
    ├── GradientError    (RuntimeError)  a gradient that does not exist, or a wrong request for one
    │   └── RuleError                    a primitive's rule returned something that is no cotangent
    ├── ImmutableError   (TypeError)     an attempt to change a tensor in place
    ├── UnsupportedError (TypeError)     a NumPy function or option that the engine does not have
    ├── ExpressionError  (ValueError)    a text that is not an expression of ``glassgrad explain``
    ├── DrawingError     (ValueError)    a drawing or a step with wrong options
    ├── OptionError      (ValueError)    an argument that a network, data or a training cannot have
    ├── StateError       (ValueError)    a state, or a file of one, that belongs to another network
    ├── NonFiniteError   (FloatingPointError) a training met a NaN or an infinity
    ├── DataError        (ValueError)    a file or folder of data that is not what was expected
    ├── MissingError     (ImportError)   an extra package or program that is not installed
    └── CheckError       (AssertionError) a check of `autograd.testing` that did not pass
        ├── GradientMismatch                 a derivative that is wrong
        └── InconclusiveCheck                a derivative that cannot be checked at this point

Every message is one line that names the operation, the shapes or dtypes, and the remedy; behind
that of `NonFiniteError` stands a step card, and those of the checks are the lines of their report.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class GlassgradError(Exception):
    """Base of everything that the engine raises on purpose."""


class ShapeError(GlassgradError, ValueError):
    """Shapes do not fit together."""


class DTypeError(GlassgradError, TypeError):
    """A dtype is not one that the operation, or a gradient, can have."""


class IndexingError(GlassgradError, IndexError):
    """An index is out of range or of the wrong kind."""


class GradientError(GlassgradError, RuntimeError):
    """A gradient does not exist, or is not defined by the arguments."""


class RuleError(GradientError):
    """A primitive's rule returned something that is no cotangent of its input."""


class ImmutableError(GlassgradError, TypeError):
    """An attempt to change a tensor in place."""


class UnsupportedError(GlassgradError, TypeError):
    """A NumPy function, or an option of one, that the engine does not have."""


class ExpressionError(GlassgradError, ValueError):
    """A text is not an expression that ``glassgrad explain`` understands."""


class DrawingError(GlassgradError, ValueError):
    """A drawing, or a step of the debugger, has options that cannot be met."""


class OptionError(GlassgradError, ValueError):
    """A layer, a loss, an optimiser, data or a training cannot have this argument."""


class StateError(GlassgradError, ValueError):
    """A state, or a file of one, does not belong to this network.

    Attributes
    ----------
    missing, unexpected, misshapen : tuple of str
        The names that the network has and the state lacks, those that it has too many, and those
        whose shapes differ.
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


class NonFiniteError(GlassgradError, FloatingPointError):
    """A training met a NaN or an infinity; the message says where it was born, with its step card.

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

    def __init__(
        self, message: str, layer: str = "", operation: str = "", debugger: Any = None
    ) -> None:
        super().__init__(message)
        self.layer = layer
        self.operation = operation
        self.debugger = debugger
        self.history: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process without the debugger, whose graph cannot."""
        return type(self), (*self.args, self.layer, self.operation), {"history": self.history}


class DataError(GlassgradError, ValueError):
    """A file, or a folder, of data is not what was expected, or is damaged."""


class MissingError(GlassgradError, ImportError):
    """An extra package, or a program, is not installed; the message says how to get it."""


class CheckError(GlassgradError, AssertionError):
    """A check of a derivative did not pass.

    Attributes
    ----------
    report : autograd.testing.Report
        What was found, as data; the message is its text.
    """

    def __init__(self, report: Any) -> None:
        super().__init__(str(report))
        self.report = report

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.report,)


class GradientMismatch(CheckError):
    """A derivative is wrong."""


class InconclusiveCheck(CheckError):
    """A derivative could not be checked at this point, and the caller did not allow that."""
