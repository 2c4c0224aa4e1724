"""What a notebook shows: the player in a frame, and without it a picture and the steps."""

import re
from html.parser import HTMLParser

import nbformat
import pytest
from nbclient import NotebookClient
from nbconvert import HTMLExporter

import autograd as ag
from tests.browser.reader import Reader
from tests.browser.test_stepping import expected_drawing, expected_numbers, there_and_back
from tests.gallery import lecture_neuron

CELL = """
import autograd as ag
names = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
w0, x0, w1, x1, w2 = (ag.tensor(v, requires_grad=True, name=n) for n, v in names.items())
f = 1.0 / (1.0 + ag.exp(-(w0 * x0 + w1 * x1 + w2)))
ag.draw(f, engine="builtin")
"""


@pytest.fixture(scope="module")
def exported():
    """A notebook, executed and exported, without the scripts of its template."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    html, _ = HTMLExporter().from_notebook_node(notebook)
    return re.sub(r"<script\b(?![^>]*json)[^>]*>.*?</script>", "", html, flags=re.DOTALL)


@pytest.fixture
def notebook(open_page, exported):
    return open_page(exported)


@pytest.fixture
def player(notebook):
    """The player in its frame, after a click on its graph."""
    frame = notebook("iframe").element_handle().content_frame()
    reader = Reader(notebook.page, frame)
    reader(".stage").focus()
    return reader


def test_the_frame_steps_and_shows_what_the_engine_did(player):
    trace = lecture_neuron()

    def check(at):
        assert player.numbers() == expected_numbers(trace, at)
        expected = expected_drawing(trace, at)
        drawn = player.drawn()
        assert {id: drawn.get(id) for id in expected} == expected

    there_and_back(player, check)


def test_the_fallback_is_hidden_while_the_frame_plays(notebook, player):
    assert player(".stage svg").is_visible()
    for part in ("img[src^='data:image/svg']", "details", "pre:has-text('Step 1 of 12')"):
        assert not notebook(f"div[class^=glassgrad-] {part}").is_visible()


def test_the_frame_may_run_scripts_and_nothing_else(notebook):
    assert notebook("iframe").get_attribute("sandbox") == "allow-scripts"


@pytest.mark.parametrize("width", [760, 1000, 1300])
def test_the_frame_has_room_for_every_step(open_page, exported, width):
    notebook = open_page(exported, viewport={"width": width, "height": 860})
    player = Reader(notebook.page, notebook("iframe").element_handle().content_frame())
    for at in range(-1, player.last + 1):
        assert player.go(at).run("() => document.body.scrollHeight - innerHeight") <= 0


# A host that trusts nobody


class Sanitiser(HTMLParser):
    """Takes out what a host of notebooks does not trust, as JupyterLab does."""

    void = ("img", "br", "meta", "link", "input", "hr")
    gone = ("style", "iframe", "script")

    def __init__(self):
        super().__init__()
        self.kept, self.inside = [], 0

    def handle_starttag(self, tag, attributes):
        if tag in self.gone:
            self.inside += 1
        elif not self.inside:
            safe = [f' {k}="{v}"' for k, v in attributes if not k.startswith("on")]
            self.kept.append(f"<{tag}{''.join(safe)}>")

    def handle_endtag(self, tag):
        if tag in self.gone:
            self.inside -= 1
        elif not self.inside and tag not in self.void:
            self.kept.append(f"</{tag}>")

    def handle_data(self, data):
        if not self.inside:
            self.kept.append(data.replace("&", "&amp;").replace("<", "&lt;"))


def sanitised(html):
    parser = Sanitiser()
    parser.feed(html)
    return "".join(parser.kept)


@pytest.fixture
def distrusted(open_page):
    html = sanitised(ag.draw(lecture_neuron(), engine="builtin")._repr_html_())
    assert not re.search("<(style|iframe|script)", html)
    return open_page(f"<!DOCTYPE html><meta charset='utf-8'><title>t</title>{html}")


def test_a_sanitiser_leaves_a_picture(distrusted):
    assert distrusted("img").is_visible()
    assert distrusted("img").evaluate("i => i.decode().then(() => i.naturalWidth)") > 500
    assert distrusted("img").get_attribute("alt") == ag.draw(lecture_neuron()).title


def test_the_picture_that_a_sanitiser_leaves_moves(distrusted):
    assert len(pictures(distrusted("img"), 2)) == 2


def pictures(locator, count):
    """Return screenshots of an element until there are so many different ones."""
    seen = set()
    for _ in range(200):
        seen.add(locator.screenshot(animations="allow"))
        if len(seen) == count:
            break
    return seen


def test_a_sanitiser_leaves_all_steps_in_words(distrusted):
    assert not distrusted("pre").is_visible()
    distrusted("summary").click()
    assert distrusted("pre").inner_text().strip() == ag.draw(lecture_neuron()).text.strip()


def test_predict_and_breakpoints_work_inside_the_frame(open_page):
    html = ag.lessons.predict(lecture_neuron())._repr_html_()
    outside = open_page(f"<!DOCTYPE html><meta charset='utf-8'><title>t</title>{html}")
    player = Reader(outside.page, outside("iframe").element_handle().content_frame())
    player(".stage").click()
    player.press("ArrowRight")
    player(".answer").fill("-0.53")
    player(".answer").press("Enter")
    assert player.text(".predict .good").startswith("Yes, ")
    player.frame.get_by_role("button", name="Breakpoints").click()
    player(".panel [aria-label=Which]").fill("w0")
    player.frame.get_by_role("button", name="Add").click()
    assert player.text(".breakpoints li").startswith("node w0")
