"""The numerical derivative is right, and where it may not be, it says so."""

import numpy as np
import pytest

from autograd.ir.numerics import UNIT
from autograd.testing.extrapolation import central, one_sided
from benchmarks.accuracy import measure
from benchmarks.families import families

EACH = 3_000  # outputs of every family, so that all together are more than 50,000
FAMILIES = families()


def test_there_are_enough_families_and_elements():
    assert len(FAMILIES) >= 15
    assert EACH * len(FAMILIES) >= 50_000


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_no_trusted_value_is_off_by_more_than_its_bound(family):
    row = measure(family, EACH, np.random.default_rng(7))
    assert row["beyond"] == 0
    assert row["flagged"] < 60


@pytest.mark.parametrize("name", ["exp", "tanh", "conv 3x3", "1 / (1 + 25 x^2)"])
def test_smooth_functions_are_never_flagged_and_known_to_ten_digits(name):
    (family,) = [f for f in FAMILIES if f.name == name]
    row = measure(family, EACH, np.random.default_rng(7))
    assert row["flagged"] == 0
    assert row["bound"] < 1e-10


def at(f, x):
    """Differentiate elementwise at some points, along 1."""
    x = np.asarray(x, float)
    with np.errstate(all="ignore"):
        return central(lambda h: f(x + h))


def test_the_ladder_takes_27_evaluations():
    calls = []
    central(lambda h: calls.append(h) or np.zeros(5))
    assert len(calls) == 27


def test_a_kink_at_the_point_is_recognised():
    assert at(abs, [0.0, 1.0]).kinked.tolist() == [True, False]
    assert at(lambda x: np.cos(x) + 1e-3 * abs(x), [0.0]).kinked.all()


def test_a_jump_at_the_point_is_not_trusted():
    assert not at(np.sign, [0.0]).trusted.any()
    assert not at(lambda x: np.floor(x) + x, [2.0]).trusted.any()


def test_a_pole_inside_the_stencil_does_no_harm():
    slope = at(lambda x: 1 / x, [0.01, -0.3])
    assert slope.trusted.all()
    assert (abs(slope.value - [-1e4, -1 / 0.09]) <= slope.error).all()


def test_what_no_step_resolves_is_not_trusted():
    assert not at(lambda x: np.sin(1e12 * x), [0.3]).trusted.any()


def test_a_constant_has_derivative_0_exactly():
    slope = at(lambda x: 0 * x + 7.0, [1.0])
    assert slope.value == 0
    assert slope.error < 1e-13


def test_a_flat_piece_beside_a_kink_is_distinguished_from_coarse_rounding():
    flat = at(lambda x: 1 + np.maximum(x, 0), [-2e-5])
    assert flat.trusted.all()
    assert abs(flat.value) <= flat.error < 1e-3
    coarse = at(lambda x: np.round(np.sin(x), 5), [0.7])
    assert not coarse.trusted.any() or abs(coarse.value - np.cos(0.7)) <= coarse.error


def test_a_declared_piece_keeps_differences_on_this_side_of_its_border():
    x = np.array([1e-3])
    slope = central(lambda h: abs(x + h), lambda h: np.sign(x + h) == np.sign(x))
    assert slope.trusted.all()
    assert abs(slope.value - 1) <= slope.error


def test_where_a_function_is_not_finite_no_step_is_used():
    slope = at(np.log, [1e-3])
    assert slope.trusted.all()
    assert abs(slope.value - 1e3) <= slope.error


@pytest.mark.parametrize(("side", "slope"), [(1, 3.0), (-1, -1.0)])
def test_slopes_on_each_side_of_a_kink(side, slope):
    found = one_sided(lambda h: np.array([abs(h) + max(2 * h, 0.0) + h * h]), side)
    assert found.trusted.all()
    assert abs(found.value[0] - slope) <= found.error[0] + 8 * UNIT


def test_many_outputs_are_looked_at_in_blocks_with_the_same_result():
    x = np.linspace(0.1, 3, 70_000)
    together, some = at(np.log, x), at(np.log, x[-10:])
    np.testing.assert_array_equal(together.value[-10:], some.value)
    np.testing.assert_array_equal(together.error[-10:], some.error)
