"""Every operation of a debug block, and of an expression, knows the code that asked for it."""

import _thread
import ast
import copy
import linecache
import pickle
import sys
import threading
import zipfile
from contextlib import suppress
from functools import partial

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd.cli.expression import evaluate
from autograd.cli.subject import work_out_file
from autograd.core import context
from autograd.core.mutation_guard import LocationNotes
from autograd.core.source_location import LONGEST, Place, place_of_caller, quote
from autograd.ir.graph import topological_order


def marked(place):
    return place.text[place.start : place.end]


def made(*outputs):
    """Return the marked text behind every operation, the last one last."""
    return [marked(t.place) for t in topological_order(outputs) if t.primitive]


@pytest.fixture
def x():
    return ag.tensor([1.0, 2.0], requires_grad=True)


@pytest.fixture
def debug():
    with ag.debug():
        yield


@pytest.fixture
def run_file(tmp_path):
    """Return a function that runs a text as a file and returns its variables."""

    def run(text, encoding="utf-8"):
        path = tmp_path / "written.py"
        path.write_bytes(text.encode(encoding))
        variables = {"ag": ag, "np": np, "x": ag.tensor([1.0, 2.0], requires_grad=True)}
        exec(compile(path.read_bytes(), path, "exec"), variables)
        return variables

    return run


# The code of a reader.


@pytest.mark.usefixtures("debug")
def test_a_call_is_quoted_with_its_line(x):
    y = ag.sum(x)
    assert y.place == Place("y = ag.sum(x)", 4, 13, "test_source_location.py", y.place.line)
    assert linecache.getline(__file__, y.place.line).strip() == "y = ag.sum(x)"


@pytest.mark.usefixtures("debug")
def test_operators_mark_their_own_part_of_a_line(x):
    w, b = np.eye(2), np.ones(2)
    y = x @ w + b
    z = -(x * 2.0) / (5.0 - x**2.0)
    assert made(y) == ["x @ w", "x @ w + b"]
    assert set(made(z)) == {
        *("x * 2.0", "-(x * 2.0)", "x**2.0", "5.0 - x**2.0"),
        "-(x * 2.0) / (5.0 - x**2.0)",
    }


@pytest.mark.usefixtures("debug")
def test_a_nested_expression_marks_the_innermost_part(x):
    y = ag.sum(ag.exp(x[0] * ag.sin(x)))
    assert set(made(y)) == {
        *("x[0]", "ag.sin(x)", "x[0] * ag.sin(x)", "ag.exp(x[0] * ag.sin(x))"),
        "ag.sum(ag.exp(x[0] * ag.sin(x)))",
    }


@pytest.mark.usefixtures("debug")
def test_methods_and_properties_are_quoted(x):
    assert made((x * x).sum()) == ["x * x", "(x * x).sum()"]
    assert made(ag.reshape(x, (1, 2)).T) == ["ag.reshape(x, (1, 2))", "ag.reshape(x, (1, 2)).T"]
    assert set(made(x.at[0].add(1.0))) == {"x.at[0].add(1.0)"}


@pytest.mark.usefixtures("debug")
def test_an_assignment_that_computes_is_quoted_whole(x):
    y = ag.exp(x)
    y *= x
    assert made(y) == ["ag.exp(x)", "y *= x"]


