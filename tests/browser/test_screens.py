"""The page on a phone, on a tablet, on a wide screen, in a notebook and on paper."""

import pytest

import autograd as ag
from tests.browser import graphs
from tests.browser.test_accessibility import PHONE
from tests.gallery import lecture_neuron

TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
SMALL = {"viewport": {"width": 320, "height": 568}, "has_touch": True, "is_mobile": True}
SCREENS = {"phone": PHONE, "small phone": SMALL, "tablet": TABLET}
TRACES = {
    "neuron": lecture_neuron,
    "layer": graphs.layer,
    "convolution": graphs.convolution,
    "folded": graphs.folded,
}


@pytest.fixture(params=SCREENS)
def screen(request):
    return SCREENS[request.param]


def overhang(reader):
    """Return by how many pixels the page is wider than the screen."""
    return reader.run("() => document.documentElement.scrollWidth - screen.width")


@pytest.mark.parametrize("name", TRACES)
def test_the_page_never_scrolls_sideways(open_page, screen, name):
    trace = TRACES[name]()
    reader = open_page(ag.draw(trace, at=-1).html, **screen)
    for at in range(-1, len(trace)):
        assert overhang(reader.go(at)) <= 0, at
    reader.press("x")
    for at in range(-1, len(trace), 3):
        assert overhang(reader.go(at)) <= 0, at


@pytest.mark.parametrize("tool", ["Find", "Breakpoints", "All steps", "Keys"])
def test_no_tool_makes_it_scroll_sideways(open_page, screen, tool):
    reader = open_page(ag.draw(lecture_neuron()).html, **screen)
    reader.frame.get_by_role("button", name=tool).tap()
    assert overhang(reader) <= 0


def test_buttons_are_large_enough_for_a_finger(open_page):
    reader = open_page(ag.draw(lecture_neuron()).html, **PHONE)
    reader("g.box").first.tap()
    for button in reader.frame.get_by_role("button").all():
        assert button.bounding_box()["height"] >= 40, button.inner_text()


def test_tapping_steps(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=-1).html, **PHONE)
    for at in range(5):
        reader(".bar .step").tap()
        assert reader.at == at
    reader(".bar .back").tap()
    assert reader.at == 3


def test_the_step_button_and_the_card_are_on_the_first_screen(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=20).html, **PHONE)
    for part in (".bar .step", ".card .product"):
        box = reader(part).bounding_box()
        assert 0 <= box["y"] < box["y"] + box["height"] <= 800


def test_a_tap_on_a_box_chooses_it(open_page):
    reader = open_page(ag.draw(lecture_neuron()).html, **PHONE)
    reader("#n2").tap()
    assert "makes a" in reader.text(".inspector h3")


def test_a_tap_on_a_cell_lights_what_it_hangs_on(open_page):
    trace = graphs.layer()
    at = next(i for i, e in enumerate(trace) if trace.graph[e.node].gate == "@")
    reader = open_page(ag.draw(trace, at=at).html, **PHONE)
    reader('td[data-pane="out"][data-index="0"]').tap()
    assert reader("td.related").count() == 6


def test_the_graph_scrolls_in_itself_to_what_happens(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=-1).html, reduced_motion="reduce", **PHONE)
    reader.go(12)
    stage, box = reader(".stage").bounding_box(), reader("#n12").bounding_box()
    assert stage["x"] <= box["x"] <= stage["x"] + stage["width"]
    assert reader.run("() => scrollX") == 0


def test_the_frame_of_a_notebook_fits_a_phone(open_page):
    html = ag.draw(lecture_neuron())._repr_html_()
    head = "<!DOCTYPE html><meta name=viewport content='width=device-width'>"
    assert overhang(open_page(head + html, **PHONE)) <= 0


def test_the_buttons_for_the_size_cover_nothing_on_a_phone(open_page):
    reader = open_page(ag.draw(lecture_neuron()).html, **PHONE)
    stage, buttons = reader(".stage").bounding_box(), reader(".zoom").bounding_box()
    assert buttons["y"] >= stage["y"] + stage["height"]


# Wide screens and notebooks

WIDE = {"laptop": (1440, 900), "projector": (1920, 1080)}
SMALL_TEXT = """least => [...document.querySelectorAll("header, .bar, .desk")].flatMap((part) =>
  [...part.querySelectorAll("*")]).filter((e) => e.checkVisibility() && !e.closest("svg, .aside") &&
    [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) &&
    parseFloat(getComputedStyle(e).fontSize) < least).map((e) => e.textContent)"""


@pytest.mark.parametrize("name", WIDE)
def test_on_a_wide_screen_the_equation_is_large_and_the_list_of_keys_closed(open_page, name):
    width, height = WIDE[name]
    screen = {"viewport": {"width": width, "height": height}}
    reader = open_page(ag.draw(lecture_neuron(), at=20).html, **screen)
    large = "e => parseFloat(getComputedStyle(e).fontSize)"
    assert reader(".card .symbols").evaluate(large) >= 22
    assert not reader(".help").is_visible()
    card, desk = reader(".card").bounding_box(), reader(".desk").bounding_box()
    assert card["width"] >= 0.8 * desk["width"]
    reader.frame.get_by_role("button", name="Keys ?").click()
    assert reader(".help").is_visible()


@pytest.mark.parametrize("width", [700, 900])
@pytest.mark.parametrize("name", TRACES)
def test_at_a_notebooks_width_no_text_beside_the_drawing_is_small(open_page, name, width):
    trace = TRACES[name]()
    html = ag.draw(trace, at=len(trace) - 2)._repr_html_()
    page = open_page("<!DOCTYPE html>" + html, viewport={"width": width, "height": 900})
    frame = page("iframe").element_handle().content_frame()
    frame.locator(".card").wait_for()
    assert frame.evaluate(SMALL_TEXT, 12) == []
    assert frame.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


# Paper


@pytest.mark.parametrize("at", [-1, 37])
def test_paper_has_the_graph_and_all_steps(open_page, at):
    trace = lecture_neuron()
    reader = open_page(ag.draw(trace, at=at).html)
    reader.page.emulate_media(media="print")
    reader.run("() => dispatchEvent(new Event('beforeprint'))")
    assert reader(".stage svg").is_visible()
    assert reader(".steps li").count() == len(trace)
    assert all(step.is_visible() for step in reader(".steps li").all())
    for part in (".bar", ".tabs", ".zoom", ".options"):
        assert not reader(part).is_visible()


def test_nothing_is_cut_off_on_paper(open_page):
    for make in (lecture_neuron, graphs.layer):
        reader = open_page(ag.draw(make()).html, viewport={"width": 720, "height": 1000})
        reader.page.emulate_media(media="print")
        reader.run("() => dispatchEvent(new Event('beforeprint'))")
        assert reader.run("() => document.documentElement.scrollWidth") <= 720
        graph = reader(".stage svg").bounding_box()
        assert graph["x"] >= 0
        assert graph["x"] + graph["width"] <= 720
        assert graph["width"] / graph["height"] == pytest.approx(
            reader.run(
                "() => { const b = document.querySelector('.stage svg').viewBox.baseVal;"
                " return b.width / b.height; }"
            ),
            rel=0.02,
        )


def test_paper_from_a_dark_page_is_light(open_page):
    reader = open_page(ag.draw(lecture_neuron(), theme="dark").html)
    reader.page.emulate_media(media="print")
    paper = reader(".glassgrad").evaluate("e => getComputedStyle(e).backgroundColor")
    assert paper == "rgb(255, 255, 255)"
