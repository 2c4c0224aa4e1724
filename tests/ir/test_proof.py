"""Every number of a trace follows from what its card says, and a wrong one is named."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.ir import rules
from autograd.ir.proof import EQUAL
from autograd.testing.input_specs import calls
from tests.gallery import variable

REACHABLE = [p for p in ag.primitives() if p.differentiable]


def traced(primitive, call):
    """Return the trace of one call, all of whose float inputs require a gradient."""
    inputs = [
        variable(x, f"x{i}") if np.asarray(x).dtype.kind == "f" else x
        for i, x in enumerate(call.args)
    ]
    with np.errstate(all="ignore"):
        result = primitive.function(*inputs, **call.params)
        if not getattr(result, "requires_grad", False):
            return None
        ct = np.linspace(0.5, 1.5, result.size).reshape(result.shape)
        return ag.trace(result, ct, open=False)


@pytest.mark.parametrize("primitive", REACHABLE, ids=lambda p: p.name)
@given(data=st.data())
def test_each_step_of_every_primitive_is_recomputed(primitive, data):
    trace = traced(primitive, data.draw(calls(primitive)))
    if trace is not None:
        assert str(trace.proof()) == EQUAL


def test_a_whole_network_is_proven():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(4, 3)), variable(rng.normal(size=(3, 5)), "W")
    b = variable(np.zeros(5), "b")
    trace = ag.trace(ag.mean(ag.softmax_cross_entropy(ag.relu(x @ w + b), [0, 1, 4, 2])))
    proof = trace.proof()
    assert (proof.equal, proof.event, proof.count) == (True, None, len(trace))


def test_opened_operations_are_proven_gate_by_gate():
    trace = ag.trace(ag.sum(ag.sigmoid(variable([-2.0, 3.0], "x"))))
    assert any(n.primitive and n.primitive.name == "exp" for n in trace.graph)
    assert trace.proof()


def test_nan_equals_nan():
    x = variable([0.0, 1.0], "x")
    with np.errstate(all="ignore"):
        assert ag.trace(ag.sum(x * ag.log(x))).proof()


def test_float32_is_proven_in_float32():
    x = ag.tensor(np.linspace(0, 1, 50, dtype=np.float32), requires_grad=True)
    assert ag.trace(ag.sum(ag.sin(x) ** 3)).proof()


def test_a_forward_rule_that_draws_at_random_is_named():
    rng = np.random.default_rng(0)

    @ag.primitive(vjps=(lambda ct, out, x: ct,))
    def noisy(x):
        return x + rng.normal()

    proof = ag.trace(noisy(variable(1.0, "x")) * 2.0).proof()
    assert not proof
    assert proof.event == 1
    assert "forward of a by noisy: the value is" in proof.verdict


def test_a_rule_that_looks_at_state_is_named():
    scale = [2.0]

    @ag.primitive(vjps=(lambda ct, out, x: ct * scale[0],))
    def scaled(x):
        return x * 2.0

    trace = ag.trace(scaled(variable(1.0, "x")))
    assert trace.proof()
    scale[0] = 5.0
    proof = trace.proof()
    assert trace.events[proof.event].kind == "vjp"
    assert proof.verdict == (
        "event 4 of 5, vjp of df/dx by scaled: the contribution is 2.000000, recomputed 5.000000"
    )


def test_a_rule_that_needs_arrays_is_run_itself():
    @ag.primitive(vjps=(lambda ct, out, x: ct * float(np.asarray(x, dtype=float)),))
    def half_square(x):
        return x * x / 2

    assert ag.trace(half_square(variable(3.0, "x"))).proof()


def test_a_rule_that_fails_when_it_is_run_again_is_named():
    calls = []

    def once(ct, out, x):
        if calls:
            raise ZeroDivisionError("only once")
        calls.append(1)
        return ct

    trace = ag.trace(ag.primitive(vjps=(once,))(np.positive)(variable([1.0, 2.0], "x")), [1.0, 1.0])
    assert "it cannot be recomputed" in trace.proof().verdict


@pytest.mark.parametrize("kind", ["forward", "vjp", "accumulate"])
def test_a_changed_number_of_any_event_is_found(kind):
    x = variable(3.0, "x")
    trace = ag.trace(ag.exp(x) * x)
    at = [i for i, e in enumerate(trace) if e.kind == kind][-1]
    events = list(trace.events)
    events[at] = replace(events[at], value=events[at].value * (1 + 1e-6))
    assert replace(trace, events=tuple(events)).proof().event in (at, at + 1)


def test_a_changed_local_gradient_is_found():
    x = variable(3.0, "x")
    trace = ag.trace(ag.exp(x))
    at = next(i for i, e in enumerate(trace) if e.kind == "vjp")
    events = list(trace.events)
    events[at] = replace(events[at], local=events[at].local + 1)
    assert "the local gradient" in replace(trace, events=tuple(events)).proof().verdict


def test_a_leaf_that_has_changed_since_is_named():
    x = variable(3.0, "x")
    y = x * x
    x.data = 5.0
    assert "the value is 9.000000, recomputed 25.000000" in ag.trace(y).proof().verdict


def test_calls_that_are_alike_share_a_recorded_rule(monkeypatch):
    y = variable(0.5, "x")
    for _ in range(20):
        y = ag.sin(y) * 1.1 + ag.exp(-y)
    trace = ag.trace(y)
    record, recorded = rules._recorded, []
    monkeypatch.setattr(
        rules, "_recorded", lambda node, *rest: recorded.append(node.gate) or record(node, *rest)
    )
    assert trace.proof()
    assert len(trace.graph) > 100
    assert sorted(recorded) == sorted(["sin", "*1.1", "exp", "*-1", "+", "+"])


@pytest.mark.parametrize("values", [1.0, [1.0, 1e12], [1.0, np.inf]])
def test_a_small_number_that_is_another_is_found(values):
    scale = [1e-15]

    @ag.primitive(vjps=(lambda ct, out, x: ct * scale[0],))
    def scaled(x):
        return x * scale[0]

    trace = ag.trace(ag.sum(scaled(variable(values, "x"))))
    assert trace.proof()
    scale[0] = 3e-15
    assert "forward of a by scaled: the value is" in trace.proof().verdict


def test_a_small_contribution_that_is_another_is_found():
    scale = [1e-15]

    @ag.primitive(vjps=(lambda ct, out, x: ct * scale[0],))
    def scaled(x):
        return x * 1.0

    trace = ag.trace(ag.sum(scaled(variable([1.0, 1e12], "x"))))
    scale[0] = 3e-15
    assert "the contribution" in trace.proof().verdict


def small_network():
    rng = np.random.default_rng(0)
    w, b = variable(rng.normal(size=(3, 2)), "w"), variable(np.zeros(2), "b")
    return ag.trace(ag.sum(ag.tanh(rng.normal(size=(4, 3)) @ w + b) * 1e-8))


NUMBERS = [
    (index, field)
    for index, event in enumerate(small_network())
    for field in ("value", "local", "upstream", "before")
    if getattr(event, field) is not None and (event.kind, field) != ("seed", "value")
]


@pytest.mark.parametrize("part", [1e-3, 1e-12])
@pytest.mark.parametrize(("index", "field"), NUMBERS)
def test_no_number_of_any_event_can_change(index, field, part):
    events = list(small_network())
    events[index] = replace(events[index], **{field: getattr(events[index], field) * (1 + part)})
    changed = replace(small_network(), events=tuple(events))
    found = changed.proof()
    assert found.event is not None or np.all(np.asarray(getattr(events[index], field)) == 0)


@pytest.mark.parametrize("index", range(len(small_network())))
def test_no_event_can_be_missing(index):
    trace = small_network()
    rest = trace.events[:index] + trace.events[index + 1 :]
    assert not replace(trace, events=rest).proof()


def test_no_trace_can_end_early():
    trace = small_network()
    cut_short = (replace(trace, events=trace.events[:n]) for n in range(1, len(trace)))
    assert not any(shorter.proof() for shorter in cut_short)


def test_a_contribution_cannot_go_to_another_node():
    x, y = variable(2.0, "x"), variable(2.0, "y")
    trace = ag.trace(x + y)
    events = [replace(e, node=0) if e.kind == "accumulate" else e for e in trace]
    assert "no contribution to it was made" in replace(trace, events=tuple(events)).proof().verdict


def test_terms_that_cancel_may_be_added_in_another_order():
    x = variable([1e8, 1.0, -1e8, 1e-9], "x")
    trace = ag.trace(ag.sum(x))
    events = list(trace)
    events[1] = replace(events[1], value=events[1].value + 1e-8)
    graph = replace(
        trace.graph, nodes=(trace.graph[0], replace(trace.graph[1], value=events[1].value))
    )
    assert replace(trace, graph=graph, events=tuple(events)).proof()
