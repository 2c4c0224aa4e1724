"""Transcripts: names that terminals cannot be tricked with, vectors, and no two equal names."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.core.messages import plain
from autograd.viz.formats.transcript import transcript

HOSTILE = ["\x1b[31mred", "a\nb", "a\r", "\x00", "\x9b", "\u202eabc", "\u200b", "\ud800", "\x7f"]


def variable(value, name):
    return ag.tensor(value, requires_grad=True, name=name)


def table(text):
    """Return the rows of the forward table, split at runs of spaces."""
    forward = text.split("\n\n")[0].splitlines()[2:]
    return [re.split(r" {2,}", line.strip()) for line in forward]


def assert_harmless(text):
    assert all(c.isprintable() or c == "\n" for c in text)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_of_a_variable_prints_no_control_characters(name):
    harmless, text = (transcript(ag.trace(ag.square(variable(3.0, n)) + 1.0)) for n in ("x", name))
    assert_harmless(text)
    assert len(text.splitlines()) == len(harmless.splitlines())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_of_a_result_prints_no_control_characters(name):
    y = variable(3.0, "x") * 2.0
    y.name = name
    assert_harmless(transcript(ag.trace(y + 1.0)))


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_prints_no_control_characters(title):
    assert_harmless(transcript(ag.trace(variable(3.0, "x") * 2.0), f"f = {title}"))


@given(st.text())
def test_plain_text_is_printable_and_as_long(text):
    assert plain(text).isprintable()
    assert len(plain(text)) == len(text)


@given(st.text().filter(str.isprintable))
def test_plain_text_keeps_what_is_printable(text):
    assert plain(text) == text


def test_a_title_is_the_first_line():
    text = transcript(ag.trace(variable(3.0, "x") * 2.0), "the title")
    assert text.splitlines()[0] == "the title"


@pytest.fixture
def softmax():
    x, t = variable([1.0, 2.0, 3.0], "x"), ag.tensor([0.0, 0.0, 1.0], name="t")
    return transcript(ag.trace(-ag.sum(t * ag.log_softmax(x))), digits=4)


def test_cross_entropy_of_softmax_is_that_of_the_lecture(softmax):
    assert table(softmax)[-1][-1] == "0.4076"
    assert softmax.splitlines()[-3] == "  df/dx = [0.0900 0.2447 -0.3348]"


def test_softmax_is_that_of_the_lecture():
    x = variable([1.0, 2.0, 3.0], "x")
    values = [row[-1] for row in table(transcript(ag.trace(ag.sum(ag.softmax(x))), digits=4))]
    assert "[0.0900 0.2447 0.6652]" in values
    assert values[-1] == "1.0000"


def test_the_gradient_of_a_sum_of_probabilities_is_zero():
    text = transcript(ag.trace(ag.sum(ag.softmax(variable([1.0, 1.0], "x")))))
    assert text.splitlines()[-3] == "  df/dx = [0.00 0.00]"


def test_a_vector_has_elementwise_cards():
    x, y = variable([1.0, 2.0], "x"), variable([3.0, -4.0], "y")
    text = transcript(ag.trace(x * y, np.array([10.0, 1.0])))
    card = next(line for line in text.splitlines() if line.startswith("  df/dx +="))
    assert re.findall(r"\[(-?\d[^\[\]]*)\]", card) == ["3.00 -4.00", "10.00 1.00", "30.00 -4.00"]


def test_a_large_array_is_shown_by_its_shape():
    text = transcript(ag.trace(ag.sum(variable(np.arange(20.0), "v") * 2.0)))
    assert text.splitlines()[-3] == "  df/dv = (20,) from 2.00 to 2.00"


def test_a_matrix_product_has_a_card_for_each_input():
    w, x = variable([[1.0, 2.0], [3.0, 4.0]], "W"), variable([1.0, -1.0], "x")
    lines = transcript(ag.trace(ag.sum(w @ x))).splitlines()
    assert lines[-4:-2] == ["  df/dW = [[1.00 -1.00] [1.00 -1.00]]", "  df/dx = [4.00 6.00]"]


def test_a_variable_alone_has_a_gradient_of_one():
    assert transcript(ag.trace(variable(3.0, "x"))).splitlines()[-3].endswith("= 1.00")


def test_a_variable_that_no_gradient_reaches_is_no_error():
    condition, x = variable(1.0, "condition"), variable(2.0, "x")
    text = transcript(ag.trace(ag.where(condition, x, 0.0) * x))
    assert re.search(r"df/dx += 4\.00", text)


@pytest.mark.parametrize(
    "names", [["f", "f_out"], ["f", "f_out", "a"], ["a", "b"], [None, "f"], ["w", "w"]]
)
def test_every_row_has_a_name_of_its_own(names):
    leaves = [variable(float(i), name) for i, name in enumerate(names, 2)]
    product = leaves[0]
    for leaf in leaves[1:]:
        product = product * leaf
    rows = [row[0] for row in table(transcript(ag.trace(product * 2.0)))]
    assert len(rows) == len(set(rows)) == 2 * len(names)


@pytest.mark.parametrize("name", ["x", "a", "v", "v20", "v30", "v40"])
def test_every_row_of_a_long_computation_has_a_name_of_its_own(name):
    total = x = variable(0.5, name)
    for _ in range(50):
        total = ag.sin(total)
    rows = [row[0] for row in table(transcript(ag.trace(total + x)))]
    assert len(rows) == len(set(rows)) == 52


def test_two_variables_of_one_name_have_two_gradients():
    text = transcript(ag.trace(variable(3.0, "w") * variable(5.0, "w")))
    gradients = text.split("\n\n")[-2].splitlines()[1:]
    assert sorted(line.split("=")[1].strip() for line in gradients) == ["3.00", "5.00"]


def test_a_negative_constant_stands_in_parentheses():
    text = transcript(ag.trace(variable(2.0, "x") - (-3.0)))
    assert "x - (-3)" in text


@pytest.mark.parametrize(
    ("f", "local"),
    [
        (lambda x: 1.0 / x, "-1/x^2"),
        (lambda x: ag.exp(x), "f"),
        (lambda x: -x, "-1"),
        (lambda x: x + 2.0, "1"),
        (lambda x: 2.0 * x, "2"),
        (lambda x: ag.log(x), "1/x"),
    ],
)
def test_a_local_gradient_is_written_with_the_names_of_the_graph(f, local):
    text = transcript(ag.trace(f(variable(2.0, "x"))))
    assert f"[df/dx = {local}] x [df/df]" in text


def test_a_name_that_begins_with_a_digit_is_bracketed_after_the_d():
    w = ag.tensor(2.0, requires_grad=True, name="0.weight")
    text = ag.draw(w * w).text
    assert "df/d(0.weight) = 4.00" in text
    assert "df/d0.weight" not in text


def test_a_long_constant_in_a_gate_is_written_with_six_digits():
    x = ag.tensor(3.0, requires_grad=True)
    assert ag.graph(x * (4 / 3)).nodes[-1].gate == "*1.33333"
    assert ag.graph(x * 0.044715).nodes[-1].gate == "*0.044715"


def test_the_last_line_says_that_every_step_was_recomputed():
    text = transcript(ag.trace(variable(3.0, "w") * variable(5.0, "w")))
    assert text.splitlines()[-1] == "every step recomputed: equal"


def test_the_last_line_names_the_first_step_that_differs():
    x = variable(3.0, "x")
    y = x * x
    x.data = 5.0
    last = transcript(ag.trace(y)).splitlines()[-1]
    assert last == (
        "event 2 of 7, forward of f by multiply: the value is 9.000000, recomputed 25.000000"
    )
