"""Opening: an operation is shown as the gates that it replaces, and all numbers stay."""

import numpy as np
import pytest

import autograd as ag
from autograd.ir.opened import OpenedScope, opened
from autograd.ops.logistic import gelu_tanh

GATES = ["*-1", "exp", "+1", "1/x"]


def leaf(x, name="x"):
    return ag.tensor(x, requires_grad=True, name=name)


def gates(graph):
    return [n.gate for n in graph if n.primitive]


def scopes(graph):
    return list(dict.fromkeys(s for n in graph for s in n.scope if isinstance(s, OpenedScope)))


def test_a_trace_has_the_lectures_gates_where_the_graph_has_one_operation():
    y = ag.sigmoid(leaf([-5.0, 5.0]))
    assert gates(ag.graph(y)) == ["sigmoid"]
    assert gates(ag.trace(y, [1.0, 1.0]).graph) == GATES


def test_the_gates_stand_in_a_scope_inside_those_of_the_call():
    with ag.scope("model"):
        y = ag.sigmoid(leaf(1.0))
    graph = ag.trace(y).graph
    assert {tuple(s.name for s in n.scope) for n in graph if n.primitive} == {("model", "sigmoid")}


def test_two_calls_are_two_scopes():
    x = leaf(1.0)
    assert len(scopes(ag.trace(ag.sigmoid(ag.sigmoid(x))).graph)) == 2


@pytest.mark.parametrize("x", [-5.0, -0.3, 0.0, 2.0, 30.0])
@pytest.mark.parametrize("f", [ag.sigmoid, ag.softplus, gelu_tanh])
def test_what_is_around_keeps_its_numbers_to_the_bit(f, x):
    w = leaf(x, "w")
    before = w * 1.5
    y = f(before)
    after = ag.sin(y) * 3.0
    graph = ag.trace(after).graph
    for t in (w, before, y, after):
        assert t in graph
        assert graph[graph.id_of(t)].value is t.data or graph[graph.id_of(t)].value == t.data


@pytest.mark.parametrize("x", [-5.0, -0.3, 0.0, 2.0, 30.0])
@pytest.mark.parametrize("f", [ag.sigmoid, ag.softplus, gelu_tanh])
def test_the_chain_of_the_gates_is_the_gradient(f, x):
    w = leaf(x, "w")
    y = ag.exp(f(w * 0.5)) * w
    trace = ag.trace(y)
    y.backward()
    assert trace.gradient(trace.graph.id_of(w)) == pytest.approx(w.grad, rel=1e-9)


def test_leaves_are_those_of_the_user():
    x, y = leaf(1.0), leaf(2.0, "y")
    graph = ag.trace(ag.sigmoid(x) * y).graph
    (new, output) = opened(ag.graph(ag.sigmoid(x) * y))
    assert [graph.id_of(t) for t in (x, y)] == [new.id_of(t) for t in (x, y)]
    assert x.primitive is None
    assert output in new


def test_recording_goes_on_as_before():
    x = leaf(1.0)
    y = ag.sigmoid(x)
    ag.trace(y)
    assert y.primitive is ag.sigmoid.primitive
    assert y.inputs == (x,)
    with ag.no_grad():
        assert gates(ag.trace(y).graph) == GATES


def test_names_and_lines_are_kept():
    with ag.debug():
        y = ag.sigmoid(leaf(1.0))
        z = y * 2.0
    y.name, z.name = "p", "z"
    graph = ag.trace(z).graph
    assert [n.name for n in graph if n.name] == ["x", "p", "z"]
    places = {n.place.text for n in graph if n.primitive and n.gate != "*2"}
    assert places == {y.place.text}
    assert graph[graph.id_of(z)].place == z.place


