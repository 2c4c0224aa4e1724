"""A number that is changed in the page, or a wire that is cut, is followed by both passes."""

from dataclasses import replace

import numpy as np
import pytest

import autograd as ag
from tests.browser.graphs import layer
from tests.gallery import lecture_neuron, variable


def twice():
    x, y = variable(2.0, "x"), variable(5.0, "y")
    return ag.trace(x * y + ag.exp(x))


def page_of(open_page, trace):
    return open_page(ag.draw(trace, at=len(trace) - 1).html)


def choose(reader, trace, name):
    """Choose a node by its name, and move into its first field."""
    node = next(n.id for n in trace.graph if n.name == name)
    reader(f"#n{node}").click()
    return reader.press("i")


def change(reader, element, value):
    field = reader(f'.intervene input[type="text"][aria-label="{element}"]')
    field.fill(repr(value))


def moments(reader, count):
    """The drawing, the card and the sentence at every event."""
    seen = []
    for at in range(count):
        reader.go(at)
        drawn = {id: texts for id, texts in reader.drawn().items() if id != "notes"}
        seen.append((drawn, reader.card()))
    return seen


@pytest.mark.parametrize(
    ("make", "element", "value", "changed"),
    [
        (lecture_neuron, "w0", 3.5, {"w0": 3.5}),
        (twice, "x", -0.25, {"x": -0.25}),
        (layer, "W[2, 1]", 2.0, {"W": [2, 1]}),
        (layer, "b[0]", -1.5, {"b": [0]}),
    ],
)
def test_the_page_shows_at_every_event_what_the_engine_computes(
    open_page, make, element, value, changed
):
    trace = make()
    ((name, new),) = changed.items()
    if "[" in element:
        array = next(n.value for n in trace.graph if n.name == name).copy()
        array[tuple(new)] = value
        new = array
    expected = moments(page_of(open_page, trace.with_({name: new})), len(trace))
    reader = page_of(open_page, trace)
    choose(reader, trace, name)
    change(reader, element, value)
    assert moments(reader, len(trace)) == expected


def test_a_cut_wire_is_drawn_and_carries_nothing(open_page):
    trace = twice()
    expected = moments(page_of(open_page, trace.with_(cut="b -> f")), len(trace))
    reader = page_of(open_page, trace)
    reader("#n3").click()
    reader('.intervene [aria-label="Cut b → f"]').click()
    assert moments(reader, len(trace)) == expected
    assert "cut" in reader("#w4-1").get_attribute("class").split()
    reader('.intervene [aria-label="Join b → f"]').click()
    assert "cut" not in reader("#w4-1").get_attribute("class").split()


def test_a_trace_with_a_cut_wire_is_drawn_so_and_can_be_joined(open_page):
    trace = twice()
    expected = moments(page_of(open_page, trace), len(trace))
    reader = page_of(open_page, trace.with_(cut="b -> f"))
    assert "Cut: b -> f; zeros arrive there" in reader.seen()
    assert "cut" in reader("#w4-1").get_attribute("class").split()
    reader("#n3").click()
    reader('.intervene [aria-label="Join b → f"]').click()
    assert "joined b → f" in reader.text(".changed")
    assert moments(reader, len(trace)) == expected


def test_reset_brings_back_what_was_recorded(open_page):
    trace = lecture_neuron()
    reader = page_of(open_page, trace)
    recorded = moments(reader, len(trace))
    choose(reader, trace, "w0").type("9.5")
    assert moments(reader, len(trace)) != recorded
    reader('.changed button:text("Reset")').click()
    assert moments(reader, len(trace)) == recorded
    assert not reader(".changed").is_visible()


def test_the_difference_is_shown(open_page):
    trace = twice()
    reader = page_of(open_page, trace)
    choose(reader, trace, "y").type("4")
    words = " ".join(reader.text(".changed").split())
    assert words == "Changed y: 5.00 → 4.00 so f: 17.39 → 15.39 df/dx: 12.39 → 11.39 Reset"
    reader.go(2)
    assert reader.text("p.was") == "changed: 10.00 → 8.00"


def test_a_slider_moves_the_number(open_page):
    trace = twice()
    reader = page_of(open_page, trace)
    choose(reader, trace, "y")
    at = reader.at
    reader('.intervene input[type="range"]').focus()
    reader.press("Home")
    assert "y: 5.00 → -5.00" in reader.text(".changed")
    assert reader.at == at


