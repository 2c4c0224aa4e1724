"""Which of our functions an operator of PyTorch's database corresponds to.

`COUNTERPARTS` maps the operator's name to a function with PyTorch's arguments.  A sample whose
arguments such a function does not have (``rounding_mode=``, ``out=``) has no counterpart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd as ag
import nn

Function = Callable[..., Any]


class NoCounterpart(Exception):
    """PyTorch's call means something that no function of ours does."""


def axes(dim: Any) -> Any:
    """Return PyTorch's ``dim`` as an ``axis``: an empty one means all."""
    return None if dim is None or dim == () or dim == [] else dim if _is_int(dim) else tuple(dim)


def _is_int(x: Any) -> bool:
    return isinstance(x, (int, np.integer)) and not isinstance(x, bool)


def unary(f: Function) -> Function:
    """Return a function of one tensor alone."""
    return lambda input: f(input)


def binary(f: Function) -> Function:
    """Return a function of two tensors or numbers."""
    return lambda input, other: f(input, other)


def reduction(f: Function) -> Function:
    """Return a reduction over some axes."""
    return lambda input, dim=None, keepdim=False: f(input, axis=axes(dim), keepdims=keepdim)


def extremum(f: Function) -> Function:
    """Return the values of a reduction that also has indices."""
    return lambda input, dim, keepdim=False: f(input, axis=dim, keepdims=keepdim)


def spread(f: Function) -> Function:
    """Return a variance or a standard deviation, with PyTorch's two ways to say the divisor."""

    def call(
        input: Any,
        dim: Any = None,
        unbiased: Any = None,
        *,
        correction: Any = 1,
        keepdim: Any = False,
    ) -> Any:
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        ddof = 1 if correction is None else correction
        ddof = ddof if unbiased is None else int(unbiased)
        return f(input, axis=axes(dim), ddof=ddof, keepdims=keepdim)

    return call


