"""The debugger: what it shows is what ran; it goes both ways, and finds what one looks for."""

import json
import math
import re
from html import unescape
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.core.backward import count_uses, steps
from autograd.viz.player.packing import parts

HOSTILE = "\x1b]0;owned\x07\x1b[31m\r\n\u2028\u202e"


def leaf(value, name=None):
    return ag.tensor(value, requires_grad=True, name=name)


def exponential():
    """Return a debugger of exp(-(w*x)); what happens there is written down in `LOG`."""
    w, x = leaf(2.0, "layer1.w"), leaf(3.0, "x")
    return ag.trace(ag.exp(-(w * x))).debugger()


OUT = math.exp(-6)
# kind, node, input, value; the nodes are 0 w, 1 x, 2 *, 3 *-1, 4 exp.
LOG = [
    ("forward", 0, None, 2.0),
    ("forward", 1, None, 3.0),
    ("forward", 2, None, 6.0),
    ("forward", 3, None, -6.0),
    ("forward", 4, None, OUT),
    ("seed", 4, None, 1.0),
    ("vjp", 4, 3, OUT),
    ("accumulate", 3, None, OUT),
    ("vjp", 3, 2, -OUT),
    ("accumulate", 2, None, -OUT),
    ("vjp", 2, 0, -3 * OUT),
    ("accumulate", 0, None, -3 * OUT),
    ("vjp", 2, 1, -2 * OUT),
    ("accumulate", 1, None, -2 * OUT),
]

# Traces of any shape: a list of operations, each of one or two earlier results.
OPERATIONS = {
    "+": lambda x, y: x + y,
    "*": lambda x, y: x * y,
    "-": lambda x, y: x - y,
    "sin": lambda x, _: ag.sin(x),
    "tanh": lambda x, _: ag.tanh(x),
    "*2": lambda x, _: x * 2.0,
    "square": lambda x, _: x * x,
}
computations = st.lists(
    st.tuples(st.sampled_from(sorted(OPERATIONS)), st.integers(0, 9), st.integers(0, 9)),
    min_size=1,
    max_size=8,
)


def computed(recipe):
    results = [leaf(0.5, "x"), leaf(-1.25, "y")]
    for operation, i, j in recipe:
        x, y = results[-1 - i % len(results)], results[-1 - j % len(results)]
        results.append(OPERATIONS[operation](x, y))
    return results[-1]


def refusal(call):
    """Return the message of a DrawingError, which is one line that a terminal can show."""
    with pytest.raises(ag.DrawingError) as error:
        call()
    assert str(error.value).isprintable()
    return str(error.value)


def stops(dbg):
    """Return the index of every event at which run stops."""
    found = []
    while dbg.run() is not None:
        found.append(dbg.position)
    return found


# What is shown is what runs


def test_events_are_what_happens_in_closed_form():
    events = exponential().trace.events
    assert [(e.kind, e.node, e.input) for e in events] == [row[:3] for row in LOG]
    assert [float(e.value) for e in events] == pytest.approx([row[3] for row in LOG], rel=1e-14)


@given(computations)
def test_events_are_what_the_backward_pass_yields(recipe):
    output = computed(recipe)
    graph, (uses, _) = ag.graph(output), count_uses([output])
    sweep = steps([output], {output: np.float64(1.0)}, uses)
    ran = []
    for node, position, x, upstream, contribution, total in sweep:
        source, target = graph.id_of(node), graph.id_of(x)
        ran.append(("vjp", source, target, position, contribution, upstream))
        ran.append(("accumulate", target, None, None, total, None))
    dbg = ag.trace(output).debugger()
    dbg.position = len([n for n in graph if not n.constant])
    assert dbg.event.kind == "seed"
    shown = []
    while dbg.position < len(dbg.trace) - 1:
        e = dbg.step()
        shown.append((e.kind, e.node, e.input, e.position, e.value, e.upstream))
    assert shown == ran


@given(computations)
def test_every_total_is_the_one_before_plus_the_contribution(recipe):
    events = ag.trace(computed(recipe)).events
    for vjp, total in pairwise(events):
        if total.kind == "accumulate":
            before = 0.0 if total.before is None else total.before
            assert total.value == before + vjp.value


def test_debugging_leaves_grad_alone():
    x = leaf(3.0)
    ag.trace(x * x).debugger().end()
    assert x.grad is None


