"""Functions of PyTorch, JAX, TensorFlow and HIPS autograd that `autograd` does not have.

Loaded when such a name has been asked for.  The code is about tensors ``t`` and ``u`` of the same
shape, a matrix ``w``, a batch of matrices ``b``, a vector ``v``, indices ``i``, a boolean ``mask``,
and a function ``f`` of one vector.

A generator of random numbers is made once, ``rng = np.random.default_rng(0)``: made inside a
function, it would give the same numbers in every call.
"""

from __future__ import annotations

from autograd.core.other_names import Entry
from autograd.functions.other_names import LINALG, LINALG_ALONE, NO_SEED

IN_MEMORY = "arrays are in main memory; leave it out"
IN_PRECISION = "a result has the dtype of its arguments; leave it out"
AT_ONCE = "everything is computed at once; leave it out"
IN_NN = "import nn has the networks"
WITH_NUMPY = "import numpy as np: NumPy's own functions are differentiable"
MATRICES = "cholesky eigh lstsq matrix_power pinv qr slogdet solve svd"
NO_GAMMA = "it has no derivative here; outside the graph write scipy.special, or @ag.primitive"
NUMPY_HAS = "tensors do not have it; outside the graph write"
LEAVES = "write ag.tensor(data), with dtype={!r} for another dtype than that of the data"
COMPILE = "write ag.compile(f), or nn.compile(net, loss, optimizer) for a whole training step"
CAPTURE = "write ag.capture(f, *args), a graph that ag.evaluate runs again"
ONE_BY_ONE = "ag.stack([f(x) for x in xs]), or f on an array with a batch axis"

