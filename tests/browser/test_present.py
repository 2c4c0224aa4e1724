"""Present mode: the drawing and one large equation, for a lecture room; and the colours of it."""

import re

import pytest

import autograd as ag
from autograd.viz.player.html_page import page
from tests.browser import graphs
from tests.browser.test_accessibility import serious
from tests.gallery import lecture_neuron

ROOM = {"viewport": {"width": 1920, "height": 1080}}
PHONE = {"viewport": {"width": 390, "height": 844}}
CHROME = ("header", ".bar", ".tabs", ".zoom", ".card")
MATH = (
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mrow><mfrac><mi>p</mi>'
    "<mi>q</mi></mfrac><mo>+=</mo><msup><mi>x</mi><mi>T</mi></msup></mrow></math>"
)
SCRIPT = f'<math><mtext><img src="x" onerror="document.title=1"></mtext>{MATH}</math>'
MAPS = """() => [...document.querySelector(".pane table").rows].map((row) =>
  [...row.cells].map((cell) => Number(cell.dataset.index)))"""

REDRAWN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(done)))"""


def cards_of(payload):
    """The cards of a payload, by event."""
    return [event["card"] for event in payload.get("structure", payload)["events"]]


def with_mathematics(drawing, text, rule=None):
    """The page of a drawing, with the same equation at every event."""
    payload = {**drawing.player().payload, "alone": True}
    for card in cards_of(payload):
        card["math"] = {"made": text, "product": text}
        if rule and card.get("product", {}).get("rule"):
            card["product"]["rule"] = rule
    return page(payload)


def long_mathematics(count):
    terms = "<mo>+</mo>".join(f"<mfrac><mi>number_{i}</mi><mi>q</mi></mfrac>" for i in range(count))
    return f"<math><mrow>{terms}</mrow></math>"


def size(reader, selector):
    return reader(selector).evaluate("e => parseFloat(getComputedStyle(e).fontSize)")


def theme(reader):
    return reader(".glassgrad").get_attribute("data-theme")


def outside(reader):
    """What of the presented equation and tensors is not on the screen."""
    return reader.run(
        "() => [...document.querySelectorAll('.lecture > *, .panes > *')].map((e) =>"
        " [e.className, e.getBoundingClientRect()]).filter(([, r]) => r.width && (r.left < 0 ||"
        " r.right > innerWidth + 1 || r.bottom > innerHeight + 1)).map(([name]) => name)"
    )


def test_p_fills_the_screen_and_escape_brings_the_page_back(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=20).html, **ROOM).press("Shift+P")
    stage, desk = reader(".stage").bounding_box(), reader(".desk").bounding_box()
    assert stage["height"] + desk["height"] >= 0.85 * 1080
    assert stage["width"] == desk["width"] == 1920
    assert not any(reader(part).is_visible() for part in CHROME)
    reader.press("Escape")
    assert all(reader(part).is_visible() for part in CHROME)
    assert not reader(".lecture").is_visible()


def test_the_button_presents_and_is_pressed_while_it_does(open_page):
    reader = open_page(ag.draw(lecture_neuron()).html)
    button = reader.frame.get_by_role("button", name="Present")
    button.click()
    assert reader(".lecture .caption").is_visible()
    reader.press("Escape")
    assert button.get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("make", [lecture_neuron, graphs.layer, graphs.convolution])
def test_the_equation_is_legible_from_the_last_row_at_every_event(open_page, make):
    trace = make()
    reader = open_page(with_mathematics(ag.draw(trace, at=0), MATH), **ROOM).press("Shift+P")
    for at in range(len(trace)):
        reader.go(at)
        assert size(reader, ".lecture .symbols") >= 40
        assert reader(".lecture math").bounding_box()["height"] >= 40
        assert outside(reader) == []


def test_under_the_equation_stand_its_numbers_in_the_colours_of_value_and_gradient(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=20).html, **ROOM).press("Shift+P")
    assert reader.text(".lecture .numbers") == "(-1.00) × (-0.20) = 0.20"
    assert reader(".lecture .numbers .value").all_inner_texts() == ["(-1.00)"]
    assert reader(".lecture .numbers .gradient").all_inner_texts() == ["(-0.20)", "0.20"]
    reader.go(2)
    assert reader.text(".lecture .numbers") == "2.00 × (-1.00) = -2.00"
    reader.go(12)
    assert reader.text(".lecture .numbers") == "1/1.37 = 0.73"


def test_the_keys_step_while_presenting(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=-1).html).press("Shift+P")
    seen = set()
    for _ in range(13):
        reader.press("ArrowRight")
        seen.add(reader.text(".lecture"))
    assert len(seen) == 13
    reader.press("ArrowLeft")
    assert "Forward 12 of 13" in reader.text(".lecture .caption")


@pytest.mark.parametrize("screen", [ROOM, PHONE], ids=["room", "phone"])
@pytest.mark.parametrize("count", [12, 40])
def test_a_long_equation_becomes_smaller_and_then_wraps(open_page, screen, count):
    html = with_mathematics(ag.draw(lecture_neuron(), at=20), long_mathematics(count))
    reader = open_page(html, **screen)
    assert reader.run("() => document.documentElement.scrollWidth") <= screen["viewport"]["width"]
    reader.press("Shift+P")
    assert outside(reader) == []
    assert size(reader, ".lecture .symbols") >= 16
    assert reader.text(".lecture .symbols").count("number") == count


def test_what_is_to_be_predicted_is_not_presented(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=18).html).press("p")
    reader.go(20)(".stage").focus()
    reader.press("Shift+P")
    assert reader.text(".lecture .numbers").endswith("= ?")


def test_a_pointer_that_rests_is_hidden(open_page):
    reader = open_page(ag.draw(lecture_neuron()).html)
    reader.page.clock.install()
    reader.press("Shift+P")
    cursor = "() => getComputedStyle(document.querySelector('.glassgrad')).cursor"
    reader.page.mouse.move(300, 300)
    assert reader.run(cursor) == "auto"
    reader.page.clock.run_for(2500)
    assert reader.run(cursor) == "none"
    reader.page.mouse.move(320, 300)
    assert reader.run(cursor) == "auto"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_presenting(open_page, scheme):
    trace = graphs.layer()
    drawing = ag.draw(trace, at=len(trace) - 2)
    reader = open_page(with_mathematics(drawing, MATH), color_scheme=scheme).press("Shift+P")
    assert serious(reader) == []


# Mathematics


def test_an_equation_is_native_mathematics_on_the_card(open_page):
    reader = open_page(with_mathematics(ag.draw(lecture_neuron(), at=20), MATH))
    names = reader.run("() => [...document.querySelectorAll('.card math *')].map((e) => e.tagName)")
    assert names == ["mrow", "mfrac", "mi", "mi", "mo", "msup", "mi", "mi"]
    assert size(reader, ".card .symbols") >= 22


def test_what_is_not_mathematics_is_shown_as_text_and_never_run(open_page):
    reader = open_page(with_mathematics(ag.draw(lecture_neuron(), at=20), SCRIPT))
    assert reader("img").count() == 0
    assert "<img" in reader.text(".card .symbols")


def test_a_transposed_matrix_is_shown_transposed(open_page):
    trace = graphs.layer()
    drawing = ag.draw(trace, at=len(trace) - 2)
    reader = open_page(with_mathematics(drawing, MATH, rule="x.T @ df/da"))
    assert reader("figcaption").first.inner_text() == "xᵀ 3x2"
    assert reader.run(MAPS) == [[0, 3], [1, 4], [2, 5]]


def test_a_transposed_gradient_is_shown_transposed(open_page):
    trace = ag.trace(ag.sum(graphs.variable([[1.0, 2.0, 3.0]], "x").T ** 2))
    drawing = ag.draw(trace, at=len(trace) - 2)
    reader = open_page(with_mathematics(drawing, MATH, rule="(df/da).T"))
    assert reader(".panes .row figcaption").all_inner_texts()[0] == "df/daᵀ, upstream 1x3"


# Colours


def test_the_colours_follow_the_system_until_the_reader_chooses(open_page):
    reader = open_page(ag.draw(lecture_neuron()).html, color_scheme="dark")
    assert theme(reader) == "dark"
    reader.page.emulate_media(color_scheme="light")
    reader('[data-theme="lecture"]').wait_for()
    reader.press("t")
    reader.page.emulate_media(color_scheme="dark")
    reader.run(REDRAWN)
    assert reader.run("() => matchMedia('(prefers-color-scheme: dark)').matches")
    assert theme(reader) == "safe"


def test_around_a_dark_page_it_is_dark_too(open_page):
    reader = open_page(ag.draw(graphs.fan_out()).html, color_scheme="dark")
    around = reader.run("() => getComputedStyle(document.documentElement).backgroundColor")
    assert around == reader(".glassgrad").evaluate("e => getComputedStyle(e).backgroundColor")


@pytest.mark.parametrize(("chosen", "scheme"), [("safe", "dark"), ("dark", "light")])
def test_a_theme_that_was_given_is_kept(open_page, chosen, scheme):
    assert (
        theme(open_page(ag.draw(graphs.fan_out(), theme=chosen).html, color_scheme=scheme))
        == chosen
    )


def test_paper_is_white_in_a_dark_system(open_page):
    reader = open_page(ag.draw(graphs.fan_out()).html, color_scheme="dark")
    reader.page.emulate_media(media="print")
    paper = reader(".glassgrad").evaluate("e => getComputedStyle(e).backgroundColor")
    assert paper == "rgb(255, 255, 255)"


def test_a_frame_in_a_notebook_is_dark_and_the_picture_without_scripts_is_light(open_page):
    html = ag.draw(graphs.fan_out())._repr_html_()
    reader = open_page("<!DOCTYPE html>" + html, color_scheme="dark")
    frame = reader("iframe").element_handle().content_frame()
    assert frame.locator(".glassgrad").get_attribute("data-theme") == "dark"
    without = open_page(
        "<!DOCTYPE html>" + html.replace("<iframe", "<i hidden"), color_scheme="dark"
    )
    assert re.search("image/svg", without("img").get_attribute("src"))


@pytest.mark.parametrize("at", [-1, 5, 20])
def test_axe_finds_nothing_where_the_system_is_dark(open_page, at):
    assert serious(open_page(ag.draw(lecture_neuron(), at=at).html, color_scheme="dark")) == []
