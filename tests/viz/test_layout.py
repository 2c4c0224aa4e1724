"""Layouts: boxes in columns without overlaps, few crossings, and Graphviz's coordinates read."""

import json
import stat
import sys
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.errors import DrawingError, MissingError
from autograd.viz.layout import builtin, engines, graphviz
from autograd.viz.layout.layered import Web, columns_of, crossings, places, untangle
from autograd.viz.layout.placement import Link, Vertex


def vertex(id, width=40.0, height=20.0, **more):
    return Vertex(id, width, height, width, height, **more)


@st.composite
def webs(draw):
    """Draw boxes of many sizes and wires from earlier to later ones."""
    count = draw(st.integers(1, 25))
    sizes = st.floats(1, 90)
    vertices = [vertex(f"n{i}", draw(sizes), draw(sizes)) for i in range(count)]
    edges = [
        (draw(st.integers(0, j - 1)), j)
        for j in range(1, count)
        for _ in range(draw(st.integers(0, 3)))
    ]
    return vertices, [Link(f"n{a}", f"n{b}") for a, b in dict.fromkeys(edges)]


def rectangles(vertices, placement):
    for v in vertices:
        x, y = placement.centres[v.id]
        yield x - v.width / 2, y - v.height / 2, x + v.width / 2, y + v.height / 2


@given(webs(), st.sampled_from(["LR", "RL", "TB", "BT"]))
def test_no_two_boxes_overlap(web, direction):
    vertices, links = web
    placement = builtin.place(vertices, links, direction)
    for p, q in combinations(rectangles(vertices, placement), 2):
        wide, tall = min(p[2], q[2]) - max(p[0], q[0]), min(p[3], q[3]) - max(p[1], q[1])
        assert wide <= 1e-6 or tall <= 1e-6


@given(webs(), st.sampled_from(["LR", "RL", "TB", "BT"]))
def test_every_box_is_on_the_sheet(web, direction):
    vertices, links = web
    placement = builtin.place(vertices, links, direction)
    for left, top, right, bottom in rectangles(vertices, placement):
        assert left >= 0
        assert top >= 0
        assert right <= placement.width
        assert bottom <= placement.height


@given(webs(), st.sampled_from([("LR", 0, 1), ("RL", 0, -1), ("TB", 1, 1), ("BT", 1, -1)]))
def test_every_wire_leads_onwards_from_border_to_border(web, turn):
    vertices, links = web
    direction, axis, sign = turn
    placement = builtin.place(vertices, links, direction)
    size = {v.id: (v.width, v.height)[axis] for v in vertices}
    for link, curve in zip(links, placement.curves, strict=True):
        start, end = curve[0][axis] * sign, curve[-1][axis] * sign
        source, target = (placement.centres[i][axis] * sign for i in (link.source, link.target))
        assert start == pytest.approx(source + size[link.source] / 2)
        assert end == pytest.approx(target - size[link.target] / 2)
        assert start < end


@given(webs())
def test_a_chain_of_pieces_is_a_curve_of_cubics(web):
    vertices, links = web
    assert all(len(c) % 3 == 1 for c in builtin.place(vertices, links).curves)


def test_a_box_stands_just_before_its_first_consumer():
    # 0 -> 1 -> 2 -> 3 and a leaf 4 -> 3
    assert columns_of(5, [(0, 1), (1, 2), (2, 3), (4, 3)]) == [0, 1, 2, 3, 2]


def test_a_chain_is_straight():
    vertices = [vertex(f"n{i}", height=10.0 + 7 * i) for i in range(6)]
    placement = builtin.place(vertices, [Link(f"n{i}", f"n{i + 1}") for i in range(5)])
    assert len({y for _, y in placement.centres.values()}) == 1


def test_a_long_wire_runs_straight_where_it_passes_columns():
    vertices = [vertex(f"n{i}") for i in range(8)]
    links = [Link(f"n{i}", f"n{i + 1}") for i in range(7)] + [Link("n0", "n7")]
    curve = builtin.place(vertices, links).curves[-1]
    pieces = zip(curve[::3], curve[3::3], strict=False)
    level = sum(b[0] - a[0] for a, b in pieces if abs(a[1] - b[1]) < 1e-9)
    assert level > 0.7 * (curve[-1][0] - curve[0][0])


def test_crossings_are_counted_as_one_sees_them():
    # two columns: 0, 1 | 2, 3 with 0-3 and 1-2 crossing
    web = Web([0, 0, 1, 1], [(0, 3), (1, 2)])
    web.columns = [[0, 1], [2, 3]]
    assert crossings(web.columns, web.after) == 1
    web.columns = [[0, 1], [3, 2]]
    assert crossings(web.columns, web.after) == 0


@given(webs())
def test_untangling_never_adds_crossings(web):
    vertices, links = web
    edges = [(int(link.source[1:]), int(link.target[1:])) for link in links]
    drawn = Web(columns_of(len(vertices), edges), edges)
    before = crossings(drawn.columns, drawn.after)
    untangle(drawn)
    assert crossings(drawn.columns, drawn.after) <= before