# Moving

moves = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["step", "back"]), st.integers(-3, 12)),
        st.tuples(st.sampled_from(["start", "end", "step_operation", "back_operation", "run"])),
        st.tuples(st.just("run_to"), st.integers(0, 1)),
    ),
    max_size=12,
)


@given(computations, moves)
def test_no_move_leaves_the_trace(recipe, ways):
    dbg = ag.trace(computed(recipe)).debugger()
    for way, *arguments in ways:
        getattr(dbg, way)(*arguments)
        assert -1 <= dbg.position < len(dbg.trace)
        here = dbg.trace.events[dbg.position] if dbg.position >= 0 else None
        assert dbg.event is here


@given(computations, st.lists(st.tuples(st.sampled_from([1, -1]), st.integers(0, 12))))
def test_steps_add_up_between_the_ends(recipe, ways):
    dbg, place = ag.trace(computed(recipe)).debugger(), -1
    for sign, count in ways:
        reached = dbg.step(count) if sign > 0 else dbg.back(count)
        place = min(max(place + sign * count, -1), len(dbg.trace) - 1)
        assert dbg.position == place
        assert reached is dbg.event


@given(computations, moves)
def test_a_step_and_a_step_back_return_to_the_same_place(recipe, ways):
    dbg = ag.trace(computed(recipe)).debugger()
    for way, *arguments in ways:
        getattr(dbg, way)(*arguments)
        place, card = dbg.position, dbg.card()
        if place < len(dbg.trace) - 1:
            dbg.step()
            dbg.back()
            assert (dbg.position, dbg.card()) == (place, card)


def test_a_debugger_begins_before_the_first_event():
    dbg = exponential()
    assert (dbg.position, dbg.event, repr(dbg)) == (-1, None, "Debugger at event 0 of 14")


def test_start_and_end_are_the_ends():
    dbg = exponential()
    assert dbg.end() is dbg.trace.events[-1]
    assert dbg.start() is None
    assert dbg.position == -1


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 0), (0, 1), (3, 4), (6, 8), (7, 8), (8, 10), (10, 13), (11, 13)]
)
def test_step_operation_goes_to_the_next_rule(start, end):
    dbg = exponential()
    dbg.position = start
    dbg.step_operation()
    assert dbg.position == end


@pytest.mark.parametrize(("start", "end"), [(13, 8), (12, 8), (10, 8), (4, 3), (1, 0), (0, -1)])
def test_back_operation_goes_to_the_rule_before(start, end):
    dbg = exponential()
    dbg.position = start
    dbg.back_operation()
    assert dbg.position == end


@pytest.mark.parametrize("way", ["name", "id", "tensor"])
def test_run_to_stops_at_every_event_of_a_node(way):
    x = leaf(3.0, "x")
    dbg = ag.trace(ag.exp(-(leaf(2.0, "w") * x))).debugger()
    found = []
    while dbg.run_to({"name": "x", "id": 1, "tensor": x}[way]) is not None:
        found.append(dbg.position)
    assert found == [1, 12, 13]
    assert dbg.position == 13


def test_run_to_finds_a_result_by_its_tensor():
    w = leaf(2.0)
    inner = w * 3.0
    dbg = ag.trace(ag.exp(inner)).debugger()
    assert float(dbg.run_to(inner).value) == 6.0


def test_run_to_stops_at_breakpoints_on_the_way():
    dbg = exponential()
    dbg.break_on(operation="*")
    dbg.position = 2
    assert [dbg.run_to(3).kind, dbg.position] == ["forward", 3]
    dbg.position = 9
    assert dbg.run_to("x") is dbg.trace.events[10]


@pytest.mark.parametrize("ask", ["run_to", "break_on"])
def test_an_unknown_name_is_refused_with_a_suggestion(ask):
    dbg = exponential()
    said = refusal(lambda: getattr(dbg, ask)("layer1.v"))
    assert said.startswith(f"{ask}: ")
    assert "did you mean layer1.w?" in said


def test_a_name_like_no_other_is_refused_with_those_there_are():
    said = refusal(lambda: exponential().run_to("bias"))
    assert said.endswith("there are layer1.w, x")


def test_a_name_where_none_has_one_is_refused():
    assert "no node has a name" in refusal(lambda: ag.trace(+leaf(1.0)).debugger().run_to("x"))


