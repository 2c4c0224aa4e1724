"""The boxes of an architecture: what they are called, what they hold, and what joins them."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.viz.model.architecture_builder import architecture
from tests.viz.networks import NETWORKS, drawing_of


@pytest.fixture(scope="module", params=NETWORKS)
def named(request):
    network, drawing = drawing_of(request.param)
    return network, drawing.view.architecture, drawing.graph


def box(architecture, path):
    return next(b for b in architecture.boxes if b.path == path)


def test_parameters_are_those_of_the_network(named):
    network, made, _ = named
    top = [b for b in made.boxes if b.parent is None]
    used = {w.node for b in made.boxes for w in b.weights}
    total = sum(b.parameters for b in top)
    ran = [p for name, p in network.named_parameters() if not name.startswith("aux")]
    assert total == sum(p.size for p in ran)
    assert total == sum(np.size(named[2][node].value) for node in used)


def test_every_operation_is_in_a_box(named):
    _, made, graph = named
    inside = {i for b in made.boxes if b.parent is None for i in b.nodes}
    assert inside >= {n.id for n in graph if n.primitive is not None}


def test_children_hold_what_their_parent_holds(named):
    _, made, _ = named
    for b in made.boxes:
        for child in b.children:
            assert made.boxes[child].parent == b.id
            assert child > b.id
            assert set(made.boxes[child].nodes) <= set(b.nodes)


def test_paths_are_unique(named):
    _, made, _ = named
    paths = [b.path for b in made.boxes]
    assert len(paths) == len(set(paths))


def test_edges_join_the_boxes_of_their_nodes(named):
    _, made, graph = named
    for edge in made.edges:
        assert made.boxes[edge.source].nodes[-1] == edge.node
        target = made.boxes[edge.target].nodes[-1]
        assert graph[target].inputs[edge.position] == edge.node


def test_leaf_parameters_are_no_boxes(named):
    _, made, graph = named
    learned = {n.id for n in graph if n.learned}
    assert learned
    assert learned.isdisjoint(i for b in made.boxes for i in b.nodes)


def test_boxes_have_the_names_shapes_and_options_of_modules():
    _, drawing = drawing_of("ResNet-18")
    conv = box(drawing.view.architecture, "conv1")
    assert (conv.name, conv.kind, conv.options) == ("conv1", "Conv2d", "k7 s2 p3")
    assert conv.shape == (6, 16, 16)
    assert conv.input == ((3, 32, 32),)
    assert [(w.name, w.shape) for w in conv.weights] == [("weight", (6, 3, 7, 7))]
    inner = box(drawing.view.architecture, "layer1.0.conv1")
    assert inner.name == "conv1"
    assert drawing.view.architecture.boxes[inner.parent].name == "layer1.0"


def test_shapes_leave_out_the_batch():
    _, drawing = drawing_of("LeNet-5")
    assert drawing.view.architecture.batch == 2
    assert box(drawing.view.architecture, "x").shape == (1, 28, 28)


def test_equal_blocks_in_series_are_a_stack():
    _, drawing = drawing_of("ResNet-152")
    stack = box(drawing.view.architecture, "layer3.1-35")
    assert (stack.role, stack.kind, stack.count, stack.shared) == ("stack", "Bottleneck", 35, False)
    assert len(stack.children) == 35


def test_a_module_called_again_and_again_is_a_stack_with_shared_weights():
    layer = nn.Linear(4, 4, rng=0)

    def run(x):
        for _ in range(4):
            x = layer(x)
        return ag.sum(x)

    made = ag.draw(run, np.ones((2, 4)), view="architecture").view.architecture
    (stack,) = (b for b in made.boxes if b.role == "stack")
    assert stack.shared
    assert stack.parameters == 20
    assert {w.uses for b in made.boxes for w in b.weights} == {4}


def test_second_calls_have_numbers():
    _, drawing = drawing_of("LeNet-5")
    assert [b.path for b in drawing.view.architecture.boxes if b.name == "pool"] == [
        "pool",
        "pool#2",
    ]


def test_the_pooled_branch_of_an_inception_is_connected():
    _, drawing = drawing_of("inception")
    made = drawing.view.architecture
    inside = set(box(made, "inception3a.branch4.0").nodes)
    into = [e for e in made.edges if set(made.boxes[e.target].nodes) & inside]
    assert made.boxes[into[0].source].role == "input"


def test_the_first_skip_of_an_encoder_is_connected():
    _, drawing = drawing_of("encoder")
    made = drawing.view.architecture
    adds = [b for b in made.boxes if b.name == "+" and made.boxes[b.parent].parent is None]
    sources = [e.source for e in made.edges if e.target == adds[0].id]
    assert "input" in [made.boxes[i].role for i in sources]


def test_the_states_between_steps_of_an_lstm_are_named():
    _, drawing = drawing_of("LSTM")
    made = drawing.view.architecture
    steps = [b for b in made.boxes if b.kind == "LSTMCell"]
    assert [b.name for b in steps] == ["step 0", "step 1", "step 2"]
    names = {
        edge.name
        for edge in made.edges
        if steps[0].id in made.ancestors(edge.source) and steps[1].id in made.ancestors(edge.target)
    }
    assert names == {"h", "c"}


def test_a_weight_used_at_every_step_says_so():
    _, drawing = drawing_of("LSTM")
    uses = {w.name: w.uses for b in drawing.view.architecture.boxes for w in b.weights}
    assert uses["weight_ih_l0"] == 3


def test_operations_on_weights_alone_are_no_boxes():
    made = ag.draw(nn.Linear(2, 3, rng=0), np.ones((1, 2)), view="architecture").view.architecture
    assert "transpose" not in [b.kind for b in made.boxes]


def test_a_concatenation_tells_its_parts():
    _, drawing = drawing_of("inception")
    (joined,) = (b for b in drawing.view.architecture.boxes if b.name.startswith("concat"))
    sizes = list(map(int, joined.name.removeprefix("concat ").split("+")))
    assert sum(sizes) == joined.shape[0]
    assert len(sizes) == 4


def test_user_scopes_and_functions_are_boxes():
    x = ag.tensor([1.0, 2.0], requires_grad=True, name="x")
    with ag.scope("twice", kind="Doubling"):
        y = ag.softmax(x * 2.0)
    made = architecture(ag.graph(y))
    assert box(made, "twice").kind == "Doubling"
    assert box(made, "twice/softmax").kind == "function"


def test_a_path_that_leaves_a_scope_and_enters_it_again_is_drawing_of():
    x = ag.tensor(1.0, requires_grad=True, name="x")
    with ag.scope("a") as outer:
        y = x * 2.0
    z = y + 1.0
    w = z * 3.0
    w.scope = outer
    made = architecture(ag.graph(w + 1.0))
    assert {b.path for b in made.boxes} >= {"x", "a", "a/*2", "a/*3", "+1"}


INDICES = np.array([[1, 2, 3], [3, 2, 1]])


def embedded():
    return nn.Sequential(nn.Embedding(10, 4, rng=0), nn.Dropout(0.5, rng=0), nn.Linear(4, 3, rng=0))


@pytest.mark.parametrize("given", [INDICES, ag.tensor(INDICES), INDICES.tolist()])
def test_a_network_of_indices_has_all_its_layers(given):
    drawing = ag.draw(embedded(), given, view="architecture")
    boxes = drawing.view.architecture.boxes
    assert [b.kind for b in boxes if b.role != "operation" and b.framed][-1] == "Linear"
    assert "Embedding" in [b.kind for b in boxes]
    assert "input" not in [b.role for b in boxes]  # not the mask of the dropout
    assert sum(b.parameters for b in boxes if b.parent is None) == 55
    assert drawing.svg.count("Embedding")


def test_operations_on_weights_alone_that_compute_are_boxes():
    layer = nn.Linear(2, 3, rng=0)

    def penalised(x):
        return ag.sum(layer(x)) + ag.sum(layer.weight * layer.weight)

    made = ag.draw(penalised, np.ones((1, 2)), view="architecture").view.architecture
    assert [b.name for b in made.boxes if b.parent is None] == [
        "x",
        "Linear",
        "sum",
        "*",
        "sum",
        "+",
    ]


@pytest.mark.parametrize(
    "made",
    [
        lambda w: w,
        lambda w: w.T,
        lambda w: ag.reshape(w, 4),
        lambda w: w[np.array([0, 0])],
        lambda w: ag.sum(w * w),
    ],
)
@pytest.mark.parametrize("kind", [nn.Parameter, lambda a: ag.tensor(a, requires_grad=True)])
def test_whatever_has_a_graph_has_an_architecture(made, kind):
    y = made(kind(np.ones((2, 2))))
    drawing = ag.draw(y, view="architecture")
    boxes = drawing.view.architecture.boxes
    assert {i for b in boxes for i in b.nodes} >= {n.id for n in drawing.graph if n.primitive}
    assert boxes
    assert drawing.svg.startswith("<svg")


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_a_step_has_the_weights_of_its_layer_and_the_whole_counts_them_once(kind):
    layer = kind(3, 4, rng=0)
    drawing = ag.draw(lambda x: ag.sum(layer(x)[0]), np.ones((3, 2, 3)), view="architecture")
    made = drawing.view.architecture
    steps = [b for b in made.boxes if b.name.startswith("step ")]
    size = sum(p.size for p in layer.parameters())
    assert [b.parameters for b in steps] == [size] * 3
    assert [len(b.weights) for b in steps] == [4] * 3
    assert made.parameters == size
    assert f", {size} parameters" in drawing.text


def test_a_layer_called_between_others_counts_once():
    layer = nn.Linear(4, 4, rng=0)
    run = lambda x: ag.sum(layer(ag.tanh(layer(x))))  # noqa: E731
    drawing = ag.draw(run, np.ones((2, 4)), view="architecture")
    assert [b.parameters for b in drawing.view.architecture.boxes if b.kind == "Linear"] == [20, 20]
    assert drawing.view.architecture.parameters == 20
    assert "20 parameters" in drawing.text.splitlines()[0]
    assert " 20 parameters" in drawing.svg.replace(">", " ")


class Tied(nn.Module):
    """Two layers whose weights are used by the network itself."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=1)

    def forward(self, x):
        return x @ self.a.weight.T @ self.b.weight.T + self.b.bias


