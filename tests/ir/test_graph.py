"""Graph snapshots."""

import numpy as np
import pytest

import autograd as ag


def example():
    x = ag.tensor(2.0, requires_grad=True, name="x")
    w = ag.tensor(3.0, name="w")
    y = x * w
    return x, w, y, y * y + 1.0


def test_every_node_comes_after_its_inputs():
    graph = ag.graph(example()[-1])
    assert all(i < node.id for node in graph for i in node.inputs)
    assert [n.id for n in graph] == list(range(len(graph)))


def test_a_graph_holds_values_names_and_labels():
    graph = ag.graph(example()[-1])
    assert [(n.label, float(n.value)) for n in graph] == [
        ("x", 2.0),
        ("w", 3.0),
        ("*", 6.0),
        ("*", 36.0),
        ("1", 1.0),
        ("+1", 37.0),
    ]


def test_an_input_used_twice_has_two_edges():
    _, _, y, z = example()
    graph = ag.graph(z)
    product = graph.id_of(y)
    assert graph[product + 1].inputs == (product, product)
    assert graph.consumers(product) == ((product + 1, 0), (product + 1, 1))


def test_constants_are_nodes_without_gradient():
    graph = ag.graph(example()[-1])
    assert [(n.constant, n.requires_grad) for n in graph if n.label in ("1", "w", "x")] == [
        (False, True),
        (False, False),
        (True, False),
    ]


def test_shared_nodes_appear_once():
    x = ag.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(60):
        y = y + y
    assert len(ag.graph(y)) == 61


def test_ids_are_the_same_in_every_run():
    def ids():
        return [(n.id, n.label, n.inputs) for n in ag.graph(example()[-1])]

    assert ids() == ids()


def test_a_graph_of_several_outputs():
    x = ag.tensor(2.0, requires_grad=True)
    y, z = x * x, -x
    graph = ag.graph(y, z, y)
    assert [graph[i].label for i in graph.outputs] == ["*", "*-1", "*"]


def test_a_graph_may_be_deeper_than_the_recursion_limit():
    y = ag.tensor(1.0, requires_grad=True)
    for _ in range(20_000):
        y = y * 1.0
    assert len(ag.graph(y)) == 40_001


def test_a_tensor_from_elsewhere_is_refused():
    with pytest.raises(ag.GradientError, match="not part of the graph"):
        ag.graph(example()[-1]).id_of(ag.tensor(1.0))


@pytest.mark.parametrize("outputs", [(), (1.0,), (np.ones(2),)])
def test_a_graph_of_no_tensor_is_refused(outputs):
    with pytest.raises(ag.GradientError, match="one or more tensors"):
        ag.graph(*outputs)


@pytest.mark.parametrize(
    ("f", "label"),
    [
        (lambda x: x * -1, "*-1"),
        (lambda x: 2.5 * x, "*2.5"),
        (lambda x: x + 1, "+1"),
        (lambda x: 1 + x, "+1"),
        (lambda x: 2 - x, "2-x"),
        (lambda x: x - 2, "-2"),
        (lambda x: x**2, "^2"),
        (lambda x: 1 / x, "1/x"),
        (lambda x: 3 / x, "3/x"),
        (lambda x: -x, "*-1"),
        (lambda x: x * np.ones(2), "*"),
        (lambda x: ag.relu(x), "max 0"),
        (lambda x: ag.minimum(2.5, x), "min 2.5"),
        (lambda x: ag.heaviside(x, 0.5), "step"),
        (lambda x: ag.reshape(x, (1,)), "reshape"),
    ],
)
def test_gates_are_labelled_as_in_the_lecture(f, label):
    x = ag.tensor(4.0, requires_grad=True)
    assert ag.graph(f(x)).nodes[-1].label == label


@pytest.mark.parametrize(
    ("index", "gate"),
    [
        (2, "x[2]"),
        ((-1, slice(2, None)), "x[-1, 2:]"),
        ((slice(None), slice(None, None, 2)), "x[:, ::2]"),
        ((..., None), "x[..., None]"),
        ([0, 1], "x[i]"),
        ((slice(0, 3), slice(1, 5), None), "x[i]"),
    ],
)
def test_a_short_index_stands_in_its_gate(index, gate):
    x = ag.tensor(np.ones((4, 6)), requires_grad=True)
    assert ag.graph(x[index]).nodes[-1].gate == gate


def test_an_array_constant_is_labelled_by_its_shape():
    x = ag.tensor(4.0, requires_grad=True)
    assert "(2, 3)" in [n.label for n in ag.graph(x * np.ones((2, 3)))]


def test_a_graph_prints_one_line_per_node():
    text = str(ag.graph(example()[-1]))
    assert text.splitlines()[0] == "Graph of 6 nodes:"
    assert text.splitlines()[3].split() == ["2", "*", "6", "(0,", "1)"]
    assert "shape (2,)" in str(ag.graph(ag.tensor([1.0, 2.0])))


def test_scopes_are_listed_from_the_outside_in():
    x = ag.tensor(1.0, requires_grad=True)
    with ag.scope("model"):
        y = ag.silu(x)
    assert [s.name for s in ag.graph(y).nodes[-1].scope] == ["model", "silu"]


def test_the_snapshot_cannot_be_changed():
    graph = ag.graph(example()[-1])
    with pytest.raises(AttributeError):
        graph.nodes = ()
    with pytest.raises(AttributeError):
        graph[0].label = "other"


def test_a_backward_graph_is_a_graph():
    x = ag.tensor(2.0, requires_grad=True, name="x")
    g = ag.gradients(ag.exp(x * x), x, create_graph=True)
    symbols = [n.primitive.symbol for n in ag.graph(g) if n.primitive]
    assert symbols.count("*") == 4
    assert symbols.count("+") == 1


def test_a_graph_knows_which_tensors_it_contains():
    x = ag.tensor(2.0, requires_grad=True)
    y = x * x
    assert x in ag.graph(y)
    assert y not in ag.graph(x)


def test_a_node_is_shown_by_its_number_and_label():
    x = ag.tensor(2.0, requires_grad=True, name="x")
    assert repr(next(iter(ag.graph(x * x)))) == "Node(0, 'x', inputs=())"
