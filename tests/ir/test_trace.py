"""Traces: the events of a forward and a backward pass."""

import numpy as np
import pytest

import autograd as ag


def neuron():
    w, x, b = (
        ag.tensor(v, requires_grad=True, name=n) for v, n in ((2.0, "w"), (-1.0, "x"), (0.5, "b"))
    )
    return w, x, b, ag.tanh(w * x + b)


def test_forward_events_come_first_and_in_graph_order():
    *_, y = neuron()
    tr = ag.trace(y)
    forward = [e for e in tr if e.kind == "forward"]
    assert [e.node for e in forward] == [n.id for n in tr.graph]
    assert tr.events[: len(forward)] == tuple(forward)


def test_the_seed_follows_and_is_one():
    *_, y = neuron()
    tr = ag.trace(y)
    seed = tr.events[len(tr.graph)]
    assert (seed.kind, seed.node, float(seed.value)) == ("seed", tr.graph.outputs[0], 1.0)


def test_a_vjp_is_local_times_upstream():
    *_, y = neuron()
    for e in ag.trace(y):
        if e.kind == "vjp":
            assert e.value == pytest.approx(e.local * e.upstream, rel=1e-15)


def test_every_vjp_is_followed_by_its_accumulate():
    *_, y = neuron()
    backward = [e for e in ag.trace(y) if e.kind in ("vjp", "accumulate")]
    for vjp, total in zip(backward[::2], backward[1::2], strict=True):
        assert (vjp.kind, total.kind, vjp.input) == ("vjp", "accumulate", total.node)


def test_the_running_sum_is_shown():
    x = ag.tensor(3.0, requires_grad=True)
    sums = [
        (e.before, e.value) for e in ag.trace(x * x + x) if e.kind == "accumulate" and e.node == 0
    ]
    before, after = zip(*sums, strict=True)
    assert before[0] is None
    assert before[1:] == after[:-1]
    assert after[-1] == 7.0


def test_the_last_totals_are_the_gradients():
    w, x, b, y = neuron()
    tr = ag.trace(y)
    y.backward()
    for t in (w, x, b):
        assert tr.gradient(tr.graph.id_of(t)) == t.grad
    assert tr.gradient(tr.graph.outputs[0]) == 1.0


def test_a_node_without_gradient_has_none():
    x, c = ag.tensor(2.0, requires_grad=True), ag.tensor(3.0)
    tr = ag.trace(x * c)
    assert tr.gradient(tr.graph.id_of(c)) is None


def test_tracing_leaves_grad_alone():
    w, *_, y = neuron()
    ag.trace(y)
    assert w.grad is None


def test_elementwise_operations_show_an_elementwise_local_gradient():
    x = ag.tensor([0.5, 1.0], requires_grad=True)
    local = next(e.local for e in ag.trace(ag.exp(x), np.ones(2)) if e.kind == "vjp")
    np.testing.assert_allclose(local, np.exp([0.5, 1.0]))


def test_a_broadcast_input_shows_the_local_gradient_before_summing():
    x, b = ag.tensor([1.0, 2.0], requires_grad=True), ag.tensor(3.0, requires_grad=True)
    events = [e for e in ag.trace(x * b, np.ones(2)) if e.kind == "vjp"]
    assert events[1].local.tolist() == [1.0, 2.0]
    assert events[1].value == 3.0


def test_a_scalar_of_any_operation_has_a_local_gradient():
    x = ag.tensor([4.0], requires_grad=True)
    assert next(e.local for e in ag.trace(ag.sum(x)) if e.kind == "vjp").tolist() == [1.0]


def test_larger_operations_show_no_local_gradient():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    assert all(e.local is None for e in ag.trace(ag.sum(x)) if e.kind == "vjp")


def test_joint_rules_show_no_local_gradient():
    x = ag.tensor([1.0], requires_grad=True)
    assert all(e.local is None for e in ag.trace(ag.concatenate([x])) if e.kind == "vjp")


def test_an_input_without_rule_gets_no_event():
    c, x = ag.tensor(1.0, requires_grad=True), ag.tensor(2.0, requires_grad=True)
    tr = ag.trace(ag.where(c, x, 0.0))
    assert {e.input for e in tr if e.kind == "vjp"} == {tr.graph.id_of(x)}


def test_a_trace_has_a_length():
    *_, y = neuron()
    assert len(ag.trace(y)) == len(ag.trace(y).events) == 6 + 1 + 2 * 5


@pytest.mark.parametrize("bad", [lambda: ag.trace(ag.tensor(1.0)), lambda: ag.trace(1.0)])
def test_a_trace_without_gradient_is_refused(bad):
    with pytest.raises(ag.GradientError, match="trace"):
        bad()


def test_an_infinity_is_within_no_tolerance_of_a_number():
    runs = [ag.trace(ag.tensor(x, requires_grad=True) * 1.0) for x in (np.inf, 1.0)]
    assert "inf here, 1 there" in str(runs[0].diff(runs[1], rtol=0.5))
