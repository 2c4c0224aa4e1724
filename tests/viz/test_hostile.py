"""Hostile names and values are shown, never run or broken, in every language of a drawing."""

import json
import os
import re
import shutil
import subprocess
import unicodedata
from html import unescape
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.core.messages import plain, short
from autograd.viz.formats import tikz
from autograd.viz.formats.markdown import escape
from autograd.viz.player.packing import parts
from tests.viz.geometry import Picture, overlaps

NAMES = [
    "</script><img src=x onerror=alert(1)>",
    "</text><script>alert(1)</script>",
    "]]><!--",
    "--><b>",
    "&amp;&lt;&#x41;",
    "\"'`",
    "a\nb\r\nc\td",
    "\x1b[31mred\x1b]0;title\x07",
    "\x00\x07\x7f\x9b31m",
    "\u202eevil\u2066",
    "\u05e9\u05dc\u05d5\u05dd",
    "\u0645\u0631\u062d\u0628\u0627",
    "\ud800",
    "\ufffe\uffff",
    "\\input{/etc/passwd}\\end{document}",
    "$x^2$ #1 %comment ~{}_&",
    "``-- '' ---",
    "javascript:alert(1)",
    "[link](http://example.org) **bold** | cell |",
    "# heading",
    "1. item",
    "{{ template }} ${shell} $(id)",
    "x" * 5_000,
    "\U0001f600 \u4e2d\u6587 e\u0301",
    " ",
    "node -> edge; }",
    "%s %d {0}",
]


def named(name):
    x = ag.tensor(2.0, requires_grad=True, name=name)
    with ag.scope(name):
        y = ag.exp(x * 3.0) + x
        y = y * y
    y.name = name
    return y


def variants(y):
    yield ag.draw(y, engine="builtin")
    yield ag.draw(y, engine="builtin", depth=0)
    yield ag.draw(y, backward=True)


@pytest.fixture(params=NAMES, ids=lambda name: ascii(name[:20]))
def name(request):
    return request.param


def test_svg_holds_the_name_as_text_and_nothing_else(name):
    tags = [tags_of(drawing) for drawing in variants(named("harmless"))]
    for expected, drawing in zip(tags, variants(named(name)), strict=True):
        assert tags_of(drawing) == expected


def tags_of(drawing):
    return {e.tag.rpartition("}")[2] for e in ElementTree.fromstring(drawing.svg).iter()}


def test_svg_has_no_link_script_or_handler(name):
    for drawing in variants(named(name)):
        for element in ElementTree.fromstring(drawing.svg).iter():
            for key, value in element.attrib.items():
                assert not key.lower().startswith("on")
                assert "href" not in key or value.startswith("data:image/png;base64,")


def test_svg_says_the_whole_name_when_pointed_at(name):
    for drawing in variants(named(name)):
        assert plain(name) in Picture(drawing.svg).all_text()


def test_a_hostile_name_moves_nothing_onto_another(name):
    for drawing in variants(named(name)):
        assert overlaps(drawing.sheet) == []


def test_no_control_characters_are_written(name):
    drawing = ag.draw(named(name))
    for text in (drawing.text, drawing.md, drawing.svg, drawing.dot, drawing.tex):
        assert all(c.isprintable() or c in "\n\t" for c in text)


def elements(html):
    """Return the names of all elements in a document, and the texts of its scripts."""

    class Reader(HTMLParser):
        def __init__(self):
            super().__init__()
            self.found, self.scripts = [], []

        def handle_starttag(self, tag, attrs):
            self.found.append(tag)
            assert not [key for key, _ in attrs if key.startswith("on")]
            if tag == "iframe":
                self.page = dict(attrs)["srcdoc"]

        def handle_data(self, data):
            if self.found[-1:] == ["script"]:
                self.scripts.append(data)

    reader = Reader()
    reader.feed(html)
    return reader


def test_html_for_notebooks_has_the_elements_of_a_harmless_name(name):
    seen, harmless = (elements(ag.draw(named(n))._repr_html_()) for n in (name, "w"))
    assert seen.found == harmless.found
    inside, expected = elements(seen.page), elements(harmless.page)
    assert inside.found == expected.found
    assert inside.scripts[-1] == expected.scripts[-1]
    ours, harmless = parts(seen.page), parts(harmless.page)
    assert (ours["code"], ours["style"]) == (harmless["code"], harmless["style"])
    words = [node["word"] for node in json.loads(ours["score"])["structure"]["nodes"]]
    assert any(short(name).strip() in word for word in words)


def test_markdown_has_as_many_cells_and_items_as_with_a_harmless_name(name):
    expected, got = (
        [re.sub(r"\\.|&[#\w]+;|[^|#]", "", line) for line in ag.draw(named(n)).md.splitlines()]
        for n in ("harmless", name)
    )
    assert got == expected


def test_markdown_shows_the_name(name):
    shown = unescape(re.sub(r"\\([\\`*_{}\[\]()#+!|~$-])", r"\1", ag.draw(named(name)).md))
    assert short(name) in shown


@given(st.text())
def test_markdown_text_has_no_mark_up_left(text):
    safe = escape(text)
    assert "<" not in safe
    assert "\n" not in safe
    bare = re.sub(r"\\.|&#?\w+;", "", safe)
    assert not set(bare) & set("`*_[]()#+!|~$@")
    assert "://" not in bare


@given(st.text())
def test_tex_text_is_ascii_and_has_balanced_braces(text):
    safe = tikz.escape(text)
    assert safe.isascii()
    for known in (r"\\[{}$&#_%]", r"\\[a-z]+", r"\$[<>|]\$", r"\$\\\w+\$", r"\\[`'^~\"]\{\w\}"):
        safe = re.sub(known, "", safe)
    assert not set(safe.replace("$", "")) & set("&#_%^~\\")
    assert safe.count("{") == safe.count("}")


@given(st.characters(min_codepoint=0xA0).filter(str.isprintable))
def test_tex_loses_no_character(c):
    safe = tikz.escape(c)
    base = unicodedata.normalize("NFD", c)[0]
    assert f"U+{ord(c):04X}" in safe or safe.startswith(("$\\", "\\ldots")) or base in safe


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, 5e-324, -0.0, 2**60])
def test_any_number_is_shown(value):
    x = ag.tensor(float(value), requires_grad=True, name="x")
    with np.errstate(all="ignore"):
        drawing = ag.draw(ag.trace(x * 1.0), engine="builtin")
    shown, _ = Picture(drawing.svg).wires()["w2-0"]
    assert float(shown) == pytest.approx(value, nan_ok=True, rel=0.01)
    assert overlaps(drawing.sheet) == []


COMMANDS = {
    ".dot": ["dot", "-Tsvg", "-o", os.devnull],
    ".tex": ["pdflatex", "-interaction=nonstopmode", "-draftmode"],
}


@pytest.mark.parametrize("suffix", COMMANDS)
def test_programs_that_are_here_accept_what_is_written(suffix, tmp_path):
    for number, name in enumerate(NAMES):
        path = ag.draw(named(name), engine="builtin").save(tmp_path / f"n{number}{suffix}")
        assert path.stat().st_size > 500
        if shutil.which(COMMANDS[suffix][0]):
            done = subprocess.run(
                [*COMMANDS[suffix], path.name], cwd=tmp_path, capture_output=True, text=True
            )
            assert done.returncode == 0, (name[:40], done.stdout[-300:], done.stderr[-300:])