@pytest.mark.parametrize("x", [-1000.0, -400.0])
def test_where_the_gates_have_another_value_or_slope_the_operation_stays_one_gate(x):
    y = ag.sigmoid(leaf(x))
    assert gates(ag.trace(y).graph) == ["sigmoid"]
    assert gates(ag.trace(y, open="sigmoid").graph) == ["sigmoid"]


def test_a_wrong_composition_is_not_shown():
    @ag.primitive(
        vjps=(lambda ct, out, x: ct * 3.0,),
        spec=ag.Spec(composition=lambda x: x * 2.0 + x * 1.5),
    )
    def triple(x):
        return x * 3.0

    @ag.primitive(
        vjps=(lambda ct, out, x: ct * 2.0,), spec=ag.Spec(composition=lambda x: x * 2.0 + x)
    )
    def badly(x):
        return x * 3.0

    for f in (triple, badly):
        assert gates(ag.trace(f(leaf(1.0)), open=f).graph) == [f.__name__]


def test_options():
    x = leaf(0.5)
    y = ag.sigmoid(x) * ag.tanh(x)
    assert gates(ag.trace(y, open=False).graph) == ["sigmoid", "tanh", "*"]
    assert "tanh" in gates(ag.trace(y).graph)
    for open in (True, "tanh", ag.tanh, ag.tanh.primitive, ["tanh"], (ag.tanh, "sigmoid")):
        found = gates(ag.trace(y, open=open).graph)
        assert "tanh" not in found
        assert "sigmoid" not in found


@pytest.mark.parametrize("open", ["softmx", "exp", ag.cos, 3, ["tanh", "cos"], [3]])
def test_what_is_not_there_or_has_no_composition_is_refused(open):
    y = ag.tanh(ag.exp(leaf(0.5)))
    with pytest.raises(ag.DrawingError, match=r"^trace: open=.*(there are tanh|not the name)"):
        ag.trace(y, open=open)
    with pytest.raises(ag.DrawingError, match=r"^draw: open="):
        ag.draw(y, open=open)


def test_a_mistyped_name_is_corrected():
    with pytest.raises(ag.DrawingError, match="did you mean tanh"):
        ag.trace(ag.tanh(leaf(0.5)), open="tahn")


def cross_entropy():
    return ag.sum(ag.softmax_cross_entropy(leaf([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0]]), [1, 0]))


def pooling(pool):
    return lambda: ag.sum(pool(leaf(np.arange(25.0).reshape(1, 1, 5, 5)), 2) * 0.5)


OTHERS = {
    "softmax_cross_entropy": cross_entropy,
    "max_pool": pooling(ag.max_pool),
    "sum_pool": pooling(ag.sum_pool),
    "softplus": lambda: ag.softplus(leaf(0.5)),
    "gelu_tanh": lambda: ag.gelu(leaf(0.5), "tanh"),
    "tanh": lambda: ag.tanh(leaf(0.5)),
    "expm1": lambda: ag.expm1(leaf(0.5)),
    "log1p": lambda: ag.log1p(leaf(0.5)),
    "logaddexp": lambda: ag.logaddexp(leaf(0.5), leaf(1.5, "y")),
}


@pytest.mark.parametrize("name", OTHERS)
def test_every_operation_that_names_a_composition_opens_and_says_the_equality(name):
    y = OTHERS[name]()
    trace = ag.trace(y, open=name)
    (scope,) = scopes(trace.graph)
    assert name not in [n.primitive.name for n in trace.graph if n.primitive]
    assert scope.equality.endswith(("the same", "the same up to rounding"))
    whole = ag.trace(y, open=False)
    for n in whole.graph:
        if n.primitive is None and n.requires_grad:
            np.testing.assert_allclose(
                trace.gradient(trace.graph.id_of(leaf_of(trace, n))), whole.gradient(n.id)
            )


def leaf_of(trace, node):
    """Return the leaf of a trace that has a node's name."""
    (id,) = (n.id for n in trace.graph if n.name == node.name)
    (t,) = (t for t in trace.graph._ids if trace.graph._ids[t] == id)
    return t


