"""Columns are as wide as their widest cell, and no line ends in spaces."""

import pytest

from autograd.core.tables import columns


def test_cells_stand_at_the_side_that_is_named():
    rows = [("a", "b", "c"), ("aaa", "bb", "c"), ("", "", "")]
    assert columns(rows, "<>>") == ["a     b  c", "aaa  bb  c", ""]
    assert columns(rows, "><<", gap="|") == ["  a|b |c", "aaa|bb|c", "   |  |"]


def test_no_rows_are_no_lines():
    assert columns([], "") == []
    assert columns([], "<>") == []


def test_rows_and_sides_of_other_lengths_are_refused():
    for rows, sides in (([("a", "b"), ("a",)], "<<"), ([("a", "b")], "<")):
        with pytest.raises(ValueError, match="argument"):
            columns(rows, sides)
