"""The text of a program, its tree, and edits of it."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from pathlib import Path

import autograd as ag
from autograd.core.files import check_regular, shown
from autograd.core.messages import one_line
from nn.errors import DataError

_LINE_END = re.compile(r"\r\n|\r|\n")
LARGEST = 5_000_000  # bytes


class Source:
    """A program: its text as in the file, and the tree of it.

    Attributes
    ----------
    name : str
    text : str
        With the line ends of the file.
    tree : ast.Module
    encoding : str
    """

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        try:
            self.encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            self.text = data.decode(self.encoding)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of the program, as for an escape in a string
                self.tree = ast.parse(self.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            line = getattr(error, "lineno", None)
            where = f":{line}" if line else ""
            reason = error.msg if isinstance(error, SyntaxError) else one_line(error, 100, str)
            raise DataError(f"port: {name}{where} is not a Python program: {reason}") from None
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(self.text))]
        self.edits: list[tuple[int, int, str]] = []

    @classmethod
    def read(cls, path: Path) -> Source:
        """Read a file."""
        check_regular("port", path, DataError)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DataError(f"port: cannot read {shown(path)}: {error.strerror}") from None
        if len(data) > LARGEST:
            raise DataError(f"port: {shown(path)} has more than {LARGEST:,} bytes")
        return cls(shown(path), data)

    @property
    def newline(self) -> str:
        """The first line end of the file."""
        found = _LINE_END.search(self.text)
        return found.group() if found else "\n"

    def start(self, node: ast.AST) -> int:
        """Return where a node begins in the text."""
        return self._offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        """Return where a node ends in the text."""
        return self._offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def shown(self, node: ast.AST) -> str:
        """Return the text of a node for a message."""
        return one_line(self.text[self.start(node) : self.end(node)], 60, str)

    def _offset(self, line: int, column: int) -> int:
        """Return the place of a column, which Python counts in bytes of UTF-8."""
        start = self._starts[line - 1]
        # A character has at least one byte.
        part = self.text[start : start + column].encode("utf-8", "surrogatepass")
        return start + len(part[:column].decode("utf-8", "surrogatepass"))

    def replace(self, start: int, end: int, text: str) -> None:
        """Note an edit."""
        self.edits.append((start, end, text))

    def edited(self) -> str:
        """Return the text with all edits; of several at one place, the first comes first."""
        parts, at = [], 0
        for start, end, text in sorted(self.edits, key=lambda edit: edit[:2]):
            if start < at:
                raise ag.OptionError(f"port: {self.name}: two edits meet at character {start}")
            parts += [self.text[at:start], text]
            at = end
        return "".join(parts) + self.text[at:]

    def encoded(self) -> bytes:
        """Return the edited text in the encoding of the file."""
        return self.edited().encode(self.encoding)
