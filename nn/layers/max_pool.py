"""Max pooling: the largest element of each window of an image."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.layers.inputs import as_floats
from nn.layers.pooling import Pool
from nn.layers.sizes import Size, over_batch


class _MaxPool(Pool):
    """What max pooling in one, two and three dimensions shares."""

    _options = ("kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode")

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self._set_geometry(kernel_size, stride, padding, dilation, ceil_mode)
        self.return_indices = return_indices

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, *image) to (N, C, *out), or both without N.

        With ``return_indices`` also to indices of that shape.
        """
        return over_batch(self._largest, as_floats(x), self._axes)

    def _largest(self, x: Any) -> Any:
        geometry = self._geometry(x)
        best = ag.max_pool(x, *geometry)
        return (best, ag.argmax_pool(x, *geometry)) if self.return_indices else best


class MaxPool1d(_MaxPool):
    """The largest element of each window of a signal; deck 2.

    The arguments are those of `MaxPool2d`; sizes are integers or tuples of one.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.MaxPool1d(2)(ag.tensor([[[1.0, 5.0, 3.0, 2.0]]]))
    tensor([[[5., 3.]]])
    """

    _axes = 1


class MaxPool2d(_MaxPool):
    """The largest element of each window of an image; decks 2 and 3.

    The gradient goes to the largest element, of several equal ones to the first.

    Parameters
    ----------
    kernel_size : int or (height, width)
    stride : int or tuple, optional
        By default ``kernel_size``: windows side by side.
    padding : int or tuple
        At most half of the window; padding never wins.
    dilation : int or tuple
    return_indices : bool
        Whether also to return where the largest elements stand, as an array of integers: each its
        number in its channel, row by row, which is what `MaxUnpool2d` needs.
    ceil_mode : bool
        Whether a last window may stand out over the edge.

    Raises
    ------
    autograd.OptionError
        If sizes are not integers, or the padding is more than half of the window.
    autograd.ShapeError
        When called, if the input is not (N, C, H, W) or (C, H, W), or the window does not fit into
        it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> x = ag.tensor([[[[1.0, 5.0], [3.0, 2.0]]]])
    >>> nn.MaxPool2d(2, return_indices=True)(x)
    (tensor([[[[5.]]]]), array([[[[1]]]]))
    """

    _axes = 2


class MaxPool3d(_MaxPool):
    """The largest element of each window of a volume; deck 2.

    The arguments are those of `MaxPool2d`; sizes are integers or (depth, height, width).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.MaxPool3d((1, 2, 2))(ag.broadcast_to(1.0, (1, 2, 3, 4, 4))).shape
    (1, 2, 3, 2, 2)
    """

    _axes = 3