def test_an_ambiguous_name_is_refused_with_the_ids():
    dbg = ag.trace(leaf(1.0, "w") * leaf(2.0, "w")).debugger()
    said = refusal(lambda: dbg.run_to("w"))
    assert "2 nodes" in said
    assert "[0, 1]" in said


@pytest.mark.parametrize("node", [-1, 5, 10**30, True, 1.5, (), None, np.eye(3), float("nan")])
def test_what_is_no_node_is_refused(node):
    assert "is not a node" in refusal(lambda: exponential().run_to(node))


def test_a_tensor_of_another_graph_is_refused():
    assert "not part of the graph" in refusal(lambda: exponential().run_to(leaf(1.0)))


@pytest.mark.parametrize("move", ["step", "back"])
@pytest.mark.parametrize("count", [1.0, "1", None, HOSTILE, np.zeros((3, 3))])
def test_what_is_no_count_is_refused(move, count):
    assert refusal(lambda: getattr(exponential(), move)(count)).startswith(f"{move}: ")


@pytest.mark.parametrize("place", [-2, 14, "x", 0.5])
def test_a_position_beyond_the_ends_is_refused(place):
    dbg = exponential()
    assert refusal(lambda: setattr(dbg, "position", place)).startswith("position: ")
    assert dbg.position == -1


def test_numbers_of_numpy_are_numbers():
    dbg = exponential()
    assert dbg.step(np.int64(2)) is dbg.trace.events[1]
    assert dbg.run_to(np.int64(3)) is dbg.trace.events[3]


def test_a_result_is_found_by_the_name_on_its_card():
    dbg = exponential()
    assert [dbg.run_to("b").node, dbg.run_to("f").node] == [3, 4]


@pytest.mark.parametrize("name", ["zz", "w\\x1b", "wwww\n"])
def test_a_refusal_shows_hostile_names_on_one_line(name):
    dbg = ag.trace(leaf(1.0, "w\n\n\nw") * leaf(2.0, "x\r\ty")).debugger()
    assert "no node has the name" in refusal(lambda: dbg.run_to(name))


def test_a_refused_move_stays():
    dbg = exponential()
    dbg.step(3)
    refusal(lambda: dbg.run_to("bias"))
    refusal(lambda: dbg.step(0.5))
    assert dbg.position == 2


# Breakpoints


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({"node": "x"}, [1, 12, 13]),
        ({"node": 2}, [2, 8, 9, 10, 12]),
        ({"operation": "exp"}, [4, 6]),
        ({"operation": "*"}, [2, 10, 12]),
        ({"operation": "multiply"}, [2, 10, 12]),
        ({"operation": "*-1"}, [3, 8]),
        ({"name": "layer1.*"}, [0, 10, 11]),
        ({"name": "?"}, [1, 12, 13]),
        ({"name": "LAYER1.W"}, []),
        ({"below": 0.01}, [6]),
        ({"below": 1e-9}, []),
        ({"condition": lambda e: e.kind == "seed"}, [5]),
        ({"condition": lambda e: e.value == 6.0}, [2]),
        ({"operation": "*", "name": "layer1.*"}, [10]),
        ({"node": "x", "condition": lambda e: e.kind == "accumulate"}, [13]),
        ({"node": 3, "operation": "exp", "below": 0.5}, [6]),
        ({"operation": "exp", "name": "x"}, []),
    ],
)
def test_run_stops_where_all_of_a_breakpoint_holds(options, found):
    dbg = exponential()
    dbg.break_on(**options)
    assert stops(dbg) == found


def test_run_stops_where_any_breakpoint_holds():
    dbg = exponential()
    dbg.break_on("x")
    dbg.break_on(operation="exp")
    assert stops(dbg) == [1, 4, 6, 12, 13]


def test_a_removed_breakpoint_stops_nothing():
    dbg = exponential()
    gone, stays = dbg.break_on("x"), dbg.break_on(operation="exp")
    dbg.breakpoints.remove(gone)
    assert dbg.breakpoints == [stays]
    assert stops(dbg) == [4, 6]


