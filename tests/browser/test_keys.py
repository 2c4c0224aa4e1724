"""Every key does what the list of keys says, and as the debugger in Python does it."""

import re

import pytest

import autograd as ag
from tests.browser import graphs
from tests.browser.reader import Reader
from tests.gallery import lecture_neuron

TRACES = {
    "neuron": lecture_neuron,
    "fan_out": graphs.fan_out,
    "folded": graphs.folded,
    "layer": graphs.layer,
}


@pytest.fixture(params=TRACES)
def trace(request):
    return TRACES[request.param]()


@pytest.fixture
def reader(open_page, trace):
    return open_page(ag.draw(trace, at=-1).html)


@pytest.fixture
def neuron(open_page):
    return open_page(ag.draw(lecture_neuron(), at=-1).html)


def places(trace):
    return range(-1, len(trace))


def standing(trace, at):
    debugger = trace.debugger()
    debugger.position = at
    return debugger


@pytest.mark.parametrize(
    ("key", "method"),
    [
        ("ArrowRight", "step"),
        ("ArrowLeft", "back"),
        ("Shift+ArrowRight", "step_operation"),
        ("Shift+ArrowLeft", "back_operation"),
        ("Home", "start"),
        ("End", "end"),
    ],
)
def test_a_key_goes_where_the_debugger_goes(reader, trace, key, method):
    for at in places(trace):
        debugger = standing(trace, at)
        getattr(debugger, method)()
        assert reader.go(at).press(key).at == debugger.position


# Play


@pytest.fixture
def player(neuron):
    """A page whose clock only goes when the test lets it."""
    neuron.page.clock.install()
    neuron.page.reload()
    return Reader(neuron.page)


def test_space_plays_to_the_end(player):
    player.press(" ")
    assert player(".bar .play").get_attribute("aria-label") == "Pause"
    player.page.clock.run_for(60_000)
    assert player.at == player.last
    assert player(".bar .play").get_attribute("aria-label") == "Play"


def test_space_pauses(player):
    player.press(" ")
    player.page.clock.run_for(3_000)
    player.press(" ")
    paused = player.at
    player.page.clock.run_for(60_000)
    assert 0 < player.at == paused < player.last


def test_space_plays_from_the_start_again(player):
    player.press("End", " ")
    player.page.clock.run_for(500)
    assert player.at == 0


def test_playing_stops_at_breakpoints(player):
    trace = lecture_neuron()
    debugger = trace.debugger()
    debugger.break_on(operation="exp")
    add_breakpoint(player, "operation", "exp")
    for _ in range(3):
        debugger.run()
        player.press(" ")
        player.page.clock.run_for(60_000)
        assert player.at == debugger.position


def test_a_step_by_hand_ends_playing_no_position_is_lost(player):
    player.press(" ")
    player.page.clock.run_for(3_000)
    at = player.at
    assert player.press("ArrowRight").at == at + 1


def test_speed_can_be_chosen(player):
    reached = []
    for speed in ("slow", "normal", "fast"):
        player(".speed").select_option(speed)
        player(".stage").focus()
        player.press("Home", " ")
        player.page.clock.run_for(6_000)
        player.press(" ")
        reached.append(player.at)
    assert reached[0] < reached[1] < reached[2]


def add_breakpoint(reader, kind, text=""):
    tab = reader.frame.get_by_role("button", name="Breakpoints")
    if tab.get_attribute("aria-expanded") == "false":
        tab.click()
    reader.frame.get_by_label("Break on").select_option(kind)
    if text:
        reader.frame.get_by_label("Which").fill(text)
    reader.frame.get_by_role("button", name="Add").click()
    reader(".stage").focus()


# Breakpoints


def test_b_breaks_at_the_node_of_the_event_and_r_runs_there(neuron):
    trace = lecture_neuron()
    neuron.go(10).press("b", "Home")
    debugger = trace.debugger()
    debugger.break_on(trace.events[10].node)
    stops = []
    while debugger.run():
        stops.append(debugger.position)
        assert neuron.press("r").at == debugger.position
    assert len(stops) > 2
    assert neuron.press("r").at == neuron.last


def test_b_breaks_at_the_chosen_node(neuron):
    neuron.press("/").type("w1").press("Enter", "Escape", "b", "r")
    debugger = lecture_neuron().debugger()
    debugger.run_to("w1")
    assert neuron.at == debugger.position


# Search


def node_of(card_or_inspector):
    return re.search(r"(?:makes|leaf) (\w+)", card_or_inspector)[1]


def test_slash_finds_a_node(neuron):
    neuron.press("/").type("exp").press("Enter")
    assert node_of(neuron.text(".inspector h3")) == "i"
    assert neuron.at == -1
    assert neuron("g.selected").get_attribute("id") == "n10"


@pytest.mark.parametrize("name", ["w0", "x1", "w2"])
def test_g_goes_where_the_debugger_runs_to(neuron, name):
    trace = lecture_neuron()
    for at in places(trace):
        debugger = standing(trace, at)
        if debugger.run_to(name):
            neuron.go(at).press("g").type(name).press("Enter", "Escape")
            assert neuron.at == debugger.position


