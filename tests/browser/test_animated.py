"""The animated SVG plays a trace where no script can run."""

import re

import pytest

import autograd as ag
from autograd.viz.player.notebook import image
from tests.browser.test_notebook import pictures
from tests.browser.test_stepping import expected_drawing
from tests.gallery import GALLERY, lecture_neuron

NAMES = ["sigmoid", "fan_out", "affine", "second_order", "closed"]
# The texts that are seen when every animation stands at some time, in milliseconds.
AT = """time => {
  for (const one of document.getAnimations()) { one.pause(); one.currentTime = time; }
  const seen = (t) => getComputedStyle(t).visibility === "visible";
  return Object.fromEntries([...document.querySelectorAll("g[id]")].map((g) =>
    [g.id, [...g.querySelectorAll("text")].filter(seen).map((t) => t.textContent)])); }"""
IMAGE = "<!DOCTYPE html><meta charset='utf-8'><title>t</title>"


def beat_of(svg, count):
    """Return the seconds that an event lasts, from the length of the whole."""
    whole = float(re.search(r"animation:\w+ ([\d.]+)s step-end infinite", svg)[1])
    return (whole - 4) / (count + 1), whole


@pytest.mark.parametrize("name", NAMES)
def test_it_shows_every_event_in_turn(open_page, name):
    drawing = GALLERY[name](engine="builtin", at=-1)
    count = len(drawing.trace)
    beat, whole = beat_of(drawing.animated, count)
    page = open_page(drawing.animated, "moving.svg")
    options = {"depth": 0} if name == "closed" else {}
    for at in range(-1, count):
        expected = expected_drawing(drawing.trace, at, **options)
        shown = page.run(AT, (at + 1.5) * beat * 1000)
        assert {id: shown.get(id) for id in expected} == expected
    assert page.run(AT, (whole - 0.1) * 1000) == shown  # it rests at the end


def test_it_moves_inside_an_image(open_page):
    page = open_page(IMAGE + image(ag.draw(lecture_neuron()).animated, "t"))
    assert len(pictures(page("img"), 3)) == 3


def test_with_less_motion_it_is_the_end_and_stands_still(open_page):
    drawing = ag.draw(lecture_neuron(), engine="builtin")
    page = open_page(drawing.animated, "moving.svg", reduced_motion="reduce")
    assert page.run("() => document.getAnimations().length") == 0
    expected = expected_drawing(drawing.trace, len(drawing.trace) - 1)
    shown = page.run(AT, 0)
    assert {id: shown.get(id) for id in expected} == expected


@pytest.fixture
def calm(launch):
    """A browser on a machine that is set to less motion; a page that is, says nothing to images."""
    browser = launch("--force-prefers-reduced-motion")
    yield browser
    browser.close()


def test_an_image_with_less_motion_is_the_picture_of_the_end(open_page, calm):
    moving = ag.draw(lecture_neuron(), engine="builtin").animated
    end = re.sub(r"@media.*(?=</style>)", "", moving)
    seen = [open_page(IMAGE + image(svg, "t"), browser=calm)("img") for svg in (moving, end)]
    assert pictures(seen[0], 1) == pictures(seen[1], 1)


def test_on_paper_it_is_the_end(open_page):
    drawing = ag.draw(lecture_neuron(), engine="builtin")
    page = open_page(drawing.animated, "moving.svg")
    page.page.emulate_media(media="print")
    shown = page.run(AT, 0)
    expected = expected_drawing(drawing.trace, len(drawing.trace) - 1)
    assert {id: shown.get(id) for id in expected} == expected