def test_run_without_breakpoints_goes_to_the_end():
    dbg = exponential()
    assert dbg.run() is None
    assert dbg.position == 13


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "give it a node"),
        ({"operation": "epx"}, "did you mean exp?"),
        ({"operation": "convolve"}, "there are multiply"),
        ({"operation": HOSTILE}, "no operation"),
        ({"operation": ""}, "no operation"),
        ({"node": 99}, "is not a node"),
        ({"node": "layer.w"}, "did you mean layer1.w?"),
    ],
)
def test_a_breakpoint_that_cannot_be_met_is_refused(options, says):
    dbg = exponential()
    assert says in refusal(lambda: dbg.break_on(**options))
    assert dbg.breakpoints == []


@pytest.mark.parametrize(
    "options",
    [
        *[{"operation": 3}, {"operation": ["exp"]}, {"name": 3}, {"below": "x"}],
        *[{"below": np.eye(3)}, {"condition": 3}, {"name": "x", "condition": HOSTILE}],
    ],
)
def test_a_breakpoint_of_a_wrong_kind_is_refused(options):
    dbg = exponential()
    assert f"{[*options][-1]}=" in refusal(lambda: dbg.break_on(**options))
    assert dbg.breakpoints == []


def test_a_breakpoint_says_what_it_waits_for():
    point = exponential().break_on("x", operation="*", name="l*", below=0.5, condition=bool)
    assert repr(point) == (
        "Breakpoint(node 1, operation *, name l*, gradient below 0.5, condition)"
    )


NAN, INF, BIG = float("nan"), float("inf"), 1e308


def root_times_zero():
    """Return sqrt(x) * 0 at x = 0: the rule of the root multiplies 0 by infinity."""
    return ag.sqrt(leaf(0.0)) * 0.0


def infinities_that_meet():
    """Return sqrt(x) - sqrt(x) at x = 0: inf and -inf come back, and are added."""
    x = leaf(0.0)
    return ag.sqrt(x) - ag.sqrt(x)


def too_much():
    x = leaf(0.1)
    return x * BIG + x * BIG


@pytest.mark.parametrize(
    ("make", "kind", "birth", "primitive"),
    [
        (lambda: ag.sum(leaf([0.0, 1.0]) * ag.log(ag.tensor([0.0, 1.0]))), "nan", "forward", "*"),
        (lambda: ag.sum(leaf([1.0, NAN]) * 2.0), "nan", "forward", "leaf"),
        (lambda: ag.log(leaf(-1.0)) + 1.0, "nan", "forward", "log"),
        (root_times_zero, "nan", "vjp", "sqrt"),
        (infinities_that_meet, "nan", "accumulate", "leaf"),
        (lambda: -ag.log(leaf(0.0)), "inf", "forward", "log"),
        (lambda: ag.exp(leaf(1000.0)) + 1.0, "inf", "forward", "exp"),
        (lambda: leaf(-INF) * 2.0, "inf", "forward", "leaf"),
        (lambda: ag.sqrt(leaf(0.0)) * 2.0, "inf", "vjp", "sqrt"),
        (too_much, "inf", "accumulate", "leaf"),
    ],
)
def test_a_birth_is_found(make, kind, birth, primitive):
    with np.errstate(all="ignore"):
        dbg = ag.trace(make()).debugger()
    dbg.break_on(kind)
    event = dbg.run()
    made_by = dbg.trace.graph[event.node].primitive
    assert (event.kind, made_by.symbol if made_by else "leaf") == (birth, primitive)
    is_one = np.isnan if kind == "nan" else np.isinf
    assert is_one(event.value).any()
    assert not any(is_one(e.value).any() for e in dbg.trace.events[: dbg.position])


@pytest.mark.parametrize(
    ("make", "kind", "first"),
    [
        (lambda: ag.exp(leaf(NAN) * leaf(2.0)), "nan", [0]),
        (lambda: ag.exp(leaf(1000.0)), "inf", [1]),
        (lambda: ag.log(leaf(-1.0)) + ag.log(leaf(-2.0)), "nan", [1, 3]),
    ],
)
def test_what_spreads_is_not_first_again(make, kind, first):
    with np.errstate(all="ignore"):
        dbg = ag.trace(make()).debugger()
    assert sum(not np.isfinite(e.value) for e in dbg.trace) > len(first)
    dbg.break_on(kind)
    assert stops(dbg) == first


