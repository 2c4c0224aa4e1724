"""A replay gives what the code would give, and computes no more than it must."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.ir.replay import Replay


def leaf(value, name=None):
    return ag.tensor(value, requires_grad=True, name=name)


def test_a_replay_with_nothing_changed_gives_the_recorded_values():
    x, y = leaf(0.3), leaf([1.0, 2.0])
    graph = ag.graph(ag.sum(ag.softmax(y * x)) + ag.sigmoid(x))
    again = Replay(graph)({})
    assert all(np.array_equal(a, n.value) for a, n in zip(again, graph, strict=True))


@given(st.floats(-3, 3), st.floats(-3, 3))
def test_a_replay_gives_what_the_function_gives_there(before, after):
    def f(x):
        return ag.exp(ag.sin(x) * 2.0) - x / (1.0 + x * x)

    graph = ag.graph(f(leaf(before)))
    assert Replay(graph)({0: after})[-1] == f(after)


def test_only_what_depends_on_the_changed_leaf_is_computed_again():
    calls = []

    def counted(x):
        calls.append(float(x))
        return x * 2.0

    double = ag.primitive(vjps=(lambda ct, out, x: 2.0 * ct,))(counted)
    x, y = leaf(1.0), leaf(5.0)
    graph = ag.graph(double(x) + double(y))
    calls.clear()
    Replay(graph)({graph.id_of(x): 7.0})
    assert calls == [7.0]


def test_a_float32_graph_stays_float32():
    x = leaf(np.float32(1.5))
    values = Replay(ag.graph(x * 2.0 + 1.0))({0: 2.5})
    assert values[-1].dtype == np.float32
    assert values[-1] == 6.0


@pytest.mark.parametrize("f", [ag.leaky_relu, ag.elu, ag.relu, ag.softplus, ag.sigmoid])
@pytest.mark.parametrize(("before", "after"), [(-0.5, 2.0), (2.0, -0.5), (0.0, 1.0), (1.0, 0.0)])
def test_an_activation_takes_the_side_of_the_new_value(f, before, after):
    graph = ag.graph(f(leaf(before)))
    assert Replay(graph)({0: after})[-1] == pytest.approx(f(after), rel=1e-15)


def test_an_activation_chooses_sides_element_by_element():
    graph = ag.graph(ag.leaky_relu(leaf([-1.0, 1.0, 2.0]) * 1.0))
    replayed = Replay(graph)({0: [1.0, -1.0, 3.0]})[-1]
    assert np.array_equal(replayed, [1.0, -0.01, 3.0])


@pytest.mark.parametrize("f", [ag.sigmoid, ag.softplus, ag.gelu])
@pytest.mark.parametrize("far", [-1000.0, -40.0, 40.0, 1000.0])
def test_an_activation_has_all_digits_where_its_exponential_overflows(f, far):
    graph = ag.graph(f(leaf(0.0)))
    assert Replay(graph)({0: far})[-1] == f(np.float64(far))


def test_a_constant_and_several_leaves_can_be_changed_at_once():
    x, y = leaf(2.0), leaf(3.0)
    graph = ag.graph(x * y + 1.0)
    constant = next(n.id for n in graph if n.constant)
    changes = {graph.id_of(x): 4.0, graph.id_of(y): 5.0, constant: 10.0}
    assert Replay(graph)(changes)[-1] == 30.0


def test_a_replay_of_twenty_thousand_nodes_does_not_recurse():
    y = x = leaf(1.0)
    for _ in range(20_000):
        y = y + 0.001
    assert Replay(ag.graph(y))({0: 2.0})[-1] == pytest.approx(22.0)
    assert x.grad is None


def singular():
    x = leaf([[1.0, 0.0], [0.0, 1.0]])
    return Replay(ag.graph(ag.sum(ag.linalg.inv(x)))), np.zeros((2, 2))


def forgotten():
    return Replay(ag.graph(ag.checkpoint(lambda x: ag.exp(x) * x)(leaf(1.0)))), 2.0


def product():
    return Replay(ag.graph(ag.sum(leaf([1.0, 2.0]) * 3.0))), [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (singular, "singular"),
        (forgotten, "checkpoint forgets"),
        (product, r"has shape \(2,\), and not \(3,\)"),
    ],
)
def test_what_cannot_be_replayed_is_refused_in_one_line(made, words):
    replay, value = made()
    with pytest.raises(ag.GradientError, match=words) as error:
        replay({0: value})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("id", [1, 9, -1, True, "x", None])
def test_only_leaves_can_be_changed(id):
    x = leaf(2.0)
    with pytest.raises(ag.GradientError, match="replay: "):
        Replay(ag.graph(x * x))({id: 3.0})