def test_without_a_choice_the_first_leaf_is_changed(open_page):
    reader = page_of(open_page, twice()).press("i").type("1")
    assert "x: 2.00 → 1.00" in reader.text(".changed")


def test_what_is_no_number_changes_nothing(open_page):
    trace = twice()
    reader = page_of(open_page, trace)
    choose(reader, trace, "y").type("-")
    assert not reader(".changed").is_visible()
    assert reader('.intervene input[type="text"]').get_attribute("aria-invalid") == "true"


def test_the_list_of_all_steps_follows(open_page):
    trace = twice()
    reader = page_of(open_page, trace)
    reader('button:text("All steps")').click()
    choose(reader, trace, "y").type("4")
    assert "f = a + b = 15.39" in reader.text(".steps")


def test_the_cells_of_a_matrix_follow(open_page):
    trace = layer()
    reader = page_of(open_page, trace)
    choose(reader, trace, "W")
    change(reader, "W[0, 0]", 2.0)
    at = next(i for i, e in enumerate(trace) if e.kind == "vjp" and e.input == 0)
    reader.go(at)
    reader('td[data-pane="gift"][data-index="0"]').click()
    assert "= 2.00 × " in reader.text(".products").replace("\N{NO-BREAK SPACE}", " ")


def test_an_operation_without_a_kernel_is_named(open_page):
    a = variable([[2.0, 1.0], [1.0, 3.0]], "a")
    reader = page_of(open_page, ag.trace(ag.linalg.det(a)))
    reader("#n0").click()
    words = "Its numbers cannot be changed here: det has no kernel in the page."
    assert reader.text(".intervene .note") == words
    assert not reader(".intervene .wires").is_visible()


def test_while_the_reader_predicts_nothing_is_given_away(open_page):
    trace = twice()
    reader = page_of(open_page, trace)
    choose(reader, trace, "y").type("4").press("Escape", "p")
    assert "df/dx" not in reader.text(".changed")
    assert not reader(".intervene").is_visible()


def test_the_header_says_that_every_step_was_recomputed(open_page):
    trace = twice()
    reader = page_of(open_page, trace)
    assert reader.text(".proof") == "✓\nevery step recomputed: equal"
    choose(reader, trace, "y").type("4")
    assert not reader(".proof").is_visible()


def test_the_header_leads_to_the_first_step_that_differs(open_page):
    trace = twice()
    at = next(i for i, e in enumerate(trace) if e.kind == "vjp")
    events = list(trace.events)
    events[at] = replace(events[at], value=np.float64(7.0))
    reader = page_of(open_page, replace(trace, events=tuple(events)))
    mark = reader(".proof button")
    assert "the contribution is 7.000000, recomputed 1.000000" in mark.inner_text()
    mark.click()
    assert reader.at == at


def closed():
    """A value with two uses in a box that begins closed, and a heat map."""
    x = variable(2.0, "x")
    many = variable(np.linspace(-1, 1, 100).reshape(10, 10), "many")
    with ag.scope("inside"):
        y = ag.exp(x * 0.5) * x
    return ag.trace(y + ag.sum(many) * x)


def test_a_closed_box_shows_the_sum_of_what_its_uses_carry_back(open_page):
    trace = closed()
    traces = (trace, trace.with_(x=-1.0))
    readers = [open_page(ag.draw(t, depth=0).html) for t in traces]
    choose(readers[0], trace, "x").type("-1").press("Escape")
    ours, theirs = (reader.go(len(trace) - 1).drawn() for reader in readers)
    wire = next(id for id in theirs if id.startswith("w0-f"))
    assert ours[wire] == theirs[wire]


def test_a_picture_is_that_of_the_new_numbers(open_page):
    trace = closed()
    picture = ".stage image >> nth=1"
    expected = page_of(open_page, trace.with_(x=-1.0))(picture).get_attribute("href")
    reader = page_of(open_page, trace)
    recorded = reader(picture).get_attribute("href")
    choose(reader, trace, "x").type("-1")
    assert reader(picture).get_attribute("href") == expected != recorded


def test_while_a_number_is_written_its_field_keeps_the_focus(open_page):
    trace = twice()
    reader = page_of(open_page, trace)
    choose(reader, trace, "x").type("3").press("Backspace").type("2.5")
    assert "x: 2.00 → 2.50" in reader.text(".changed")