def test_a_nan_in_the_cotangent_is_first_in_the_seed():
    dbg = ag.trace(leaf(1.0) * 2.0, NAN).debugger()
    dbg.break_on("nan")
    assert dbg.run().kind == "seed"


@pytest.mark.parametrize("kind", ["nan", "inf"])
def test_where_all_is_finite_no_event_is_found(kind):
    dbg = exponential()
    dbg.break_on(kind)
    assert stops(dbg) == []


@pytest.mark.parametrize("below", [1e-2, 1e-6, 1e-12])
def test_below_finds_the_layer_where_the_gradient_vanished(below):
    layers = 30
    values = [0.7]
    for _ in range(layers):
        values.append(1 / (1 + math.exp(-values[-1])))
    gradient, layer = 1.0, layers
    while gradient >= below:  # a sigmoid's slope is s (1 - s)
        gradient *= values[layer] * (1 - values[layer])
        layer -= 1
    x = leaf(0.7, "layer0")
    y = x
    for k in range(layers):
        y = ag.sigmoid(y)
        y.name = f"layer{k + 1}"
    dbg = ag.trace(y).debugger()
    dbg.break_on(below=below)
    event = dbg.run()
    assert abs(event.value) < below <= abs(event.upstream)
    # It is one of the operations of that sigmoid: its input or its output comes next on the way.
    before = next(e for e in dbg.trace.events[dbg.position :: -1] if named(dbg, e.node))
    after = next(
        e for e in dbg.trace.events[dbg.position :] if e.kind == "accumulate" and named(dbg, e.node)
    )
    assert named(dbg, before.node) == f"layer{layer + 1}"
    assert named(dbg, after.node) == f"layer{layer}"
    assert after.value == pytest.approx(gradient, rel=1e-9)
    assert dbg.run() is None


def named(dbg, node):
    return dbg.trace.graph[node].name


def test_below_looks_at_the_largest_element():
    dbg = ag.trace(ag.sum(leaf([1.0, 2.0]) * np.array([1e-9, 0.5]))).debugger()
    dbg.break_on(below=1e-3)
    assert dbg.run() is None


# Two runs


def run(x, *factors, rtol=0.0):
    y = leaf(x)
    for factor in factors:
        y = y * factor
    return ag.trace(ag.sum(y))


@pytest.mark.parametrize("x", [1.5, [1.0, NAN], [INF, -INF], np.zeros((0, 2)), [[1.0]], -0.0])
def test_equal_runs_do_not_differ(x):
    with np.errstate(all="ignore"):
        assert run(x, 2.0).diff(run(x, 2.0)) is None


@pytest.mark.parametrize(
    ("ours", "theirs", "index", "says"),
    [
        (run(1.0, 2.0), run(1.5, 2.0), 0, "is 1 here, 1.5 there"),
        (run(1.0, 2.0, 3.0), run(1.0, 2.0, 4.0), 2, "is 6 here, 8 there"),
        (run(NAN, 2.0), run(1.0, 2.0), 0, "is nan here, 1 there"),
        (run([1.0, 2.0, 3.0]), run([1.0, 5.0, 6.0]), 0, "2 of 3 elements"),
        (run([1.0, 2.0]), run([1.0]), 0, "shape (2,) here, (1,) there"),
        (run([1.0]), run(1.0), 0, "shape (1,) here, () there"),
        (run(1.0, 1.0), run(1.0), 1, "here"),
        (run(1.0, 2.0), ag.trace(ag.exp(leaf(1.0))), 1, "here"),
    ],
)
def test_the_first_difference_is_found(ours, theirs, index, says):
    found = ours.diff(theirs)
    assert (found.index, found.ours, found.theirs) == (
        index,
        ours.events[index],
        theirs.events[index],
    )
    assert says in found.what
    assert str(found) == f"event {index + 1}: {found.what}"


def test_a_difference_in_the_seed_is_found():
    x = leaf(1.0)
    found = ag.trace(x * 2.0, 3.0).diff(ag.trace(x * 2.0))
    assert (found.ours.kind, found.theirs.kind) == ("seed", "seed")


def test_one_run_that_goes_on_is_a_difference():
    x, y = leaf(2.0), leaf(3.0)
    longer, shorter = ag.trace(x * y), ag.trace(x * ag.tensor(3.0))
    found = longer.diff(shorter)
    assert (found.index, found.theirs) == (len(shorter), None)
    assert found.ours is longer.events[len(shorter)]
    assert shorter.diff(longer).ours is None
    assert "only one of the runs goes on" in str(found)


