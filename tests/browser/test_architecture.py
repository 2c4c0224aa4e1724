"""The architecture view: boxes that open in place, stepped at the depth that is open."""

import json
import random
from importlib.resources import files

import pytest

import autograd as ag
from autograd.viz.layout.rows import arrange
from autograd.viz.model.families import family
from autograd.viz.model.statistics import statistics
from autograd.viz.player import architecture_payload
from tests.browser.networks import (
    NETWORKS,
    architecture_page,
    googlenet,
    lenet,
    lstm,
    resnet,
    scoped,
    stacked,
    traced,
    transformer,
    vanishing,
)
from tests.browser.test_accessibility import serious

SCREEN = {"viewport": {"width": 1440, "height": 900}}
LAYOUT = """([source, cases]) => {
  const layout = new Function(source + "; return layoutArchitecture;")();
  return cases.map(([architecture, open, width]) => {
    const plan = layout(architecture, new Set(open), width);
    return { boxes: [...plan.boxes].map(([id, r]) => [id, r.x, r.y, r.width, r.height]),
      wires: plan.wires.map((w) => [w.source, w.target, w.frame, w.edges, w.points, w.label,
        w.label_at, w.name, w.kind]), size: [plan.width, plan.height] };
  });
}"""
# Statistics from the numbers of the page alone, in place of those that came with it.
STATISTICS = """([source, given]) => {
  const make = new Function(source + "; return [makeScore, makeStatistics];");
  const [makeScore, makeStatistics] = make();
  const score = makeScore(given);
  const collected = new Map();
  score.data.events.forEach((event, at) => {
    if (["seed", "accumulate"].includes(event.kind)) collected.set(event.node, at);
  });
  const read = makeStatistics(score, score.data.architecture, collected);
  score.data.statistics = undefined;
  return read();
}"""
CLOSED = """() => [...document.querySelectorAll("g[data-box]:not(.open) > .body")].map((e) => {
  const { x, y, width, height } = e.getBoundingClientRect();
  return [e.parentNode.dataset.box, x, y, width, height];
})"""
SEEN = """() => [...document.querySelectorAll("g[data-box]")].map((e) => Number(e.dataset.box))"""
# A key, and the drawing with its new layout.
PRESSED = """key => {
  document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
  document.querySelector(".stage").getBoundingClientRect();
}"""


def scripts(*names):
    """Return the text of some of the player's scripts."""
    static = files("autograd.viz.player") / "static"
    return "\n".join((static / f"{name}.js").read_text("utf-8") for name in names)


def box(reader, path, found):
    """Return the drawn group of a box, by its path."""
    return reader(f'g[data-box="{named(found, path).id}"]')


def named(found, path):
    return next(one for one in found.boxes if one.path == path)


def choose(reader, path, found):
    box(reader, path, found).evaluate("e => e.focus()")
    return reader


def worked(clock):
    """Return the seconds that a page has spent on scripts, styles and layout."""
    found = {m["name"]: m["value"] for m in clock.send("Performance.getMetrics")["metrics"]}
    return found["ScriptDuration"] + found["RecalcStyleDuration"] + found["LayoutDuration"]


def corner(group):
    found = group.evaluate("e => e.querySelector('.halo').getBoundingClientRect().toJSON()")
    return found["x"], found["y"]


def overlap(a, b, slack=0.5):
    (_, ax, ay, aw, ah), (_, bx, by, bw, bh) = a, b
    across = min(ax + aw, bx + bw) - max(ax, bx)
    return across > slack and min(ay + ah, by + bh) - max(ay, by) > slack


