"""Unpooling: put maxima back where they came from; deck 3, on Zeiler and Fergus, and SegNet."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.checks import Values
from nn.layers.inputs import as_array
from nn.layers.sizes import Size, last_sizes, over_batch, per_axis
from nn.module import Module


class _MaxUnpool(Module):
    """What unpooling in one, two and three dimensions shares."""

    _axes: int

    def __init__(self, kernel_size: Size, stride: Size | None = None, padding: Size = 0) -> None:
        kind = type(self).__name__
        self.kernel_size = per_axis(kind, self._axes, kernel_size=kernel_size)
        self.stride = (
            self.kernel_size if stride is None else per_axis(kind, self._axes, stride=stride)
        )
        self.padding = per_axis(kind, self._axes, 0, padding=padding)

    def forward(
        self, x: ag.ArrayLike, indices: ag.ArrayLike, output_size: Size | None = None
    ) -> Any:
        """Map values and indices (N, C, *out) to (N, C, *image), or all without N.

        The image has ``output_size``, or else along each axis ``(out - 1) stride - 2 padding +
        kernel``.  An element that was the maximum of several windows comes back once.
        """
        x, where = as_array(x), ag.tensor(indices, name="indices")
        if where.shape != x.shape:
            raise ag.ShapeError(f"values {x.shape} and indices {where.shape} must have one shape")
        if where.ndim == self._axes + 1:
            where = ag.expand_dims(where, 0)
        return over_batch(lambda x: self._filled(x, where, output_size), x, self._axes)

    def _filled(self, x: Any, where: ag.Tensor, output_size: Size | None) -> Any:
        return ag.max_unpool(x, where, self._size(x, output_size))

    def _size(self, x: Values, output_size: Size | None) -> tuple[int, ...]:
        if output_size is not None:
            return last_sizes(self._axes, output_size)
        geometry = (x.shape[2:], self.kernel_size, self.stride, self.padding)
        size = tuple((n - 1) * s - 2 * p + k for n, k, s, p in zip(*geometry, strict=True))
        if min(size) < 1:
            raise ag.ShapeError(f"input {x.shape} comes from no image: its size would be {size}")
        return size

    def extra_repr(self) -> str:
        """Return the geometry."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpool):
    """Put the maxima of `MaxPool1d` back to where they stood, and zeros elsewhere.

    The arguments are those of `MaxUnpool2d`; sizes are integers or tuples of one.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> values, indices = nn.MaxPool1d(2, return_indices=True)(ag.tensor([[[1.0, 5.0]]]))
    >>> nn.MaxUnpool1d(2)(values, indices)
    tensor([[[0., 5.]]])
    """

    _axes = 1


class MaxUnpool2d(_MaxUnpool):
    """Put the maxima of `MaxPool2d` back to where they stood, and zeros elsewhere.

    Parameters
    ----------
    kernel_size : int or (height, width)
    stride : int or tuple, optional
        By default ``kernel_size``.
    padding : int or tuple
        Those of the pooling; together they say how large the result is.

    Raises
    ------
    autograd.OptionError
        If sizes are not integers.
    autograd.ShapeError, autograd.IndexingError
        When called, if values and indices differ in shape, or an index lies outside the result.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> x = ag.tensor([[[[1.0, 5.0], [3.0, 2.0]]]])
    >>> values, indices = nn.MaxPool2d(2, return_indices=True)(x)
    >>> nn.MaxUnpool2d(2)(values, indices)
    tensor([[[[0., 5.],
              [0., 0.]]]])
    """

    _axes = 2


class MaxUnpool3d(_MaxUnpool):
    """Put the maxima of `MaxPool3d` back to where they stood, and zeros elsewhere.

    The arguments are those of `MaxUnpool2d`; sizes are integers or (depth, height, width).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> pool, unpool = nn.MaxPool3d(2, return_indices=True), nn.MaxUnpool3d(2)
    >>> unpool(*pool(ag.broadcast_to(1.0, (1, 2, 4, 4, 4)))).shape
    (1, 2, 4, 4, 4)
    """

    _axes = 3