def add(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """Return ``input + alpha * other``."""
    return input + other if alpha == 1 else input + other * alpha


def sub(input: Any, other: Any, *, alpha: Any = 1) -> Any:
    """Return ``input - alpha * other``."""
    return input - other if alpha == 1 else input - other * alpha


def clamp(input: Any, min: Any = None, max: Any = None) -> Any:
    """Return the input between two bounds."""
    return ag.clip(input, min, max)


def addmm(product: Function) -> Function:
    """Return ``beta * input + alpha * product``."""

    def call(input: Any, a: Any, b: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
        return input * beta + product(a, b) * alpha

    return call


def flatten(input: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Join the axes from one to another."""
    if not input.ndim:
        return ag.reshape(input, (1,))
    first, last = start_dim % input.ndim, end_dim % input.ndim
    middle = math.prod(input.shape[first : last + 1])
    return ag.reshape(input, (*input.shape[:first], middle, *input.shape[last + 1 :]))


def reshape(input: Any, *shape: Any) -> Any:
    """Reshape to a shape, given as one or as several numbers."""
    if len(shape) == 1 and not _is_int(shape[0]):
        (shape,) = shape
    if not isinstance(shape, (tuple, list)):
        raise NoCounterpart  # a view as another dtype
    return ag.reshape(input, tuple(shape))


def expand(input: Any, *shape: Any) -> Any:
    """Broadcast; -1 leaves an axis as it is."""
    if len(shape) == 1 and not _is_int(shape[0]):
        (shape,) = shape
    own = (None,) * (len(shape) - input.ndim) + tuple(input.shape)
    return ag.broadcast_to(
        input, tuple(o if n == -1 else n for n, o in zip(shape, own, strict=True))
    )


def split(input: Any, size: Any, dim: int = 0) -> Any:
    """Split into parts of a size, or of several."""
    whole = input.shape[dim]
    sizes = [size] * math.ceil(whole / size) if _is_int(size) else list(size)
    return ag.split(input, [int(n) for n in np.cumsum(sizes)[:-1]], axis=dim)


def chunk(input: Any, chunks: int, dim: int = 0) -> Any:
    """Split into at most so many equal parts."""
    return split(input, max(1, math.ceil(input.shape[dim] / chunks)), dim)


def tensor_split(input: Any, parts: Any, dim: int = 0) -> Any:
    """Split at places, or into nearly equal parts."""
    if isinstance(parts, (np.ndarray, ag.Tensor)):
        raise NoCounterpart
    if _is_int(parts):
        bounds = np.cumsum([len(p) for p in np.array_split(np.arange(input.shape[dim]), parts)])
        parts = [int(n) for n in bounds[:-1]]
    return ag.split(input, list(parts), axis=dim)


def along(axis: Function) -> Function:
    """Return a split along an axis that follows from the number of axes."""
    return lambda input, parts: tensor_split(input, parts, axis(input))


def narrow(input: Any, dim: int, start: Any, length: int) -> Any:
    """Return a piece of one axis."""
    start = int(start)
    start += input.shape[dim] if start < 0 else 0
    return input[(slice(None),) * (dim % input.ndim) + (slice(start, start + length),)]


def select(input: Any, dim: int, index: int) -> Any:
    """Return one place of one axis."""
    return input[(slice(None),) * (dim % input.ndim) + (index,)]


def getitem(input: Any, index: Any) -> Any:
    """Index."""
    return input[index]


def gather(input: Any, dim: int, index: Any) -> Any:
    """Take along an axis; our index is as long as the input elsewhere."""
    if input.ndim == 0 or index.ndim == 0:
        raise NoCounterpart
    other = [i for i in range(input.ndim) if i != dim % input.ndim]
    if any(input.shape[i] != index.shape[i] for i in other):
        raise NoCounterpart
    return ag.take_along_axis(input, index, dim)


def take_along_dim(input: Any, indices: Any, dim: Any = None) -> Any:
    """Take along an axis."""
    return ag.take_along_axis(input, indices, dim)


def diagonal(input: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """Return a diagonal."""
    return ag.diagonal(input, offset, dim1, dim2)


def transpose(input: Any, dim0: int, dim1: int) -> Any:
    """Exchange two axes."""
    return ag.swapaxes(input, dim0, dim1) if input.ndim else input


def permute(input: Any, *dims: Any) -> Any:
    """Reorder the axes."""
    return ag.transpose(input, tuple(dims[0]) if dims and not _is_int(dims[0]) else dims)


def squeeze(input: Any, dim: Any = None) -> Any:
    """Drop axes of length 1; PyTorch keeps those that are longer."""
    if dim is None:
        return ag.squeeze(input)
    chosen = [d for d in ([dim] if _is_int(dim) else dim) if input.ndim and input.shape[d] == 1]
    return ag.squeeze(input, tuple(chosen)) if chosen else input


def repeat(input: Any, *sizes: Any) -> Any:
    """Tile."""
    sizes = tuple(sizes[0]) if len(sizes) == 1 and not _is_int(sizes[0]) else sizes
    return ag.tile(input, sizes)


def repeat_interleave(input: Any, repeats: Any, dim: Any = None, *, output_size: Any = None) -> Any:
    """Repeat elements."""
    return ag.repeat(input, repeats, axis=dim)


def roll(input: Any, shifts: Any, dims: Any = None) -> Any:
    """Roll."""
    return ag.roll(input, shifts if _is_int(shifts) else tuple(shifts), axis=axes(dims))


def joined(f: Function) -> Function:
    """Return a function of a list of tensors along an axis."""
    return lambda tensors, dim=0: f(list(tensors), axis=dim)


def index_select(input: Any, dim: int, index: Any) -> Any:
    """Take whole slices."""
    if input.ndim == 0:
        raise NoCounterpart
    return ag.take(input, np.atleast_1d(index), axis=dim)


def masked_fill(input: Any, mask: Any, value: Any) -> Any:
    """Replace where a mask says so."""
    return ag.where(mask, value, input)


def where(condition: Any, *sides: Any) -> Any:
    """Choose."""
    if len(sides) != 2:
        raise NoCounterpart
    return ag.where(condition, *sides)


def triangle(f: Function) -> Function:
    """Return the lower or the upper triangle."""
    return lambda input, diagonal=0: f(input, diagonal)


def softmax(f: Function) -> Function:
    """Return a softmax along an axis, in another dtype if that is wanted."""

    def call(input: Any, dim: Any = None, dtype: Any = None) -> Any:
        if input.ndim == 0 or dim is None:
            raise NoCounterpart
        return f(input if dtype is None else ag.astype(input, dtype_of(dtype)), axis=dim)

    return call


def dtype_of(dtype: Any) -> Any:
    """Return NumPy's dtype of PyTorch's name."""
    try:
        return np.dtype(str(dtype).rpartition(".")[2])
    except TypeError:
        raise NoCounterpart from None


def summed(f: Function) -> Function:
    """Return a reduction that may cast first."""

    def call(input: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:
        input = input if dtype is None else ag.astype(input, dtype_of(dtype))
        return f(input, axis=axes(dim), keepdims=keepdim)

    return call


def cumsum(input: Any, dim: int, *, dtype: Any = None) -> Any:
    """Return cumulative sums."""
    if input.ndim == 0 or dtype is not None:
        raise NoCounterpart
    return ag.cumsum(input, axis=dim)


def vector_norm(
    input: Any, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """Return a norm of vectors; without an axis that of all elements."""
    if dtype is not None or (dim is not None and not _is_int(dim) and len(dim) != 1):
        raise NoCounterpart
    if dim is None:
        if keepdim:
            raise NoCounterpart
        return ag.linalg.norm(ag.ravel(input), ord, axis=0)
    return ag.linalg.norm(input, ord, axis=dim if _is_int(dim) else dim[0], keepdims=keepdim)


def norm(
    input: Any, ord: Any = None, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Any:
    """Return a norm of vectors or matrices."""
    if dtype is not None:
        raise NoCounterpart
    return ag.linalg.norm(input, ord, axis=axes(dim), keepdims=keepdim)


def old_norm(
    input: Any, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Any:
    """Return what `torch.norm` returns: norms of vectors, however many axes they take."""
    if dtype is not None or p == "nuc":
        raise NoCounterpart
    p = 2 if p in ("fro", None) else p
    return vector_norm(input, p, axes(dim), keepdim)


def linear(input: Any, weight: Any, bias: Any = None) -> Any:
    """Return ``x W^T + b``."""
    product = input @ ag.swapaxes(weight, -1, -2) if weight.ndim > 1 else input @ weight
    return product if bias is None else product + bias


def batched(f: Function, spatial: int) -> Function:
    """Return a function that adds a batch axis where there is none, as PyTorch does."""

    def call(input: Any, *args: Any, **how: Any) -> Any:
        if input.ndim == spatial + 1:
            return f(ag.expand_dims(input, 0), *args, **how)[0]
        return f(input, *args, **how)

    return call


def with_bias(out: Any, bias: Any, spatial: int) -> Any:
    """Add one number to each channel, if there is a bias."""
    return out if bias is None else out + ag.reshape(bias, (-1,) + (1,) * spatial)


def conv(spatial: int) -> Function:
    """Return a convolution with a bias."""

    def call(
        input: Any,
        weight: Any,
        bias: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
    ) -> Any:
        if padding == "valid":
            padding = 0
        if padding == "same":
            raise NoCounterpart
        out = ag.conv(input, weight, sizes(stride), sizes(padding), sizes(dilation), groups)
        return with_bias(out, bias, spatial)

    return batched(call, spatial)


def conv_transpose(spatial: int) -> Function:
    """Return a transposed convolution with a bias."""

    def call(
        input: Any,
        weight: Any,
        bias: Any = None,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        dilation: Any = 1,
    ) -> Any:
        out = ag.conv_transpose(
            input,
            weight,
            sizes(stride),
            sizes(padding),
            sizes(output_padding),
            sizes(dilation),
            groups,
        )
        return with_bias(out, bias, spatial)

    return batched(call, spatial)


def sizes(x: Any) -> Any:
    """Return sizes as a number or a tuple."""
    return x if _is_int(x) else x[0] if len(x) == 1 else tuple(x)


def avg_pool(layer: Any, spatial: int) -> Function:
    """Return an average pooling."""

    def call(
        input: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: Any = None,
    ) -> Any:
        how = {} if divisor_override is None else {"divisor_override": divisor_override}
        stride = None if stride in ((), []) else stride
        strides = stride if stride is None else sizes(stride)
        pool = layer(
            sizes(kernel_size), strides, sizes(padding), ceil_mode, count_include_pad, **how
        )
        return pool(input)

    return batched(call, spatial)


def max_pool(layer: Any, spatial: int) -> Function:
    """Return a maximum pooling, with the positions where they are wanted."""

    def call(
        input: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Any:
        strides = None if stride in (None, (), []) else sizes(stride)
        pool = layer(
            sizes(kernel_size), strides, sizes(padding), sizes(dilation), ceil_mode=ceil_mode
        )
        return pool(input)

    return batched(call, spatial)


def layer_norm(
    input: Any, normalized_shape: Any, weight: Any = None, bias: Any = None, eps: float = 1e-5
) -> Any:
    """Normalise over the last axes."""
    out = nn.LayerNorm(tuple(normalized_shape), eps, elementwise_affine=False)(input)
    out = out if weight is None else out * weight
    return out if bias is None else out + bias


def batch_norm(
    input: Any,
    running_mean: Any,
    running_var: Any,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: Any = 0.1,
    eps: float = 1e-5,
) -> Any:
    """Normalise over the batch, as the layer does while it learns."""
    if not training or input.ndim not in (2, 3, 4):
        raise NoCounterpart
    kind = nn.BatchNorm2d if input.ndim == 4 else nn.BatchNorm1d
    out = kind(input.shape[1], eps, affine=False, track_running_stats=False)(input)
    across = (-1,) + (1,) * (input.ndim - 2)
    out = out if weight is None else out * ag.reshape(weight, across)
    return out if bias is None else out + ag.reshape(bias, across)


def local_response_norm(
    input: Any, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Any:
    """Normalise across channels."""
    return nn.LocalResponseNorm(size, alpha, beta, k)(input)


def embedding(
    weight: Any,
    input: Any,
    padding_idx: Any = None,
    max_norm: Any = None,
    norm_type: Any = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Any:
    """Look up rows."""
    if padding_idx is not None or max_norm is not None or scale_grad_by_freq:
        raise NoCounterpart
    return ag.take(weight, input, axis=0)


def loss(f: Function) -> Function:
    """Return a loss of ours, which has PyTorch's arguments."""

    def call(
        input: Any, target: Any, size_average: Any = None, reduce: Any = None, **how: Any
    ) -> Any:
        how = {name: x for name, x in how.items() if not (name == "weight" and x is None)}
        return f(input, target, **how)

    return call


def smooth_l1(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Any:
    """Return a loss that is quadratic near 0."""
    return nn.smooth_l1_loss(input, target, reduction, beta)


def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Any:
    """Divide by a norm."""
    return input / ag.maximum(ag.linalg.norm(input, p, axis=dim, keepdims=True), eps)


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: Any = 0) -> Any:
    """Pad the last axes, which PyTorch lists first."""
    if min(pad, default=0) < 0 or not pad:
        raise NoCounterpart
    pairs = [(0, 0)] * (input.ndim - len(pad) // 2)
    pairs += [(pad[i], pad[i + 1]) for i in range(len(pad) - 2, -1, -2)]
    modes = {"constant": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
    how = {"constant_values": value or 0} if mode == "constant" else {}
    return ag.pad(input, pairs, mode=modes[mode], **how)


def threshold(input: Any, threshold: float, value: float) -> Any:
    """Replace what is not above a threshold."""
    return ag.where(input > threshold, input, value)


def glu(input: Any, dim: int = -1) -> Any:
    """Multiply one half by the sigmoid of the other."""
    a, b = ag.split(input, 2, axis=dim)
    return a * ag.sigmoid(b)


def attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
) -> Any:
    """Return scaled dot-product attention."""
    if attn_mask is not None or dropout_p or is_causal:
        raise NoCounterpart
    scores = query @ ag.swapaxes(key, -1, -2) / query.shape[-1] ** 0.5
    return ag.softmax(scores, axis=-1) @ value


def unfold(
    input: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Any:
    """Return windows as columns."""
    if input.ndim != 4:
        raise NoCounterpart
    pair = lambda x: (x, x) if _is_int(x) else tuple(x) * (2 // len(x))  # noqa: E731
    kernel = pair(kernel_size)
    windows = ag.unfold(input, kernel, pair(stride), pair(padding), pair(dilation))
    n, c, *rest = windows.shape
    return ag.reshape(windows, (n, c * rest[0] * rest[1], rest[2] * rest[3]))


def interpolate(
    input: Any,
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: Any = None,
    recompute_scale_factor: Any = None,
    antialias: bool = False,
) -> Any:
    """Resize images."""
    if antialias or recompute_scale_factor:
        raise NoCounterpart
    return nn.Upsample(size, scale_factor, mode, align_corners)(input)


def solve(A: Any, B: Any) -> Any:
    """Solve; PyTorch takes more shapes of the right side for stacks of vectors than NumPy does."""
    if B.ndim != A.ndim and B.ndim > 1:
        raise NoCounterpart
    return ag.linalg.solve(A, B)


def einsum(operands: Any, subscripts: str) -> Any:
    """Multiply and sum by a text."""
    return ag.einsum(subscripts, *operands)


def tensordot(a: Any, b: Any, dims: Any = 2) -> Any:
    """Contract."""
    return ag.tensordot(a, b, axes=dims if _is_int(dims) else [list(d) for d in dims])


def of_symmetric(f: Function) -> Function:
    """Return a function of the symmetric part, whose gradient is symmetric, as PyTorch's is."""
    return lambda A, *args, **options: f((A + ag.swapaxes(A, -1, -2)) / 2, *args, **options)


def pinv(A: Any, *, atol: Any = None, rtol: Any = None, hermitian: bool = False) -> Any:
    """Invert as far as possible."""
    if atol is not None:
        raise NoCounterpart
    return (of_symmetric(ag.linalg.pinv) if hermitian else ag.linalg.pinv)(A, rtol=rtol)


def diff(input: Any, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Any:
    """Return differences of neighbours."""
    if not n:
        return input
    parts = [t for t in (prepend, input, append) if t is not None]
    out = ag.concatenate(parts, axis=dim) if len(parts) > 1 else input
    at = (slice(None),) * (dim % out.ndim)
    for _ in range(n):
        out = out[(*at, slice(1, None))] - out[(*at, slice(None, -1))]
    return out


def scaled(op: Function) -> Function:
    """Return ``input + value * op(a, b)``."""
    return lambda input, a, b, *, value=1: input + op(a, b) * value


def atleast(n: int) -> Function:
    """Add axes until there are so many, as PyTorch orders them."""

    def one(x: Any) -> Any:
        if n == 3 and x.ndim == 2:
            return ag.expand_dims(x, 2)
        if n == 3 and x.ndim == 1:
            return ag.reshape(x, (1, -1, 1))
        return ag.reshape(x, (1,) * (n - x.ndim) + tuple(x.shape)) if x.ndim < n else x

    return lambda *xs: (
        [one(x) for x in (xs[0] if isinstance(xs[0], (list, tuple)) else xs)]
        if (len(xs) > 1 or isinstance(xs[0], (list, tuple)))
        else one(xs[0])
    )


def movedim(input: Any, source: Any, destination: Any) -> Any:
    """Move axes."""
    return ag.moveaxis(input, axes(source), axes(destination))


def flip(input: Any, *dims: Any) -> Any:
    """Reverse axes."""
    dims = tuple(dims[0]) if dims and not _is_int(dims[0]) else dims
    return ag.flip(input, dims) if dims else input


def softplus(input: Any, beta: float = 1, threshold: float = 20) -> Any:
    """Return log(1 + exp(beta x)) / beta."""
    if threshold != 20:
        raise NoCounterpart
    return ag.softplus(input * beta) / beta


def sorted_values(input: Any, dim: int = -1, descending: bool = False, stable: bool = False) -> Any:
    """Sort."""
    if not input.ndim:
        raise NoCounterpart
    out = ag.sort(input, axis=dim)
    return ag.flip(out, dim) if descending else out


def topk(input: Any, k: int, dim: int = -1, largest: bool = True, sorted: bool = True) -> Any:
    """Return the largest, from the largest on."""
    if not input.ndim:
        raise NoCounterpart
    return narrow(sorted_values(input, dim, descending=largest), dim, 0, k)


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Any:
    """Return the cosine of angles."""
    shape = np.broadcast_shapes(x1.shape, x2.shape)
    x1, x2 = (ag.broadcast_to(x, shape) for x in (x1, x2))
    lengths = [ag.maximum(ag.linalg.norm(x, axis=dim), eps) for x in (x1, x2)]
    return ag.sum(x1 * x2, axis=dim) / (lengths[0] * lengths[1])


def put_rows(input: Any, dim: int, index: Any, source: Any, *, alpha: Any = 1) -> Any:
    """Add slices at places."""
    if not input.ndim or not source.ndim:
        raise NoCounterpart
    where_ = (slice(None),) * (dim % input.ndim) + (np.atleast_1d(index),)
    return input + ag.scatter_add(source * alpha, where_, input.shape)


def meshgrid(*tensors: Any, indexing: str = "ij") -> Any:
    """Broadcast vectors against each other."""
    if indexing != "ij":
        raise NoCounterpart
    tensors = tensors[0] if isinstance(tensors[0], (list, tuple)) else tensors
    flat = [ag.reshape(t, (-1,)) for t in tensors]
    shape = tuple(t.shape[0] for t in flat)
    n = len(flat)
    return [
        ag.broadcast_to(ag.reshape(t, (1,) * i + (-1,) + (1,) * (n - 1 - i)), shape)
        for i, t in enumerate(flat)
    ]


def pixel_shuffle(input: Any, upscale_factor: int) -> Any:
    """Move channels into space."""
    *batch, c, h, w = input.shape
    r = upscale_factor
    x = ag.reshape(input, (*batch, c // (r * r), r, r, h, w))
    n = len(batch)
    x = ag.transpose(x, (*range(n), n, n + 3, n + 1, n + 4, n + 2))
    return ag.reshape(x, (*batch, c // (r * r), h * r, w * r))


def stacked(axis: int, least: int) -> Function:
    """Return hstack, vstack or dstack."""

    def call(tensors: Any) -> Any:
        rows = atleast(least)(list(tensors))
        return ag.concatenate(rows, axis=0 if axis == 1 and rows[0].ndim == 1 else axis)

    return call


def rot90(input: Any, k: int = 1, dims: Any = (0, 1)) -> Any:
    """Turn by right angles."""
    a, b = dims
    k %= 4
    if k == 0:
        return input
    if k == 2:
        return ag.flip(input, (a, b))
    return ag.swapaxes(ag.flip(input, b), a, b) if k == 1 else ag.flip(ag.swapaxes(input, a, b), b)


def prelu(input: Any, weight: Any) -> Any:
    """Leak by a learned slope."""
    if weight.size > 1 or not input.ndim:
        raise NoCounterpart
    return ag.where(input > 0, input, ag.reshape(weight, ()) * input)


def power(input: Any, exponent: Any) -> Any:
    """Raise to a power."""
    return input**exponent


def unflatten(input: Any, dim: int, sizes: Any) -> Any:
    """Split one axis into several."""
    d = dim % input.ndim
    return ag.reshape(input, (*input.shape[:d], *sizes, *input.shape[d + 1 :]))


def sum_to_size(input: Any, *size: Any) -> Any:
    """Sum over what broadcasting added."""
    size = tuple(size[0]) if len(size) == 1 and not _is_int(size[0]) else size
    extra = input.ndim - len(size)
    out = ag.sum(input, axis=tuple(range(extra))) if extra else input
    ones = tuple(i for i, (m, n) in enumerate(zip(size, out.shape, strict=True)) if m == 1 != n)
    return ag.sum(out, axis=ones, keepdims=True) if ones else out


def index_of(f: Function) -> Function:
    """Return the place of an extremum."""
    return lambda input, dim=None, keepdim=False: f(input, axis=dim, keepdims=keepdim)


def rpow(input: Any, other: Any) -> Any:
    """Raise a number to the input."""
    return other**input


UNARY: dict[str, Function] = {
    "abs": ag.abs,
    "acos": ag.arccos,
    "acosh": ag.arccosh,
    "asin": ag.arcsin,
    "asinh": ag.arcsinh,
    "atan": ag.arctan,
    "atanh": ag.arctanh,
    "ceil": ag.ceil,
    "clone": ag.positive,
    "contiguous": ag.positive,
    "cos": ag.cos,
    "cosh": ag.cosh,
    "erf": ag.erf,
    "erfc": ag.erfc,
    "exp": ag.exp,
    "exp2": ag.exp2,
    "expm1": ag.expm1,
    "fliplr": lambda x: ag.flip(x, 1),
    "flipud": lambda x: ag.flip(x, 0),
    "floor": ag.floor,
    "isfinite": ag.isfinite,
    "isinf": ag.isinf,
    "isnan": ag.isnan,
    "linalg.det": ag.linalg.det,
    "linalg.inv": ag.linalg.inv,
    "linalg.svdvals": ag.linalg.svdvals,
    "log": ag.log,
    "log10": ag.log10,
    "log1p": ag.log1p,
    "log2": ag.log2,
    "logdet": lambda x: ag.log(ag.linalg.det(x)),
    "logical_not": ag.logical_not,
    "mH": lambda x: ag.swapaxes(x, -1, -2),
    "mT": lambda x: ag.swapaxes(x, -1, -2),
    "msort": lambda x: ag.sort(x, axis=0),
    "neg": ag.negative,
    # Not hardsigmoid: PyTorch's rule has 1/6 in single precision.
    "nn.functional.hardswish": lambda x: x * ag.clip(x / 6 + 0.5, 0.0, 1.0),
    "nn.functional.logsigmoid": lambda x: -ag.softplus(-x),
    "nn.functional.mish": lambda x: x * ag.tanh(ag.softplus(x)),
    "nn.functional.relu": ag.relu,
    "nn.functional.relu6": lambda x: ag.clip(x, 0.0, 6.0),
    "nn.functional.silu": ag.silu,
    "nn.functional.softsign": lambda x: x / (1 + abs(x)),
    "nn.functional.tanhshrink": lambda x: x - ag.tanh(x),
    "positive": ag.positive,
    "deg2rad": ag.deg2rad,
    "rad2deg": ag.rad2deg,
    "ravel": ag.ravel,
    "reciprocal": ag.reciprocal,
    "rsqrt": lambda x: 1 / ag.sqrt(x),
    "sgn": ag.sign,
    "sigmoid": ag.sigmoid,
    "sign": ag.sign,
    "sin": ag.sin,
    "sinc": ag.sinc,
    "sinh": ag.sinh,
    "sqrt": ag.sqrt,
    "square": ag.square,
    "t": lambda x: ag.transpose(x),
    "t_copy": lambda x: ag.transpose(x),
    "T": lambda x: x.T,
    "H": lambda x: x.T,
    "tan": ag.tan,
    "tanh": ag.tanh,
    "trace": ag.linalg.trace,
    "trunc": ag.trunc,
}

BINARY: dict[str, Function] = {
    "atan2": ag.arctan2,
    "copysign": ag.copysign,
    "floor_divide": ag.floor_divide,
    "fmax": ag.fmax,
    "fmin": ag.fmin,
    "fmod": ag.fmod,
    "logaddexp2": ag.logaddexp2,
    "remainder": ag.remainder,
    "__radd__": lambda x, y: y + x,
    "__rdiv__": lambda x, y: y / x,
    "__rmatmul__": lambda x, y: y @ x,
    "__rmul__": lambda x, y: y * x,
    "__rpow__": rpow,
    "__rsub__": lambda x, y: y - x,
    "bmm": ag.matmul,
    "div.no_rounding_mode": ag.divide,
    "dot": ag.dot,
    "eq": ag.equal,
    "expand_as": lambda x, y: ag.broadcast_to(x, y.shape),
    "float_power": ag.power,
    "ge": ag.greater_equal,
    "gt": ag.greater,
    "heaviside": ag.heaviside,
    "hypot": ag.hypot,
    "inner": ag.inner,
    "le": ag.less_equal,
    "logaddexp": ag.logaddexp,
    "logical_and": ag.logical_and,
    "logical_or": ag.logical_or,
    "lt": ag.less,
    "matmul": ag.matmul,
    "max.binary": ag.maximum,
    "maximum": ag.maximum,
    "min.binary": ag.minimum,
    "minimum": ag.minimum,
    "mm": ag.matmul,
    "mul": ag.multiply,
    "mv": ag.matmul,
    "ne": ag.not_equal,
    "outer": ag.outer,
    "pow": power,
    "reshape_as": lambda x, y: ag.reshape(x, y.shape),
    "true_divide": ag.divide,
    "vdot": ag.vdot,
    "view_as": lambda x, y: ag.reshape(x, y.shape),
}

OTHER: dict[str, Function] = {
    "__getitem__": getitem,
    "add": add,
    "addbmm": addmm(lambda a, b: ag.sum(a @ b, axis=0)),
    "addcdiv": scaled(ag.divide),
    "addcmul": scaled(ag.multiply),
    "addmm": addmm(ag.matmul),
    "addmm.decomposed": addmm(ag.matmul),
    "addmv": addmm(ag.matmul),
    "addr": addmm(ag.outer),
    "amax": reduction(ag.max),
    "amin": reduction(ag.min),
    "argmax": index_of(ag.argmax),
    "argmin": index_of(ag.argmin),
    "atleast_1d": atleast(1),
    "atleast_2d": atleast(2),
    "atleast_3d": atleast(3),
    "baddbmm": addmm(ag.matmul),
    "broadcast_to": lambda input, size: ag.broadcast_to(input, tuple(size)),
    "cat": joined(ag.concatenate),
    "chunk": chunk,
    "clamp": clamp,
    "clamp_max": lambda input, max: ag.clip(input, max=max),
    "clamp_min": lambda input, min: ag.clip(input, min=min),
    "constant_pad_nd": lambda input, widths, value=0: pad(input, widths, value=value),
    "cumsum": cumsum,
    "diagonal": diagonal,
    "diagonal_copy": diagonal,
    "diff": diff,
    "dist": lambda input, other, p=2: ag.linalg.norm(ag.ravel(input - other), p),
    "dsplit": along(lambda x: 2),
    "dstack": stacked(2, 3),
    "einsum": einsum,
    "expand": expand,
    "flatten": flatten,
    "flip": flip,
    "gather": gather,
    "hsplit": along(lambda x: 0 if x.ndim == 1 else 1),
    "hstack": stacked(1, 1),
    "index_add": put_rows,
    "index_select": index_select,
    "lerp": lambda input, end, weight: input + (end - input) * weight,
    "linalg.cholesky": of_symmetric(ag.linalg.cholesky),
    "linalg.diagonal": lambda A, *, offset=0, dim1=-2, dim2=-1: diagonal(A, offset, dim1, dim2),
    "linalg.matrix_norm": lambda A, ord="fro", dim=(-2, -1), keepdim=False: norm(
        A, ord, tuple(dim), keepdim
    ),
    "linalg.matrix_power": ag.linalg.matrix_power,
    "linalg.multi_dot": ag.linalg.multi_dot,
    "linalg.norm": norm,
    "linalg.pinv": pinv,
    "linalg.solve": solve,
    "linalg.vecdot": lambda x, y, *, dim=-1: ag.sum(x * y, axis=dim),
    "linalg.vector_norm": vector_norm,
    "log_softmax": softmax(ag.log_softmax),
    "log_softmax.with_dtype": softmax(ag.log_softmax),
    "logit": lambda input, eps=None: (
        ag.log(input / (1 - input))
        if eps is None
        else ag.log(ag.clip(input, eps, 1 - eps) / (1 - ag.clip(input, eps, 1 - eps)))
    ),
    "logsumexp": reduction(ag.logsumexp),
    "masked_fill": masked_fill,
    "max.reduction_no_dim": unary(ag.max),
    "max.reduction_with_dim": extremum(ag.max),
    "mean": summed(ag.mean),
    "meshgrid.list_of_tensors": meshgrid,
    "meshgrid.variadic_tensors": meshgrid,
    "min.reduction_no_dim": unary(ag.min),
    "min.reduction_with_dim": extremum(ag.min),
    "movedim": movedim,
    "narrow": narrow,
    "nn.functional.avg_pool1d": avg_pool(nn.AvgPool1d, 1),
    "nn.functional.avg_pool2d": avg_pool(nn.AvgPool2d, 2),
    "nn.functional.avg_pool3d": avg_pool(nn.AvgPool3d, 3),
    "nn.functional.adaptive_avg_pool2d": batched(
        lambda input, size: nn.AdaptiveAvgPool2d(size if _is_int(size) else tuple(size))(input), 2
    ),
    "nn.functional.batch_norm": batch_norm,
    "nn.functional.bilinear": lambda a, b, w, bias=None: (
        ag.einsum("...i,oij,...j->...o", a, w, b)
        if bias is None
        else ag.einsum("...i,oij,...j->...o", a, w, b) + bias
    ),
    "nn.functional.binary_cross_entropy": loss(nn.binary_cross_entropy),
    "nn.functional.binary_cross_entropy_with_logits": loss(nn.binary_cross_entropy_with_logits),
    "nn.functional.celu": lambda input, alpha=1.0: alpha * ag.elu(input / alpha),
    "nn.functional.conv1d": conv(1),
    "nn.functional.conv2d": conv(2),
    "nn.functional.conv3d": conv(3),
    "nn.functional.conv_transpose1d": conv_transpose(1),
    "nn.functional.conv_transpose2d": conv_transpose(2),
    "nn.functional.conv_transpose3d": conv_transpose(3),
    "nn.functional.cosine_similarity": cosine_similarity,
    "nn.functional.cross_entropy": loss(nn.cross_entropy),
    "nn.functional.elu": lambda input, alpha=1.0: ag.elu(input, alpha),
    "nn.functional.embedding": embedding,
    "nn.functional.gelu": lambda input, approximate="none": ag.gelu(input, approximate),
    "nn.functional.glu": glu,
    "nn.functional.hardtanh": lambda input, min_val=-1.0, max_val=1.0: ag.clip(
        input, min_val, max_val
    ),
    "nn.functional.interpolate.bilinear": interpolate,
    "nn.functional.interpolate.nearest": interpolate,
    "nn.functional.upsample_nearest": interpolate,
    "nn.functional.l1_loss": loss(nn.l1_loss),
    "nn.functional.layer_norm": layer_norm,
    "nn.functional.leaky_relu": lambda input, negative_slope=0.01: ag.leaky_relu(
        input, negative_slope
    ),
    "nn.functional.linear": linear,
    "nn.functional.local_response_norm": local_response_norm,
    "nn.functional.max_pool1d": max_pool(nn.MaxPool1d, 1),
    "nn.functional.max_pool2d": max_pool(nn.MaxPool2d, 2),
    "nn.functional.max_pool3d": max_pool(nn.MaxPool3d, 3),
    "nn.functional.mse_loss": loss(nn.mse_loss),
    "nn.functional.nll_loss": loss(nn.nll_loss),
    "nn.functional.normalize": normalize,
    "nn.functional.pad.circular": pad,
    "nn.functional.pad.constant": pad,
    "nn.functional.pad.reflect": pad,
    "nn.functional.pad.replicate": pad,
    "nn.functional.pixel_shuffle": pixel_shuffle,
    "nn.functional.prelu": prelu,
    "nn.functional.scaled_dot_product_attention": attention,
    "nn.functional.smooth_l1_loss": smooth_l1,
    "nn.functional.softmin": softmax(lambda x, axis: ag.softmax(-x, axis=axis)),
    "nn.functional.softmin.with_dtype": softmax(lambda x, axis: ag.softmax(-x, axis=axis)),
    "nn.functional.softplus": softplus,
    "nn.functional.threshold": threshold,
    "nn.functional.unfold": unfold,
    "norm": old_norm,
    "norm.fro": old_norm,
    "norm.inf": old_norm,
    "permute": permute,
    "permute_copy": permute,
    "prod": summed(ag.prod),
    "repeat": repeat,
    "repeat_interleave": repeat_interleave,
    "reshape": reshape,
    "roll": roll,
    "rot90": rot90,
    "rsub": lambda input, other, *, alpha=1: other - input * alpha,
    "select": select,
    "softmax": softmax(ag.softmax),
    "softmax.with_dtype": softmax(ag.softmax),
    "sort": sorted_values,
    "split": split,
    "split.list_args": split,
    "split_with_sizes": split,
    "squeeze": squeeze,
    "squeeze.multiple": squeeze,
    "stack": joined(ag.stack),
    "std": spread(ag.std),
    "std.unbiased": spread(ag.std),
    "sub": sub,
    "sum": summed(ag.sum),
    "sum_to_size": sum_to_size,
    "take": lambda input, index: ag.take(input, index),
    "take_along_dim": take_along_dim,
    "tensor_split": tensor_split,
    "tensordot": tensordot,
    "tile": repeat,
    "topk": topk,
    "transpose": transpose,
    "transpose_copy": transpose,
    "tril": triangle(ag.tril),
    "triu": triangle(ag.triu),
    "unbind": lambda input, dim=0: [select(input, dim, i) for i in range(input.shape[dim])],
    "unflatten": unflatten,
    "unsafe_chunk": chunk,
    "unsafe_split": split,
    "unsqueeze": lambda input, dim: ag.expand_dims(input, dim),
    "unsqueeze_copy": lambda input, dim: ag.expand_dims(input, dim),
    "var": spread(ag.var),
    "var.unbiased": spread(ag.var),
    "view": reshape,
    "view_copy": reshape,
    "vsplit": along(lambda x: 0),
    "vstack": stacked(0, 2),
    "where": lambda x, condition, y: ag.where(condition, x, y),
}

COUNTERPARTS: dict[str, Function] = (
    {name: unary(f) for name, f in UNARY.items()}
    | {name: binary(f) for name, f in BINARY.items()}
    | OTHER
)
