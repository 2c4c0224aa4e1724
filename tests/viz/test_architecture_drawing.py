"""`ag.draw(..., view="architecture")`: what is accepted, written, measured and shown."""

import json
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.errors import DrawingError
from autograd.viz.model.brief import brief
from autograd.viz.model.statistics import histogram, rms, statistics
from tests.viz.networks import NETWORKS, drawing_of, images, loss_of

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def lenet():
    return drawing_of("LeNet-5")[1]


def texts(drawing):
    return [t.text for t in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]


def test_a_function_is_run_once_with_its_inputs():
    calls = []

    def f(x, t):
        calls.append(t)
        return ag.sum(x * 2.0)

    drawing = ag.draw(f, np.ones(3), 7)
    assert calls == [7]
    assert [n.name for n in drawing.graph if n.name] == ["x"]


def test_inputs_of_what_is_no_function_are_refused():
    with pytest.raises(DrawingError, match=r"write ag.draw\(f, \*inputs\)"):
        ag.draw(ag.tensor(1.0), np.ones(2))


def test_a_function_without_a_tensor_is_refused():
    with pytest.raises(DrawingError, match="returned no Tensor"):
        ag.draw(lambda: 3.0)


@pytest.mark.parametrize("view", ["architektur", 1, ""])
def test_other_views_are_refused(view):
    with pytest.raises(DrawingError, match="is none of gates, architecture"):
        ag.draw(ag.tensor(1.0), view=view)


def test_a_path_that_no_box_has_is_refused():
    network, x = NETWORKS["LeNet-5"]()
    with pytest.raises(DrawingError, match="open='conv3' is the path of no box"):
        ag.draw(network, x, view="architecture", open=["conv3"])


def test_named_boxes_are_open_and_others_closed():
    network, x = NETWORKS["ResNet-18"]()
    drawing = ag.draw(network, x, view="architecture", open=["layer2.1"])
    made = drawing.view.architecture
    seen = {made.boxes[id].path for id in drawing.view.plan.boxes}
    assert {"layer2.1", "layer2.1.conv1", "layer1.0"} <= seen
    assert "layer1.0.conv1" not in seen


def test_tensor_graph_and_trace_have_the_view():
    loss = loss_of(nn.models.LeNet5(rng=0))(ag.tensor(images(2, 1, 28, 28), requires_grad=True))
    for x in (loss, ag.graph(loss), ag.trace(loss)):
        assert "conv1" in texts(ag.draw(x, view="architecture"))


def test_no_text_is_under_nine_pixels(lenet):
    sizes = [float(s) for s in re.findall(r'font-size="([\d.]+)"', lenet.svg)]
    assert min(sizes) >= 9


def test_a_box_writes_its_name_kind_shape_parameters_and_sizes(lenet):
    made = lenet.view.architecture
    conv = next(b for b in made.boxes if b.path == "conv2")
    group = ElementTree.fromstring(lenet.svg).find(f".//*[@id='box-{conv.id}']")
    found = [t.text for t in group.iter(f"{SVG}text")]
    numbers = lenet.view.statistics.boxes[conv.id]
    assert found == [
        "conv2", "Conv2d", "16×10×10", "2.4k", brief(numbers.rms), brief(numbers.gradient),
    ]  # fmt: skip


def test_shapes_are_written_where_they_change(lenet):
    made, plan = lenet.view.architecture, lenet.view.plan
    for wire in plan.wires:
        source = made.boxes[wire.source]
        assert bool(wire.label) == (source.role == "input" or source.input[:1] != (source.shape,))


def test_sizes_are_those_of_the_trace():
    network, x = NETWORKS["LeNet-5"]()
    t = ag.tensor(x, requires_grad=True)
    trace = ag.trace(loss_of(network)(t))
    view = ag.draw(trace, view="architecture").view
    box = next(b for b in view.architecture.boxes if b.path == "conv1")
    numbers = view.statistics.boxes[box.id]
    value, gradient = trace.graph[box.output].value, trace.gradient(box.output)
    assert numbers.rms == pytest.approx(np.sqrt(np.mean(np.square(value, dtype=float))))
    assert numbers.gradient == pytest.approx(np.sqrt(np.mean(np.square(gradient, dtype=float))))
    assert sum(numbers.histogram) == value.size
    weight = view.statistics.weights[box.id, "weight"]
    node = next(w.node for w in box.weights if w.name == "weight")
    norms = [np.linalg.norm(v) for v in (trace.gradient(node), trace.graph[node].value)]
    assert weight.ratio == pytest.approx(norms[0] / norms[1], rel=1e-5)


