"""Page, notebook output and moving picture: what is in them, and what is not."""

import json
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

import autograd as ag
from autograd.viz.player import html_page as pages
from autograd.viz.player.packing import element, parts
from autograd.viz.player.payload import EVENTS
from tests.viz.player.test_timeline import fan_out, layer, leaf, neuron


@pytest.fixture(scope="module")
def html():
    return ag.draw(neuron()).html


def test_the_policy_names_the_loader_and_the_script_by_their_hashes(html):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    (loader,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    allowed = " ".join(f"'sha256-{digest(code)}'" for code in (loader, parts(html)["code"]))
    assert f"script-src {allowed};" in policy
    assert policy.startswith("default-src 'none'")


def digest(code):
    return b64encode(sha256(code.encode()).digest()).decode()


def test_nothing_in_a_page_has_an_address(html):
    names = {"http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
    assert addresses(html) | addresses(parts(html)["score"]) <= names  # never asked for
    assert not re.search(r"\b(src|href)=", parts(html)["score"])
    assert all("//www.w3.org/" in name for name in addresses(parts(html)["code"]))


def addresses(text):
    return set(re.findall(r"\w+://[^\s\"'\\<]+", text))


def test_the_script_has_no_comments_to_the_end_of_a_line():
    without_strings = re.sub(r'"[^"\n]*"|/[^/\n]+/[gimsuy]*', '""', pages.script())
    assert "//" not in without_strings


def test_of_comments_the_script_has_the_licence_of_others_alone():
    comments = re.findall(r"/\*.*?\*/", pages.script(), re.DOTALL)
    assert len(comments) == 1
    assert "d3-zoom 3" in comments[0]
    assert "permission notice appear in all copies" in comments[0]
    assert len(pages._static("vendor/d3-zoom.js")) < 20_000


def test_the_scripts_declare_each_name_once():
    static = Path(pages.__file__).parent / "static"
    text = "\n".join((static / f"{name}.js").read_text("utf-8") for name in pages.SCRIPTS)
    names = re.findall(r"^(?:const|let|function|class) +(\w+)", text, re.MULTILINE)
    assert sorted(names) == sorted(set(names))


def test_the_script_sends_no_request():
    assert not re.findall(
        r"fetch|XMLHttpRequest|WebSocket|EventSource|sendBeacon|import\(|eval|innerHTML|"
        r"insertAdjacentHTML|document\.write|localStorage|new Function",
        own_script(),
    )


def own_script():
    """The script without what is vendored, which the policy holds."""
    names = [name for name in pages.SCRIPTS if not name.startswith("vendor/")]
    return "\n".join(map(pages._source, (f"{name}.js" for name in names)))


def test_a_score_cannot_end_its_script():
    text = "</script></SCRIPT><!--<script><ScRipt & \u2028 \ud800 <b>"
    held = element("score", pages.as_json({"a": text}))
    assert re.findall("[<>].*?[<>]", held) == [
        '<script type="application/gzip" id="score">',
        "</script>",
    ]
    assert held.isascii()
    assert json.loads(parts(held)["score"])["a"] == text


def test_the_same_page_is_packed_into_the_same_bytes():
    assert ag.draw(neuron()).html == ag.draw(neuron()).html


def test_a_page_of_a_graph_has_no_script_for_an_architecture(html):
    assert "function makeArchitecture(" in pages.script()
    assert "function makeArchitecture(" not in parts(html)["code"]


def test_a_page_can_be_written_with_any_name(tmp_path):
    path = ag.draw(ag.exp(leaf(1.0, "\ud800"))).save(tmp_path / "f.html")
    assert pages.is_page(path)


@pytest.mark.parametrize("text", ["", "<html></html>", "generator glassgrad"])
def test_a_file_of_others_is_no_page(tmp_path, text):
    path = tmp_path / "f.html"
    path.write_text(text)
    assert not pages.is_page(path)
    assert not pages.is_page(tmp_path)


def test_every_theme_has_every_role():
    made = {"share", "side", "tall", "tone", "seed"}
    roles = set(re.findall(r"var\(--([\w-]+)", pages.style())) - made
    for name in ("lecture", "safe", "dark"):
        rule = re.search(rf'data-theme="{name}"\]\{{(.*?)\}}', pages.style())[1]
        assert roles <= set(re.findall(r"--([\w-]+):", rule)), name


def test_a_drawing_without_steps_has_a_page_that_shows_it(tmp_path):
    text = ag.draw(ag.graph(leaf(1.0, "w") * 2.0)).save(tmp_path / "f.html").read_text()
    image = b64decode(re.search(r"base64,([\w+/=]+)", text)[1]).decode()
    assert ">w<" in image
    assert "<script" not in text
    assert "w * 2" in text


def test_a_trace_of_too_many_events_has_a_page_that_shows_it():
    y = leaf(0.5)
    for _ in range(EVENTS // 3 + 1):
        y = ag.sin(y)
    drawing = ag.draw(y)
    assert drawing.player() is None
    assert "<script" not in drawing.html
    assert f"at most {EVENTS} events; here are {len(drawing.trace)}." in drawing.html


# Notebook output


def test_the_fallback_stands_right_behind_the_frame():
    html = ag.draw(neuron())._repr_html_()
    assert html.startswith("<style>iframe[srcdoc]+.glassgrad-still{display:none}</style><iframe ")
    behind = html.partition("</iframe>")[2]
    assert behind.startswith('<div class="glassgrad-still"><img ')
    assert behind.endswith("</pre></details></div>")


def test_no_blank_line_ends_the_output_in_markdown():
    assert "\n" not in ag.draw(neuron())._repr_html_()


def test_without_scripts_the_page_tells_the_steps(html):
    still = re.search(r'<main id="still">(.*?)</main>', html, re.DOTALL)[1]
    assert "not allowed to run here" in still
    assert unescape(re.search(r"<pre>(.*?)</pre>", still, re.DOTALL)[1]) == ag.draw(neuron()).text


def test_the_frame_may_run_scripts_and_nothing_else():
    html = ag.draw(neuron())._repr_html_()
    assert re.findall(r'sandbox="([^"]*)"', html) == ["allow-scripts"]


def test_the_steps_stand_in_words_beside_the_picture():
    drawing = ag.draw(neuron())
    told = re.search(r"<pre>(.*?)</pre>", drawing._repr_html_().partition("</iframe>")[2])[1]
    assert unescape(told) == drawing.text


def test_a_page_begins_before_the_first_event_or_at_a_given_one():
    trace = ag.trace(neuron())
    for at, start in ((None, -1), (-1, -1), (5, 5), (len(trace) - 1, len(trace) - 1)):
        assert ag.draw(trace, at=at).player().payload["start"] == start


def test_the_picture_of_a_page_that_begins_at_the_start_shows_the_end():
    trace = ag.trace(neuron())
    still = ag.draw(trace).player()._repr_mimebundle_()["image/svg+xml"]
    end = ag.draw(trace, at=len(trace) - 1).svg
    assert re.findall(r"<text[^>]*>([^<]+)", still) == re.findall(r"<text[^>]*>([^<]+)", end)


# The moving picture


@pytest.mark.parametrize("make", [neuron, fan_out, layer])
def test_the_moving_picture_shows_every_number_at_its_end(make):
    drawing = ag.draw(make(), engine="builtin")
    root = ElementTree.fromstring(drawing.animated)
    hidden = set(re.findall(r"\.(t\d+)\{visibility:hidden\}", drawing.animated))
    shown = [
        text.text
        for group in root
        for text in group.iter("{http://www.w3.org/2000/svg}text")
        if not any(text in g.iter() for g in group.iter() if g.get("class") in hidden)
    ]
    ends = re.findall(r">([^<>]+)</text>", drawing.svg)
    assert sorted(shown) == sorted(unescape(t) for t in ends)


def test_animation_respects_reduced_motion():
    svg = ag.draw(neuron()).animated
    before, after = svg.split("@media screen and (prefers-reduced-motion:no-preference){")
    assert "animation" not in before
    assert "@keyframes" in after


def test_a_long_trace_stands_still_in_a_notebook():
    y = leaf(0.5)
    for _ in range(150):
        y = ag.sin(y)
    html = ag.draw(y)._repr_html_()
    picture = b64decode(re.search(r"base64,([\w+/=]+)", html)[1]).decode()
    assert "@keyframes" not in picture


def test_a_leaf_alone_can_be_played():
    drawing = ag.draw(leaf(2.0))
    assert len(drawing.player().payload["numbers"]["events"]) == 2
    assert "<script" in drawing.html
