"""Texts for messages: one line, no control characters, and the nearest name that exists."""

from autograd.core.messages import counted, one_line, plain, suggestion


def test_a_long_value_is_cut_to_one_line():
    assert one_line("a\n b", text=str) == "a b"
    assert one_line("x" * 100, 10, str) == "xxxxxxx..."


def test_one_thing_has_no_plural():
    assert (counted(1, "node"), counted(2, "node")) == ("1 node", "2 nodes")


def test_control_characters_are_replaced():
    assert plain("a\x1b[31mb") == "a?[31mb"


def test_the_nearest_name_is_suggested():
    assert suggestion("sigmod", ["sigmoid", "relu"]) == "; did you mean sigmoid?"
    assert suggestion("sigmod", ["sigmoid"], "ag.{}") == "; did you mean ag.sigmoid?"


def test_no_name_is_suggested_where_none_is_near():
    assert suggestion("conv", ["sigmoid", "relu"]) == ""
