"""Pictures of functions, surfaces and pixels: the numbers in them are the right ones."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

import autograd as ag
import nn
from nn import plots
from tests.refusals import assert_refused

IMAGE = np.linspace(0, 1, 60).reshape(1, 6, 10)


def curve(axes, number):
    return np.asarray(axes.lines[number].get_ydata())


# Activations


def test_an_activation_is_drawn_with_the_slope_of_its_formula():
    picture = plots.activations(ag.sigmoid, ag.tanh, nn.ReLU(), reach=3.0)
    for axes, function, slope in zip(
        picture.axes,
        (lambda x: 1 / (1 + np.exp(-x)), np.tanh, lambda x: np.maximum(x, 0)),
        (lambda y, x: y * (1 - y), lambda y, x: 1 - y**2, lambda y, x: (x > 0) * 1.0),
        strict=True,
    ):
        x = np.asarray(axes.lines[2].get_xdata())
        assert (x[0], x[-1]) == (-3, 3)
        np.testing.assert_allclose(curve(axes, 2), function(x))
        np.testing.assert_allclose(curve(axes, 3), slope(function(x), x), atol=1e-12)


def test_a_step_has_the_slope_0():
    (axes,) = plots.activations(nn.Heaviside()).axes
    assert set(curve(axes, 2)) == {0, 1}
    assert set(curve(axes, 3)) == {0}


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: plots.activations(), ag.OptionError, "0 functions"),
        (lambda: plots.activations("tanh"), ag.OptionError, "not str"),
        (lambda: plots.activations(ag.tanh, reach=0), ag.OptionError, "reach above 0"),
        (lambda: plots.activations(ag.sum), ag.ShapeError, "elementwise"),
        (lambda: plots.activations(lambda x: x / (x - x)), ag.OptionError, "<lambda>"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide", "ignore:invalid")
def test_what_is_no_activation_is_refused(call, kind, words):
    assert_refused(call, kind, "activations", words)


# Approximations


def test_each_model_has_a_panel_with_the_function_behind_it():
    double, square = nn.Linear(1, 1), lambda x: x**2
    double.weight.data, double.bias.data = [[2.0]], [0.0]
    picture = plots.approximations(np.sin, {"2x": double, "square": square}, low=-1, high=2)
    x = np.linspace(-1, 2, 500)
    for axes, name, found in zip(picture.axes, ("2x", "square"), (2 * x, x**2), strict=True):
        np.testing.assert_allclose(curve(axes, 0), np.sin(x))
        np.testing.assert_allclose(curve(axes, 1), found)
        off = np.sqrt(np.mean((found - np.sin(x)) ** 2))
        assert axes.get_title("left") == f"{name}: off by {off:.2g}"


@pytest.mark.parametrize(
    ("options", "kind", "words"),
    [
        ({"models": {}}, ag.OptionError, "dict"),
        ({"models": nn.Linear(1, 1)}, ag.OptionError, "dict"),
        ({"low": 1.0}, ag.OptionError, "low=1.0 must be below high=1.0"),
        ({"function": np.sum}, ag.ShapeError, "the function returns ()"),
        ({"models": {"two": lambda x: np.hstack([x, x])}}, ag.ShapeError, "two returns (500, 2)"),
    ],
)
def test_what_cannot_be_compared_is_refused(options, kind, words):
    how = {"function": np.sin, "models": {"line": lambda x: x}} | options
    assert_refused(lambda: plots.approximations(**how), kind, "approximations", words)


# The loss surface


def test_the_map_has_the_descent_that_was_given():
    model = nn.models.MLP(2, 3, 2, rng=0)
    data = nn.data.moons(20, rng=0)
    end = nn.utils.parameters_to_vector(model.parameters()).numpy()
    steps = np.random.default_rng(0).normal(size=(5, len(end))) * np.arange(5)[::-1, None]
    how = {"path": end + steps, "resolution": 5}
    picture = plots.loss_surface(model, nn.cross_entropy, data, **how)
    found = nn.inspection.loss_surface(model, nn.cross_entropy, data, **how)
    drawn = picture.axes[0].lines[0]
    np.testing.assert_allclose(np.transpose(drawn.get_data()), found.path)
    assert {text.get_text() for text in picture.axes[0].texts} == {"start", "end"}
    assert f"{found.share:.0%}" in picture.get_supxlabel()


def test_a_flat_loss_is_drawn():
    model = nn.Linear(2, 1)
    picture = plots.loss_surface(model, lambda y, t: 0 * ag.sum(y), ([[1.0, 2.0]], [[0.0]]))
    assert picture._repr_png_()


# Numbers of pixels


def test_the_numbers_are_those_of_the_part_as_bytes():
    picture = plots.pixel_grid(IMAGE, (1, 3, 4, 5))
    image, grid = picture.axes
    (frame,) = [patch for patch in image.patches if isinstance(patch, Rectangle)]
    assert frame.get_xy() == (2.5, 0.5)
    assert (frame.get_width(), frame.get_height()) == (5, 4)
    part = np.rint(IMAGE[0, 1:5, 3:8] * 255).astype(int)
    written = {text.get_position(): text.get_text() for text in grid.texts}
    assert written == {(j, i): str(part[i, j]) for i in range(4) for j in range(5)}
    assert [text.get_text() for text in grid.get_yticklabels()] == ["1", "2", "3", "4"]
    assert [text.get_text() for text in grid.get_xticklabels()] == ["3", "4", "5", "6", "7"]
    assert min(text.get_fontsize() for text in grid.texts) >= 9


def test_colours_have_a_grid_each():
    image = np.stack([np.full((4, 4), level) for level in (0.0, 0.5, 1.0)])
    picture = plots.pixel_grid(image, (0, 0, 2, 2))
    assert [axes.get_title("left") for axes in picture.axes[1:]] == ["red", "green", "blue"]
    assert [axes.texts[0].get_text() for axes in picture.axes[1:]] == ["0", "128", "255"]


def test_other_numbers_are_written_as_they_are():
    picture = plots.pixel_grid(IMAGE * 4 - 2, (0, 0, 1, 2))
    assert [text.get_text() for text in picture.axes[1].texts] == ["-2.00", "-1.93"]


@pytest.mark.parametrize(
    "window", [(0, 0, 7, 2), (0, 0, 2, 13), (5, 0, 2, 1), (-1, 0, 2, 2), (0, 0, 0, 2), (0, 0), 3]
)
def test_a_part_that_is_not_in_the_image_is_refused(window):
    assert_refused(lambda: plots.pixel_grid(IMAGE, window), ag.OptionError, "pixel_grid")


# Rows of images


def test_images_stand_in_order_below_their_names():
    images = [np.full((1, 2, 2), level) for level in (0.0, 0.5, 1.0)]
    picture = plots.image_grid(images, ["a", "b", "c"], title="levels", across=2)
    assert [axes.get_title("left") for axes in picture.axes] == ["a", "b", "c"]
    shown = [axes.images[0].get_array()[0, 0] for axes in picture.axes]
    assert shown == [0.0, 0.5, 1.0]
    assert picture.get_suptitle() == "levels"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"images": []}, "0 images"),
        ({"names": ["a"]}, "2 images and 1 names"),
        ({"across": 0}, "across=0"),
    ],
)
def test_what_are_no_rows_of_images_is_refused(options, words):
    how = {"images": [IMAGE, IMAGE]} | options
    assert_refused(lambda: plots.image_grid(**how), ag.OptionError, "image_grid", words)


# Functions of one variable, and errors


def test_points_stand_over_each_model():
    pairs = [([0.0, 1.0], [1.0, 2.0]), ([0.5], [3.0])]
    picture = plots.approximations(np.sin, {"a": np.cos, "b": np.sin}, points=pairs)
    dots = [axes.lines[-1] for axes in picture.axes]
    assert [line.get_xydata().tolist() for line in dots] == [[[0.0, 1.0], [1.0, 2.0]], [[0.5, 3.0]]]


def test_the_heights_are_those_of_the_function_and_the_points():
    steep = {"steep": lambda x: 1000 * x}
    picture = plots.approximations(lambda x: x, steep, points=([0.0], [2.0]))
    low, high = picture.axes[0].get_ylim()
    assert -1 < low < 0 < 2 < high < 3


@pytest.mark.parametrize(
    "points", [([0.0], [1.0, 2.0]), [([0.0], [1.0])] * 3, ([np.nan], [1.0]), [([0.0],)] * 2]
)
def test_what_are_no_points_is_refused(points):
    models = {"a": np.cos, "b": np.sin}
    assert_refused(
        lambda: plots.approximations(np.sin, models, points=points), ag.OptionError, "points"
    )


def test_the_smallest_validation_error_is_marked():
    picture = plots.validation_curve([1, 2, 4], [3.0, 2.0, 1.0], [3.0, 2.5, 2.8], label="order")
    (ring,) = [line for line in picture.axes[0].lines if line.get_label() == "the smallest"]
    assert ring.get_xydata().tolist() == [[2.0, 2.5]]
    assert picture.get_suptitle() == "The validation error is smallest at order 2"


@pytest.mark.parametrize(
    ("errors", "words"),
    [(([1.0], [1.0]), "values (2,)"), (([1.0, np.nan], [1.0, 1.0]), "numbers")],
)
def test_errors_that_are_not_one_finite_number_a_value_are_refused(errors, words):
    assert_refused(lambda: plots.validation_curve([1, 2], *errors), ag.GlassgradError, words)


def test_posteriors_draws_a_line_for_each_and_an_area_for_each_class():
    bells = {"one": [0.1, 0.2], "two": [0.3, 0.1]}
    picture = plots.posteriors([0.0, 1.0], bells, {"Bayes": [0.25, 0.67]})
    upper, lower = picture.axes
    assert upper.lines[0].get_ydata().tolist() == [0.25, 0.67]
    assert [area.get_label() for area in lower.collections] == ["one", "two"]


def test_densities_of_another_length_are_refused():
    assert_refused(
        lambda: plots.posteriors([0.0, 1.0], {"one": [1.0]}, {}), ag.ShapeError, "one has shape"
    )


# The plane and its classes


@pytest.mark.parametrize("outputs", [1, 2])
def test_probabilities_are_the_sigmoid_of_the_logit(outputs):
    def model(x):
        logit = np.asarray(x)[:, :1] * 3
        return logit if outputs == 1 else np.concatenate([0 * logit, logit], axis=1)

    data = (np.array([[-1.0, 0.0], [1.0, 1.0]]), [0, 1])
    picture = plots.class_probabilities({"model": model}, data, resolution=3)
    field = np.asarray(picture.axes[0].images[0].get_array())
    assert field[0, 1] == pytest.approx(0.5)
    assert field[0, 2] == pytest.approx(1 - field[0, 0])
    assert field[0, 2] > 0.9


def test_a_model_of_three_classes_has_no_probability_of_class_1_alone():
    data = (np.zeros((2, 2)), [0, 1])
    model = {"m": lambda x: np.zeros((len(x), 3))}
    assert_refused(lambda: plots.class_probabilities(model, data), ag.ShapeError, "(M, 2)")


# What each pixel adds


def test_the_larger_amounts_are_written_into_their_pixels():
    amounts = np.zeros(IMAGE.shape[1:])
    amounts[2, 3], amounts[0, 0] = -4.0, 1.0
    picture = plots.attributions(IMAGE, amounts)
    (text,) = picture.axes[1].texts
    assert (text.get_text(), text.get_position()) == ("-4.0", (3, 2))


def test_amounts_are_one_for_each_pixel():
    assert_refused(lambda: plots.attributions(IMAGE, np.zeros(3)), ag.ShapeError, "(3,)")
