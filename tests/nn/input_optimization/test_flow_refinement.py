"""`nn.refine_flow`: its energy, what it finds, and what it leaves alone."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.input_optimization.flow_refinement import energy
from tests.refusals import assert_refused

RNG = np.random.default_rng(0)


def wave(shift=0.0, n=2):
    """Smooth images (n, 1, 16, 16), moved to the right; they repeat after 16 pixels."""
    x = np.arange(16) - shift
    row = 0.5 + 0.25 * np.sin(2 * np.pi * x / 16) + 0.2 * np.cos(4 * np.pi * x / 16)
    column = 0.5 + 0.3 * np.sin(2 * np.pi * np.arange(16) / 16)
    return np.broadcast_to(column[:, None] * row, (n, 1, 16, 16))


def end_point_error(flow, u, v=0.0, frame=3):
    """The mean error, away from the edges, where nothing comes in."""
    inner = flow[..., frame:-frame, frame:-frame]
    return np.hypot(inner[:, 0] - u, inner[:, 1] - v).mean()


def test_the_energy_is_the_sum_over_colours_and_over_neighbours():
    flow, first, second = RNG.normal(size=(1, 2, 3, 4)), *RNG.random((2, 1, 2, 3, 4))
    total = np.sqrt((ag.warp(second, flow) - first) ** 2 + 0.01**2).sum()
    for axis in (2, 3):
        total += 0.5 * np.sqrt(np.diff(flow, axis=axis) ** 2 + 0.1**2).sum()
    found = energy(ag.tensor(flow), first, second, 0.5).item()
    assert found == pytest.approx(total, rel=1e-12)


def test_a_small_shift_is_found_from_zero_flow():
    flow = nn.refine_flow(np.zeros((2, 2, 16, 16)), wave(), wave(0.8))
    assert end_point_error(flow, 0.8) < 0.1


def test_an_error_is_made_smaller_by_more_than_half():
    start = np.array([2.0, 0.0]).reshape(1, 2, 1, 1) + RNG.normal(0, 0.7, (2, 2, 16, 16))
    flow = nn.refine_flow(start, wave(), wave(2.0))
    assert end_point_error(flow, 2.0) < 0.5 * end_point_error(start, 2.0)


def test_smoothness_makes_neighbours_alike():
    start = RNG.normal(0, 1, (1, 2, 16, 16))
    rough, smooth = (
        np.abs(np.diff(nn.refine_flow(start, wave(n=1), wave(n=1), smoothness=s), axis=3)).mean()
        for s in (0.01, 1.0)
    )
    assert smooth < 0.5 * rough


def test_chairs_of_unseen_photographs_come_nearer_to_the_truth():
    data = nn.data.flying_chairs(8, 64, rng=0, photographs=["cat", "coffee"])
    start = data.targets + RNG.normal(0, 1, data.targets.shape).astype("float32")
    flow = nn.refine_flow(start, data.inputs[:, :3], data.inputs[:, 3:])
    before, after = (float(nn.end_point_error(f, data.targets)) for f in (start, flow))
    assert after < 0.8 * before


def test_every_pair_is_refined_by_itself():
    start = RNG.normal(0, 1, (9, 2, 16, 16))
    frames = RNG.random((2, 9, 1, 16, 16))
    together = nn.refine_flow(start, *frames, steps=5)
    alone = [nn.refine_flow(start[i : i + 1], *frames[:, i : i + 1], steps=5) for i in range(9)]
    np.testing.assert_allclose(together, np.concatenate(alone), rtol=1e-12)


def test_what_is_given_stays_as_it_was_and_float32_stays_float32():
    start = np.zeros((2, 2, 16, 16), "float32")
    flow = nn.refine_flow(ag.tensor(start), wave(), wave(1.0), steps=2)
    assert not start.any()
    assert flow.any()
    assert flow.dtype == np.float32


def test_no_steps_change_nothing():
    start = RNG.normal(size=(2, 2, 16, 16))
    np.testing.assert_array_equal(nn.refine_flow(start, wave(), wave(), steps=0), start)


@pytest.mark.parametrize(
    ("change", "kind", "text"),
    [
        ({"flow": np.zeros((2, 3, 16, 16))}, ag.ShapeError, "must be (2, 2, 16, 16)"),
        ({"first": wave()[0]}, ag.ShapeError, "these are pairs[:, :3] and pairs[:, 3:]"),
        ({"second": wave(n=1)}, ag.ShapeError, "must be (N, C, H, W), and the same"),
        ({"smoothness": -1.0}, ag.OptionError, "smoothness=-1.0 must be"),
        ({"steps": 1.5}, ag.OptionError, "steps=1.5 must be an integer of at least 0"),
        ({"flow": np.full((2, 2, 16, 16), np.nan)}, ag.OptionError, "flow must be finite"),
        ({"second": wave() + np.inf}, ag.OptionError, "second must be finite"),
        ({"lr": 0}, ag.OptionError, "lr=0 must be a finite number above 0"),
    ],
)
def test_refine_flow_refuses_in_one_line(change, kind, text):
    given = {"flow": np.zeros((2, 2, 16, 16)), "first": wave(), "second": wave()} | change
    assert_refused(lambda: nn.refine_flow(**given), kind, "refine_flow: ", text)
