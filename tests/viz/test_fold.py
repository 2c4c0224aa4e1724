"""Folding and views: what is hidden, what is said of it, and that no number changes."""

import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.core.context import changed
from autograd.core.scopes import Scope
from autograd.errors import DrawingError
from autograd.viz.layout.engines import available
from tests.gallery import GALLERY, small_conv_net
from tests.viz.geometry import Picture, box_of, overlaps


def variable(value, name=None):
    return ag.tensor(value, requires_grad=True, name=name)


def boxes(drawing, *kinds):
    return [box for box in drawing.scene.boxes if box.kind in kinds]


def folds(drawing):
    return {box.label: box for box in boxes(drawing, "fold")}


def nested():
    x = variable(0.5, "x")
    with ag.scope("outer"):
        y = ag.sigmoid(x * 2.0) + 1.0
    return ag.exp(y)


def test_depth_0_closes_every_scope():
    assert list(folds(ag.draw(nested(), depth=0))) == ["outer"]


def test_depth_1_opens_the_outermost_alone():
    assert list(folds(ag.draw(nested(), depth=1))) == ["sigmoid"]


def test_depth_2_opens_all():
    assert folds(ag.draw(nested(), depth=2)) == {}


def test_everything_is_open_where_there_is_room():
    assert folds(ag.draw(nested())) == {}


def test_a_closed_function_says_that_the_chain_gives_its_gradient():
    x = variable(0.0, "x")
    (box,) = boxes(ag.draw(ag.sigmoid(x), depth=0), "fold")
    # sigma'(0) = sigma (1 - sigma) = 0.25 = (-1) e^0 1 (-1/4)
    assert box.chain == "[-1.00 x 1.00 x 1.00 x -0.25 = 0.25] x [1.00] = 0.25"


@pytest.mark.parametrize("value", [-2.0, 0.3, 4.0])
def test_the_product_inside_a_fold_is_the_gradient_at_its_border(value):
    x = variable(value, "x")
    drawing = ag.draw(ag.sigmoid(x) * 3.0, depth=0, digits=12)
    (box,) = boxes(drawing, "fold")
    numbers = re.findall(r"-?\d+\.\d+(?:e-\d+)?", box.chain)
    *factors, local, upstream, result = map(float, numbers)
    s = 1 / (1 + np.exp(-value))
    assert np.prod(factors) == pytest.approx(local, rel=1e-10)
    assert local == pytest.approx(s * (1 - s), rel=1e-10)
    assert upstream == 3.0
    assert result == pytest.approx(3 * s * (1 - s), rel=1e-10)


def test_two_paths_through_a_fold_are_added():
    x = variable(3.0, "x")
    with ag.scope("f"):
        y = x * x + 2.0 * x
    (box,) = boxes(ag.draw(y, depth=0), "fold")
    assert box.chain.endswith("= 8.00] x [1.00] = 8.00")  # 2 x + 2


def test_a_fold_of_arrays_or_of_several_inputs_claims_no_product():
    x, w = variable([1.0, 2.0], "x"), variable(3.0, "w")
    softmax = folds(ag.draw(ag.sum(ag.softmax(x)), depth=0))["softmax"]
    assert softmax.chain == ""
    with ag.scope("f"):
        y = x[0] * w + w
    assert folds(ag.draw(y, depth=0))["f"].chain == ""


def test_before_the_backward_pass_a_fold_claims_nothing():
    tr = ag.trace(ag.sigmoid(variable(0.5, "x")))
    assert folds(ag.draw(tr, depth=0, at=4))["sigmoid"].chain == ""


@pytest.mark.parametrize("name", ["closed", "stacked", "mlp", "conv_net", "second_order"])
@pytest.mark.parametrize("depth", [0, 1, None])
def test_folding_changes_no_number(name, depth):
    folded = GALLERY[name](engine="builtin", depth=depth, stack=False, budget=None)
    whole = GALLERY[name](engine="builtin", depth=9, stack=False, budget=None)
    known = {wire.id: wire for wire in whole.scene.wires}
    into = {}
    for wire in folded.scene.wires:
        if wire.id in known:
            np.testing.assert_array_equal(wire.value, known[wire.id].value)
            assert_same(wire.gradient, known[wire.id].gradient)
        else:
            into[wire.id] = wire
    members = {box.id: set(box.members) for box in folded.scene.boxes}
    for wire in into.values():  # into a fold: the sum of the wires that it stands for
        parts = [
            w.gradient
            for w in whole.scene.wires
            if w.node == wire.node and int(w.target[1:]) in members[wire.target]
        ]
        parts = [p for p in parts if p is not None]
        if parts:
            np.testing.assert_allclose(wire.gradient, sum(parts), rtol=1e-14)
        else:
            assert wire.gradient is None