@pytest.mark.parametrize(("rtol", "same"), [(0.0, False), (1e-7, False), (1e-5, True)])
def test_rtol_says_how_much_values_may_differ(rtol, same):
    found = run(1.0, 2.0).diff(run(1.0 + 1e-6, 2.0), rtol=rtol)
    assert (found is None) is same


def test_float32_differs_from_float64_in_its_rounding():
    single, double = (run(np.asarray(0.1, t)) for t in (np.float32, np.float64))
    assert single.diff(double).index == 0
    assert single.diff(double, rtol=1e-7) is None


@pytest.mark.parametrize("other", [None, 3, "trace", ag.graph(leaf(1.0))])
def test_what_is_no_trace_is_not_compared(other):
    with pytest.raises(ag.GradientError, match="diff: expected a Trace"):
        run(1.0).diff(other)


# Showing

NUMBER = r"(nothing yet|-?\d+\.\d+(?:e[+-]\d+)?)"


@given(computations)
def test_a_card_has_the_numbers_of_its_event(recipe):
    dbg = ag.trace(computed(recipe)).debugger()
    events = dbg.trace.events

    def numbers(pattern, text):
        found = re.search(pattern.replace("N", NUMBER), text, re.MULTILINE)
        return [None if n == "nothing yet" else float(n) for n in found.groups()]

    for i, event in enumerate(events):
        dbg.step()
        card = dbg.card(digits=17)
        if event.kind in ("forward", "seed"):
            shown, known = numbers(r" = N(?:,  |$)", card), [event.value]
        else:
            vjp = event if event.kind == "vjp" else events[i - 1]
            shown, known = (
                numbers(r"= \[N\] x \[N\] = N$", card),
                [vjp.local, vjp.upstream, vjp.value],
            )
        if event.kind == "accumulate":
            shown += numbers(r"sum:   N -> N", card)
            known += [event.before, event.value]
        assert (None in shown) == (None in known)
        assert [n or 0.0 for n in shown] == pytest.approx([n or 0.0 for n in known], rel=1e-15)


def test_a_card_before_the_first_event_says_so():
    assert exponential().card() == "Before the first of 14 events"


@pytest.mark.parametrize(("digits", "value"), [(0, "6"), (2, "6.00"), (4, "6.0000")])
def test_a_card_has_the_given_digits(digits, value):
    dbg = exponential()
    dbg.step(3)
    assert dbg.card(digits).split(",")[0].endswith(f"= {value}")


@given(computations)
def test_where_is_one_line_with_the_number_of_the_event(recipe):
    dbg = ag.trace(computed(recipe)).debugger()
    seen = [dbg.where()]
    for i in range(len(dbg.trace)):
        dbg.step()
        seen.append(dbg.where())
        assert f"event {i + 1} of {len(dbg.trace)}" in seen[-1]
    assert all(text.isprintable() for text in seen)


def test_where_says_what_happens():
    dbg = exponential()
    seen = [dbg.where()]
    while dbg.position < 13:
        dbg.step()
        seen.append(dbg.where())
    what = ["before", "leaf layer1.w", "leaf x", "a = layer1.w * x", "b = -a", "f = exp(b)"]
    what += ["begins at f", "exp (f) gives to df/db", "df/db", "*-1 (b) gives to df/da"]
    for words, text in zip(what, seen, strict=False):
        assert words in text
    assert all(" forward:" in text for text in seen[1:6])
    assert all(" backward:" in text for text in seen[6:])


def test_where_names_the_scopes():
    with ag.scope("block"), ag.scope("attention"):
        y = ag.exp(leaf(1.0))
    dbg = ag.trace(y).debugger()
    dbg.step(2)
    assert dbg.where().endswith("in block/attention")


def test_hostile_names_are_shown_without_control_characters():
    with ag.scope(f"scope{HOSTILE}"):
        y = leaf(1.0, f"w{HOSTILE}") * leaf(2.0, f"{HOSTILE}w")
        y.name = HOSTILE
        y = ag.exp(y)
    dbg = ag.trace(y).debugger()
    for _ in range(len(dbg.trace)):
        dbg.step()
        assert dbg.where().isprintable()
        assert dbg.card().replace("\n", "").isprintable()


