"""The notebooks are whole: made from their sources, executed, and their exercises can be solved."""

import json
import re

import pytest

import autograd as ag
from tests.notebooks import ANSWER, SOURCES, alike, words

ELSEWHERE = ("/tmp", "/home", "/root", "ipykernel_")
LONG = ("10", "11", "13", "14")  # these train; python -m tests.notebooks tries their answers
every_notebook = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
short_notebooks = pytest.mark.parametrize(
    "source", [s for s in SOURCES if s.stem[:2] not in LONG], ids=lambda path: path.stem
)


def stored(source):
    return json.loads(source.with_suffix(".ipynb").read_text("utf-8"))["cells"]


def cells_of(source):
    """Read the percent format: the kind and the text of each cell."""
    parts = re.split(r"^# %%(.*)\n", source.read_text("utf-8"), flags=re.MULTILINE)
    for header, body in zip(parts[1::2], parts[2::2], strict=True):
        if "markdown" in header:
            yield "markdown", re.sub(r"^# ?", "", body.strip("\n"), flags=re.MULTILINE)
        else:
            yield "code", body.strip("\n")


def code_of(source):
    return [text for kind, text in cells_of(source) if kind == "code"]


def outputs_of(cell):
    for output in cell.get("outputs", ()):
        yield "".join(output.get("text", ""))
        yield "".join(output.get("data", {}).get("text/plain", ""))


def run(cells, capsys):
    """Execute code cells in one new namespace and return what the last one printed."""
    names = {"__name__": "notebook"}
    try:
        for cell in cells[:-1]:
            exec(cell, names)
        capsys.readouterr()
        exec(cells[-1], names)
    finally:
        ag.testing.load_profile()  # a notebook may have chosen another
    return capsys.readouterr().out


def test_there_are_sixteen_notebooks():
    assert [path.stem[:2] for path in SOURCES] == [f"{i:02}" for i in range(1, 17)]


@every_notebook
def test_a_notebook_has_the_cells_of_its_source(source):
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in stored(source)]
    assert cells == list(cells_of(source))


@every_notebook
def test_a_notebook_was_executed_in_order_without_an_error(source):
    code = [cell for cell in stored(source) if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert not [o for cell in code for o in cell["outputs"] if o["output_type"] == "error"]


@every_notebook
def test_a_notebook_names_no_place_on_a_machine(source):
    for cell in stored(source):
        for text in ("".join(cell["source"]), *outputs_of(cell)):
            assert not [place for place in ELSEWHERE if place in text]


@every_notebook
def test_a_notebook_ends_with_an_exercise_that_is_not_yet_solved(source):
    *_, task, answer, check = stored(source)
    assert [cell["cell_type"] for cell in (task, answer, check)] == ["markdown", "code", "code"]
    assert task["source"][0].startswith("## Exercise")
    assert "".join(outputs_of(check)).startswith("Not yet:")


@short_notebooks
def test_the_check_accepts_the_answer_that_the_exercise_gives(source, capsys):
    *cells, _, check = code_of(source)
    task = [text for kind, text in cells_of(source) if kind == "markdown"][-1]
    (answer,) = ANSWER.findall(task)
    assert run([*cells, answer, check], capsys).startswith("Right:")


def test_numbers_are_alike_up_to_the_seventh_digit():
    assert alike("x=0.19661193", "x=0.19661194")
    assert not alike("x=0.19661", "x=0.19662")
    assert not alike("w0", "w1")


def test_of_a_picture_only_its_words_are_compared():
    class Output(dict):
        output_type = "display_data"

    picture = '<svg viewBox="{}"><style>text {{}}</style><text x="1">{}</text></svg>'
    one, moved, other = (
        words({"outputs": [Output(data={"image/svg+xml": picture.format(*how)})]})
        for how in (("0 0 1 1", "0.73"), ("0 0 2 2", "0.73"), ("0 0 1 1", "0.74"))
    )
    assert one == moved != other


def test_of_a_plot_in_pixels_nothing_is_compared_but_that_it_is_there():
    class Output(dict):
        output_type = "display_data"

    one, other, none = (
        words({"outputs": [Output(data=data)]})
        for data in ({"image/png": "iVBORw0A"}, {"image/png": "iVBORw0B"}, {})
    )
    assert one == other != none
