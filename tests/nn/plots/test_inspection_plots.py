"""Pictures of what a network sees: what is drawn are the numbers of `nn.inspection`."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

import autograd as ag
import nn
from nn import inspection, plots
from tests.refusals import assert_refused

RNG = np.random.default_rng(0)
IMAGES, COLOURED = RNG.uniform(size=(6, 1, 8, 8)), RNG.uniform(size=(4, 3, 9, 7))


@pytest.fixture
def net():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, rng=0), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(36, 3, rng=1)
    )


def images(axes):
    return [np.asarray(image.get_array()) for image in axes.images]


def test_projections_are_those_of_the_three_rules(net):
    picture = plots.projections(net, IMAGES[0], "2", 1, (0, 2))
    first, *others = picture.axes
    assert len(others) == 3
    low, high = IMAGES[0].min(), IMAGES[0].max()
    np.testing.assert_allclose(images(first)[0], (IMAGES[0, 0] - low) / (high - low))
    for axes, rule in zip(others, ("gradient", "guided", "deconvnet"), strict=True):
        wanted = inspection.backproject(net, IMAGES[0], "2", 1, (0, 2), rule)
        assert axes.get_title("left").startswith(rule)
        np.testing.assert_array_equal(images(axes)[0], wanted[0])
        assert axes.images[0].get_clim() == pytest.approx((-abs(wanted).max(), abs(wanted).max()))


def test_coloured_projections_have_grey_where_they_are_0():
    conv = nn.Conv2d(3, 2, 3, rng=0)
    drawn = images(plots.projections(conv, COLOURED[0], None, 0, (0, 0)).axes[1])[0]
    assert drawn.shape == (9, 7, 3)
    np.testing.assert_array_equal(drawn[3:], 0.5)
    strongest = np.abs(conv.weight.numpy()[0]).max()
    wanted = 0.5 + 0.5 * np.moveaxis(conv.weight.numpy()[0], 0, -1) / strongest
    np.testing.assert_allclose(drawn[:3, :3], wanted)


def test_patches_stand_beside_their_projections(net):
    found = inspection.top_patches(net, IMAGES, "0", k=4, channels=[2, 0])
    picture = plots.top_patches(found)
    assert "4 strongest activations of 2 features" in picture.get_suptitle()
    drawn = [axes for axes in picture.axes if axes.images]
    assert [axes.get_title("left").split(":")[0] for axes in drawn[::2]] == [
        "channel 2",
        "channel 0",
    ]
    every = [p.pixels for patches in found.values() for p in patches]
    low, high = min(map(np.min, every)), max(map(np.max, every))
    for left, right, patches in zip(drawn[::2], drawn[1::2], found.values(), strict=True):
        for signal, pixels, patch in zip(images(left), images(right), patches, strict=True):
            np.testing.assert_array_equal(signal, patch.projection[0])
            np.testing.assert_allclose(pixels, (patch.pixels[0] - low) / (high - low))


@pytest.mark.parametrize("channels", [1, 3])
def test_a_field_that_the_edge_cuts_is_hatched_there(channels):
    conv = nn.Conv2d(channels, 1, 3, padding=1, bias=False)
    conv.weight.data = np.zeros((1, channels, 3, 3))
    conv.weight.data[0, :, 1, 1] = 1.0  # so the brightest pixel is the place
    batch = np.zeros((2, channels, 5, 5))
    batch[0, :, 0, 2] = batch[1, :, 2, 2] = 1.0
    right = plots.top_patches(inspection.top_patches(conv, batch)).axes[1]
    cut, whole = images(right)
    blank = np.isnan(cut) if channels == 1 else cut[..., 3] == 0
    np.testing.assert_array_equal(blank, np.repeat([[True], [False], [False]], 3, axis=1))
    assert whole.shape[:2] == (3, 3)
    hatched = [p for p in right.patches if isinstance(p, Rectangle) and p.get_hatch()]
    assert len(hatched) == 1


def test_occlusion_shows_the_change_and_the_worst_place(net):
    picture = plots.occlusion(net, IMAGES[0], 2, 3, stride=2, value=0.0, classes=("a", "b", "c"))
    left, right = picture.axes[:2]
    whole = net(IMAGES[:1]).numpy()[0, 2]
    changes = inspection.occlusion_map(net, IMAGES[0], 2, 3, 2, value=0.0) - whole
    np.testing.assert_allclose(images(right)[0], changes, atol=1e-12)
    row, column = np.unravel_index(changes.argmin(), changes.shape)
    (square,) = [p for p in left.patches if isinstance(p, Rectangle)]
    assert (*square.get_xy(), square.get_width()) == (2 * column - 1.5, 2 * row - 1.5, 3)
    assert picture.get_suptitle().endswith("the score of c")


def test_a_feature_grid_has_every_channel(net):
    picture = plots.feature_grid(net, IMAGES[0], "2")
    (axes,) = picture.axes
    for drawn, wanted in zip(images(axes), net[:3](IMAGES[:1]).numpy()[0], strict=True):
        np.testing.assert_array_equal(drawn, wanted)
    assert len(plots.feature_grid(net, IMAGES[0], net[0], most=3).axes[0].images) == 3
    assert_refused(
        lambda: plots.feature_grid(net, IMAGES[0]), ag.ShapeError, "not (channels, rows, columns)"
    )


def test_perturbations_say_what_images_are_taken_for(net):
    changed = nn.adversarial(net, IMAGES[:3], [0, 1, 2], 0.25)
    picture = plots.perturbations(net, IMAGES[:3], changed, classes=("a", "b", "c"))
    assert picture.get_suptitle() == "No pixel changes by more than 0.25"
    panels = np.array(picture.axes).reshape(3, 3)
    for row, batch in ((0, IMAGES[:3]), (2, changed)):
        likely = ag.softmax(nn.predict(net, batch), axis=1)
        for axes, p in zip(panels[row], likely, strict=True):
            assert axes.get_title("left") == f"{'abc'[p.argmax()]}\n{p.max():.0%}"
    for axes, change in zip(panels[1], changed - IMAGES[:3], strict=True):
        np.testing.assert_array_equal(images(axes)[0], change[0])


def test_guided_saliency_stands_beside_the_gradient(net):
    picture = plots.saliency(net, IMAGES[0], 1, guided=True)
    _, gradient, guided = (axes for axes in picture.axes if axes.get_title("left"))
    signal = inspection.backproject(net, IMAGES[0], None, 1, rule="guided")
    np.testing.assert_array_equal(images(gradient)[0], plots.saliency_map(net, IMAGES[0], 1))
    np.testing.assert_array_equal(images(guided)[0], np.abs(signal).max(axis=0))


def drawn_apart(picture):
    """Return whether the titles of a picture stand inside it and over no other."""
    picture.draw_without_rendering()
    boxes = [axes._left_title.get_window_extent() for axes in picture.axes]
    boxes = [box for box in boxes if box.width]
    pairs = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i]]
    inside = all(box.x1 <= picture.bbox.x1 + 1 for box in boxes)
    return inside and not any(a.overlaps(b) for a, b in pairs)


LONG = [f"{number}, a class with a long name" for number in range(10)]


@pytest.mark.parametrize("count", [1, 3, 8])
def test_names_above_perturbed_images_stand_apart(net, count):
    assert drawn_apart(plots.perturbations(net, IMAGES[:count], IMAGES[:count], classes=LONG))


def test_titles_of_saliency_stand_apart(net):
    assert drawn_apart(plots.saliency(net, IMAGES[0], 1, classes=LONG, guided=True))


def test_titles_of_projections_stand_apart_over_narrow_images():
    for shape in ((1, 40, 10), (1, 10, 40), (1, 10, 10)):
        assert drawn_apart(plots.projections(nn.Conv2d(1, 2, 3, rng=0), np.ones(shape)))


def test_titles_of_many_features_stand_apart():
    found = inspection.top_patches(nn.Conv2d(1, 101, 3, rng=0), -1e-3 * IMAGES[:4], k=1)
    picture = plots.top_patches({c: found[c] for c in range(90, 101)})
    assert drawn_apart(picture)
    assert picture.get_suptitle() == "The strongest activation of 11 features"


def test_what_cannot_be_drawn_is_refused_by_the_name_of_the_plot(net):
    for text, call in [
        ("projections: module='9'", lambda: plots.projections(net, IMAGES[0], "9")),
        ("occlusion: size=0", lambda: plots.occlusion(net, IMAGES[0], 0, 0)),
        ("feature_grid: most=0", lambda: plots.feature_grid(net, IMAGES[0], most=0)),
        ("saliency: guided='yes'", lambda: plots.saliency(net, IMAGES[0], 0, guided="yes")),
        (
            "perturbations: 9 images are too many",
            lambda: plots.perturbations(net, np.zeros((9, 1, 8, 8)), np.zeros((9, 1, 8, 8))),
        ),
        ("top_patches: {} must be what", lambda: plots.top_patches({})),
        ("top_patches: 3 must be what", lambda: plots.top_patches(3)),
        ("top_patches: {0: [1]} must be what", lambda: plots.top_patches({0: [1]})),
    ]:
        assert_refused(call, ag.OptionError, text)
    assert_refused(
        lambda: plots.perturbations(net, IMAGES, IMAGES[:2]), ag.ShapeError, "perturbations: images"
    )
    assert_refused(
        lambda: plots.perturbations(net[:1], IMAGES[:2], IMAGES[:2]),
        ag.ShapeError,
        "perturbations: the model made",
    )
