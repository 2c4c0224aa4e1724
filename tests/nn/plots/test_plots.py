"""Pictures: the numbers in them are those of the model, and the model stays as it was."""

import functools
import io
import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from sklearn.datasets import make_moons

import autograd as ag
import nn
from nn import plots
from tests.refusals import assert_refused

POINTS, LABELS = make_moons(40, noise=0.1, random_state=0)
MOONS = nn.data.Dataset(POINTS, LABELS, ("upper", "lower"))
CORNERS = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
IMAGES = np.random.default_rng(1).normal(size=(6, 1, 8, 8))
IMAGE = np.random.default_rng(0).normal(size=(1, 8, 8))
MASK = np.arange(64).reshape(8, 8) // 5 - 1
TURNING = np.indices((8, 8))[::-1] * [[[1.0]], [[-1.0]]]
RUNS = {
    "plain": {"loss": [2.0, 1.8], "valid_loss": [2.1, 1.9]},
    "residual": {"loss": [2.0, 0.5], "valid_loss": [2.1, 0.6]},
}
RESIDUAL = functools.partial(
    nn.models.ResNet, 20, in_channels=1, width=1 / 16, dtype="float64", rng=0
)
BLUE, ORANGE = to_rgb("#0072b2"), to_rgb("#b84a00")


def mlp(outputs=1, activation=nn.Tanh, depth=1):
    sizes = [2] + [6] * depth
    hidden = [
        layer for i in range(depth) for layer in (nn.Linear(sizes[i], 6, rng=i), activation())
    ]
    return nn.Sequential(*hidden, nn.Linear(6, outputs, rng=9))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3, rng=0),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.5, rng=0),
        nn.Linear(36, 3, rng=1),
    )


def bce(outputs, targets):
    return nn.binary_cross_entropy_with_logits(outputs[:, 0], targets.astype(float))


def images(axes):
    return [np.asarray(image.get_array()) for image in axes.images]


def line(axes, label):
    (found,) = [one for one in axes.lines if one.get_label() == label]
    return found


def drawn(picture):
    """Draw a picture, so that all in it has its place; return what knows how large texts are."""
    canvas = FigureCanvasAgg(picture)
    canvas.draw()
    return canvas.get_renderer()


# All of them draw these, which show each at least once.
DRAWN = {
    "decision_regions": lambda: plots.decision_regions(mlp(), MOONS, resolution=20),
    "neurons": lambda: plots.neurons(mlp(), MOONS, units=4, resolution=10),
    "kernels": lambda: plots.kernels(cnn()),
    "deep kernels": lambda: plots.kernels(nn.Conv2d(5, 4, 3, rng=0)),
    "feature_maps": lambda: plots.feature_maps(cnn().eval(), IMAGE, channels=3),
    "curves": lambda: plots.curves({"loss": [2.0, 1.0], "valid_loss": [2.0, 1.5], "lr": [2, 1]}),
    "confusion_matrix": lambda: plots.confusion_matrix([0, 1, 1], [0, 1, 0]),
    "flow": lambda: plots.flow({"a": TURNING, "b": -TURNING}, np.zeros((2, 8, 8))),
    "one flow": lambda: plots.flow(TURNING),
    "gradient_flow": lambda: plots.gradient_flow(mlp(), bce, MOONS),
    "saliency": lambda: plots.saliency(cnn(), IMAGE, 1),
    "guided saliency": lambda: plots.saliency(cnn(), IMAGE, 1, guided=True),
    "feature_grid": lambda: plots.feature_grid(cnn(), IMAGE, "0"),
    "occlusion": lambda: plots.occlusion(cnn(), IMAGE, 1, 3, 2),
    "perturbations": lambda: plots.perturbations(cnn(), IMAGES, IMAGES + 0.1),
    "projections": lambda: plots.projections(cnn(), IMAGE, "0"),
    "top_patches": lambda: plots.top_patches(nn.inspection.top_patches(cnn(), IMAGES, "0")),
    "runs": lambda: plots.runs(RUNS),
    "shortcut_gradients": lambda: plots.shortcut_gradients(
        {"residual": RESIDUAL()}, nn.cross_entropy, (IMAGES, [0, 1, 2] * 2)
    ),
    "activations": lambda: plots.activations(ag.sigmoid, nn.ReLU(), nn.GELU(), nn.Heaviside()),
    "approximations": lambda: plots.approximations(np.sin, {"a $name$": lambda x: x, "b": np.cos}),
    "approximations of points": lambda: plots.approximations(
        np.sin, {"a": np.cos, "b": np.sin}, points=([0.0, 0.5], [0.2, 0.4])
    ),
    "attributions": lambda: plots.attributions(IMAGE, IMAGE[0] - 0.5, above="$a$", below="b"),
    "class_probabilities": lambda: plots.class_probabilities(
        {"new": mlp(), "$old$": mlp()}, MOONS, resolution=10
    ),
    "posteriors": lambda: plots.posteriors(
        [0.0, 1.0], {"$a$": [0.2, 0.1], "b": [0.1, 0.3]}, {"formula": [0.4, 0.6]}
    ),
    "validation_curve": lambda: plots.validation_curve(
        [1, 2, 3], [3.0, 2.0, 1.0], [3.0, 2.5, 2.8], label="$order$", noise=0.5
    ),
    "loss_surface": lambda: plots.loss_surface(mlp(), bce, MOONS, resolution=5, rng=0),
    "loss_surface with a path": lambda: plots.loss_surface(
        mlp(), bce, MOONS, path=np.random.default_rng(0).normal(size=(5, 25)), resolution=5
    ),
    "pixel_grid": lambda: plots.pixel_grid(IMAGE, (0, 0, 8, 8)),
    "pixel_grid in colours": lambda: plots.pixel_grid(np.ones((3, 20, 20)), (4, 4, 3, 12)),
    "image_grid": lambda: plots.image_grid([IMAGE] * 10, ["a\nb"] * 10),
    "learning_rates": lambda: plots.learning_rates([1e-6, 1e-3, 1.0], [2.0, 1.0, 9.0], 1e-3),
    "learning_rates nearby": lambda: plots.learning_rates([0.2, 0.4], [2.0, 1.0]),
    "mask_overlay": lambda: plots.mask_overlay(IMAGE, MASK, ("paper", "$ink$")),
    "iou": lambda: plots.iou({"$a$": MASK[None] + 1, "b": MASK.T[None] + 1}, MASK[None] + 1),
    "segmentation": lambda: plots.segmentation(
        np.stack([IMAGE] * 8),
        np.stack([MASK] * 8),
        np.stack([abs(MASK.T)] * 8),
        ["a long name"] * 12,
    ),
}


