"""Source locations: the line of the user's code that made an operation.

A step that shows the code it comes from is easier to follow than one that shows a gate alone.  The
place of an operation is found when it is made, from the stack: the innermost frame that belongs
neither to the engine nor to NumPy.  Python knows for each instruction
which columns it was compiled from, so of several operations on one line each marks its own.

Only text is kept, never a frame, which would keep every value that its function saw.
"""

from __future__ import annotations

import linecache
import os
import sys
from dataclasses import dataclass
from itertools import islice
from types import CodeType, FrameType, TracebackType
from typing import TypeAlias

from autograd.core.messages import plain

LONGEST = 120
# A function that is decorated with a scope is called by contextlib, and what a copy consists of is
# found by copy.
OURS = frozenset(("autograd", "nn", "numpy", "contextlib", "copy"))

# First and last line, first column and the one behind the last, in bytes of UTF-8: what Python says
# of an instruction or of a part of an expression, with None for what it does not know.
Span = tuple[int | None, int | None, int | None, int | None]
# A code object and the offset of an instruction in it: what is cheap to keep until it is shown.
Position: TypeAlias = tuple[CodeType, int]


@dataclass(frozen=True, slots=True)
class Place:
    """A marked part of a line of source, fit to be shown.

    Attributes
    ----------
    text : str
        The line without its indentation, and without what a terminal might obey.  Of a very long
        line, the part around the mark, with ``…`` where something was left out.
    start, end : int
        The columns of the marked part, ``text[start:end]``.  Of an expression over several lines,
        this is the part on the first of them.
    file : str
        The name of the file, without folders; empty where there is no file, as for an expression
        or in a notebook.
    line : int
        The number of the line, from 1.

    Examples
    --------
    >>> from autograd.core.source_location import Place
    >>> place = Place("y = w * x + b", 4, 9, "model.py", 3)
    >>> place.text[place.start : place.end]
    'w * x'
    """

    text: str
    start: int
    end: int
    file: str
    line: int


def place_of_caller() -> Place | None:
    """Return the place that is being run just now in code outside of the engine and NumPy.

    Returns
    -------
    Place or None
        None if there is no line to show, as for code in a string.

    Examples
    --------
    >>> from autograd.core.source_location import place_of_caller
    >>> place = place_of_caller()
    >>> place.text[place.start : place.end]
    'place_of_caller()'
    """
    position = position_of_caller()
    return None if position is None else place_at(position)


def position_of_caller() -> Position | None:
    """Return what is being run just now in code outside of the engine and NumPy."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    return None if frame is None else (frame.f_code, frame.f_lasti)


def place_in(traceback: TracebackType | None) -> Place | None:
    """Return the innermost place outside of the engine and NumPy that an error passed through.

    Returns
    -------
    Place or None
        None if the error was raised by code that is the engine's alone, or of which no line is
        there.
    """
    position: Position | None = None
    while traceback is not None:
        if not _is_ours(traceback.tb_frame):
            position = traceback.tb_frame.f_code, traceback.tb_lasti
        traceback = traceback.tb_next
    return None if position is None else place_at(position)


def _is_ours(frame: FrameType) -> bool:
    module = str(frame.f_globals.get("__name__"))
    # An example in a docstring runs under the name of its module, but is written as by a reader.
    example = frame.f_code.co_filename.startswith("<doctest ")
    return module.partition(".")[0] in OURS and not example


def place_at(position: Position) -> Place | None:
    """Return the place of an instruction; None if there is no line to show."""
    code, instruction = position
    span = next(islice(code.co_positions(), instruction // 2, None))
    # Code in a string bears this name, whatever else may be known by it.
    if span[0] is None or code.co_filename == "<string>":
        return None
    linecache.checkcache(code.co_filename)  # it may have been edited and loaded again
    line = linecache.getline(code.co_filename, span[0])
    exists = os.path.isfile(code.co_filename)  # a cell of a notebook only seems to have a file
    return quote(line, span, os.path.basename(code.co_filename) if exists else "")


def quote(line: str, span: Span, file: str = "") -> Place | None:
    """Return the place of a part of a line.

    Parameters
    ----------
    line : str
        The line on which the part begins.
    span : tuple
        First line, last line, first column and the column behind the last, as Python counts them:
        lines from 1, columns in bytes of UTF-8.
    file : str
        The name to show.

    Returns
    -------
    Place or None
        None if the line does not have these columns.

    Examples
    --------
    >>> from autograd.core.source_location import quote
    >>> quote("    y = f(x)", (1, 1, 8, 12))
    Place(text='y = f(x)', start=4, end=8, file='', line=1)
    """
    number, last, first, behind = span
    text = line.rstrip()
    indentation = len(text) - len(text.lstrip())
    start = indentation if first is None else _characters(text, first)
    end = len(text) if behind is None or last != number else _characters(text, behind)
    if number is None or not indentation <= start < end:
        return None
    text, start, end = _cut(_harmless(text[indentation:]), start - indentation, end - indentation)
    return Place(text, start, end, plain(file), number)


def _characters(text: str, size: int) -> int:
    """Count the characters in the first bytes of a text."""
    return len(text.encode("utf-8", "replace")[:size].decode("utf-8", "replace"))


def _harmless(text: str) -> str:
    """Replace what is not shown as itself, one character by one, so that columns still fit."""
    return plain("".join(" " if c.isspace() else c for c in text))


def _cut(text: str, start: int, end: int) -> tuple[str, int, int]:
    """Cut a long line around its marked part, which loses its end if it is long itself."""
    if len(text) <= LONGEST:
        return text, start, end
    width = LONGEST - 2
    before = (width - min(end - start, width)) // 2
    left = max(0, min(start - before, len(text) - width))
    right = left + width
    head, tail = "…" * (left > 0), "…" * (right < len(text))
    shift = len(head) - left
    # A mark that was cut goes on under the dots.
    return head + text[left:right] + tail, start + shift, min(end, right + (end > right)) + shift
