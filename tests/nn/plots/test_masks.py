"""Masks over images: each pixel has the colour of its class, and wrong ones are marked."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

import autograd as ag
from nn import metrics, plots
from nn.plots.style import ORANGE
from tests.refusals import assert_refused

GREY = np.linspace(0, 1, 16).reshape(1, 4, 4)
MASK = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [2, 2, -100, -100], [2, 2, -100, -100]])


def shown(picture):
    return [np.asarray(image.get_array()) for image in picture.axes[0].images]


def legend(picture):
    found = picture.axes[0].get_legend()
    colors = [patch.get_facecolor()[:3] for patch in found.get_patches()]
    return dict(zip([text.get_text() for text in found.get_texts()], colors, strict=True))


def test_the_background_keeps_the_image_and_the_unknown_is_white():
    (pixels,) = shown(plots.mask_overlay(GREY, MASK))
    grey = np.repeat(GREY[0][..., None], 3, axis=-1)
    np.testing.assert_allclose(pixels[MASK == 0], grey[MASK == 0])
    np.testing.assert_array_equal(pixels[MASK == -100], 1.0)


def test_each_class_is_nearest_to_its_colour_in_the_legend():
    mask = np.arange(16).reshape(4, 4) % 12
    picture = plots.mask_overlay(GREY, mask, background=None)
    names = legend(picture)
    colors = np.array([names[f"class {k}"] for k in range(12)])
    apart = np.linalg.norm(shown(picture)[0].reshape(16, 1, 3) - colors, axis=2)
    np.testing.assert_array_equal(apart.argmin(axis=1), mask.ravel())


def test_the_legend_has_the_classes_that_occur():
    picture = plots.mask_overlay(GREY, MASK, ("ground", "tree", "sky", "sea"))
    assert set(legend(picture)) == {"tree", "sky", "unknown"}
    assert set(legend(plots.mask_overlay(GREY, MASK, background=1))) == {
        *("class 0", "class 2", "unknown")
    }


def test_images_in_colour_are_grey_under_their_masks():
    (pixels,) = shown(plots.mask_overlay(np.random.default_rng(0).random((3, 4, 4)), MASK))
    np.testing.assert_allclose(np.ptp(pixels[MASK == 0], axis=1), 0, atol=1e-12)


def test_wrong_pixels_are_orange_and_unknown_ones_are_not_wrong():
    guess = np.where(MASK == 1, 2, np.maximum(MASK, 0))
    picture = plots.segmentation(GREY[None], MASK[None], guess[None])
    wrong = shown(picture)[3]
    orange = np.all(np.isclose(wrong, to_rgb(ORANGE)), axis=-1)
    np.testing.assert_array_equal(orange, MASK == 1)
    assert "66.7% of the pixels right, mean IoU 0.50" in picture.get_suptitle()


def test_scores_choose_the_class():
    scores = np.moveaxis(np.eye(3)[np.maximum(MASK, 0)], -1, 0)[None]
    one = plots.segmentation(GREY[None], MASK[None], scores)
    other = plots.segmentation(GREY[None], MASK[None], np.maximum(MASK, 0)[None])
    for ours, theirs in zip(shown(one), shown(other), strict=True):
        np.testing.assert_array_equal(ours, theirs)


# Intersection over union


def test_each_class_stands_at_its_overlap():
    rng = np.random.default_rng(0)
    targets, guesses, others = rng.integers(0, 4, (3, 2, 5, 6))
    picture = plots.iou({"one": guesses, "other": others}, targets, ("a", "b", "c", "d"))
    (axes,) = picture.axes
    for dots, predicted in zip(axes.collections, (guesses, others), strict=True):
        wanted = metrics.iou(predicted, targets, per_class=True)
        np.testing.assert_allclose(dots.get_offsets(), np.stack([wanted, range(4)], axis=1))
        assert f"{wanted.mean():.2f} {dots.get_label()}" in picture.get_suptitle()
    assert [text.get_text() for text in axes.get_yticklabels()] == ["a", "b", "c", "d"]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["one", "other"]


def test_one_prediction_needs_no_legend():
    picture = plots.iou(abs(MASK[None]), MASK[None])
    assert picture.axes[0].get_legend() is None
    assert picture.get_suptitle() == "Intersection over union: mean 1.00"


def fits(picture):
    """Return whether every legend and title lies inside the picture."""
    picture.draw_without_rendering()
    texts = [*picture.legends, *(axes.get_legend() for axes in picture.axes)]
    boxes = [text.get_window_extent() for text in texts if text]
    boxes += [axes.title.get_window_extent() for axes in picture.axes]
    boxes += [axes._left_title.get_window_extent() for axes in picture.axes]
    width, height = picture.bbox.size
    return all(
        b.x0 >= -1 and b.y0 >= -1 and b.x1 <= width + 1 and b.y1 <= height + 1 for b in boxes
    )


@pytest.mark.parametrize("shape", [(30, 8), (8, 40), (20, 20)])
def test_a_legend_of_many_classes_has_room(shape):
    mask = np.arange(np.prod(shape)).reshape(shape) % 30
    assert fits(plots.mask_overlay(np.ones((1, *shape)), mask))


@pytest.mark.parametrize("count", [2, 5, 12])
def test_overlaps_of_many_networks_have_room(count):
    guesses = {f"a network with a long name, {number}": MASK[None] for number in range(count)}
    picture = plots.iou(guesses, MASK[None])
    assert fits(picture)
    assert len(picture.axes[0].get_legend().get_texts()) == count


NINE = np.zeros((9, 1, 4, 4))


@pytest.mark.parametrize(
    ("draw", "error", "text"),
    [
        (lambda: plots.mask_overlay(GREY, MASK[:2]), ag.ShapeError, "mask (1, 2, 4) must be (1, 4"),
        (lambda: plots.mask_overlay(GREY, MASK * 0.5), ag.OptionError, "must hold integers"),
        (lambda: plots.mask_overlay(GREY[0], MASK), ag.ShapeError, "write image[None]"),
        (lambda: plots.mask_overlay(GREY, MASK, "ab"), ag.OptionError, "must be a list of names"),
        (
            lambda: plots.mask_overlay(GREY, MASK, background="sky"),
            ag.OptionError,
            "background='sky'",
        ),
        (lambda: plots.iou({}, MASK[None]), ag.OptionError, "there is no prediction"),
        (
            lambda: plots.segmentation(GREY[None] * np.nan, MASK[None], MASK[None]),
            ag.OptionError,
            "segmentation: there are pixels that are NaN",
        ),
        (
            lambda: plots.segmentation(
                GREY[None], MASK[None], np.full((1, 2, *MASK.shape), np.nan)
            ),
            ag.OptionError,
            "segmentation: some scores are NaN",
        ),
        (
            lambda: plots.segmentation(GREY[None], 0 * MASK[None] - 100, MASK[None]),
            ag.OptionError,
            "segmentation: all targets are negative",
        ),
        (
            lambda: plots.segmentation(GREY[None], abs(MASK[None]), 0 * MASK[None] - 1),
            ag.OptionError,
            "segmentation: predicted hold class -1",
        ),
        (lambda: plots.segmentation(NINE[:0], NINE[:0], NINE), ag.ShapeError, "(N, C, H, W)"),
        (lambda: plots.segmentation(NINE, NINE[:, 0], NINE), ag.OptionError, "at most 8"),
        (
            lambda: plots.segmentation(GREY[None], MASK[None], MASK[None, :2]),
            ag.ShapeError,
            "predicted (1, 2, 4)",
        ),
    ],
)
def test_what_has_no_mask_is_refused(draw, error, text):
    assert_refused(draw, error, text)