@plots.styled
def scaled(scale):
    """Return a figure of a user's own, with axes of this scale."""
    picture = plots.figure(4, 3)
    axes = picture.add_subplot()
    axes.plot([0.001, 0.01, 0.9], [0.001, 0.01, 0.9])
    axes.set(xscale=scale, yscale=scale)
    return picture


SCALED = {s: lambda s=s: scaled(s) for s in ("log", "symlog", "logit", "asinh")}
every_picture = pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)


@every_picture
def test_a_picture_is_a_figure_that_a_notebook_shows(draw):
    picture = draw()
    assert isinstance(picture, Figure)
    assert picture._repr_png_().startswith(b"\x89PNG")
    assert not callable(picture._repr_html_)


@every_picture
def test_the_same_picture_has_the_same_bytes(draw):
    files = [io.BytesIO() for _ in range(4)]
    for file, kind in zip(files, ("png", "png", "svg", "svg"), strict=True):
        draw().savefig(file, format=kind)
    png, png_again, svg, svg_again = (file.getvalue() for file in files)
    assert png == png_again
    assert svg == svg_again
    assert b"Software" not in png
    assert b"<dc:date>" not in svg


@every_picture
def test_no_text_is_cut_off(draw, monkeypatch):
    picture, texts, draw_text = draw(), [], Text.draw
    monkeypatch.setattr(
        Text, "draw", lambda text, renderer: (texts.append(text), draw_text(text, renderer))
    )
    renderer, room = drawn(picture), picture.bbox.padded(1)
    assert any(text.get_text() == picture.get_suptitle() for text in texts)
    for text in texts:
        if text.get_text():
            box = text.get_window_extent(renderer)
            assert room.x0 <= box.x0 <= box.x1 <= room.x1, text
            assert room.y0 <= box.y0 <= box.y1 <= room.y1, text


def numbers_of(picture):
    """Yield the texts at the ticks of each axis, with the number of the axis."""
    drawn(picture)
    for axes in picture.axes:
        for axis, across in ((axes.xaxis, 0), (axes.yaxis, 1)):
            yield [t for t in axis.get_ticklabels(which="both") if t.get_text()], across


@pytest.mark.parametrize("draw", [*DRAWN.values(), *SCALED.values()], ids=[*DRAWN, *SCALED])
def test_no_number_at_a_tick_is_a_formula(draw):
    assert not [t for texts, _ in numbers_of(draw()) for t in texts if "$" in t.get_text()]


@every_picture
def test_no_two_numbers_at_ticks_overlap(draw):
    for texts, across in numbers_of(draw()):
        boxes = [text.get_window_extent() for text in texts]
        ends = sorted((box.min[across], box.max[across]) for box in boxes)
        assert all(end <= start for (_, end), (start, _) in pairwise(ends))


@every_picture
def test_pyplot_does_not_know_of_it(draw):
    from matplotlib import pyplot

    draw()
    assert pyplot.get_fignums() == []


@every_picture
def test_what_the_user_has_set_stays_set(draw):
    import matplotlib

    before = dict(matplotlib.rcParams)
    draw()._repr_png_()
    assert dict(matplotlib.rcParams) == before


def test_all_is_sorted_and_documented():
    assert plots.__all__ == sorted(plots.__all__)
    assert all(getattr(plots, name).__doc__ for name in plots.__all__)


def test_files_are_written_by_name(tmp_path):
    for kind, start in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        path = tmp_path / f"picture.{kind}"
        plots.curves({"loss": [1.0]}).savefig(path)
        assert path.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("name", "options", "written"),
    [
        ("a", {}, "a.png"),
        ("a.", {}, "a.png"),
        ("a.PNG", {}, "a.PNG"),
        ("a", {"format": "png"}, "a"),
    ],
)
def test_a_file_is_named_as_matplotlib_names_it(tmp_path, name, options, written):
    plots.curves({"loss": [1.0]}).savefig(f"{tmp_path}/{name}", **options)
    assert [path.name for path in tmp_path.iterdir()] == [written]


def test_a_picture_replaces_nothing_but_a_regular_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    picture = plots.curves({"loss": [1.0]})
    assert_refused(lambda: picture.savefig(tmp_path / "pipe.png"), ag.OptionError, "is a FIFO")


# Without Matplotlib.


