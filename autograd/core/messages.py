"""Texts for messages: one line, no control characters, and the nearest name that exists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from autograd.errors import GradientError
from autograd.errors import plain as plain
from autograd.errors import short as short


def check_callable(operation: str, f: Any) -> None:
    """Refuse what is not a function, where one is differentiated or run again."""
    if not callable(f):
        result = hasattr(f, "requires_grad") and operation.endswith("grad")
        instead = "; the gradient of a result is ag.gradients(y, x)" if result else ""
        raise GradientError(f"{operation}: expected a function, not {type(f).__name__}{instead}")


def one_line(x: Any, longest: int = 60, text: Callable[[Any], str] = repr) -> str:
    """Show a value of any kind on one line, without control characters, cut where it is long."""
    words = plain(" ".join(text(x).split()))
    return words if len(words) <= longest else words[: longest - 3] + "..."


def counted(number: int, what: str) -> str:
    """Return a number of things: ``1 node``, ``2 nodes``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def suggestion(name: Any, known: Iterable[str], form: str = "{}", alike: float = 0.6) -> str:
    """Return "; did you mean ...?" if a known name is near to the one given, else nothing."""
    from difflib import get_close_matches  # needed only where something is misspelt

    choices = list(known)
    same = [choice for choice in choices if choice.casefold() == str(name).casefold()]
    near = same or get_close_matches(str(name), choices, n=1, cutoff=alike)
    return f"; did you mean {form.format(near[0])}?" if near else ""
