"""The exceptions, each also an instance of the built-in that Python users would expect.

::

    GlassgradError
    ├── ShapeError       (ValueError)    shapes that do not fit together
    ├── DTypeError       (TypeError)     a dtype that the operation or a gradient cannot have
    ├── IndexingError    (IndexError)    an index that the tensor does not have
    ├── GradientError    (RuntimeError)  a gradient that does not exist, or a wrong request for one
    │   └── RuleError                    a primitive's rule returned what is not a cotangent
    ├── CaptureError     (RuntimeError)  code that cannot be captured as a program
    ├── ImmutableError   (TypeError)     an attempt to change a tensor in place
    ├── UnsupportedError (TypeError)     a NumPy function or option that the engine does not have
    ├── ExpressionError  (ValueError)    a text that is not an expression of ``glassgrad explain``
    ├── DrawingError     (ValueError)    a drawing or a step with wrong options
    ├── OptionError      (ValueError)    an argument that a function, a layer or data cannot have
    ├── MissingError     (ImportError)   an extra package or program that is not installed
    └── CheckError       (AssertionError) a check of `autograd.testing` that did not pass
        ├── GradientMismatch                 a derivative that is wrong
        └── InconclusiveCheck                a derivative that cannot be checked at this point

Every message is one line that names the operation, the shapes or dtypes, and the remedy; those of
the checks are the lines of their report.  `GlassgradError` keeps it one line, and free of control
characters.  What only networks and trainings raise is in `nn.errors`.
"""

from __future__ import annotations

from typing import Any

LONGEST = 500  # letters of a message
_END = 150  # of them at its end, where the remedy stands


class GlassgradError(Exception):
    """Base of everything that the engine raises on purpose.

    A message is safe to show.  Names and values in it may come from a file of others, or be very
    long: what a terminal might obey is replaced, and what is too long is cut in the middle.

    Attributes
    ----------
    operation : FailedOperation or None
        The operation that raised it, of an error that left a block of `autograd.debug`; ``ag.draw``
        draws it with what its inputs were made from.
    """

    _one_line = True  # no matter what the names in a message contain
    operation: Any = None

    def __init__(self, *args: Any) -> None:
        super().__init__(*(self.safe(x) if isinstance(x, str) else x for x in args))

    def __reduce__(self) -> tuple[Any, ...]:
        # The tensors of an operation belong to a graph, which stays in its process.
        kept = {name: value for name, value in vars(self).items() if name != "operation"}
        return type(self), self.args, kept

    @classmethod
    def safe(cls, message: str) -> str:
        """Return a message as it can be shown."""
        if not cls._one_line:
            return "\n".join(map(plain, message.split("\n")))
        message = plain(message)
        if len(message) <= LONGEST:
            return message
        return f"{message[: LONGEST - _END - 5]} ... {message[-_END:]}"


def short(name: str, longest: int = 100) -> str:
    """Return a name, which may come from a file, for a message or a table: plain, and not too long.

    Its beginning and its end are kept.

    Examples
    --------
    >>> from autograd.errors import short
    >>> short("encoder.layers.0.attention.weight", 20)
    'encoder.l...n.weight'
    """
    name = plain(name)
    if len(name) <= longest:
        return name
    end = (longest - 3) // 2
    return f"{name[: longest - 3 - end]}...{name[-end:]}"


def plain(text: str) -> str:
    """Return a text without control characters, which a terminal might obey.

    Examples
    --------
    >>> from autograd.errors import plain
    >>> plain("a" + chr(27) + "[31m")
    'a?[31m'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "?" for c in text)


class ShapeError(GlassgradError, ValueError):
    """Shapes do not fit together."""


class DTypeError(GlassgradError, TypeError):
    """A dtype is not one that the operation, or a gradient, can have."""


class IndexingError(GlassgradError, IndexError):
    """An index is out of range or of the wrong kind."""


class GradientError(GlassgradError, RuntimeError):
    """A gradient does not exist, or is not defined by the arguments."""


class RuleError(GradientError):
    """A primitive's rule returned something that is not a cotangent of its input."""


class CaptureError(GlassgradError, RuntimeError):
    """Code cannot be captured as a program, as it looks at numbers that may change."""


class ImmutableError(GlassgradError, TypeError):
    """An attempt to change a tensor in place."""


class UnsupportedError(GlassgradError, TypeError):
    """A NumPy function, or an option of one, that the engine does not have."""


class ExpressionError(GlassgradError, ValueError):
    """A text is not an expression that ``glassgrad explain`` understands."""


class DrawingError(GlassgradError, ValueError):
    """A drawing, or a step of the debugger, has options that cannot be met."""


class OptionError(GlassgradError, ValueError):
    """A function, a layer, a loss, an optimiser, data or a training cannot have this argument."""


class MissingError(GlassgradError, ImportError):
    """An extra package, or a program, is not installed; the message says how to get it."""


class CheckError(GlassgradError, AssertionError):
    """A check of a derivative did not pass.

    Attributes
    ----------
    report : autograd.testing.Report
        What was found, as data; the message is its text.
    """

    _one_line = False

    def __init__(self, report: Any) -> None:
        super().__init__(str(report))
        self.report = report

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.report,)


class GradientMismatch(CheckError):
    """A derivative is wrong."""


class InconclusiveCheck(CheckError):
    """A derivative could not be checked at this point, and the caller did not allow that."""
