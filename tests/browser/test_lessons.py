"""Nudge, compare and spot say in the page what Python says, and what can be worked out by hand."""

import math
import re

import pytest

import autograd as ag
from autograd.ir.number_format import show
from tests.browser import graphs
from tests.browser.reader import Reader
from tests.browser.test_accessibility import PHONE, serious
from tests.browser.test_screens import overhang
from tests.gallery import lecture_neuron, variable

THEMES = ["lecture", "safe", "dark"]
NAMES = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}


def neuron(w0, x0, w1, x1, w2):
    return 1 / (1 + math.exp(-(w0 * x0 + w1 * x1 + w2)))


def facts(reader, tool):
    """Return the last cell of every row of a tool, by its first."""
    rows = reader(f".{tool} .facts tr").all()
    return {row.locator("th").inner_text(): row.locator("td").last.inner_text() for row in rows}


# Nudge


@pytest.mark.parametrize("name", NAMES)
def test_every_input_moves_as_far_as_it_says(open_page, name):
    reader = open_page(ag.draw(lecture_neuron()).html).press("n")
    reader.frame.get_by_label("Input to move").select_option(name)
    slider = reader.frame.get_by_label("How far")
    trace = lecture_neuron()
    gradient = trace.gradient(next(n.id for n in trace.graph if n.name == name))
    for step in range(int(slider.get_attribute("max")) + 1):
        slider.fill(str(step))
        by = float(slider.get_attribute("aria-valuetext"))
        real = neuron(**{**NAMES, name: NAMES[name] + by}) - neuron(**NAMES)
        told = {row: float(number) for row, number in facts(reader, "nudge").items()}
        assert told["real change"] == pytest.approx(real, rel=1e-3)
        assert told["gradient × change"] == pytest.approx(float(gradient) * by, rel=1e-3)
        assert told["left over"] == pytest.approx(real - float(gradient) * by, rel=1e-2, abs=1e-9)


def test_half_the_step_leaves_a_quarter(open_page):
    x = variable(3.0, "x")
    reader = open_page(ag.draw(x * x).html).press("n")
    slider = reader.frame.get_by_label("How far")
    for step in range(int(slider.get_attribute("max")) + 1):
        slider.fill(str(step))
        assert float(facts(reader, "nudge")["left over / change²"]) == pytest.approx(1.0, rel=1e-3)


def test_arrow_keys_on_the_slider_move_the_input_and_not_the_trace(open_page):
    reader = open_page(ag.draw(lecture_neuron()).html).press("End", "n")
    slider = reader.frame.get_by_label("How far")
    slider.focus()
    before = slider.input_value()
    reader.press("ArrowLeft")
    assert slider.input_value() != before
    assert reader.at == reader.last


# Compare


def test_the_chain_of_sigmoid_is_its_closed_form(open_page):
    reader = open_page(ag.draw(ag.sigmoid(variable(0.5, "x") * 2.0)).html).press("c")
    s = 1 / (1 + math.exp(-1))
    numbers = [row.locator("td").last.inner_text() for row in reader(".chain tr").all()]
    j = 1 + math.exp(-1)
    gates = [-1 / j**2, 1.0, math.exp(-1), -1.0]
    assert numbers == [show(v) for v in (*gates, s * (1 - s), s * (1 - s))]
    assert "the same" in reader.text(".chain .note")


def test_boxes_are_opened_and_closed_beside_the_chain(open_page):
    reader = open_page(ag.draw(ag.sigmoid(variable(0.5, "x") * 2.0)).html).press("c")
    opened = reader("g.box").count()
    reader.frame.get_by_role("button", name="Close boxes").click()
    assert reader("g.box").count() < opened
    reader.frame.get_by_role("button", name="Open boxes").click()
    assert reader("g.box").count() == opened


# Spot


def forgetful():
    """The rule of exp without its local gradient."""
    rules = {"exp": (lambda ct, out, x: ct,)}
    return ag.lessons.spot(lambda w, x: ag.exp(w * x) * x, 2.0, 0.5, rules=rules)


@pytest.fixture
def spotting(open_page):
    """The frame of a notebook that shows two runs beside each other."""
    notebook = open_page(f"<!DOCTYPE html><meta charset='utf-8'>{forgetful()._repr_html_()}")
    reader = Reader(notebook.page, notebook("iframe").element_handle().content_frame())
    reader(".stage").focus()
    return reader


def test_the_first_difference_is_shown_where_it_happens_and_not_before(spotting):
    index = forgetful().index
    for at in range(-1, spotting.last + 1):
        spotting.go(at)
        assert spotting(".spot pre").count() == (2 if at >= index else 0)


def test_both_cards_and_the_hint_are_those_of_python(spotting):
    found = forgetful()
    assert spotting.at == found.index
    spotting.press("Home")
    spotting.frame.get_by_role("button", name="Go to the first difference").click()
    assert spotting.at == found.index
    assert found.hint in spotting.text(".spot")
    yours, right = re.search(r"Yours\n(.*)\nRight\n(.*)\nHint", str(found), re.DOTALL).groups()
    shown = [squeezed(card) for card in spotting(".spot pre").all_inner_texts()]
    assert shown == [squeezed(yours), squeezed(right)]


def squeezed(text):
    return " ".join(text.split())


def test_predict_begins_as_a_question(open_page):
    player = ag.lessons.predict(lecture_neuron())
    reader = open_page(player.html)
    assert reader(".predict").is_visible()
    reader.frame.get_by_role("button", name="To the start").click()
    while not reader(".answer").count():
        reader(".stage").focus()
        reader.press("ArrowRight")
    assert reader.at == 14
    assert reader.numbers()["contribution"] == "?"


# Everybody can use them


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("key", ["n", "c"])
def test_axe_finds_nothing_in_the_tools(open_page, key, theme):
    reader = open_page(ag.draw(graphs.folded(), theme=theme).html).press(key)
    assert reader({"n": ".nudge", "c": ".compare"}[key]).is_visible()
    assert serious(reader) == []


def test_axe_finds_nothing_where_two_runs_are_compared(open_page):
    found = forgetful()
    player = ag.draw(found.mine, at=found.index).player(beside=found._beside())
    assert serious(open_page(player.html)) == []


@pytest.mark.parametrize("key", ["n", "c"])
def test_the_tools_fit_a_phone(open_page, key):
    reader = open_page(ag.draw(graphs.folded()).html, **PHONE).press(key)
    assert overhang(reader) <= 0