@pytest.mark.usefixtures("debug")
def test_names_of_any_alphabet_are_counted_in_characters(x):
    é, 重み = x, "重み" and ag.exp(x)
    assert made(é * 重み) == ["ag.exp(x)", "é * 重み"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.usefixtures("debug")
def test_the_encoding_of_a_file_does_not_move_the_mark(run_file, encoding):
    declared = "# coding: latin-1\n" if encoding == "latin-1" else "#\n"
    y = run_file(f"{declared}é = 'ü'; y = x + x  # ß\n", encoding)["y"]
    assert y.place == Place("é = 'ü'; y = x + x  # ß", 13, 18, "written.py", 2)


@pytest.mark.usefixtures("debug")
def test_a_call_over_several_lines_is_marked_on_its_first(x):
    y = ag.sum(
        x * x,
        axis=0,
    )
    assert made(y) == ["x * x", "ag.sum("]
    assert y.place.text == "y = ag.sum("


@pytest.mark.usefixtures("debug")
def test_a_composed_function_gives_all_its_nodes_the_call(x):
    assert set(made(ag.softmax(x))) == {"ag.softmax(x)"}
    assert len(made(ag.softmax(x))) > 1


@pytest.mark.usefixtures("debug")
def test_a_loss_gives_all_its_nodes_the_call(x):
    loss = nn.mse_loss(ag.tanh(x), np.zeros(2))
    assert made(loss)[0] == "ag.tanh(x)"
    assert set(made(loss)[1:]) == {"nn.mse_loss(ag.tanh(x), np.zeros(2))"}


@pytest.mark.usefixtures("debug")
def test_a_scope_as_decorator_is_passed_by(x):
    f = ag.scope("f")(ag.exp)
    assert made(f(x)) == ["f(x)"]


@pytest.mark.usefixtures("debug")
def test_functions_of_numpy_are_passed_by(x):
    y = np.sum(np.exp(x) * np.ones(2))
    assert made(y) == ["np.exp(x)", "np.exp(x) * np.ones(2)", "np.sum(np.exp(x) * np.ones(2))"]
    assert made(np.ones(2) @ x) == ["np.ones(2) @ x"]
    assert set(made(np.linalg.norm(x))) == {"np.linalg.norm(x)"}


@pytest.mark.usefixtures("debug")
def test_lambdas_generators_and_comprehensions_are_quoted(x):
    f = lambda t: t * 2.0  # noqa: E731
    assert made(f(x)) == ["t * 2.0"]
    assert made(next(t + 1.0 for t in [x])) == ["t + 1.0"]
    assert made(*[t - 1.0 for t in [x]]) == ["t - 1.0"]
    assert (
        made(sum(map(partial(ag.power, 2.0), [x]))) == ["sum(map(partial(ag.power, 2.0), [x]))"] * 2
    )

    def halves():
        yield x / 2.0

    assert made(*halves()) == ["x / 2.0"]


@pytest.mark.usefixtures("debug")
def test_what_iterates_is_quoted(x):
    for row in x:
        assert row.place.text == "for row in x:"


def test_a_function_that_is_differentiated_is_quoted_inside():
    found = []

    def f(t):
        y = t * t
        found.append(y)
        return y

    with ag.debug():
        ag.grad(f)(3.0)
    assert made(*found) == ["t * t"]


def test_a_thread_quotes_its_own_code(x):
    found = []

    def work():
        found.append(x + 1.0)
        with ag.debug():
            found.append(x + 2.0)

    thread = threading.Thread(target=work)
    with ag.debug():
        thread.start()
        thread.join()
    assert not hasattr(found[0], "place")
    assert made(found[1]) == ["x + 2.0"]


def test_what_a_checkpoint_computes_again_is_quoted_inside(x):
    found = []

    def f(t):
        y = ag.sin(t)
        found.append(y)
        return y

    with ag.debug():
        y = ag.checkpoint(f)(x)
        ag.sum(y).backward()
    assert made(*found) == ["ag.sin(t)"] * 2
    assert set(made(y)) == {"ag.checkpoint(f)(x)"}


def test_a_recorded_gradient_quotes_who_asked_for_it(x):
    y = ag.sum(x * x)
    with ag.debug():
        g = ag.gradients(y, x, create_graph=True)
    assert {marked(t.place) for t in topological_order((g,)) if hasattr(t, "place")} == {
        "ag.gradients(y, x, create_graph=True)"
    }


# What cannot be quoted.


@pytest.mark.usefixtures("debug")
@pytest.mark.parametrize("name", ["<string>", "<generated by somebody>", "no_such_file.py"])
@pytest.mark.parametrize("module", [{}, {"__name__": "made"}, {"__name__": None}])
def test_code_without_a_file_has_no_place(x, name, module):
    variables = {"x": x, **module}
    exec(compile("y = x * x", name, "exec"), variables)
    assert variables["y"].place is None


@pytest.mark.usefixtures("debug")
def test_a_zipped_module_has_no_place(x, tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("zipped_source.py", "def f(x):\n    return x * x\n")
    monkeypatch.syspath_prepend(tmp_path / "packed.zip")
    import zipped_source

    assert zipped_source.f(x).place is None
    del sys.modules["zipped_source"]


@pytest.mark.usefixtures("debug")
def test_a_file_that_has_become_shorter_is_not_quoted(run_file, tmp_path):
    f = run_file("def f(x):\n    return 1.0 + x\n")["f"]
    x = ag.tensor(1.0, requires_grad=True)
    assert made(f(x)) == ["1.0 + x"]
    (tmp_path / "written.py").write_text("def f(x):\n    x\n")
    assert f(x).place is None
    (tmp_path / "written.py").unlink()
    assert f(x).place is None


@pytest.mark.usefixtures("debug")
def test_a_cell_of_a_notebook_has_a_line_but_no_file(x):
    name = "/tmp/ipykernel_1/2.py"
    code = "a = 1\ny = x * x\n"
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    variables = {"__name__": "__main__", "x": x}
    exec(compile(code, name, "exec"), variables)
    del linecache.cache[name]
    assert variables["y"].place == Place("y = x * x", 4, 9, "", 2)


def test_a_call_from_nowhere_has_no_place():
    found, done = [], threading.Event()
    own = {"__name__": "autograd.own", "place_of_caller": place_of_caller, **locals()}
    exec("def f(): found.append(place_of_caller()); done.set()", own)
    _thread.start_new_thread(own["f"], ())  # whose outermost frame is that of f
    assert done.wait(timeout=10)
    assert found == [None]


def test_without_columns_the_whole_line_is_marked():
    assert quote("   y = x\n", (3, 3, None, None)) == Place("y = x", 0, 5, "", 3)
    assert quote("   y = x\n", (None, None, None, None)) is None


# Outside of debug blocks there is nothing to remember.


def test_outside_a_debug_block_nothing_is_set(x):
    y = x * x
    with ag.debug():
        z = y + 1.0
    assert not hasattr(y, "place")
    assert not hasattr(z * 2.0, "place")
    assert not hasattr(x, "place")


def test_leaves_and_what_is_not_recorded_have_no_place(x):
    with ag.debug():
        leaf = ag.tensor(1.0, requires_grad=True)
        with ag.no_grad():
            y = x * x
    assert not hasattr(leaf, "place")
    assert not hasattr(y, "place")


def test_a_leaf_is_pickled_and_copied_as_ever(x):
    for y in (pickle.loads(pickle.dumps(x)), copy.copy(x), copy.deepcopy(x)):
        assert y.data.tolist() == [1.0, 2.0]
    with ag.debug():
        y = x * x
    assert y.detach().data.tolist() == [1.0, 4.0]
    assert not hasattr(y.detach(), "place")
    assert pickle.loads(pickle.dumps(y.place)) == y.place


def test_a_graph_tells_the_places(x):
    y = x * x
    with ag.debug():
        z = y + 1.0
    assert [n.place and marked(n.place) for n in ag.graph(z)] == [None, None, None, "y + 1.0"]


def test_a_place_cannot_be_changed():
    with pytest.raises(AttributeError):
        Place("x", 0, 1, "", 1).line = 2


# How a line is made fit to be shown.


def test_control_characters_are_replaced_one_by_one():
    line = "\t a = '\x1b[2J\u202e' +\tf(x)\r\n"
    first = line.index("f(x)")
    place = quote(
        line, (1, 1, len(line[:first].encode()), len(line[:first].encode()) + 4), "\x1b.py"
    )
    assert place == Place("a = '?[2J?' + f(x)", 14, 18, "?.py", 1)


@given(before=st.text("aé \t\x1b", max_size=200), part=st.text("xß重", min_size=1, max_size=200))
@example(before="a" * 200, part="x" * 60)
@example(before="", part="x" * 200)
def test_a_long_line_is_cut_around_its_mark(before, part):
    line = before + part + "z" * 150
    start = len(before.encode())
    place = quote(line, (1, 1, start, start + len(part.encode())))
    assert len(place.text) <= LONGEST
    assert place.text.isprintable()
    cut = part if len(part) <= LONGEST - 2 else part[: LONGEST - 2] + "…"
    assert marked(place) == cut
    assert place.text.strip("…") in line.replace("\t", " ").replace("\x1b", "?")
    assert place.text.endswith("…")


def test_dots_stand_where_something_was_left_out():
    line = "a" * 200 + "x" + "b" * 200
    place = quote(line, (1, 1, 200, 201))
    assert place.text == "…" + "a" * 58 + "x" + "b" * 59 + "…"
    assert marked(place) == "x"
    assert quote(line, (1, 1, 0, 401)).text == "a" * 118 + "…"
    assert quote(line, (1, 1, 400, 401)).text == "…" + "b" * 118
    assert quote("a" * 120, (1, 1, 0, 120)).text == "a" * 120


# Expressions.

SIGMOID = "1 / (1 + exp(-(w0*x0 + w1*x1 + w2)))"


def leaves(**values):
    return {name: ag.tensor(v, requires_grad=True, name=name) for name, v in values.items()}


def test_every_node_of_the_sigmoid_example_quotes_its_part():
    y = evaluate(SIGMOID, leaves(w0=2.0, x0=-1.0, w1=-3.0, x1=-2.0, w2=-3.0))
    assert [(n.label, n.place and marked(n.place)) for n in ag.graph(y) if not n.constant] == [
        ("w0", None),
        ("x0", None),
        ("*", "w0*x0"),
        ("w1", None),
        ("x1", None),
        ("*", "w1*x1"),
        ("+", "w0*x0 + w1*x1"),
        ("w2", None),
        ("+", "w0*x0 + w1*x1 + w2"),
        ("*-1", "-(w0*x0 + w1*x1 + w2)"),
        ("exp", "exp(-(w0*x0 + w1*x1 + w2))"),
        ("+1", "1 + exp(-(w0*x0 + w1*x1 + w2))"),
        ("1/x", SIGMOID),
    ]
    assert y.place == Place(SIGMOID, 0, len(SIGMOID), "", 1)


def test_all_nodes_of_a_composed_function_quote_the_call():
    y = evaluate("  2 * softmax(v * v)  ", leaves(v=[1.0, 2.0]))
    assert made(y)[0] == "v * v"
    assert set(made(y)[1:-1]) == {"softmax(v * v)"}
    assert y.place == Place("2 * softmax(v * v)", 0, 18, "", 1)


def test_an_expression_may_have_any_names_and_several_lines():
    y = evaluate("\n é*é\\\n + (é*\r\n  é *\té)", leaves(é=2.0))
    # é, é*é on line 1; the product of three begins on line 2, and so does its first factor.
    assert [
        (t.place.line, t.place.text, marked(t.place)) for t in topological_order((y,)) if t.inputs
    ] == [
        (1, "é*é\\", "é*é"),
        (2, "+ (é*", "é*"),
        (2, "+ (é*", "é*"),
        (1, "é*é\\", "é*é\\"),
    ]


def test_a_debug_block_watches_an_expression_too():
    values = leaves(v=[1.0, 2.0])
    with ag.debug():
        y = evaluate("sum(v * v)", values)
        values["v"].data[0] = 3.0
        with pytest.raises(ag.GradientError, match="changed in place"):
            y.backward()
    assert made(y) == ["v * v", "sum(v * v)"]


def test_an_expression_that_is_refused_leaves_nothing_behind():
    deep = [f"{'-' * n}x" for n in range(900, 1000)]  # from which the stack is just too short
    for text in ("1 / (x - x)", "dot(x, y, x)", *deep):
        with suppress(ag.ExpressionError):
            evaluate(text, leaves(x=1.0, y=2.0))
        assert context.current() is context.DEFAULT
        assert not context.open_blocks


expressions = st.recursive(
    st.sampled_from(["x", "y", "2", "0.5", "wé"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", " - ", "*", " / "]), inner).map("".join),
        inner.map("({})".format),
        inner.map("-({})".format),
        inner.map("exp( {})".format),
        inner.map(" tanh({} )".format),
        inner.map("({})**2".format),
        inner.map("1 / ({})".format),
    ),
    max_leaves=8,
)


@given(expressions)
def test_each_part_alone_has_the_value_of_its_node(text):
    variables = leaves(x=1.5, y=-0.25, wé=3.0)
    assume(len(text) <= LONGEST)
    try:
        result = evaluate(text, variables)
    except ag.ExpressionError:
        return
    for node in topological_order((result,)) if isinstance(result, ag.Tensor) else ():
        assert hasattr(node, "place") == (node.primitive is not None)
        if node.primitive:
            assert evaluate(marked(node.place), variables).item() == node.item()


@given(expressions)
def test_each_part_is_one_that_python_knows(text):
    variables = leaves(x=1.5, y=-0.25, wé=3.0)
    assume(len(text) <= LONGEST)
    parts = {ast.get_source_segment(text.strip(), n) for n in ast.walk(ast.parse(text.strip()))}
    try:
        result = evaluate(text, variables)
    except ag.ExpressionError:
        return
    assert {*made(result)} <= parts if isinstance(result, ag.Tensor) else True


# Functions in files of one's own.


def test_a_file_that_is_explained_is_quoted(tmp_path):
    path = tmp_path / "model.py"
    path.write_text("two = 2.0\n\ndef loss(w):\n    y = w * two\n    return y * y\n")
    graph = work_out_file(path, "loss", {"w": "3"}).graph
    assert [n.place and (n.place.file, n.place.line, n.place.text) for n in graph] == [
        None,
        None,
        ("model.py", 4, "y = w * two"),
        ("model.py", 5, "return y * y"),
    ]


def test_a_file_may_change_its_arrays_after_use(tmp_path):
    path = tmp_path / "model.py"
    path.write_text(
        "import numpy as np\nimport autograd as ag\n\n"
        "def loss(w):\n    a = np.ones(2)\n    y = ag.sum(ag.exp(w) + a)\n    a[0] = 7.0\n"
        "    y.backward()\n    return y\n"
    )
    graph = work_out_file(path, "loss", {"w": "3"}).graph
    assert marked(graph[graph.outputs[0]].place) == "ag.sum(ag.exp(w) + a)"


def test_location_notes_compare_no_values(x):
    c = np.array([3.0, 4.0])
    with context.changed(guard=LocationNotes()):
        y = ag.sum(x * c)
        c[0] = 0.0
        y.backward()
    assert made(y) == ["x * c", "ag.sum(x * c)"]
