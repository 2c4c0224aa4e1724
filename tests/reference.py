"""Slow, plain versions of functions: transposed convolution by its definition, warping by SciPy."""

from itertools import product

import numpy as np
from scipy.ndimage import map_coordinates


def conv_transpose(y, w, stride, padding, dilation, groups, extra):
    """Add a copy of the kernel for every input element, then crop by ((low, high), ...)."""
    full = tuple(
        (n - 1) * s + d * (k - 1) + 1 + e
        for n, s, d, k, e in zip(y.shape[2:], stride, dilation, w.shape[2:], extra, strict=True)
    )
    per_group, inputs = w.shape[1], w.shape[0] // groups
    result = np.zeros((y.shape[0], per_group * groups, *full), dtype=np.result_type(y, w))
    for n, o, place in product(range(y.shape[0]), range(w.shape[0]), np.ndindex(*y.shape[2:])):
        first = (o // inputs) * per_group
        for c, k in product(range(per_group), np.ndindex(*w.shape[2:])):
            at = tuple(s * i + d * j for s, i, d, j in zip(stride, place, dilation, k, strict=True))
            result[(n, first + c, *at)] += w[(o, c, *k)] * y[(n, o, *place)]
    inside = tuple(slice(low, n - high) for n, (low, high) in zip(full, padding, strict=True))
    return result[(..., *inside)]


def warp(image, flow, mode):
    """Images (N, C, H, W) sampled by SciPy where a flow (N, 2, H, W) points."""
    around = {"border": "nearest", "zeros": "grid-constant"}[mode]
    here = np.indices(image.shape[2:], dtype=float)
    return np.array(
        [
            [map_coordinates(channel, here + uv[::-1], order=1, mode=around) for channel in one]
            for one, uv in zip(image, flow, strict=True)
        ]
    )
