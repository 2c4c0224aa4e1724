"""Tensors on wires: numbers while they are few, then maps whose zero has no colour."""

import zlib
from base64 import b64decode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.viz.formats.svg import colours
from autograd.viz.formats.themes import THEMES
from autograd.viz.render.marks import Cells, Rect, Text
from autograd.viz.render.tensors import block
from tests.viz.geometry import Picture, box_of


def texts(shown):
    return [m.text for m in shown.marks if isinstance(m, Text)]


def maps(shown):
    return [m for m in shown.marks if isinstance(m, Cells)]


def of(value, **options):
    return block(np.asarray(value), "value", 2, **options)


@pytest.mark.parametrize("shape", [(8,), (8, 8), (1, 1), (2, 3)])
def test_up_to_eight_by_eight_every_number_is_written(shape):
    array = np.arange(np.prod(shape), dtype=float).reshape(shape)
    caption, *numbers = texts(of(array))
    assert numbers == [f"{v:.2f}" for v in array.ravel()]
    assert caption in ("(8,)", "x".join(map(str, shape)))


@pytest.mark.parametrize("shape", [(9,), (9, 2), (30, 40)])
def test_larger_matrices_are_one_map(shape):
    (cells,) = maps(of(np.ones(shape)))
    assert cells.cells.size == np.prod(shape)


@pytest.mark.parametrize(
    ("shape", "count", "more"),
    [((3, 9, 9), 3, ""), ((2, 5, 9, 9), 5, ""), ((1, 11, 4, 4), 8, "+3"), ((2, 2, 3, 4, 5), 6, "")],
)
def test_more_axes_are_a_strip_of_channels(shape, count, more):
    shown = of(np.random.default_rng(0).normal(size=shape))
    assert len(maps(shown)) == count
    assert not more or more in texts(shown)


def test_a_batch_shows_the_channels_of_its_first_example():
    images = np.stack([np.full((2, 4, 4), 2.0), np.full((2, 4, 4), -4.0)])
    shown = of(images)
    for cells in maps(shown):
        np.testing.assert_array_equal(cells.cells, np.full((4, 4), 0.5))
    assert len(maps(shown)) == 2
    assert texts(shown)[0] == "2x2x4x4, first of 2"


def test_of_images_or_kernels_with_one_channel_all_are_shown():
    shown = of(np.stack([np.full((1, 4, 4), v) for v in (2.0, -4.0, 1.0)]))
    assert [float(m.cells[0, 0]) for m in maps(shown)] == [0.5, -1.0, 0.25]


def test_all_channels_have_one_scale():
    a, b = maps(of(np.stack([np.full((9, 9), 1.0), np.full((9, 9), -4.0)])))
    assert (a.cells.max(), b.cells.min()) == (0.25, -1.0)


def test_a_map_of_a_huge_matrix_keeps_what_is_large():
    matrix = np.zeros((1000, 1000))
    matrix[777, 123] = -3.0
    (cells,) = maps(of(matrix))
    assert cells.cells.size < 3_000
    assert cells.cells.min() == -1.0
    assert np.count_nonzero(cells.cells) == 1


def test_a_map_never_hides_a_nan():
    matrix = np.ones((500, 500))
    matrix[3, 4] = np.nan
    (cells,) = maps(of(matrix))
    assert np.isnan(cells.cells).sum() == 1


def test_zero_has_no_colour_and_the_sign_chooses_it():
    red, none, blue, bad = colours(np.array([[1.0, 0.0, -0.5, np.nan]]), THEMES["lecture"])[0]
    assert none[3] == 0
    assert (red[3], blue[3]) == (255, 127)
    assert tuple(red[:3]) != tuple(blue[:3])
    assert tuple(bad) == (255, 0, 200, 255)


def test_the_share_of_exact_zeros_is_shown():
    array = np.ones(100)
    array[:37] = 0
    assert texts(of(array))[0] == "(100,), 37% zero"


def test_a_single_zero_among_many_is_not_rounded_away():
    array = np.ones(1000)
    array[0] = 0
    assert texts(of(array))[0] == "(1000,), <1% zero"


def test_a_histogram_has_a_bar_for_every_range_that_occurs():
    bars = [
        m for m in of(np.linspace(-1, 1, 160)).marks if isinstance(m, Rect) and m.fill == "value"
    ]
    assert len(bars) == 16
    assert {round(bar.height, 6) for bar in bars} == {14.0}


@pytest.mark.parametrize("scale", [1e-300, 1e300, 0.0])
def test_histograms_exist_at_any_scale(scale):
    with np.errstate(all="raise"):
        bars = [m for m in of(np.linspace(-1, 1, 50) * scale).marks if isinstance(m, Rect)]
    assert bars


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.zeros((0, 3)), "0x3 empty"),
        (np.zeros(3, dtype=np.int64), "(3,), int64"),
        (np.ones(2, dtype=bool), "(2,), bool"),
        (np.ones((2, 2), dtype=np.float32), "2x2, float32"),
        (np.array([np.nan, np.inf, 1.0]), "(3,), 2 not finite"),
    ],
)
def test_the_caption_says_what_is_special(array, said):
    assert texts(of(array))[0] == said


def test_integers_are_written_as_integers():
    assert texts(of(np.array([1, 20]))) == ["(2,), int64", "1", "20"]


def test_without_pictures_only_the_caption_is_left():
    assert texts(of(np.ones((2, 2)), pictures=False)) == ["2x2"]


def test_what_is_not_known_is_blank():
    assert block(None, "gradient", 2).marks == ()


@given(st.lists(st.integers(0, 12), max_size=5))
def test_every_mark_is_inside_its_block(shape):
    shown = of(np.random.default_rng(0).normal(size=shape))
    for mark in shown.marks:
        left, top, right, bottom = box_of(mark)
        assert left >= -0.5
        assert top >= -0.5
        assert right <= shown.width + 0.5
        assert bottom <= shown.height + 0.5


def test_a_map_in_svg_is_a_picture_of_its_cells():
    x = ag.tensor(np.eye(9), requires_grad=True, name="x")
    picture = Picture(ag.draw(ag.sum(x), engine="builtin").svg)
    image = next(e for e in picture.groups["w1-0"].iter() if e.tag.endswith("image"))
    png = b64decode(image.get("href").partition(",")[2])
    assert png.startswith(b"\x89PNG")
    data = png[png.index(b"IDAT") + 4 : png.index(b"IEND") - 8]
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(9, 1 + 9 * 4)
    opacity = rows[:, 1:].reshape(9, 9, 4)[..., 3]
    np.testing.assert_array_equal(opacity, np.eye(9) * 255)


def test_badges_stand_at_the_first_non_finite_value():
    x = ag.tensor([0.0, 1.0], requires_grad=True, name="x")
    with np.errstate(all="ignore"):
        picture = Picture(ag.draw(ag.trace(ag.sum(x * ag.log(x)))).svg)
    badges = {picture.label(id): picture.texts(id, "badge-text") for id in picture.of_kind("gate")}
    assert badges == {"log": ["Inf, gradient NaN"], "*": ["NaN"], "sum": []}


def test_a_nan_that_was_given_is_no_birth():
    x = ag.tensor([np.nan, 1.0], requires_grad=True, name="x")
    picture = Picture(ag.draw(ag.trace(ag.sum(x * 2.0))).svg)
    assert not [t for id in picture.of_kind("gate") for t in picture.texts(id, "badge-text")]
