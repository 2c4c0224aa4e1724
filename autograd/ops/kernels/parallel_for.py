"""Threads: how many parts a batch is cut into, each computed on a thread of its own.

NumPy releases Python's global lock while it copies and multiplies, so Python threads run in
parallel.  The linear algebra library underneath (BLAS) has threads of its own; both together would
be more than there are processors, so while our threads run, BLAS is limited to one.  NumPy cannot
do that, but the package threadpoolctl can (the extra ``threads``): without it the engine starts no
threads, and leaves them all to BLAS.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextvars import copy_context
from functools import cache, partial
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, Any

from autograd.core.blocks import restoring
from autograd.core.calls import called
from autograd.core.messages import one_line
from autograd.errors import MissingError, OptionError

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

# Two threads are faster than one from about so many multiplications and additions on: waking a
# thread, and waiting for it, takes longer than a tenth of a millisecond.
WORTHWHILE = 20_000_000

_chosen: int | None = None


@called
def set_threads(n: int | None) -> None:
    """Choose how many threads share the work of a convolution or a pooling.

    A batch is cut into so many parts, if it is large enough to pay.  The choice holds for all
    Python threads.  `matmul` and `einsum` are left to BLAS, which has threads of its own.

    Parameters
    ----------
    n : int or None
        None is the default: as many as BLAS would use, which the environment variables
        ``OPENBLAS_NUM_THREADS`` and ``OMP_NUM_THREADS`` say, or else the number of processors.

    Raises
    ------
    OptionError
        If n is not an integer of at least 1.
    MissingError
        If n is above 1 and the package threadpoolctl is not installed.

    Notes
    -----
    For one choice results are always the same; for another they differ by rounding, because
    the gradient of a kernel is added up part by part.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.set_threads(1)
    >>> ag.threads()
    1
    >>> ag.set_threads(None)
    """
    global _chosen
    if n is not None and (not hasattr(n, "__index__") or isinstance(n, bool) or n < 1):
        raise OptionError(f"set_threads: {one_line(n)} must be an integer of at least 1, or None")
    if n is not None and n > 1 and controller() is None:
        raise MissingError(
            "set_threads: more than one thread needs threadpoolctl: "
            "pip install 'glassgrad[threads]'"
        )
    _chosen = None if n is None else n.__index__()


@called
def threads() -> int:
    """Return how many threads share the work of a convolution or a pooling.

    Returns
    -------
    int
        What `set_threads` chose, or else as many as BLAS would use; 1 without threadpoolctl.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.threads() >= 1
    True
    """
    return _chosen or _blas.threads()


def parts_of(count: int, are_worthwhile: bool) -> list[tuple[int, int]]:
    """Return the bounds of the parts of ``range(count)``, one for each thread if it is worthwhile.

    Examples
    --------
    >>> from autograd.ops.kernels.parallel_for import parts_of
    >>> parts_of(5, are_worthwhile=False)
    [(0, 5)]
    """
    parts = max(min(threads(), count), 1) if are_worthwhile else 1
    return list(pairwise(count * i // parts for i in range(parts + 1)))


def in_parts(work: Callable[[int, int], Any], count: int, cost: float) -> list[Any]:
    """Call ``work(first, last)`` for the parts of ``range(count)``, each on a thread of its own.

    The linear algebra library is limited to one thread meanwhile.

    Parameters
    ----------
    work : callable
        It may compute with arrays only: the state of the engine is that of the calling thread.
    count : int
        How many items there are, such as the images of a batch.
    cost : float
        About how many multiplications and additions they all take; few are not worth a thread.

    Returns
    -------
    list
        The results, in the order of the parts.

    Examples
    --------
    >>> from autograd.ops.kernels.parallel_for import in_parts
    >>> in_parts(lambda first, last: (first, last), 5, cost=1)
    [(0, 5)]
    """
    bounds = parts_of(count, cost >= WORTHWHILE)
    if len(bounds) < 2:
        return [work(0, count)]
    from concurrent.futures import wait  # as long to load as the rest of the kernels

    with _blas.limited():
        later = [_begin(partial(work, *part), len(bounds) - 1) for part in bounds[1:]]
        try:
            results = [work(*bounds[0])]
            for part, future in zip(bounds[1:], later, strict=True):
                # A part that no thread has begun is done here, instead of waiting for a free one.
                if future is None or future.cancel():
                    results.append(work(*part))
                else:
                    results.append(future.result())
            return results
        finally:  # if a part has failed, the others must not go on after the call
            wait([future for future in later if future is not None and not future.cancel()])


def _begin(task: Callable[[], Any], workers: int) -> Future[Any] | None:
    """Hand a task to a thread; None if none can be had, as when the interpreter is about to end."""
    global _pool
    with _choosing:
        try:
            # Python refuses to load this, too, when it is about to end.
            from concurrent.futures import ThreadPoolExecutor

            if _pool is None or _pool._max_workers < workers:
                if _pool is not None:
                    _pool.shutdown(wait=False)
                _pool = ThreadPoolExecutor(workers, thread_name_prefix="glassgrad")
            # A copy of the context, so that `np.errstate` holds for all parts.
            return _pool.submit(copy_context().run, task)
        except RuntimeError:
            if _pool is not None:
                _pool.shutdown(wait=False, cancel_futures=True)
            _pool = None
            return None


_pool: ThreadPoolExecutor | None = None
_choosing = Lock()


@cache
def controller() -> Any:
    """Return what sets the threads of BLAS, or None where threadpoolctl is not installed."""
    try:
        from threadpoolctl import ThreadpoolController
    except ModuleNotFoundError:
        return None
    return ThreadpoolController().select(user_api="blas")


class _Blas:
    """Limits BLAS to one thread while any Python thread is inside; reentrant."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.inside: set[object] = set()
        self.usual = 1
        self.limit: Any = None

    def threads(self) -> int:
        """Return how many threads BLAS uses outside of our own."""
        with self.lock:
            if self.inside:
                return self.usual
            if controller() is None:
                return 1
            return max((lib.num_threads for lib in controller().lib_controllers), default=1)

    def limited(self) -> restoring[None]:
        """Return a block inside which it is limited."""
        token = object()
        return restoring(partial(self._enter, token), partial(self._leave, token))

    def _enter(self, token: object) -> None:
        usual = self.threads()
        with self.lock:
            if not self.inside:
                self.usual = usual
                self.inside.add(token)
                self.limit = controller().limit(limits=1)
            self.inside.add(token)

    def _leave(self, token: object) -> None:
        with self.lock:
            self.inside.discard(token)
            if self.limit is not None and not self.inside:
                self.limit.restore_original_limits()
                self.limit = None


_blas = _Blas()


def _after_fork() -> None:
    """Begin anew in a child process, which has none of its parent's threads."""
    global _blas, _pool, _choosing
    if _blas.limit is not None:
        _blas.limit.restore_original_limits()
    _blas = _Blas()
    _pool, _choosing = None, Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