@pytest.mark.parametrize(
    "name", sorted({*plots.__all__} - {"flow_colors", "saliency_map", "styled"})
)
def test_without_matplotlib_a_call_says_how_to_get_it(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    counts = {"kernels": 1, "curves": 1, "top_patches": 1, "occlusion": 4}
    counts |= dict.fromkeys(("gradient_flow", "perturbations", "saliency", "segmentation"), 3)
    counts |= {"runs": 1, "shortcut_gradients": 3, "posteriors": 3, "validation_curve": 3}
    arguments = [None] * counts.get(name, 2)
    assert_refused(
        lambda: getattr(nn.plots, name)(*arguments),
        ag.MissingError,
        f"{name}: needs the package matplotlib",
        "pip install 'glassgrad[plot]'",
    )


def test_networks_are_imported_and_saliency_computed_without_matplotlib():
    code = (
        "import sys; sys.modules['matplotlib'] = None; import nn, numpy as np;"
        "print(nn.plots.saliency_map(lambda x: 2.0 * x[:, 0, 0], np.ones((1, 1, 2)), 1))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[[0. 2.]]"


# The model stays as it was.


class Own(nn.Module):
    """A module that learns, remembers and draws in every mode."""

    def __init__(self):
        self.scale = nn.Parameter(np.ones(2))
        self.register_buffer("seen", 0)
        self.rng = np.random.default_rng(0)

    def forward(self, x):
        self.seen = ag.tensor(self.seen.item() + 1)
        self.rng.random()
        return x * self.scale


def state_of(model):
    parts = list(model.modules())
    return {
        "modes": [part.training for part in parts],
        "numbers": {name: value.tobytes() for name, value in model.state_dict().items()},
        "grads": [None if p.grad is None else p.grad.tolist() for p in model.parameters()],
        "learns": [p.requires_grad for p in model.parameters()],
        "names": [p.name for p in model.parameters()],
        "random": [p.rng.bit_generator.state for p in parts if hasattr(p, "rng")],
        "hooks": [part._hooks for part in parts],
    }


def planar_model():
    model = nn.Sequential(
        Own(), nn.Linear(2, 4, rng=0), nn.BatchNorm1d(4), nn.Dropout(0.5, rng=1), nn.Linear(4, 1)
    )
    model[3].eval()
    bce(model(POINTS), LABELS).backward()
    return model


@pytest.mark.parametrize(
    "draw",
    [
        lambda model: plots.decision_regions(model, MOONS, resolution=9),
        lambda model: plots.neurons(model, MOONS, resolution=9),
        lambda model: plots.gradient_flow(model, bce, MOONS),
    ],
)
def test_a_model_of_points_stays_as_it_was(draw):
    model = planar_model()
    before = state_of(model)
    draw(model)
    assert state_of(model) == before


@pytest.mark.parametrize(
    "draw",
    [
        plots.kernels,
        lambda model: plots.feature_maps(model, IMAGE),
        lambda model: plots.saliency(model, IMAGE, 0, guided=True),
        lambda model: plots.feature_grid(model, IMAGE, "2"),
        lambda model: plots.occlusion(model, IMAGE, 0, 3),
        lambda model: plots.perturbations(model, IMAGES, IMAGES),
        lambda model: plots.projections(model, IMAGE, "2"),
        lambda model: nn.inspection.top_patches(model, IMAGES, "2"),
        lambda model: plots.saliency_map(model, IMAGE, 0),
        lambda model: plots.gradient_flow(
            model, nn.cross_entropy, (np.stack([IMAGE] * 3), [0, 1, 2])
        ),
    ],
)
def test_a_model_of_images_stays_as_it_was(draw):
    model = cnn()
    nn.cross_entropy(model(np.stack([IMAGE, -IMAGE])), [0, 1]).backward()
    before = state_of(model)
    draw(model)
    assert state_of(model) == before


def test_a_model_that_fails_stays_as_it_was():
    model = nn.Sequential(planar_model(), nn.Linear(7, 7))
    before = state_of(model)
    with pytest.raises(ag.ShapeError):
        plots.neurons(model, MOONS)
    assert state_of(model) == before


# Decision regions.


def predicted_in(picture):
    """Read the class of every cell from its colour: blue for 0, orange for 1."""
    colors = images(picture.axes[0])[0]
    toward = [np.tensordot(1 - colors, 1 - np.array(c), 1) for c in (BLUE, ORANGE)]
    lengths = [np.linalg.norm(1 - np.array(c)) for c in (BLUE, ORANGE)]
    return (toward[1] / lengths[1] > toward[0] / lengths[0]).astype(int)


def middles(picture, resolution):
    left, right, bottom, top = picture.axes[0].images[0].get_extent()
    steps = (np.arange(resolution) + 0.5) / resolution
    x, y = np.meshgrid(left + steps * (right - left), bottom + steps * (top - bottom))
    return np.stack([x.ravel(), y.ravel()], axis=1)


@pytest.mark.parametrize("outputs", [1, 2])
def test_the_plane_is_coloured_by_the_predicted_class(outputs):
    model = mlp(outputs)
    model[-1].bias.data = model[-1].bias.data - np.median(model(POINTS).numpy(), axis=0)
    picture = plots.decision_regions(model, MOONS, resolution=30)
    scores = model(middles(picture, 30)).numpy()
    wanted = scores[:, 0] > 0 if outputs == 1 else scores.argmax(axis=1)
    assert 0 < wanted.sum() < wanted.size
    np.testing.assert_array_equal(predicted_in(picture).ravel(), wanted)


def test_the_surer_the_deeper():
    picture = plots.decision_regions(lambda x: 8 * x[:, :1], MOONS, resolution=31)
    paleness = images(picture.axes[0])[0].mean(axis=-1)[0]
    x = middles(picture, 31)[:31, 0]
    sure = 1 / (1 + np.exp(-8 * abs(x)))
    for side in (x < 0, x > 0):
        order = np.argsort(sure[side])
        assert np.all(np.diff(paleness[side][order]) <= 0)


def boundary(picture):
    paths = [c.get_paths() for c in picture.axes[0].collections if hasattr(c, "levels")]
    return np.concatenate([path.vertices for one in paths for path in one])


def test_the_line_is_where_the_output_meets_the_threshold():
    picture = plots.decision_regions(lambda x: x[:, 0] - 2 * x[:, 1], MOONS, threshold=0.25)
    x, y = boundary(picture).T
    assert len(x) > 10
    np.testing.assert_allclose(x - 2 * y, 0.25, atol=1e-9)


def test_the_line_is_where_two_scores_are_equal():
    scores = [[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0]]
    picture = plots.decision_regions(lambda x: x @ np.transpose(scores), (POINTS, LABELS))
    first, second = np.sort(boundary(picture) @ np.transpose(scores), axis=1)[:, :-3:-1].T
    # Where three regions meet, the line cuts the corner of a cell.
    assert np.quantile(first - second, 0.95) < 1e-9
    assert (first - second).max() < 0.02


@pytest.mark.parametrize("model", [lambda x: (x[:, 0] > 0.5) * 1.0, lambda x: x[:, 0] > 0.5])
def test_a_step_function_has_a_line_at_its_step(model):
    picture = plots.decision_regions(model, MOONS, resolution=200)
    x = boundary(picture)[:, 0]
    np.testing.assert_allclose(x, 0.5, atol=0.02)


def test_the_perceptron_of_and_is_drawn():
    layer = nn.Linear(2, 1)
    layer.weight.data, layer.bias.data = np.array([[2.0, 1.0]]), np.array([-2.5])
    model = nn.Sequential(layer, nn.Heaviside())
    picture = plots.decision_regions(model, (CORNERS, [[0], [0], [0], [1]]), resolution=21)
    assert "4 of 4 points" in picture.get_suptitle()
    wanted = middles(picture, 21) @ [2.0, 1.0] > 2.5
    np.testing.assert_array_equal(predicted_in(picture).ravel(), wanted)


def test_the_points_stand_where_they_are_and_differ_in_shape():
    picture = plots.decision_regions(mlp(), MOONS, resolution=9)
    groups = [c for c in picture.axes[0].collections if len(c.get_offsets())]
    assert [group.get_label() for group in groups] == ["upper", "lower"]
    for k, group in enumerate(groups):
        np.testing.assert_array_equal(group.get_offsets(), POINTS[k == LABELS])
    one, other = (group.get_paths()[0].vertices for group in groups)
    assert one.shape != other.shape


def test_the_title_counts_the_points_on_the_right_side():
    model = mlp()
    right = np.sum((model(POINTS).numpy()[:, 0] > 0) == LABELS)
    title = plots.decision_regions(model, MOONS, resolution=9).get_suptitle()
    assert f"{right} of 40 points" in title


def test_targets_of_minus_one_and_one_are_two_classes():
    def model(x):
        return x[:, 1] - x[:, 0]

    one = plots.decision_regions(model, (POINTS, LABELS), resolution=9)
    other = plots.decision_regions(model, (POINTS, 2.0 * LABELS - 1), resolution=9)
    assert one.get_suptitle() == other.get_suptitle()


def test_probabilities_without_their_threshold_are_reported():
    def model(x):
        return ag.sigmoid(x[:, :1])

    assert "threshold=0.5" in plots.decision_regions(model, MOONS, resolution=9).get_supxlabel()
    right = plots.decision_regions(model, MOONS, resolution=9, threshold=0.5)
    assert right.get_supxlabel() == ""


@pytest.mark.parametrize("scores", [[1.0], [0.0, 1.0], [0.0, 1.0, 0.5]])
def test_one_class_everywhere_has_no_line(scores):
    picture = plots.decision_regions(lambda x: x[:, :1] * 0 + scores, MOONS, resolution=9)
    assert np.all(predicted_in(picture) == 1)
    assert not [c for c in picture.axes[0].collections if hasattr(c, "levels")]


@pytest.mark.filterwarnings("error")
def test_points_on_a_line_and_a_single_point_are_drawn():
    plots.decision_regions(lambda x: x[:, 0], ([[1.0, 2.0]], [1]), resolution=5)
    plots.decision_regions(lambda x: x[:, 0], ([[1.0, 2.0], [3.0, 2.0]], [1, 1]), resolution=5)


@pytest.mark.parametrize(
    ("model", "data", "kind", "text"),
    [
        (mlp(), (np.zeros((3, 4)), [0, 1, 1]), ag.ShapeError, "choose two features"),
        (mlp(), (np.zeros((3, 1, 2)), [0, 1, 1]), ag.ShapeError, "choose two features"),
        (mlp(), (CORNERS, np.eye(4)), ag.ShapeError, "argmax"),
        (mlp(), (CORNERS, [0, 1, 2, 0]), ag.OptionError, "a target is 2"),
        (mlp(3), (CORNERS, [0, 1, 3, 0]), ag.OptionError, "0 to 2"),
        (mlp(), (CORNERS, [0, 0.5, 1, 1]), ag.OptionError, "0.5"),
        (mlp(), CORNERS[0], ag.OptionError, "pair"),
        (mlp(), ([], []), ag.OptionError, "there are no"),
        (3, MOONS, ag.OptionError, "a model or a function"),
        (lambda x: x[:, :1] * np.nan, MOONS, ag.OptionError, "nan"),
        (lambda x: x[:1], MOONS, ag.ShapeError, "one row for each"),
        (lambda x: x.sum(), MOONS, ag.ShapeError, "one row for each"),
        (lambda x: x[:, :, None], MOONS, ag.ShapeError, "(M, K)"),
        (lambda x: x[:, :0], MOONS, ag.ShapeError, "(M, K)"),
    ],
)
def test_decision_regions_refuse_in_one_line(model, data, kind, text):
    assert_refused(lambda: plots.decision_regions(model, data, resolution=5), kind, text)


@pytest.mark.parametrize("resolution", [0, 1, 2.5, None])
def test_a_grid_has_two_points_or_more(resolution):
    for draw in (plots.decision_regions, plots.neurons):
        assert_refused(
            lambda draw=draw: draw(mlp(), MOONS, resolution=resolution),
            ag.OptionError,
            "resolution=",
        )


# Neurons.


def test_every_heat_map_is_the_output_of_its_neuron():
    model = mlp(outputs=2)
    picture = plots.neurons(model, MOONS, resolution=12)
    low, high = POINTS.min(axis=0), POINTS.max(axis=0)
    sides = np.linspace(low - 0.1 * (high - low), high + 0.1 * (high - low), 12).T
    x = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    wanted = []
    for layer in model:
        x = layer(ag.tensor(x)).numpy()
        wanted += list(x.T.reshape(-1, 12, 12))
    for found, heat in zip(images(picture.axes[0]), wanted, strict=True):
        np.testing.assert_allclose(found, heat, rtol=0, atol=1e-12)
    assert all(image.origin == "lower" for image in picture.axes[0].images)


def test_each_column_has_zero_in_the_middle_of_its_scale():
    picture = plots.neurons(mlp(), MOONS, resolution=8)
    columns = [np.abs(images(picture.axes[0])[i : i + 6]).max() for i in (0, 6)]
    for place, image in enumerate(picture.axes[0].images[:12]):
        assert image.get_clim() == (-columns[place // 6], columns[place // 6])
    assert image.cmap(0.5)[:3] == (1.0, 1.0, 1.0)


def test_columns_are_named_in_the_order_in_which_modules_run():
    class Net(nn.Module):
        def __init__(self):
            self.out = nn.Linear(3, 1, rng=0)
            self.hidden = nn.Linear(2, 3, rng=0)
            self.gate = nn.ReLU()

        def forward(self, x):
            return ag.sigmoid(self.out(self.gate(self.hidden(x))))

    axes = plots.neurons(Net(), MOONS, resolution=5).axes[0]
    heads = [label.get_text().splitlines()[:2] for label in axes.get_xticklabels()]
    assert heads == [["hidden", "Linear"], ["gate", "ReLU"], ["out", "Linear"], ["output", "Net"]]


def test_units_beyond_the_cap_are_counted():
    picture = plots.neurons(mlp(), MOONS, units=2, resolution=5)
    assert len(picture.axes[0].images) == 2 + 2 + 1
    assert [text.get_text() for text in picture.axes[0].texts] == ["and 4 more"] * 2


def test_many_modules_go_into_several_bands():
    picture = plots.neurons(mlp(depth=5), MOONS, resolution=4)
    assert [len(axes.get_xticklabels()) for axes in picture.axes] == [8, 3]
    assert picture.get_size_inches()[0] == 7


def test_units_that_are_always_zero_are_drawn():
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.ReLU())
    nn.init.zeros_(model[0].weight)
    nn.init.constant_(model[0].bias, -1.0)
    assert np.all(images(plots.neurons(model, MOONS, resolution=4).axes[0])[2] == 0)


@pytest.mark.parametrize(
    ("model", "data", "kind", "text"),
    [
        (lambda x: x, MOONS, ag.OptionError, "a function"),
        (mlp(), (np.zeros((3, 4)), [0, 1, 1]), ag.ShapeError, "two"),
        (nn.Identity(), MOONS, ag.OptionError, "(N, units)"),
    ],
)
def test_neurons_refuse_in_one_line(model, data, kind, text):
    assert_refused(lambda: plots.neurons(model, data, resolution=4), kind, text)


def test_outputs_that_are_nan_are_reported_with_their_module():
    model = mlp()
    model[2].bias.data = np.array([np.nan])
    assert_refused(lambda: plots.neurons(model, MOONS), ag.OptionError, "outputs of 2 hold nan")


# Kernels.


def test_kernels_of_one_channel_are_heat_maps_around_zero():
    layer = nn.Conv2d(1, 10, (3, 5), rng=0)
    axes = plots.kernels(layer).axes[0]
    np.testing.assert_array_equal(images(axes), layer.weight.data[:, 0])
    top = abs(layer.weight.data).max()
    assert {image.get_clim() for image in axes.images} == {(-top, top)}


def test_kernels_of_three_channels_are_coloured_and_zero_is_grey():
    layer = nn.Conv2d(3, 2, 3, rng=0)
    weight = layer.weight.data.copy()
    weight[1, :, 1, 1] = 0.0
    layer.weight.data = weight
    first, second = images(plots.kernels(layer).axes[0])
    assert first.shape == (3, 3, 3)
    np.testing.assert_allclose(second[1, 1], 0.5)
    np.testing.assert_allclose(
        (first - 0.5) * 2 * abs(weight[0]).max(), weight[0].transpose(1, 2, 0)
    )


def test_kernels_of_many_channels_have_a_row_for_each():
    layer = nn.Conv2d(5, 2, 3, rng=0)
    axes = plots.kernels(layer).axes[0]
    np.testing.assert_array_equal(images(axes), layer.weight.data.reshape(10, 3, 3))
    assert len(axes.get_yticks()) == 5
    assert len(axes.get_xticks()) == 2


def test_the_first_convolution_of_a_model_is_taken():
    model = nn.Sequential(nn.ReLU(), nn.Sequential(nn.Conv2d(1, 2, 3)), nn.Conv2d(2, 7, 3))
    picture = plots.kernels(model)
    np.testing.assert_array_equal(images(picture.axes[0]), model[1][0].weight.data[:, 0])
    assert picture.get_suptitle() == "Conv2d 1.0: 2 kernels of 3 × 3, 1 channel"


def test_kernels_beyond_the_cap_are_counted():
    assert "and 6 more kernels" in plots.kernels(nn.Conv2d(1, 70, 3)).get_supxlabel()
    deep = plots.kernels(nn.Conv2d(20, 20, 1)).get_supxlabel()
    assert "and 4 more channels" in deep
    assert "and 4 more kernels" in deep


def test_kernels_of_signals_are_drawn():
    layer = nn.Conv1d(1, 3, 5, rng=0)
    np.testing.assert_array_equal(images(plots.kernels(layer).axes[0]), layer.weight.data)


def test_kernels_that_are_zero_are_drawn():
    for channels in (1, 3):
        layer = nn.Conv2d(channels, 1, 3)
        nn.init.zeros_(layer.weight)
        plots.kernels(layer)


@pytest.mark.parametrize("model", [mlp(), nn.Conv3d(1, 1, 2), "net", lambda x: x])
def test_a_model_without_convolutions_is_refused(model):
    assert_refused(lambda: plots.kernels(model), ag.OptionError, "there is no Conv1d or Conv2d")


# Feature maps.


@pytest.mark.parametrize("image", [IMAGE, IMAGE[None], IMAGE.tolist(), ag.tensor(IMAGE)])
def test_feature_maps_are_the_outputs_of_the_modules(image):
    model = cnn().eval()
    axes = plots.feature_maps(model, image).axes[0]
    x, wanted = IMAGE[None], []
    for layer in list(model)[:4]:
        x = layer(ag.tensor(x)).numpy()
        wanted += list(x[0])
    shown = images(axes)
    for found, right in zip(shown[1:], wanted, strict=True):
        np.testing.assert_allclose(found, right, rtol=0, atol=1e-12)
    np.testing.assert_allclose(shown[0], (IMAGE[0] - IMAGE.min()) / np.ptp(IMAGE))
    names = [label.get_text().splitlines()[0] for label in axes.get_yticklabels()]
    assert names == ["image", "0 Conv2d", "1 BatchNorm2d", "2 ReLU", "3 MaxPool2d"]


def test_channels_and_modules_beyond_the_cap_are_counted():
    picture = plots.feature_maps(cnn(), IMAGE, channels=3, modules=2)
    assert len(picture.axes[0].images) == 1 + 3 + 3
    assert [text.get_text() for text in picture.axes[0].texts] == ["and 1\nmore"] * 2
    assert "and 2 more modules" in picture.get_supxlabel()


def test_an_image_of_three_channels_is_shown_in_colour():
    image = np.random.default_rng(0).integers(0, 256, (3, 6, 6)).astype(np.uint8)
    axes = plots.feature_maps(nn.Conv2d(3, 2, 3), image).axes[0]
    low, high = float(image.min()), float(image.max())
    wanted = (image.transpose(1, 2, 0) - low) / (high - low)
    np.testing.assert_allclose(images(axes)[0], wanted)


@pytest.mark.parametrize("shape", [(8, 8), (2, 1, 8, 8), (8,), (1, 0, 8)])
def test_what_is_not_an_image_is_refused(shape):
    for draw in (plots.feature_maps, lambda m, i: plots.saliency(m, i, 0)):
        assert_refused(lambda draw=draw: draw(cnn(), np.zeros(shape)), ag.ShapeError, "(C, H, W)")


def test_an_image_with_nan_is_refused():
    assert_refused(
        lambda: plots.feature_maps(cnn(), IMAGE * np.nan), ag.OptionError, "NaN or infinite"
    )


def test_a_model_without_feature_maps_is_refused():
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    assert_refused(lambda: plots.feature_maps(model, IMAGE), ag.OptionError, "(N, C, H, W)")


# Learning curves.

numbers = st.floats(0, 10, width=32)


@given(data=st.data(), epochs=st.integers(1, 40))
@settings(max_examples=5)
def test_curves_are_the_columns_of_the_history(data, epochs):
    names = ("loss", "valid_loss", "accuracy", "valid_accuracy")
    history = {
        name: data.draw(st.lists(numbers, min_size=epochs, max_size=epochs)) for name in names
    }
    loss, accuracy = plots.curves(history).axes
    for axes, name in ((loss, "loss"), (accuracy, "accuracy")):
        assert axes.get_title(loc="left") == name
        for label, column in (("training", name), ("validation", f"valid_{name}")):
            x, y = line(axes, label).get_data()
            assert list(x) == list(range(1, epochs + 1))
            assert list(y) == history[column]


def test_one_epoch_shows_as_a_mark():
    axes = plots.curves({"loss": [0.5]}).axes[0]
    assert line(axes, "training").get_marker() == "o"
    low, high = axes.get_xlim()
    assert [tick for tick in axes.get_xticks() if low <= tick <= high] == [1]


@pytest.mark.parametrize("epochs", [2, 3, 7, 150])
def test_epochs_are_whole(epochs):
    ticks = plots.curves({"loss": np.arange(epochs)}).axes[0].get_xticks()
    assert all(tick == round(tick) for tick in ticks)


def test_a_learning_rate_is_drawn_if_it_changes():
    steady = plots.curves({"lr": [0.1, 0.1], "loss": [2, 1]})
    assert [axes.get_title(loc="left") for axes in steady.axes] == ["loss"]
    falling = plots.curves({"lr": [0.1, 0.01], "loss": [2, 1], "top_5": [0, 1]})
    titles = [axes.get_title(loc="left") for axes in falling.axes]
    assert titles == ["loss", "top 5", "learning rate"]
    assert list(falling.axes[2].lines[0].get_ydata()) == [0.1, 0.01]


def test_the_best_epoch_is_marked():
    class History(dict):
        best_epoch = 2

    axes = plots.curves(History(loss=[3.0, 1.0, 2.0])).axes[0]
    assert list(line(axes, "best epoch, 2").get_xdata()) == [2, 2]


def test_what_was_not_measured_or_not_finite_is_a_gap():
    axes = plots.curves({"loss": [1.0, np.inf, np.nan], "valid_loss": [None, 1.0, None]}).axes[0]
    assert np.isnan(line(axes, "validation").get_ydata()).tolist() == [True, False, True]
    assert np.isfinite(line(axes, "training").get_ydata()).tolist() == [True, False, False]


@pytest.mark.parametrize(
    ("history", "text"),
    [
        ([1.0, 2.0], "mapping"),
        ({}, "no epoch"),
        ({"loss": []}, "no epoch"),
        ({"loss": [[1.0]]}, "one number for each"),
        ({"loss": [1.0], "valid_loss": [1.0, 2.0]}, "loss 1, valid_loss 2"),
        ({"loss": ["low"]}, "'loss' is not a list of numbers"),
        ({"loss": 1.0}, "'loss' is not a list of numbers"),
    ],
)
def test_what_is_not_a_history_is_refused(history, text):
    assert_refused(lambda: plots.curves(history), ag.OptionError, text)


# The confusion matrix.


@given(seed=st.integers(0, 2**32 - 1), classes=st.integers(2, 6))
@settings(max_examples=5)
def test_the_cells_are_the_counts(seed, classes):
    rng = np.random.default_rng(seed)
    guesses, truths = rng.integers(classes, size=(2, 50))
    axes = plots.confusion_matrix(np.eye(classes)[guesses], truths).axes[0]
    cells = {text.get_position(): text.get_text() for text in axes.texts}
    assert len(cells) == classes**2
    for (column, row), text in cells.items():
        assert int(text) == np.sum((truths == row) & (guesses == column))


def test_the_shade_is_the_share_of_the_row():
    axes = plots.confusion_matrix([0] * 3 + [1] + [1] * 8, [0] * 4 + [1] * 8).axes[0]
    shade = 1 - images(axes)[0]
    depth = shade[..., 0] / (1 - BLUE[0])
    np.testing.assert_allclose(depth**2, [[0.75, 0.25], [0.0, 1.0]], atol=1e-12)


def luminance(color):
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_number_can_be_read_on_its_shade():
    counts = [(1, n) for n in range(0, 30, 3)]
    truths = np.repeat(np.arange(len(counts)), [a + b for a, b in counts])
    guesses = np.concatenate([[(k + 1) % 10] * a + [k] * b for k, (a, b) in enumerate(counts)])
    axes = plots.confusion_matrix(guesses, truths).axes[0]
    for text in axes.texts:
        column, row = text.get_position()
        paper, ink = luminance(images(axes)[0][row, column]), luminance(to_rgb(text.get_color()))
        assert (max(paper, ink) + 0.05) / (min(paper, ink) + 0.05) > 4


def test_classes_have_their_names():
    axes = plots.confusion_matrix([0, 1], [0, 0], ("cat $1", "dog")).axes[0]
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        assert [label.get_text() for label in labels] == ["cat $1", "dog"]


def test_fifty_classes_can_be_read():
    classes = np.arange(50)
    picture = plots.confusion_matrix(np.repeat(classes, 100), np.repeat(classes, 100))
    assert min(text.get_fontsize() for text in picture.axes[0].texts) > 6
    renderer = drawn(picture)
    widest = max(text.get_window_extent(renderer).width for text in picture.axes[0].texts)
    assert widest < picture.axes[0].get_window_extent().width / 50


@pytest.mark.parametrize(
    ("arguments", "kind", "text"),
    [
        (([], []), ag.OptionError, "no examples"),
        (([0, 1], [[0], [1]]), ag.ShapeError, "(2,)"),
        (([0, 2], [0, 1], ("cat", "dog")), ag.IndexingError, "class 2"),
        (([0, 1], [0, 1], 2), ag.OptionError, "list of names"),
        (([0, 1], [0, 1], "ab"), ag.OptionError, "list of names"),
    ],
)
def test_a_confusion_of_nothing_is_refused(arguments, kind, text):
    assert_refused(lambda: plots.confusion_matrix(*arguments), kind, text)


# The flow of gradients.


def marks(picture):
    """Return the marked places by row and by what they are of: powers of ten."""
    found = {}
    for mark in picture.axes[0].lines:
        if mark.get_label().startswith("of the"):
            kind = "weights" if "weights" in mark.get_label() else "outputs"
            found[round(mark.get_ydata()[0]), kind] = mark.get_xdata()[0]
    return found


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_marks_are_the_sizes_of_the_gradients(dtype):
    model = mlp(depth=2).to(dtype)
    found = marks(plots.gradient_flow(model, bce, MOONS))
    x, outputs = POINTS, []
    for layer in model:
        x = layer(x)
        if isinstance(layer, nn.Linear):
            outputs.append(x)
    deltas = ag.gradients(bce(x, LABELS), outputs)
    bce(model(POINTS), LABELS).backward()
    for row, layer in enumerate(model[i] for i in (0, 2, 4)):
        for kind, gradient in (("weights", layer.weight.grad), ("outputs", deltas[row])):
            rms = np.sqrt(np.mean(gradient.astype(float) ** 2))
            assert found[row, kind] == pytest.approx(np.log10(rms), abs=1e-5)


def test_the_lines_end_at_the_largest_gradient():
    model = nn.Linear(2, 1, rng=0)
    bce(model(POINTS), LABELS).backward()
    ends = [
        one.get_xdata()[1]
        for one in plots.gradient_flow(model, bce, MOONS).axes[0].lines
        if len(one.get_xdata()) == 2
    ]
    assert np.log10(abs(model.weight.grad).max()) == pytest.approx(ends[1])


def test_sigmoids_let_the_gradient_vanish_and_relus_do_not():
    def loss_of_size(activation):
        found = marks(plots.gradient_flow(mlp(activation=activation, depth=8), bce, MOONS))
        return found[8, "weights"] - found[0, "weights"]

    assert loss_of_size(nn.Sigmoid) > loss_of_size(nn.ReLU) + 3


def test_gradients_of_zero_stand_at_a_place_that_says_so():
    model = mlp(depth=2)
    nn.init.zeros_(model[-1].weight)
    picture = plots.gradient_flow(model, bce, MOONS)
    axes = picture.axes[0]
    ticks = dict(zip(axes.get_xticks(), axes.get_xticklabels(), strict=True))
    zeros = [place for place, label in ticks.items() if label.get_text() == "0"]
    found = marks(picture)
    assert found[0, "weights"] == found[0, "outputs"] == found[1, "weights"] == zeros[0]
    assert found[2, "weights"] > min(place for place in ticks if place != zeros[0])
    assert axes.get_xlim()[0] < zeros[0]


def test_all_gradients_may_be_zero_or_nearly():
    for scale in (0.0, 1e-300):
        picture = plots.gradient_flow(
            nn.Linear(2, 1, rng=0), lambda y, t, scale=scale: ag.sum(y) * scale, MOONS
        )
        assert np.isfinite(list(marks(picture).values())).all()


def test_rows_are_in_the_order_in_which_layers_run():
    class Net(nn.Module):
        def __init__(self):
            self.scale = nn.Parameter(2.0)
            self.out = nn.Linear(3, 1, rng=0)
            self.unused = nn.Linear(2, 2, rng=0)
            self.hidden = nn.Linear(2, 3, rng=0)

        def forward(self, x):
            return self.scale * self.out(self.hidden(x))

    axes = plots.gradient_flow(Net(), bce, MOONS).axes[0]
    names = [label.get_text() for label in axes.get_yticklabels()]
    assert names == ["hidden Linear", "out Linear", "scale", "unused Linear"]


def test_modules_that_return_arrays_are_passed_over():
    model = nn.Sequential(nn.Flatten(), nn.Linear(2, 1, rng=0))
    assert len(plots.gradient_flow(model, bce, MOONS).axes[0].get_yticks()) == 1


def test_frozen_weights_have_no_gradient_to_show():
    model = mlp()
    model[0].requires_grad_(False)
    labels = plots.gradient_flow(model, bce, MOONS).axes[0].get_yticklabels()
    assert [label.get_text() for label in labels] == ["2 Linear"]


@pytest.mark.parametrize(
    ("model", "loss", "kind", "text"),
    [
        (lambda x: x, bce, ag.OptionError, "a module"),
        (mlp(), "bce", ag.OptionError, "a loss function"),
        (mlp(), lambda y, t: y, ag.ShapeError, "(40, 1)"),
        (mlp(), lambda y, t: ag.sum(y) * np.nan, ag.OptionError, "the loss hold"),
        (mlp(), lambda y, t: 1.0, ag.GradientError, "depends on nothing"),
        (nn.Tanh(), lambda y, t: ag.sum(y), ag.GradientError, "depends on nothing"),
        (nn.Tanh(), lambda y, t: nn.Parameter(1.0) * 2, ag.OptionError, "no weight in the model"),
    ],
)
def test_a_flow_that_does_not_flow_is_refused(model, loss, kind, text):
    assert_refused(lambda: plots.gradient_flow(model, loss, MOONS), kind, text)


def test_nothing_flows_inside_no_grad():
    with ag.no_grad():
        assert_refused(
            lambda: plots.gradient_flow(mlp(), bce, MOONS), ag.GradientError, "outside ag.no_grad()"
        )
        assert_refused(
            lambda: plots.saliency(cnn(), IMAGE, 0), ag.GradientError, "outside ag.no_grad()"
        )


# Saliency.


def test_saliency_is_the_numerical_derivative_of_the_score():
    rng = np.random.default_rng(0)
    image = rng.normal(size=(2, 4, 5))
    model = nn.Sequential(
        nn.Conv2d(2, 3, 3, rng=0), nn.Tanh(), nn.Flatten(), nn.Linear(18, 4, rng=1)
    )
    slopes, step = np.zeros_like(image), 1e-5
    for place in np.ndindex(image.shape):
        moved = np.zeros_like(image)
        moved[place] = step
        high, low = (model((image + sign * moved)[None]).numpy()[0, 2] for sign in (1, -1))
        slopes[place] = (high - low) / (2 * step)
    wanted = abs(slopes).max(axis=0)
    np.testing.assert_allclose(plots.saliency_map(model, image, 2), wanted, atol=1e-8)
    _, right, _ = plots.saliency(model, image, 2).axes
    np.testing.assert_allclose(images(right)[0], wanted, atol=1e-8)


def test_saliency_of_a_linear_model_is_its_weights():
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 3, rng=0)).float()
    found = plots.saliency_map(model, IMAGE, np.int64(1))
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, abs(model[1].weight.data[1]).reshape(8, 8))


