"""Predict mode asks for each gradient before it is shown, and has a word for each usual mistake."""

import re

import pytest

import autograd as ag
from autograd.ir.number_format import show
from tests.browser import graphs
from tests.gallery import lecture_neuron, variable


def asked(trace, at):
    """Whether an event asks for its number: a contribution, or a sum of several."""
    event = trace.events[at]
    return event.kind == "vjp" or (event.kind == "accumulate" and event.before is not None)


def predicting(open_page, trace):
    """Open a page in predict mode, before the backward pass."""
    reader = open_page(ag.draw(trace, at=-1).html)
    seed = next(i for i, event in enumerate(trace) if event.kind == "seed")
    return reader.go(seed).press("p")


def to_question(reader, trace, kind, which=0):
    """Go to the first questions of a kind, answering on the way as one should."""
    for at in range(reader.at + 1, len(trace)):
        reader(".stage").focus()
        assert reader.press("ArrowRight").at == at
        if asked(trace, at):
            if trace.events[at].kind == kind:
                which -= 1
                if which < 0:
                    return trace.events[at]
            answer(reader, trace.events[at].value)
    raise AssertionError("no such question")


def answer(reader, text):
    reader(".answer").fill(str(text))
    reader(".answer").press("Enter")
    return reader(".predict [role=status]").inner_text()


@pytest.fixture
def neuron(open_page):
    return predicting(open_page, lecture_neuron())


@pytest.fixture
def fan(open_page):
    return predicting(open_page, graphs.fan_out())


def test_every_contribution_and_every_sum_is_a_question_answered_exactly(open_page):
    for trace in (lecture_neuron(), graphs.fan_out()):
        reader = predicting(open_page, trace)
        questions = 0
        for at in range(reader.at + 1, len(trace)):
            reader(".stage").focus()
            reader.press("ArrowRight")
            assert reader(".answer").count() == asked(trace, at)
            if asked(trace, at):
                questions += 1
                assert answer(reader, float(trace.events[at].value)).startswith("Yes, ")
        assert f"{questions} of {questions} right" in reader.text(".tally")


@pytest.mark.parametrize(
    "written",
    [show, lambda v: show(v).replace(".", ","), lambda v: f" {v!r} ", lambda v: f"{v:.1e}"],
    ids=["rounded", "comma", "spaces", "exponent"],
)
def test_a_number_may_be_written_in_several_ways(neuron, written):
    event = to_question(neuron, lecture_neuron(), "vjp", 1)
    assert answer(neuron, written(float(event.value))).startswith("Yes, ")


def test_a_minus_sign_of_typography_is_a_minus(neuron):
    to_question(neuron, lecture_neuron(), "vjp")
    assert answer(neuron, "\N{MINUS SIGN}0.53").startswith("Yes, ")


@pytest.mark.parametrize("text", ["", "abc", "1.2.3", "--1"])
def test_what_is_no_number_is_no_answer(neuron, text):
    to_question(neuron, lecture_neuron(), "vjp")
    assert "Write a number" in answer(neuron, text)
    assert answer(neuron, -0.53).startswith("Yes, ")
    assert "1 of 1 right the first time" in neuron.text(".tally")


# Mistakes.  y = a * b with a = 3, b = 5, and its square: dL/dy = 2y = 30.


@pytest.fixture
def product(open_page):
    """A question: a = 3 and b = 5 in (a b)^2, asked is what the product gives to a: 5 x 30."""
    trace = ag.trace((variable(3.0, "a") * variable(5.0, "b")) ** 2)
    reader = predicting(open_page, trace)
    event = to_question(reader, trace, "vjp", 1)
    assert (event.local, event.upstream) == (5.0, 30.0)
    return reader


@pytest.mark.parametrize(
    ("mistake", "word"),
    [
        (5, "forgot the upstream gradient, 30.00"),
        (30, "multiplied by the local gradient, 5.00"),
        (-150, "sign"),
        (35, "multiplied, not added"),
        (90, "the value of the other"),
        (7, "Not yet"),
    ],
    ids=["local alone", "upstream alone", "sign", "added", "own value", "other"],
)
def test_a_mistake_at_a_product_has_its_own_hint(product, mistake, word):
    assert word in answer(product, mistake)
    assert product(".answer").is_visible()
    assert answer(product, 150).startswith("Yes, ")
    assert "1 of 2 right the first time" in product.text(".tally")


@pytest.mark.parametrize(
    ("mistake", "word"),
    [
        (3, "contributions add"),
        (1, "was there before"),
        (-4, "sign"),
        (9, "Add what was there"),
    ],
    ids=["contribution alone", "sum before", "sign", "other"],
)
def test_a_mistake_at_a_fan_out_has_its_own_hint(fan, mistake, word):
    event = to_question(fan, graphs.fan_out(), "accumulate")
    assert (event.before, event.value) == (1.0, 4.0)
    assert word in answer(fan, mistake)
    assert answer(fan, 4).startswith("Yes, ")


def test_multiplying_what_meets_has_its_own_hint(open_page):
    x = variable(2.0, "x")
    trace = ag.trace(3.0 * x + 5.0 * x)
    reader = predicting(open_page, trace)
    to_question(reader, trace, "accumulate")
    assert "do not multiply" in answer(reader, 15)


