"""What stands in a class for a name that its objects do not have; seeds; many options."""

import numpy as np
import pytest

import autograd as ag
from autograd.core.calls import called
from autograd.core.other_names import OtherName
from autograd.core.seeds import generator
from tests.refusals import assert_refused

TABLE = {"view": ("t.view(6)", "t.reshape(6)"), "half": "there is no half; use astype"}


class Thing:
    view = OtherName("view", TABLE)
    half = OtherName("half", TABLE)


@pytest.mark.parametrize("owner", [Thing, Thing()])
def test_reading_another_name_says_what_to_write(owner):
    assert_refused(
        lambda: owner.view, AttributeError, "'Thing'", "for t.view(6) write t.reshape(6)"
    )
    assert not hasattr(owner, "half")


def test_another_name_shows_what_to_write():
    assert [repr(vars(Thing)[name]) for name in ("view", "half")] == [
        "write t.reshape(6)",
        "there is no half; use astype",
    ]


@pytest.mark.parametrize("rng", ["seed", -1, 0.5])
def test_a_seed_is_an_integer_of_at_least_0(rng):
    assert_refused(lambda: generator(rng), ag.OptionError, "rng:", "neither a seed")


def test_a_generator_is_returned_as_it_is():
    rng = np.random.default_rng(0)
    assert generator(rng) is rng


def test_more_options_than_ten_are_not_listed():
    @called
    def many(x, *, a=0, b=0, c=0, d=0, e=0, f=0, g=0, h=0, i=0, j=0, axis=None):
        return x

    text = "there is no option 'qqqq'; help("
    assert_refused(lambda: many(1, qqqq=2), ag.UnsupportedError, text, "describes its 11 options")
    assert_refused(lambda: many(1, dim=2), ag.UnsupportedError, "'dim'; here it is axis")
