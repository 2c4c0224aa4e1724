"""The stage: a drawing of any size is fitted, zoomed, dragged and followed, with a map of it."""

import numpy as np
import pytest

import autograd as ag
from tests.browser import graphs
from tests.browser.reader import GO
from tests.browser.test_accessibility import PHONE
from tests.gallery import lecture_neuron, scalar_mlp

DESKTOP = {"width": 1440, "height": 900}
STILL = {"viewport": DESKTOP, "reduced_motion": "reduce"}
SCALE = """() => { const svg = document.querySelector(".stage > svg");
  return svg.getBoundingClientRect().width / svg.getAttribute("width"); }"""
SMALLEST = """() => Math.min(...[...document.querySelectorAll(".stage > svg text[font-size]")]
  .map((text) => Number(text.getAttribute("font-size"))))"""
# In one go: a busy machine may take longer between two calls than the motion lasts.
STEP = """document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }))"""
STEPPED = f"""count => {{ for (let i = 0; i < count; i += 1) {STEP};
  return document.querySelectorAll(".motion text").length; }}"""
TRAVELLED = f"""async () => {{ {STEP};
  const label = document.querySelector(".motion text.gradient");
  const places = [Number(label.getAttribute("x"))];
  while (label.isConnected) await new Promise(requestAnimationFrame);
  return [...places, Number(label.getAttribute("x"))]; }}"""
TRANSFORM = "document.querySelector('.stage > svg').style.transform"
STEP_TO = f"""at => {{ ({GO})(at); return {TRANSFORM}; }}"""


def rest(reader):
    """Let the page's clock go on for longer than a motion takes: a faster step has none."""
    now = reader.run("() => performance.now()")
    reader.page.wait_for_function("start => performance.now() > start + 400", arg=now)


def network(sizes):
    return ag.draw(scalar_mlp(sizes, np.random.default_rng(0)), at=-1, engine="builtin")


@pytest.fixture(scope="module")
def hundred():
    return network([4, 5, 1, 1])


@pytest.fixture(scope="module")
def large():
    return network([3, 8, 7, 1])


@pytest.fixture(scope="module")
def neuron():
    return ag.draw(lecture_neuron(), at=-1)


def scale(reader):
    return reader.run(SCALE)


def rectangle(reader, selector):
    box = reader(selector).first.bounding_box()
    return box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]


def is_inside(inner, outer):
    return all(
        i >= o - 1 if side < 2 else i <= o + 1
        for side, (i, o) in enumerate(zip(inner, outer, strict=True))
    )


def is_whole(reader):
    return is_inside(rectangle(reader, ".stage > svg"), rectangle(reader, ".stage"))


def centre(reader, selector):
    x0, y0, x1, y1 = rectangle(reader, selector)
    return (x0 + x1) / 2, (y0 + y1) / 2


# Fit


@pytest.mark.parametrize("name", ["hundred", "large"])
def test_f_fits_a_drawing_of_any_size(open_page, request, name):
    drawing = request.getfixturevalue(name)
    reader = open_page(drawing.html, **STILL)
    reader.press("e", "e", "e")
    assert reader(".stage g.box").count() >= {"hundred": 92, "large": 290}[name]
    assert not is_whole(reader)
    for key in ("f", "0"):
        reader.press("+", "+", key)
        assert is_whole(reader)
    left, top, right, bottom = rectangle(reader, ".stage > svg")
    stage = rectangle(reader, ".stage")
    assert max((right - left) / (stage[2] - stage[0]), (bottom - top) / (stage[3] - stage[1])) > 0.9


def test_a_drawing_that_can_be_read_is_shown_whole_at_first(open_page, neuron):
    reader = open_page(neuron.html, **STILL)
    assert is_whole(reader)
    assert not reader(".minimap").is_visible()
    assert scale(reader) * reader.run(SMALLEST) >= 11


def test_of_a_larger_one_a_part_is_shown_that_can_be_read(open_page, hundred):
    reader = open_page(hundred.html, **STILL)
    reader.press("e", "e")
    assert scale(reader) * reader.run(SMALLEST) >= 11
    assert reader(".minimap").is_visible()


def test_a_larger_window_shows_a_fitted_drawing_larger(open_page, neuron):
    reader = open_page(neuron.html, **STILL)
    reader.press("f")
    before = scale(reader)
    reader.page.set_viewport_size({"width": 1920, "height": 1080})
    reader.page.wait_for_function(f"before => ({SCALE})() > before * 1.2", arg=before)
    assert is_whole(reader)


# Following


def test_what_happens_is_in_view_at_every_step(open_page, hundred):
    reader = open_page(hundred.html, **STILL)
    reader.press("e", "e")
    for at in range(0, reader.last, 7):
        reader.go(at)
        assert is_inside(rectangle(reader, "g.box[data-state=lit]"), rectangle(reader, ".stage"))


