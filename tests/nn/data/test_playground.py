"""The Playground's patterns against its definitions, written once more, point by point."""

import math

import numpy as np
import pytest

import autograd as ag
from nn.data import playground
from tests.refusals import assert_refused

PATTERNS = ("circle", "xor", "gauss", "spiral", "plane", "gaussians")
NOISES = (0.0, 0.2, 0.5)


def made(name, n=2000, noise=0.0, rng=0):
    data = getattr(playground, name)(n, noise, rng)
    return data.inputs, data.targets[:, 0]


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize("n", [1, 2, 7, 500])
def test_there_are_as_many_points_as_asked_for(name, n):
    inputs, targets = made(name, n)
    assert (inputs.shape, targets.shape) == ((n, 2), (n,))
    assert inputs.dtype == targets.dtype == np.float64


@pytest.mark.parametrize("name", PATTERNS)
def test_the_same_seed_gives_the_same_points(name):
    one, same, other = (made(name, 50, 0.3, rng) for rng in (1, 1, 2))
    assert np.array_equal(one[0], same[0])
    assert np.array_equal(one[1], same[1])
    assert not np.array_equal(one[0], other[0])


@pytest.mark.parametrize("name", ["circle", "gauss", "spiral"])
@pytest.mark.parametrize("n", [7, 500])
def test_half_of_the_points_are_in_each_class(name, n):
    _, targets = made(name, n)
    assert (np.sum(targets == 1), np.sum(targets == -1)) == ((n + 1) // 2, n // 2)


# The places


@pytest.mark.parametrize("noise", NOISES)
def test_the_circle_is_a_disc_in_a_ring_that_noise_does_not_move(noise):
    radii = np.linalg.norm(made("circle", noise=noise)[0], axis=1)
    inner, outer = radii[:1000], radii[1000:]
    assert 0 <= inner.min() < 0.01
    assert 2.49 < inner.max() <= 2.5
    assert 3.5 <= outer.min() < 3.51
    assert 4.99 < outer.max() <= 5
    assert np.mean(inner) == pytest.approx(1.25, abs=0.05)  # the radius is uniform, not the area
    assert np.mean(outer) == pytest.approx(4.25, abs=0.05)


@pytest.mark.parametrize("noise", NOISES)
def test_xor_leaves_a_gap_at_both_axes(noise):
    sides = np.abs(made("xor", noise=noise)[0])
    assert 0.3 <= sides.min() < 0.31
    assert 5.29 < sides.max() <= 5.3
    assert np.mean(sides) == pytest.approx(2.8, abs=0.05)


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_noise_widens_the_clouds_of_gauss(noise, variance):
    points, targets = made("gauss", 20_000, noise)
    for sign in (1, -1):
        cloud = points[targets == sign]
        np.testing.assert_allclose(cloud.mean(axis=0), [2 * sign] * 2, atol=0.06)
        np.testing.assert_allclose(np.cov(cloud.T), variance * np.eye(2), atol=0.05 * variance)


def test_the_spirals_are_those_of_the_formula():
    n = 50
    expected = []
    for turn in (0.0, math.pi):
        for i in range(n):
            angle = 1.75 * i / n * 2 * math.pi + turn
            expected.append([5 * i / n * math.sin(angle), 5 * i / n * math.cos(angle)])
    points, targets = made("spiral", 2 * n)
    np.testing.assert_allclose(points, expected, atol=1e-12)
    assert targets.tolist() == [1.0] * n + [-1.0] * n


@pytest.mark.parametrize("noise", NOISES[1:])
def test_noise_moves_the_points_of_the_spiral_within_a_square(noise):
    moves = made("spiral", noise=noise)[0] - made("spiral")[0]
    assert np.abs(moves).max() <= noise
    assert np.abs(moves).max() > 0.99 * noise
    assert np.std(moves) == pytest.approx(noise / math.sqrt(3), rel=0.03)


# The targets


def test_targets_of_the_circle_are_by_the_radius():
    points, targets = made("circle")
    assert np.array_equal(targets, [1 if math.hypot(x, y) < 2.5 else -1 for x, y in points])


def test_targets_of_xor_are_by_the_signs():
    points, targets = made("xor")
    assert np.array_equal(targets, [1 if (x > 0) == (y > 0) else -1 for x, y in points])


@pytest.mark.parametrize("name", ["circle", "xor"])
def test_noise_changes_no_target_that_is_farther_from_the_border_than_it_reaches(name):
    noise = 0.1
    points, targets = made(name, noise=noise)
    if name == "circle":
        distance, reach = np.abs(np.hypot(*points.T) - 2.5), 5 * noise * math.sqrt(2)
        clean = np.where(np.hypot(*points.T) < 2.5, 1, -1)
    else:
        distance, reach = np.abs(points).min(axis=1), 5 * noise
        clean = np.sign(points.prod(axis=1))
    changed = targets != clean
    assert changed.any()
    assert distance[changed].max() <= reach


def test_half_noise_moves_the_targets_of_a_disc_as_often_as_the_areas_say():
    points, targets = made("circle", 20_000, 0.5)
    # Points beside the origin are seen in a square of side 5, of which the disc of radius 2.5
    # covers pi / 4.
    middle = targets[np.hypot(*points.T) < 0.05]
    assert np.mean(middle == 1) == pytest.approx(math.pi / 4, abs=0.06)


def test_the_plane_is_a_tenth_of_the_sum():
    points, targets = made("plane")
    np.testing.assert_allclose(targets, [(x + y) / 10 for x, y in points], atol=1e-15)
    assert np.abs(points).max() <= 6


def cone(x, y):
    """Return the height of the peak that is largest in size, as the Playground finds it."""
    best = 0.0
    for row, down in ((2.5, -1), (-2.5, 1)):
        for column, sign in ((-4, -down), (0, down), (4, -down)):
            height = sign * min(max(1 - math.hypot(x - column, y - row) / 2, 0), 1)
            best = height if abs(height) > abs(best) else best
    return best


def test_the_six_peaks_are_cones_with_signs_as_on_a_chessboard():
    points, targets = made("gaussians")
    np.testing.assert_allclose(targets, [cone(x, y) for x, y in points], atol=1e-12)
    assert targets.max() > 0.9
    assert targets.min() < -0.9


@pytest.mark.parametrize("noise", NOISES[1:])
def test_noise_changes_heights_of_the_plane_by_no_more_than_it_moves_points(noise):
    points, targets = made("plane", noise=noise)
    off = np.abs(targets - points.sum(axis=1) / 10)
    assert 1.0 * noise < off.max() <= 1.2 * noise


@pytest.mark.parametrize("noise", NOISES[1:])
def test_no_peak_rises_above_one_with_noise(noise):
    assert np.abs(made("gaussians", noise=noise)[1]).max() <= 1


# The features


def test_features_are_seven_functions_of_a_point():
    found = playground.features([[0.5, -2.0]])
    expected = [0.5, -2.0, 0.25, 4.0, -1.0, math.sin(0.5), math.sin(-2.0)]
    np.testing.assert_allclose(found, [expected], rtol=1e-15)
    assert tuple(playground.FEATURES) == ("x", "y", "x^2", "y^2", "xy", "sin x", "sin y")


def test_bytes_do_not_overflow_in_a_product():
    points = np.array([[200, 100]], np.uint8)
    np.testing.assert_array_equal(playground.features(points, ["x^2", "xy"]), [[40000, 20000]])


def test_features_have_gradients_and_keep_float32():
    points = ag.tensor(np.array([[2.0, 3.0]], np.float32), requires_grad=True)
    found = playground.features(points, ["xy", "x^2"])
    assert found.dtype == np.float32
    assert ag.gradients(ag.sum(found), points).tolist() == [[3.0 + 2 * 2.0, 2.0]]


# What is refused


@pytest.mark.parametrize("name", PATTERNS)
@pytest.mark.parametrize(
    "options", [{"n": 0}, {"n": 2.5}, {"noise": -0.1}, {"noise": 10}, {"noise": math.nan}]
)
def test_what_cannot_be_drawn_is_refused(name, options):
    assert_refused(lambda: getattr(playground, name)(**options), ag.OptionError, name, *options)


@pytest.mark.parametrize("names", [[], "x", ["x", "z"], [3], None])
def test_other_features_are_refused(names):
    assert_refused(
        lambda: playground.features([[1.0, 2.0]], names), ag.OptionError, "features", "sin y"
    )


@pytest.mark.parametrize("points", [[1.0, 2.0], [[1.0, 2.0, 3.0]], 1.0])
def test_what_are_not_points_is_refused(points):
    assert_refused(lambda: playground.features(points), ag.ShapeError, "(N, 2)")
