"""The payload says what the trace says, in JSON that any browser reads."""

import json

import numpy as np
import pytest

import autograd as ag
from autograd.ir import rules
from autograd.ir.proof import EQUAL
from autograd.viz.formats import transcript
from autograd.viz.player import numbers
from autograd.viz.player.html_page import as_json
from tests.viz.player.test_timeline import broken, fan_out, layer, leaf, neuron

ODD = {
    "leaf": lambda: leaf(1.0),
    "0-d": lambda: leaf(np.array(1.0)) * np.array(2.0),
    "integers": lambda: ag.sum(leaf([1.0, 2.0]) * ag.tensor([1, 2])),
    "index": lambda: ag.sum(leaf([1.0, 2.0, 3.0])[ag.tensor([0, 2])]),
    "empty": lambda: ag.sum(leaf(np.zeros(0)) * 2.0),
    "empty, 2-d": lambda: ag.sum(leaf(2.0) * np.zeros((0, 3))),
    "where": lambda: ag.sum(ag.where(leaf([1.0, 2.0]) > 1.5, leaf(3.0, "y"), 0.0)),
    "float32": lambda: ag.sum(leaf(np.float32(2.0)) * ag.tensor(True)),
    "five axes": lambda: ag.sum(leaf(np.ones((1, 2, 2, 3, 4))) * 2.0),
    "large": lambda: ag.sum(leaf(np.ones((40, 40))) * 2.0),
    "nan": broken,
}


def payload(make, **options):
    with np.errstate(all="ignore"):
        trace = ag.trace(make())
    return trace, as_read(ag.draw(trace, **options).player())


def as_read(player):
    """Structure and numbers of a player together, as JSON is read."""
    data = json.loads(as_json(player.payload), parse_constant=pytest.fail)
    exact = data["numbers"].pop("events")
    events = [{**e, "exact": x} for e, x in zip(data["structure"]["events"], exact, strict=True)]
    return {**data, **data["numbers"], **data["structure"], "events": events}


@pytest.mark.parametrize("make", [neuron, fan_out, layer, *ODD.values()])
def test_events_are_those_of_the_trace(make):
    trace, data = payload(make)
    assert [(e["kind"], e["node"], e.get("input"), e.get("position")) for e in data["events"]] == [
        (e.kind, e.node, e.input, e.position) for e in trace
    ]


@pytest.mark.parametrize("make", [neuron, fan_out, layer, *ODD.values()])
def test_exact_values_are_those_of_the_trace(make):
    trace, data = payload(make)
    for told, event in zip(data["events"], trace, strict=True):
        for key in ("value", "local", "upstream", "before"):
            value = getattr(event, key)
            assert (key in told["exact"]) == (value is not None)
            if value is not None:
                read = told["exact"][key]
                if isinstance(read, dict):
                    array = data["arrays"][read["array"]]
                    assert array["shape"] == list(np.shape(value))
                    assert array["dtype"] == str(value.dtype)
                    read = array["data"]
                if read is not None:
                    np.testing.assert_array_equal(np.array(read, float), np.ravel(value))


def test_the_structure_is_that_of_any_run():
    def run(value):
        x = leaf(value)
        return ag.draw(ag.sigmoid(x * x) * ag.exp(x)).player().payload

    ours, theirs = run(2.0), run(-3.0)
    assert without_drawings(ours) == without_drawings(theirs)
    assert ours["numbers"] != theirs["numbers"]


def without_drawings(data):
    return {name: part for name, part in data["structure"].items() if name != "views"}


@pytest.mark.parametrize("make", [neuron, fan_out, layer, *ODD.values()])
def test_every_gradient_is_a_float(make):
    """So that only the values of nodes need a type to be written."""
    trace, _ = payload(make)
    for event in trace:
        for value in (event.local, event.upstream, event.before):
            assert value is None or np.asarray(value).dtype.kind == "f"


def test_a_large_array_is_described_by_its_shape():
    _, data = payload(ODD["large"])
    large = [a for a in data["arrays"] if a["shape"] == [40, 40]]
    assert large
    assert all(a["data"] is None for a in large)


def test_an_array_is_stored_once():
    _, data = payload(layer)
    shapes = [tuple(a["shape"]) for a in data["arrays"]]
    assert shapes.count((2, 2)) == 2  # w and its gradient


def test_a_view_for_the_drawing_and_one_for_each_box_that_can_be_opened():
    _, data = payload(fan_out, depth=0)
    drawn, inside = data["views"]
    assert (data["view"], data["open"]) == (0, [])
    assert (drawn["folds"], inside["folds"]) == ({"f2": 1}, {})
    assert {int(node) for node, id in drawn["boxes"].items() if id == "f2"} == set(inside["nodes"])


def test_an_open_drawing_has_a_closed_one_beside_it_and_says_what_is_open():
    _, data = payload(fan_out)
    closed, drawn, _ = data["views"]
    assert (data["view"], data["open"]) == (1, [2])
    assert (closed["folds"], drawn["folds"]) == ({"f2": 2}, {})


