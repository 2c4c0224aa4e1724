"""The DLPack protocol: the array of a constant for another library.

``np.from_dlpack(t)`` and ``torch.from_dlpack(t)`` share memory with a leaf, whose array can be
written to.  The data of a result never change: of it they get a copy, as some libraries, PyTorch
among them, write to what is marked read-only.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.tensor import Tensor
from autograd.core.types import Array
from autograd.methods.conversions import check_constant

CPU = (1, 0)  # DLPack's number of the device, and which one


def dlpack_device(self: Tensor) -> tuple[int, int]:
    """Return where the array lies: in main memory."""
    return CPU


def dlpack(
    self: Tensor,
    *,
    stream: object = None,
    max_version: tuple[int, int] | None = None,
    dl_device: tuple[int, int] | None = None,
    copy: bool | None = None,
) -> Any:
    """Return the array of a constant as a capsule, as the array API standard defines it."""
    check_constant(self, "from_dlpack")
    if dl_device not in (None, CPU):
        raise BufferError("from_dlpack: tensors are in main memory, device (1, 0)")
    return _writable(self, copy).__dlpack__()


def _writable(t: Tensor, copy: bool | None) -> Array:
    array = np.asarray(t.data)
    shared = array.flags.writeable and t.ndim > 0
    if copy is False and not shared:
        raise BufferError("from_dlpack: only the array of a leaf can be shared without a copy")
    return array if shared and not copy else np.array(array)


EXCHANGE = {"__dlpack__": dlpack, "__dlpack_device__": dlpack_device}
