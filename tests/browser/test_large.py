"""A graph of hundreds of nodes is still a page that opens at once and steps without waiting."""

from statistics import median

import numpy as np
import pytest

import autograd as ag
from tests.gallery import scalar_mlp

PRESSES = 200
# The time from a key to the moment at which all has been laid out again, in milliseconds.
MEASURE = """count => {
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const before = performance.now();
    document.activeElement.dispatchEvent(
      new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    document.body.getBoundingClientRect();
    times.push(performance.now() - before);
  }
  return times; }"""


@pytest.fixture(scope="module")
def drawing():
    return ag.draw(scalar_mlp([3, 8, 7, 1], np.random.default_rng(0)), at=-1, engine="builtin")


def test_it_has_three_hundred_nodes(drawing):
    assert len(drawing.graph) >= 290


def test_the_page_is_smaller_than_a_megabyte(drawing):
    assert len(drawing.html.encode()) < 1_000_000


def test_it_opens_and_reaches_the_end(open_page, drawing):
    reader = open_page(drawing.html)
    assert reader.press("End").at == len(drawing.trace) - 1
    assert reader(".stage g.box").first.is_visible()


@pytest.mark.parametrize("opened", [False, True])
def test_a_step_is_shorter_than_a_blink(open_page, drawing, opened):
    reader = open_page(drawing.html)
    for key in "eee" if opened else "":
        reader.press(key)
    times = reader.run(MEASURE, PRESSES)
    assert reader.at == PRESSES - 1
    assert median(times) < 50