def test_the_sum_is_not_the_contribution(fan):
    to_question(fan, graphs.fan_out(), "vjp", 3)
    assert "the sum already" in answer(fan, 4 + 3)


# What is asked for is not shown


def drawn_numbers(reader):
    return [text for texts in reader.drawn().values() for text in texts]


def titles(reader):
    return reader.run(
        "() => [...document.querySelectorAll('*')].map((e) => [e.title, e.ariaLabel,"
        " e.ariaValueText, e.tagName === 'title' && e.textContent].join(' ')).join(' ')"
    )


@pytest.fixture
def telltale(open_page):
    """A graph in which no gradient equals another number that is known by then."""
    x, y = variable(1.7, "x"), variable(2.9, "y")
    trace = ag.trace(ag.sin(x * y) * ag.tanh(x) * 0.37 + x)
    return predicting(open_page, trace), trace


def test_the_number_is_nowhere_before_it_is_revealed(telltale):
    reader, trace = telltale
    checked = 0
    for at in range(reader.at + 1, len(trace)):
        reader(".stage").focus()
        reader.press("ArrowRight")
        if not asked(trace, at):
            continue
        value = float(trace.events[at].value)
        known = {float(e.value) for e in trace.events[:at]} | {trace.events[at].local}
        if value not in known:
            checked += 1
            reader(f"#n{trace.events[at].node}").click()  # the inspector, too
            for text in (show(value), repr(value)):
                assert text not in reader.seen() + titles(reader)
            assert "?" in reader.text(".card")
        reader.frame.get_by_role("button", name="Show me").click()
        assert show(value) in reader.text(".card")
        assert show(value) in drawn_numbers(reader) or f"Σ {show(value)}" in drawn_numbers(reader)
    assert checked > 3


def test_going_back_and_forth_asks_again_until_it_is_answered(neuron):
    trace = lecture_neuron()
    to_question(neuron, trace, "vjp", 3)
    at = neuron.at
    for _ in range(2):
        neuron(".stage").focus()
        neuron.press("ArrowLeft")
        assert not neuron(".answer").count()
        neuron.press("ArrowRight")
        assert neuron.at == at
        assert neuron(".answer").is_visible()
        assert neuron.numbers()["contribution"] == "?"
    answer(neuron, float(trace.events[at].value))
    neuron(".stage").focus()
    neuron.press("ArrowLeft", "ArrowRight")
    assert not neuron(".answer").count()
    assert neuron.numbers()["contribution"] == show(trace.events[at].value)


def test_the_tally_counts_only_first_tries(neuron):
    trace = lecture_neuron()
    event = to_question(neuron, trace, "vjp")
    answer(neuron, 17)
    answer(neuron, float(event.value))
    assert "0 of 1 right" in neuron.text(".tally")
    event = to_question(neuron, trace, "vjp")
    answer(neuron, float(event.value))
    assert "1 of 2 right" in neuron.text(".tally")
    to_question(neuron, trace, "vjp")
    neuron.frame.get_by_role("button", name="Show me").click()
    assert "1 of 3 right" in neuron.text(".tally")


def test_leaving_predict_mode_shows_the_number(neuron):
    event = to_question(neuron, lecture_neuron(), "vjp")
    neuron(".stage").focus()
    neuron.press("p")
    assert neuron.numbers()["contribution"] == show(event.value)
    assert not neuron(".predict").is_visible()


def test_the_field_has_the_focus_and_enter_answers(neuron):
    event = to_question(neuron, lecture_neuron(), "vjp")
    neuron.type(show(event.value)).press("Enter")
    assert "Yes, " in neuron.text(".predict")


def test_after_an_answer_the_arrow_keys_step_on(neuron):
    event = to_question(neuron, lecture_neuron(), "vjp")
    at = neuron.at
    neuron.type(show(event.value)).press("Enter", "ArrowRight")
    assert neuron.at == at + 1


def test_the_question_for_a_tensor_is_one_cell(open_page):
    trace = graphs.convolution()
    reader = predicting(open_page, trace)
    to_question(reader, trace, "vjp")
    question = reader.text(".predict label")
    cell = re.search(r"\[(\d), (\d), (\d), (\d)\]", question)
    assert cell
    assert not reader('td[data-pane="gift"]').count()
    assert answer(reader, 1).startswith("Yes, ")
    assert reader('td[data-pane="gift"]').count() == 9


def test_what_one_gets_from_the_numbers_that_are_shown_is_right_too(neuron):
    """The slide says 0.40 at x0, from 2.00 x 0.20; with all digits it is 0.39."""
    trace = lecture_neuron()
    last = next(i for i in reversed(range(len(trace))) if trace.events[i].kind == "vjp")
    neuron.go(last)
    factors = (trace.events[last].local, trace.events[last].upstream)
    shown = float(show(factors[0])) * float(show(factors[1]))
    assert answer(neuron, f"{shown:.2f}").startswith("Yes, with all digits ")


def test_predict_at_the_end_begins_with_the_backward_pass(open_page):
    trace = lecture_neuron()
    reader = open_page(ag.draw(trace).html).press("End", "p")
    assert trace.events[reader.at].kind == "seed"
    reader(".stage").focus()
    reader.press("ArrowRight")
    assert reader(".answer").count() == 1
