"""Both passes computed in the page from other numbers are those of the engine."""

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.viz.player import html_page, program
from tests.browser.test_kernels import DRAWN, PRIMITIVES, WORDS, examples
from tests.gallery import variable

RERUN = """
(cases) => cases.map(({ payload, changes, cut }) => {
  const { data } = makeScore(payload);
  const rerun = makeRerun(data);
  if (rerun.missing) return rerun.missing;
  const leaves = new Map(changes.map(([node, numbers]) => [node, rerun.leaf(node, numbers)]));
  const { values, events } = rerun.run(leaves, new Set(cut));
  const told = (x) => ({ shape: x.shape, data: [...x.data].map(String) });
  return { values: values.map(told), events: events.map((event) =>
    Object.fromEntries(Object.entries(event).map(([key, x]) => [key, told(x)]))) };
})
"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


def rerun(page, cases):
    """Compute many changed traces in one call."""
    return page.evaluate(f"(cases) => {{ {html_page.script()}; return ({RERUN})(cases); }}", cases)


def case(trace, values, cut=()):
    ids = {node.name: node.id for node in trace.graph if node.name}
    changes = [(ids[name], texts(value)) for name, value in values.items()]
    return {"payload": ag.draw(trace).player().payload, "changes": changes, "cut": list(cut)}


def texts(value):
    return [WORDS.get(t, t) for t in map(repr, np.asarray(value, float).ravel().tolist())]


def differences(trace, got):
    """Yield what the page computed otherwise than the engine."""
    for node, value in zip(trace.graph, got["values"], strict=True):
        if not same(value, node.value):
            yield f"node {node.id}, {node.label}", value, node.value
    for at, (event, made) in enumerate(zip(trace, got["events"], strict=True)):
        for key in ("value", "local", "upstream", "before"):
            expected = getattr(event, key)
            if (expected is None) != (key not in made) or not same(made.get(key), expected):
                yield f"{key} of event {at}, {event}", made.get(key), expected


def same(made, expected):
    if expected is None:
        return made is None
    expected = np.asarray(expected)
    got = np.array([float(x) for x in made["data"]]).reshape(made["shape"])
    rtol = 1e-4 if expected.dtype == np.float32 else 1e-9
    scale = np.max(np.abs(expected), initial=1.0, where=np.isfinite(expected.astype(float)))
    return got.shape == expected.shape and np.allclose(
        got, expected, rtol=rtol, atol=rtol * scale, equal_nan=True
    )


def moved(trace):
    """Return other values for all leaves of floats, inside the domain of most operations."""
    return {
        n.name: np.asarray(n.value) * 0.875
        for n in trace.graph
        if n.primitive is None and n.name and np.asarray(n.value).dtype.kind == "f"
    }


def check(page, traces, cuts=None):
    with np.errstate(all="ignore"):
        others = [moved(trace) for trace in traces]
        cuts = cuts or [()] * len(traces)
        cases = [case(*c) for c in zip(traces, others, cuts, strict=True)]
        results = rerun(page, cases)
        wrong = []
        for trace, values, got in zip(traces, others, results, strict=True):
            wrong += [got] if isinstance(got, str) else differences(trace.with_(values), got)
    assert wrong == []


def trace_of_call(primitive, call):
    """Return the trace of one call, of which all arrays of floats are leaves."""
    inputs = [
        variable(x, f"x{i}") if np.asarray(x).dtype.kind == "f" else x
        for i, x in enumerate(call.args)
    ]
    result = primitive.function(*inputs, **call.params)
    if not getattr(result, "requires_grad", False):
        return None
    return ag.trace(result, np.linspace(0.5, 1.5, result.size).reshape(result.shape), open=False)


def test_the_rules_of_all_primitives_follow(page):
    with np.errstate(all="ignore"):
        drawn = [
            trace_of_call(PRIMITIVES[n], c)
            for n in sorted(DRAWN)
            for c in examples(PRIMITIVES[n])[::3]
        ]
    traces = [t for t in drawn if t is not None and "missing" not in program.program(t)]
    assert len(traces) > 250
    check(page, traces)


def perceptron():
    rng = np.random.default_rng(0)
    w1, w2 = variable(rng.normal(size=(3, 4)), "w1"), variable(rng.normal(size=(4, 3)), "w2")
    x = variable(rng.normal(size=(5, 3)), "x")
    return ag.mean(ag.softmax_cross_entropy(ag.relu(x @ w1) @ w2, [0, 1, 2, 1, 0]))


def images():
    rng = np.random.default_rng(1)
    x, w = (
        variable(rng.normal(size=(2, 2, 6, 6)), "x"),
        variable(rng.normal(size=(3, 2, 3, 3)), "w"),
    )
    return ag.sum(ag.max_pool(ag.conv(x, w, padding=1, stride=1), 2) ** 2)


def normalised():
    rng = np.random.default_rng(2)
    x, g = variable(rng.normal(size=(4, 3)), "x"), variable(rng.normal(size=3), "g")
    centred = x - ag.mean(x, axis=0)
    return ag.sum(ag.tanh(centred / ag.sqrt(ag.mean(centred**2, axis=0) + 1e-5) * g))


def attention():
    rng = np.random.default_rng(3)
    q, k, v = (variable(rng.normal(size=(4, 3)), name) for name in "qkv")
    return ag.sum((ag.softmax(q @ k.T / 3**0.5) @ v) ** 2)


def gates():
    x, w = variable([0.5, -1.0], "x"), variable(2.0, "w")
    return ag.sum(ag.sigmoid(w * x) * ag.leaky_relu(x - w) + ag.softplus(x))


def narrow():
    x = ag.tensor(np.float32([0.1, 0.7, -0.3]), requires_grad=True, name="x")
    return ag.sum(ag.exp(x * 1.1) / (1.0 + x * x))


def recurrent():
    cell = nn.LSTMCell(2, 2, rng=0)
    x = variable([[0.5, -1.0]], "x")
    h, c = cell(x)
    return ag.sum(cell(x * 0.5, (h, c))[0])


GRAPHS = [perceptron, images, normalised, attention, gates, narrow, recurrent]


def test_whole_graphs_follow(page):
    check(page, [ag.trace(f()) for f in GRAPHS])


def test_nothing_changed_gives_the_recorded_numbers(page):
    traces = [ag.trace(f()) for f in GRAPHS]
    for trace, got in zip(traces, rerun(page, [case(t, {}) for t in traces]), strict=True):
        assert list(differences(trace, got)) == []


def test_a_cut_wire_carries_nothing(page):
    x, y = variable([1.0, 2.0], "x"), variable(3.0, "y")
    trace = ag.trace(ag.sum(x * y + ag.exp(x)))
    (got,) = rerun(page, [case(trace, {"y": 4.0}, ["4-1"])])
    assert list(differences(trace.with_(y=4.0, cut="b -> c"), got)) == []


def test_a_primitive_without_a_kernel_is_named(page):
    a = variable([[2.0, 1.0], [1.0, 3.0]], "a")
    (got,) = rerun(page, [case(ag.trace(ag.sum(ag.linalg.inv(a))), {})])
    assert got == "solve has no kernel in the page"


def test_a_primitive_of_the_reader_is_named(page):
    mine = ag.primitive(vjps=(lambda ct, out, x: 2 * ct,), name="exp")(lambda x: 2 * x)
    (got,) = rerun(page, [case(ag.trace(mine(variable(1.0, "x"))), {})])
    assert got == "exp has no kernel in the page"