def states(drawing):
    """Return {node: state} of the boxes of a drawing, as its SVG has them."""
    groups = ElementTree.fromstring(drawing.svg).iter("{http://www.w3.org/2000/svg}g")
    return {g.get("data-nodes"): g.get("class").split()[-1] for g in groups if g.get("data-nodes")}


@pytest.mark.parametrize(
    ("position", "lit", "pending"),
    [
        (-1, "", "01234"),
        (0, "0", "1234"),
        (2, "2", "34"),
        (4, "4", ""),
        (5, "4", "0123"),
        (6, "4", "0123"),
        (8, "3", "012"),
        (9, "23", "01"),
        (12, "2", "1"),
        (13, "12", ""),
    ],
)
def test_a_drawing_marks_what_runs_and_what_is_to_come(position, lit, pending):
    dbg = exponential()
    dbg.position = position
    found = states(dbg.draw(engine="builtin"))
    assert len(found) == 5
    assert "".join(sorted(n for n, state in found.items() if state == "lit")) == lit
    assert "".join(sorted(n for n, state in found.items() if state == "pending")) == pending


def texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_a_drawing_leaves_blank_what_is_not_yet_known():
    dbg = exponential()
    dbg.step(2)
    shown = texts(dbg.draw(engine="builtin").svg)
    assert {"2.00", "3.00"} < set(shown)
    assert not {"6.00", "-6.00", "0.00", "1.00"} & set(shown)


def test_a_drawing_takes_the_options_of_draw():
    dbg = exponential()
    dbg.step(3)
    assert "6.0000" in texts(dbg.draw(digits=4, engine="builtin").svg)


@pytest.mark.parametrize("options", [{"at": 1}, {"theme": "drak"}, {"digits": -1}])
def test_a_drawing_refuses_other_options(options):
    assert refusal(lambda: exponential().draw(**options)).startswith("draw: ")


@pytest.mark.parametrize("digits", [-1, 18, 2.0, "2", True])
def test_a_card_of_no_number_of_digits_is_refused(digits):
    dbg = exponential()
    dbg.step()
    assert refusal(lambda: dbg.card(digits)).startswith("card: digits=")


def test_a_notebook_gets_the_player_at_this_place_and_the_card():
    dbg = exponential()
    dbg.step(2)
    dbg.break_on(operation="exp")
    bundle = dbg._repr_mimebundle_()
    assert bundle["text/plain"].splitlines()[1] == "Forward 2 of 5   leaf   x = 3.00"
    page = unescape(re.search(r"srcdoc='([^']*)'", bundle["text/html"])[1])
    payload = json.loads(parts(page)["score"])
    assert payload["start"] == 1
    assert payload["breakpoints"] == [
        {"kind": "python", "text": "", "label": "operation exp", "events": [4, 6]}
    ]
    assert bundle["image/svg+xml"].startswith("<svg")


@pytest.mark.parametrize(
    "make",
    [
        lambda: leaf(1.0),
        lambda: leaf(np.array(1.0)) * np.array(2.0),
        lambda: ag.sum(leaf([1.0, 2.0, 3.0]) * ag.tensor([1, 2, 3])),
        lambda: ag.sum(leaf([1.0, 2.0, 3.0])[ag.tensor([0, 2])]),
        lambda: ag.sum(leaf(np.zeros(0)) * 2.0),
        lambda: ag.sum(leaf(2.0) * np.zeros((0, 3))),
        lambda: ag.sum(ag.concatenate([leaf(np.zeros((0, 2))), leaf(np.ones((1, 2)))])),
        lambda: ag.sum(leaf(np.ones((3, 1))) * leaf(np.ones((1, 40)))),
        lambda: ag.sum(ag.where(leaf([1.0, 2.0]) > 1.5, leaf(3.0), 0.0)),
        lambda: ag.sum(leaf(np.float32(2.0)) * ag.tensor(True)),
    ],
    ids=[
        "leaf",
        "0-d",
        "integers",
        "index",
        "empty",
        "empty-2-d",
        "half-empty",
        "broadcast",
        "where",
        "float32",
    ],
)
def test_tensors_of_every_kind_can_be_walked_through(make):
    dbg = ag.trace(make()).debugger()
    for kind in ("nan", "inf"):
        dbg.break_on(kind)
    assert stops(dbg) == []
    for i in reversed(range(len(dbg.trace))):
        assert f"event {i + 1} of " in dbg.where()
        assert dbg.card().startswith(("Forward", "Backward", "Step"))
        assert "lit" in states(dbg.draw(engine="builtin")).values()
        dbg.back()
    assert dbg.trace.diff(ag.trace(make())) is None


