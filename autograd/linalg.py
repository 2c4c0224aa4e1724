"""The functions that NumPy keeps under ``np.linalg``."""

from typing import Any

from autograd.core.calls import checked
from autograd.functions.norms import norm
from autograd.functions.picking import trace as trace_of_axes
from autograd.functions.products import inv
from autograd.ops.linalg import det, solve

__all__ = ["det", "inv", "norm", "solve", "trace"]


@checked
def trace(x: Any, offset: int = 0) -> Any:
    """Sum along a diagonal of the last two axes.

    It stands here because ``ag.trace`` records the events of a computation.

    Parameters
    ----------
    x : array or Tensor, (..., n, m)
    offset : int
        Above (positive) or below (negative) the main diagonal.

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.trace(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    return trace_of_axes(x, offset, axis1=-2, axis2=-1)