def test_a_tree_is_drawn_without_crossings():
    edges = [(i, (i - 1) // 2) for i in range(1, 31)]  # every box feeds its parent
    web = Web(columns_of(31, edges), edges)
    untangle(web)
    assert crossings(web.columns, web.after) == 0


def test_neighbours_keep_the_distance_they_are_given():
    web = Web([0, 0, 1], [(0, 2), (1, 2)])
    untangle(web)
    a, b, _ = places(web, [10.0, 30.0, 5.0], lambda u, v: 12.0)
    assert abs(a - b) >= 10 / 2 + 30 / 2 + 12 - 1e-9


def test_nothing_has_a_place_too():
    placement = builtin.place([], [])
    assert placement.centres == {}
    assert placement.width > 0


@pytest.mark.parametrize(
    ("towards", "expected"), [((100, 0), (20, 0)), ((0, -50), (0, -10)), ((0, 0), (0, 0))]
)
def test_a_line_leaves_a_box_at_its_border(towards, expected):
    assert vertex("a").border_point((0, 0), towards) == pytest.approx(expected)


def test_a_line_leaves_a_circle_at_its_radius():
    assert vertex("a", 40, 40, round=True).border_point((0, 0), (3, 4)) == pytest.approx((12, 16))


# Graphviz.

ANSWER = {
    "bb": "0,0,200,100",
    "objects": [
        {"_gvid": 0, "name": "v0", "pos": "20,50"},
        {"_gvid": 1, "name": "v1", "pos": "180,30"},
    ],
    "edges": [
        {"_gvid": 1, "tail": 0, "head": 1, "pos": "40,50 80,60 120,70 160,30"},
        {"_gvid": 0, "tail": 0, "head": 1, "pos": "e,160,30 40,50 80,50 120,30 150,30"},
    ],
}
PAIR = [vertex("a"), vertex("b")]


def test_coordinates_of_graphviz_are_turned_upside_down():
    links = [Link("a", "b"), Link("a", "b")]
    placement = graphviz.read(json.dumps(ANSWER).encode(), PAIR, links, "dot")
    assert placement.centres == {"a": (34.0, 64.0), "b": (194.0, 84.0)}
    assert placement.curves[0][0] == (54.0, 64.0)  # in the order in which they were asked for
    assert placement.curves[0][1] == (94.0, 64.0)
    assert placement.curves[1][1] == (94.0, 54.0)


def test_a_wire_of_graphviz_that_ends_at_captions_is_led_to_the_body():
    small = [Vertex("a", 40, 20, 40, 20), Vertex("b", 40, 20, 10, 10)]
    answer = {**ANSWER, "edges": ANSWER["edges"][1:]}
    placement = graphviz.read(json.dumps(answer).encode(), small, [Link("a", "b")], "dot")
    x, y = placement.curves[0][-1]
    assert (x, y) == pytest.approx((194.0 - 5.0, 84.0))


@pytest.fixture
def no_programs(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_engine_dot_without_dot_says_how_to_install_it(no_programs):
    with pytest.raises(MissingError, match=r"no dot on PATH; install Graphviz .*engine='builtin'"):
        graphviz.place_with_dot(PAIR, [])


def test_engine_pygraphviz_without_it_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    with pytest.raises(MissingError, match=r"pip install 'glassgrad\[graphviz\]'"):
        graphviz.place_with_pygraphviz(PAIR, [])


def without_graphviz(monkeypatch):
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda name: None)


def test_without_graphviz_the_built_in_layout_is_taken(no_programs, monkeypatch):
    without_graphviz(monkeypatch)
    assert engines.available() == ["builtin"]
    assert engines.place(PAIR, [Link("a", "b")], "LR", None).engine == "builtin"


@pytest.fixture
def broken_dot(no_programs):
    program = no_programs / "dot"
    program.write_text("#!/bin/sh\necho 'no such\nformat' >&2\nexit 1\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)


def test_a_dot_that_fails_is_reported_in_one_line(broken_dot):
    with pytest.raises(DrawingError) as caught:
        graphviz.place_with_dot(PAIR, [Link("a", "b")])
    assert str(caught.value) == "draw: dot failed (no such format); use engine='builtin'"


def test_a_dot_that_fails_is_replaced_if_no_engine_was_given(broken_dot, monkeypatch):
    without_graphviz(monkeypatch)
    assert engines.place(PAIR, [Link("a", "b")], "LR", None).engine == "builtin"


def test_a_dot_that_says_nonsense_is_refused(no_programs):
    program = no_programs / "dot"
    program.write_text("#!/bin/sh\necho '{}'\n")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    with pytest.raises(DrawingError, match="draw: dot"):
        graphviz.place_with_dot(PAIR, [Link("a", "b")])


@pytest.mark.parametrize("engine", engines.available())
@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_every_engine_draws_in_every_direction(engine, direction):
    axis, sign = {"LR": (0, 1), "RL": (0, -1), "TB": (1, 1), "BT": (1, -1)}[direction]
    placement = engines.ENGINES[engine](PAIR, [Link("a", "b")], direction)
    assert (placement.centres["b"][axis] - placement.centres["a"][axis]) * sign > 0
    assert placement.engine == engine


@pytest.mark.parametrize("engine", engines.available())
def test_a_drawing_says_which_engine_placed_it(engine):
    assert ag.draw(ag.tensor(1.0), engine=engine).engine == engine


def test_large_drawings_are_left_to_the_built_in_layout():
    chain = [vertex(f"n{i}") for i in range(engines.LARGE + 1)]
    assert engines.place(chain, [], "LR", None).engine == "builtin"


def test_two_bands_lie_one_beneath_the_other():
    vertices = [vertex("x"), vertex("y"), vertex("dy", band=1), vertex("dx", band=1)]
    links = [Link("x", "y"), Link("dy", "dx"), Link("y", "dy", loose=True)]
    c = builtin.place(vertices, links).centres
    assert c["x"][0] < c["y"][0]
    assert c["dx"][0] < c["dy"][0]  # the backward band runs from right to left
    assert max(c["x"][1], c["y"][1]) < min(c["dx"][1], c["dy"][1])


def test_preferences_that_make_a_circle_are_given_up():
    vertices = [vertex("x"), vertex("y"), vertex("d", band=1)]
    links = [Link("x", "y"), Link("y", "d", loose=True), Link("d", "x", loose=True)]
    assert len(builtin.place(vertices, links).centres) == 3
