"""FlowNet: optical flow from two images, coarse first and then finer (Dosovitskiy et al. 2015).

Convolutions shrink the pair of images to a 64th of its height and width, where one unit sees much
of it.  On the way back transposed convolutions enlarge what was found.  At each size they meet the
features that the way down had there, and a first guess of the flow, enlarged (deck 0).
"""

from __future__ import annotations

from functools import partial
from typing import Any

import autograd as ag
from nn.checks import at_least_one, boolean
from nn.containers import Sequential
from nn.init import Seed, generator
from nn.layers import (
    AvgPool2d,
    Conv2d,
    ConvTranspose2d,
    GroupNorm,
    Identity,
    LeakyReLU,
    ReplicationPad2d,
    Upsample,
)
from nn.losses._multiscale_end_point_error import PIXELS
from nn.models.sizes import scaled
from nn.module import Module

SHRINKS = 64  # from the images to the coarsest features


class FlowNetSimple(Module):
    """FlowNetSimple, with 38,676,506 parameters: both images are one input of six channels.

    In training it returns the flow five times, from 1/4 of the size of the images to 1/64, in units
    of 20 pixels: what `nn.multiscale_end_point_error` takes.  In evaluation it returns the finest
    one, enlarged to the size of the images by bilinear interpolation, in pixels.

    Its state has the names and shapes of the form in common use for PyTorch: ``conv1.0.weight``,
    ``deconv5.0.weight``, ``predict_flow6.weight``, ``upsampled_flow6_to_5.weight``.

    Parameters
    ----------
    in_channels : int
        Of both images together.
    width : float
        What the channels of all layers are multiplied by; 1/8 leaves 615,658 parameters.
    dtype : floating NumPy dtype
    rng : int, numpy.random.Generator or None
    normalize : bool
        Whether to subtract the mean of each pair and to divide by its standard deviation, so that
        images may be from 0 to 1, dark or pale.  Weights from elsewhere were learned with images
        normalized otherwise: for them, False.

    Raises
    ------
    autograd.OptionError
        If ``in_channels`` is not an integer of at least 1, or ``width`` is not above 0.
    autograd.ShapeError
        When called, if the input is not (N, in_channels, H, W) with multiples of 64 for H and W.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.models.flownet import FlowNetSimple
    >>> net, pairs = FlowNetSimple(width=1 / 16, rng=0), np.zeros((1, 6, 64, 128), "float32")
    >>> [flow.shape for flow in net(pairs)]
    [(1, 2, 16, 32), (1, 2, 8, 16), (1, 2, 4, 8), (1, 2, 2, 4), (1, 2, 1, 2)]
    >>> net.eval()(pairs).shape
    (1, 2, 64, 128)
    """

    def __init__(
        self,
        in_channels: int = 6,
        width: float = 1.0,
        dtype: ag.DTypeLike = "float32",
        rng: Seed = None,
        *,
        normalize: bool = True,
    ) -> None:
        at_least_one("FlowNetSimple", in_channels=in_channels)
        boolean("FlowNetSimple", normalize=normalize)
        rng = generator(rng)
        conv = partial(Conv2d, rng=rng, dtype=dtype)
        predict = partial(conv, out_channels=2, kernel_size=3, padding=1)
        deconv = partial(ConvTranspose2d, kernel_size=4, stride=2, padding=1, rng=rng, dtype=dtype)
        a, b, c, d, e = (scaled("FlowNetSimple", n, width) for n in (64, 128, 256, 512, 1024))
        self.in_channels = in_channels
        self.normalize = GroupNorm(1, in_channels, affine=False) if normalize else Identity()
        self.conv1 = _leaky(conv(in_channels, a, kernel_size=7, stride=2, padding=3))
        self.conv2 = _leaky(conv(a, b, kernel_size=5, stride=2, padding=2))
        self.conv3 = _leaky(conv(b, c, kernel_size=5, stride=2, padding=2))
        self.conv3_1 = _leaky(conv(c, c, kernel_size=3, padding=1))
        self.conv4 = _leaky(conv(c, d, kernel_size=3, stride=2, padding=1))
        self.conv4_1 = _leaky(conv(d, d, kernel_size=3, padding=1))
        self.conv5 = _leaky(conv(d, d, kernel_size=3, stride=2, padding=1))
        self.conv5_1 = _leaky(conv(d, d, kernel_size=3, padding=1))
        self.conv6 = _leaky(conv(d, e, kernel_size=3, stride=2, padding=1))
        self.conv6_1 = _leaky(conv(e, e, kernel_size=3, padding=1))
        # What is joined: features of the way down, enlarged ones, and two channels of flow.
        joined5, joined4, joined3, joined2 = d + d + 2, d + c + 2, c + b + 2, b + a + 2
        self.deconv5 = _leaky(deconv(e, d))
        self.deconv4 = _leaky(deconv(joined5, c))
        self.deconv3 = _leaky(deconv(joined4, b))
        self.deconv2 = _leaky(deconv(joined3, a))
        self.predict_flow6 = predict(e)
        self.predict_flow5 = predict(joined5)
        self.predict_flow4 = predict(joined4)
        self.predict_flow3 = predict(joined3)
        self.predict_flow2 = predict(joined2)
        self.upsampled_flow6_to_5 = deconv(2, 2, bias=False)
        self.upsampled_flow5_to_4 = deconv(2, 2, bias=False)
        self.upsampled_flow4_to_3 = deconv(2, 2, bias=False)
        self.upsampled_flow3_to_2 = deconv(2, 2, bias=False)
        # Bilinear interpolation by 4: every number stands in 4 x 4 pixels, and means over windows
        # of 4 x 4, and then of 2 x 2, make slopes of the steps.
        self.upsample = Sequential(
            *(Upsample(scale_factor=4), ReplicationPad2d(2)),
            *(AvgPool2d(4, stride=1), AvgPool2d(2, stride=1)),
        )

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map pairs (N, in_channels, H, W) to flow (N, 2, H, W), or in training to five of them."""
        self._check(ag.shape(x))
        conv2 = self.conv2(self.conv1(self.normalize(x)))
        conv3 = self.conv3_1(self.conv3(conv2))
        conv4 = self.conv4_1(self.conv4(conv3))
        conv5 = self.conv5_1(self.conv5(conv4))
        conv6 = self.conv6_1(self.conv6(conv5))
        flow6 = self.predict_flow6(conv6)
        joined5 = _joined(conv5, self.deconv5(conv6), self.upsampled_flow6_to_5(flow6))
        flow5 = self.predict_flow5(joined5)
        joined4 = _joined(conv4, self.deconv4(joined5), self.upsampled_flow5_to_4(flow5))
        flow4 = self.predict_flow4(joined4)
        joined3 = _joined(conv3, self.deconv3(joined4), self.upsampled_flow4_to_3(flow4))
        flow3 = self.predict_flow3(joined3)
        joined2 = _joined(conv2, self.deconv2(joined3), self.upsampled_flow3_to_2(flow3))
        flow2 = self.predict_flow2(joined2)
        if self.training:
            return flow2, flow3, flow4, flow5, flow6
        return PIXELS * self.upsample(flow2)

    def _check(self, shape: tuple[int, ...]) -> None:
        if len(shape) != 4 or shape[1] != self.in_channels:
            raise ag.ShapeError(
                f"input {shape} must be (N, {self.in_channels}, H, W), the channels "
                "of the second image behind those of the first"
            )
        height, width = shape[2:]
        if height % SHRINKS or width % SHRINKS:
            more = -height % SHRINKS, -width % SHRINKS
            raise ag.ShapeError(
                f"height {height} and width {width} must be multiples of {SHRINKS}; "
                f"ag.pad(x, ((0, 0), (0, 0), (0, {more[0]}), (0, {more[1]})), mode='edge') fills up"
            )


def _leaky(layer: Module) -> Sequential:
    return Sequential(layer, LeakyReLU(0.1))


def _joined(*features: ag.Tensor) -> ag.Tensor:
    return ag.concatenate(features, axis=1)
