"""Flow in colours, by the program that the Middlebury benchmark has published, and its picture."""

import math

import numpy as np
import pytest

import autograd as ag
from nn import plots
from tests.refusals import assert_refused

RNG = np.random.default_rng(0)
FLOW = RNG.normal(size=(2, 6, 7))


def published_wheel():
    """Make the 55 colours as colorcode.cpp does, in bytes."""
    RY, YG, GC, CB, BM, MR = 15, 6, 4, 11, 13, 6
    colors = []
    colors += [(255, 255 * i // RY, 0) for i in range(RY)]
    colors += [(255 - 255 * i // YG, 255, 0) for i in range(YG)]
    colors += [(0, 255, 255 * i // GC) for i in range(GC)]
    colors += [(0, 255 - 255 * i // CB, 255) for i in range(CB)]
    colors += [(255 * i // BM, 0, 255) for i in range(BM)]
    colors += [(255, 0, 255 - 255 * i // MR) for i in range(MR)]
    return colors


def published_color(fx, fy):
    """Return the bytes of the colour of an arrow whose longest is 1, as colorcode.cpp does."""
    wheel = published_wheel()
    radius, angle = math.hypot(fx, fy), math.atan2(-fy, -fx) / math.pi
    fk = (angle + 1.0) / 2.0 * (len(wheel) - 1)
    k0 = int(fk)
    k1, f = (k0 + 1) % len(wheel), fk - k0
    color = []
    for low, high in zip(wheel[k0], wheel[k1], strict=True):
        col = (1 - f) * low / 255.0 + f * high / 255.0
        col = 1 - radius * (1 - col) if radius <= 1 else col * 0.75
        color.append(int(255.0 * col))
    return color


@pytest.mark.parametrize("top", [None, 1.0, 5.0])
def test_colors_are_those_that_middlebury_has_published(top):
    found = plots.flow_colors(FLOW, top)
    longest = np.hypot(*FLOW).max() if top is None else top
    for row, column in np.ndindex(6, 7):
        expected = published_color(*FLOW[:, row, column] / longest)
        assert np.abs(255 * found[:, row, column] - expected).max() < 2  # they round down, twice


def test_no_motion_is_white():
    np.testing.assert_array_equal(plots.flow_colors(np.zeros((2, 2, 3))), np.ones((3, 2, 3)))
    assert plots.flow_colors(ag.tensor(-np.zeros((2, 1, 1)))).all()


@pytest.mark.parametrize("unknown", [np.nan, np.inf, 1.1e9, -1e10])
def test_unknown_flow_is_black_and_sets_no_scale(unknown):
    flow = np.array([[[1.0, unknown, 0.5]], [[0.0, 0.0, unknown]]])
    found = plots.flow_colors(flow)
    np.testing.assert_array_equal(found[:, 0, 1:], np.zeros((3, 2)))
    np.testing.assert_array_equal(found[:, 0, 0], [1, 0, 0])


def images(axes):
    return [np.asarray(image.get_array()) for image in axes.images]


def test_the_picture_shows_frames_flows_and_the_wheel():
    frames = RNG.random((6, 6, 7))
    picture = plots.flow({"truth": FLOW, "half": FLOW / 2}, frames)
    titles = [axes.get_title("left") for axes in picture.axes]
    longest = np.hypot(*FLOW).max()
    assert titles[:4] == ["first frame", "second frame", "truth", "half"]
    assert titles[4] == f"colours, up to {longest:.3g} pixels"
    shown = [images(axes)[0] for axes in picture.axes]
    span = frames.max() - frames.min()
    np.testing.assert_allclose(np.moveaxis(shown[0], 2, 0), (frames[:3] - frames.min()) / span)
    np.testing.assert_allclose(np.moveaxis(shown[1], 2, 0), (frames[3:] - frames.min()) / span)
    for pixels, flow in zip(shown[2:4], (FLOW, FLOW / 2), strict=True):
        np.testing.assert_array_equal(pixels, np.moveaxis(plots.flow_colors(flow, longest), 0, -1))


def test_the_wheel_has_the_colours_of_its_directions():
    wheel = images(plots.flow(FLOW).axes[-1])[0]
    middle = len(wheel) // 2
    np.testing.assert_array_equal(wheel[middle, middle], [1, 1, 1])
    np.testing.assert_array_equal(wheel[middle, -1], [1, 0, 0])  # to the right
    below, left = wheel[-1, middle], wheel[middle, 0]
    assert below[0] > 0.8 > 0.1 > below[2]  # yellow
    assert left[0] < 0.1  # cyan
    assert left[2] == 1.0
    np.testing.assert_array_equal(wheel[0, 0], [1, 1, 1])  # outside


def test_arrows_have_their_true_length():
    (arrows,) = plots.flow(FLOW, arrows=2).axes[0].collections
    np.testing.assert_array_equal(arrows.X, [2, 4, 2, 4])
    np.testing.assert_array_equal(arrows.Y, [2, 2, 3, 3])
    u, v = FLOW[:, [[2, 2], [3, 3]], [[2, 4], [2, 4]]]
    np.testing.assert_array_equal(np.ravel(arrows.U), u.ravel())
    np.testing.assert_array_equal(np.ravel(arrows.V), v.ravel())
    assert (arrows.angles, arrows.scale_units, arrows.scale) == ("xy", "xy", 1.0)
    assert not plots.flow(FLOW, arrows=0).axes[0].collections


def test_flows_whose_names_begin_alike_are_all_drawn():
    names = [f"a flow with a long name, number {number}" for number in (1, 2)]
    assert len(plots.flow(dict.fromkeys(names, FLOW)).axes) == 3


def test_a_flow_without_motion_has_an_edge():
    axes, wheel = plots.flow(0 * FLOW).axes
    assert axes.spines["left"].get_visible()
    assert not wheel.spines["left"].get_visible()


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: plots.flow(FLOW[0]), ag.ShapeError, "a flow (6, 7) must be (2, H, W)"),
        (lambda: plots.flow(FLOW[None]), ag.ShapeError, "of a batch, write flow[0]"),
        (lambda: plots.flow({}), ag.OptionError, "not an empty one"),
        (lambda: plots.flow(FLOW, np.zeros((3, 6, 7))), ag.ShapeError, "must be (2 C, H, W)"),
        (lambda: plots.flow(FLOW, np.zeros((6, 3, 7))), ag.ShapeError, "width of the flow, (6, 7)"),
        (lambda: plots.flow(FLOW, max=0.0), ag.OptionError, "max=0.0 must be a finite number"),
        (lambda: plots.flow(FLOW, arrows=-1), ag.OptionError, "arrows=-1 must be an integer"),
        (lambda: plots.flow_colors(FLOW, -1.0), ag.OptionError, "max=-1.0 must be a finite number"),
        (lambda: plots.flow_colors(np.zeros((2, 0, 3))), ag.ShapeError, "must be (2, H, W)"),
    ],
)
def test_wrong_arguments_are_refused_in_one_line(call, kind, text):
    assert_refused(call, kind, text)
