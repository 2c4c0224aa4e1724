"""Hostile names are shown as text; nothing of them runs, in the page, a frame or a picture."""

import json

import pytest

import autograd as ag
from autograd.core.messages import plain
from tests.browser.reader import Reader
from tests.viz.test_hostile import NAMES, named

# What would leave a mark if any of it ever ran.
PAYLOADS = [
    "<script>window.ran = 1</script>",
    "</script><script>window.ran = 1</script>",
    "<img src=x onerror='window.ran = 1'>",
    "<svg onload='window.ran = 1'>",
    "</style></svg><iframe srcdoc='<script>parent.ran = 1</script>'>",
    "\"><img src=x onerror='window.ran = 1'>",
    "' onfocus='window.ran = 1' autofocus='",
    "javascript:window.ran = 1",
    "${window.ran = 1}`",
    "\\u003cscript>window.ran = 1\\u003c/script>",
    "<!--<script>",
    "]]></text><script>window.ran = 1</script>",
    "__proto__",
    "constructor",
    "toString",
    "http://example.org/ask?me",
    "url(http://example.org/ask)",
]


def drawing(name):
    y = named(name)
    return ag.draw(y, engine="builtin", at=-1)


def ran(reader):
    return [frame.evaluate("() => window.ran") for frame in reader.page.frames]


def walk(reader):
    """Go through all events, with every tool open once, folded and opened."""
    for tool in ("Find", "Breakpoints", "All steps", "Keys"):
        reader.frame.get_by_role("button", name=tool).click()
    reader(".stage").focus()
    for key in ("Shift+E", "e", "e"):
        reader.press(key, "End", "b", "Home")
        for _ in range(6):
            reader.press("Shift+ArrowRight")
    reader("g.box").first.click()
    reader.press("p", "p", "x")


@pytest.mark.parametrize("name", [*NAMES, *PAYLOADS], ids=lambda name: ascii(name[:24]))
def test_a_hostile_name_is_text_and_nothing_runs(open_page, name):
    reader = open_page(drawing(name).html)
    walk(reader)
    assert ran(reader) == [None]
    assert reader("script").count() == 3
    assert not reader("iframe, img, object, embed, a").count()
    shown = " ".join([*reader(".inspector").all_inner_texts(), reader.text(".card")])
    assert squeezed(plain(name))[:20] in squeezed(shown + reader.seen())


def squeezed(text):
    return " ".join(text.split())


@pytest.mark.parametrize("name", [*NAMES, *PAYLOADS], ids=lambda name: ascii(name[:24]))
def test_the_data_of_the_page_are_whole(open_page, name):
    drawn = drawing(name)
    reader = open_page(drawn.html)
    found = json.loads(reader.run("() => document.getElementById('score').textContent"))
    assert found["structure"]["nodes"][0]["name"] == plain(name)
    assert len(found["numbers"]["events"]) == len(drawn.trace)


@pytest.mark.parametrize("name", PAYLOADS, ids=lambda name: ascii(name[:24]))
def test_nothing_runs_in_a_notebook(open_page, name):
    html = drawing(name)._repr_html_()
    reader = open_page(f"<!DOCTYPE html><meta charset='utf-8'>{html}")
    player = Reader(reader.page, reader("iframe").element_handle().content_frame())
    player(".stage").focus()
    walk(player)
    assert ran(reader) == [None, None]


@pytest.mark.parametrize("name", [*NAMES, *PAYLOADS], ids=lambda name: ascii(name[:24]))
def test_nothing_runs_in_the_moving_picture(open_page, name):
    reader = open_page(drawing(name).animated, "moving.svg")
    assert reader.run("() => document.documentElement.tagName") == "svg"
    assert ran(reader) == [None]
    assert not reader("script").count()


def test_text_from_right_to_left_turns_nothing_else_round(open_page):
    reader = open_page(drawing("\u05e9\u05dc\u05d5\u05dd").html)
    reader.press("End")
    assert reader.numbers() == open_page(drawing("harmless").html).press("End").numbers()
    row = [c.bounding_box()["x"] for c in reader(".product tbody tr:last-child td").all()]
    assert row == sorted(row)