def test_a_skip_bears_its_own_gradient():
    x = ag.tensor([[1.0, 2.0]], requires_grad=True, name="x")
    trace = ag.trace(ag.sum((x * 3.0 + x) * 0.25))
    drawing = ag.draw(trace, view="architecture")
    (skip,) = (w for w in drawing.view.plan.wires if w.kind == "skip")
    k = drawing.view.plan.wires.index(skip)
    group = ElementTree.fromstring(drawing.svg).find(f".//*[@id='wire-{k}']")
    assert "0.250" in [t.text for t in group.iter(f"{SVG}text")]


def test_zeros_are_counted():
    x = np.array([[-1.0, 2.0, -3.0, 4.0]])
    view = ag.draw(lambda x: ag.sum(ag.relu(x)), x, view="architecture").view
    box = next(b for b in view.architecture.boxes if b.name == "relu")
    assert view.statistics.boxes[box.id].zeros == 0.5


def test_without_a_loss_gradients_are_blank():
    network, x = NETWORKS["LeNet-5"]()
    drawing = ag.draw(network, x, view="architecture")
    assert {n.gradient for n in drawing.view.statistics.boxes.values()} == {None}
    assert "profile" not in drawing.svg


def test_rms_survives_overflow_of_float32():
    assert rms(np.full(4, 1e30, "float32")) == pytest.approx(1e30, rel=1e-5)
    assert rms(np.zeros((0,))) is None


@pytest.mark.parametrize("values", [[1.0, np.inf, 2.0, np.nan, 3.0], [-1.0, 0.0, 5.0]])
def test_histograms_count_what_is_finite(values):
    found = histogram(np.array(values))
    finite = np.array(values)[np.isfinite(values)]
    assert found == tuple(np.histogram(finite, 16)[0])


def test_times_are_measured_only_if_asked_for():
    network, x = NETWORKS["LSTM"]()
    for times in (False, True):
        view = ag.draw(loss_of(network), x, view="architecture", times=times).view
        spent = [n.forward_ms for n in view.statistics.boxes.values()]
        assert all((t is not None) == times for t in spent)


def test_rows_wrap_at_the_given_width():
    network, x = NETWORKS["LeNet-5"]()
    wide, narrow = (
        ag.draw(loss_of(network), x, view="architecture", width=width).sheet
        for width in (1440, 720)
    )
    assert narrow.width <= 720 < wide.width
    assert narrow.height > wide.height


def test_two_runs_write_the_same_svg():
    network, x = NETWORKS["LeNet-5"]()
    first, second = (ag.draw(loss_of(network), x, view="architecture").svg for _ in range(2))
    assert first == second


def deep(residual):
    """A network of sigmoids, with or without skips."""
    layers = [nn.Linear(8, 8, rng=k) for k in range(12)]

    def run(x):
        for layer in layers:
            y = ag.sigmoid(layer(x))
            x = x + y if residual else y
        return ag.mean(x * x)

    return run


def fall(run):
    profile = ag.draw(run, images(4, 8).astype(float), view="architecture").view.statistics.profile
    return profile[0].gradient / profile[-1].gradient


def test_the_profile_shows_that_gradients_vanish_without_skips():
    assert fall(deep(residual=False)) < 1e-4
    assert fall(deep(residual=True)) > 1e-1


def test_cutting_the_skips_of_a_resnet_changes_the_profile():
    x = images(2, 3, 16, 16)
    falls = []
    for residual in (True, False):
        network = nn.models.ResNet(56, width=0.1, residual=residual, rng=0)
        points = ag.draw(loss_of(network), x, view="architecture").view.statistics.profile
        gradients = [p.gradient for p in points]
        falls.append(max(gradients) / min(gradients))
    assert falls[1] > 5 * falls[0]


def profile_of(gradients):
    """Return the drawing's profile for layers whose gradients are set by scales."""
    layers = [nn.Linear(2, 2, rng=k) for k in range(len(gradients))]

    def run(x):
        return sum(ag.sum(layer(x)) * g for layer, g in zip(layers, gradients, strict=True))

    return ag.draw(run, np.ones((1, 2)), view="architecture")


