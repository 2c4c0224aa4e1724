"""Methods and attributes of other libraries' tensors, and what to write for them.

The code is about a tensor ``t`` and others: ``u`` of the same shape, a matrix ``w``, a batch of
matrices ``b``, a vector ``v``, indices ``i`` and a boolean ``mask``; ``p`` is a leaf, whose data
can be replaced.
"""

from __future__ import annotations

from typing import Any

from autograd.core.other_names import Entry, missing

IN_MEMORY = "arrays are in main memory; leave it out"
NEVER_CHANGE = "tensors never change"
LEAF = "of a leaf, replace the data"

TENSOR: dict[str, Entry] = {
    # Shapes.
    "chunk": ("t.chunk(2)", "ag.split(t, 2)"),
    "contiguous": "arrays are laid out as they must be; leave it out",
    "dim": ("t.dim()", "t.ndim"),
    "expand": ("v.expand(2, 3)", "ag.broadcast_to(v, (2, 3))"),
    "expand_as": ("v.expand_as(t)", "ag.broadcast_to(v, t.shape)"),
    "flip": ("t.flip(1)", "ag.flip(t, 1)"),
    "get_shape": ("t.get_shape()", "t.shape"),
    "is_contiguous": "arrays are laid out as they must be; leave it out",
    "movedim": ("b.movedim(0, 2)", "ag.moveaxis(b, 0, 2)"),
    "narrow": ("t.narrow(1, 0, 2)", "t[:, 0 : 0 + 2]"),
    "ndimension": ("t.ndimension()", "t.ndim"),
    "nelement": ("t.nelement()", "t.size"),
    "numel": ("t.numel()", "t.size"),
    "permute": ("b.permute(2, 0, 1)", "b.transpose(2, 0, 1)"),
    "repeat_interleave": ("t.repeat_interleave(2, dim=1)", "t.repeat(2, axis=1)"),
    "reshape_as": ("v.repeat(2).reshape_as(t)", "ag.tile(v, 2).reshape(t.shape)"),
    "roll": ("t.roll(1, 0)", "ag.roll(t, 1, 0)"),
    "set_shape": ("t.set_shape((2, 3))", "t.reshape(2, 3)"),
    "split": ("t.split(2, dim=1)", "ag.split(t, range(2, t.shape[1], 2), 1)"),
    "squeeze_": f"{NEVER_CHANGE}; write t = t.squeeze()",
    "stride": "the layout of an array is that of t.data.strides",
    "t": ("t.t()", "t.T"),
    "tile": ("t.tile((2, 1))", "ag.tile(t, (2, 1))"),
    "tril": ("w.tril()", "ag.tril(w)"),
    "triu": ("w.triu(1)", "ag.triu(w, 1)"),
    "unbind": ("t.unbind(0)", "list(t)"),
    "unflatten": ("v.repeat(2).unflatten(0, (2, 3))", "ag.tile(v, 2).reshape(2, 3)"),
    "unsqueeze": ("t.unsqueeze(1)", "t[:, None]"),
    "unsqueeze_": f"{NEVER_CHANGE}; write t = t[:, None]",
    "view": ("t.view(3, 2)", "t.reshape(3, 2)"),
    "view_as": ("t.T.reshape(2, 3).view_as(t)", "t.T.reshape(2, 3).reshape(t.shape)"),
    # Elements.
    "gather": ("t.gather(1, i)", "ag.take_along_axis(t, i, axis=1)"),
    "index_add": ("t.index_add(0, r, u)", "t.at[r].add(u)"),
    "index_copy": ("t.index_copy(0, r, u)", "t.at[r].set(u)"),
    "index_fill": ("t.index_fill(1, r, 0.0)", "t.at[:, r].set(0.0)"),
    "index_select": ("t.index_select(1, r)", "t.take(r, axis=1)"),
    "masked_fill": ("t.masked_fill(mask, 0.0)", "ag.where(mask, 0.0, t)"),
    "masked_select": ("t.masked_select(mask)", "t[mask]"),
    "nonzero": ("t.nonzero()", "np.argwhere(t.numpy())"),
    "count_nonzero": ("t.count_nonzero()", "np.count_nonzero(t.numpy())"),
    "scatter": "write t.at[rows, columns].set(values), with an index for each axis",
    "scatter_add": "write t.at[rows, columns].add(values), with an index for each axis",
    "select": ("t.select(1, 0)", "t[:, 0]"),
    "take_along_dim": ("t.take_along_dim(i, 1)", "ag.take_along_axis(t, i, axis=1)"),
    "topk": ("v.topk(2).values", "ag.flip(ag.sort(v))[:2]"),
    "unfold": "write ag.unfold(images, kernel), for images of shape (N, C, height, width)",
    "unique": ("t.unique()", "np.unique(t.numpy())"),
    "where": ("t.where(mask, u)", "ag.where(mask, t, u)"),
    # Numbers.
    "absolute": ("t.absolute()", "t.abs()"),
    "add": ("t.add(u)", "t + u"),
    "addmm": ("w.addmm(w, w)", "w + w @ w"),
    "allclose": ("t.allclose(u)", "np.allclose(t.numpy(), u.numpy())"),
    "amax": ("t.amax(1)", "t.max(axis=1)"),
    "amin": ("t.amin(1)", "t.min(axis=1)"),
    "atan": ("t.atan()", "ag.arctan(t)"),
    "bmm": ("b.bmm(b)", "b @ b"),
    "ceil": ("t.ceil()", "ag.ceil(t)"),
    "clamp": ("t.clamp(-1.0, 2.0)", "t.clip(-1.0, 2.0)"),
    "clamp_max": ("t.clamp_max(2.0)", "ag.minimum(t, 2.0)"),
    "clamp_min": ("t.clamp_min(0.0)", "ag.maximum(t, 0.0)"),
    "cos": ("t.cos()", "ag.cos(t)"),
    "cosh": ("t.cosh()", "ag.cosh(t)"),
    "det": ("w.det()", "ag.linalg.det(w)"),
    "div": ("t.div(u)", "t / u"),
    "eq": ("t.eq(u)", "t == u"),
    "equal": ("t.equal(u)", "np.array_equal(t, u)"),
    "expm1": ("t.expm1()", "ag.expm1(t)"),
    "floor": ("t.floor()", "ag.floor(t)"),
    "ge": ("t.ge(u)", "t >= u"),
    "ger": ("v.ger(v)", "ag.outer(v, v)"),
    "gt": ("t.gt(u)", "t > u"),
    "inverse": ("w.inverse()", "ag.linalg.inv(w)"),
    "isfinite": ("t.isfinite()", "ag.isfinite(t)"),
    "isinf": ("t.isinf()", "ag.isinf(t)"),
    "isnan": ("t.isnan()", "ag.isnan(t)"),
    "le": ("t.le(u)", "t <= u"),
    "lerp": ("t.lerp(u, 0.25)", "t + 0.25 * (u - t)"),
    "log1p": ("v.log1p()", "ag.log1p(v)"),
    "log_softmax": ("t.log_softmax(1)", "ag.log_softmax(t, axis=1)"),
    "logical_not": ("mask.logical_not()", "~mask"),
    "logsumexp": ("t.logsumexp(1)", "ag.logsumexp(t, axis=1)"),
    "lt": ("t.lt(u)", "t < u"),
    "matmul": ("t.matmul(w)", "t @ w"),
    "maximum": ("t.maximum(u)", "ag.maximum(t, u)"),
    "minimum": ("t.minimum(u)", "ag.minimum(t, u)"),
    "mm": ("t.mm(w)", "t @ w"),
    "mul": ("t.mul(u)", "t * u"),
    "multiply": ("t.multiply(u)", "t * u"),
    "mv": ("t.mv(v)", "t @ v"),
    "ne": ("t.ne(u)", "t != u"),
    "neg": ("t.neg()", "-t"),
    "norm": ("t.norm()", "ag.linalg.norm(t)"),
    "outer": ("v.outer(v)", "ag.outer(v, v)"),
    "reciprocal": ("t.reciprocal()", "1 / t"),
    "rsqrt": ("v.rsqrt()", "1 / ag.sqrt(v)"),
    "sign": ("t.sign()", "ag.sign(t)"),
    "sin": ("t.sin()", "ag.sin(t)"),
    "sinh": ("t.sinh()", "ag.sinh(t)"),
    "softmax": ("t.softmax(1)", "ag.softmax(t, axis=1)"),
    "square": ("t.square()", "ag.square(t)"),
    "sub": ("t.sub(u)", "t - u"),
    "tan": ("t.tan()", "ag.tan(t)"),
    "true_divide": ("t.true_divide(u)", "t / u"),
    # Dtypes and devices.
    "bfloat16": "NumPy has no bfloat16; write t.astype('float32') or t.astype('float16')",
    "bool": ("t.bool()", "t.astype(bool)"),
    "cpu": IN_MEMORY,
    "cuda": IN_MEMORY,
    "device": IN_MEMORY,
    "double": ("t.double()", "t.astype('float64')"),
    "element_size": ("t.element_size()", "t.dtype.itemsize"),
    "float": ("t.float()", "t.astype('float32')"),
    "get_device": IN_MEMORY,
    "half": ("t.half()", "t.astype('float16')"),
    "int": ("t.int()", "t.astype('int32')"),
    "is_cuda": IN_MEMORY,
    "long": ("t.long()", "t.astype('int64')"),
    "pin_memory": IN_MEMORY,
    "share_memory_": IN_MEMORY,
    "to": f"{IN_MEMORY}; for another dtype write t.astype('float32')",
    "type": "write t.dtype, and for another one t.astype('float32')",
    "type_as": ("i.type_as(t)", "i.astype(t.dtype)"),
    # Gradients.
    "clone": ("t.clone()", "+t"),
    "detach_": f"{NEVER_CHANGE}; write t = t.detach()",
    "grad_fn": "write t.primitive, and t.inputs for what it was applied to",
    "register_hook": "write ag.gradients(loss, t) for the gradient of a result",
    "requires_grad_": "write t.requires_grad = True",
    "retain_grad": "write loss.backward(retain='all'), which keeps every gradient",
    # In place.
    "add_": ("p.add_(1.0)", "p.data = p.data + 1.0"),
    "addcdiv_": ("p.addcdiv_(g, g, value=-0.1)", "p.data = p.data - 0.1 * g / g"),
    "addcmul_": ("p.addcmul_(g, g, value=-0.1)", "p.data = p.data - 0.1 * g * g"),
    "assign": ("p.assign(g)", "p.data = g"),
    "assign_add": ("p.assign_add(g)", "p.data = p.data + g"),
    "assign_sub": ("p.assign_sub(g)", "p.data = p.data - g"),
    "clamp_": ("p.clamp_(0.0, 1.0)", "p.data = p.data.clip(0.0, 1.0)"),
    "copy_": ("p.copy_(g)", "p.data = g"),
    "div_": ("p.div_(2.0)", "p.data = p.data / 2.0"),
    "exp_": ("p.exp_()", "p.data = np.exp(p.data)"),
    "fill": ("p.data.fill_(3.0)", "p.data = np.full(p.shape, 3.0)"),
    "fill_": ("p.fill_(3.0)", "p.data = np.full(p.shape, 3.0)"),
    "masked_fill_": f"{NEVER_CHANGE}; write t = ag.where(mask, value, t)",
    "mul_": ("p.mul_(2.0)", "p.data = p.data * 2.0"),
    "normal_": "write nn.init.normal_(p, rng=0)",
    "relu_": f"{NEVER_CHANGE}; write t = t.relu()",
    "scatter_": f"{NEVER_CHANGE}; write t = t.at[rows, columns].set(values)",
    "scatter_add_": f"{NEVER_CHANGE}; write t = t.at[rows, columns].add(values)",
    "sub_": ("p.sub_(1.0)", "p.data = p.data - 1.0"),
    "t_": f"{NEVER_CHANGE}; write t = t.T",
    "transpose_": f"{NEVER_CHANGE}; write t = t.swapaxes(0, 1)",
    "uniform_": "write nn.init.uniform_(p, rng=0)",
    "zero_": ("p.zero_()", "p.data = np.zeros(p.shape)"),
    # Of TensorFlow and JAX.
    "block_until_ready": "everything is computed at once; leave it out",
    "read_value": ("p.read_value()", "p.data"),
    "value": ("p.value()", "p.data"),
}


class OtherName:
    """Stands in the class of tensors for a name that they do not have, and says what to write.

    Reading it is an AttributeError, so `hasattr` is False.  A ``__getattr__`` would say the same,
    and make every other attribute of a tensor slower: Python 3.11 does not specialise classes that
    have one.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, obj: object, owner: type) -> Any:
        kind = f"type object {owner.__name__!r}" if obj is None else f"{owner.__name__!r} object"
        raise missing(kind, self.name, TENSOR)

    def __repr__(self) -> str:
        entry = TENSOR[self.name]
        return entry if isinstance(entry, str) else f"write {entry[1]}"


def listed(self: object) -> list[str]:
    """Return the names that a tensor has."""
    return [name for name in object.__dir__(self) if name not in TENSOR]
