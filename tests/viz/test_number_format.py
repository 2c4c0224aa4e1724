"""Numbers as the slides write them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.ir.number_format import show

digits = st.integers(0, 17)
finite = st.floats(-1e300, 1e300)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.exp(-1), "0.37"),
        (1 + math.exp(-1), "1.37"),
        (-0.589836, "-0.59"),
        (0, "0"),
        (-0.0, "0.00"),
        (2, "2"),
        (-3, "-3"),
        (999_999, "999999"),
        (0.0049, "4.90e-03"),
        (-0.001, "-1.00e-03"),
        (0.0051, "0.01"),
        (1e6, "1.00e+06"),
        (-2.5e9, "-2.50e+09"),
        (5e-324, "4.94e-324"),
        (math.nan, "nan"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (True, "True"),
        (np.False_, "False"),
        (np.int64(7), "7"),
        (np.float32(0.1), "0.10"),
        (np.array(1.5), "1.50"),
        (np.array(True), "True"),
    ],
)
def test_a_number_has_two_digits_after_the_point_unless_it_is_whole_by_type(value, expected):
    assert show(value) == expected


@pytest.mark.parametrize(
    ("digits", "expected"), [(0, "2"), (1, "1.6"), (4, "1.6180"), (16, "1.6180339887498949")]
)
def test_digits_are_those_given(digits, expected):
    assert show((1 + math.sqrt(5)) / 2, digits) == expected


@given(finite, digits)
def test_a_number_reads_as_itself_rounded(value, digits):
    text = show(value, digits)
    if "e" in text:
        assert float(text) == pytest.approx(value, rel=0.51 * 10.0**-digits, abs=5e-324)
    else:
        assert abs(float(text) - value) <= 0.51 * 10.0**-digits + 1e-16 * abs(value)


@given(finite, digits)
def test_digits_after_the_point_are_as_many_as_given(value, digits):
    mantissa = show(value, digits).partition("e")[0]
    assert len(mantissa.partition(".")[2]) == digits


@given(finite, digits)
def test_only_zero_reads_as_zero(value, digits):
    assert (float(show(value, digits)) == 0) == (value == 0)


@pytest.mark.parametrize("digits", range(18))
@pytest.mark.parametrize("sign", [1, -1])
def test_half_a_unit_of_the_last_digit_does_not_read_as_zero(digits, sign):
    assert float(show(sign * 0.5 * 10.0**-digits, digits)) != 0


@pytest.mark.parametrize("digits", [0, 2, 5])
def test_zero_has_no_sign(digits):
    assert show(-0.0, digits) == show(0.0, digits)
    assert "-" not in show(np.array([-0.0, 0.0]), digits)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        ([1.0, 0.5], "[1.00 0.50]"),
        ([-0.0, 0.001], "[0.00 1.00e-03]"),
        ([[1, 2], [3, 4]], "[[1 2] [3 4]]"),
        ([[[1.0]]], "[[[1.00]]]"),
        ([True, False], "[True False]"),
        ([math.nan, math.inf], "[nan inf]"),
    ],
)
def test_a_small_array_is_shown_in_full(array, expected):
    assert show(np.array(array)) == expected


def test_sixteen_elements_are_shown_in_full():
    assert show(np.arange(16.0).reshape(4, 4)).count(".") == 16


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.arange(17.0), "(17,) from 0.00 to 16.00"),
        (np.linspace(-1, 1, 20).reshape(4, 5), "(4, 5) from -1.00 to 1.00"),
        (np.arange(20) > 3, "(20,) from False to True"),
        (np.full(20, math.nan), "(20,) 20 not finite"),
    ],
)
def test_a_large_array_is_shown_by_its_shape_and_range(array, expected):
    assert show(array) == expected


def test_a_transposed_array_is_shown_by_rows():
    assert show(np.array([[1.0, 2.0], [3.0, 4.0]]).T) == "[[1.00 3.00] [2.00 4.00]]"


@pytest.mark.parametrize("shape", [(0,), (0, 3), (3, 0), (2, 0, 2), (0, 0)])
def test_an_empty_array_shows_its_shape(shape):
    assert show(np.ones(shape)) == f"{shape} empty"


def test_an_empty_array_of_many_rows_is_short():
    assert len(show(np.ones((10_000, 0)))) < 100


@given(st.lists(finite, max_size=40))
def test_an_array_takes_one_line(values):
    assert "\n" not in show(np.array(values))
