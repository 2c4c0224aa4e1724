"""The layout of an architecture: nothing overlaps, and wires lead where they should."""

from itertools import combinations, pairwise

import pytest

import autograd as ag
from autograd.viz.layout.branches import Branches, Tangle, series
from autograd.viz.layout.opening import fitting
from autograd.viz.layout.rows import arrange
from autograd.viz.layout.tracks import IN, OUT
from autograd.viz.model.architecture import Architecture
from tests.viz.networks import NETWORKS, drawing_of

WIDTH, TALL = 1440, 900


@pytest.fixture(scope="module", params=NETWORKS)
def drawing(request):
    return drawing_of(request.param)[1]


def opened(made, how):
    if how == "closed":
        return frozenset()
    return frozenset(range(len(made.boxes))) if how == "all" else fitting(made, WIDTH, TALL - 176)


def overlap(a, b):
    return (
        a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
    )


def frames(made, plan, id):
    return [i for i in made.ancestors(id)[:-1] if i in plan.boxes]


@pytest.mark.parametrize("how", ["closed", "first", "all"])
def test_no_box_overlaps_another(drawing, how):
    made = drawing.view.architecture
    plan = arrange(made, opened(made, how), WIDTH)
    around = {}
    for id in plan.boxes:
        around.setdefault(tuple(frames(made, plan, id)[-1:]), []).append(id)
    for siblings in around.values():
        for a, b in combinations(siblings, 2):
            assert not overlap(plan.boxes[a], plan.boxes[b]), (made.boxes[a], made.boxes[b])


@pytest.mark.parametrize("how", ["first", "all"])
def test_boxes_stand_inside_their_frames(drawing, how):
    made = drawing.view.architecture
    plan = arrange(made, opened(made, how), WIDTH)
    for id, at in plan.boxes.items():
        for frame in frames(made, plan, id)[-1:]:
            f = plan.boxes[frame]
            assert f.x <= at.x
            assert f.y + 24 <= at.y
            assert at.x + at.width <= f.x + f.width
            assert at.y + at.height <= f.y + f.height


@pytest.mark.parametrize("how", ["closed", "first", "all"])
def test_every_edge_has_a_way_between_visible_boxes(drawing, how):
    made = drawing.view.architecture
    plan = arrange(made, opened(made, how), WIDTH)
    reached = {}
    for wire in plan.wires:
        for edge in wire.edges:
            reached.setdefault(edge, []).append((wire.frame, wire.source, wire.target))
    for index, edge in enumerate(made.edges):
        source, target = (
            [i for i in made.ancestors(end) if i in plan.boxes][-1]
            for end in (edge.source, edge.target)
        )
        if source == target:
            assert index not in reached
            continue
        pieces = reached[index]
        assert source in [s for _, s, _ in pieces]
        assert target in [t for _, _, t in pieces]


def test_all_coordinates_are_whole_numbers(drawing):
    plan = drawing.view.plan
    for at in plan.boxes.values():
        assert all(type(v) is int for v in (at.x, at.y, at.width, at.height))
    for wire in plan.wires:
        assert all(type(v) is int for point in (*wire.points, wire.label_at) for v in point)


def test_wires_are_level_or_upright(drawing):
    for wire in drawing.view.plan.wires:
        for (x1, y1), (x2, y2) in pairwise(wire.points):
            assert x1 == x2 or y1 == y2


def test_wires_begin_and_end_at_their_boxes(drawing):
    plan = drawing.view.plan
    for wire in plan.wires:
        if wire.source != IN:
            at = plan.boxes[wire.source]
            assert wire.points[0][0] == at.x + at.width
        if wire.target != OUT:
            at, (x, y) = plan.boxes[wire.target], wire.points[-1]
            assert x == at.x or y == at.y


def test_no_wire_goes_through_a_box(drawing):
    plan = drawing.view.plan
    for wire in plan.wires:
        for id, at in plan.boxes.items():
            if id in (wire.source, wire.target, wire.frame) or id in drawing.view.architecture.open:
                continue
            for (x1, y1), (x2, y2) in pairwise(wire.points):
                apart = (
                    max(x1, x2) <= at.x
                    or min(x1, x2) >= at.x + at.width
                    or max(y1, y2) <= at.y
                    or min(y1, y2) >= at.y + at.height
                )
                assert apart, (wire, drawing.view.architecture.boxes[id].path)


def test_labels_stand_on_no_box(drawing):
    plan, made = drawing.view.plan, drawing.view.architecture
    for wire in plan.wires:
        half = 3 * len(wire.label)
        x, y = wire.label_at
        for id, at in plan.boxes.items():
            if wire.label and id not in made.open:
                beside = x + half <= at.x or x - half >= at.x + at.width
                assert beside or y <= at.y or y - 9 >= at.y + at.height, (wire, made.boxes[id].path)


def test_the_first_view_fits_a_page(drawing):
    assert drawing.sheet.width <= WIDTH
    assert drawing.sheet.height <= TALL


def test_resnet_152_is_sixteen_boxes_in_three_rows():
    _, drawing = drawing_of("ResNet-152")
    made, plan = drawing.view.architecture, drawing.view.plan
    inside = [id for id in plan.boxes if len(made.ancestors(id)) > 1]
    assert len([id for id in inside if not made.boxes[id].pill]) == 15  # and relu, a pill
    assert len({at.y + at.height // 2 for at in plan.boxes.values()}) == 3


def test_branches_are_lanes_in_the_order_of_arguments():
    network, x = NETWORKS["inception"]()
    drawing = ag.draw(network, x, view="architecture")
    made, plan = drawing.view.architecture, drawing.view.plan
    first = {b.name: plan.boxes[b.id] for b in made.boxes if b.id in plan.boxes}
    lanes = [first[name] for name in ("branch1", "branch2.0", "branch3.0", "branch4.0")]
    assert len({lane.x + lane.width // 2 for lane in lanes}) == 1
    assert [lane.y for lane in lanes] == sorted(lane.y for lane in lanes)


def test_a_skip_goes_above_its_row_and_ends_in_its_sum():
    network, x = NETWORKS["encoder"]()
    drawing = ag.draw(network, x, view="architecture", open=["TransformerEncoderLayer"])
    made, plan = drawing.view.architecture, drawing.view.plan
    add = next(b for b in made.boxes if b.name == "+" and b.id in plan.boxes)
    (skip,) = (w for w in plan.wires if w.target == add.id and w.kind == "skip")
    assert skip.points[-1][1] == plan.boxes[add.id].y
    assert min(y for _, y in skip.points) < min(plan.boxes[i].y for i in plan.boxes)


def test_a_series_of_branches_and_a_tangle():
    assert series([0, 1, 2, 3], {1: [0], 2: [0], 3: [1, 2]}) == (0, Branches(((1,), (2,))), 3)
    steps = {2: [0], 3: [1, 2]}  # 0 -> 2 -> 3 <- 1, and 1 -> 2' below
    tangled = series([0, 1, 2, 3, 4], {**steps, 2: [0, 1], 3: [1], 4: [2, 3]})
    assert tangled == (Tangle((0, 1, 2, 3)), 4)


def test_the_same_architecture_is_laid_out_the_same():
    plans = []
    for _ in range(2):
        network, x = NETWORKS["FlowNetSimple"]()
        plans.append(ag.draw(network, x, view="architecture").view.plan)
    assert plans[0] == plans[1]


def test_an_architecture_without_boxes_has_an_empty_plan():
    plan = arrange(Architecture("", None, (), ()), ())
    assert (plan.boxes, plan.wires) == ({}, [])
