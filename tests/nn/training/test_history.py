"""History: the numbers of a training, as a mapping, a table and a file."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from tests.refusals import assert_refused


def history(epochs=3):
    made = nn.History()
    for epoch in range(epochs):
        made.add({"loss": 1 / (epoch + 1), "valid_accuracy": epoch / 100})
    made.best_epoch, made.stopped, made.seconds = 2, "all epochs are done", 1.5
    return made


def test_a_history_is_a_mapping_from_names_to_lists():
    made = history()
    assert list(made) == ["loss", "valid_accuracy"]
    assert made["loss"] == [1.0, 0.5, 1 / 3]
    assert made.epochs == 3
    assert made.last == {"loss": 1 / 3, "valid_accuracy": 0.02}


def test_an_empty_history_has_no_epochs():
    assert nn.History().epochs == 0
    assert nn.History().last == {}
    assert repr(nn.History()) == "epoch"


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(KeyError, match="no column 'acc'; there are loss, valid_accuracy"):
        history()["acc"]
    assert "acc" not in history()


def test_epochs_have_the_same_columns():
    assert_refused(lambda: history().add({"loss": 1.0}), ag.OptionError, "loss, valid_accuracy")


def test_columns_have_one_length():
    assert_refused(
        lambda: nn.History({"a": [1.0], "b": []}), ag.ShapeError, "the columns have different"
    )


def test_the_table_has_every_epoch_and_the_reason_of_the_end():
    assert repr(history()).splitlines() == [
        "epoch  loss    valid_accuracy",
        "    1  1.0000  0.0000",
        "    2  0.5000  0.0100",
        "    3  0.3333  0.0200",
        "(all epochs are done; the best epoch was 2)",
    ]


def test_a_long_table_leaves_out_its_middle():
    lines = repr(history(100)).splitlines()
    assert [line.split()[0] for line in lines[1:-1]] == [
        *("1", "2", "3", "4", "5"),
        "...",
        *("96", "97", "98", "99", "100"),
    ]


def test_counts_are_shown_as_such_and_numbers_that_are_whole_are_not():
    made = nn.History()
    made.add({"errors": 3, "accuracy": 1.0})
    assert repr(made).splitlines()[1] == "    1  3       1.0000"


def test_tiny_and_huge_numbers_keep_their_digits():
    assert repr(nn.History({"loss": [1.25e-7, 3e9]})).splitlines()[1:] == [
        "    1  1.25e-07",
        "    2  3e+09",
    ]


def test_a_notebook_shows_a_table():
    made = nn.History({"<b>": [0.5]})
    assert made._repr_html_() == (
        "<table><tr><th>epoch</th><th>&lt;b&gt;</th></tr><tr><td>1</td><td>0.5000</td></tr></table>"
    )


numbers = st.floats(allow_nan=False)


@given(columns=st.lists(st.tuples(numbers, numbers), max_size=20))
def test_a_file_keeps_every_bit(tmp_path_factory, columns):
    made = nn.History({"a": [a for a, _ in columns], "b": [b for _, b in columns]})
    made.best_epoch, made.stopped, made.seconds = 3, "words", 0.1
    path = tmp_path_factory.mktemp("history") / "history.json"
    made.save(path)
    read = nn.History.load(path)
    assert vars(read) == vars(made)


def test_the_file_is_json(tmp_path):
    history().save(tmp_path / "history.json")
    content = json.loads((tmp_path / "history.json").read_text())
    assert content["columns"]["loss"] == [1.0, 0.5, 1 / 3]


@pytest.mark.parametrize(
    "content", ["", "3", "{}", "[" * 100_000, '{"columns": {"a": ["x"]}}', '{"columns": 3}']
)
def test_another_file_is_refused(tmp_path, content):
    (tmp_path / "other").write_text(content)
    assert_refused(lambda: nn.History.load(tmp_path / "other"), nn.StateError, "does not hold one")


def test_numbers_of_numpy_become_those_of_python():
    made = nn.History()
    made.add({"loss": np.float32(0.5)})
    assert type(made["loss"][0]) is float


def test_pandas_takes_a_history_as_a_table():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(nn.History({"loss": [2.0, 1.0], "valid_loss": [3.0, 2.5]}))
    assert frame.to_dict("list") == {"loss": [2.0, 1.0], "valid_loss": [3.0, 2.5]}
