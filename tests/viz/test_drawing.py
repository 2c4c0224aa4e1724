"""`ag.draw`: what it takes, what it refuses, and the files it writes."""

import re
import sys
from base64 import b64decode
from importlib.util import find_spec
from types import SimpleNamespace

import numpy as np
import pytest

import autograd as ag
from autograd.errors import DrawingError, GradientError, MissingError
from autograd.viz.drawing.drawing import WRITERS
from autograd.viz.formats import raster
from autograd.viz.render.marks import Polygon, flat
from tests.viz.geometry import Picture, overlaps


def variable(value, name=None):
    return ag.tensor(value, requires_grad=True, name=name)


def shown(drawing):
    return Picture(drawing.svg).wires()


# What can be drawn.


def test_a_scalar_is_drawn_with_its_gradients():
    assert shown(ag.draw(variable(3.0, "x") * 2.0)) == {
        "w2-0": ("3.00", "2.00"),
        "out0": ("6.00", "1.00"),
    }


def test_a_graph_is_drawn_without_gradients():
    drawing = ag.draw(ag.graph(variable(3.0, "x") * 2.0))
    assert shown(drawing) == {"w2-0": ("3.00", ""), "out0": ("6.00", "")}


def test_a_larger_tensor_has_no_gradients_and_a_note_that_says_how():
    drawing = ag.draw(variable([1.0, 2.0], "x") * 2.0)
    assert all(gradient == "" for _, gradient in shown(drawing).values())
    assert "ag.draw(ag.trace(y, cotangent))" in drawing.scene.notes[0]


def test_a_larger_tensor_with_a_cotangent_has_them():
    y = variable([1.0, 2.0], "x") * 2.0
    assert "20.00" in shown(ag.draw(ag.trace(y, np.array([10.0, 0.0]))))["w2-0"][1]


@pytest.mark.parametrize(
    "value",
    [1, True, np.array([1, 2]), np.zeros((0, 3)), np.float32(2.0), np.zeros((2, 3, 4, 5, 6))],
    ids=str,
)
def test_a_leaf_alone_of_any_kind_is_drawn(value):
    drawing = ag.draw(ag.tensor(value, name="x"))
    assert overlaps(drawing.sheet) == []
    assert "x" in Picture(drawing.svg).texts("n0")


def test_what_needs_no_gradient_is_drawn_and_none_is_shown():
    drawing = ag.draw(ag.exp(ag.tensor(1.0, requires_grad=True, name="x").detach()))
    assert [gradient for _, gradient in shown(drawing).values()] == [""]


def test_a_chain_of_thousands_is_drawn():
    y = variable(0.5, "x")
    for _ in range(5_000):
        y = y + 0.001
    assert "5000 of 5000 operations" in ag.draw(y).scene.notes[0]


def test_several_outputs_have_a_wire_each():
    x = variable(3.0, "x")
    drawing = ag.draw(ag.graph(x + 1.0, x * x))
    assert {value for id, (value, _) in shown(drawing).items() if id.startswith("out")} == {
        "4.00",
        "9.00",
    }


def test_an_output_that_is_used_has_an_end_of_its_own():
    x = variable(3.0, "x")
    y = x * 2.0
    drawing = ag.draw(ag.graph(y, ag.exp(y)))
    assert {"out0", "out1"} <= set(shown(drawing))


def test_drawing_changes_no_gradient():
    x = variable(3.0, "x")
    ag.draw(x * x)
    assert x.grad is None


def test_a_leaf_replaced_after_its_use_is_noted():
    w = variable(2.0, "w")
    f = w * w
    assert ag.draw(f).scene.notes == ()
    w.data = np.array(100.0)
    (note,) = ag.draw(f).scene.notes
    assert note.startswith("Out of date: w was changed after it was used")


def test_an_overwritten_array_is_noted():
    x = np.array([1.0, 2.0])
    f = ag.sum(variable([3.0, 4.0], "w") * x)
    x[:] = 100.0
    assert "Out of date" in ag.draw(f).scene.notes[0]


@pytest.mark.parametrize("f", [ag.sigmoid, ag.softmax, ag.logsumexp, ag.std, ag.cumsum, ag.sort])
def test_what_was_not_changed_is_not_out_of_date(f):
    x = variable([1.0, np.pi, -0.5], "x")
    assert ag.draw(ag.sum(f(x))).scene.notes == ()


# Options.


def test_digits_are_those_given():
    assert shown(ag.draw(ag.exp(variable(1.0)), digits=5))["out0"] == ("2.71828", "1.00000")