def test_dropout_is_off_for_saliency():
    model = cnn()
    wanted = plots.saliency_map(cnn().eval(), IMAGE, 0)
    np.testing.assert_array_equal(plots.saliency_map(model, IMAGE, 0), wanted)


def test_saliency_tells_what_the_image_is_taken_for():
    model = cnn()
    best = int(cnn().eval()(IMAGE[None]).numpy().argmax())
    left = plots.saliency(model, IMAGE, 0, classes=("a", "b", "c")).axes[0]
    assert left.get_title(loc="left") == f"image, taken for {'abc'[best]}"


@pytest.mark.parametrize(
    ("model", "target", "kind", "text"),
    [
        (cnn(), 3, ag.OptionError, "0 to 2"),
        (cnn(), -1, ag.OptionError, "target=-1"),
        (cnn(), 0.5, ag.OptionError, "target=0.5"),
        (lambda x: x, 0, ag.ShapeError, "(1, K)"),
        (lambda x: np.ones((1, 3)), 0, ag.GradientError, "do not depend on the image"),
        (lambda x: ag.reshape(x, (1, -1)) * np.nan, 0, ag.OptionError, "the slopes"),
        (None, 0, ag.OptionError, "a model or a function"),
    ],
)
def test_saliency_refuses_in_one_line(model, target, kind, text):
    assert_refused(lambda: plots.saliency_map(model, IMAGE, target), kind, text)
    assert_refused(lambda: plots.saliency(model, IMAGE, target), kind, text)


def test_float32_models_are_drawn():
    points, image = mlp().float(), cnn().float()
    plots.decision_regions(points, MOONS, resolution=9)
    plots.neurons(points, MOONS, resolution=9)
    plots.gradient_flow(points, bce, MOONS)
    plots.kernels(image)
    plots.feature_maps(image, IMAGE)
    plots.saliency(image, IMAGE, 0)
