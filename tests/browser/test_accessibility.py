"""The page can be read without eyes, without a mouse and without motion."""

import pytest
from axe_core_python.sync_playwright import Axe

import autograd as ag
from tests.browser import graphs
from tests.browser.test_predict import answer, to_question
from tests.gallery import lecture_neuron

PHONE = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}


def serious(reader):
    """Return what axe finds of impact serious or critical: the rule, and where."""
    found = Axe().run(reader.page)
    return [
        (violation["id"], node["target"], node["any"][:1] and node["any"][0]["message"])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("at", [-1, 5, 20, 37])
@pytest.mark.parametrize("theme", ["lecture", "safe", "dark"])
def test_axe_finds_nothing_at_any_moment_in_any_theme(open_page, theme, at):
    assert serious(open_page(ag.draw(lecture_neuron(), at=at, theme=theme).html)) == []


@pytest.mark.parametrize("theme", ["lecture", "safe", "dark"])
@pytest.mark.parametrize("tool", ["Find", "Breakpoints", "All steps", "Keys"])
def test_axe_finds_nothing_in_any_tool(open_page, tool, theme):
    reader = open_page(ag.draw(lecture_neuron(), theme=theme).html)
    reader.press("Escape", "b")
    reader.frame.get_by_role("button", name=tool).click()
    assert serious(reader) == []


@pytest.mark.parametrize("theme", ["lecture", "safe", "dark"])
def test_axe_finds_nothing_in_the_inspector(open_page, theme):
    reader = open_page(ag.draw(graphs.folded(), depth=0, theme=theme).html)
    reader("g.fold").first.click()
    assert reader(".inspector").is_visible()
    assert serious(reader) == []


@pytest.mark.parametrize("theme", ["lecture", "safe", "dark"])
def test_axe_finds_nothing_in_predict_mode(open_page, theme):
    trace = lecture_neuron()
    reader = open_page(ag.draw(trace, at=13, theme=theme).html).press("p")
    to_question(reader, trace, "vjp")
    assert serious(reader) == []
    answer(reader, 1)
    assert serious(reader) == []
    answer(reader, -0.53)
    assert serious(reader) == []


@pytest.mark.parametrize("theme", ["lecture", "safe", "dark"])
@pytest.mark.parametrize("kind", ["forward", "vjp"])
def test_axe_finds_nothing_in_tensors(open_page, theme, kind):
    trace = graphs.convolution()
    at = next(
        i for i, e in enumerate(trace) if e.kind == kind and trace.graph[e.node].gate == "conv"
    )
    reader = open_page(ag.draw(trace, at=at, theme=theme).html)
    reader('td[data-index="0"]').last.focus()
    assert serious(reader) == []


def test_axe_finds_nothing_on_a_phone(open_page):
    for trace in (lecture_neuron(), graphs.layer()):
        assert serious(open_page(ag.draw(trace, at=12).html, **PHONE)) == []


# Reading and keys


def test_the_step_is_said_as_one_walks(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=-1).html)
    said = []
    for _ in range(reader.last + 1):
        reader.press("ArrowRight")
        said.append(reader("[aria-live=polite]").text_content())
    assert len(set(said)) == len(said)
    assert said[2] == "Forward 3 of 13. *. a = w0 * x0 = -2.00. w0 = 2.00, x0 = -1.00."
    assert "local gradient" in said[-2]
    assert said[-1] == "Step 12 of 12. df/dx0: nothing yet → 0.39."


def test_all_controls_are_reached_by_tab_and_seen_when_they_are(open_page):
    reader = open_page(ag.draw(graphs.layer(), at=9).html)
    outlines = {}
    for _ in range(60):
        reader.press("Tab")
        name, outline = reader.run(
            "() => { const e = document.activeElement; const style = getComputedStyle(e);"
            " return [e === document.body ? '' : e.ariaLabel || e.textContent,"
            " `${style.outlineStyle} ${style.outlineWidth}`]; }"
        )
        outlines[name] = outline
    outlines.pop("", None)  # the page itself, once round
    assert set(outlines.values()) == {"solid 3px"}
    controls = reader.run(
        "() => [...document.querySelectorAll('.stage, button, select, input')]"
        ".filter((e) => e.checkVisibility()).map((e) => e.ariaLabel || e.textContent)"
    )
    assert set(controls) <= set(outlines)


def test_every_control_has_a_name(open_page):
    reader = open_page(ag.draw(lecture_neuron()).html)
    for role in ("button", "slider", "combobox"):
        for control in reader.frame.get_by_role(role).all():
            name = control.evaluate("e => e.ariaLabel || e.textContent.trim()")
            assert name


def test_less_motion_means_none(open_page):
    reader = open_page(ag.draw(lecture_neuron(), at=-1).html, reduced_motion="reduce")
    for _ in range(10):
        reader.press("ArrowRight")
        assert reader.run("() => document.getAnimations().length") == 0
    assert reader("g.box").first.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"


def test_with_colours_forced_by_the_system_the_page_is_whole(open_page):
    reader = open_page(ag.draw(lecture_neuron()).html, forced_colors="active")
    assert reader(".stage svg").is_visible()
    assert serious(reader) == []


def test_without_a_script_the_page_says_so(open_page):
    reader = open_page(ag.draw(lecture_neuron()).html, java_script_enabled=False)
    told = reader.text("main")
    assert "a script of its own" in told
    assert ag.draw(lecture_neuron()).text in told