def assert_same(a, b):
    assert (a is None) == (b is None)
    if a is not None:
        np.testing.assert_array_equal(a, b)


def test_equal_blocks_in_a_row_are_stacked_with_their_number():
    drawing = GALLERY["stacked"]()
    assert list(folds(drawing)) == ["block x12"]
    assert "2 operations each" in folds(drawing)["block x12"].lines


def test_equal_blocks_side_by_side_are_stacked():
    x = variable(0.5, "x")
    total = x
    for i in range(5):
        with ag.scope(f"branch{i}"):
            part = ag.sin(x) * 2.0
        total = total + part
    assert "branch x5" in folds(ag.draw(total, depth=0))


def gates(x, uses):
    """Equal scopes side by side on one input, used as a function says."""
    made = []
    for i in range(3):
        with ag.scope(f"gate{i}"):
            made.append(ag.sin(x) * 2.0)
    return uses(*made)


def test_equal_gates_that_are_used_in_different_ways_stay_apart():
    c = variable(0.3, "c")
    y = gates(variable(0.5, "x"), lambda i, f, o: ag.tanh(f * c + i) * o)
    assert set(folds(ag.draw(y, depth=0))) == {"gate0", "gate1", "gate2"}


def test_equal_gates_that_meet_in_one_operation_are_stacked():
    y = gates(variable([0.5, 0.2], "x"), lambda *made: ag.sum(ag.concatenate(made)))
    assert list(folds(ag.draw(y, depth=0))) == ["gate x3"]


def test_gates_on_different_inputs_stay_apart():
    parts = []
    for i in range(3):
        x = variable(0.5, f"x{i}")
        with ag.scope(f"gate{i}"):
            parts.append(ag.sin(x) * 2.0)
        parts.append(x)
    y = ag.sum(ag.stack(parts))
    assert {"gate0", "gate1", "gate2"} == set(folds(ag.draw(y, depth=0)))


def test_the_gates_of_an_lstm_keep_their_names():
    import nn

    cell = nn.LSTM(2, 3)
    made = cell(ag.tensor(np.ones((1, 1, 2))))
    y = ag.sum(made[0] if isinstance(made, tuple) else made)
    shown = folds(ag.draw(y, depth=2, budget=None))
    assert {"input gate", "forget gate", "output gate", "candidate"} <= set(shown)
    assert not [label for label in shown if " x" in label]


def test_blocks_whose_results_are_read_further_on_in_different_places_stay_apart():
    y = variable(0.5, "x")
    kept = []
    for i in range(4):
        with ag.scope(f"block{i}"):
            y = ag.sin(y) * 2.0
        kept.append(y)
    skips = kept[2] * ag.exp(kept[1] * ag.cos(kept[0] * y))
    assert len(folds(ag.draw(skips, depth=0))) == 4


def test_a_scope_of_one_operation_keeps_its_name():
    with ag.scope("pool"):
        y = ag.sin(variable(0.5, "x"))
    (box,) = boxes(ag.draw(y * 2.0, depth=0), "fold")
    assert (box.label, box.lines) == ("pool", ("sin",))


def test_a_stack_keeps_its_input_outside_and_the_weights_of_its_scopes_inside():
    y = variable(0.5, "x")
    for i in range(5):
        with ag.scope(f"layer{i}"):
            y = ag.sigmoid(variable(0.3, f"w{i}") * y)
    drawing = ag.draw(y, depth=0)
    assert [box.label for box in boxes(drawing, "leaf")] == ["x"]
    assert "5 leaves" in folds(drawing)["layer x5"].lines


def test_a_weight_that_the_scopes_of_a_stack_share_stays_outside():
    assert {box.label for box in boxes(GALLERY["stacked"](), "leaf")} == {"x", "w"}


def test_a_closed_scope_has_the_badges_of_all_that_is_inside():
    x = variable([0.0, 1.0], "x")
    with ag.scope("bad"), np.errstate(all="ignore"):
        q = x * ag.log(x)
    with np.errstate(all="ignore"):
        (box,) = boxes(ag.draw(ag.sum(q), depth=0), "fold")
    assert set(box.badge.split(", ")) == {"Inf", "NaN", "gradient NaN"}


def test_a_sum_is_shown_only_where_several_wires_are():
    x = variable(3.0, "x")
    with ag.scope("f"):
        y = ag.exp(x * x) * 1e-3
    (leaf,) = boxes(ag.draw(y, depth=0), "leaf")
    assert leaf.sum is None
    (leaf,) = boxes(ag.draw(y, depth=1), "leaf")
    assert float(leaf.sum) == pytest.approx(6e-3 * np.exp(9.0))


def test_a_closed_level_has_no_frames():
    with ag.scope("one"):
        y = ag.exp(variable(0.5, "x"))
    assert not Picture(ag.draw(y * 2.0, depth=0).svg).of_kind("frame")


