"""A breakpoint of the page stops where that of the debugger stops."""

import numpy as np
import pytest

import autograd as ag
from tests.browser import graphs
from tests.browser.test_keys import add_breakpoint
from tests.gallery import lecture_neuron

# A graph, the kind of breakpoint and its text in the page, and the same in Python.
CASES = [
    (lecture_neuron, "node", "w1", {"node": "w1"}),
    (lecture_neuron, "node", "i", {"node": 10}),
    (lecture_neuron, "operation", "exp", {"operation": "exp"}),
    (lecture_neuron, "operation", "*", {"operation": "*"}),
    (lecture_neuron, "operation", "multiply", {"operation": "multiply"}),
    (lecture_neuron, "operation", "*-1", {"operation": "*-1"}),
    (lecture_neuron, "operation", "+", {"operation": "+"}),
    (lecture_neuron, "operation", "+1", {"operation": "+1"}),
    (lecture_neuron, "operation", "1/x", {"operation": "1/x"}),
    (lecture_neuron, "name", "w*", {"name": "w*"}),
    (lecture_neuron, "name", "?1", {"name": "?1"}),
    (lecture_neuron, "name", "[!w]*", {"name": "[!w]*"}),
    (lecture_neuron, "name", "w[02]", {"name": "w[02]"}),
    (lecture_neuron, "name", "w[0-1", {"name": "w[0-1"}),
    (lecture_neuron, "name", "[z-a]*", {"name": "[z-a]*"}),
    (lecture_neuron, "name", "none", {"name": "none"}),
    (lecture_neuron, "below", "0.25", {"below": 0.25}),
    (lecture_neuron, "above", "0.25", {"above": 0.25}),
    (graphs.fan_out, "node", "x", {"node": "x"}),
    (graphs.fan_out, "operation", "*", {"operation": "*"}),
    (graphs.folded, "operation", "exp", {"operation": "exp"}),
    (graphs.vanishing, "below", "0.01", {"below": 0.01}),
    (graphs.vanishing, "below", "1e-3", {"below": 1e-3}),
    (graphs.exploding, "above", "100", {"above": 100}),
    (graphs.layer, "name", "[bW]", {"name": "[bW]"}),
    (graphs.layer, "operation", "matmul", {"operation": "matmul"}),
    (graphs.layer, "above", "2", {"above": 2.0}),
    (graphs.large, "below", "1e-3", {"below": 1e-3}),
    (graphs.large, "above", "1e-3", {"above": 1e-3}),
    (graphs.with_nan, "nan", "", {"node": "nan"}),
    (graphs.with_nan, "inf", "", {"node": "inf"}),
    (graphs.with_nan, "above", "1", {"above": 1.0}),
    (graphs.with_infinity, "inf", "", {"node": "inf"}),
    (graphs.with_infinity, "nan", "", {"node": "nan"}),
    (graphs.with_infinity, "above", "10", {"above": 10.0}),
]


def name_of(value):
    return value.__name__ if callable(value) else value if isinstance(value, str) else ""


@pytest.mark.parametrize(("make", "kind", "text", "same"), CASES, ids=name_of)
def test_running_stops_where_the_debugger_stops(open_page, make, kind, text, same):
    trace = make()
    debugger = trace.debugger()
    debugger.break_on(**same)
    reader = open_page(ag.draw(trace, at=-1).html)
    add_breakpoint(reader, kind, text)
    assert stops_of(reader) == stops_of_debugger(debugger)
    events = sum(debugger.breakpoints[0].test(trace, i) for i in range(len(trace)))
    assert f", {events} event{'' if events == 1 else 's'} " in reader.text(".breakpoints li") + " "
    assert reader(".ticks i").count() == events


def stops_of(reader):
    """Return the events at which r stops, the end included."""
    stops = []
    while reader.at != reader.last:
        stops.append(reader.press("r").at)
    return stops


def stops_of_debugger(debugger):
    stops = []
    while debugger.position != len(debugger.trace) - 1:
        debugger.run()
        stops.append(debugger.position)
    return stops


def test_several_breakpoints_stop_at_all_their_events(open_page):
    trace = lecture_neuron()
    debugger = trace.debugger()
    debugger.break_on("w1")
    debugger.break_on(operation="exp")
    reader = open_page(ag.draw(trace, at=-1).html)
    add_breakpoint(reader, "node", "w1")
    add_breakpoint(reader, "operation", "exp")
    assert stops_of(reader) == stops_of_debugger(debugger)


def test_a_breakpoint_can_be_removed(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=-1).html)
    add_breakpoint(reader, "operation", "exp")
    reader.frame.get_by_role("button", name="Remove operation exp").click()
    reader(".stage").focus()
    assert reader.press("r").at == reader.last
    assert not reader(".ticks i").count()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("node", "w9"),
        ("operation", "conv"),
        ("below", "-1"),
        ("above", "much"),
        ("below", ""),
        ("operation", ""),
    ],
)
def test_what_cannot_be_met_is_refused_in_words(open_page, kind, text):
    reader = open_page(ag.draw(lecture_neuron(), at=-1).html)
    add_breakpoint(reader, kind, text)
    assert "There is nothing like that here." in reader.text(".panel:not([hidden]) .hint")
    assert not reader(".breakpoints li").count()


def test_a_breakpoint_is_called_by_the_word_of_its_node(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=21).html).press("b")
    reader.frame.get_by_role("button", name="Breakpoints").click()
    assert reader.text(".breakpoints li").startswith("node g, ")


def test_breakpoints_of_a_debugger_are_in_its_page(open_page):
    trace = lecture_neuron()
    debugger = trace.debugger()
    debugger.break_on(condition=lambda event: np.all(event.value == 1.0))
    page = ag.draw(trace, at=-1).player(breakpoints=debugger.breakpoints).html
    assert stops_of(open_page(page)) == stops_of_debugger(debugger)
