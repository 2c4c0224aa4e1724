"""The language of printed rules: what a reader takes for granted beside the functions of `ag`."""

import numpy as np

import autograd as ag
from autograd import ops
from autograd.ops.kernels.conv_reference import Geometry, geometry


def low(x):
    """Return the lower triangle with half of the diagonal."""
    return np.tril(x) * (1 - np.eye(x.shape[-1]) / 2)


def gaps(right, left=None):
    """Return the differences of eigenvalues, infinite on the diagonal."""
    left = right if left is None else left
    n = right.shape[-1]
    return np.where(np.eye(n, dtype=bool), np.inf, right[..., None, :] - left[..., :, None])


def previous(x, axis=0, first=0):
    """Return the values one place earlier along an axis."""
    before = np.roll(x, 1, axis)
    np.moveaxis(before, axis, 0)[0] = first
    return before


def sums_from_end(ct, x, axis=0):
    """Return s with s[k] = ct[k] + x[k + 1] * s[k + 1]."""
    s = np.array(ct, dtype=float)
    rows, factors = np.moveaxis(s, axis, 0), np.moveaxis(np.asarray(x), axis, 0)
    for k in reversed(range(len(rows) - 1)):
        rows[k] += factors[k + 1] * rows[k + 1]
    return s


def moved(x, kernel_or_w, stride, padding, dilation, groups=1):
    n = x.ndim - 2
    kernel = np.broadcast_to(kernel_or_w, n)
    return geometry("test", x.shape[2:], tuple(kernel), stride, padding, dilation, groups)


def conv_kernel(x, y, kernel=None, stride=1, padding=0, dilation=1, groups=1):
    """Match image and output; without its size, the kernel is the largest that fits."""
    if kernel is None:
        g = moved(x, 1, stride, padding, dilation, groups)
        sides = zip(g.padded, g.stride, g.dilation, y.shape[2:], strict=True)
        kernel = [(n - s * (m - 1) - 1) // d + 1 for n, s, d, m in sides]
    return ops.conv.map_to_kernel(x, y, moved(x, kernel, stride, padding, dilation, groups))


def pick(x, places):
    return np.take_along_axis(
        x.reshape(*x.shape[:2], -1), places.reshape(*places.shape[:2], -1), 2
    ).reshape(places.shape) * (places >= 0)


def route(y, places, image):
    n = len(image)
    once = Geometry(tuple(image), (1,) * n, (1,) * n, ((0, 0),) * n, (1,) * n, 1)
    return ops.pool.route(y, np.asarray(places), g=once)


def spread(y, kernel, image=None, stride=None, padding=0, dilation=1):
    """Copy each element to its window; without the image's size, the last window ends with it."""
    n = y.ndim - 2
    stride = kernel if stride is None else stride
    k, s, d = (np.broadcast_to(v, n) for v in (kernel, stride, dilation))
    around = np.broadcast_to(np.array(padding).reshape(-1, 2 if np.ndim(padding) else 1), (n, 2))
    if image is None:
        image = [
            int(b * (m - 1) + c * (a - 1) + 1 - p.sum())
            for m, a, b, c, p in zip(y.shape[2:], k, s, d, around, strict=True)
        ]
    g = geometry("test", tuple(image), tuple(k), stride, padding, dilation, 1)
    return ops.pool.spread(y, g)


def winners(x, out, kernel, stride=None, padding=0, dilation=1):
    stride = kernel if stride is None else stride
    kernel = tuple(np.broadcast_to(kernel, x.ndim - 2))
    return ops.pool.winners(
        x, out, geometry("test", x.shape[2:], kernel, stride, padding, dilation, 1)
    )


def by_name(name):
    return next(p for p in ag.primitives() if p.name == name)


LANGUAGE = (low, gaps, previous, sums_from_end, conv_kernel, spread, winners, pick, route)


def language(shape):
    """Return the names of the printed language, for a rule whose input has a shape."""
    known = {p.name: p.function for p in ag.primitives() if p.function}
    known |= {name: value for name, value in vars(ag).items() if callable(value)}
    known |= vars(ops.compare) | vars(ops.decompositions) | {"cofactors": ops.linalg.cofactors}
    known |= {f.primitive.name: f for f in (ops.reduce.first_largest, ops.reduce.first_smallest)}

    def one_hot(classes, axis=-1):
        hot = np.asarray(classes)[..., None] == np.arange(shape[axis])
        return np.moveaxis(hot, -1, axis).astype(float)

    known |= {
        "broadcast": np.broadcast_to,
        "inv": np.linalg.inv,
        "s_": np.s_,
        "eye": np.eye,
        "tri": np.tri,
        "pi": np.pi,
        "nan": np.nan,
        "max_unpool": by_name("max_unpool").function,
    }
    return known | {f.__name__: f for f in LANGUAGE} | {"one_hot": one_hot}


def evaluated(text, names, shape):
    """Evaluate a printed text, first the parts behind "where"."""
    names = language(shape) | names
    main, _, shared = text.partition(" where ")
    for part in shared.split("; ") if shared else []:
        name, _, value = part.partition(" = ")
        names[name] = eval(value, names)
    made = eval(main, names)
    return made.data if isinstance(made, ag.Tensor) else made
