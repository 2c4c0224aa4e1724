"""Strategies build what fits, reach every corner, and shrink to something readable."""

import numpy as np
import pytest
from hypothesis import find, given
from hypothesis import strategies as st

import autograd as ag
from autograd.core.spec import Domain, above_minus_one, above_zero, nonzero, real
from autograd.testing import strategies
from tests.refusals import assert_refused

DOMAINS = [real, above_zero, nonzero, above_minus_one, Domain("100 < x < 101", ((100.0, 101.0),))]


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda d: d.text)
@pytest.mark.parametrize("distinct", [False, True])
@given(data=st.data())
def test_arrays_lie_in_their_domain(domain, distinct, data):
    x = data.draw(strategies.arrays(domain=domain, distinct=distinct))
    assert domain.covers(x).all()
    if distinct:
        assert len(np.unique(x)) == x.size


@pytest.mark.parametrize("size", [3, 100])
@given(data=st.data())
def test_distinct_arrays_keep_away_from_kinks_and_ties(size, data):
    x = data.draw(strategies.arrays((size,), distinct=True))
    gaps = np.diff(np.sort(x))
    assert gaps.min() >= 1 / 16
    assert np.abs(x * 8 - np.round(x * 8)).min() > 0.4


def test_arrays_shrink_to_zeros_and_then_to_eighths():
    np.testing.assert_array_equal(find(strategies.arrays((3,)), lambda x: True), np.zeros(3))
    x = find(strategies.arrays((3,)), lambda x: x.sum() > 1)
    assert (x * 8 == np.round(x * 8)).all()


@given(strategies.arrays((50,)))
def test_large_arrays_come_from_a_seed_and_lie_on_the_same_grid(x):
    assert (x * 8 == np.round(x * 8)).all()
    assert len(np.unique(x)) > 5


@given(strategies.broadcastable(3))
def test_broadcastable_shapes_broadcast(shapes):
    assert len(shapes) == 3
    np.broadcast_shapes(*shapes)


@given(strategies.broadcastable(signature="(n,k),(k,m)->(n,m)"))
def test_a_signature_gives_shapes_with_these_core_axes(shapes):
    assert (np.ones(shapes[0]) @ np.ones(shapes[1])).size > 0


@given(strategies.broadcastable(2, empty=True))
def test_empty_shapes_broadcast_too(shapes):
    np.broadcast_shapes(*shapes)


def test_empty_arrays_can_be_drawn():
    assert 0 in find(strategies.broadcastable(2, empty=True), lambda s: 0 in s[0])[0]


@given(strategies.tensors(layout=None, dtype=np.float32))
def test_tensors_are_leaves_of_the_dtype(t):
    assert isinstance(t, ag.Tensor)
    assert t.dtype == np.float32
    assert t.requires_grad
    assert t.is_leaf


@pytest.mark.parametrize("layout", strategies.LAYOUTS)
def test_every_layout_is_made(layout):
    found = {
        "C": lambda a: a.flags.c_contiguous,
        "Fortran": lambda a: a.flags.f_contiguous and not a.flags.c_contiguous,
        "reversed": lambda a: min(a.strides) < 0,
        "strided": lambda a: a.strides[-1] == 16,
        "0-stride": lambda a: not any(a.strides),
    }[layout]
    t = find(strategies.tensors(shape=(2, 3), layout=layout), lambda t: True)
    assert found(t.data)


def test_an_unknown_layout_is_refused():
    assert_refused(
        lambda: strategies.tensors(layout="D"),
        ag.GradientError,
        "layout 'D' is unknown; choose C, Fortran",
    )


@given(strategies.convolutions())
def test_convolutions_fit(c):
    out = ag.conv(np.ones(c.image), np.ones(c.kernel), **c.options)
    assert min(out.shape) >= 1


@pytest.mark.parametrize(
    "condition",
    [
        lambda c: c.groups == 2 and c.kernel[0] == 4,
        lambda c: len(c.stride) == 3 and max(c.stride) == 3,
        lambda c: any(low != high for low, high in c.padding) and max(c.dilation) == 2,
        lambda c: c.image[2] < c.kernel[2],  # only padding makes it fit
    ],
)
def test_convolutions_reach_odd_geometries(condition):
    assert find(strategies.convolutions(), condition)


@given(st.data())
def test_indices_are_valid(data):
    shape = data.draw(strategies.shapes(empty=True))
    np.zeros(shape)[data.draw(strategies.indices(shape))]


@pytest.mark.parametrize("kind", [slice, type(None), type(...), np.ndarray, int])
def test_indices_of_every_kind_are_found(kind):
    def has(index):
        parts = index if isinstance(index, tuple) else (index,)
        return any(isinstance(p, kind) for p in parts)

    assert has(find(strategies.indices((2, 3)), has))
