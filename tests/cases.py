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
_unary("deg2rad", ag.deg2rad, np.deg2rad, low=-200, high=200)
_unary("rad2deg", ag.rad2deg, np.rad2deg)
_unary("fabs", ag.fabs, np.fabs, gap=0.25)
_unary("nan_to_num", ag.nan_to_num, np.nan_to_num)
_unary("tan", ag.tan, np.tan, low=-1.2, high=1.2)
_unary("sigmoid", ag.sigmoid, scipy.special.expit, low=-20, high=20)
_unary("log_sigmoid", ag.log_sigmoid, lambda x: -np.logaddexp(-x, 0), low=-20, high=20)
_unary("softplus", ag.softplus, lambda x: np.logaddexp(x, 0), low=-20, high=20)
_unary("gelu", ag.gelu, lambda x: x * scipy.special.ndtr(x), low=-8, high=8)
_unary("silu", ag.silu, lambda x: x * scipy.special.expit(x), low=-20, high=20)
# From 14 on its slope is 1 but for rounding, and nothing numerical can tell the second derivative.
_unary("mish", ag.mish, lambda x: x * np.tanh(np.logaddexp(x, 0)), low=-20, high=12)
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
_reduction("ptp", distinct=True, empty=False)


def _without_nan(name):
    """A reduction of an array of which some elements are NaN, but not all along an axis."""

    @case(name)
    def draw(d):
        x, axis, keepdims = d.distinct((3, 4)), d.pick(None, 0, 1, (0, -1)), d.pick(False, True)
        missing = d.pick(np.zeros((3, 4), bool), np.eye(3, 4, d.pick(0, 1)).astype(bool))
        how = {"axis": axis, "keepdims": keepdims}
        if name in ("nanvar", "nanstd"):
            how["ddof"] = d.pick(0, 1)
        return Drawn(
            [x],
            lambda x: getattr(ag, name)(ag.where(missing, np.nan, x), **how),
            lambda x: getattr(np, name)(np.where(missing, np.nan, x), **how),
        )


