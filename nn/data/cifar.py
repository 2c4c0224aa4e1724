"""CIFAR-10, small colour photographs of ten kinds, in its binary version.

A file is a row of records of 3073 bytes: the class, from 0 to 9, then 32 x 32 bytes of red, as many
of green, and as many of blue, row by row (Krizhevsky 2009).
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from autograd.core.calls import called
from autograd.core.files import shown
from nn.data.dataset import Dataset
from nn.data.files import as_folder, from_bytes, opened
from nn.errors import DataError

CLASSES = (
    *("airplane", "automobile", "bird", "cat", "deer"),
    *("dog", "frog", "horse", "ship", "truck"),
)
RECORD = 1 + 3 * 32 * 32
TRAIN = [f"data_batch_{number}.bin" for number in range(1, 6)]
TEST = "test_batch.bin"


@called
def read_cifar10(path: str | os.PathLike[str]) -> Dataset:
    """Read one file of CIFAR-10, such as ``test_batch.bin``.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    Dataset
        Inputs (N, 3, 32, 32) float32 from 0 to 1, red, green and blue; targets (N,) int64.

    Raises
    ------
    nn.DataError
        If the file is empty, has no whole number of records, or holds a class above 9.
    OSError
        If there is no such file.

    Examples
    --------
    >>> from nn.data.cifar import read_cifar10
    >>> import os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "test_batch.bin")
    ...     with open(path, "wb") as file:
    ...         _ = file.write(bytes([6]) + bytes(3072))
    ...     read_cifar10(path).targets
    array([6])
    """
    return _dataset(_records(path))


@called
def cifar10(folder: str | os.PathLike[str]) -> tuple[Dataset, Dataset]:
    """Read CIFAR-10 from the folder into which its binary version was unpacked.

    The files are ``data_batch_1.bin`` to ``data_batch_5.bin`` and ``test_batch.bin``.  Nothing is
    downloaded.

    Parameters
    ----------
    folder : str or path

    Returns
    -------
    train, test : Dataset
        As of `read_cifar10`; of the whole set, those for training take 600 MB.

    Raises
    ------
    nn.DataError
        If a file is missing, or is not what it should be.
    OSError
        If there is no such folder.
    """
    folder = as_folder("cifar10", folder)
    missing = [name for name in [*TRAIN, TEST] if not (folder / name).is_file()]
    if missing:
        raise DataError(f"cifar10: {shown(folder)} lacks {', '.join(missing)}")
    train = np.concatenate([_records(folder / name) for name in TRAIN])
    return _dataset(train), _dataset(_records(folder / TEST))


def _records(path: Any) -> Any:
    with opened("read_cifar10", path) as file:
        if file.gzipped:
            raise file.refusal("it is compressed; unpack it first")
        count, left = divmod(file.capacity, RECORD)
        if left:
            raise file.refusal(
                f"expected records of {RECORD} bytes, but found {file.capacity} bytes, which is "
                "not a multiple"
            )
        data = file.read(count * RECORD, "the records")
    records = np.frombuffer(data, np.uint8).reshape(count, RECORD)
    wrong = np.flatnonzero(records[:, 0] >= len(CLASSES))
    if len(wrong):
        label = records[wrong[0], 0]
        raise file.refusal(f"expected classes from 0 to 9, but found {label} in record {wrong[0]}")
    return records


def _dataset(records: Any) -> Dataset:
    return from_bytes(records[:, 1:].reshape(-1, 3, 32, 32), records[:, 0], CLASSES)