@pytest.mark.parametrize(
    ("show", "expected"),
    [
        ("values", ("3.00", "")),
        ("gradients", ("", "2.00")),
        ((), ("", "")),
        ("values, gradients", ("3.00", "2.00")),
    ],
)
def test_only_the_given_parts_stand_on_wires(show, expected):
    assert shown(ag.draw(variable(3.0, "x") * 2.0, show=show))["w2-0"] == expected


def test_without_tensors_arrays_are_shown_by_their_shape():
    drawing = ag.draw(ag.sum(variable([1.0, 2.0], "x")), show="values gradients")
    assert shown(drawing)["w1-0"] == ("(2,)", "(2,)")


@pytest.mark.parametrize("theme", ["lecture", "safe", "dark"])
def test_a_theme_gives_the_colours(theme):
    colours = {"lecture": "#0a7d32", "safe": "#0072b2", "dark": "#6fdc8c"}
    svg = ag.draw(variable(3.0, "x") * 2.0, theme=theme).svg
    assert f'fill="{colours[theme]}"' in svg
    assert f'class="glassgrad {theme}"' in svg


@pytest.mark.parametrize("theme", ["lecture", "safe", "dark"])
@pytest.mark.parametrize("role", ["ink", "value", "gradient", "soft", "saved"])
def test_every_text_has_enough_contrast(theme, role):
    """At least 4.5 to 1, as WCAG 2 asks of text."""
    from autograd.viz.formats.themes import THEMES

    def luminance(colour):
        rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    light, dark = sorted((luminance(THEMES[theme][c]) for c in (role, "paper")), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("direction", ["LR", "RL", "TB", "BT"])
def test_nothing_overlaps_in_any_direction(direction):
    x = variable(3.0, "x")
    y = x * x + ag.sin(x)
    y.name = "a name above"
    drawing = ag.draw(y * 2.0, direction=direction, engine="builtin")
    assert overlaps(drawing.sheet) == []


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            {"theme": "lectur"},
            "theme='lectur' is none of lecture, safe, dark; did you mean lecture?",
        ),
        ({"direction": "up"}, "direction='up' is none of LR, RL, TB, BT"),
        ({"engine": "neato"}, "engine='neato' is none of dot, pygraphviz, builtin"),
        ({"digits": -1}, "digits=-1 is not a whole number from 0 to 17"),
        ({"digits": 1.5}, "digits=1.5 is not a whole number"),
        ({"depth": -2}, "depth=-2 is not a whole number of at least 0"),
        ({"budget": 0}, "budget=0 is not a whole number of at least 1"),
        (
            {"show": "value"},
            "show='value' is none of values, gradients, tensors; did you mean values?",
        ),
        ({"at": 0}, "at=... is a moment of a trace"),
        ({"at": -2}, "at=-2 is not a whole number of at least -1"),
        ({"at": "x"}, "at='x' is not a whole number"),
        ({"digits": True}, "digits=True is not a whole number"),
        ({"show": 5}, "show=5 is not a text or a list of values, gradients, tensors"),
        ({"engine": []}, "engine=[] is none of dot"),
        ({"backward": True, "direction": "TB"}, "its direction is LR or RL"),
        ({"backward": True, "engine": "dot"}, "engine='builtin' alone"),
    ],
)
def test_an_option_that_means_nothing_is_refused(options, said):
    x = variable([1.0, 2.0]) if "at" in options else variable(1.0)
    with pytest.raises(DrawingError) as caught:
        ag.draw(x, **options)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("x", [3.0, None, "x", np.ones(2)])
def test_what_has_no_graph_is_refused(x):
    with pytest.raises(DrawingError, match="draw: expected a Tensor, Graph or Trace, not"):
        ag.draw(x)


def test_a_moment_after_the_trace_is_refused():
    with pytest.raises(DrawingError, match="at=99: the trace has 5 events"):
        ag.draw(ag.trace(variable(1.0) * 2.0), at=99)


# Moments.


def test_before_the_first_event_nothing_is_known():
    drawing = ag.draw(ag.trace(variable(3.0, "x") * 2.0), at=-1)
    assert set(shown(drawing).values()) == {("", "")}


def test_what_is_not_computed_is_blank_and_never_0():
    tr = ag.trace(ag.sin(variable(0.0, "x")) * 0.0)
    kinds = [e.kind for e in tr]
    drawing = ag.draw(tr, at=kinds.index("seed"))
    assert [gradient for _, gradient in shown(drawing).values()] == ["", "", "1.00"]


