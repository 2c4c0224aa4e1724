"""Methods and attributes of other libraries' tensors, and what to write for them.

The code is about a tensor ``t`` and others: ``u`` of the same shape, a matrix ``w``, a batch of
matrices ``b``, a vector ``v``, indices ``i`` and a boolean ``mask``; ``p`` is a leaf, whose data
can be replaced.
"""

from __future__ import annotations

from autograd.core.other_names import Entry

IN_MEMORY = "arrays are in main memory; leave it out"
NEVER_CHANGE = "tensors never change"
NUMPY_HAS = "tensors do not have it; outside the graph write"

# Functions of `ag` under their own names that PyTorch's tensors have as methods.
UNARY = (
    "arccos arccosh arcsin arcsinh arctan arctanh deg2rad diag diagflat diff erf erfc exp2 fliplr "
    "flipud log10 log2 nan_to_num nanmean nansum negative positive rad2deg rot90 sinc trunc"
)
BINARY = (
    "arctan2 copysign cross divide float_power floor_divide fmax fmin fmod greater greater_equal "
    "heaviside hypot inner kron less less_equal logaddexp logaddexp2 logical_and logical_or "
    "not_equal remainder subtract vdot"
)
# What only NumPy's arrays have.
OF_NUMPY_ALONE = (
    "argpartition byteswap choose compress ctypes dump dumps flags getfield itemsize nbytes "
    "setfield setflags strides tobytes tofile"
)
# Methods that are here without the underscore that says "in place".
CHANGING = "abs clip cumsum log pow round sigmoid sqrt tanh"