for _name in ("nansum", "nanprod", "nanmean", "nanvar", "nanstd", "nanmax", "nanmin"):
    _without_nan(_name)


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
_same("atleast_1d", [((), ()), ((3,), ()), ((2, 0), ())])
_same("atleast_2d", [((), ()), ((3,), ()), ((2, 1, 3), ())])
_same("atleast_3d", [((), ()), ((3,), ()), ((2, 3), ()), ((0, 2, 3), ())])
_same("ravel", [((2, 3), ("F",)), ((2, 1, 3), ("F",))], of="ravel by columns")
_same("rollaxis", [((2, 3, 4), (2,)), ((2, 3, 4), (0, 3)), ((2, 3, 4), (1, -1))])
_same("flipud", [((3,), ()), ((2, 3), ())])
_same("fliplr", [((2, 3), ()), ((2, 0, 2), ())])
_same("rot90", [((2, 3), ()), ((2, 3), (2,)), ((2, 3, 2), (-1, (2, 0))), ((2, 3), (4,))])
_same("diag", [((3,), ()), ((2,), (-2,)), ((2, 3), (1,)), ((0,), (1,))])
_same("diagflat", [((2, 2), ()), ((), (1,)), ((0,), ())])
_same("diff", [((4,), ()), ((2, 4), (2,)), ((3, 2), (1, 0)), ((2, 3), (0,)), ((3,), (5,))])
_same("ediff1d", [((4,), ()), ((2, 3), (1.5, [0.5, 2.5])), ((0,), ())])
_same("trapezoid", [((4,), ()), ((2, 4), (None, 0.5, 0)), ((0,), ())])
_same("vander", [((3,), ()), ((2,), (4, True)), ((3,), (1,)), ((3,), (0,))])
_same("cumprod", [((4,), ()), ((2, 3), ()), ((2, 3), (0,)), ((3, 0), (1,)), ((), ())])
_same("average", [((4,), ()), ((2, 3), (0,)), ((2, 3, 2), ((0, 2),))])
_same("delete", [((4,), (1,)), ((2, 4), ([0, 2], 1)), ((2, 3), (slice(0, 4, 2),))])
_same(
    "gradient",
    [
        ((4,), ()),
        ((5,), (0.5,)),
        ((4,), ([0.0, 1.0, 3.0, 3.5],)),
    ],
)
_same("gradient", [((4, 2), (2.0,)), ((3, 2), ([0.0, 1.0, 3.0],))], of="gradient of rows", axis=0)
_same(
    "gradient",
    [((3,), ()), ((4,), ([0.0, 1.0, 3.0, 4.0],))],
    of="gradient to its ends",
    edge_order=2,
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


def _joined(name, *groups):
    @case(name)
    def draw(d):
        return Drawn(
            [d.numbers(s) for s in d.pick(*groups)],
            lambda *xs: getattr(ag, name)(xs),
            lambda *xs: getattr(np, name)(xs),
        )


_joined("vstack", ((2,), (2,)), ((), ()), ((2, 3), (1, 3)), ((3,), (2, 3)))
_joined("hstack", ((2,), (3,)), ((), (2,)), ((2, 3), (2, 0)))
_joined("dstack", ((2,), (2,)), ((), ()), ((2, 3), (2, 3, 2)))
_joined("column_stack", ((2,), (2, 3)), ((), ()), ((2,), (2,)))


@case("append")
def _append(d):
    a, b, axis = d.pick(((2, 3), (4,), None), ((2, 3), (1, 3), 0), ((), (), None))
    return Drawn(
        [d.numbers(a), d.numbers(b)],
        lambda x, y: ag.append(x, y, axis),
        lambda x, y: np.append(x, y, axis),
    )


@case("block")
def _block(d):
    return Drawn(
        [d.numbers((2, 3)), d.numbers((2, 1)), d.numbers(4)],
        lambda x, y, z: ag.block([[x, y], [z]]),
        lambda x, y, z: np.block([[x, y], [z]]),
    )


@case("insert")
def _insert(d):
    shape, where, values, axis = d.pick(
        ((4,), 1, (3,), None),
        ((2, 3), [2, 0], (2, 2), 1),
        ((2, 3), 0, (), 0),
        ((3,), [1, 1], (), None),
        ((2, 3), 1, (2,), 1),
    )
    return Drawn(
        [d.numbers(shape), d.numbers(values)],
        lambda x, y: ag.insert(x, where, y, axis),
        lambda x, y: np.insert(x, where, y, axis),
    )


def _one_of_several(name, *shapes, **given):
    """A function of several arrays that returns several: one of them is looked at."""

    @case(name)
    def draw(d):
        which = d.pick(0, 1)
        return Drawn(
            [d.numbers(s) for s in shapes],
            lambda *xs: getattr(ag, name)(*xs, **given)[which],
            lambda *xs: getattr(np, name)(*xs, **given)[which],
        )


_one_of_several("broadcast_arrays", (2, 1), (3,))
_one_of_several("meshgrid", (2,), (3,))


def _part(name, shape, *args, **given):
    @case(name)
    def draw(d):
        which = d.pick(0, -1)
        return Drawn(
            [d.numbers(shape)],
            lambda x: getattr(ag, name)(x, *args, **given)[which],
            lambda x: getattr(np, name)(x, *args, **given)[which],
        )


_part("array_split", (2, 5), 3, axis=1)
_part("vsplit", (4, 2), 2)
_part("hsplit", (2, 4), [1, 3])
_part("dsplit", (2, 1, 4), 2)


@case("unstack")
def _unstack(d):
    return Drawn([d.numbers((2, 3))], lambda x: ag.unstack(x, 1)[2], lambda x: x[:, 2])


@case("select")
def _select(d):
    shapes = d.broadcastable()
    conditions = [d.rng.random(s) < 0.5 for s in shapes]
    return Drawn(
        [d.numbers(s) for s in shapes],
        lambda *xs: ag.select(conditions, xs, 2.0),
        lambda *xs: np.select(conditions, xs, 2.0),
    )


@case("partition")
def _partition(d):
    # So that the place of each element is known: no two of them lie between two given places.
    shape, kth, axis = d.pick(((3,), 1, -1), ((4, 2), [1, 2], 0), ((2, 2), [1, 2], None))
    return Drawn(
        [d.distinct(shape)],
        lambda x: ag.partition(x, kth, axis),
        lambda x: np.partition(x, kth, axis),
    )


@case("copy")
def _copy(d):
    return Drawn([d.numbers(d.one_of(SHAPES))], ag.copy, np.copy)


@case("polyval")
def _polyval(d):
    degree, shape = d.pick(0, 1, 3), d.one_of(SHAPES)
    return Drawn([d.numbers((degree,)), d.numbers(shape)], ag.polyval, np.polyval)


@case("trapezoid between places")
def _trapezoid_between_places(d):
    shape, places = d.pick(((2, 3), (3,)), ((2, 3), (2, 3)))
    return Drawn([d.numbers(shape), d.numbers(places)], ag.trapezoid, np.trapezoid)


@case("average with weights")
def _average_with_weights(d):
    shape, weights, axis = d.pick(
        ((4,), (4,), None), ((2, 3), (2,), 0), ((2, 3, 2), (2, 2), (0, 2)), ((2, 3), (2, 3), 1)
    )
    return Drawn(
        [d.numbers(shape), d.numbers(weights, 0.5, 2.0)],
        lambda x, w: ag.average(x, axis, w),
        lambda x, w: np.average(x, axis, w),
    )


@case("interp")
def _interp(d):
    # Neither at the points nor at ties, where the slope jumps.
    places, period = np.cumsum(d.numbers((4,), 0.5, 1.0)), d.pick(None, 5.0)
    gaps = d.rng.integers(-1, 4, d.one_of(SHAPES))
    x = np.r_[0.0, places, 4.5][gaps + 1] + d.numbers(gaps.shape, 0.1, 0.3)
    return Drawn(
        [x, places, d.numbers((4,))],
        lambda *args: ag.interp(*args, period=period),
        lambda *args: np.interp(*args, period=period),
    )


@case("cross")
def _cross(d):
    a, b, axes = d.pick(
        ((3,), (3,), {}),
        ((2, 3), (3,), {}),
        ((3, 2), (2, 3), {"axisa": 0, "axisc": 0}),
        ((2, 3), (3,), {"axisc": 0}),
        ((3, 1), (3, 2), {"axis": 0}),
    )
    return Drawn(
        [d.numbers(a), d.numbers(b)],
        lambda x, y: ag.cross(x, y, **axes),
        lambda x, y: np.cross(x, y, **axes),
    )


@case("cross in the plane")
def _cross_in_the_plane(d):
    a, b = d.pick(((2,), (2,)), ((4, 2), (2,)))
    return Drawn(
        [d.numbers(a), d.numbers(b)],
        ag.cross,
        lambda x, y: x[..., 0] * y[..., 1] - x[..., 1] * y[..., 0],
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


def _extreme_so_far(name, f, ufunc):
    @case(name)
    def draw(d):
        shape, axis = d.pick(((4,), 0), ((2, 3), -1), ((3, 2), None), ((0, 2), 0))
        along = 0 if axis is None else axis

        def reference(x):
            return ufunc.accumulate(x.reshape(-1) if axis is None else x, axis=along)

        return Drawn([d.distinct(shape)], lambda x: f(x, axis), reference)


_extreme_so_far("cummax", ag.cummax, np.maximum)
_extreme_so_far("cummin", ag.cummin, np.minimum)


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
_product("kron", ((3,), (2,)), ((2, 3), (2,)), ((), (2,)), ((1, 2, 2), (3, 1)), ((0,), (2,)))
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


@case("einsum with lists of labels")
def _einsum_with_lists(d):
    return Drawn(
        [d.numbers((2, 3)), d.numbers((3, 2))],
        lambda x, y: ag.einsum(x, [0, 1], y, [1, ...], [..., 0]),
        lambda x, y: np.einsum(x, [0, 1], y, [1, ...], [..., 0]),
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


def _far_apart(d, *shape):
    """Matrices whose eigen- and singular values are far from each other and from 0."""
    return d.numbers(shape, -1, 1, gap=0.5) + np.eye(*shape[-2:]) * (4 + 8 * np.arange(shape[-1]))


def _decomposition(name, *shapes, of=_far_apart, options=({},), parts=None):
    """One part of what a decomposition returns, or all of it, with every choice of options."""

    @case(f"linalg.{name}")
    def draw(d):
        shape, how = d.pick(*shapes), d.pick(*options)
        names = d.pick(*parts) if parts else None

        def part(function):
            def f(*args):
                found = function(*args, **how)
                return found if names is None else getattr(found, names)

            return f

        return Drawn(
            [of(d, *shape)], part(getattr(ag.linalg, name)), part(getattr(np.linalg, name))
        )


SQUARE = ((3, 3), (2, 2, 2), (1, 1))
OBLONG = ((3, 3), (3, 2), (2, 3), (2, 3, 2), (1, 1))
TRIANGLES = ({}, {"UPLO": "U"}, {"UPLO": "l"})
_decomposition("cholesky", *SQUARE, of=_square, options=({}, {"upper": True}))
_decomposition("slogdet", *SQUARE, of=_square, parts=("logabsdet",))
_decomposition("eigvalsh", *SQUARE, options=TRIANGLES)
_decomposition("eigh", *SQUARE, options=TRIANGLES, parts=("eigenvalues", "eigenvectors"))
_decomposition("svdvals", *OBLONG)
_decomposition("svd", *OBLONG, options=({"full_matrices": False},), parts=("U", "S", "Vh"))
_decomposition("qr", *OBLONG, parts=("Q", "R"))
_decomposition("pinv", *OBLONG, options=({}, {"rtol": None}, {"rcond": 1e-10}))
_decomposition("matrix_power", *SQUARE, of=_square, options=[{"n": n} for n in (0, 1, 2, 5, -3)])
_decomposition("matrix_norm", *OBLONG, options=[{"ord": o} for o in (2, -2, "nuc", "fro", 1)])
_decomposition("diagonal", *OBLONG, options=({}, {"offset": 1}))
_decomposition("matrix_transpose", *OBLONG)
_decomposition(
    "vector_norm",
    *OBLONG,
    options=({}, {"axis": -1, "ord": 3}, {"axis": (0, -1), "keepdims": True}, {"axis": -2}),
)


@case("linalg.svd of a symmetric matrix")
def _svd_of_symmetric(d):
    a = _far_apart(d, *d.pick(*SQUARE))
    a[..., ::2] *= -1  # eigenvalues of both signs
    part = d.pick("U", "S", "Vh")
    return Drawn(
        [a],
        lambda a: getattr(ag.linalg.svd(a, hermitian=True), part),
        lambda a: getattr(np.linalg.svd(a, hermitian=True), part),
    )


@case("linalg.pinv of a symmetric matrix")
def _pinv_of_symmetric(d):
    return Drawn(
        [_far_apart(d, *d.pick(*SQUARE))],
        lambda a: ag.linalg.pinv(a, hermitian=True),
        lambda a: np.linalg.pinv(a, hermitian=True),
    )


@case("linalg.lstsq")
def _lstsq(d):
    a, b = d.pick(((3, 2), (3,)), ((4, 2), (4, 2)), ((2, 3), (2,)), ((2, 2), (2, 3)))
    part = d.pick(0, 1)
    return Drawn(
        [_far_apart(d, *a), d.numbers(b)],
        lambda a, b: ag.linalg.lstsq(a, b)[part],
        lambda a, b: np.linalg.lstsq(a, b)[part],
    )


@case("linalg.multi_dot")
def _multi_dot(d):
    shapes = d.pick(
        ((2, 3), (3, 2)), ((3,), (3, 2), (2,)), ((2, 1), (1, 3), (3, 2), (2, 4)), ((3,), (3,))
    )
    return Drawn(
        [d.numbers(s) for s in shapes],
        lambda *xs: ag.linalg.multi_dot(xs),
        lambda *xs: np.linalg.multi_dot(xs),
    )


@case("linalg.vecdot")
def _vecdot(d):
    x, y, axis = d.pick(((3,), (3,), -1), ((2, 3), (3,), -1), ((2, 3), (2, 1), 0))
    return Drawn(
        [d.numbers(x), d.numbers(y)],
        lambda x, y: ag.linalg.vecdot(x, y, axis=axis),
        lambda x, y: np.linalg.vecdot(x, y, axis=axis),
    )


@case("linalg.outer")
def _outer(d):
    x, y = d.pick((3, 2), (1, 0))
    return Drawn([d.numbers((x,)), d.numbers((y,))], ag.linalg.outer, np.linalg.outer)


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


@case("warp")
def _warp(d):
    mode, (height, width) = d.pick("border", "zeros"), d.pick((2, 3), (1, 2), (3, 1))
    whole = d.rng.integers(-2, 3, (2, 2, height, width))
    part = d.rng.uniform(0.1, 0.9, whole.shape)  # away from the kinks, on the pixels
    return Drawn(
        [d.numbers((2, 2, height, width)), whole + part],
        lambda image, flow: ag.warp(image, flow, mode),
        lambda image, flow: reference.warp(image, flow, mode),
    )