def test_a_drawing_writes_the_equality_if_an_operation_was_asked_for():
    y = cross_entropy()
    x = leaf(1.0)
    (note,) = ag.draw(ag.softmax_cross_entropy(leaf([1.0, 2.0]), 0), open=True).scene.notes
    assert note.startswith("softmax CE in one step: 1.313262; by these gates: 1.313262, the same")
    assert any("softmax CE" in n for n in ag.draw(y, open=True).scene.notes)
    drawing = ag.draw(ag.sigmoid(x))
    assert not drawing.scene.notes
    assert "<title>sigmoid in one step: 0.731059; by these gates: 0.731059" in drawing.svg


def test_a_graph_and_a_trace_are_drawn_as_they_are():
    y = ag.sigmoid(leaf(1.0))
    assert repr(ag.draw(ag.graph(y))) == "Drawing of 2 boxes and 2 wires"
    assert repr(ag.draw(ag.graph(y), open="sigmoid")) == repr(ag.draw(y))
    assert repr(ag.draw(ag.trace(y, open=False))) == "Drawing of 2 boxes and 2 wires"
    with pytest.raises(ag.DrawingError, match=r"ag\.trace\(y, open"):
        ag.draw(ag.trace(y), open="sigmoid")


@pytest.mark.parametrize("backward", [False, True])
def test_a_tensor_after_an_opened_one_can_be_pointed_at(backward):
    y = ag.sigmoid(leaf(1.0))
    z = ag.sin(y) * 2.0
    for option in ("around", "path"):
        for t in (y, z):
            assert "sin" in ag.draw(z, backward=backward, **{option: t}).svg


def test_a_leaf_that_was_replaced_afterwards_is_shown_with_the_numbers_of_then():
    w = leaf(1.0, "w")
    y = ag.sigmoid(w)
    w.data = 5.0
    graph = ag.trace(y).graph
    assert [n.value for n in graph if n.gate == "*-1"] == [-1.0]
    assert graph[graph.outputs[0]].value == y.data
    assert "Out of date: w" in ag.draw(y).scene.notes[0]


def test_a_checkpoint_after_it_runs_on_the_same_numbers():
    x = leaf(-0.7)
    y = ag.checkpoint(lambda s: ag.exp(ag.sin(s)))(ag.sigmoid(x))
    trace = ag.trace(y)
    assert trace.gradient(trace.graph.id_of(x)) == pytest.approx(ag.gradients(y, x), rel=1e-12)


def test_arrays_of_float16_open_in_float32_as_composed_functions_do():
    y = ag.sum(ag.sigmoid(leaf(np.float16([1.0, -2.0]))))
    assert gates(ag.trace(y).graph) == ["astype", *GATES, "astype", "sum"]


def test_a_second_derivative_is_drawn_with_gates():
    x = leaf(1.0)
    slope = ag.gradients(ag.sigmoid(x), x, create_graph=True)
    assert gates(ag.trace(slope).graph).count("1/x") == 2


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (ag.tanh, 1.0),
        (ag.sigmoid, 1.0),
        (ag.softplus, 1.0),
        (lambda z: ag.mean(ag.softmax_cross_entropy(z, [0, 1])), np.eye(2, 3)),
        (lambda z: ag.sum(ag.max_pool(z, 2) ** 2), np.arange(16.0).reshape(1, 1, 4, 4)),
    ],
)
def test_the_operations_of_a_captured_gradient_open_too(f, x):
    program = ag.capture(ag.grad(f), x)
    graph, output = opened(program, True)
    assert scopes(graph)
    assert not {n.primitive for n in graph if n.primitive and n.primitive.spec.composition}
    np.testing.assert_array_equal(graph[graph.outputs[0]].value, ag.grad(f)(x))
    assert graph.id_of(output) == graph.outputs[0]
    assert all(used < node.id for node in graph for used in node.inputs)