# Functions of torch, and of others under names that differ.
TORCH: dict[str, Entry] = {
    "addmm": ("torch.addmm(w, w, w)", "w + w @ w"),
    "addcmul": ("torch.addcmul(t, t, u, value=0.5)", "t + 0.5 * t * u"),
    "aminmax": "write ag.min(t, axis=...) and ag.max(t, axis=...)",
    "amax": ("torch.amax(t, 1)", "ag.max(t, axis=1)"),
    "amin": ("torch.amin(t, 1)", "ag.min(t, axis=1)"),
    "argwhere": ("torch.argwhere(t)", "np.argwhere(t.numpy())"),
    "as_tensor": ("torch.as_tensor([1.0, 2.0])", "ag.tensor([1.0, 2.0])"),
    "atan": ("torch.atan(t)", "ag.arctan(t)"),
    "atan2": ("torch.atan2(t, u)", "ag.arctan2(t, u)"),
    "baddbmm": ("torch.baddbmm(b, b, b)", "b + b @ b"),
    "bernoulli": "write ag.random.uniform(size=t.shape, rng=rng) < t, with rng made once",
    "bincount": ("torch.bincount(r)", "np.bincount(r)"),
    "block_diag": "write ag.block([[v, ag.zeros(...)], [ag.zeros(...), w]])",
    "bmm": ("torch.bmm(b, b)", "b @ b"),
    "cat": ("torch.cat([t, u], dim=1)", "ag.concatenate([t, u], axis=1)"),
    "cdist": (
        "torch.cdist(t, u)",
        "ag.linalg.norm(t[:, None] - u[None], axis=-1)",
    ),
    "chunk": ("torch.chunk(t, 2)", "ag.split(t, 2)"),
    "clamp": ("torch.clamp(t, -1.0, 2.0)", "ag.clip(t, -1.0, 2.0)"),
    "clamp_max": ("torch.clamp_max(t, 2.0)", "ag.minimum(t, 2.0)"),
    "clamp_min": ("torch.clamp_min(t, 0.0)", "ag.maximum(t, 0.0)"),
    "clone": ("torch.clone(t)", "ag.copy(t)"),
    "concat": ("torch.concat([t, u])", "ag.concatenate([t, u])"),
    "conv1d": "write ag.conv(x, kernel), or the layer nn.Conv1d",
    "conv2d": "write ag.conv(x, kernel), or the layer nn.Conv2d",
    "conv3d": "write ag.conv(x, kernel), or the layer nn.Conv3d",
    "cosine_similarity": "write nn.CosineSimilarity(dim)(x, y)",
    "count_nonzero": ("torch.count_nonzero(t)", "np.count_nonzero(t.numpy())"),
    "det": ("torch.det(w)", "ag.linalg.det(w)"),
    "digamma": NO_GAMMA,
    "dist": ("torch.dist(t, u)", "ag.linalg.norm(t - u)"),
    "div": ("torch.div(t, u)", "t / u"),
    "empty": "no tensor begins without values; write ag.zeros(shape)",
    "empty_like": "no tensor begins without values; write ag.zeros_like(x)",
    "eq": ("torch.eq(t, u)", "t == u"),
    "flatten": ("torch.flatten(t)", "ag.ravel(t)"),
    "from_numpy": ("torch.from_numpy(a)", "ag.tensor(a)"),
    "frac": ("torch.frac(t)", "t - ag.trunc(t)"),
    "gather": ("torch.gather(t, 1, i)", "ag.take_along_axis(t, i, axis=1)"),
    "ge": ("torch.ge(t, u)", "t >= u"),
    "ger": ("torch.ger(v, v)", "ag.outer(v, v)"),
    "gt": ("torch.gt(t, u)", "t > u"),
    "index_select": ("torch.index_select(t, 1, r)", "ag.take(t, r, axis=1)"),
    "is_floating_point": ("torch.is_floating_point(t)", "t.dtype.kind == 'f'"),
    "is_tensor": ("torch.is_tensor(t)", "isinstance(t, ag.Tensor)"),
    "le": ("torch.le(t, u)", "t <= u"),
    "lerp": ("torch.lerp(t, u, 0.25)", "t + 0.25 * (u - t)"),
    "lgamma": NO_GAMMA,
    "logit": "write ag.log(p) - ag.log1p(-p)",
    "lt": ("torch.lt(t, u)", "t < u"),
    "masked_fill": ("torch.masked_fill(t, mask, 0.0)", "ag.where(mask, 0.0, t)"),
    "masked_select": ("torch.masked_select(t, mask)", "t[mask]"),
    "median": f"{NUMPY_HAS} np.median(t.numpy())",
    "mm": ("torch.mm(t, w)", "t @ w"),
    "movedim": ("torch.movedim(b, 0, 2)", "ag.moveaxis(b, 0, 2)"),
    "mul": ("torch.mul(t, u)", "t * u"),
    "multinomial": "write rng.choice(len(p), n, p=p.numpy()), with rng made once",
    "mv": ("torch.mv(t, v)", "t @ v"),
    "ne": ("torch.ne(t, u)", "t != u"),
    "neg": ("torch.neg(t)", "-t"),
    "nonzero": ("torch.nonzero(t)", "np.argwhere(t.numpy())"),
    "norm": ("torch.norm(t)", "ag.linalg.norm(t)"),
    "numel": ("torch.numel(t)", "t.size"),
    "permute": ("torch.permute(b, (2, 0, 1))", "ag.transpose(b, (2, 0, 1))"),
    "quantile": f"{NUMPY_HAS} np.quantile(t.numpy(), q)",
    "rand": ("torch.rand(2, 3)", "ag.random.uniform(size=(2, 3), rng=rng)"),
    "rand_like": ("torch.rand_like(t)", "ag.random.uniform(size=t.shape, rng=rng)"),
    "randint": ("torch.randint(0, 9, (2, 3))", "ag.random.integers(0, 9, size=(2, 3), rng=rng)"),
    "randn": ("torch.randn(2, 3)", "ag.random.normal(size=(2, 3), rng=rng)"),
    "randn_like": ("torch.randn_like(t)", "ag.random.normal(size=t.shape, rng=rng)"),
    "randperm": ("torch.randperm(5)", "ag.random.permutation(5, rng=rng)"),
    "relu6": "write ag.clip(x, 0, 6), or the layer nn.ReLU6()",
    "repeat_interleave": ("torch.repeat_interleave(t, 2, dim=1)", "ag.repeat(t, 2, axis=1)"),
    "rsqrt": ("torch.rsqrt(v)", "1 / ag.sqrt(v)"),
    "searchsorted": "write np.searchsorted(edges, x.numpy())",
    "std_mean": "write ag.std(x, ddof=1) and ag.mean(x)",
    "sub": ("torch.sub(t, u)", "t - u"),
    "t": ("torch.t(w)", "w.T"),
    "take_along_dim": ("torch.take_along_dim(t, i, 1)", "ag.take_along_axis(t, i, axis=1)"),
    "tensor_split": ("torch.tensor_split(v, 2)", "ag.array_split(v, 2)"),
    "topk": ("torch.topk(v, 2).values", "ag.flip(ag.sort(v))[:2]"),
    "unbind": ("torch.unbind(t)", "list(t)"),
    "unique": ("torch.unique(t)", "np.unique(t.numpy())"),
    "unsqueeze": ("torch.unsqueeze(t, 1)", "ag.expand_dims(t, 1)"),
    "var_mean": "write ag.var(x, ddof=1) and ag.mean(x)",
    "xlogy": "write ag.where(x == 0, 0.0, x * ag.log(ag.where(x == 0, 1.0, y)))",
    **{name: f"write ag.arc{name[1:]}" for name in ("acos", "acosh", "asin", "asinh", "atanh")},
    # Functions of `ag.linalg`.
    **{name: f"write ag.linalg.{name}" for name in MATRICES.split()},
    # Constructors of a dtype, and a class of shapes.
    "DoubleTensor": LEAVES.format("float64"),
    "FloatTensor": LEAVES.format("float32"),
    "IntTensor": LEAVES.format("int32"),
    "LongTensor": LEAVES.format("int64"),
    "BoolTensor": LEAVES.format("bool"),
    "Size": "a shape is a tuple",
    # Modules.
    "distributions": "distributions are not here; draws are in ag.random, densities are composed",
    "fft": "tensors hold no complex numbers; outside the graph write np.fft",
    "sparse": "arrays are dense; outside the graph write scipy.sparse",
    "special": "functions are in ag, as ag.erf",
}