TENSOR: dict[str, Entry] = {
    # Shapes.
    "chunk": ("t.chunk(2)", "ag.split(t, 2)"),
    "contiguous": "arrays are laid out as they must be; leave it out",
    "dim": ("t.dim()", "t.ndim"),
    "expand": ("v.expand(2, -1)", "ag.broadcast_to(v, (2, len(v)))"),
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
    "reshape_as": ("t.reshape_as(u)", "t.reshape(u.shape)"),
    "roll": ("t.roll(1, 0)", "ag.roll(t, 1, 0)"),
    "set_shape": ("t.set_shape((2, 3))", "t.reshape(2, 3)"),
    "split": ("t.split(2, dim=1)", "ag.split(t, range(2, t.shape[1], 2), 1)"),
    "squeeze_": f"{NEVER_CHANGE}; write t = t.squeeze()",
    "stride": "the layout of an array is that of t.data.strides",
    "t": ("t.t()", "t.T"),
    "tile": ("t.tile((2, 1))", "ag.tile(t, (2, 1))"),
    "tril": ("w.tril()", "ag.tril(w)"),
    "triu": ("w.triu(diagonal=1)", "ag.triu(w, k=1)"),
    "unbind": ("t.unbind(0)", "list(t)"),
    "unflatten": ("v.unflatten(0, (3, 1))", "v.reshape(3, 1)"),
    "unsqueeze": ("t.unsqueeze(1)", "t[:, None]"),
    "unsqueeze_": f"{NEVER_CHANGE}; write t = t[:, None]",
    "view": ("t.view(3, 2)", "t.reshape(3, 2)"),
    "view_as": ("t.view_as(u)", "t.reshape(u.shape)"),
    # Elements.
    "cummax": "write ag.cummax(t, axis=0), which returns the values alone",
    "cummin": "write ag.cummin(t, axis=0), which returns the values alone",
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
    "bincount": ("r.bincount()", "np.bincount(r)"),
    "histc": "write np.histogram(t.numpy(), bins, (low, high))",
    "index_put": "write t.at[i].set(v)",
    "median": f"{NUMPY_HAS} np.median(t.numpy())",
    "quantile": f"{NUMPY_HAS} np.quantile(t.numpy(), q)",
    "tensor_split": ("v.tensor_split(2)", "ag.array_split(v, 2)"),
    "swapdims": ("b.swapdims(0, 1)", "b.swapaxes(0, 1)"),
    "topk": ("v.topk(2).values", "ag.flip(ag.sort(v))[:2]"),
    "unfold": "write ag.unfold(images, kernel), for images of shape (N, C, height, width)",
    "unique": ("t.unique()", "np.unique(t.numpy())"),
    "where": ("t.where(mask, u)", "ag.where(mask, t, u)"),
    # Numbers.
    "absolute": ("t.absolute()", "t.abs()"),
    "add": ("t.add(u)", "t + u"),
    "addmm": ("w.addmm(w, w)", "w + w @ w"),
    "addcmul": ("t.addcmul(t, u, value=0.5)", "t + 0.5 * t * u"),
    "allclose": ("t.allclose(u)", "ag.allclose(t, u)"),
    "amax": ("t.amax(1)", "t.max(axis=1)"),
    "amin": ("t.amin(1)", "t.min(axis=1)"),
    "atan": ("t.atan()", "ag.arctan(t)"),
    "aminmax": "write t.min(axis=...) and t.max(axis=...)",
    "atan2": ("t.atan2(u)", "ag.arctan2(t, u)"),
    "baddbmm": ("b.baddbmm(b, b)", "b + b @ b"),
    "bernoulli": "write ag.random.uniform(size=t.shape, rng=rng) < t, with rng made once",
    "bmm": ("b.bmm(b)", "b @ b"),
    "cholesky": "write ag.linalg.cholesky(w)",
    "ceil": ("t.ceil()", "ag.ceil(t)"),
    "clamp": ("t.clamp(-1.0, 2.0)", "t.clip(-1.0, 2.0)"),
    "clamp_max": ("t.clamp_max(2.0)", "ag.minimum(t, 2.0)"),
    "clamp_min": ("t.clamp_min(0.0)", "ag.maximum(t, 0.0)"),
    "cos": ("t.cos()", "ag.cos(t)"),
    "cosh": ("t.cosh()", "ag.cosh(t)"),
    "det": ("w.det()", "ag.linalg.det(w)"),
    "div": ("t.div(u)", "t / u"),
    "dist": ("t.dist(u)", "ag.linalg.norm(t - u)"),
    "eq": ("t.eq(u)", "t == u"),
    "equal": ("t.equal(u)", "ag.array_equal(t, u)"),
    "expm1": ("t.expm1()", "ag.expm1(t)"),
    "floor": ("t.floor()", "ag.floor(t)"),
    "frac": ("t.frac()", "t - ag.trunc(t)"),
    "ge": ("t.ge(u)", "t >= u"),
    "ger": ("v.ger(v)", "ag.outer(v, v)"),
    "gt": ("t.gt(u)", "t > u"),
    "inverse": ("w.inverse()", "ag.linalg.inv(w)"),
    "isclose": ("t.isclose(u)", "ag.isclose(t, u)"),
    "isfinite": ("t.isfinite()", "ag.isfinite(t)"),
    "isinf": ("t.isinf()", "ag.isinf(t)"),
    "isnan": ("t.isnan()", "ag.isnan(t)"),
    "le": ("t.le(u)", "t <= u"),
    "lerp": ("t.lerp(u, 0.25)", "t + 0.25 * (u - t)"),
    "log1p": ("v.log1p()", "ag.log1p(v)"),
    "log_softmax": ("t.log_softmax(1)", "ag.log_softmax(t, axis=1)"),
    "logdet": ("w.logdet()", "ag.linalg.slogdet(w).logabsdet"),
    "logical_not": ("mask.logical_not()", "~mask"),
    "logit": "write ag.log(t) - ag.log1p(-t)",
    "logsumexp": ("t.logsumexp(1)", "ag.logsumexp(t, axis=1)"),
    "lt": ("t.lt(u)", "t < u"),
    "matmul": ("t.matmul(w)", "t @ w"),
    "maximum": ("t.maximum(u)", "ag.maximum(t, u)"),
    "minimum": ("t.minimum(u)", "ag.minimum(t, u)"),
    "mm": ("t.mm(w)", "t @ w"),
    "mul": ("t.mul(u)", "t * u"),
    "multiply": ("t.multiply(u)", "t * u"),
    "multinomial": "write rng.choice(len(t), n, p=t.numpy()), with rng made once",
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
    "slogdet": ("w.slogdet()", "ag.linalg.slogdet(w)"),
    "sub": ("t.sub(u)", "t - u"),
    "tan": ("t.tan()", "ag.tan(t)"),
    "true_divide": ("t.true_divide(u)", "t / u"),
    "xlogy": "write ag.where(t == 0, 0.0, t * ag.log(ag.where(t == 0, 1.0, u)))",
    # Functions of ag.
    **{name: f"write ag.{name}(t)" for name in UNARY.split()},
    **{name: f"write ag.{name}(t, u)" for name in BINARY.split()},
    **{name: f"write ag.arc{name[1:]}(t)" for name in ("acos", "acosh", "asin", "asinh", "atanh")},
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
    "is_floating_point": ("t.is_floating_point()", "t.dtype.kind == 'f'"),
    "long": ("t.long()", "t.astype('int64')"),
    "new_empty": "no tensor begins without values; write ag.zeros(shape, t.dtype)",
    "new_full": ("t.new_full((2,), 9.0)", "ag.full((2,), 9.0, t.dtype)"),
    "new_ones": ("t.new_ones(2, 3)", "ag.ones((2, 3), t.dtype)"),
    "new_tensor": ("t.new_tensor([1.0])", "ag.tensor([1.0], t.dtype)"),
    "new_zeros": ("t.new_zeros(2, 3)", "ag.zeros((2, 3), t.dtype)"),
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
    "requires_grad_": "write t.requires_grad = True, or t.requires_grad = False",
    "retain_grad": "write loss.backward(retain='all'), which keeps every gradient",
    # In place.
    "add_": ("p.add_(1.0)", "p.data = p.data + 1.0"),
    "addcdiv_": ("p.addcdiv_(g, g, value=-0.1)", "p.data = p.data - 0.1 * g / g"),
    "addcmul_": ("p.addcmul_(g, g, value=-0.1)", "p.data = p.data - 0.1 * g * g"),
    "assign": ("p.assign(g)", "ag.assign(p, g)"),
    "assign_add": ("p.assign_add(g)", "p.data = p.data + g"),
    "assign_sub": ("p.assign_sub(g)", "p.data = p.data - g"),
    "clamp_": ("p.clamp_(0.0, 1.0)", "p.data = p.data.clip(0.0, 1.0)"),
    "copy_": ("p.copy_(g)", "p.data = g"),
    "div_": ("p.div_(2.0)", "p.data = p.data / 2.0"),
    "exp_": ("p.exp_()", "p.data = np.exp(p.data)"),
    "bernoulli_": "write p.data = 1.0 * (rng.random(p.shape) < chance), with rng made once",
    "fill_": ("p.fill_(3.0)", "p.data = np.full(p.shape, 3.0)"),
    "index_add_": f"{NEVER_CHANGE}; write t = t.at[i].add(v)",
    "index_put_": f"{NEVER_CHANGE}; write t = t.at[i].set(v)",
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
    **{f"{name}_": f"{NEVER_CHANGE}; write t = t.{name}(...)" for name in CHANGING.split()},
    "zero_": ("p.zero_()", "p.data = np.zeros(p.shape)"),
    # Of TensorFlow and JAX.
    "block_until_ready": "everything is computed at once; leave it out",
    "read_value": ("p.read_value()", "p.data"),
    "value": ("p.value()", "p.data"),
}

