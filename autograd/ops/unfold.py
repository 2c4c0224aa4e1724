"""Windows of an image as an array of their own: unfold, and fold, its way back.

Pooling takes the largest or the mean element of every window, a locally connected layer multiplies
every window with weights of its own, and a convolution is one matrix product with all windows
("im2col").  `unfold` copies the windows out; where they overlap, an element is copied more than
once.  The derivative of a copy adds, so backwards the windows are laid down again and added up:
`fold`.  Each is the other's derivative.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.core.calls import checked
from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Array, Padding, Sizes
from autograd.errors import ShapeError
from autograd.ops.kernels.conv_reference import (
    Geometry,
    gather_windows,
    geometry,
    kernel_over,
    scatter_windows,
)


@checked
def unfold(
    x: ArrayLike, kernel: Sizes, stride: Sizes = 1, padding: Padding = 0, dilation: Sizes = 1
) -> Tensor:
    """Copy out the windows that a kernel visits on its way over an image; deck 2, on pooling.

    ``out[n, c, k, i] = x[n, c, stride i + dilation k - padding]``, and 0 in the padding.  PyTorch's
    function of this name takes its arguments in another order, and flattens the result.

    Parameters
    ----------
    x : array or Tensor, (N, C, *image), with one, two or three spatial axes
    kernel : int or tuple of int
        The size of a window.
    stride, padding, dilation : int or tuple
        How the kernel moves, as for `conv`.

    Returns
    -------
    Tensor or array, (N, C, *kernel, *out)
        out = floor((image + 2 padding - dilation (kernel - 1) - 1) / stride) + 1

    Raises
    ------
    ShapeError
        If the kernel does not fit into the image.

    Examples
    --------
    >>> import autograd as ag
    >>> windows = ag.unfold(ag.tensor([[[1.0, 5.0, 3.0, 2.0]]]), (2,), stride=2)
    >>> ag.max(windows, axis=2)
    tensor([[[5., 3.]]])
    """
    x = x if isinstance(x, Tensor) else np.asarray(x)
    kernel = kernel_over("unfold", x.shape, kernel)
    return windows_of(x, geometry("unfold", x.shape[2:], kernel, stride, padding, dilation, 1))


@checked
def fold(
    windows: ArrayLike,
    image: Sequence[int],
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> Tensor:
    """Lay windows down where `unfold` would cut them out, and add up where they overlap.

    Parameters
    ----------
    windows : array or Tensor, (N, C, *kernel, *out)
    image : tuple of int
        The size of the result, which does not follow from the windows if the stride is above 1.
    stride, padding, dilation : int or tuple
        How the kernel moves, as for `conv`.

    Returns
    -------
    Tensor or array, (N, C, *image)

    Raises
    ------
    ShapeError
        If windows of such an image would not have this shape.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.fold(ag.tensor([[[[1.0, 2.0], [10.0, 20.0]]]]), (3,))
    tensor([[[ 1., 12., 20.]]])
    """
    windows = windows if isinstance(windows, Tensor) else np.asarray(windows)
    image = tuple(image)
    kernel = tuple(windows.shape[2 : 2 + len(image)])
    if len(windows.shape) != 2 * len(image) + 2 or len(image) not in (1, 2, 3):
        raise ShapeError(
            f"fold: windows {windows.shape} and image {one_line(image)}: the windows need "
            "(N, C, *kernel, *out), with as many axes each as the image, one, two or three"
        )
    g = geometry("fold", image, kernel, stride, padding, dilation, 1)
    if tuple(windows.shape[2 + len(image) :]) != g.output:
        raise ShapeError(
            f"fold: windows {windows.shape} of an image {one_line(image)} must be "
            f"{(*windows.shape[:2], *kernel, *g.output)}; change the image or the stride"
        )
    return image_of(windows, g)


@primitive(vjps=(lambda ct, out, x, g: image_of(ct, g),), name="unfold")
def windows_of(x: Array, g: Geometry) -> Array:
    """Copy out all windows; see `unfold`.  A primitive for speed: one copy for each kernel place.

    x: (N, C, *g.image) -> (N, C, *g.kernel, *out).

    >>> from autograd.ops.kernels.conv_reference import geometry
    >>> from autograd.ops.unfold import windows_of
    >>> from autograd import tensor
    >>> windows_of(tensor([[[1.0, 2.0, 3.0]]]), geometry("unfold", (3,), (2,), 1, 0, 1, 1))
    tensor([[[[1., 2.],
              [2., 3.]]]])
    """
    return gather_windows(np.asarray(x), g)


@primitive(vjps=(lambda ct, out, windows, g: windows_of(ct, g),), name="fold")
@in_float32
def image_of(windows: Array, g: Geometry) -> Array:
    """Lay down all windows and add them up; see `fold`.

    windows: (N, C, *g.kernel, *out) -> (N, C, *g.image).

    >>> from autograd.ops.kernels.conv_reference import geometry
    >>> from autograd.ops.unfold import image_of
    >>> from autograd import tensor
    >>> g = geometry("fold", (3,), (2,), 1, 0, 1, 1)
    >>> image_of(tensor([[[[1.0, 2.0], [10.0, 20.0]]]]), g)
    tensor([[[ 1., 12., 20.]]])
    """
    return scatter_windows(np.asarray(windows), g)
