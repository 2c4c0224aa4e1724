"""The page writes numbers as Python does."""

import numpy as np
import pytest

import autograd as ag
from autograd.ir.number_format import show
from tests.gallery import variable

TIES = [0.125, 0.375, 0.625, 2.675, 1.005, 0.5, 1.5, 2.5, 0.045, 0.055, 1e-2 / 2, 12345.125]
BORDERS = [999999.994, 999999.995, 999999.999, 1e6, 1e6 + 0.5, 1e21, 1.7e308, 5e-324, 2.2e-308]
SMALL = [0.004, 0.005, 0.0049999, 0.0051, 1e-5, 9.99e-5, 9.995e-5, 1e-10, 1.25e-7, 1.005e-100]
LARGE = [1234567.0, 1.125e6, 1.375e9, 1.5e15, 2.0**60, 9.995e9, 123456789.125, 1e100]
SPECIAL = [0.0, -0.0, np.nan, np.inf, -np.inf]


def floats():
    rng = np.random.default_rng(0)
    known = [*TIES, *BORDERS, *SMALL, *LARGE]
    powers = [m * 10.0**e for e in range(-12, 13) for m in (1, 1.005, 2.5, 9.995)]
    halves = (rng.integers(0, 10_000, 200) + 0.5) / 2.0 ** rng.integers(0, 8, 200)
    random = rng.normal(size=200) * 10.0 ** rng.integers(-8, 9, 200)
    positive = [*known, *powers, *halves, *random]
    return np.array([*positive, *(-v for v in positive), *SPECIAL])


def cells(reader):
    return reader.run(
        "() => [...document.querySelectorAll('td[data-pane=\"in0\"]')]"
        ".map((td) => td.ariaLabel.split(' = ').pop())"
    )


@pytest.mark.parametrize("digits", [0, 1, 2, 3, 4, 8, 17])
def test_floats_are_rounded_as_in_python(open_page, digits):
    values = floats()
    shown = []
    for chunk in np.array_split(values, 2):  # of what the page shows cell by cell
        with np.errstate(all="ignore"):
            drawing = ag.draw(ag.trace(ag.sum(variable(chunk, "x"))), digits=digits, at=1)
        shown += cells(open_page(drawing.html))
    different = [
        (value, there, show(value, digits))
        for value, there in zip(values, shown, strict=True)
        if there != show(value, digits)
    ]
    assert different == []


def test_exact_digits_are_the_shortest_that_tell_a_float_apart(open_page):
    values = floats()
    shown = []
    for chunk in np.array_split(values, 2):
        with np.errstate(all="ignore"):
            drawing = ag.draw(ag.trace(ag.sum(variable(chunk, "x"))), at=1)
        shown += cells(open_page(drawing.html).press("x"))
    read = [float(text) for text in shown]
    assert np.array_equal(read, values, equal_nan=True)
    digits = [
        (value, text)
        for value, text in zip(values, shown, strict=True)
        if significant(text) != significant(repr(float(value)))
    ]
    assert digits == []


def significant(text):
    return text.partition("e")[0].replace(".", "").strip("-0")


def test_whole_numbers_have_no_point(open_page):
    x = variable([1.0, 2.0], "x")
    trace = ag.trace(ag.sum(x * np.array([3, 40])))
    at = next(i for i, e in enumerate(trace) if trace.graph[e.node].gate == "*")
    reader = open_page(ag.draw(trace, at=at).html)
    shown = [td.inner_text() for td in reader('td[data-pane="in1"]').all()]
    assert shown == ["3", "40"]