def test_at_the_end_all_is_as_without_a_moment():
    tr = ag.trace(ag.sin(variable(0.5, "x")) * 3.0)
    assert shown(ag.draw(tr, at=len(tr) - 1)) == shown(ag.draw(tr))


@pytest.mark.parametrize("depth", [0, 1])
def test_nothing_moves_from_one_moment_to_the_next(depth):
    w = variable([0.5, -0.25], "w")
    tr = ag.trace(ag.sum(ag.sigmoid(w * w)))
    seen = set()
    for at in range(-1, len(tr)):
        sheet = ag.draw(tr, at=at, depth=depth, engine="builtin").sheet
        heads = tuple(m.points[0] for m in flat(sheet.groups) if isinstance(m, Polygon))
        seen.add((sheet.width, sheet.height, heads))
    assert len(seen) == 1


# Both passes.


def both(f, *values):
    leaves = [variable(v, f"x{i}") for i, v in enumerate(values)]
    return leaves, ag.draw(f(*leaves), backward=True)


FUNCTIONS = [
    (lambda x, y: x * y, (2.0, 3.0)),
    (lambda x, y: ag.exp(-(x * y)) + x, (0.5, 0.25)),
    (lambda x, y: ag.sigmoid(x) * ag.tanh(y) / x, (0.5, 0.25)),
    (lambda x, y: ag.sum(ag.stack([x, y]) ** 2.0), (1.0, 2.0)),
    (lambda x, y: ag.maximum(x, y), (1.0, 2.0)),
]


@pytest.mark.parametrize(("f", "values"), FUNCTIONS)
def test_the_backward_graph_ends_in_the_gradients(f, values):
    leaves, drawing = both(f, *values)
    f(*leaves).backward()
    wires = {w.target: w for w in drawing.scene.wires}
    ends = {b.label: wires[b.id] for b in drawing.scene.boxes if b.kind == "end" and b.label}
    for leaf in leaves:
        wire = ends[f"df/d{leaf.name}"]
        assert float(wire.gradient) == pytest.approx(float(leaf.grad), rel=1e-14)


@pytest.mark.parametrize(("f", "values"), FUNCTIONS)
def test_every_backward_operation_is_linked_to_the_node_whose_rule_it_is(f, values):
    _, drawing = both(f, *values)
    forward = {b.id for b in drawing.scene.boxes if not b.backward}
    backward = [b for b in drawing.scene.boxes if b.backward and b.kind == "gate"]
    for box in backward:
        assert f"n{box.rule_of}" in forward
        assert Picture(drawing.svg).groups[box.id].get("data-rule-of") == f"n{box.rule_of}"


def test_rules_are_those_of_the_operations_that_were_run():
    _, drawing = both(lambda x: ag.exp(x), 0.5)
    label = {b.id: b.label for b in drawing.scene.boxes}
    rules = [
        (b.label, label[f"n{b.rule_of}"])
        for b in drawing.scene.boxes
        if b.kind == "gate" and b.backward
    ]
    assert rules == [("*", "exp")]


def test_saved_values_are_dashed_links_from_the_forward_pass():
    _, drawing = both(lambda x, y: x * y, 2.0, 3.0)
    label = {b.id: b.label for b in drawing.scene.boxes}
    saved = [(label[w.source], label[w.target]) for w in drawing.scene.wires if w.kind == "saved"]
    assert sorted(saved) == [("x0", "*"), ("x1", "*")]


def test_contributions_that_meet_are_summed_in_the_backward_graph():
    _, drawing = both(lambda x: x * x + x, 3.0)
    sums = [b for b in drawing.scene.boxes if b.label == "+" and b.backward]
    assert len(sums) == 2
    assert {s.name for b in sums for s in b.scopes} == {"sum at x0"}


def test_the_forward_band_shows_values_and_the_backward_band_gradients():
    _, drawing = both(lambda x: ag.exp(x) * 2.0, 0.5)
    backward = {b.id for b in drawing.scene.boxes if b.backward}
    for wire in drawing.scene.wires:
        if wire.kind == "value":
            assert wire.roles == (("gradient",) if wire.target in backward else ("value",))


def test_the_bands_do_not_overlap():
    _, drawing = both(lambda x, y: ag.sigmoid(x * y) + ag.exp(x), 0.5, 0.25)
    assert overlaps(drawing.sheet) == []


def test_both_passes_need_a_gradient():
    with pytest.raises(GradientError, match="draw: the tensor does not require a gradient"):
        ag.draw(ag.tensor(1.0), backward=True)


# Files and notebooks.