def test_g_stops_at_breakpoints_on_the_way(neuron):
    debugger = lecture_neuron().debugger()
    debugger.break_on(operation="exp")
    debugger.run_to("w2")
    debugger.run_to("w2")
    debugger.run_to("w2")
    add_breakpoint(neuron, "operation", "exp")
    for _ in range(3):
        neuron.press("g").type("w2").press("Enter", "Escape")
    assert neuron.at == debugger.position


def test_what_is_not_there_is_not_found(neuron):
    neuron.press("/").type("nothing like it").press("Enter")
    assert "no node is called so" in neuron.text(".found")
    assert neuron.at == -1


@pytest.mark.parametrize("text", ["w0 -> p?", "e f x", "3 + t/g b r"])
def test_what_is_typed_in_a_field_is_no_key(neuron, text):
    neuron.go(5).press("/")
    before = (neuron.at, neuron(".panel:not([hidden])").count(), theme(neuron))
    neuron.type(text)
    assert neuron.frame.get_by_label("Find a node").input_value() == text
    for key in ("ArrowLeft", "Home", "End", "Shift+ArrowLeft"):
        neuron.press(key)
    assert (neuron.at, neuron(".panel:not([hidden])").count(), theme(neuron)) == before


@pytest.mark.parametrize("modifier", ["Control", "Alt", "Meta"])
def test_shortcuts_of_the_browser_are_left_to_it(neuron, modifier):
    assert neuron.press(f"{modifier}+b", f"{modifier}+x").at == -1
    assert not neuron(".breakpoints li").count()
    assert pressed(neuron, "Exact digits") == "false"


def pressed(reader, name):
    return reader.frame.get_by_role("button", name=name).get_attribute("aria-pressed")


# Looks


def theme(reader):
    return reader(".glassgrad").get_attribute("data-theme")


def test_t_goes_through_the_themes(neuron):
    papers = []
    for _ in range(4):
        papers.append(
            (theme(neuron), neuron(".glassgrad").evaluate("e => getComputedStyle(e).color"))
        )
        neuron.press("t")
    assert [name for name, _ in papers] == ["lecture", "safe", "dark", "lecture"]
    assert papers[2][1] != papers[0][1] == papers[3][1]


def test_p_and_x_are_switches(neuron):
    for key, name in (("p", "Predict"), ("x", "Exact digits")):
        for expected in ("true", "false"):
            neuron.press(key)
            assert pressed(neuron, name) == expected


def test_question_mark_lists_the_keys_and_escape_closes_the_list(neuron):
    neuron.press("Escape")
    assert not neuron(".help").is_visible()
    neuron.press("?")
    assert "play, pause" in neuron.text(".help")
    neuron.press("Escape")
    assert not neuron(".help").is_visible()
    assert neuron.run("() => document.activeElement.className") == "stage"


def width(reader):
    return reader(".stage svg").bounding_box()["width"]


def test_plus_minus_and_zero_change_the_size(neuron):
    fitting = width(neuron)
    neuron.press("+")
    assert width(neuron) > fitting
    neuron.press("-", "-")
    assert width(neuron) < fitting
    neuron.press("0")
    assert width(neuron) == fitting


def test_e_opens_a_level_and_shift_e_folds_one(open_page):
    reader = open_page(ag.draw(graphs.folded(), depth=0).html)
    counts = [boxes(reader)]
    for key in ("e", "e", "e", "Shift+E"):
        reader.press(key)
        counts.append(boxes(reader))
    assert counts[0] < counts[1] < counts[2] == counts[3] > counts[4]
    assert counts[4] == counts[1]


def boxes(reader):
    return reader(".stage g.box").count()


def test_open_and_folded_drawings_are_those_of_that_depth(open_page):
    from tests.browser.test_stepping import check_drawing

    trace = graphs.folded()
    reader = open_page(ag.draw(trace, depth=0).html)
    for depth in (0, 1, 2):
        for at in places(trace):
            check_drawing(reader.go(at), trace, at, depth=depth)
        reader.press("e")


def test_a_double_click_opens_a_box(open_page):
    reader = open_page(ag.draw(graphs.folded(), depth=0).html)
    before = boxes(reader)
    reader("g.fold").first.dblclick()
    assert boxes(reader) > before


def test_a_click_chooses_a_node(neuron):
    neuron.press("End")
    neuron("#n10").click()
    assert node_of(neuron.text(".inspector h3")) == "i"
    assert "0.36787944117144233" in neuron.text(".inspector .value")
    neuron.press("Home")
    assert "not yet computed" in neuron.text(".inspector .value")


def test_the_slider_goes_along_with_the_keys(neuron):
    slider = neuron(".scrubber")
    slider.focus()
    for key, at in (("End", neuron.last), ("ArrowLeft", neuron.last - 1), ("Home", -1)):
        neuron.press(key)
        assert (neuron.at, slider.input_value()) == (at, str(at))
