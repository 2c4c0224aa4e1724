"""The gallery, with every layout engine that is here: structure, places and numbers."""

import os
import subprocess
import sys
from collections import Counter
from itertools import product
from math import hypot

import numpy as np
import pytest

import autograd as ag
from autograd.viz.layout.engines import available
from autograd.viz.render.marks import Polygon
from tests.gallery import FOLDER, GALLERY, SLIDE, lecture_neuron, scalar_mlp
from tests.viz.geometry import Picture, box_of, curves, group, head, occupied, overlaps, use

ENGINES = available()
ONE_BAND = [name for name in GALLERY if name != "both_passes"]
CASES = [*product(ONE_BAND, ENGINES), ("both_passes", "builtin")]


@pytest.fixture(params=CASES, ids="-".join, scope="module")
def drawing(request):
    name, engine = request.param
    return GALLERY[name](engine=engine)


def test_boxes_and_texts_do_not_overlap(drawing):
    assert overlaps(drawing.sheet) == []


def test_everything_is_on_the_sheet(drawing):
    for _, (left, top, right, bottom) in occupied(drawing.sheet):
        assert left >= 0
        assert top >= 0
        assert right <= drawing.sheet.width
        assert bottom <= drawing.sheet.height


def is_at(point, rectangle, slack=7):
    left, top, right, bottom = rectangle
    x, y = point
    return left - slack <= x <= right + slack and top - slack <= y <= bottom + slack


def test_every_wire_leads_from_its_source_to_its_target(drawing):
    for wire in drawing.scene.wires:
        drawn = group(drawing.sheet, wire.id)
        starts = [curve.points[0] for curve in curves(drawn)]
        assert any(is_at(point, rectangle(drawing, wire.source)) for point in starts), wire.id
        assert is_at(head(drawn), rectangle(drawing, wire.target)), wire.id


def rectangle(drawing, id):
    """Return the bounds of a box; an end without a name is a point beside its arrow."""
    marks = group(drawing.sheet, id).marks
    if not marks:
        wire = next(w for w in drawing.scene.wires if w.target == id)
        x, y = head(group(drawing.sheet, wire.id))
        return x, y, x, y
    boxes = [box_of(m) for m in marks]
    return tuple(f(b[i] for b in boxes) for i, f in enumerate((min, min, max, max)))


def test_the_svg_is_valid_xml_and_its_ids_are_unique(drawing):
    ids = Picture(drawing.svg).ids
    assert ids
    assert len(ids) == len(set(ids))


def test_every_box_and_wire_is_in_the_svg(drawing):
    ids = set(Picture(drawing.svg).ids)
    assert ids >= {box.id for box in drawing.scene.boxes}
    assert ids >= {wire.id for wire in drawing.scene.wires}


@pytest.mark.parametrize("name", GALLERY)
def test_ids_and_texts_are_the_same_with_every_engine(name):
    engines = ENGINES if name != "both_passes" else ["builtin"]
    seen = {engine: contents(GALLERY[name](engine=engine).svg) for engine in engines}
    assert len({str(c) for c in seen.values()}) == 1


def contents(svg):
    picture = Picture(svg)
    return sorted((id, picture.texts(id)) for id in picture.ids if not id.startswith("s"))