@pytest.fixture
def drawing():
    return ag.draw(ag.exp(variable(1.0, "x")))


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [
        (".svg", "<svg "),
        (".SVG", "<svg "),
        (".dot", "digraph"),
        (".tex", r"\documentclass"),
        (".md", "## Forward"),
        (".txt", "Forward"),
    ],
)
def test_the_suffix_of_the_file_chooses_its_language(drawing, tmp_path, suffix, begins):
    path = drawing.save(tmp_path / f"a drawing{suffix}")
    assert path.read_text(encoding="utf-8").startswith(begins)


@pytest.mark.parametrize("name", ["f", "f.bmp", "f.", ".svg.gz"])
def test_another_suffix_is_refused_with_those_there_are(drawing, tmp_path, name):
    with pytest.raises(DrawingError, match=r"does not end in one of \.html, \.svg, \.dot"):
        drawing.save(tmp_path / name)


def test_a_file_that_cannot_be_written_is_named(drawing, tmp_path):
    with pytest.raises(
        DrawingError, match=r"save: cannot write .*missing.*: there is no such folder"
    ):
        drawing.save(tmp_path / "missing" / "f.svg")


@pytest.mark.parametrize(
    ("suffix", "module", "extra"), [(".png", "resvg_py", "png"), (".pdf", "typst", "pdf")]
)
def test_a_missing_extra_is_named_and_nothing_is_written(
    drawing, tmp_path, monkeypatch, suffix, module, extra
):
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingError, match=rf"pip install 'glassgrad\[{extra}\]'"):
        drawing.save(tmp_path / f"f{suffix}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("suffix", "module", "begins"),
    [(".png", "resvg_py", b"\x89PNG"), (".pdf", "typst", b"%PDF")],
)
def test_a_picture_is_written_where_its_extra_is_installed(
    drawing, tmp_path, suffix, module, begins
):
    path = tmp_path / f"f{suffix}"
    if find_spec(module) is None:
        with pytest.raises(MissingError):
            drawing.save(path)
        return
    try:
        drawing.save(path)
    except DrawingError as error:  # on a machine without fonts
        assert "needs a font" in str(error)  # noqa: PT017
    else:
        assert path.read_bytes().startswith(begins)


def test_a_png_has_twice_the_pixels_of_the_drawing(drawing, monkeypatch):
    asked = []

    def svg_to_bytes(svg_string, zoom=1):
        asked.append(zoom)
        return svg_string.encode()

    monkeypatch.setitem(sys.modules, "resvg_py", SimpleNamespace(svg_to_bytes=svg_to_bytes))
    assert raster.png(drawing.svg).decode() == drawing.svg
    assert asked[-1] == 2


def test_a_png_without_fonts_is_refused(drawing, tmp_path, monkeypatch):
    blank = SimpleNamespace(svg_to_bytes=lambda svg_string, zoom=1: b"the same for every text")
    monkeypatch.setitem(sys.modules, "resvg_py", blank)
    with pytest.raises(DrawingError, match="PNG needs a font; install one"):
        drawing.save(tmp_path / "f.png")


def test_a_missing_extra_is_an_import_error():
    assert issubclass(MissingError, ImportError)


def test_notebooks_are_given_html_and_the_svg(drawing):
    bundle = drawing._repr_mimebundle_()
    assert set(bundle) == {"text/html", "image/svg+xml", "text/plain"}
    assert bundle["image/svg+xml"] == drawing.svg


def test_what_has_no_backward_pass_is_one_image_in_notebooks():
    drawing = ag.draw(ag.tensor(1.0) + 2.0)
    html = drawing._repr_html_()
    assert re.fullmatch(r'<img src="data:[^"]*" alt="[^"]*" style="[^"]*">', html)
    data = re.search(r"base64,([\w+/=]+)", html)[1]
    assert b64decode(data).decode() == drawing.svg


def test_a_drawing_tells_itself_in_words():
    drawing = ag.draw(ag.exp(variable(1.0, "x")))
    description = Picture(drawing.svg).root.find("{http://www.w3.org/2000/svg}desc").text
    assert "df/dx = 2.72" in description
    assert drawing.text == description


def test_every_format_is_a_suffix_of_save():
    assert set(WRITERS) == {".html", ".svg", ".dot", ".tex", ".md", ".txt", ".png", ".pdf"}


def test_the_player_of_both_passes_gives_every_node_its_value_in_order():
    x = ag.tensor(4.0, requires_grad=True)
    drawing = ag.draw(x * x * x, backward=True)
    events = drawing.player().trace.events
    assert [event.node for event in events] == list(range(len(drawing.graph)))
    assert {event.kind for event in events} == {"forward"}
    assert events[-1].value == 48.0
