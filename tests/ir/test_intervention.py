"""A trace with other numbers is that of the code run on them; a cut wire carries nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from tests.gallery import variable


def run(x, w):
    x, w = variable(x, "x"), variable(w, "w")
    return ag.trace(ag.sum(ag.tanh(x * w) ** 2 + ag.leaky_relu(x - w)))


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=2), st.floats(-3, 3))
def test_other_values_give_the_trace_of_the_code_run_on_them(x, w):
    assert run([0.5, -1.0], 2.0).with_(x=x, w=w).diff(run(x, w)) is None


def test_only_the_named_leaf_changes():
    after = run([0.5, -1.0], 2.0).with_(w=1.0)
    assert after.diff(run([0.5, -1.0], 1.0)) is None


def test_the_first_difference_is_the_leaf():
    trace = run([0.5, -1.0], 2.0)
    assert str(trace.with_(w=3.0).diff(trace)) == "event 2: forward of w is 3 here, 2 there"


def test_the_recorded_trace_and_its_tensors_stay_as_they_were():
    trace = run([0.5, -1.0], 2.0)
    trace.with_(w=3.0, cut="x -> a")
    assert trace.diff(run([0.5, -1.0], 2.0)) is None


def test_names_with_dots_come_in_a_mapping():
    model = nn.Sequential(nn.Linear(3, 2, rng=0), nn.Tanh(), nn.Linear(2, 1, rng=1))
    weight = dict(model.named_parameters())["0.weight"]
    other = np.full(weight.shape, 0.25)

    def loss():
        return ag.trace(ag.sum(model(np.ones((4, 3))) ** 2))

    after = loss().with_({"0.weight": other})
    weight.data = other
    assert after.diff(loss()) is None


def test_opened_gates_follow():
    def f(x):
        return ag.trace(ag.sigmoid(variable(x, "x")) * 2.0)

    assert f(0.5).with_(x=-1.0).diff(f(-1.0), rtol=1e-15) is None


def test_float32_stays_float32():
    x = ag.tensor(np.float32([1, 2]), requires_grad=True, name="x")
    after = ag.trace(ag.sum(x * x)).with_(x=[0.1, 0.2])
    assert {np.asarray(e.value).dtype for e in after} == {np.dtype(np.float32)}


def test_another_trace_has_the_same_nodes_and_events():
    trace = run([0.5, -1.0], 2.0)
    after = trace.with_(w=3.0, cut="x -> a")
    assert [(e.kind, e.node, e.input) for e in after] == [(e.kind, e.node, e.input) for e in trace]


def test_its_numbers_are_proven():
    trace = run([0.5, -1.0], 2.0)
    assert trace.with_(x=[1.0, 2.0], cut=["x -> a"]).proof()


def test_through_a_cut_wire_zero_arrives_and_zero_flows_back():
    x, y = variable(2.0, "x"), variable(5.0, "y")
    trace = ag.trace(x * y)
    after = trace.with_(cut="x -> f")
    (by_x, by_y) = (e for e in after if e.kind == "vjp")
    assert after.graph[2].value == 0.0
    assert (by_x.local, by_x.upstream, by_x.value) == (0.0, 1.0, 0.0)
    assert (by_y.local, by_y.value) == (0.0, 0.0)


def test_cutting_a_branch_of_a_sum_leaves_the_other():
    x, y = variable(2.0, "x"), variable(5.0, "y")
    trace = ag.trace(x * y + ag.exp(x))
    assert [n.gate for n in trace.graph] == ["", "", "*", "exp", "+"]
    after = trace.with_(cut="b -> f")
    assert after.graph[4].value == 10.0
    assert (after.gradient(0), after.gradient(1)) == (5.0, 2.0)
    assert after.gradient(3) == 0.0


def test_a_value_that_is_used_twice_is_cut_at_both_uses():
    x = variable(3.0, "x")
    after = ag.trace(x * x + x).with_(cut="x -> a")
    assert (after.graph[1].value, after.gradient(0)) == (0.0, 1.0)


def test_cuts_add_up():
    x = variable(3.0, "x")
    after = ag.trace(x * x + x).with_(cut="x -> a").with_(cut="x -> f")
    assert (after.graph[2].value, after.gradient(0)) == (0.0, 0.0)


def test_a_changed_trace_can_be_drawn_and_stepped():
    after = run([0.5, -1.0], 2.0).with_(w=3.0)
    assert "w     leaf" in ag.draw(after).text
    assert after.debugger().step().value.shape == (2,)


def test_a_drawing_says_which_wires_are_cut():
    after = run([0.5, -1.0], 2.0).with_(cut="x -> a")
    note = "a; zeros arrive there, and no gradient flows back."
    assert note in ag.draw(after).svg


def trace():
    x, w = variable([1.0, 2.0], "x"), variable(2.0, "weight")
    return ag.trace(ag.sum(x * w))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"wieght": 1.0}, "no value is called 'wieght'; did you mean weight?"),
        ({"q": 1.0}, "no value is called 'q'; there are x, weight"),
        ({"a": 1.0}, r"a is computed, as x \* weight; give values for leaves, x, weight, or cut"),
        ({"x": 1.0}, r"x has shape \(2,\), and not \(\); give it a value of its shape"),
        ({"cut": "x"}, "cut='x' is not a wire; write it as \"a -> f\""),
        ({"cut": 3}, 'cut=3 is not a wire; write it as "a -> f"'),
        ({"cut": "x -> f"}, "there is no wire x -> f; from x there are x -> a"),
        ({"cut": "z -> f"}, "no value is called 'z'"),
    ],
)
def test_a_wrong_call_says_what_to_write(arguments, message):
    with pytest.raises(ag.GradientError, match=f"^with_: {message}"):
        trace().with_(**arguments)


@pytest.mark.parametrize(
    ("dtype", "new", "what"),
    [
        ("int64", [0, 1.5], "1.5"),
        ("int64", np.array([np.nan, 1]), "nan"),
        ("int8", np.array([300, 1]), "300"),
        ("bool", [0.5, 1], "0.5"),
        ("float32", [1.0, 1e60], "1e[+]60"),
        ("float16", [1.0, 70000.0], "70000.0"),
    ],
)
def test_a_number_that_a_leaf_cannot_hold_is_refused(dtype, new, what):
    x, k = variable(2.0, "x"), ag.tensor(np.ones(2, dtype), name="k")
    trace = ag.trace(ag.sum(x * k))
    message = f"^with_: k is of dtype {dtype}, which cannot hold {what}; give it numbers of"
    with pytest.raises(ag.GradientError, match=message):
        trace.with_(k=new)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_rounding_to_the_dtype_of_a_leaf_is_allowed(dtype):
    x = ag.tensor(np.ones(5, dtype), requires_grad=True, name="x")
    new = [0.1, 1e-3, np.inf, np.nan, 1e-60]
    np.testing.assert_equal(ag.trace(ag.sum(x)).with_(x=new).graph[0].value, np.array(new, dtype))


def test_whole_numbers_fit_whole_numbers():
    x, k = variable(2.0, "x"), ag.tensor([0, 1], name="k")
    assert ag.trace(ag.sum(x * k)).with_(k=[2.0, 3.0]).events[-1].value == 5.0


@pytest.mark.parametrize("values", [[1, 2], 3.0, "x", {"x"}, np.ones(2)])
def test_values_that_are_no_mapping_are_refused(values):
    with pytest.raises(ag.GradientError, match=r"^with_: .* is not a mapping; write x=\.\.\., or"):
        trace().with_(values)


@pytest.mark.parametrize("name", ["a -> b", "->", "a->b->c", "x -> f -> x"])
def test_a_name_with_an_arrow_can_be_cut(name):
    w, x = variable(3.0, name), variable(2.0, "x")
    after = ag.trace(w * x + w).with_(cut=f"{name} -> f")
    assert after.graph[after.graph.outputs[0]].value == 6.0


def test_a_wire_of_several_arrows_that_do_not_exist_is_no_wire():
    with pytest.raises(ag.GradientError, match="is not a wire"):
        trace().with_(cut="x -> b -> q")


def chosen_by_a_mask(x):
    x = variable(x, "x")
    return ag.trace(ag.sum(ag.where(x > 0, 3.0 * x, 5.0 * x)))


def chosen_by_an_index(x):
    x = variable(x, "x")
    return ag.trace(ag.sum(x[np.argsort(x.data)] * [1.0, 10.0]))


@pytest.mark.parametrize("chosen", [chosen_by_a_mask, chosen_by_an_index])
def test_a_drawing_says_that_choices_are_kept(chosen):
    recorded = chosen([1.0, -2.0])
    after = recorded.with_(x=[-1.0, 2.0])
    assert after.diff(chosen([-1.0, 2.0])) is not None
    assert "stays as recorded" in ag.draw(after).svg
    assert "stays as recorded" in ag.draw(recorded.with_(x=[2.0, 2.0]).with_(x=[1.0, -2.0])).svg
    assert "stays as recorded" not in ag.draw(recorded).svg


def test_a_drawing_says_that_choices_behind_a_cut_are_kept():
    after = chosen_by_a_mask([1.0, -2.0]).with_(cut="x -> b")
    assert "stays as recorded" in ag.draw(after).svg


def test_a_drawing_of_other_values_without_choices_has_no_note():
    assert "stays as recorded" not in ag.draw(run([0.5, -1.0], 2.0).with_(x=[-1.0, 2.0])).svg
