"""The terminal: colours where there are any, and keys where they can be read one by one."""

from __future__ import annotations

import codecs
import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO

from autograd.core.blocks import contextmanager, restoring

_BOLD, _GREEN, _RED, _SOFT, _OFF = (f"\x1b[{code}m" for code in ("1", "32", "3;31", "2", "0"))
_CLEAR = "\x1b[H\x1b[2J"

_LETTERS = {"A": "up", "B": "down", "C": "right", "D": "left", "F": "end", "H": "home"}

# What a terminal sends for the keys of a walk; the letters come in either of two modes.
KEYS = {
    **{f"\x1b[{letter}": key for letter, key in _LETTERS.items()},
    **{f"\x1bO{letter}": key for letter, key in _LETTERS.items()},
    "\x1b[1~": "home",
    "\x1b[4~": "end",
    "\r": "enter",
    "\n": "enter",
    "\x03": "quit",
    "\x04": "quit",
    "\x1b": "quit",
}


def has_colours(stream: IO[str]) -> bool:
    """Whether a stream is a terminal that shows colours, unless NO_COLOR is set."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR")


def is_terminal(stream: IO[str] | None) -> bool:
    """Whether a stream is a terminal that can do more than print lines."""
    plain = os.environ.get("TERM", "") in ("dumb", "") and sys.platform != "win32"
    return stream is not None and stream.isatty() and not plain


def coloured(text: str) -> str:
    r"""Colour a transcript: headings bold, values green, contributions in red italics.

    Examples
    --------
    >>> from autograd.cli.terminal import coloured
    >>> coloured("Gradients")
    '\x1b[1mGradients\x1b[0m'
    """
    return "\n".join(map(_coloured_line, text.split("\n")))


def _coloured_line(line: str) -> str:
    if re.match(r"(Forward|Backward|Gradients|Step|\w+ = )", line):
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
def single_keys() -> Iterator[Callable[[], str] | None]:
    """Give a function that waits for one key and names it; None where keys come in lines only."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stdout)):
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
    undo = partial(termios.tcsetattr, descriptor, termios.TCSADRAIN, before)
    with restoring(partial(tty.setcbreak, descriptor), undo):
        yield Keys(descriptor).read


# One key: a sequence that begins with Escape, or one character.
_ONE_KEY = re.compile(r"\x1b[\[O][0-9;]*[A-Za-z~]|\x1b|.", re.DOTALL)


class Keys:
    """Keys from a terminal, one by one, however many of them arrive together."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._waiting = ""

    def read(self) -> str:
        """Wait for a key and name it; the end of the input is "quit"."""
        while not self._waiting:
            arrived = os.read(self._descriptor, 1024)
            if not arrived:
                return "quit"
            self._waiting += self._decoder.decode(arrived)
        found = _ONE_KEY.match(self._waiting)
        assert found is not None
        self._waiting = self._waiting[found.end() :]
        return KEYS.get(found[0], found[0])


def _windows_key() -> Callable[[], str] | None:
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
