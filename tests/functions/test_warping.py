"""`ag.warp`: what it takes from where, and its slopes where they are a convention."""

import numpy as np
import pytest

import autograd as ag

ROW = np.array([[[[1.0, 2.0, 4.0, 8.0]]]])


def along(u, v=0.0):
    """A flow for each of the four pixels."""
    return np.stack(np.broadcast_arrays(u, v, np.zeros(4))[:2])[None, :, None, :]


def test_no_flow_returns_the_image():
    np.testing.assert_array_equal(ag.warp(ROW, along(0.0)), ROW)


def test_a_whole_flow_shifts_and_fills_with_the_border():
    np.testing.assert_array_equal(ag.warp(ROW, along(1.0))[0, 0, 0], [2, 4, 8, 8])


def test_a_whole_flow_shifts_and_fills_with_zeros():
    np.testing.assert_array_equal(ag.warp(ROW, along(1.0), "zeros")[0, 0, 0], [2, 4, 8, 0])


def test_float16_finds_every_pixel_of_a_wide_image():
    image = np.arange(4096, dtype="float32").reshape(1, 1, 1, -1)
    flow = np.ones((1, 2, 1, 4096), "float16")
    flow[:, 1] = 0
    np.testing.assert_array_equal(ag.warp(image, flow)[..., :-1], image[..., 1:])
    assert ag.warp(ROW.astype("float16"), along(0.5).astype("float16")).dtype == np.float16


def test_u_is_to_the_right_and_v_is_down():
    image = np.arange(6.0).reshape(1, 1, 2, 3)
    flow = np.zeros((1, 2, 2, 3))
    flow[0, :, 0, 0] = 2, 1  # two to the right and one down
    assert ag.warp(image, flow)[0, 0, 0, 0] == image[0, 0, 1, 2]


def test_the_weights_of_four_pixels_are_products_of_distances():
    image = ag.tensor(np.zeros((1, 1, 2, 2)), requires_grad=True)
    flow = np.zeros((1, 2, 2, 2))
    flow[0, :, 0, 0] = 0.25, 0.5
    found = ag.gradients(ag.warp(image, flow)[0, 0, 0, 0], image)
    np.testing.assert_array_equal(found[0, 0], [[0.375, 0.125], [0.375, 0.125]])


def slope(u, mode):
    """The slope of the second pixel with respect to how far to the right it looks."""
    flow = ag.tensor(along(u), requires_grad=True)
    return ag.gradients(ag.warp(ROW, flow, mode)[0, 0, 0, 1], flow)[0, 0, 0, 1]


def test_on_a_pixel_the_slope_is_that_to_the_right():
    assert slope(0.0, "border") == 2.0


@pytest.mark.parametrize("u", [-1.0, -1.5, 2.0, 7.0])
def test_at_the_border_and_beyond_the_slope_is_zero(u):
    assert slope(u, "border") == 0.0


def test_zeros_make_an_edge_one_pixel_wide():
    assert slope(2.5, "zeros") == -8.0
    assert slope(-1.5, "zeros") == 1.0
    assert slope(3.0, "zeros") == 0.0


def test_a_flow_of_nan_gives_nan_there_alone():
    out = ag.warp(ROW, along([np.nan, 0.0, np.inf, -np.inf]))
    np.testing.assert_array_equal(out[0, 0, 0], [np.nan, 2, 8, 1])


def test_float32_stays_float32():
    assert ag.warp(ROW.astype("f4"), along(0.5).astype("f4")).dtype == np.float32


def test_a_compiled_warp_follows_the_flow():
    warp = ag.compile(lambda flow: ag.warp(ROW, flow))
    for u in (0.5, -1.25, 3.0):
        np.testing.assert_allclose(warp(along(u)), ag.warp(ROW, along(u)))


def test_every_image_of_a_batch_has_a_flow_of_its_own():
    images, flows = np.concatenate([ROW, 10 * ROW]), np.concatenate([along(1.0), along(0.0)])
    np.testing.assert_array_equal(ag.warp(images, flows)[:, 0, 0, 0], [2.0, 10.0])


@pytest.mark.parametrize(
    ("image", "flow", "message"),
    [
        (ROW[0], along(0.0), "image .1, 1, 4. must be .N, C, H, W."),
        (ROW, along(0.0)[:, :1], "flow .1, 1, 1, 4. must be .1, 2, 1, 4."),
        (np.zeros((1, 1, 0, 4)), np.zeros((1, 2, 0, 4)), "at least one pixel"),
    ],
)
def test_other_shapes_are_refused(image, flow, message):
    with pytest.raises(ag.ShapeError, match=message):
        ag.warp(image, flow)


def test_an_unknown_mode_is_refused():
    with pytest.raises(ag.OptionError, match="mode='wrap' must be one of border, zeros"):
        ag.warp(ROW, along(0.0), "wrap")
