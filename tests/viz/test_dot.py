"""DOT text: the lecture's gates, a wire for every use, and names that cannot break out."""

import re
from collections import Counter
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.cli.subject import work_out
from autograd.core.messages import plain
from autograd.viz.model.text_metrics import shorten
from tests.gallery import SLIDE

SIGMOID = "1 / (1 + exp(-(w0*x0 + w1*x1 + w2)))"
POINT = {"w0": "2", "x0": "-1", "w1": "-3", "x1": "-2", "w2": "-3"}
BLANK = "\N{NO-BREAK SPACE}"
HOSTILE = [
    "</B><IMG SRC=x>",
    "<IMG SRC=x>",
    "<<B>x</B>>",
    "<",
    ">",
    "&",
    "&lt;",
    "]]>",
    "<!--",
    '"',
    '"];evil [label="',
    "\\",
    '\\"',
    '"\\',
    "\\N\\G",
    "x; y -> z",
    "node",
    "a:b",
    "x" * 5_000,
    "é 中",
]
CONTROL = ["a\nb", "a\r\nb", "\x1b[31m", "\x00", "\u202eabc", "\u200f", "\ud800", "\ufffe"]


class Picture:
    """What a DOT text says, read with a small parser that refuses what it does not know."""

    def __init__(self, text):
        self.labels, self.shapes, self.edges = {}, {}, []
        tokens = list(lex(text))
        assert tokens[:3] == ["digraph", "glassgrad", "{"]
        assert tokens[-1] == "}"
        rest = tokens[3:-1]
        while rest:
            name = rest.pop(0)
            if name == "subgraph":
                del rest[:2]
                continue
            if name == "}":
                continue
            if rest[0] == "->":
                self.edges.append((name, rest[1]))
                del rest[:2]
            end = rest.index("]") if rest and rest[0] == "[" else -1
            attributes = rest[1:end] if end > 0 else []
            del rest[: end + 1]
            pairs = dict(zip(attributes[::3], attributes[2::3], strict=True))
            assert set(attributes[1::3]) <= {"="}
            if "label" in pairs and "shape" in pairs:
                self.labels[name] = pairs["label"]
                self.shapes[name] = pairs["shape"]

    def gates(self):
        return {n: unquoted(v) for n, v in self.labels.items() if self.shapes[n] == "circle"}

    def leaves(self):
        """Return the bold names: plain text without a table."""
        return {
            n: "".join(html(v).itertext())
            for n, v in self.labels.items()
            if self.shapes[n] == "plaintext" and v[0] == "<" and html(v).tag == "B"
        }

    def wires(self):
        """Return {wire: (from, to, value, gradient)}; nothing follows the last wire."""
        tables = {
            n: tuple(cell.text or "".join(cell.itertext()) for cell in html(v).iter("FONT"))
            for n, v in self.labels.items()
            if self.shapes[n] == "plaintext" and v[0] == "<" and html(v).tag == "TABLE"
        }
        before = {b: a for a, b in self.edges if b in tables}
        after = {a: b for a, b in self.edges if a in tables and not b.startswith("end")}
        return {n: (before[n], after.get(n), *texts) for n, texts in tables.items()}


def lex(text):
    simple = re.compile(r'->|[\w.]+|[][{}=]|"(?:\\.|[^"\\])*"', re.DOTALL)
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        end = at
        if text[at] == "<":
            depth = 0
            while depth or end == at:
                depth += {"<": 1, ">": -1}.get(text[end], 0)
                end += 1
        else:
            found = simple.match(text, at)
            assert found, f"not DOT: {text[at : at + 40]!r}"
            end = found.end()
        yield text[at:end]
        at = end


def html(label):
    assert label[0] == "<"
    assert label[-1] == ">"
    return ElementTree.fromstring(label[1:-1].replace("&nbsp;", BLANK))


def unquoted(label):
    assert label[0] != "<", "an HTML label, made of a name"
    return re.sub(r"\\(.)", r"\1", label[1:-1], flags=re.DOTALL) if label[0] == '"' else label


def variable(value, name):
    return ag.tensor(value, requires_grad=True, name=name)


@pytest.fixture
def sigmoid():
    trace = work_out(SIGMOID, POINT)
    return Picture(ag.draw(trace).dot)


def test_gates_are_labelled_as_in_the_lecture(sigmoid):
    gates = Counter({"*": 2, "+": 2, "*-1": 1, "exp": 1, "+1": 1, "1/x": 1})
    assert Counter(sigmoid.gates().values()) == gates


def test_leaves_are_bold_names(sigmoid):
    assert sorted(sigmoid.leaves().values()) == sorted(POINT)


def test_wires_carry_the_numbers_of_the_lecture(sigmoid):
    names = sigmoid.gates() | sigmoid.leaves()
    wires = [(names[a], names.get(b, ""), *numbers) for a, b, *numbers in sigmoid.wires().values()]
    assert Counter(wires) == Counter(SLIDE)


