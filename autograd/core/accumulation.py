"""Adding what a backward pass has computed to the gradients of leaves, from several threads too."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from typing import Any

from autograd.core import fastpath
from autograd.core.tensor import Tensor

# Between reading a gradient and writing the sum, another thread must not add its own.
_adding = threading.RLock()  # which a finalizer may take again in the same thread


def add_gradients(cotangents: dict[Tensor, Any], tensors: Iterable[Tensor]) -> None:
    """Add the cotangents of tensors to their ``grad``."""
    with _adding:
        for t in tensors:
            ct = fastpath.take_out(cotangents, t)
            t._grad = ct if t._grad is None else t._grad + ct


def _after_fork() -> None:
    """Begin anew in a child process, in which no other thread can release the lock."""
    global _adding
    _adding = threading.RLock()


_register = getattr(os, "register_at_fork", lambda **when: None)  # Windows has none
_register(after_in_child=_after_fork)