def test_the_view_glides_where_motion_is_welcome(open_page, hundred):
    reader = open_page(hundred.html, viewport=DESKTOP)
    reader.press("e", "e")
    rest(reader.go(0))
    early = reader.run(STEP_TO, reader.last // 5)
    reader.page.wait_for_function(f"early => {TRANSFORM} !== early", arg=early)
    rest(reader)
    assert is_inside(rectangle(reader, "g.box[data-state=lit]"), rectangle(reader, ".stage"))


# Wheel, drag, pinch


def test_the_wheel_zooms_about_the_pointer(open_page, neuron):
    reader = open_page(neuron.html, **STILL)
    reader.press("End")
    x, y = centre(reader, "#n10")
    before = scale(reader)
    reader.page.mouse.move(x, y)
    reader.page.mouse.wheel(0, -300)
    reader.page.wait_for_function(f"before => ({SCALE})() > before * 1.3", arg=before)
    assert centre(reader, "#n10") == pytest.approx((x, y), abs=3)


@pytest.fixture
def notebook(open_page, neuron):
    html = neuron._repr_html_() + "<div style='height: 3000px'></div>"
    reader = open_page("<!DOCTYPE html><body>" + html, **STILL)
    reader.frame = reader.page.frames[1]
    reader(".stage > svg").wait_for()
    return reader


def test_in_a_notebook_the_wheel_goes_on_scrolling(notebook):
    before = scale(notebook)
    notebook.page.mouse.move(*centre(notebook, ".stage"))
    notebook.page.mouse.wheel(0, 200)
    notebook.page.wait_for_function("() => scrollY > 100")
    assert scale(notebook) == before
    assert "Ctrl" in notebook.text(".gesture.shown")


def test_in_a_notebook_a_click_gives_the_wheel_to_the_drawing(notebook):
    before = scale(notebook)
    notebook.page.mouse.move(*centre(notebook, ".stage"))
    notebook.page.mouse.click(*centre(notebook, ".stage"))
    notebook.page.mouse.wheel(0, -200)
    notebook.frame.wait_for_function(f"before => ({SCALE})() > before * 1.1", arg=before)
    assert notebook.page.evaluate("scrollY") == 0


def test_a_drag_moves_the_drawing_and_chooses_nothing(open_page, hundred):
    reader = open_page(hundred.html, **STILL)
    reader.press("e", "e").go(reader.last // 2)
    x, y = centre(reader, "g.box[data-state=lit]")
    left, top, *_ = rectangle(reader, ".stage > svg")
    mouse = reader.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 20, y - 10)
    mouse.move(x - 60, y - 30)
    mouse.up()
    moved = rectangle(reader, ".stage > svg")[:2]
    assert moved == pytest.approx((left - 60, top - 30), abs=2)
    assert not reader("g.selected").count()


def test_a_double_click_does_not_zoom(open_page, neuron):
    reader = open_page(neuron.html, **STILL)
    before = scale(reader)
    reader("#n10").dblclick()
    assert scale(reader) == before


def test_two_fingers_zoom(open_page, neuron):
    reader = open_page(neuron.html, **{**PHONE, "reduced_motion": "reduce"})
    before = scale(reader)
    x, y = centre(reader, ".stage")
    touch = reader.page.context.new_cdp_session(reader.page)

    def fingers(kind, apart):
        points = [] if apart is None else [{"x": x - apart, "y": y}, {"x": x + apart, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 30)
    for apart in (40, 50, 60):
        fingers("touchMove", apart)
    fingers("touchEnd", None)
    assert scale(reader) == pytest.approx(2 * before, rel=0.1)


# The map


def test_the_map_follows_and_lights_what_happens(open_page, hundred):
    reader = open_page(hundred.html, **STILL)
    reader.press("e", "e")
    frames, marks = set(), set()
    for share in (0, 0.2, 0.3, 0.7):
        reader.go(int(reader.last * share))
        frames.add(rectangle(reader, ".map-frame"))
        marks.add(centre(reader, ".minimap rect.lit"))
        lit = centre(reader, ".minimap rect.lit")
        assert is_inside((*lit, *lit), rectangle(reader, ".map-frame"))
    assert len(frames) > 2
    assert len(marks) == 4


def test_dragging_on_the_map_moves_the_view(open_page, hundred):
    reader = open_page(hundred.html, **STILL)
    reader.press("e", "e")
    x0, y0, x1, y1 = rectangle(reader, ".minimap svg")
    mouse = reader.page.mouse
    mouse.move(x0 + 5, y0 + 5)
    mouse.down()
    for share in (0.4, 0.6):
        mouse.move(x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
        assert centre(reader, ".map-frame") == pytest.approx(
            (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share), abs=4
        )
    mouse.up()


def test_the_map_moves_the_view_by_keys(open_page, hundred):
    reader = open_page(hundred.html, **STILL)
    reader.press("e", "e")
    reader(".minimap").focus()
    before = rectangle(reader, ".map-frame")[0]
    reader.press("ArrowLeft", "ArrowLeft")
    assert rectangle(reader, ".map-frame")[0] < before
    assert reader.at == -1


def test_m_shows_and_hides_the_map(open_page, neuron):
    reader = open_page(neuron.html, **STILL)
    seen = [reader.press("m")(".minimap").is_visible() for _ in range(2)]
    assert seen == [True, False]


# Names


def names(reader):
    return [text.text_content() for text in reader(".names text").all()]


def test_the_names_of_a_step_stand_on_its_wires(open_page, neuron):
    trace = neuron.trace
    reader = open_page(neuron.html, **STILL)
    made = next(i for i, e in enumerate(trace) if trace.graph[e.node].gate == "+1")
    assert names(reader.go(made)) == ["i", "j = 1 + i"]
    rule = next(i for i, e in enumerate(trace) if i > made and e.kind == "vjp")
    expected = ["j", "df/dj", "f = 1/j", "df/df"]
    assert names(reader.go(rule)) == names(reader.go(rule + 1)) == expected


def test_a_leaf_that_is_far_away_is_named_on_its_wire(open_page, large):
    graph = large.trace.graph
    reader = open_page(large.html, **STILL)
    reader.press("e", "e")
    shown = []
    for at in (7, 26):
        made = graph[large.trace.events[at].node]
        inputs = [graph[i].name for i in made.inputs]
        shown.append([name in names(reader.go(at)) for name in inputs])
    assert shown == [[False, True], [False, True]]  # a weight is near, x0 and x1 go to many


def test_a_name_stands_right_above_its_number(open_page, neuron):
    reader = open_page(neuron.html, **STILL)
    reader.go(11)
    name = rectangle(reader, ".names text:last-child")
    number = rectangle(reader, "#w12-0 text.value, #w13-0 text.value")
    assert reader(".names text").count() == 2
    assert abs(name[0] + name[2] - number[0] - number[2]) < 6
    assert -10 < number[1] - name[3] < 6


def test_pointing_at_another_operation_names_its_wires(open_page, neuron):
    reader = open_page(neuron.html, **STILL)
    reader.press("End").go(11)
    here = names(reader)
    reader("#n5").hover()
    assert set(here) < set(names(reader))
    assert any(" = " in name for name in set(names(reader)) - set(here))
    reader(".bar").hover()
    assert names(reader) == here


# Motion


@pytest.mark.parametrize(("motion", "moving"), [("no-preference", 2), ("reduce", 0)])
def test_values_travel_unless_motion_is_unwelcome(open_page, neuron, motion, moving):
    reader = open_page(neuron.html, viewport=DESKTOP, reduced_motion=motion)
    trace = neuron.trace
    product = next(i for i, e in enumerate(trace) if trace.graph[e.node].gate == "*")
    rest(reader.go(product - 1))
    assert reader.run(STEPPED, 1) == moving
    reader.page.wait_for_function("() => !document.querySelector('.motion text')")


def test_contributions_travel_back(open_page, neuron):
    reader = open_page(neuron.html, viewport=DESKTOP)
    trace = neuron.trace
    rule = next(i for i, e in enumerate(trace) if e.kind == "vjp")
    rest(reader.go(rule - 1))
    places = reader.run(TRAVELLED)
    assert places[-1] < places[0]


def test_those_who_step_fast_see_no_motion(open_page, neuron):
    reader = open_page(neuron.html, viewport=DESKTOP)
    assert reader.run(STEPPED, 12) == 0


# Room


@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080)])
@pytest.mark.parametrize("name", ["neuron", "large"])
def test_stage_bar_and_desk_fill_the_screen(open_page, request, size, name):
    width, height = size
    viewport = {"width": width, "height": height}
    reader = open_page(request.getfixturevalue(name).html, **{**STILL, "viewport": viewport})
    stage, bar, desk = (rectangle(reader, part) for part in (".stage", ".bar", ".desk"))
    assert stage[3] <= bar[1] + 1 <= bar[3] + 1 <= desk[1] + 2
    assert desk[3] == pytest.approx(height, abs=1)
    assert stage[3] - stage[1] >= 0.45 * height
    assert reader.run("() => document.documentElement.scrollHeight") <= height