def test_step_operation_stops_at_the_rule_of_the_output():
    dbg = exponential()
    dbg.position = 5  # the seed
    dbg.step_operation()
    assert dbg.position == 6


def test_back_operation_goes_to_the_rule_of_the_output():
    dbg = exponential()
    dbg.position = 8
    dbg.back_operation()
    assert dbg.position == 6


def test_below_passes_over_an_empty_upstream():
    dbg = ag.trace(ag.sum(leaf(2.0) * np.zeros(0))).debugger()
    dbg.break_on(below=1e-3)
    assert dbg.run() is None


def test_numbers_that_are_far_apart_are_compared_without_a_warning():
    assert run(1.5e308).diff(run(-1.5e308)).index == 0


def test_large_integers_are_compared_exactly():
    ours, theirs = (ag.trace(ag.sum(leaf(1.0) * ag.tensor([n]))) for n in (2**53, 2**53 + 1))
    assert ours.diff(theirs).index == 1


def test_another_operation_of_equal_value_is_a_difference():
    found = ag.trace(ag.sin(leaf(0.0))).diff(ag.trace(ag.sinh(leaf(0.0))))
    assert found is not None
    assert found.index == 1


@pytest.mark.parametrize("rtol", [float("nan"), -1.0, "a", None])
def test_an_rtol_that_means_nothing_is_refused(rtol):
    with pytest.raises(ag.GlassgradError, match="rtol"):
        run(1.0).diff(run(1.0), rtol=rtol)


@pytest.mark.parametrize("name", ["zz", f"w{HOSTILE}"[:-1]])
def test_a_refusal_shows_no_control_characters_of_a_name(name):
    dbg = ag.trace(leaf(1.0, f"w{HOSTILE}") * leaf(2.0, f"{HOSTILE}w")).debugger()
    assert "no node has the name" in refusal(lambda: dbg.run_to(name))


def test_a_breakpoint_shows_no_control_characters():
    assert repr(exponential().break_on(name=HOSTILE)).isprintable()


def test_a_hostile_primitive_is_shown_without_control_characters():
    made = ag.primitive(vjps=(lambda ct, out, x: 2 * ct * x,), name=HOSTILE, symbol=HOSTILE)
    dbg = ag.trace(made(lambda x: x * x)(leaf(3.0))).debugger()
    for _ in range(len(dbg.trace)):
        dbg.step()
        assert dbg.where().isprintable()
        assert dbg.card().replace("\n", "").isprintable()


def test_above_finds_where_a_gradient_exploded():
    y = x = leaf(1.0, "x")
    for _ in range(6):
        y = y * 10.0
    dbg = ag.trace(y * 1e-3).debugger()
    dbg.break_on(above=5.0)
    event = dbg.run()
    assert (float(event.upstream), float(event.value)) == (1.0, 10.0)
    assert ag.gradients(y * 1e-3, x) == pytest.approx(1e3)


@pytest.mark.parametrize("size", [0, -1.0, True, "a", float("nan")])
@pytest.mark.parametrize("option", ["below", "above"])
def test_a_size_that_no_gradient_can_pass_is_refused(option, size):
    with pytest.raises(ag.DrawingError, match=f"{option}=.* is not a number above 0"):
        exponential().break_on(**{option: size})


@pytest.mark.parametrize("kind", ["nan", "NaN", "NAN"])
def test_nan_may_be_written_in_any_case(kind):
    assert repr(exponential().break_on(kind)) == "Breakpoint(first nan)"


def test_a_difference_names_the_operation_and_how_far_it_is():
    def trace_of(bias):
        return ag.trace(ag.sum(leaf([1.0, 2.0], "w") + leaf([0.0, bias], "b")))

    found = trace_of(0.0).diff(trace_of(0.25))
    assert str(found) == "event 2: forward of b differs in 1 of 2 elements, by up to 0.25"