def test_every_edge_joins_nodes_that_exist(sigmoid):
    assert {name for edge in sigmoid.edges for name in edge} == set(sigmoid.labels)


def test_digits_are_those_given():
    trace = work_out(SIGMOID, POINT)
    numbers = [w[2:] for w in Picture(ag.draw(trace, digits=4).dot).wires().values()]
    assert ("0.7311", "1.0000") in numbers
    assert ("0.3679", "-0.5344") in numbers


def test_without_a_trace_gradients_are_blank_and_values_are_not():
    wires = Picture(ag.draw(work_out(SIGMOID, POINT).graph).dot).wires().values()
    assert {gradient for *_, gradient in wires} == {BLANK}
    assert {"0.37", "1.37", "0.73"} <= {value for *_, value, _ in wires}


def test_no_graphviz_program_is_needed(monkeypatch):
    monkeypatch.setenv("PATH", "")
    x = variable(2.0, "x")
    assert Picture(ag.draw(ag.graph(x * x)).dot).gates()


def test_fan_out_shows_the_contribution_of_each_wire():
    x = variable(3.0, "x")
    trace = ag.trace(x * x + x)
    picture = Picture(ag.draw(trace).dot)
    (leaf,) = picture.leaves()
    gates = picture.gates()
    wires = [(gates[b], gradient) for a, b, _, gradient in picture.wires().values() if a == leaf]
    assert sorted(wires) == [("*", "3.00"), ("*", "3.00"), ("+", "1.00")]


def test_a_wire_that_no_gradient_comes_back_on_is_blank():
    x = variable(3.0, "x")
    trace = ag.trace(x * ag.tensor(2.0, name="k"))
    picture = Picture(ag.draw(trace).dot)
    shown = {picture.leaves().get(a): gradient for a, _, _, gradient in picture.wires().values()}
    assert shown == {"x": "2.00", "k": BLANK, None: "1.00"}


def test_every_output_has_a_wire():
    x = variable(3.0, "x")
    wires = Picture(ag.draw(ag.graph(x + 1.0, x * x)).dot).wires().values()
    assert sorted(value for _, b, value, _ in wires if b is None) == ["4.00", "9.00"]


def test_a_constant_is_written_into_its_gate():
    picture = Picture(ag.draw(ag.graph(2.0 * variable(3.0, "x"))).dot)
    assert list(picture.gates().values()) == ["*2"]
    assert list(picture.leaves().values()) == ["x"]


def test_a_constant_of_a_named_result_is_not_lost():
    y = variable(3.0, "x") * 2.0
    y.name = "y"
    picture = Picture(ag.draw(ag.graph(y)).dot)
    assert any("2" in text for text in [*picture.gates().values(), *picture.leaves().values()])


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_of_a_variable_is_only_text(name):
    picture = Picture(ag.draw(ag.graph(variable(1.0, name) * 2.0)).dot)
    assert list(picture.leaves().values()) == [shorten(name, 40)]
    assert (len(picture.labels), len(picture.edges)) == (5, 4)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_of_a_result_is_only_text(name):
    y = ag.exp(variable(1.0, "x"))
    y.name = name
    picture = Picture(ag.draw(ag.graph(y)).dot)
    (label,) = picture.gates().values()
    assert label in (name, "exp")
    assert (len(picture.labels), len(picture.edges)) == (5, 4)


@pytest.mark.parametrize("name", CONTROL)
def test_control_characters_of_a_name_are_not_written(name):
    x = variable(1.0, name)
    y = x * x
    y.name = name
    text = ag.draw(ag.graph(y)).dot
    assert all(c.isprintable() or c in "\n\t" for c in text)
    assert len(text.splitlines()) == len(
        ag.draw(ag.graph(ag.square(variable(1.0, "x")))).dot.splitlines()
    )


@given(st.text(min_size=1, max_size=40))
def test_any_name_is_only_text(name):
    picture = Picture(ag.draw(ag.graph(variable(1.0, name) * 2.0)).dot)
    quotes = 0 if plain(name).strip() else 2  # so that a blank name is seen
    assert [len(text) for text in picture.leaves().values()] == [len(name) + quotes]
    assert len(picture.edges) == 4


def test_arrays_are_written_on_wires():
    trace = work_out("sum(softmax(x))", {"x": "[1,2,3]"})
    values = [w[2] for w in Picture(ag.draw(trace).dot).wires().values()]
    assert "[0.09 0.24 0.67]" in values


def test_a_variable_alone_is_drawn():
    picture = Picture(ag.draw(ag.graph(variable(1.0, "x"))).dot)
    assert list(picture.leaves().values()) == ["x"]
    assert len(picture.edges) == 2