def test_scopes_in_a_row_have_a_frame_each():
    h = variable(1.0, "h")
    with ag.scope("A"):
        a = h * variable(2.0, "u") + variable(1.0, "c")
    with ag.scope("B"):
        b = a * variable(3.0, "v") + variable(1.0, "d")
    picture = Picture(ag.draw(b, engine="builtin").svg)
    assert [picture.texts(id) for id in picture.of_kind("frame")] == [["A"], ["B"]]


def test_two_equal_blocks_are_not_worth_a_stack():
    y = variable(0.5, "x")
    for i in range(2):
        with ag.scope(f"block{i}"):
            y = ag.sin(y) * 2.0
    assert list(folds(ag.draw(y, depth=0))) == ["block0", "block1"]


def test_blocks_that_differ_are_not_stacked():
    y = variable(0.5, "x")
    for i, f in enumerate((ag.sin, ag.cos, ag.exp)):
        with ag.scope(f"block{i}"):
            y = f(y) * 2.0
    assert len(folds(ag.draw(y, depth=0))) == 3


def test_stacking_can_be_left_out():
    assert len(folds(GALLERY["stacked"](stack=False))) == 12


def test_a_stack_that_would_wait_for_itself_is_not_made():
    y = variable(0.5, "x")
    for i in range(3):
        with ag.scope(f"block{i}"):
            y = ag.sin(y) * 2.0
        y = ag.exp(y)  # between the blocks, and in none
    labels = list(folds(ag.draw(y, depth=0)))
    assert labels == ["block0", "block1", "block2"]


def test_a_scope_that_a_path_leaves_and_enters_again_stays_open():
    x = variable(0.5, "x")
    leave = iter_scope()
    y = next(leave)(x)
    z = ag.exp(y)  # outside, between two parts of one scope
    w = leave.send(z)
    drawing = ag.draw(w, depth=0)
    assert folds(drawing) == {}
    assert_no_circle(drawing)


def iter_scope():
    """Compute in a scope that is entered again through the same Scope object."""
    scope = Scope("f", None)

    def inside(f):
        with changed(scope=scope):
            return f()

    z = yield lambda x: inside(lambda: ag.sin(x))
    yield inside(lambda: ag.cos(z))


def assert_no_circle(drawing):
    """Boxes can be put into an order in which every wire leads forwards."""
    waiting = Counter(w.target for w in drawing.scene.wires)
    ready = [b.id for b in drawing.scene.boxes if not waiting[b.id]]
    done = set()
    while ready:
        box = ready.pop()
        done.add(box)
        for wire in drawing.scene.wires:
            if wire.source == box:
                waiting[wire.target] -= 1
                if not waiting[wire.target]:
                    ready.append(wire.target)
    assert done == {b.id for b in drawing.scene.boxes}


@given(data=st.data(), depth=st.integers(0, 2), budget=st.integers(1, 30))
def test_any_graph_is_folded_without_circles_and_within_its_budget(data, depth, budget):
    output = data.draw(graphs())
    drawing = ag.draw(output, depth=depth, budget=budget, engine="builtin")
    assert_no_circle(drawing)
    assert len(boxes(drawing, "gate", "leaf", "constant", "fold")) <= max(budget, 4)
    held = Counter(i for box in drawing.scene.boxes for i in box.members)
    assert set(held.values()) == {1}


OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "depth": st.integers(0, 2),
        "budget": st.one_of(st.none(), st.integers(1, 30)),
        "around": st.integers(0, 2),
        "steps": st.integers(0, 3),
        "path": st.integers(0, 1),
        "backward": st.booleans(),
        "stack": st.booleans(),
        "show": st.sampled_from(["", "values", "gradients", "values gradients tensors"]),
        "direction": st.sampled_from(["LR", "RL"]),
    },
)


@given(data=st.data(), options=OPTIONS)
def test_any_graph_is_drawn_with_any_options_and_nothing_overlaps(data, options):
    output = data.draw(graphs())
    if "around" in options:
        options.pop("path", None)  # they may have no node in common
    drawing = ag.draw(output, engine="builtin", **options)
    assert Picture(drawing.svg).ids
    assert overlaps(drawing.sheet) == []


@st.composite
def graphs(draw):
    """Draw a graph whose operations are in scopes that end and begin anywhere."""
    values = [variable(0.5, "x"), variable(0.25, "y")]
    for _ in range(draw(st.integers(1, 25))):
        names = draw(st.lists(st.sampled_from("abc"), max_size=2))
        f = draw(st.sampled_from([ag.add, ag.multiply, ag.maximum]))
        a, b = (draw(st.sampled_from(values[-4:])) for _ in range(2))
        outer = ag.scope(names[0]) if names else ag.scope("top")
        with outer:
            if len(names) > 1:
                with ag.scope(names[1]):
                    values.append(ag.sigmoid(f(a, b)))
            else:
                values.append(f(a, b))
    return values[-1] + values[-2]