# What NumPy's arrays have, too.
TENSOR |= {
    "base": f"{NUMPY_HAS} t.numpy().base",
    "conj": "numbers are real; leave it out",
    "conjugate": "numbers are real; leave it out",
    "fill": f"{NEVER_CHANGE}; write t = ag.full_like(t, value)",
    "flat": "write t.ravel()",
    "imag": "numbers are real, and it is 0",
    "partition": f"{NEVER_CHANGE}; write ag.partition(t, k)",
    "put": f"{NEVER_CHANGE}; write t = t.at[i].set(v)",
    "real": "numbers are real; leave it out",
    "resize": f"{NEVER_CHANGE}; write t = t.reshape(shape)",
    "searchsorted": f"{NUMPY_HAS} np.searchsorted(t.numpy(), v)",
    **{name: f"{NUMPY_HAS} t.numpy().{name}" for name in OF_NUMPY_ALONE.split()},
}


# A property here that is a method there.  Python says only that an int cannot be called, and one
# that could be would turn float32 into float64: to NumPy a subclass of int is an array of int64.
CALLED: dict[str, Entry] = {
    "size": ("t.size()", "t.shape"),
    "size(axis)": ("t.size(0)", "t.shape[0]"),
}

# `data` and `grad` are arrays, without PyTorch's methods.
OF_ARRAYS: dict[str, Entry] = {
    "p.data.normal_(0, 0.02)": "write nn.init.normal_(p, 0, 0.02)",
    "p.data.uniform_(-0.1, 0.1)": "write nn.init.uniform_(p, -0.1, 0.1)",
    "p.data.zero_": ("p.data.zero_()", "nn.init.zeros_(p)"),
    "p.data.fill_": ("p.data.fill_(0.5)", "nn.init.constant_(p, 0.5)"),
    "p.data.copy_": ("p.data.copy_(g)", "p.data = g"),
    "p.grad.zero_()": "write p.grad = None",
    "p.grad.norm": ("p.grad.norm()", "np.linalg.norm(p.grad)"),
    "data.numpy": ("t.data.numpy()", "t.data"),
    "data.clone": ("t.data.clone()", "t.data.copy()"),
}


def listed(self: object) -> list[str]:
    """Return the names that a tensor has."""
    return [name for name in object.__dir__(self) if name not in TENSOR]
