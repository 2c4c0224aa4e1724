"""Files of numbers, which are read whole or refused.

A file says in its head how much is to come.  A damaged one may say anything, so its word is
compared with its size before memory is taken for it.  A compressed file grows, but one byte of it
never becomes more than 1032, and they are taken piece by piece, up to what was announced.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

import autograd as ag
from autograd.core.files import as_path, check_regular, shown
from autograd.core.messages import one_line
from nn.data.dataset import Dataset
from nn.errors import DataError

GZIP = b"\x1f\x8b"
LARGEST_GROWTH = 1032
PIECE = 1 << 20


@contextmanager
def opened(owner: str, path: str | os.PathLike[str]) -> Iterator[Reader]:
    """Open a file to read, for as long as ``with`` lasts.

    Parameters
    ----------
    owner : str
        The function that reads; it begins the messages.
    path : str or path

    Raises
    ------
    nn.DataError
        If the file is empty, or is not a regular file.
    OSError
        If there is no such file.
    """
    path = as_path(owner, path, ag.OptionError)
    check_regular(owner, path, DataError)
    with open(path, "rb") as plain:
        yield Reader(owner, path, plain)


class Reader:
    """The bytes of an open file, unpacked if it is a gzip file.

    Attributes
    ----------
    gzipped : bool
        Whether it is one, by its first bytes, whatever its name.
    capacity : int
        How many bytes it holds or, if it is a gzip file, can hold at most.
    """

    def __init__(self, owner: str, path: Path, plain: BinaryIO) -> None:
        self.owner, self.path, self.file = owner, path, plain
        self.taken = 0
        self.capacity = os.fstat(plain.fileno()).st_size
        if self.capacity == 0:
            raise self.refusal("the file is empty")
        self.gzipped = plain.read(2) == GZIP
        plain.seek(0)
        if self.gzipped:
            self.capacity *= LARGEST_GROWTH
            self.file = cast(BinaryIO, gzip.GzipFile(fileobj=plain))

    def read(self, count: int, what: str) -> bytearray:
        """Return exactly so many bytes, or refuse the file."""
        left = self.capacity - self.taken
        if count > left:
            most = "can be" if self.gzipped else "are"
            wanted = one_line(count)
            raise self.refusal(f"{what}: expected {wanted} bytes, but there {most} only {left}")
        data = bytearray()
        while len(data) < count and (piece := self._piece(min(count - len(data), PIECE))):
            data += piece
        self.taken += len(data)
        if len(data) < count:
            raise self.refusal(f"{what}: expected {count} bytes, but there are only {len(data)}")
        return data

    def end(self) -> None:
        """Refuse the file if there is more; a gzip file also if its checksum is wrong."""
        if self._piece(1):
            total = "more" if self.gzipped else str(self.capacity)
            raise self.refusal(f"expected an end after {self.taken} bytes, but there are {total}")

    def _piece(self, count: int) -> bytes:
        try:
            return self.file.read(count)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            reason = one_line(error, 100, str)
            raise self.refusal(f"the gzip file is cut off or damaged: {reason}") from None

    def refusal(self, text: str) -> DataError:
        """Return the error that says what is wrong with this file."""
        return DataError(f"{self.owner}: {shown(self.path)}: {text}")


def from_bytes(images: ag.Array, labels: ag.Array, classes: Sequence[str]) -> Dataset:
    """Return images of bytes as numbers from 0 to 1, beside their classes."""
    return Dataset(images / np.float32(255), labels.astype(np.int64), classes)


def as_folder(owner: str, given: str | os.PathLike[str]) -> Path:
    """Read the path of a folder that is there; what else is raises an `OSError`."""
    path = as_path(owner, given, ag.OptionError)
    os.listdir(path)
    return path