CONSTANTS: dict[str, Entry] = {
    name: f"write {write}"
    for name, write in [
        ("e", "np.e or math.e"),
        ("inf", "np.inf or math.inf"),
        ("nan", "np.nan or math.nan"),
        ("newaxis", "None, as in x[:, None]"),
        ("pi", "np.pi or math.pi"),
    ]
}

GRADIENTS: dict[str, Entry] = {
    "Function": "a function with a rule of your own is defined with @ag.primitive",
    "Variable": "write ag.tensor(data, requires_grad=True)",
    "autograd": (
        "for autograd.grad(y, [x], create_graph=True) write ag.gradients(y, [x], create_graph=True)"
    ),
    "detect_anomaly": "write with ag.debug():",
    "enable_grad": "gradients are recorded outside of ag.no_grad(); leave it out",
    "func": "write ag.grad, ag.jvp, ag.vjp, ag.hessian, and nn.utils.functional_call",
    "functorch": "write ag.grad, ag.jvp, ag.vjp, ag.hessian, and nn.utils.functional_call",
    "gradcheck": "write ag.testing.check_grad(f, x)",
    "gradgradcheck": "write ag.testing.check_grad(f, x), which checks the second order, too",
    "inference_mode": "write with ag.no_grad():",
    "is_grad_enabled": "ask a result whether it has requires_grad",
    "set_detect_anomaly": "write with ag.debug():",
    "set_grad_enabled": "write with ag.no_grad():",
}

