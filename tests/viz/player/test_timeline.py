"""A timeline shows, at every event, exactly what a drawing of that moment shows."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.viz.player.timeline import START, timeline
from autograd.viz.render.marks import Text, flat
from tests.viz.test_fold import graphs


def leaf(value, name="x"):
    return ag.tensor(value, requires_grad=True, name=name)


def neuron():
    w0, x0, w1, x1, w2 = (leaf(v, f"v{i}") for i, v in enumerate((2.0, -1.0, -3.0, -2.0, -3.0)))
    return ag.reciprocal(1.0 + ag.exp(-(w0 * x0 + w1 * x1 + w2)))


def fan_out():
    x = leaf(0.5)
    return ag.sigmoid(x * x) * x + x


def layer():
    x, w, b = leaf([[1.0, -2.0]]), leaf([[1.0, 2.0], [3.0, 4.0]], "w"), leaf([0.5, 0.5], "b")
    return ag.sum(ag.relu(x @ w + b))


def broken():
    x = leaf([0.0, 1.0])
    with np.errstate(all="ignore"):
        return ag.sum(x * ag.log(x))


def traced(make, **options):
    with np.errstate(all="ignore"):
        trace = ag.trace(make())
    return trace, ag.draw(trace, engine="builtin", **options)


def made(drawing):
    return timeline(drawing.subject, drawing.trace, "LR", "builtin")


def shown(line, at):
    """Texts of every group at an event, with their places."""
    return {
        e.group.id: sorted(
            (m.text, round(m.x, 3), round(m.y, 3))
            for m, spans in zip(e.group.marks, e.spans, strict=True)
            if any(a <= at <= b for a, b in spans)
            for m in flat([m])
            if isinstance(m, Text)
        )
        for e in line.elements
    }


def drawn(drawing):
    return {
        g.id: sorted(
            (m.text, round(m.x, 3), round(m.y, 3)) for m in flat([g]) if isinstance(m, Text)
        )
        for g in drawing.sheet.groups
    }


EXAMPLES = [
    (neuron, {}),
    (fan_out, {}),
    (fan_out, {"depth": 0}),
    (layer, {}),
    (layer, {"show": "values"}),
    (broken, {}),
    (neuron, {"around": "v0", "steps": 2}),
]


@pytest.mark.parametrize(("make", "options"), EXAMPLES)
def test_every_moment_is_that_of_a_drawing(make, options):
    trace, drawing = traced(make, **options)
    line = made(drawing)
    for at in range(START, len(trace)):
        assert shown(line, at) == drawn(ag.draw(trace, engine="builtin", at=at, **options)), at


@given(graphs(), st.integers(0, 3))
def test_every_moment_of_any_graph_is_that_of_a_drawing(y, depth):
    trace = ag.trace(y)
    drawing = ag.draw(trace, engine="builtin", depth=depth, budget=None)
    line = made(drawing)
    for at in {START, 0, len(trace) // 2, 3 * len(trace) // 4, len(trace) - 1}:
        now = ag.draw(trace, engine="builtin", depth=depth, budget=None, at=at)
        assert shown(line, at) == drawn(now)


def test_nothing_is_drawn_twice():
    line = made(traced(layer)[1])
    for element in line.elements:
        for mark, spans in zip(element.group.marks, element.spans, strict=True):
            assert spans, mark
            assert all(a <= b for a, b in spans)
            assert all(a[1] < b[0] - 1 for a, b in pairwise(spans))


def test_a_sum_changes_with_every_contribution():
    trace, drawing = traced(lambda: (lambda x: x * 2.0 + x * 3.0 + x * 4.0)(leaf(1.0)))
    line = made(drawing)
    seen = [[t for t, *_ in shown(line, at)["n0"] if t.startswith("Σ")] for at in range(len(trace))]
    totals = [e.value for e in trace if e.kind == "accumulate" and e.node == 0]
    assert [s for i, s in enumerate(seen) if s and s != seen[i - 1]] == [
        [f"Σ {float(t):.2f}"] for t in totals
    ]
