"""Boxes open and close one by one, each in its place."""

import random

import numpy as np
import pytest

import autograd as ag
import nn
from tests.browser import graphs
from tests.browser.test_keys import places
from tests.browser.test_stepping import check_drawing

PICTURE = "() => document.querySelector('.stage > svg').outerHTML"
BOXES = "() => [...document.querySelectorAll('.stage g.box')].map((g) => g.id)"
# Rectangles of boxes and of the frames around what is open: id, left, top, right, bottom.
RECTANGLES = """() => [...document.querySelectorAll(".stage :is(g.box, g.frame)")].map((group) => {
  const shape = group.querySelector("circle, rect, text").getBBox();
  return [group.id, shape.x, shape.y, shape.x + shape.width, shape.y + shape.height];
})"""
CLOSED = "() => [...document.querySelectorAll('.stage g.fold')].map((g) => g.id)"
# Where arrows point to, but for those out of the drawing: the id of the wire, x, y.
HEADS = """() => [...document.querySelectorAll(".stage g.wire:not([id^=out])")].flatMap((group) => {
  const head = group.querySelector(":scope > polygon");
  if (head.getAttribute("fill") === "none") return [];
  return [[group.id, ...head.getAttribute("points").split(/[ ,]/).slice(0, 2).map(Number)]];
})"""
TURNS = """(count) => {
  for (let k = 0; k < count; k += 1) {
    for (const key of ["Enter", "Backspace"]) {
      document.querySelector(".stage").dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
    }
  }
}"""


def choose(reader, id):
    reader(f"#{id}").dispatch_event("click")
    return reader


def operations(trace):
    return {node.id for node in trace.graph if node.primitive}


def shown(reader):
    """The nodes that have a box of their own."""
    return {int(id[1:]) for id in reader.run(BOXES) if id.startswith("n")}


def test_a_box_is_opened_alone_and_closing_it_restores_the_picture(open_page):
    trace = graphs.cells()
    reader = open_page(ag.draw(trace, depth=0).html).press("End")
    first, second = reader.run(CLOSED)
    choose(reader, first)
    before = reader.run(PICTURE)
    reader.press("Enter")
    inside = set(reader.run(CLOSED)) - {second}
    assert second in reader.run(CLOSED)
    assert len(inside) == 2  # two sigmoids
    assert reader.run(PICTURE) != before
    assert reader.press("Backspace").run(PICTURE) == before


def test_all_boxes_like_one_open_together(open_page):
    trace = graphs.cells()
    reader = open_page(ag.draw(trace, depth=0).html)
    choose(reader, reader.run(CLOSED)[0])
    reader.press("Shift+Enter")
    assert len(reader.run(CLOSED)) == 4
    choose(reader, reader.run(CLOSED)[-1]).press("Shift+Enter")
    assert not reader.run(CLOSED)
    assert shown(reader) >= operations(trace)


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_numbers_of_opened_boxes_are_those_of_a_drawing_that_is_open(open_page, direction):
    trace = graphs.cells()
    reader = open_page(ag.draw(trace, depth=0, direction=direction).html).press("e", "e")
    assert shown(reader) >= operations(trace)
    for at in places(trace):
        check_drawing(reader.go(at), trace, at, direction=direction)


def test_a_scope_of_an_open_drawing_closes_alone(open_page):
    trace = graphs.cells()
    reader = open_page(ag.draw(trace).html)
    choose(reader, f"n{min(operations(trace))}")
    before = shown(reader)
    picture = reader.run(PICTURE)
    reader.press("Backspace")
    assert len(reader.run(CLOSED)) == 1
    assert shown(reader) < before
    reader.press("e", "e")
    assert shown(reader) == before
    assert reader.run(PICTURE) == picture


def lstm():
    cell = nn.LSTM(2, 3)
    x = ag.tensor(np.linspace(-1.0, 1.0, 6).reshape(3, 1, 2), name="x")
    return ag.trace(ag.sum(cell(x)[0]))


def test_boxes_do_not_overlap_and_wires_lead_to_them_whichever_are_open(open_page):
    reader = open_page(ag.draw(lstm(), depth=0, view="gates").html)
    pick = random.Random(0)
    opened = 0
    while closed := reader.run(CLOSED):
        choose(reader, pick.choice(closed)).press("Enter")
        opened += 1
        rectangles = reader.run(RECTANGLES)
        check_apart(rectangles)
        for wire, x, y in reader.run(HEADS):
            assert min(distance(x, y, *sides) for _, *sides in rectangles) < 6, wire  # a circle
    assert opened > 4
    assert shown(reader) >= operations(lstm())


def check_apart(rectangles):
    for k, (id, *p) in enumerate(rectangles):
        for other, *q in rectangles[:k]:
            apart = p[0] >= q[2] or q[0] >= p[2] or p[1] >= q[3] or q[1] >= p[3]
            frames = [name for name in (id, other) if name[0] in "so"]
            assert apart or (frames and (holds(p, q) or holds(q, p))), (id, other)


def distance(x, y, left, top, right, bottom):
    """How far a point is from the border of a rectangle."""
    inside = min(abs(x - left), abs(x - right), abs(y - top), abs(y - bottom))
    outside = np.hypot(max(left - x, x - right, 0), max(top - y, y - bottom, 0))
    return outside or inside


def holds(p, q):
    return p[0] <= q[0] and p[1] <= q[1] and q[2] <= p[2] and q[3] <= p[3]


def test_a_key_that_opens_or_closes_a_box_takes_less_than_fifty_milliseconds(open_page):
    reader = open_page(ag.draw(lstm(), depth=0, view="gates").html)
    choose(reader, reader.run(CLOSED)[0]).press("Enter")  # the cells
    choose(reader, reader.run(CLOSED)[0])
    reader.run(TURNS, 3)
    assert len(reader.run(CLOSED)) == 3
    assert time_of(reader, "() => null", 10) < time_of(reader, TURNS, 10) / 20 < 0.05


def time_of(reader, script, *argument):
    """Seconds that the page's thread is busy, however many others there are."""
    session = reader.page.context.new_cdp_session(reader.page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def busy():
        metrics = session.send("Performance.getMetrics")["metrics"]
        return next(m["value"] for m in metrics if m["name"] == "TaskDuration")

    before = busy()
    reader.run(script, *argument)
    return busy() - before