def test_drawings_are_the_same_in_every_run():
    code = (
        "import hashlib; from tests.gallery import GALLERY; "
        "print([hashlib.sha256(d(engine='builtin').svg.encode()).hexdigest() "
        "for d in GALLERY.values()])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@pytest.mark.parametrize("name", GALLERY)
def test_the_stored_picture_shows_what_is_drawn_now(name):
    stored = contents((FOLDER / f"{name}.svg").read_text())
    assert stored == contents(GALLERY[name](engine="builtin").svg)


# The sigmoid example is the slide.


@pytest.fixture(params=ENGINES)
def sigmoid(request):
    return GALLERY["sigmoid"](engine=request.param)


def test_every_gate_and_number_of_the_slide_is_there(sigmoid):
    picture = Picture(sigmoid.svg)
    shown = picture.wires()
    wires = [
        (picture.label(w.source), picture.label(w.target), *shown[w.id])
        for w in sigmoid.scene.wires
    ]
    assert Counter(wires) == Counter(SLIDE)


def centre(drawing, id):
    left, top, right, bottom = rectangle(drawing, id)
    return (left + right) / 2, (top + bottom) / 2


def test_the_gates_stand_from_left_to_right_as_on_the_slide(sigmoid):
    picture = Picture(sigmoid.svg)
    gates = sorted(picture.of_kind("gate"), key=lambda id: centre(sigmoid, id)[0])
    assert [picture.label(id) for id in gates[2:]] == ["+", "+", "*-1", "exp", "+1", "1/x"]
    assert [picture.label(id) for id in gates[:2]] == ["*", "*"]


def test_the_leaves_stand_from_top_to_bottom_as_on_the_slide(sigmoid):
    picture = Picture(sigmoid.svg)
    leaves = sorted(picture.of_kind("leaf"), key=lambda id: centre(sigmoid, id)[1])
    order = [picture.label(id) for id in leaves]
    assert [name for name in order if name != "w2"] == ["w0", "x0", "w1", "x1"]
    below = {picture.label(id): centre(sigmoid, id)[1] for id in leaves}
    assert below["w2"] > below["w0"]


def test_the_last_gates_of_the_slide_are_in_one_line(sigmoid):
    picture = Picture(sigmoid.svg)
    last = [
        id for id in picture.of_kind("gate") if picture.label(id) in ("*-1", "exp", "+1", "1/x")
    ]
    heights = [centre(sigmoid, id)[1] for id in last]
    assert max(heights) - min(heights) < 1


def test_gates_are_circles_and_leaves_are_bold(sigmoid):
    picture = Picture(sigmoid.svg)
    for gate in picture.of_kind("gate").values():
        assert [e for e in gate.iter() if e.tag.endswith("circle")]
    for leaf in picture.of_kind("leaf").values():
        (text,) = (e for e in leaf.iter() if e.tag.endswith("text"))
        assert text.get("font-weight") == "bold"


def test_values_stand_above_their_wire_and_gradients_in_italics_below(sigmoid):
    picture = Picture(sigmoid.svg)
    for wire in picture.of_kind("wire").values():
        value, gradient = (e for e in wire.iter() if e.tag.endswith("text"))
        assert float(value.get("y")) < float(gradient.get("y"))
        assert (value.get("font-style"), gradient.get("font-style")) == (None, "italic")
        assert (value.get("fill"), gradient.get("fill")) == ("#0a7d32", "#c1121f")


# Numbers.


@pytest.mark.parametrize("seed", range(3))
def test_wires_of_a_node_add_up_to_what_backward_gives_it(seed):
    output = scalar_mlp([2, 2, 1], np.random.default_rng(seed))
    drawing = ag.draw(output, digits=17, engine="builtin")
    output.backward(retain="all")
    graph = ag.graph(output)
    tensors = {graph.id_of(t): t for t in every_tensor(output)}
    shown = Picture(drawing.svg).wires()
    for node in graph:
        arrived = [shown[f"w{user}-{place}"][1] for user, place in graph.consumers(node.id)]
        if node.requires_grad and arrived:
            grad = tensors[node.id].grad
            assert sum(map(float, arrived)) == pytest.approx(float(grad), rel=1e-14)


@pytest.mark.parametrize("name", ["fan_out", "diamond", "long_skip", "two_edges", "second_order"])
def test_every_wire_shows_the_value_of_its_source_to_the_last_digit(name):
    drawing = GALLERY[name](engine="builtin", digits=17)
    shown = Picture(drawing.svg).wires()
    graph = drawing.graph
    for id, (value, _) in shown.items():
        source = graph[use(id)[0]].inputs[use(id)[1]] if use(id) else graph.outputs[0]
        assert float(value) == float(graph[source].value)


def every_tensor(output):
    found, stack = {}, [output]
    while stack:
        t = stack.pop()
        if t not in found:
            found[t] = None
            stack.extend(x for x in t.inputs if isinstance(x, ag.Tensor))
    return found


def test_a_square_has_two_wires_that_each_carry_half():
    shown = Picture(GALLERY["two_edges"]().svg)
    assert shown.wires() == {
        "w1-0": ("3.00", "3.00"),
        "w1-1": ("3.00", "3.00"),
        "out0": ("9.00", "1.00"),
    }
    assert "Σ 6.00" in shown.texts("n0")


def test_the_second_order_graph_shows_the_second_derivative():
    drawing = GALLERY["second_order"]()
    picture = Picture(drawing.svg)
    (x,) = (id for id in picture.of_kind("leaf") if picture.label(id) == "x")
    assert picture.wires()["out0"] == ("27.00", "1.00")  # 3 x^2 at 3
    assert "Σ 18.00" in picture.texts(x)  # 6 x at 3


def test_arrows_have_heads_of_one_size(drawing):
    for wire in drawing.scene.wires:
        (polygon,) = (m for m in group(drawing.sheet, wire.id).marks if isinstance(m, Polygon))
        tip, left, right = polygon.points
        lengths = [hypot(tip[0] - p[0], tip[1] - p[1]) for p in (left, right)]
        assert lengths == pytest.approx([lengths[0]] * 2)
        assert 5 < lengths[0] < 9


def test_one_moment_shows_only_what_has_happened():
    drawing = GALLERY["one_moment"]()
    picture = Picture(drawing.svg)
    (lit,) = picture.of_kind("gate").keys() & {
        id for id, g in picture.groups.items() if "lit" in g.get("class").split()
    }
    assert picture.label(lit) == "exp"
    gradients = {g for _, g in picture.wires().values() if g}
    assert gradients == {"-0.20", "-0.53", "1.00"}


def test_the_trace_of_the_lecture_is_what_the_gallery_draws():
    assert len(lecture_neuron().graph) == 14
