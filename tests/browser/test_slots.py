"""The drawing of the page shows at every moment what a drawing of that moment shows."""

import numpy as np
import pytest

import autograd as ag
from tests.browser.graphs import fan_out, folded, layer, with_nan
from tests.gallery import lecture_neuron, variable
from tests.viz.geometry import Picture

STATES = """() => Object.fromEntries([...document.querySelectorAll(".stage g.box")]
  .map((g) => [g.id, g.dataset.state]))"""
LIT = """() => [...document.querySelectorAll(".stage g.wire.lit")].map((g) => g.id)"""


def long():
    """An array with more elements than are listed, used in two ways."""
    x = variable(np.linspace(-1.0, 1.0, 3_000).reshape(50, 60), "x")
    return ag.trace(ag.sum(x * x))


@pytest.mark.parametrize("make", [lecture_neuron, fan_out, folded])
def test_the_states_of_boxes_are_those_of_a_drawing(open_page, make):
    trace = make()
    reader = open_page(ag.draw(trace, depth=0, engine="builtin").html)
    for at in range(-1, len(trace)):
        scene = ag.draw(trace, depth=0, engine="builtin", at=at).scene
        expected = {box.id: box.state for box in scene.boxes if box.members}
        assert reader.go(at).run(STATES) == expected


@pytest.mark.parametrize("make", [layer, with_nan, long])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_tensors_have_the_words_of_a_drawing(open_page, make, direction):
    trace = make()
    options = {"direction": direction, "engine": "builtin"}
    reader = open_page(ag.draw(trace, **options).html)
    for at in range(-1, len(trace)):
        picture = Picture(ag.draw(trace, at=at, **options).svg)
        expected = {id: sorted(picture.texts(id)) for id in picture.groups if id}
        drawn = reader.go(at).drawn()
        assert {id: sorted(drawn[id]) for id in expected} == expected


def test_a_long_array_is_a_heat_map(open_page):
    reader = open_page(ag.draw(long(), engine="builtin").html).press("End")
    assert reader('.stage g.wire image[href^="data:image/png"]').count() >= 4


def test_a_rule_lights_the_wire_that_its_gradient_comes_back_along(open_page):
    trace = fan_out()
    reader = open_page(ag.draw(trace, engine="builtin").html)
    for at, event in enumerate(trace):
        if event.kind == "vjp":
            assert reader.go(at).run(LIT) == [f"w{event.node}-{event.position}"]