@pytest.fixture(scope="module")
def engine(browser):
    """An empty page in which functions of the player's script run."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("network", NETWORKS.values(), ids=NETWORKS)
def test_the_page_lays_out_boxes_and_wires_as_python_does(engine, network):
    _, found = traced(network)
    rng = random.Random(0)
    count = len(found.boxes)
    cases = [
        ([i for i in range(count) if rng.random() < k / 5], rng.choice([390, 768, 1440, 1920]))
        for k in range(6)
    ]
    source = scripts("architecture_branches", "architecture_tracks", "architecture_layout")
    data = json.loads(json.dumps(architecture_payload.structure(found)))
    drawn = engine.evaluate(LAYOUT, [source, [[data, *case] for case in cases]])
    for (open, width), page in zip(cases, drawn, strict=True):
        plan = arrange(found, set(open), width)
        boxes = [[i, r.x, r.y, r.width, r.height] for i, r in plan.boxes.items()]
        wires = [
            [w.source, w.target, w.frame, w.edges, w.points, w.label, w.label_at, w.name, w.kind]
            for w in plan.wires
        ]
        assert page["boxes"] == boxes
        assert page["wires"] == json.loads(json.dumps(wires))
        assert page["size"] == [plan.width, plan.height]


# Opening and closing


def test_enter_opens_the_chosen_box_alone_and_backspace_closes_it(open_page):
    _, found = traced(lenet)
    reader = open_page(architecture_page(lenet), **SCREEN)
    seen = set(reader.run(SEEN))
    choose(reader, "conv1", found).press("Enter")
    inside = set(named(found, "conv1").children)
    assert set(reader.run(SEEN)) == seen | inside
    choose(reader, found.boxes[min(inside)].path, found).press("Backspace")
    assert set(reader.run(SEEN)) == seen


def test_shift_and_enter_opens_all_boxes_like_it(open_page):
    _, found = traced(lenet)
    reader = open_page(architecture_page(lenet), **SCREEN)
    choose(reader, "conv1", found).press("Shift+Enter")
    opened = reader.run("() => [...document.querySelectorAll('g.open')].map((e) => +e.dataset.box)")
    assert {named(found, "conv1").id, named(found, "conv2").id} <= set(opened)
    assert named(found, "dense1").id not in opened


def test_a_click_opens_a_box_and_its_button_closes_it(open_page):
    _, found = traced(lenet)
    reader = open_page(architecture_page(lenet), **SCREEN)
    seen = reader.run(SEEN)
    box(reader, "conv2", found).click()
    assert reader.run(SEEN) != seen
    box(reader, "conv2", found).locator(".close").click()
    assert reader.run(SEEN) == seen


def test_an_opened_box_keeps_its_corner_and_the_zoom(open_page):
    _, found = traced(lenet)
    reader = open_page(architecture_page(lenet), **SCREEN)
    scale = "() => document.querySelector('.world').transform.baseVal[1].matrix.a"
    before, zoom = corner(box(reader, "conv1", found)), reader.run(scale)
    choose(reader, "conv1", found).press("Enter")
    assert corner(box(reader, "conv1", found)) == pytest.approx(before, abs=1)
    assert reader.run(scale) == zoom


@pytest.mark.parametrize("network", [resnet, googlenet], ids=["ResNet-18", "GoogLeNet"])
def test_a_box_opens_within_50_milliseconds(open_page, network):
    _, found = traced(network)
    reader = open_page(architecture_page(network), **SCREEN)
    clock = reader.page.context.new_cdp_session(reader.page)
    # Of the page's own thread: other processes may be busy.
    clock.send("Performance.enable", {"timeDomain": "threadTicks"})
    kind = {resnet: "BasicBlock", googlenet: "Inception"}[network]
    times = []
    for one in [b for b in found.boxes if b.kind == kind and b.role == "scope"][:5]:
        choose(reader, one.path, found)
        before = worked(clock)
        reader.run(PRESSED, "Enter")
        times.append(1_000 * (worked(clock) - before))
        assert box(reader, found.boxes[one.children[0]].path, found).is_visible()
    assert sorted(times)[2] < 50


def test_a_cell_of_a_stack_opens_its_own_layer(open_page):
    _, found = traced(stacked)
    reader = open_page(architecture_page(stacked), **SCREEN)
    stack = next(b for b in found.boxes if b.role == "stack")
    cells = reader(f'g[data-box="{stack.id}"] .cell')
    assert cells.count() == stack.count
    cells.nth(1).click()
    seen = reader.run(SEEN)
    assert set(stack.children) <= set(seen)
    assert set(found.boxes[stack.children[1]].children) <= set(seen)
    assert not set(found.boxes[stack.children[2]].children) & set(seen)


def test_what_is_open_stands_in_the_address(open_page):
    _, found = traced(lenet)
    reader = open_page(architecture_page(lenet), **SCREEN)
    choose(reader, "conv1", found).press("Enter")
    seen = reader.run(SEEN)
    assert "conv1" in reader.page.url
    reader.page.reload()
    reader("g[data-box]").first.wait_for()
    assert reader.run(SEEN) == seen


def test_a_frame_leaves_the_address_alone(open_page):
    reader = open_page(architecture_page(lenet, alone=False), **SCREEN)
    reader.press("e")
    assert "#" not in reader.page.url


def test_a_search_opens_what_is_around_a_box(open_page):
    _, found = traced(resnet)
    reader = open_page(architecture_page(resnet), **SCREEN)
    reader.press("/").type("layer3.1.conv2").press("Enter")
    assert box(reader, "layer3.1.conv2", found).is_visible()
    assert "layer3.1.conv2" in reader.text(".box-panel")


# Stepping


def test_nothing_is_written_before_the_first_event(open_page):
    reader = open_page(architecture_page(lenet), **SCREEN)
    reader.press("Home")
    numbers = (
        "() => document.querySelectorAll('.boxes .value, .boxes .gradient, .profile .mark').length"
    )
    assert reader.run(numbers) == 0
    assert reader(".boxes > g.lit").count() == 0


def test_values_come_forwards_and_gradients_backwards(open_page):
    trace, found = traced(lenet)
    reader = open_page(architecture_page(lenet), **SCREEN)
    node = named(found, "conv2").output
    made = next(i for i, e in enumerate(trace) if e.kind == "forward" and e.node == node)
    summed = max(i for i, e in enumerate(trace) if e.kind == "accumulate" and e.node == node)
    conv = box(reader, "conv2", found)
    counts = []
    for at in (made - 1, made, summed - 1, summed):
        reader.go(at)
        counts.append((conv.locator(".value").count(), conv.locator(".gradient").count()))
    assert counts == [(0, 0), (1, 0), (1, 0), (1, 1)]


def test_the_box_of_the_event_is_lit_with_its_place_inside(open_page):
    trace, found = traced(lenet)
    reader = open_page(architecture_page(lenet), **SCREEN)
    dense = named(found, "dense1")
    for k, node in enumerate(dense.nodes):
        reader.go(next(i for i, e in enumerate(trace) if e.kind == "forward" and e.node == node))
        lit = reader(".boxes > g.lit")
        assert lit.get_attribute("data-box") == str(dense.id)
        assert lit.locator(".tag").text_content() == f"op {k + 1} of {len(dense.nodes)}"
    choose(reader, "dense1", found).press("Enter")
    assert reader(".boxes > g.lit").get_attribute("data-box") == str(dense.children[-1])


@pytest.mark.parametrize("network", [lstm, transformer], ids=["LSTM", "transformer"])
def test_every_step_lights_one_visible_box(open_page, network):
    trace, _ = traced(network)
    reader = open_page(architecture_page(network), **SCREEN)
    for at, event in enumerate(trace):
        if event.kind in ("forward", "vjp") and trace.graph[event.node].primitive:
            reader.go(at)
            assert reader(".boxes > g.lit").count() == 1, at


# Numbers


def test_the_profile_has_a_point_for_each_layer_and_goes_there(open_page):
    _, found = traced(lenet)
    reader = open_page(architecture_page(lenet), **SCREEN)
    reader.press("End")
    assert reader(".profile circle.mark").count() == 5
    assert reader(".profile rect.mark").count() == 5
    reader(".profile .target").nth(1).click()
    assert box(reader, "conv2", found).is_visible()
    assert reader.text(".box-panel h3").startswith("conv2")


def test_a_weight_opens_with_its_gradient_beside_it(open_page):
    _, found = traced(lenet)
    reader = open_page(architecture_page(lenet), **SCREEN)
    reader.press("End")
    choose(reader, "conv1", found)
    reader(".box-panel .weights button").first.click()
    assert reader(".box-panel .heat svg").count() == 2
    assert reader(".box-panel .heat svg").first.locator("rect").count() == 150
    reader.press("Home")
    assert reader(".box-panel .heat svg").count() == 0


def test_a_bar_of_the_timeline_goes_to_its_box(open_page):
    _, found = traced(lenet)
    reader = open_page(architecture_page(lenet), **SCREEN)
    reader.frame.get_by_role("button", name="Timeline").click()
    reader(f'.lane[data-box="{named(found, "conv1").id}"]').first.click()
    assert reader.text(".box-panel h3").startswith("conv1")
    assert reader(".boxes > g.lit").count() == 1


def test_families_of_layers_are_those_of_the_picture(open_page):
    reader = open_page(architecture_page(scoped), **SCREEN)
    shown = reader.run("() => document.querySelector('.legend').innerText.split(/\\s+/)")
    boxes = [b for b in traced(scoped)[1].boxes if b.parent is None]
    assert sorted(shown) == sorted({family(b) for b in boxes})
    assert {"convolution", "norm", "block"} <= set(shown)


def test_colours_change_by_a_key_and_never_lie_behind_text(open_page):
    reader = open_page(architecture_page(lenet), **SCREEN)
    fills = "() => [...document.querySelectorAll('.band')].map((e) => getComputedStyle(e).fill)"
    bodies = "() => [...document.querySelectorAll('.body')].map((e) => getComputedStyle(e).fill)"
    before, white = reader.run(fills), reader.run(bodies)
    reader.press("c")
    assert reader("select[aria-label='Colour by']").input_value() == "gradient"
    assert reader.run(fills) != before
    assert reader.run(bodies) == white


# On the screen


@pytest.mark.parametrize("width", [390, 768, 1440, 1920])
def test_nothing_overlaps_and_nothing_overflows(open_page, width):
    screen = {"viewport": {"width": width, "height": 900}}
    for network in (lstm, transformer):
        reader = open_page(architecture_page(network), **screen)
        reader.press("e")
        boxes = reader.run(CLOSED)
        assert not [(a, b) for k, a in enumerate(boxes) for b in boxes[:k] if overlap(a, b)]
        wide = reader.run("() => document.documentElement.scrollWidth")
        assert wide <= width
        beyond = reader.run(
            """() => [...document.querySelectorAll('g[data-box]:not(.open) text')].filter((t) => {
              const body = t.closest('g[data-box]').querySelector('.body').getBoundingClientRect();
              const text = t.getBoundingClientRect();
              return !t.closest('.tag') && (text.left < body.left || text.right > body.right + 1);
            }).map((t) => t.textContent)"""
        )
        assert beyond == []


def test_the_first_drawing_is_whole_and_its_text_is_large_enough(open_page):
    for network in (lenet, lstm, transformer, resnet, googlenet):
        reader = open_page(architecture_page(network), **SCREEN)
        reader.press("0")
        stage = reader(".stage.architecture").bounding_box()
        for _, x, y, w, h in reader.run(CLOSED):
            assert stage["x"] <= x < x + w <= stage["x"] + stage["width"]
            assert stage["y"] <= y < y + h <= stage["y"] + stage["height"]
        scale = reader.run("() => document.querySelector('.world').transform.baseVal[1].matrix.a")
        assert 12 * scale >= 11


@pytest.mark.parametrize("theme", ["lecture", "safe", "dark"])
def test_axe_finds_nothing_serious(open_page, theme):
    _, found = traced(lenet)
    reader = open_page(architecture_page(lenet, theme=theme), **SCREEN)
    choose(reader, "conv1", found).press("Enter")
    assert serious(reader) == []


def test_less_motion_opens_at_once(open_page):
    _, found = traced(lenet)
    reader = open_page(architecture_page(lenet), reduced_motion="reduce", **SCREEN)
    choose(reader, "conv1", found).press("Enter")
    assert reader.run("() => document.getAnimations().length") == 0


def test_tab_goes_along_the_wires(open_page):
    reader = open_page(architecture_page(lenet), **SCREEN)
    reader("g[data-box]").first.evaluate("e => e.focus()")
    order = []
    for _ in range(6):
        order.append(reader.run("() => document.activeElement.ariaLabel.split(',')[0]"))
        reader.press("Tab")
    assert order[:4] == ["x", "conv1", "tanh", "pool"]


def test_gates_and_architecture_take_turns(open_page):
    reader = open_page(architecture_page(stacked), **SCREEN)
    assert reader(".stage.architecture").is_visible()
    reader.press("v")
    assert not reader(".stage.architecture").is_visible()
    assert reader("g.box:not([data-box])").first.is_visible()
    reader.frame.get_by_role("button", name="Architecture").click()
    assert reader(".stage.architecture").is_visible()


def alike(one, other):
    """Whether two numbers differ by rounding, however small they are; None only equals None."""
    return one == other if other is None else one == pytest.approx(other, rel=1e-3, abs=0)


@pytest.mark.parametrize("make", [stacked, vanishing])
def test_statistics_made_in_the_page_are_those_of_python(engine, make):
    trace, found = traced(make)
    measured = architecture_payload.numbers(statistics(found, trace.graph, trace))
    data = ag.draw(trace, view="architecture").player().payload
    data["structure"]["architecture"] = architecture_payload.structure(found)
    kept = {id: {"bytes": box["bytes"]} for id, box in measured["boxes"].items()}
    data["numbers"]["architecture"] = {"profile": measured["profile"], "boxes": kept}
    made = engine.evaluate(
        STATISTICS, [scripts("score", "numbers", "architecture_statistics"), data]
    )
    for id, numbers in measured["boxes"].items():
        for key in ("rms", "gradient", "zeros", "bytes"):
            assert alike(made["boxes"][id][key], numbers[key]), (id, key)
        for key in ("histogram", "gradient_histogram"):
            if numbers[key] is None:  # of boxes that are too small to show it
                continue
            assert made["boxes"][id][key] == json.loads(json.dumps(numbers[key])), (id, key)
    for key, numbers in measured["weights"].items():
        assert all(alike(made["weights"][key][name], numbers[name]) for name in numbers), key
    for point, expected in zip(made["profile"], measured["profile"], strict=True):
        assert all(alike(point[name], expected[name]) for name in expected), expected