# Of HIPS autograd.
HIPS: dict[str, Entry] = {
    "builtins": "Python's list, tuple, dict and isinstance work; leave it out",
    "elementwise_grad": (
        "elementwise_grad(np.tanh)(a)",
        "ag.grad(lambda x: ag.sum(np.tanh(x)))(a)",
    ),
    "extend": "a function with a rule of your own is defined with @ag.primitive",
    "grad_and_aux": "write ag.value_and_grad(f), and keep what else f computes outside",
    "hessian_tensor_product": ("hessian_tensor_product(f)(a[0], a[1])", "ag.hvp(f, a[0], a[1])"),
    "hessian_vector_product": ("hessian_vector_product(f)(a[0], a[1])", "ag.hvp(f, a[0], a[1])"),
    "holomorphic_grad": "tensors hold no complex numbers",
    "make_hvp": "write ag.hvp(f, x, v)",
    "make_jvp": ("make_jvp(np.tanh)(a[0])(a[1])", "ag.jvp(np.tanh, [a[0]], [a[1]])"),
    "make_vjp": "write value, pull = ag.vjp(f, x): the value comes first",
    "misc": "optimisers are in nn.optim; write nn.optim.Adam([w]), and step() after w.grad is set",
    "multigrad": "write ag.grad(f, argnums=(0, 1))",
    "multigrad_dict": "ag.grad takes dicts, lists and tuples of arrays as they are",
    "numpy": WITH_NUMPY,
    "numpy_wrapper": WITH_NUMPY,
    "scipy": (
        "write ag.logsumexp, ag.erf, and ag.sigmoid for expit; compose others of functions of ag, "
        "or define them with @ag.primitive"
    ),
    "test_util": "write ag.testing.check_grad(f, x)",
    "vector_jacobian_product": "write value, pull = ag.vjp(f, x), and pull(cotangent)",
}

# Of JAX.
JAX: dict[str, Entry] = {
    "array": ("jnp.array([1.0, 2.0])", "ag.tensor([1.0, 2.0])"),
    "asarray": ("jnp.asarray([1.0, 2.0])", "ag.tensor([1.0, 2.0])"),
    "block_until_ready": AT_ONCE,
    "custom_jvp": "a function with a rule of your own is defined with @ag.primitive",
    "custom_vjp": "a function with a rule of your own is defined with @ag.primitive",
    "device_get": "write t.numpy()",
    "device_put": IN_MEMORY,
    "jacfwd": ("jax.jacfwd(jnp.tanh)(a[0])", "ag.jacobian(np.tanh)(a[0])"),
    "jacrev": ("jax.jacrev(jnp.tanh)(a[0])", "ag.jacobian(np.tanh)(a[0])"),
    "jit": COMPILE,
    "lax": "write a loop of Python; functions are in ag",
    "linearize": "write ag.jvp(f, primals, tangents)",
    "make_jaxpr": CAPTURE,
    "pmap": ONE_BY_ONE,
    "pure_callback": "a function of NumPy is called as it is, or defined with @ag.primitive",
    "stop_gradient": ("jax.lax.stop_gradient(t)", "ag.detach(t)"),
    "tree_map": "write a comprehension, {name: g(x) for name, x in tree.items()}",
    "tree_util": "write a comprehension, {name: g(x) for name, x in tree.items()}",
    "vmap": ONE_BY_ONE,
}

