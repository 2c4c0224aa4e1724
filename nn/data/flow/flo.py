"""The format ``.flo`` of optical flow, that of the benchmarks Middlebury and Sintel.

::

    50 49 45 48     the float32 202021.25, which reads PIEH as text
    00 02 00 00     the width, 512
    80 01 00 00     the height, 384
    ...             float32 numbers: u and v of the first pixel, of the one to the right of it, ...

Everything has its least significant byte first.  Where u or v is larger than 1e9, the flow is not
known (Baker et al. 2011).
"""

from __future__ import annotations

import os
import struct

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.files import write_file
from nn.data.files import Reader, opened

MAGIC = b"PIEH"
HEAD = "<4sii"
LARGEST = 1e9  # of what is known
UNKNOWN = 1e10
MOST = 2**31 - 1  # pixels along a side, in four bytes


@called
def read_flo(path: str | os.PathLike[str]) -> ag.Array:
    """Read the optical flow in a ``.flo`` file.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    numpy.ndarray, (2, height, width) float32
        How far each pixel moves to the right, and how far down; both are NaN where the flow is not
        known, which files say by numbers above 1e9.

    Raises
    ------
    nn.DataError
        If it is not such a file, or is damaged, cut off, or longer than it says.
    OSError
        If there is no such file.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> from nn.data.flow.flo import read_flo, write_flo
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "a.flo")
    ...     write_flo(path, np.array([[[1.5, np.nan]], [[0.0, 0.0]]]))
    ...     read_flo(path)
    array([[[1.5, nan]],
    <BLANKLINE>
           [[0. , nan]]], dtype=float32)
    """
    with opened("read_flo", path) as file:
        width, height = _sizes(file)
        data = file.read(8 * width * height, f"a flow of {width} x {height} pixels")
        file.end()
    rows = np.frombuffer(data, "<f4").reshape(height, width, 2)
    flow = np.moveaxis(rows, 2, 0).astype(np.float32)
    known = (abs(flow) <= LARGEST).all(axis=0)  # nor is a NaN
    flow[:, ~known] = np.nan
    return flow


def _sizes(file: Reader) -> tuple[int, int]:
    magic, width, height = struct.unpack(HEAD, file.read(struct.calcsize(HEAD), "the head"))
    if magic != MAGIC:
        raise file.refusal(
            f"it begins with the bytes {magic.hex(' ')}; a .flo file begins with "
            f"{MAGIC.hex(' ')}, the number 202021.25"
        )
    if width < 1 or height < 1:
        raise file.refusal(f"its width {width} and height {height} must be at least 1")
    return width, height


@called
def write_flo(path: str | os.PathLike[str], flow: ag.ArrayLike) -> None:
    """Write an optical flow as a ``.flo`` file, which appears when it is complete.

    Parameters
    ----------
    path : str or path
    flow : array or Tensor, (2, height, width)
        How far each pixel moves to the right, and how far down; written as float32, and as unknown
        where one of the two is NaN.

    Raises
    ------
    autograd.ShapeError
        If the flow has another shape.
    autograd.OptionError
        If a number is above 1e9, infinities included, which would be read as unknown; or the path
        leads to something else than a regular file.
    OSError
        If the file cannot be written; an old one is then as it was.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> from nn.data.flow.flo import write_flo
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "a.flo")
    ...     write_flo(path, np.zeros((2, 3, 4)))
    ...     os.path.getsize(path)  # 12 bytes, and 8 for each pixel
    108
    """
    array = np.asarray(ag.tensor(flow).data)
    array = array.astype(np.promote_types(array.dtype, np.float32))  # float16 ends before UNKNOWN
    if array.ndim != 3 or array.shape[0] != 2 or 0 in array.shape or max(array.shape) > MOST:
        raise ag.ShapeError(
            f"write_flo: flow {array.shape} must be (2, height, width); of a batch, write one file "
            "for each flow"
        )
    known = ~np.isnan(array).any(axis=0)
    if (abs(array[:, known]) > LARGEST).any():
        raise ag.OptionError(
            f"write_flo: the flow has {abs(array[:, known]).max():g}; numbers above {LARGEST:g} "
            "stand for an unknown flow, which NaN is here"
        )
    rows = np.moveaxis(np.where(known, array, UNKNOWN), 0, 2).astype("<f4")
    head = struct.pack(HEAD, MAGIC, array.shape[2], array.shape[1])
    write_file("write_flo", path, head + rows.tobytes(), ag.OptionError)
