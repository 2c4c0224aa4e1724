"""A classifier of images of one size becomes one of images of any size (Long et al. 2015).

A dense layer over a feature map is a convolution whose kernel covers the whole map.  On a larger
image that kernel can be shifted, and there are logits at every place: those that the classifier
would give if it were moved over the image, for the work of one pass.
"""

from __future__ import annotations

import copy
import math
from contextlib import ExitStack
from typing import Any, NoReturn, TypeAlias

import autograd as ag
from autograd.core.calls import called
from nn.init import generator
from nn.inspection.preserve import preserved
from nn.layers import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm1d,
    Conv2d,
    Flatten,
    Identity,
    LayerNorm,
    Linear,
    LogSoftmax,
    RMSNorm,
    Softmax,
    Softmin,
)
from nn.layers.inputs import as_input
from nn.layers.sizes import Size, along, per_axis
from nn.module import Module

Shape: TypeAlias = tuple[int, ...]
Shapes: TypeAlias = dict[Module, Shape]

OF_ROWS = (BatchNorm1d, LayerNorm, RMSNorm)
ALONG_AXIS = (LogSoftmax, Softmax, Softmin)


class FullyConvolutional(Module):
    """The same classifier, with the same weights, for images of any size.

    Dense layers become convolutions: the first, of ``in_features = C h w``, has kernels of (h, w),
    and the others have kernels of (1, 1).  The parameters are those of the model, not copies: what
    one of the two learns, the other has learned.

    The logits at ``[:, :, i, j]`` are what the classifier makes of the window ``[i : i + h,
    j : j + w]`` of the features of the whole image.  If no convolution or pooling has padding, they
    are what it makes of a part of the image, whose corner is ``(i s, j s)`` with the product ``s``
    of all strides.  With padding, a part that is cut out has zeros around it, and a part of a
    larger image has what is there.

    Parameters
    ----------
    model : Module
        Maps images (N, C, H, W) of one size to logits (N, classes).  A `Flatten` in it stands in
        front of the dense layers.
    size : int or (height, width), optional
        That of the images of the model.  It is needed if there is an `AdaptiveAvgPool2d`, as in
        AlexNet, VGG and ResNet, or if the features are not as high as wide.

    Raises
    ------
    autograd.OptionError
        If the model cannot be converted; the message says what to change.
    autograd.ShapeError
        When called, if the image is smaller than those of the classifier.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> net = nn.models.LeNet5(padding=0, rng=0)  # for 32 x 32
    >>> everywhere = nn.models.FullyConvolutional(net)
    >>> image = np.random.default_rng(0).normal(size=(1, 1, 40, 48))
    >>> everywhere(image).shape
    (1, 10, 3, 5)
    >>> part = image[:, :, 4 : 4 + 32, 12 : 12 + 32]
    >>> np.allclose(everywhere(image)[:, :, 1, 3].numpy(), net(part).numpy())
    True
    """

    model: Module

    @called
    def __init__(self, model: Module, size: Size | None = None) -> None:
        _check(model)
        sizes = None if size is None else per_axis("FullyConvolutional", 2, size=size)
        image, logits, shapes = _run(model, sizes) if sizes else (None, None, None)
        # Not moved: the parts that both share keep the paths that they have in the model.
        object.__setattr__(self, "model", _converted(model, shapes, {}))
        if sizes:
            self._check_same(image, logits)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map images (N, C, H, W) to logits (N, classes, rows, columns)."""
        return self.model(x)

    def _check_same(self, image: Any, logits: Any) -> None:
        """Refuse a model whose parts act otherwise at many places, as some of a user may."""
        with preserved(self), ag.no_grad():
            found = self(image)
        far = ag.max(ag.abs(ag.reshape(found, ag.shape(logits)) - logits))
        if far > 1e-3 * ag.max(ag.abs(logits)):
            _refuse(self.model, "has parts that act otherwise on maps; its logits are others there")


class ConvolutionalLinear(Linear):
    """A dense layer at every place of a feature map.

    Attributes
    ----------
    window : (height, width) or None
        Of the features that the first dense layer takes; None if they are as high as wide.
    dilation : (int, int)
        How far apart they are.
    """

    window: Shape | None = None
    dilation: Shape = (1, 1)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, H, W) to (N, out_features, rows, columns)."""
        x = as_input(self, x)
        if x.ndim != 4:
            raise ag.ShapeError(
                f"input {x.shape} has lost its rows and columns; in the model, write "
                "nn.AdaptiveAvgPool2d(1) for a mean over them and nn.Flatten() for ag.reshape"
            )
        window = self._window(x)
        _check_room(x.shape, window, self.dilation)
        kernel = ag.reshape(self.weight, (self.out_features, x.shape[1], *window))
        y = ag.conv(x, kernel, dilation=self.dilation)
        return y if self.bias is None else y + along(self.bias, 1, y.ndim)

    def _window(self, x: Any) -> Shape:
        """Return height and width of the kernels: as many places as there are weights."""
        channels, features = x.shape[1], self.in_features
        side = math.isqrt(features // channels)
        for window in ((1, 1), self.window or (side, side)):
            if channels * math.prod(window) == features:
                return window
        raise ag.ShapeError(
            f"input {x.shape}: {features} features are not {channels} channels of a square; give "
            "the size of the model's images, as in FullyConvolutional(model, size=(32, 64))"
        )


class SlidingAvgPool2d(AvgPool2d):
    """The means of the windows of an adaptive pooling at every place, and not only side by side.

    The dense layer behind it looks at every ``kernel_size``-th of them.
    """

    def __init__(self, kernel_size: Shape, output_size: Any) -> None:
        super().__init__(kernel_size, stride=1)
        self.output_size = output_size  # VGG compares it with the features

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, H, W) to (N, C, rows, columns)."""
        _check_room(ag.shape(x), self.kernel_size)
        return super().forward(x)


def _check_room(shape: Shape, window: Shape, dilation: Shape = (1, 1)) -> None:
    """Refuse features in which a window has no place."""
    sides = [1 + (n - 1) * step for n, step in zip(window, dilation, strict=True)]
    if any(have < side for have, side in zip(shape[2:], sides, strict=True)):
        raise ag.ShapeError(
            f"features {shape} are smaller than the {sides[0]} x {sides[1]} that the classifier "
            "takes; give an image at least as large as the model's"
        )


def _check(model: Any) -> None:
    """Refuse a model that would compute something else on maps than on rows."""
    if not isinstance(model, Module):
        raise ag.OptionError(
            "FullyConvolutional: takes a module, such as nn.models.LeNet5(), not "
            f"{type(model).__name__}"
        )
    parts = list(model.modules())
    if _has(parts, ConvolutionalLinear):
        _refuse(model, "is fully convolutional already; call it")
    for part in parts:
        if isinstance(part, OF_ROWS) or (isinstance(part, ALONG_AXIS) and part.dim != 1):
            _refuse(part, "computes along rows of features, which are maps here; leave it out")
        if isinstance(part, Flatten) and (part.start_dim, part.end_dim) not in ((1, -1), (1, 3)):
            _refuse(part, "must flatten all axes but the first; write nn.Flatten()")
    if {kind for kind in (Flatten, Linear) if _has(parts, kind)} == {Linear}:
        _refuse(model, "flattens by itself; write self.flatten = nn.Flatten() for ag.reshape")


def _has(parts: list[Module], kind: type[Module]) -> bool:
    return any(isinstance(part, kind) for part in parts)


def _refuse(part: Module, why: str) -> NoReturn:
    name = f"{type(part).__name__} {part._path}".rstrip()
    raise ag.OptionError(f"FullyConvolutional: {name} {why}")


def _run(model: Module, size: Shape) -> tuple[Any, Any, Shapes]:
    """Run a model once; return the image, the logits, and what is seen on the way.

    That is the height and width of what comes into every `Flatten` and adaptive pooling, and of
    dense layers that they ran.
    """
    seen: Shapes = {}

    def note(part: Module, inputs: tuple[Any, ...], output: object) -> None:
        seen[part] = ag.shape(inputs[0])[2:]

    channels = [part.in_channels for part in model.modules() if isinstance(part, Conv2d)]
    image = generator(0).normal(size=(1, *(channels[:1] or [1]), *size))
    with ExitStack() as hooks, preserved(model), ag.no_grad():
        for part in model.modules():
            if isinstance(part, (Flatten, AdaptiveAvgPool2d, Linear)):
                hooks.enter_context(part.register_forward_hook(note))
        return image, model(image), seen


def _converted(part: Module, shapes: Shapes | None, done: dict[Module, Module]) -> Module:
    """Return a part as it is on maps; one that is the same there is not copied."""
    if isinstance(part, AdaptiveAvgPool2d):
        factors = _factors(part, shapes)
        return _in_the_place_of(part, SlidingAvgPool2d(factors, part.output_size))
    if isinstance(part, Flatten):
        return _in_the_place_of(part, Identity())
    if isinstance(part, Linear):
        return _convolutional(part, shapes)
    children = list(part.named_children())
    if part in done or not children:
        return done.get(part, part)
    new = done[part] = copy.copy(part)
    for name, child in children:
        object.__setattr__(new, name, _converted(child, shapes, done))
    return new


def _in_the_place_of(part: Module, new: Module) -> Module:
    object.__setattr__(new, "_path", part._path)  # for messages and drawings
    return new


def _convolutional(part: Linear, shapes: Shapes | None) -> Linear:
    """Return a dense layer as a convolution of the same parameters."""
    if shapes and part not in shapes:
        return part  # of a head that runs only in training, as GoogLeNet's
    new = ConvolutionalLinear.__new__(ConvolutionalLinear)
    vars(new).update(vars(part))
    for seen, size in (shapes or {}).items():
        if isinstance(seen, AdaptiveAvgPool2d):
            new.dilation = _factors(seen, shapes)
        elif isinstance(seen, Flatten):
            new.window = size
    return new


def _factors(part: AdaptiveAvgPool2d, shapes: Shapes | None) -> Shape:
    """Return height and width of the windows."""
    if shapes is None:
        _refuse(part, "needs the size of the model's images, as in FullyConvolutional(model, 224)")
    # VGG passes over the pooling where there is nothing to pool.
    size = shapes.get(part, part.output_size)
    lengths = [(n or 1, new or n or 1) for n, new in zip(size, part.output_size, strict=True)]
    if any(n % new for n, new in lengths):
        _refuse(
            part,
            f"divides {size} features into {part.output_size} unequal windows; give another size",
        )
    return tuple(n // new for n, new in lengths)