# Of TensorFlow.
TENSORFLOW: dict[str, Entry] = {
    "GradientTape": "write loss.backward() and p.grad, or ag.gradients(loss, [p])",
    "boolean_mask": ("tf.boolean_mask(t, mask)", "t[mask]"),
    "cast": ("tf.cast(t, tf.float32)", "t.astype('float32')"),
    "clip_by_value": ("tf.clip_by_value(t, -1.0, 2.0)", "ag.clip(t, -1.0, 2.0)"),
    "constant": ("tf.constant([1.0, 2.0])", "ag.tensor([1.0, 2.0])"),
    "convert_to_tensor": ("tf.convert_to_tensor([1.0, 2.0])", "ag.tensor([1.0, 2.0])"),
    "function": COMPILE,
    "gather_nd": ("tf.gather_nd(t, [[0, 1]])", "t[[0], [1]]"),
    "keras": IN_NN,
    "math": "functions are in ag, as ag.exp",
    "reduce_logsumexp": ("tf.reduce_logsumexp(t, 1)", "ag.logsumexp(t, axis=1)"),
    "reduce_max": ("tf.reduce_max(t, 1)", "ag.max(t, axis=1)"),
    "reduce_mean": ("tf.reduce_mean(t, 1)", "ag.mean(t, axis=1)"),
    "reduce_min": ("tf.reduce_min(t, 1)", "ag.min(t, axis=1)"),
    "reduce_prod": ("tf.reduce_prod(t, 1)", "ag.prod(t, axis=1)"),
    "reduce_std": ("tf.math.reduce_std(t, 1)", "ag.std(t, axis=1)"),
    "reduce_sum": ("tf.reduce_sum(t, 1)", "ag.sum(t, axis=1)"),
    "reduce_variance": ("tf.math.reduce_variance(t, 1)", "ag.var(t, axis=1)"),
    "to_categorical": "write ag.one_hot(classes, count)",
    "tensor_scatter_nd_add": ("tf.tensor_scatter_nd_add(v, [[0]], [9.0])", "v.at[[0]].add([9.0])"),
    "tensor_scatter_nd_update": (
        "tf.tensor_scatter_nd_update(v, [[0]], [9.0])",
        "v.at[[0]].set([9.0])",
    ),
}

SIZED = ("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8")

DTYPES: dict[str, Entry] = {
    "bfloat16": "NumPy has no bfloat16; write 'float32' or 'float16'",
    "bool": "dtypes are NumPy's; write bool",
    "double": "dtypes are NumPy's; write 'float64'",
    "float": "dtypes are NumPy's; write 'float32', which torch.float is",
    "half": "dtypes are NumPy's; write 'float16'",
    "int": "dtypes are NumPy's; write 'int32', which torch.int is",
    "long": "dtypes are NumPy's; write 'int64'",
    "set_default_dtype": "a result has the dtype of its arguments; write t.astype('float32')",
    **{name: f"dtypes are NumPy's; write {name!r} or np.{name}" for name in SIZED},
}

MACHINES: dict[str, Entry] = {
    "fx": CAPTURE,
    "njit": COMPILE,  # of Numba
    "script": COMPILE,
    "symbolic_trace": CAPTURE,
    "Generator": "write np.random.default_rng(seed), and give it as rng=",
    "amp": IN_PRECISION,
    "autocast": IN_PRECISION,
    "backends": IN_MEMORY,
    "cuda": IN_MEMORY,
    "device": IN_MEMORY,
    "get_num_threads": ("torch.get_num_threads()", "ag.threads()"),
    "manual_seed": NO_SEED,
    "mps": IN_MEMORY,
    "seed": NO_SEED,
    "set_num_threads": "write ag.set_threads(n)",
    "get_default_dtype": "it is float64, as NumPy's",
    "set_default_device": IN_MEMORY,
    "set_default_tensor_type": "a result has the dtype of its arguments; write dtype='float32'",
    "set_printoptions": "write np.set_printoptions",
    "set_random_seed": NO_SEED,
}

NETWORKS: dict[str, Entry] = {
    "Module": f"{IN_NN}; write nn.Module",
    "Parameter": f"{IN_NN}; write nn.Parameter",
    "clip_grad_norm_": f"{IN_NN}; write nn.utils.clip_grad_norm_(parameters, max_norm)",
    "functional": f"{IN_NN}; activations are functions of ag, as ag.relu, losses of nn",
    "functional_call": f"{IN_NN}; write nn.utils.functional_call(net, parameters, inputs)",
    "load": "write nn.load(module, path) for the weights of a module",
    "nn": f"{IN_NN}",
    "optim": f"{IN_NN}; write nn.optim",
    "save": "write nn.save(module, path) for the weights of a module",
    "utils": f"{IN_NN}; write nn.utils, or nn.data",
}

MODULE: dict[str, Entry] = (
    {name: entry for name, entry in LINALG.items() if name not in LINALG_ALONE}
    | TORCH
    | CONSTANTS
    | GRADIENTS
    | HIPS
    | JAX
    | TENSORFLOW
    | DTYPES
    | MACHINES
    | NETWORKS
)