@pytest.mark.parametrize("width", [390, 768, 1440, 1920])
def test_nothing_is_wider_than_the_screen(open_page, large, width):
    viewport = {"width": width, "height": 900}
    reader = open_page(large.html, **{**STILL, "viewport": viewport})
    for at in (-1, 20, reader.last - 20):
        reader.go(at)
        assert reader.run("() => document.documentElement.scrollWidth") <= width


def test_the_stage_keeps_its_place_from_step_to_step(open_page):
    reader = open_page(ag.draw(graphs.layer(), at=-1).html, **STILL)
    places = {rectangle(reader.go(at), ".stage") for at in range(-1, reader.last + 1)}
    assert len(places) == 1


# Boxes


def test_enter_opens_and_backspace_closes(open_page):
    reader = open_page(ag.draw(graphs.folded(), depth=0, at=-1).html, **STILL)
    counts = [reader(".stage g.box").count()]
    for key in ("Enter", "Backspace"):
        reader("g.fold").first.click()
        reader(".stage").focus()
        counts.append(reader.press(key)(".stage g.box").count())
    assert counts[0] == counts[2] < counts[1]


def test_enter_on_a_button_presses_it(open_page, neuron):
    reader = open_page(neuron.html, **STILL)
    reader(".bar .step").focus()
    assert reader.press("Enter").at == 0