def test_weights_with_the_same_last_name_have_numbers_of_their_own():
    network = Tied()
    network.a.weight.data, network.b.weight.data = np.full((2, 2), 3.0), np.full((2, 2), 5.0)
    view = ag.draw(network, np.ones((1, 2)), view="architecture").view
    (box,) = (b for b in view.architecture.boxes if b.weights)
    assert [w.name for w in box.weights] == ["a.weight", "b.weight", "bias"]
    sizes = view.statistics.weights
    assert [sizes[box.id, name].rms for name in ("a.weight", "b.weight")] == [3.0, 5.0]


def test_weights_with_the_same_whole_name_are_counted():
    first, second = (ag.tensor(v, requires_grad=True, name="w") for v in ([3.0], [5.0]))
    with ag.scope("layer", kind="Layer"):
        y = ag.sum((ag.tensor([1.0], name="x") * first + 1.0) * second)
    view = ag.draw(y, view="architecture").view
    (box,) = (b for b in view.architecture.boxes if b.weights)
    assert {w.name: view.statistics.weights[box.id, w.name].rms for w in box.weights} == {
        "w #1": 3.0,
        "w #2": 5.0,
    }


class Scaled(nn.Module):
    """A layer with a number, an option or an index in its code."""

    def __init__(self, scale, stride, first):
        super().__init__()
        self.conv = nn.Conv2d(2, 2, 3, padding=stride, dilation=stride, rng=0)
        self.scale, self.first = scale, np.array(first)

    def forward(self, x):
        return self.conv(x)[:, self.first] * self.scale


@pytest.mark.parametrize(
    ("layers", "stacks"),
    [
        ([(2.0, 1, [0, 1])] * 3, 1),
        ([(2.0, 1, [0, 1]), (3.0, 1, [0, 1]), (4.0, 1, [0, 1])], 0),
        ([(2.0, 1, [0, 1]), (2.0, 2, [0, 1]), (2.0, 3, [0, 1])], 0),
        ([(2.0, 1, [0, 1]), (2.0, 1, [1, 0]), (2.0, 1, [0, 1])], 0),
    ],
)
def test_only_layers_with_equal_numbers_and_options_are_a_stack(layers, stacks):
    model = nn.Sequential(*(Scaled(*options) for options in layers))
    made = ag.draw(model, np.ones((2, 2, 6, 6)), view="architecture").view.architecture
    assert [b.role for b in made.boxes].count("stack") == stacks