def test_zero_gradients_are_hollow_and_not_finite_ones_marked():
    with np.errstate(all="ignore"):
        drawing = profile_of([1.0, 0.0, np.inf])
        strip = ElementTree.fromstring(drawing.svg).find(".//*[@id='profile']")
    assert "!" in [t.text for t in strip.iter(f"{SVG}text")]
    hollow = [c for c in strip.iter(f"{SVG}circle") if c.get("fill") == "#ffffff"]
    assert len(hollow) == 1


def test_the_axis_of_the_profile_holds_every_point():
    drawing = profile_of([1e-9, 1.0, 1e7])
    strip = ElementTree.fromstring(drawing.svg).find(".//*[@id='profile']")
    heights = [float(c.get("cy")) for c in strip.iter(f"{SVG}circle")]
    bottom = drawing.sheet.height
    assert len(heights) == 4  # one in the caption
    assert all(bottom - 124 <= y <= bottom - 19 for y in heights)


def test_the_header_names_the_layer_furthest_from_the_median():
    drawing = profile_of([1.0, 1.0, 1e-6])
    assert drawing.view.statistics.worst.box == max(
        b.id for b in drawing.view.architecture.boxes if b.weights
    )
    assert any(t.startswith("furthest from the median") for t in texts(drawing))


@pytest.mark.parametrize("language", ["dot", "tex", "md", "text"])
def test_every_language_names_the_layers(lenet, language):
    written = getattr(lenet, language)
    assert all(name in written for name in ("conv1", "dense3"))


def test_the_table_indents_what_is_inside(lenet):
    lines = lenet.text.splitlines()
    assert lines[0] == "LeNet5, batch 2, 61.7k parameters"
    assert any(line.startswith("  conv1  ") for line in lines)


def test_open_boxes_are_clusters_in_dot():
    network, x = NETWORKS["ResNet-18"]()
    drawing = ag.draw(network, x, view="architecture", open=["layer2.1"])
    assert drawing.dot.count("subgraph cluster_") == 1
    assert "layer2.1" in drawing.dot


def payload(drawing):
    """Return the data of a page as JSON holds them."""
    return json.loads(json.dumps(drawing.player().payload, allow_nan=False))


def test_the_page_of_a_network_begins_with_its_architecture(lenet):
    network, x = NETWORKS["LeNet-5"]()
    page = payload(ag.draw(loss_of(network), x))
    made = page["structure"]["architecture"]
    assert made["title"] == "LeNet5"
    assert [b["path"] for b in made["boxes"]] == [b.path for b in lenet.view.architecture.boxes]
    assert set(page["numbers"]["architecture"]) == {"boxes", "weights", "profile"}
    assert page["structure"]["views"]


def test_the_page_of_gates_has_no_architecture():
    network, x = NETWORKS["LeNet-5"]()
    assert "architecture" not in payload(ag.draw(loss_of(network), x, view="gates"))["structure"]


def test_small_graphs_have_no_architecture():
    w = ag.tensor(2.0, requires_grad=True, name="w")
    assert "architecture" not in payload(ag.draw(ag.sigmoid(w * 3.0)))["structure"]


def test_numbers_that_are_not_finite_are_text_in_the_page():
    with np.errstate(all="ignore"):
        page = payload(profile_of([1.0, np.inf, 2.0]))
    gradients = [p["gradient"] for p in page["numbers"]["architecture"]["profile"]]
    assert "inf" in gradients


def test_a_graph_without_a_trace_has_a_page_with_its_picture():
    network, x = NETWORKS["LeNet-5"]()
    page = ag.draw(network, x, view="architecture").html
    assert "data:image/svg+xml" in page
    assert "dense3" in page


def test_a_weight_in_two_layers_is_measured_once():
    layer = nn.Linear(3, 3, rng=0)
    run = lambda x: ag.sum(layer(ag.tanh(layer(x))))  # noqa: E731
    view = ag.draw(run, np.ones((1, 3)), view="architecture").view
    again = statistics(view.architecture, view.graph, view.trace)
    assert again.weights == view.statistics.weights
    assert {w.uses for b in view.architecture.boxes for w in b.weights} == {2}
