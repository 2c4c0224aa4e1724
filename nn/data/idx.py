"""The IDX format, that of MNIST: a head of a few bytes, and then the numbers.

::

    00 00 08 03                 two zeros, the type of the numbers (08: unsigned bytes), three axes
    0000EA60 0000001C 0000001C  the size of each axis: 60000 images of 28 x 28
    00 00 7F FF ...             the numbers, row by row

Everything of several bytes has the most significant one first.  Read as one integer, the first four
bytes of images are 2051, those of labels 2049 (LeCun, Cortes and Burges 1998).
"""

from __future__ import annotations

import math
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.files import shown
from autograd.core.messages import one_line
from nn.data.dataset import Dataset
from nn.data.files import Reader, as_folder, from_bytes, opened
from nn.errors import DataError

TYPES = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
MOST_AXES = 64  # as many as NumPy has
PARTS = ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1")


@called
def read_idx(path: str | os.PathLike[str]) -> ag.Array:
    """Read an IDX file, also one that is compressed with gzip.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    numpy.ndarray
        uint8, int8, int16, int32, float32 or float64, of the sizes that the file names.

    Raises
    ------
    nn.DataError
        If the file is empty, damaged, cut off, longer than it says, or no IDX file.
    OSError
        If there is no such file.

    Examples
    --------
    >>> from nn.data.idx import read_idx
    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "labels-idx1-ubyte")
    ...     with open(path, "wb") as file:
    ...         _ = file.write(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]))
    ...     read_idx(path)
    array([7, 2, 1], dtype=uint8)
    """
    with opened("read_idx", path) as file:
        dtype, axes = _kind(file)
        sizes = struct.unpack(f">{axes}I", file.read(4 * axes, "the sizes"))
        if 0 in sizes:
            raise file.refusal(f"there is nothing in it: its sizes are {one_line(sizes)}")
        count = math.prod(sizes) * dtype.itemsize
        data = file.read(count, f"numbers of sizes {one_line(sizes)}")
        file.end()
    numbers = np.frombuffer(data, dtype).reshape(sizes)
    return numbers.astype(dtype.newbyteorder("="), copy=False)


def _kind(file: Reader) -> tuple[np.dtype[Any], int]:
    head = file.read(4, "the head of an IDX file")
    zeros, code, axes = head[:2], head[2], head[3]
    if any(zeros) or code not in TYPES:
        raise file.refusal(
            f"it begins with the bytes {head.hex(' ')}; an IDX file begins with 00 00 and a type "
            "of 08, 09, 0b, 0c, 0d or 0e"
        )
    if not 1 <= axes <= MOST_AXES:
        raise file.refusal(f"it announces {axes} axes; expected 1 to {MOST_AXES}")
    return np.dtype(TYPES[code]), axes


@called
def mnist(folder: str | os.PathLike[str]) -> tuple[Dataset, Dataset]:
    """Read MNIST, or a set in the same four files, such as Fashion-MNIST, from a folder.

    The files are ``train-images-idx3-ubyte``, ``train-labels-idx1-ubyte``,
    ``t10k-images-idx3-ubyte`` and ``t10k-labels-idx1-ubyte``; there may be a dot before ``idx``,
    and ``.gz`` at the end.  Nothing is downloaded.

    Parameters
    ----------
    folder : str or path

    Returns
    -------
    train, test : Dataset
        Inputs (N, 1, height, width) float32 from 0 to 1; targets (N,) int64.  The classes are
        called "0" to "9", or further if the labels go further.

    Raises
    ------
    nn.DataError
        If a file is missing or is not what its name says, or there are more images than labels, or
        fewer.
    OSError
        If there is no such folder.
    """
    files = _find(as_folder("mnist", folder))
    train, test = _pair(*files[:2]), _pair(*files[2:])
    if train[0].shape[1:] != test[0].shape[1:]:
        raise DataError(
            f"mnist: {shown(files[2])}: expected images of {train[0].shape[1:]}, as in the file "
            f"for training, but found {test[0].shape[1:]}"
        )
    count = max(10, 1 + int(max(train[1].max(), test[1].max())))
    return _dataset(*train, count), _dataset(*test, count)


def _find(folder: Path) -> list[Path]:
    found, missing = [], []
    for part in PARTS:
        stems = f"{part}-ubyte", f"{part.replace('-idx', '.idx')}-ubyte"
        names = [stem + end for end in ("", ".gz") for stem in stems]
        there = [folder / name for name in names if (folder / name).is_file()]
        found += there[:1]
        missing += [] if there else names[:1]
    if missing:
        raise DataError(
            f"mnist: {shown(folder)} lacks {', '.join(missing)}; each may also have a dot before "
            "idx, and .gz at the end"
        )
    return found


def _pair(images: Path, labels: Path) -> tuple[Any, Any]:
    x, t = _unsigned(images, "images", 3), _unsigned(labels, "labels", 1)
    if len(x) != len(t):
        raise DataError(
            f"mnist: {shown(labels)}: expected {len(x)} labels, one for each image in "
            f"{images.name}, but found {len(t)}"
        )
    return x, t


def _unsigned(path: Path, what: str, axes: int) -> Any:
    numbers = read_idx(path)
    if numbers.dtype != np.uint8 or numbers.ndim != axes:
        raise DataError(
            f"mnist: {shown(path)}: expected {what}, uint8 with the magic number {2048 + axes}, "
            f"but found {numbers.dtype} of shape {numbers.shape}"
        )
    return numbers


def _dataset(images: Any, labels: Any, count: int) -> Dataset:
    return from_bytes(images[:, None], labels, [str(label) for label in range(count)])
