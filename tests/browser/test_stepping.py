"""A page stepped through from a keyboard says at every event what the engine did."""

import re
import subprocess
import sys

import pytest

import autograd as ag
from autograd.ir.number_format import show
from tests.gallery import GALLERY, SLIDE, lecture_neuron, variable
from tests.viz.geometry import Picture


def expected_numbers(trace, at, text=show):
    """Return the numbers of a card, from the events alone."""
    if at < 0:
        return {}
    event = trace.events[at]
    rule = trace.events[at - 1] if event.kind == "accumulate" else event
    if rule.kind != "vjp":
        return {"value": text(event.value)}
    numbers = {
        "local": text(rule.local),
        "upstream": text(rule.upstream),
        "contribution": text(rule.value),
    }
    if event.kind == "accumulate":
        before = "nothing yet" if event.before is None else text(event.before)
        numbers |= {"before": before, "after": text(event.value)}
    return numbers


def expected_drawing(trace, at, **options):
    picture = Picture(ag.draw(trace, at=at, engine="builtin", **options).svg)
    return {id: picture.texts(id) for id in picture.groups if id}


def exact(value):
    """Write all digits of a float as Python does, but for the .0 of a whole number."""
    return repr(float(value)).removesuffix(".0")


@pytest.fixture(scope="module")
def page_of_the_example(tmp_path_factory):
    path = tmp_path_factory.mktemp("example") / "sigmoid.html"
    subprocess.run(
        [sys.executable, "-m", "autograd", "explain", "sigmoid", "--html", str(path)],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return path.read_text("utf-8")


@pytest.fixture
def reader(open_page, page_of_the_example):
    return open_page(page_of_the_example)


def there_and_back(reader, check):
    """Step from before the first event to the end and back, checking every event twice."""
    reader.press("Home")
    places = range(-1, reader.last + 1)
    for key, order in (("ArrowRight", places), ("ArrowLeft", reversed(places))):
        for place in order:
            assert reader.at == place
            check(place)
            reader.press(key)


def test_every_card_has_the_numbers_of_the_engine(reader):
    trace = lecture_neuron()

    def check(at):
        assert reader.numbers() == expected_numbers(trace, at)

    there_and_back(reader, check)


def test_every_wire_shows_what_is_known_and_nothing_else(reader):
    trace = lecture_neuron()
    there_and_back(reader, lambda at: check_drawing(reader, trace, at))


def check_drawing(reader, trace, at, **options):
    expected = expected_drawing(trace, at, **options)
    drawn = reader.drawn()
    assert frames(drawn) == frames(expected)
    boxes = {id for id in expected if not FRAME.match(id)}
    assert {id: drawn.get(id) for id in boxes} == {id: expected[id] for id in boxes}


FRAME = re.compile(r"s\d|opened\d")  # around a scope, as Python or the page drew it


def frames(drawn):
    return sorted(texts for id, texts in drawn.items() if FRAME.match(id))


def test_the_end_is_the_slide(reader):
    reader.press("End")
    texts = [tuple(t) for id, t in reader.drawn().items() if id.startswith(("w", "out"))]
    assert sorted(texts) == sorted((value, gradient) for *_, value, gradient in SLIDE)


def test_exact_digits_are_those_of_python(reader):
    trace = lecture_neuron()
    reader.press("Home", "x")
    for at in range(len(trace)):
        reader.press("ArrowRight")
        expected = expected_numbers(trace, at, exact)
        if trace.events[at].kind == "forward":
            assert reader.numbers()["exactly"] == expected["value"]
        elif trace.events[at].kind != "seed":
            assert reader.numbers() == expected
    reader.press("x")
    assert reader.numbers() == expected_numbers(trace, len(trace) - 1)


@pytest.mark.parametrize(
    "name", ["fan_out", "two_edges", "diamond", "opened", "affine", "second_order", "mlp"]
)
def test_other_graphs_show_what_is_known_at_every_event(open_page, name):
    drawing = GALLERY[name](engine="builtin", at=-1)
    reader = open_page(drawing.html)
    events = len(drawing.trace)
    for at in range(-1, events, 1 if events < 100 else 37):
        check_drawing(reader.go(at), drawing.trace, at)


def test_a_click_on_a_button_steps_like_a_key(reader):
    for name, key in [
        ("To the start", "Home"),
        ("Step", "ArrowRight"),
        ("Forward one operation", "Shift+ArrowRight"),
        ("Back one operation", "Shift+ArrowLeft"),
        ("Back", "ArrowLeft"),
        ("To the end", "End"),
    ]:
        reader.go(20)
        reader.frame.get_by_role("button", name=name, exact=True).click()
        clicked = reader.at
        assert reader.go(20).press(key).at == clicked
        assert clicked != 20


def test_a_page_begins_where_the_drawing_is(open_page):
    for at in (-1, 0, 17):
        assert open_page(ag.draw(lecture_neuron(), at=at).html).at == at
    assert open_page(ag.draw(lecture_neuron()).html).at == -1


def test_both_passes_as_one_graph_are_computed_operation_by_operation(open_page):
    x = variable(4.0, "x")
    drawing = ag.draw(x * x * x, backward=True)
    reader = open_page(drawing.html)
    assert not [text for texts in reader.drawn().values() for text in texts if "48" in text]
    for at, node in enumerate(drawing.graph):
        reader.press("ArrowRight")
        assert reader.numbers()["value"] == show(node.value) if node.primitive else reader.at == at
    assert reader.drawn()["out1"] == ["48.00"]


def test_another_input_changes_both_passes_of_one_graph(open_page):
    x = variable(4.0, "x")
    reader = open_page(ag.draw(x * x * x, backward=True).html).press("End")
    reader("#n0").click()
    reader.press("i").type("2")
    assert reader.drawn()["out0"] == ["8.00"]
    assert reader.drawn()["out1"] == ["12.00"]
