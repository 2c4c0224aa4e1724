"""The terminal: colours where there are any, and keys where they can be read one by one."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

_BOLD, _GREEN, _RED, _SOFT, _OFF = (f"\x1b[{code}m" for code in ("1", "32", "3;31", "2", "0"))
_CLEAR = "\x1b[H\x1b[2J"

# What a terminal sends for the keys that a walk knows.
KEYS = {
    "\x1b[C": "right",
    "\x1bOC": "right",
    "\x1b[D": "left",
    "\x1bOD": "left",
    "\x1b[A": "up",
    "\x1bOA": "up",
    "\x1b[B": "down",
    "\x1bOB": "down",
    "\x1b[H": "home",
    "\x1bOH": "home",
    "\x1b[1~": "home",
    "\x1b[F": "end",
    "\x1bOF": "end",
    "\x1b[4~": "end",
    "\r": "right",
    "\n": "right",
    " ": "right",
    "\x03": "quit",
    "\x04": "quit",
    "\x1b": "quit",
    "": "quit",
}


def has_colours(stream: IO[str]) -> bool:
    """Whether a stream is a terminal that shows colours and was not told to leave them out."""
    plain = "NO_COLOR" in os.environ or os.environ.get("TERM", "") in ("dumb", "")
    return stream.isatty() and not plain


def coloured(text: str) -> str:
    r"""Colour a transcript: headings bold, values green, contributions in red italics.

    Examples
    --------
    >>> coloured("Gradients")
    '\x1b[1mGradients\x1b[0m'
    """
    return "\n".join(map(_coloured_line, text.split("\n")))


def _coloured_line(line: str) -> str:
    if re.match(r"(Forward|Backward|Gradients|Step|f = )", line):
        return f"{_BOLD}{line}{_OFF}"
    if re.match(r"  d\S+ \+?= |  d\S+ +=", line):
        return f"{_RED}{line}{_OFF}"
    if line.startswith("  sum:"):
        return f"{_SOFT}{line}{_OFF}"
    cells = re.fullmatch(r"(  \S.*  )(\S+|\[.*\])", line)
    return f"{cells[1]}{_GREEN}{cells[2]}{_OFF}" if cells else line


def clear(stream: IO[str]) -> None:
    """Begin a new page."""
    stream.write(_CLEAR)


@contextmanager
def single_keys() -> Iterator[Any]:
    """Give a function that waits for one key and names it; None where keys come in lines only."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield None
        return
    try:
        import termios
        import tty
    except ImportError:
        yield _windows_key()
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        yield lambda: _key(descriptor)
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)


def _key(descriptor: int) -> str:
    text = os.read(descriptor, 8).decode(errors="replace")
    return KEYS.get(text, text[:1])


def _windows_key() -> Any:
    try:
        import msvcrt
    except ImportError:
        return None
    arrows = {"M": "right", "K": "left", "H": "up", "P": "down", "G": "home", "O": "end"}

    def read() -> str:
        text = msvcrt.getwch()  # type: ignore[attr-defined]
        if text in "\x00\xe0":
            return arrows.get(msvcrt.getwch(), "")  # type: ignore[attr-defined]
        return KEYS.get(str(text), str(text))

    return read
