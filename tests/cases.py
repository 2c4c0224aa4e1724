"""For every composed function of the engine: how to draw arguments for it, and what NumPy says.

A case draws float64 arrays inside the function's domain, away from kinks and ties, and returns
them with a closure over everything else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.special
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd as ag
from autograd.testing import strategies
from tests import reference

SHAPES = st.sampled_from([(), (1,), (3,), (0,), (2, 3), (1, 3), (2, 1), (2, 0), (2, 1, 3)])
FULL = st.sampled_from([(1,), (3,), (2, 3), (1, 3), (2, 2, 2), (4,)])


@dataclass
class Drawn:
    """Arguments, the function of the engine and the reference, both of the arguments alone."""

    args: list[np.ndarray]
    f: Callable[..., Any]
    reference: Callable[..., Any]


@dataclass
class Draw:
    """A source of arguments: Hypothesis chooses what matters, a seed of its choice the rest."""

    data: Any

    def __post_init__(self):
        self.rng = np.random.default_rng(self.one_of(st.integers(0, 2**32 - 1)))

    def one_of(self, strategy):
        return self.data.draw(strategy)

    def pick(self, *values):
        return self.one_of(st.sampled_from(values))

    def numbers(self, shape, low=-2.0, high=2.0, gap=None):
        """Uniform numbers; with ``gap``, at least that far from 0."""
        if gap is None:
            return np.asarray(self.rng.uniform(low, high, shape))
        signs = self.rng.choice([-1.0, 1.0], shape) if low < 0 else 1.0
        return np.asarray(self.rng.uniform(gap, high, shape) * signs)

    def distinct(self, shape):
        """Numbers that differ by at least 0.2."""
        size = int(np.prod(shape))
        return (self.rng.permutation(size) * 0.25 - size / 10).reshape(shape)

    def axis(self, ndim):
        choices = [st.none()]
        if ndim:
            choices += [st.integers(-ndim, ndim - 1)]
        if ndim > 1:
            choices += [st.just((0, -1))]
        return self.one_of(st.one_of(*choices))

    def broadcastable(self, n=2):
        return self.one_of(
            hnp.mutually_broadcastable_shapes(num_shapes=n, max_dims=3, min_side=0, max_side=3)
        ).input_shapes


CASES: dict[str, Callable[[Draw], Drawn]] = {}


def case(name):
    def register(draw):
        assert name not in CASES
        CASES[name] = draw
        return draw

    return register


def _selu(x):
    return 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0)))


def _unary(name, f, reference, low=-2.0, high=2.0, gap=None):
    @case(name)
    def draw(d):
        return Drawn([d.numbers(d.one_of(SHAPES), low, high, gap)], f, reference)


_unary("square", ag.square, np.square)
_unary("tan", ag.tan, np.tan, low=-1.2, high=1.2)
_unary("sigmoid", ag.sigmoid, scipy.special.expit, low=-20, high=20)
_unary("log_sigmoid", ag.log_sigmoid, lambda x: -np.logaddexp(-x, 0), low=-20, high=20)
_unary("softplus", ag.softplus, lambda x: np.logaddexp(x, 0), low=-20, high=20)
_unary("gelu", ag.gelu, lambda x: x * scipy.special.ndtr(x), low=-8, high=8)
_unary("silu", ag.silu, lambda x: x * scipy.special.expit(x), low=-20, high=20)
_unary("mish", ag.mish, lambda x: x * np.tanh(np.logaddexp(x, 0)), low=-20, high=20)
_unary("selu", ag.selu, _selu, gap=0.25)
_unary("relu", ag.relu, lambda x: np.maximum(x, 0), gap=0.25)
_unary("leaky_relu", ag.leaky_relu, lambda x: np.where(x > 0, x, 0.01 * x), gap=0.25)
_unary("elu", ag.elu, lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))), gap=0.25)


@case("power of a constant exponent")
def _power(d):
    exponent = d.pick(0, 1, 2, 3, -1, -2, 0.5, -1.5)
    x = d.numbers(d.one_of(SHAPES), gap=0.3, low=-2.0 if exponent == int(exponent) else 0.0)
    return Drawn([x], lambda x: ag.power(x, exponent), lambda x: np.power(x, float(exponent)))


@case("clip")
def _clip(d):
    x = d.rng.integers(-4, 4, d.one_of(SHAPES)) + 0.5
    low, high = d.pick((-2.0, 2.0), (None, 1.0), (-1.0, None))
    return Drawn([np.asarray(x)], lambda x: ag.clip(x, low, high), lambda x: np.clip(x, low, high))


@case("astype")
def _astype(d):
    # A float64 round trip, so that the numerical derivative sees no rounding.
    x = d.numbers(d.one_of(SHAPES))
    return Drawn([x], lambda x: ag.astype(ag.astype(x, np.longdouble), float), lambda x: +x)


def _reduction(name, distinct=False, empty=True):
    @case(name)
    def draw(d):
        shape = d.one_of(SHAPES if empty else FULL)
        axis, keepdims = d.axis(len(shape)), d.pick(False, True)
        x = d.distinct(shape) if distinct else d.numbers(shape)
        return Drawn(
            [x],
            lambda x: getattr(ag, name)(x, axis=axis, keepdims=keepdims),
            lambda x: getattr(np, name)(x, axis=axis, keepdims=keepdims),
        )


_reduction("prod")
_reduction("mean", empty=False)


def _spread(name):
    @case(name)
    def draw(d):
        shape = d.pick((4,), (3, 2), (2, 3, 2))
        axis, keepdims, ddof = (
            d.pick(None, 0, -2 if len(shape) > 1 else 0),
            d.pick(False, True),
            d.pick(0, 1),
        )
        how = {"axis": axis, "keepdims": keepdims, "ddof": ddof}
        return Drawn(
            [d.distinct(shape)],
            lambda x: getattr(ag, name)(x, **how),
            lambda x: getattr(np, name)(x, **how),
        )


_spread("var")
_spread("std")


def _normaliser(name, reference):
    @case(name)
    def draw(d):
        shape = d.one_of(FULL)
        axis = d.one_of(st.integers(-len(shape), len(shape) - 1))
        return Drawn(
            [d.numbers(shape, -5, 5)],
            lambda x: getattr(ag, name)(x, axis=axis),
            lambda x: reference(x, axis=axis),
        )


_normaliser("softmax", scipy.special.softmax)
_normaliser("log_softmax", scipy.special.log_softmax)
_normaliser("logsumexp", scipy.special.logsumexp)


def _same(name, shapes, *, of=None, **given):
    """A function with the same arguments in NumPy, on an array of a given shape."""

    @case(of or name)
    def draw(d):
        shape, args = d.pick(*shapes)
        return Drawn(
            [d.numbers(shape)],
            lambda x: getattr(ag, name)(x, *args, **given),
            lambda x: getattr(np, name)(x, *args, **given),
        )


_same("ravel", [((2, 3), ()), ((), ()), ((0, 2), ())])
_same("swapaxes", [((2, 3), (0, 1)), ((2, 3, 4), (-1, 0))])
_same("moveaxis", [((2, 3, 4), (0, -1)), ((2, 3, 4), ((0, 1), (-1, 0))), ((2, 3), (1, 0))])
_same("expand_dims", [((2,), (0,)), ((2, 3), ((0, -1),)), ((), (0,))])
_same("squeeze", [((1, 2, 1), ()), ((1, 2, 1), (0,)), ((1, 2, 1), ((0, -1),))])
_same(
    "roll",
    [((4,), (1,)), ((2, 3), (-5,)), ((2, 3), (2, 1)), ((2, 3), ((1, 2), (0, 1))), ((0,), (1,))],
)
_same("tile", [((3,), (2,)), ((2, 3), ((2, 1, 2),)), ((2,), ((2, 2),)), ((3,), (0,))])
_same("repeat", [((3,), (2,)), ((2, 3), (2, 1)), ((3,), ([0, 1, 3],)), ((2, 3), ([1, 2], 0))])
_same("pad", [((3,), (1,)), ((2, 3), (((1, 0), (2, 1)),)), ((2,), ((0, 2),))])
_same("pad", [((3,), (2, "reflect")), ((2, 3), (((1, 1), (2, 1)), "edge"))], of="pad by index")
_same("pad", [((3,), (4, "wrap")), ((2, 3), (1, "symmetric"))], of="pad by more index")
_same(
    "take", [((4,), ([0, 0, 3],)), ((2, 3), ([[2, 0], [1, 1]], 1)), ((2, 3), (-1,)), ((3,), ([],))]
)
_same(
    "diagonal",
    [((3, 3), ()), ((2, 3), (1,)), ((3, 2), (-1,)), ((2, 3, 2), (0, 0, 2)), ((2, 2), (5,))],
)
_same("tril", [((3, 3), ()), ((2, 3), (1,)), ((2, 3, 2), (-1,))])
_same("triu", [((3, 3), ()), ((2, 3), (1,)), ((2, 3, 2), (-1,))])


@case("linalg.trace")
def _trace(d):
    shape, offset = d.pick((3, 3), (2, 3, 4)), d.pick(0, 1, -1)
    return Drawn(
        [d.numbers(shape)],
        lambda x: ag.linalg.trace(x, offset),
        lambda x: np.trace(x, offset, -2, -1),
    )


@case("concatenate")
def _concatenate(d):
    shapes, axis = d.pick(
        (((2,), (3,)), 0),
        (((2, 1), (2, 3), (2, 0)), 1),
        (((1, 2), (3, 2)), -2),
        (((2, 2), (3,)), None),
    )
    return Drawn(
        [d.numbers(s) for s in shapes],
        lambda *xs: ag.concatenate(xs, axis=axis),
        lambda *xs: np.concatenate(xs, axis=axis),
    )


@case("stack")
def _stack(d):
    shape, axis = d.one_of(SHAPES), d.pick(0, -1)
    return Drawn(
        [d.numbers(shape), d.numbers(shape)],
        lambda *xs: ag.stack(xs, axis=axis),
        lambda *xs: np.stack(xs, axis=axis),
    )


@case("split")
def _split(d):
    how, axis = d.pick((3, 1), ([1], 1), ([2, 2, 5], 1), (2, 0))
    which = d.pick(0, -1)
    return Drawn(
        [d.numbers((2, 6))],
        lambda x: ag.split(x, how, axis)[which],
        lambda x: np.split(x, how, axis)[which],
    )


@case("take_along_axis")
def _take_along(d):
    axis = d.pick(0, 1, -1)
    index = d.rng.integers(0, (2, 3)[axis], (4, 3) if axis == 0 else (2, 4))
    return Drawn(
        [d.numbers((2, 3))],
        lambda x: ag.take_along_axis(x, index, axis),
        lambda x: np.take_along_axis(x, index, axis),
    )


@case("sort")
def _sort(d):
    shape, axis = d.pick(((4,), -1), ((2, 3), 0), ((2, 3), None))
    return Drawn([d.distinct(shape)], lambda x: ag.sort(x, axis), lambda x: np.sort(x, axis))


def _product(name, *pairs, **given):
    @case(name)
    def draw(d):
        shapes = d.pick(*pairs)
        return Drawn(
            [d.numbers(s) for s in shapes],
            lambda x, y: getattr(ag, name)(x, y, **given),
            lambda x, y: getattr(np, name)(x, y, **given),
        )


_product("dot", ((3,), (3,)), ((2, 3), (3, 2)), ((), (2,)), ((2, 3), (4, 3, 2)), ((2, 2, 3), (3,)))
_product("vdot", ((3,), (3,)), ((2, 3), (2, 3)), ((0,), (0,)))
_product("inner", ((3,), (3,)), ((2, 3), (4, 3)), ((), (2,)), ((2, 2, 3), (3,)))
_product("outer", ((3,), (2,)), ((2, 2), (3,)), ((), ()), ((0,), (2,)))


@case("tensordot")
def _tensordot(d):
    a, b, axes = d.pick(
        ((2, 3), (3, 4), 1),
        ((2, 3), (2, 3), 2),
        ((2, 3), (4,), 0),
        ((2, 3, 4), (4, 2), ((0, 2), (1, 0))),
        ((2, 3), (3, 2), ((-1,), (0,))),
    )
    return Drawn(
        [d.numbers(a), d.numbers(b)],
        lambda x, y: ag.tensordot(x, y, axes),
        lambda x, y: np.tensordot(x, y, axes),
    )


@case("einsum")
def _einsum(d):
    text, *shapes = d.pick(
        ("ij,jk->ik", (2, 3), (3, 4)),
        ("ij->ji", (2, 3)),
        ("ii->i", (3, 3)),
        ("ii", (3, 3)),
        ("ij->", (2, 3)),
        ("i,j->ij", (2,), (3,)),
        ("bij,bjk->bik", (2, 2, 3), (2, 3, 2)),
        ("...i,...i->...", (2, 3), (3,)),
        ("i...->...", (2, 3, 2)),
        ("ij,kj,lk->il", (2, 3), (2, 3), (2, 2)),
        ("ij,jk", (2, 3), (3, 2)),
        ("iij->j", (2, 2, 3)),
        ("a...,...b->a...b", (2, 3), (3, 2)),
        ("ij,ij->j", (2, 3), (2, 1)),
        ("i,i->i", (0,), (0,)),
        ("iji,i->j", (2, 3, 2), (2,)),
    )
    return Drawn(
        [d.numbers(s) for s in shapes],
        lambda *xs: ag.einsum(text, *xs),
        lambda *xs: np.einsum(text, *xs),
    )


def _square(d, *shape):
    return d.numbers(shape, -1, 1) + 3 * np.eye(shape[-1])


@case("linalg.inv")
def _inv(d):
    return Drawn([_square(d, *d.pick((3, 3), (2, 2, 2), (1, 1)))], ag.linalg.inv, np.linalg.inv)


@case("linalg.norm")
def _norm(d):
    shape, order, axis = d.pick(
        ((3,), None, None),
        ((2, 3), None, None),
        ((2, 3), "fro", None),
        ((2, 3), None, 1),
        ((3,), 1, None),
        ((3,), 3, None),
        ((2, 3), np.inf, 0),
        ((2, 3), -np.inf, 1),
        ((3,), 2, None),
        ((2, 3), 1, None),
        ((2, 3), np.inf, None),
        ((2, 3, 2), -1, (0, 2)),
        ((3,), 0.5, None),
        ((3,), -2, None),
        ((2, 3, 2), "fro", (1, 2)),
    )
    keepdims = d.pick(False, True)
    # Powers of 2: no two sums of different elements are equal, so there is no tie.
    size = int(np.prod(shape))
    x = 0.25 * 2.0 ** d.rng.permutation(size).reshape(shape) * d.rng.choice([-1, 1], shape)
    return Drawn(
        [x],
        lambda x: ag.linalg.norm(x, order, axis, keepdims),
        lambda x: np.linalg.norm(x, order, axis, keepdims),
    )


@case("conv_transpose")
def _conv_transpose(d):
    c = d.one_of(strategies.convolutions())
    batch, outs = c.image[0], c.kernel[0]
    image = tuple(d.pick(2, 3) for _ in c.stride)
    extra = tuple(d.one_of(st.integers(0, s - 1)) for s in c.stride)
    full = [
        (i - 1) * s + e * (k - 1) + 1
        for i, s, e, k in zip(image, c.stride, c.dilation, c.kernel[2:], strict=True)
    ]
    padding = tuple(
        (min(low, (m - 1) // 2), min(high, (m - 1) // 2))
        for (low, high), m in zip(c.padding, full, strict=True)
    )
    how = c.options | {"padding": padding}
    return Drawn(
        [d.numbers((batch, outs, *image)), d.numbers(c.kernel)],
        lambda y, w: ag.conv_transpose(y, w, output_padding=extra, **how),
        lambda y, w: reference.conv_transpose(y, w, extra=extra, **how),
    )
