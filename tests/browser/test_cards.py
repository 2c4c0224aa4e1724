"""The cards that the page makes of structure and numbers are those of Python."""

import numpy as np
import pytest

import autograd as ag
from autograd.viz.model.cards import Cards
from tests.browser.graphs import fan_out, folded, large, layer, with_infinity, with_nan
from tests.gallery import lecture_neuron, variable


def ties():
    x = variable(0.125, "x")
    return ag.trace(x * 1.0 + x * 5.0 - x * 2.625)


def many_inputs():
    xs = [variable(float(i), f"x{i}") for i in range(11)]
    return ag.trace(ag.sum(ag.stack(xs)))


def integers():
    x = variable([1.0, 2.0], "x")
    return ag.trace(ag.sum(x * ag.tensor([1, 2], name="k") * ag.tensor(True, name="b")))


def empty():
    return ag.trace(ag.sum(variable(np.zeros((0, 3)), "x") * 2.0))


def large_with_gaps():
    x = variable(np.linspace(-1.0, 1.0, 2_000), "x")
    with np.errstate(all="ignore"):
        return ag.trace(ag.sum(ag.log(x)))


GRAPHS = [
    lecture_neuron, fan_out, folded, layer, large, with_nan, with_infinity,
    ties, many_inputs, integers, empty, large_with_gaps,
]  # fmt: skip
CARDS = """() => {
  const score = makeScore(window.score);
  return score.data.events.map(({ card: { math, ...words } }) => words);
}"""


def whole(card, kind):
    """A card of Python as the page composes it: without what is empty."""
    if kind == "accumulate":
        return {"total": words(card.total)}
    found = words(card)
    if card.product:
        found["product"] = words(card.product)
    if card.given:
        found["given"] = [list(pair) for pair in card.given]
    return found


def words(part):
    return {name: value for name in part.__slots__ if (value := getattr(part, name))}


@pytest.fixture(scope="module")
def page(browser):
    from autograd.viz.player.html_page import script

    page = browser.new_page()
    page.add_script_tag(content=script())
    yield page
    page.close()


@pytest.mark.parametrize("make", GRAPHS)
@pytest.mark.parametrize("digits", [0, 2, 6])
def test_every_card_is_that_of_python(page, make, digits):
    trace = make()
    payload = ag.draw(trace, digits=digits).player().payload
    page.evaluate("data => { window.score = data; }", payload)
    cards = Cards(trace, digits)
    theirs = [whole(cards.card(i), event.kind) for i, event in enumerate(trace)]
    for ours, card in zip(page.evaluate(CARDS), theirs, strict=True):
        assert ours == card
