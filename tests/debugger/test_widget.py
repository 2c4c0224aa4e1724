"""The live widget and its debugger are always at the same place."""

import sys

import pytest

import autograd as ag
from autograd.debugger import widget as module
from autograd.errors import DrawingError, MissingError
from tests.viz.player.test_timeline import leaf, neuron


@pytest.fixture
def dbg():
    return ag.trace(neuron()).debugger()


@pytest.fixture
def widget(dbg):
    return dbg.live()


def test_without_anywidget_one_line_says_what_to_install(dbg, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    module._widget.cache_clear()
    with pytest.raises(MissingError, match=r"pip install 'glassgrad\[live\]'"):
        dbg.live()


def test_a_debugger_tells_its_watchers_of_every_move(dbg):
    seen = []
    dbg.watchers.append(lambda: seen.append(dbg.position))
    dbg.step()
    dbg.step_operation()
    dbg.run_to("v1")
    dbg.end()
    dbg.back_operation()
    dbg.back()
    dbg.start()
    dbg.position = 7
    assert len(seen) == 8
    assert seen[-1] == 7


def test_a_forgotten_breakpoint_stops_nothing(dbg):
    point = dbg.break_on(operation="exp")
    told = []
    dbg.watchers.append(lambda: told.append(list(dbg.breakpoints)))
    dbg.forget(point)
    assert told == [[]]
    assert dbg.run() is None
    with pytest.raises(DrawingError, match=r"forget: .* is not a breakpoint of this debugger"):
        dbg.forget(point)


def test_a_step_in_python_is_a_step_in_the_page(dbg, widget):
    dbg.step(3)
    assert widget.position == 2
    dbg.end()
    assert widget.position == len(dbg.trace) - 1


def test_a_step_in_the_page_is_a_step_in_python(dbg, widget):
    widget.position = 9
    assert dbg.position == 9
    dbg.step()
    assert widget.position == 10


def test_a_breakpoint_set_in_python_shows_in_the_page(dbg, widget):
    point = dbg.break_on(operation="exp")
    (told,) = widget.breakpoints
    assert told["label"] == "operation exp"
    assert told["events"] == [i for i in range(len(dbg.trace)) if point.test(dbg.trace, i)]
    dbg.forget(point)
    assert widget.breakpoints == []


def test_a_breakpoint_set_in_the_page_stops_python(dbg, widget):
    mine = dbg.break_on(operation="exp")
    told = {"kind": "node", "text": "3", "label": "node 3", "events": [3, 30]}
    widget.breakpoints = [*widget.breakpoints, told]
    assert dbg.breakpoints[0] is mine
    assert repr(dbg.breakpoints[1]) == "Breakpoint(node 3)"
    dbg.run()
    assert dbg.position == 3
    widget.breakpoints = widget.breakpoints[1:]
    assert [repr(b) for b in dbg.breakpoints] == ["Breakpoint(node 3)"]


def test_the_script_is_a_module_that_renders(widget):
    assert widget._esm.rstrip().endswith("export default { render };")
    assert "html, body" not in widget._css


def player_of(value):
    x = leaf(value)
    return ag.draw(ag.exp(x * x)).player()


def test_another_run_of_the_same_graph_sends_its_numbers_alone():
    widget = ag.trace(ag.exp((lambda x: x * x)(leaf(0.5)))).debugger().live()
    sent = []
    widget.observe(lambda change: sent.append(change.name))
    widget.show(player_of(3.0))
    assert "numbers" in sent
    assert "structure" not in sent
    assert widget.numbers["nodes"][0] == 3.0


def test_a_run_of_another_graph_sends_its_structure(widget):
    widget.show(player_of(3.0))
    assert [node["gate"] for node in widget.structure["nodes"]] == ["", "*", "exp"]


def test_a_long_trace_is_refused(dbg, monkeypatch):
    monkeypatch.setattr("autograd.viz.player.player.EVENTS", 1)
    with pytest.raises(DrawingError, match="too many events"):
        ag.trace(leaf(1.0) * 2.0).debugger().live()
