"""The page sends no request and runs no script but its own, even where one is injected."""

import re

import pytest

import autograd as ag
from autograd.viz.player.packing import pack, parts
from tests.gallery import lecture_neuron

INJECTED = {
    "an inline script": """() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = 1";
      document.body.append(script); }""",
    "a script from a server": """() => {
      const script = document.createElement("script");
      script.src = "http://example.org/x.js";
      document.body.append(script); }""",
    "a handler": """() => {
      document.body.insertAdjacentHTML("beforeend",
        "<details open ontoggle='window.ran = 1'><summary>x</summary></details>"); }""",
    "eval": """() => {
      const button = document.createElement("button");
      button.setAttribute("onclick", "window.ran = 1");
      document.body.append(button);
      button.click(); }""",
    "a request": """() => fetch("http://example.org/x").catch(() => {})""",
    "a picture from a server": """() => {
      const picture = new Image();
      picture.src = "http://example.org/x.png";
      document.body.append(picture); }""",
    "a style from a server": """() => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = "http://example.org/x.css";
      document.body.append(link); }""",
    "a frame": """() => {
      const frame = document.createElement("iframe");
      frame.src = "http://example.org/x.html";
      document.body.append(frame); }""",
    "a form": """() => {
      document.body.insertAdjacentHTML("beforeend", "<form action='http://example.org/x'></form>");
      document.forms[document.forms.length - 1].submit(); }""",
    "a font": """() => {
      const font = new FontFace("x", "url(http://example.org/x.woff)");
      return font.load().catch(() => {}); }""",
    "a socket": """() => { try { new WebSocket("ws://example.org/"); } catch {} }""",
    "a worker": """() => {
      try { new Worker(URL.createObjectURL(new Blob(["1"]))); } catch {} }""",
}


WATCH = """() => {
  window.refused = 0;
  addEventListener("securitypolicyviolation", () => { refused += 1; }); }"""


def watched(reader):
    """Note what is let out of the page, and answer it; return the list of it."""
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(status=200, body="")

    reader.page.route(re.compile("^http:"), answer)
    reader.run(WATCH)
    return asked


@pytest.mark.parametrize("script", INJECTED.values(), ids=INJECTED)
def test_what_is_injected_is_refused(open_page, complaints, script):
    reader = open_page(ag.draw(lecture_neuron()).html, offline=False)
    asked = watched(reader)
    reader.run(script)
    reader.page.wait_for_function("() => refused > 0")
    assert reader.run("() => window.ran") is None
    assert asked == []
    assert any("Content Security Policy" in c for c in complaints)
    complaints.clear()


@pytest.mark.parametrize("what", ["a script from a server", "a picture from a server"])
def test_without_the_policy_a_request_would_have_been_sent(open_page, complaints, what):
    html = ag.draw(lecture_neuron()).html
    reader = open_page(re.sub("<meta http-equiv=[^>]*>", "", html), offline=False)
    asked = watched(reader)
    with reader.page.expect_event("requestfinished"):
        reader.run(INJECTED[what])
    assert len(asked) == 1
    complaints.clear()


@pytest.mark.parametrize("where", ["after", "instead"])
def test_a_script_that_differs_from_ours_in_one_sign_is_refused(open_page, complaints, where):
    """What the loader adds runs by its hash alone, not because the loader may run."""
    html = ag.draw(lecture_neuron()).html
    code = parts(html)["code"]
    forged = pack(code + " " if where == "after" else f"window.ran = 1;{code}")
    reader = open_page(html.replace(pack(code), forged))
    assert reader("#still").count() == 1
    assert not reader(".glassgrad").count()
    assert reader.run("() => window.ran") is None
    assert any("Content Security Policy" in c for c in complaints)
    complaints.clear()


BROKEN = {
    "a browser that cannot unpack": "delete window.DecompressionStream;",
    "data that are cut off": None,
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_unpacked_leaves_the_steps_in_words(open_page, what):
    html = ag.draw(lecture_neuron()).html
    if BROKEN[what] is None:
        score = pack(parts(html)["score"])
        reader = open_page(html.replace(score, score[: len(score) // 8 * 4]))
    else:
        reader = open_page(html)
        reader.page.add_init_script(BROKEN[what])
        reader.page.reload()
        reader.page.wait_for_function("() => !document.getElementById('code')")
    assert "cannot unpack it" in reader.text("#still p")
    assert "Step 12 of 12" in reader.text("#still pre")
    assert not reader(".glassgrad").count()


def test_the_policy_allows_our_scripts_by_their_hashes_and_no_address(open_page):
    html = ag.draw(lecture_neuron()).html
    (policy,) = re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert not re.search(r"https?:|\*|unsafe-eval|script-src[^;]*unsafe", policy)
    assert html.index("Content-Security-Policy") < html.index("<script")


def test_the_policy_holds_in_the_frame_of_a_notebook(open_page, complaints):
    html = ag.draw(lecture_neuron())._repr_html_()
    page = open_page(f"<!DOCTYPE html><meta charset='utf-8'>{html}")
    frame = page("iframe").element_handle().content_frame()
    frame.evaluate(WATCH)
    frame.evaluate(INJECTED["an inline script"])
    frame.evaluate(INJECTED["a request"])
    frame.wait_for_function("() => refused === 2")
    assert frame.evaluate("() => window.ran") is None
    assert all("Content Security Policy" in c for c in complaints)
    complaints.clear()


def test_the_frame_cannot_touch_the_notebook(open_page, complaints):
    html = ag.draw(lecture_neuron())._repr_html_()
    page = open_page(f"<!DOCTYPE html><meta charset='utf-8'>{html}")
    frame = page("iframe").element_handle().content_frame()
    for reach in ("parent.document", "localStorage", "document.cookie"):
        assert frame.evaluate(
            f"() => {{ try {{ {reach}; return 'reached'; }} catch (e) {{ return e.name; }} }}"
        ) == ("SecurityError")
    assert complaints == []


def test_a_whole_visit_sends_no_request_with_the_network_on(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=-1).html, offline=False)
    for _ in range(reader.last + 1):
        reader.press("ArrowRight")
    for key in ("x", "t", "t", "p", "?", "Escape", "/"):
        reader.press(key)