def nested(depth, repeat=2):
    x = leaf(0.5)
    for _ in range(repeat):
        x = inside_of(x, depth)
    return ag.trace(x)


def inside_of(x, depth):
    if depth == 0:
        return ag.sin(x) * 2.0
    with ag.scope(f"level{depth}"):
        return ag.exp(inside_of(inside_of(x, depth - 1), depth - 1))


def test_every_scope_is_laid_out_once_however_deep():
    for depth in (1, 2, 3):
        data = as_read(ag.draw(nested(depth), depth=0).player())
        assert len(data["views"]) == 1 + sum(2**k for k in range(1, depth + 1))


def test_equal_boxes_are_alike():
    views = as_read(ag.draw(nested(2), depth=0).player())["views"]
    outer = list(views[0]["folds"].values())
    assert len({views[k]["alike"] for k in outer}) == 1
    assert len({view["alike"] for view in views[1:]}) == 2


def test_a_graph_without_scopes_has_one_view():
    assert len(payload(neuron)[1]["views"]) == 1


def test_the_first_nan_is_where_a_breakpoint_finds_it():
    trace, data = payload(broken)
    debugger = trace.debugger()
    debugger.break_on("nan")
    debugger.run()
    assert data["born"]["nan"][0] == debugger.position


def test_the_place_in_the_source_is_quoted():
    with ag.debug():
        x = leaf(2.0)
        y = ag.exp(x) * 3.0
    node = as_read(ag.draw(y).player())["nodes"][1]
    place = node["place"]
    assert place["text"][place["start"] : place["end"]] == "ag.exp(x)"
    assert place["line"].startswith("test_payload.py, line ")


def test_windows_of_an_image_without_gradient_are_in_the_payload():
    y = ag.sum(ag.conv(ag.tensor(np.ones((1, 1, 4, 4))), leaf(np.ones((1, 1, 3, 3)))))
    _, data = payload(lambda: y)
    node = next(i for i, n in enumerate(data["nodes"]) if n["operation"] == "conv")
    assert len(data["cells"][f"{node}-0"]["columns"][0]) == 9


def perceptron():
    rng = np.random.default_rng(0)
    values = [leaf(v, f"x{i}") for i, v in enumerate(rng.normal(size=4))]
    for depth in range(3):
        weights = rng.normal(size=(6, len(values)))
        with ag.scope(f"layer{depth}"):
            values = [neuron_of(values, w, f"w{depth}{k}") for k, w in enumerate(weights)]
    return sum(values[1:], values[0])


def neuron_of(values, weights, name):
    z = leaf(0.1, f"{name}b")
    for i, (v, w) in enumerate(zip(values, weights, strict=True)):
        z = z + leaf(w, f"{name}{i}") * v
    return ag.tanh(z)


def test_a_page_of_three_hundred_nodes_is_below_a_megabyte():
    drawing = ag.draw(perceptron())
    assert len(drawing.graph) >= 300
    assert len(drawing.html.encode()) < 1_000_000


def test_a_drawing_that_is_out_of_date_says_so_in_every_drawing_and_moves_nothing():
    x = leaf(2.0)
    y = ag.sigmoid(x * 3.0)
    x.data = 5.0
    data = as_read(ag.draw(y).player())
    drawings = [view for view in data["views"] if "nodes" not in view]
    assert len(drawings) == 2
    assert all("Out of date: x was changed" in view["svg"] for view in drawings)
    assert data["nudges"] == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: ag.checkpoint(lambda t: ag.sin(t) * t)(leaf(0.5)),
        lambda: ag.sum(ag.linalg.inv(leaf([[1.0, 1.0], [1.0, 2.0]]))),
        lambda: ag.sqrt(leaf(0.2)),
    ],
)
def test_what_cannot_be_moved_still_has_a_page(make):
    assert len(ag.draw(make()).html) > 50_000


def test_nudges_come_with_the_bound_of_their_rounding():
    (row,) = ag.draw(leaf(np.float32(3.0)) * 3.0 + 1000.0).player().payload["nudges"]
    assert all(abs(real - row["gradient"] * by) <= row["rounding"] for by, real in row["steps"])


def test_a_page_makes_its_proof_once_and_records_each_rule_once(monkeypatch):
    made, recorded = [], []
    prove, record = numbers.proof, rules._recorded
    monkeypatch.setattr(numbers, "proof", lambda *given: made.append(prove(*given)) or made[-1])
    monkeypatch.setattr(transcript, "verdict_of", lambda trace: pytest.fail("a second proof"))
    monkeypatch.setattr(
        rules,
        "_recorded",
        lambda node, position, given: (
            recorded.append((node.id, position)) or record(node, position, given)
        ),
    )
    page = ag.draw(neuron()).player()
    assert made == []
    html = page.html
    assert page._repr_html_()
    assert [proof.verdict for proof in made] == [EQUAL]
    assert EQUAL in html
    assert len(recorded) == len(set(recorded)) == len(page.payload["structure"]["program"]["rules"])
