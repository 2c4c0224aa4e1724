"""What each primitive may be called with, and what NumPy says the result is.

For most it follows from what they declare: an elementwise primitive takes arrays that broadcast,
inside its domains; one with a signature takes arrays with those core axes.  The others, whose
parameters must fit their inputs, are listed here one by one.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any

import numpy as np
from hypothesis import strategies as st

from autograd import ops
from autograd.core.define import PrimitiveFunction
from autograd.core.primitive import Primitive
from autograd.core.spec import Domain
from autograd.core.types import Array
from autograd.errors import RuleError
from autograd.ops.kernels.conv_reference import Geometry, geometry
from autograd.testing import references
from autograd.testing.primitive_map import input_names
from autograd.testing.strategies import (
    EMPTY,
    Convolution,
    arrays,
    broadcastable,
    convolutions,
    indices,
    shapes,
)

__tracebackhide__ = True  # pytest then shows the line of the test, and the report


@dataclass(frozen=True, slots=True)
class Call:
    """The arguments of one application: inputs, and parameters by name."""

    args: tuple[Any, ...]
    params: dict[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        given = [repr(x) for x in self.args] + [f"{k}={v!r}" for k, v in self.params.items()]
        return f"({', '.join(given)})"


Draw = Callable[[st.DrawFn, bool], Call]  # of Hypothesis' draw, and whether arrays shall be empty

_DRAWS: dict[Primitive, Draw] = {}
_REFERENCES: dict[Primitive, Callable[..., Any]] = {}

# Modules of elementwise functions that NumPy has under the same names.
_NAMED_AS_IN_NUMPY = {
    module.__name__
    for module in (
        *(ops.elementwise, ops.power, ops.piecewise, ops.logarithms, ops.inverse_trigonometry),
        *(ops.polar, ops.rounding, ops.special),
    )
}


def calls(primitive: Primitive, empty: bool = False) -> st.SearchStrategy[Call]:
    """Return a strategy of calls that a primitive can be tested with.

    Parameters
    ----------
    primitive : Primitive
    empty : bool
        Whether arrays shall be empty, where the primitive allows it.

    Raises
    ------
    RuleError
        If the primitive needs parameters, which have no values by default.
    """

    @st.composite
    def drawn(draw: st.DrawFn) -> Call:
        how = _DRAWS[primitive] if primitive in _DRAWS else _by_declaration(primitive)
        return how(draw, empty)

    return drawn()


def reference_of(primitive: Primitive) -> Callable[..., Any] | None:
    """Return an independent function with the values of a primitive, or None if there is none."""
    if primitive.spec.reference is not None:
        return primitive.spec.reference
    if primitive in _REFERENCES:
        return _REFERENCES[primitive]
    ours = primitive.forward.__module__ in _NAMED_AS_IN_NUMPY
    return getattr(np, primitive.name, None) if ours else None


def _by_declaration(primitive: Primitive) -> Draw:
    """Make arguments from domain, region and signature."""
    if primitive.arity is None:
        raise RuleError(
            f"battery: {primitive.name} takes any number of inputs; say which, with "
            "arguments=<a strategy of (inputs, parameters)>"
        )
    needed = [
        p.name
        for p in list(inspect.signature(primitive.forward).parameters.values())[primitive.arity :]
        if p.default is inspect.Parameter.empty and p.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    if needed:
        raise RuleError(
            f"battery: {primitive.name} needs {', '.join(needed)}; give them with "
            "arguments=<a strategy of (inputs, parameters)>"
        )

    def draw_call(draw: st.DrawFn, empty: bool) -> Call:
        if not empty:
            sides = draw(broadcastable(primitive.arity, primitive.spec.signature))
        elif primitive.spec.signature is None:
            sides = (draw(st.sampled_from(EMPTY)),) * len(primitive.domain)
        else:  # an empty stack: a core axis may have to have a length
            whole = primitive.spec.signature.replace("?", "")
            ranks = [len(core.split(",")) if core else 0 for core in _cores(whole)]
            drawn = draw(broadcastable(signature=whole))
            sides = tuple((0, *s[len(s) - n :]) for s, n in zip(drawn, ranks, strict=True))
        if len(sides) != len(primitive.domain):
            raise RuleError(
                f"battery: {primitive.name} has {len(primitive.domain)} domains and a signature "
                f"for {len(sides)} inputs; both must be as many as its rules"
            )
        return Call(_filled(draw, sides, primitive))

    return draw_call


def _cores(signature: str) -> list[str]:
    """Return the core axes of each input of a signature."""
    return re.findall(r"\(([^)]*)\)", signature.partition("->")[0])


def _filled(
    draw: st.DrawFn, sides: Sequence[tuple[int, ...]], primitive: Primitive
) -> tuple[Any, ...]:
    """Fill shapes with numbers; where there are ties or kinks, no two numbers are equal."""
    domains, distinct = primitive.domain, primitive.spec.region is not None
    if distinct and all(d == domains[0] for d in domains):
        sizes = [int(np.prod(s)) for s in sides]
        together = draw(arrays((sum(sizes),), domains[0], distinct=True))
        parts = np.split(together, np.cumsum(sizes)[:-1])
        return tuple(part.reshape(s) for part, s in zip(parts, sides, strict=True))
    return tuple(draw(arrays(s, d, distinct=distinct)) for s, d in zip(sides, domains, strict=True))


def specified(function: PrimitiveFunction, reference: Callable[..., Any]) -> Callable[[Draw], Draw]:
    """Specify a primitive: its reference and, by the decorated function, its calls."""

    def register(draw: Draw) -> Draw:
        _DRAWS[function.primitive] = draw
        _REFERENCES[function.primitive] = reference
        return draw

    return register


def _one_of(draw: st.DrawFn, *values: Any) -> Any:
    return draw(st.sampled_from(values))


def _sides(draw: st.DrawFn, empty: bool) -> tuple[int, ...]:
    side: tuple[int, ...] = _one_of(draw, *EMPTY) if empty else draw(shapes())
    return side


def _axes(draw: st.DrawFn, ndim: int) -> Any:
    """Draw an axis, None for all, or several."""
    choices: list[Any] = [st.none()]
    if ndim:
        choices.append(st.integers(-ndim, ndim - 1))
    if ndim > 1:
        choices.append(st.just((0, -1)))
    return draw(st.one_of(*choices))


# Elementwise, but with an input or a parameter that is not a number.


@specified(ops.piecewise.where, np.where)
def _where(draw: st.DrawFn, empty: bool) -> Call:
    c, x, y = [(0,)] * 3 if empty else draw(broadcastable(3))
    size = int(np.prod(c))
    flags = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    return Call((np.array(flags, bool).reshape(c), draw(arrays(x)), draw(arrays(y))))


@specified(ops.elementwise.cast, np.array)
def _cast(draw: st.DrawFn, empty: bool) -> Call:
    # To a wider dtype, as a narrower one rounds and has no slope to be measured.
    return Call((draw(arrays(_sides(draw, empty))),), {"dtype": np.longdouble})


# So far from 0 that few jumps of the quotient lie within the steps of a numerical derivative.
_DIVISORS = Domain("4 < x < 8", ((4.0, 8.0),))


def _division(draw: st.DrawFn, empty: bool) -> Call:
    x, y = [(0,)] * 2 if empty else draw(broadcastable(2))
    sign = _one_of(draw, 1.0, -1.0)
    return Call((draw(arrays(x, distinct=True)), sign * draw(arrays(y, _DIVISORS))))


specified(ops.remainder.floor_divide, np.floor_divide)(_division)
specified(ops.remainder.remainder, np.remainder)(_division)
specified(ops.remainder.fmod, np.fmod)(_division)

_REFERENCES[ops.special.erf.primitive] = references.error
_REFERENCES[ops.special.erfc.primitive] = references.complementary_error
_REFERENCES[ops.logistic.sigmoid.primitive] = references.sigmoid
_REFERENCES[ops.logistic.softplus.primitive] = lambda x: np.logaddexp(x, 0)
_REFERENCES[ops.logistic.gelu_tanh.primitive] = references.gelu_tanh


@specified(ops.special.bessel_ratio, references.bessel_ratio)
def _bessel_ratio(draw: st.DrawFn, empty: bool) -> Call:
    return Call((draw(arrays(_sides(draw, empty))),), {"n": _one_of(draw, 0, 1, 2, 3, 4)})


# Reductions.


def _reduction(draw: st.DrawFn, empty: bool, distinct: bool = False) -> Call:
    side = _sides(draw, empty)
    params = {"axis": _axes(draw, len(side)), "keepdims": draw(st.booleans())}
    return Call((draw(arrays(side, distinct=distinct)),), params)


specified(ops.reduce.sum, np.sum)(_reduction)


def _extremum(draw: st.DrawFn, empty: bool) -> Call:
    if not empty:
        return _reduction(draw, empty, distinct=True)
    return Call((np.zeros((0, 2)),), {"axis": 1, "keepdims": draw(st.booleans())})


specified(ops.reduce.max, np.max)(_extremum)
specified(ops.reduce.min, np.min)(_extremum)


def _running(draw: st.DrawFn, empty: bool) -> Call:
    side = _sides(draw, empty)
    axis = draw(st.one_of(st.none(), st.integers(-len(side), len(side) - 1))) if side else None
    return Call((draw(arrays(side)),), {"axis": axis})


specified(ops.reduce.cumsum, np.cumsum)(_running)
specified(ops.recurrence.cumprod, np.cumprod)(_running)


@specified(ops.recurrence.linear_recurrence, references.recurrence)
def _linear_recurrence(draw: st.DrawFn, empty: bool) -> Call:
    side = _one_of(draw, *(EMPTY if empty else ((3,), (1,), (2, 4), (3, 1, 2))))
    axis = draw(st.integers(-len(side), len(side) - 1))
    return Call((draw(arrays(side)), draw(arrays(side))), {"axis": axis})


# Shapes.


@specified(ops.shape.reshape, lambda x, shape: np.reshape(x, shape))
def _reshape(draw: st.DrawFn, empty: bool) -> Call:
    x = draw(arrays(_sides(draw, empty)))
    if x.size == 0:
        return Call((x,), {"shape": _one_of(draw, (0,), (0, 2), (1, 0))})
    new = _one_of(draw, (-1,), (x.size,), (1, -1), (-1, x.shape[-1]) if x.ndim else (1, 1), x.shape)
    return Call((x,), {"shape": new})


@specified(ops.shape.transpose, np.transpose)
def _transpose(draw: st.DrawFn, empty: bool) -> Call:
    full = ((2, 1, 3), (2, 3), (1, 3, 2), (), (3, 2, 1))
    x = draw(arrays(_one_of(draw, *(EMPTY if empty else full))))
    order = _one_of(draw, *permutations(range(x.ndim)))
    axes = _one_of(draw, order, tuple(a - x.ndim for a in order), None)
    return Call((x,), {"axes": axes})


@specified(ops.shape.broadcast_to, np.broadcast_to)
def _broadcast_to(draw: st.DrawFn, empty: bool) -> Call:
    if empty:
        return Call((draw(arrays((1, 2))),), {"shape": (0, 2)})
    side = draw(shapes(most_axes=2))
    wider = tuple(_one_of(draw, 1, 3) if n == 1 else n for n in side)
    return Call((draw(arrays(side)),), {"shape": _one_of(draw, (), (1,), (2,)) + wider})


@specified(ops.shape.flip, np.flip)
def _flip(draw: st.DrawFn, empty: bool) -> Call:
    x = draw(arrays(_sides(draw, empty)))
    return Call((x,), {"axis": _axes(draw, x.ndim)})


@specified(ops.shape.join, lambda *arrays, axis: np.concatenate(arrays, axis=axis))
def _join(draw: st.DrawFn, empty: bool) -> Call:
    side = list(_one_of(draw, (2,), (2, 3), (1, 2, 2)))
    axis = draw(st.integers(-len(side), len(side) - 1))
    lengths = draw(st.lists(st.integers(0 if empty else 1, 3), min_size=1, max_size=3))
    parts = []
    for n in lengths:
        side[axis] = n
        parts.append(draw(arrays(tuple(side))))
    return Call(tuple(parts), {"axis": axis})


@specified(ops.shape.pad_constant, references.padded)
def _pad(draw: st.DrawFn, empty: bool) -> Call:
    x = draw(arrays(_sides(draw, empty)))
    pairs = tuple((draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(x.ndim))
    width = _one_of(draw, pairs, 1, (0, 2)) if x.ndim else 1
    return Call((x,), {"pad_width": width, "constant_values": _one_of(draw, 0, 1.5)})


# Indexing.


@specified(ops.index.getitem, lambda x, index: x[index])
def _getitem(draw: st.DrawFn, empty: bool) -> Call:
    x = draw(arrays(_sides(draw, empty)))
    return Call((x,), {"index": draw(indices(x.shape))})


@specified(ops.index.scatter_add, references.scatter_added)
def _scatter_add(draw: st.DrawFn, empty: bool) -> Call:
    target = _sides(draw, empty)
    chosen = draw(indices(target))
    x = draw(arrays(np.zeros(target)[chosen].shape))
    return Call((x,), {"index": chosen, "shape": target})


@specified(ops.index.gather, references.picked)
def _gather(draw: st.DrawFn, empty: bool) -> Call:
    call = _getitem(draw, empty)
    places, params = ops.index.split_index(call.params["index"])
    return Call((*call.args, *places), params)


@specified(ops.index.scatter, references.scattered)
def _scatter(draw: st.DrawFn, empty: bool) -> Call:
    call = _scatter_add(draw, empty)
    places, params = ops.index.split_index(call.params["index"])
    return Call((*call.args, *places), params | {"shape": call.params["shape"]})


# Losses.


@specified(ops.loss.softmax_cross_entropy, references.cross_entropy)
def _softmax_cross_entropy(draw: st.DrawFn, empty: bool) -> Call:
    count = draw(st.integers(1, 4))
    others = (0,) if empty else draw(shapes())[:2]
    axis = draw(st.integers(-len(others) - 1, len(others)))
    place = axis % (len(others) + 1)
    size = int(np.prod(others))
    right = draw(st.lists(st.integers(0, count - 1), min_size=size, max_size=size))
    x = draw(arrays((*others[:place], count, *others[place:])))
    return Call((x, np.array(right, int).reshape(others)), {"axis": axis})


# Products and linear algebra.


@specified(ops.linalg.matmul_by_columns, np.matmul)
@specified(ops.linalg.matmul, np.matmul)
def _matmul(draw: st.DrawFn, empty: bool) -> Call:
    sides = draw(broadcastable(signature="(n?,k),(k,m?)->(n?,m?)", empty=empty))
    return Call(tuple(draw(arrays(s)) for s in sides))


def _square(draw: st.DrawFn, side: tuple[int, ...]) -> Array:
    """Draw matrices that are far from singular: a strong diagonal and less besides."""
    n = side[-1]
    matrix: Array = draw(arrays(side)) / 4 + (n + 1) * np.eye(n)
    return matrix


@specified(ops.linalg.solve, lambda a, b: np.linalg.inv(a) @ b)
def _solve(draw: st.DrawFn, empty: bool) -> Call:
    n, m = draw(st.integers(1, 3)), 0 if empty else draw(st.integers(1, 2))
    stack = _one_of(draw, ((), ()), ((2,), ()), ((2,), (2,)), ((), (3,)))
    b = (n,) if not any(stack) and not empty and draw(st.booleans()) else (*stack[1], n, m)
    return Call((_square(draw, (*stack[0], n, n)), draw(arrays(b))))


@specified(ops.linalg.log_abs_det, lambda a: np.log(np.abs(references.determinant(a))))
@specified(ops.linalg.det, references.determinant)
def _det(draw: st.DrawFn, empty: bool) -> Call:
    stack = (0,) if empty else _one_of(draw, (), (2,))
    n = draw(st.integers(1, 4))
    return Call((_square(draw, (*stack, n, n)),))


@specified(ops.linalg.cofactors, references.cofactors)
def _cofactors(draw: st.DrawFn, empty: bool) -> Call:
    # Each direction takes a degree of n - 1, and of the rest a second derivative shall be left.
    count = draw(st.integers(0, 1))
    a = _square(draw, (*_stack(draw, empty), 3 + count, 3 + count))
    return Call((a, *(draw(arrays(a.shape)) for _ in range(count))))


# Decompositions.


def _stack(draw: st.DrawFn, empty: bool) -> tuple[int, ...]:
    return (0,) if empty else _one_of(draw, (), (2,))


def _far_apart(draw: st.DrawFn, side: tuple[int, ...]) -> Array:
    """Draw matrices whose eigen- or singular values are far apart, as those of their diagonals.

    The elements beside the diagonal, by which LAPACK chooses the signs of vectors, lie between 1/2
    and 1 or -1/2 and -1.
    """
    beside = draw(arrays(side, distinct=True))
    diagonal = np.eye(side[-2], side[-1]) * (4 + 8 * np.arange(side[-1]))
    matrix: Array = beside / 8 + np.sign(beside) / 2 + diagonal
    return matrix


@specified(ops.decompositions.cholesky_factor, references.cholesky)
def _cholesky(draw: st.DrawFn, empty: bool) -> Call:
    n = draw(st.integers(1, 3))
    return Call((_square(draw, (*_stack(draw, empty), n, n)),))


@specified(ops.decompositions.eigvalsh, references.eigenvalues)
@specified(ops.decompositions.eigenvectors, references.eigenvectors)
def _eigen(draw: st.DrawFn, empty: bool) -> Call:
    n = draw(st.integers(1, 3))
    return Call(
        (_far_apart(draw, (*_stack(draw, empty), n, n)),), {"UPLO": _one_of(draw, "L", "U")}
    )


@specified(ops.decompositions.svdvals, references.singular_values)
@specified(ops.decompositions.singular_vectors, references.singular_vectors)
def _singular(draw: st.DrawFn, empty: bool) -> Call:
    sides = _one_of(draw, (1, 1), (2, 2), (3, 2), (2, 3), (3, 1), (1, 2))
    return Call((_far_apart(draw, (*_stack(draw, empty), *sides)),))


@specified(ops.decompositions.orthonormal_columns, references.orthonormal_columns)
def _orthonormal(draw: st.DrawFn, empty: bool) -> Call:
    sides = _one_of(draw, (1, 1), (2, 2), (3, 2), (3, 1))
    return Call((_far_apart(draw, (*_stack(draw, empty), *sides)),))


@specified(ops.decompositions.pseudo_inverse, references.pseudo_inverse)
def _pseudo_inverse(draw: st.DrawFn, empty: bool) -> Call:
    (a,) = _singular(draw, empty).args
    return Call((a,), {"rcond": 1e-15})


SUBSCRIPTS = (
    ("ij,jk->ik", (2, 3), (3, 2)),
    ("i,i->", (3,), (3,)),
    ("ii->i", (3, 3)),
    ("ij->", (2, 3)),
    ("ij->ji", (2, 3)),
    ("i,j->ij", (2,), (3,)),
    ("bij,bjk->bik", (2, 2, 2), (2, 2, 2)),
    ("ij,ij->j", (2, 2), (2, 2)),
    ("iij->j", (2, 2, 3)),
    ("ij,ij->j", (2, 3), (2, 1)),
    ("ij,kj,lk->il", (2, 3), (2, 3), (2, 2)),
    ("iji,i->j", (2, 3, 2), (2,)),
)


@specified(ops.einsum.contract, lambda *operands, subscripts: np.einsum(subscripts, *operands))
def _contract(draw: st.DrawFn, empty: bool) -> Call:
    text, *sides = ("i,i->i", (0,), (0,)) if empty else _one_of(draw, *SUBSCRIPTS)
    return Call(tuple(draw(arrays(s)) for s in sides), {"subscripts": text})


# Convolution and its two companions.


def geometry_of(c: Convolution) -> Geometry:
    """Return the geometry of a convolution that was drawn."""
    return geometry("conv", c.image[2:], c.kernel[2:], *c.options.values())


@specified(ops.conv.conv, references.convolution)
def _conv(draw: st.DrawFn, empty: bool) -> Call:
    c = draw(convolutions())
    image = (0, *c.image[1:]) if empty else c.image
    return Call((draw(arrays(image)), draw(arrays(c.kernel))), c.options)


@specified(
    ops.conv.map_to_image,
    lambda y, w, g: references.conv_trilinear(
        np.zeros((y.shape[0], w.shape[1] * g.groups, *g.image)), w, y, 0, g
    ),
)
def _map_to_image(draw: st.DrawFn, empty: bool) -> Call:
    c = draw(convolutions())
    g = geometry_of(c)
    y = (0 if empty else c.image[0], c.kernel[0], *g.output)
    return Call((draw(arrays(y)), draw(arrays(c.kernel))), {"g": g})


@specified(
    ops.conv.map_to_kernel,
    lambda x, y, g: references.conv_trilinear(
        x, np.zeros((y.shape[1], x.shape[1] // g.groups, *g.kernel)), y, 1, g
    ),
)
def _map_to_kernel(draw: st.DrawFn, empty: bool) -> Call:
    c = draw(convolutions())
    g = geometry_of(c)
    batch = 0 if empty else c.image[0]
    x, y = (batch, *c.image[1:]), (batch, c.kernel[0], *g.output)
    return Call((draw(arrays(x)), draw(arrays(y))), {"g": g})


# Windows.


@specified(ops.unfold.windows_of, references.unfolded)
def _windows_of(draw: st.DrawFn, empty: bool) -> Call:
    c = draw(convolutions())
    x = draw(arrays((0, *c.image[1:]) if empty else c.image))
    return Call((x,), {"g": replace(geometry_of(c), groups=1)})


@specified(ops.unfold.image_of, references.folded)
def _image_of(draw: st.DrawFn, empty: bool) -> Call:
    c = draw(convolutions())
    g = replace(geometry_of(c), groups=1)
    windows = (0 if empty else c.image[0], c.image[1], *g.kernel, *g.output)
    return Call((draw(arrays(windows)),), {"g": g})


# Pooling.


def pooling(draw: st.DrawFn, empty: bool) -> tuple[tuple[int, ...], Geometry]:
    """Draw images and a pooling, of which every window meets the image."""
    c = draw(convolutions())
    g = replace(geometry_of(c), groups=1)
    reach = [d * (k - 1) + 1 for k, d in zip(g.kernel, g.dilation, strict=True)]
    image = tuple(max(n, r) for n, r in zip(g.image, reach, strict=True))
    padding = tuple(
        (min(low, r // 2), min(high, r // 2))
        for (low, high), r in zip(g.padding, reach, strict=True)
    )
    batch = 0 if empty else c.image[0]
    return (batch, c.image[1], *image), replace(g, image=image, padding=padding)


def _places(draw: st.DrawFn, x: tuple[int, ...], g: Geometry) -> Array:
    """Draw a place in the image for every window: where its largest element is."""
    values = draw(arrays(x, distinct=True))
    return np.asarray(ops.pool.winners(values, references.max_pooled(values, g), g))


@specified(ops.pool.window_max, references.max_pooled)
def _window_max(draw: st.DrawFn, empty: bool) -> Call:
    x, g = pooling(draw, empty)
    return Call((draw(arrays(x, distinct=True)),), {"g": g})


@specified(ops.pool.route, references.max_unpooled)
def _route(draw: st.DrawFn, empty: bool) -> Call:
    x, g = pooling(draw, empty)
    places = _places(draw, x, g)
    return Call((draw(arrays(places.shape)), places), {"g": g})


@specified(ops.pool.pick, references.gathered)
def _pick(draw: st.DrawFn, empty: bool) -> Call:
    x, g = pooling(draw, empty)
    return Call((draw(arrays(x)), _places(draw, x, g)), {"g": g})


@specified(ops.pool.window_sum, references.sum_pooled)
def _window_sum(draw: st.DrawFn, empty: bool) -> Call:
    x, g = pooling(draw, empty)
    return Call((draw(arrays(x)),), {"g": g})


@specified(ops.pool.spread, references.sum_unpooled)
def _spread(draw: st.DrawFn, empty: bool) -> Call:
    x, g = pooling(draw, empty)
    return Call((draw(arrays((*x[:2], *g.output))),), {"g": g})


def _unpooling(draw: st.DrawFn, empty: bool) -> tuple[Array, tuple[int, ...]]:
    """Draw places in an image, of which several may be one, and the size of the image."""
    axes = draw(st.integers(1, 3))
    image = tuple(draw(st.integers(1, 3)) for _ in range(axes))
    shape = (0 if empty else 1, 2, *(draw(st.integers(1, 3)) for _ in range(axes)))
    size, pixels = int(np.prod(shape)), int(np.prod(image))
    places = draw(st.lists(st.integers(0, pixels - 1), min_size=size, max_size=size))
    return np.array(places, int).reshape(shape), image


@specified(ops.unpool.put_back, references.put_back)
def _put_back(draw: st.DrawFn, empty: bool) -> Call:
    places, image = _unpooling(draw, empty)
    return Call((draw(arrays(places.shape)), places), {"image": image})


@specified(ops.unpool.take_out, references.taken_out)
def _take_out(draw: st.DrawFn, empty: bool) -> Call:
    places, image = _unpooling(draw, empty)
    return Call((draw(arrays((*places.shape[:2], *image))), places), {"image": image})


def inputs_text(primitive: Primitive, call: Call) -> tuple[tuple[str, Any], ...]:
    """Return names and values of a call, for reports."""
    names = input_names(primitive, len(call.args))
    return (*zip(names, call.args, strict=True), *call.params.items())