def test_a_large_graph_is_folded_and_a_line_says_so():
    drawing = GALLERY["mlp"]()
    assert len(drawing.scene.boxes) <= 150
    (note,) = drawing.scene.notes
    assert note.startswith("Folded: 209 of 209 operations are in 3 boxes")
    assert note in Picture(drawing.svg).all_text()


def test_without_a_budget_everything_is_drawn():
    drawing = GALLERY["mlp"](budget=None, engine="builtin")
    assert len(boxes(drawing, "gate", "leaf")) == 325
    assert drawing.scene.notes == ()


def test_a_large_graph_without_scopes_is_folded_into_runs():
    y = variable(0.5, "x")
    for _ in range(400):
        y = ag.sin(y)
    drawing = ag.draw(y, engine="builtin")
    assert len(drawing.scene.boxes) <= 150
    assert "400 of 400 operations" in drawing.scene.notes[0]


def test_weights_stay_outside_closed_layers():
    drawing = ag.draw(small_conv_net(), depth=0)
    assert {box.label for box in boxes(drawing, "leaf")} == {"images", "kernel", "weight"}


def test_an_open_scope_has_a_frame_with_its_name():
    picture = Picture(GALLERY["opened"](engine="builtin").svg)
    (frame,) = picture.of_kind("frame")
    assert picture.texts(frame) == ["sigmoid"]


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
@pytest.mark.parametrize("engine", available())
def test_nested_scopes_have_a_frame_each(engine, direction):
    x = variable(0.5, "x")
    with ag.scope("block"):
        y = ag.sigmoid(x * 2.0) + x
    drawing = ag.draw(ag.exp(y), engine=engine, direction=direction)
    frames = [g for g in drawing.sheet.groups if g.kind == "frame"]
    assert len(frames) == 2
    outer, inner = (box_of(frame.marks[0]) for frame in frames)
    assert outer[0] < inner[0] < inner[2] < outer[2]
    assert outer[1] < inner[1] < inner[3] < outer[3]


# Views.


def test_a_neighbourhood_holds_what_is_so_many_steps_away():
    y = variable(0.5, "x")
    for f in (ag.sin, ag.cos, ag.exp, ag.tanh, ag.sinh):
        y = f(y)
    y.name = "end"
    drawing = ag.draw(y, around=3, steps=1)
    assert [box.label for box in boxes(drawing, "gate")] == ["cos", "exp", "tanh"]
    assert len(boxes(drawing, "more")) == 2


def test_where_a_view_is_cut_the_wire_keeps_its_numbers():
    x = variable(3.0, "x")
    y = x * x + x
    drawing = ag.draw(y, around=1, steps=0)  # the product alone
    (gate,) = boxes(drawing, "gate")
    wires = {w.id: (float(w.value), float(w.gradient)) for w in drawing.scene.wires}
    assert gate.label == "*"
    assert wires == {"w1-0": (3.0, 3.0), "w1-1": (3.0, 3.0), "w1-on": (9.0, 1.0)}


def test_a_cut_wire_to_several_uses_carries_their_sum():
    x = variable(3.0, "x")
    drawing = ag.draw(x * x + x, around="x", steps=0)
    (wire,) = drawing.scene.wires
    assert float(wire.gradient) == 7.0


def test_a_path_holds_what_lies_between_a_leaf_and_the_output():
    x, w = variable(0.5, "x"), variable(2.0, "w")
    drawing = ag.draw(ag.exp(ag.sin(x) * ag.cos(w)), path="x")
    assert {box.label for box in boxes(drawing, "gate")} == {"sin", "*", "exp"}
    assert {box.label for box in boxes(drawing, "leaf")} == {"x"}


def test_a_view_is_chosen_by_tensor_name_or_id():
    x = variable(0.5, "x")
    y = ag.exp(ag.sin(x))
    seen = {ag.draw(y, path=p).svg for p in (x, "x", 0)}
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"around": "xx"}, "no node has the name 'xx'; did you mean x?"),
        ({"path": 99}, "99 is not a node"),
        ({"path": True}, "True is not a node"),
        ({"around": variable(1.0)}, "not part of the graph"),
        ({"around": 0, "steps": 0, "path": 1}, "around= and path= have no node in common"),
        ({"around": "twin"}, "2 nodes have the name 'twin'; give an id of [1, 3]"),
    ],
)
def test_a_node_that_is_not_there_is_refused(options, said):
    y = variable(0.5, "x") * variable(1.0, "twin") * variable(2.0, "twin")
    with pytest.raises(DrawingError, match=re.escape(said)):
        ag.draw(y, **options)
