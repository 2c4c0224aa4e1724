"""The architectures of the gallery: the pictures that are stored, and what can be read in them."""

import re

import pytest

from tests.architectures import ARCHITECTURES, drawn
from tests.gallery import FOLDER
from tests.viz.geometry import Picture, overlaps

NUMBER = re.compile(r"[▲▼]? ?(-?\d+(?:\.\d+)?(?:e-?\d+)?)")
# Layers with a matrix or a kernel in the networks of the lectures.
WEIGHTED = {
    "lenet5": 5, "alexnet": 8, "vgg16": 16, "googlenet": 58, "resnet18": 21, "resnet50": 54,
    "resnet152": 156, "segnet": 26,
}  # fmt: skip


@pytest.fixture(params=ARCHITECTURES, scope="module")
def drawing(request):
    found = drawn(request.param)
    found.name = request.param
    return found


def stored(drawing):
    return (FOLDER / f"{drawing.name}.svg").read_text("utf-8")


def contents(svg):
    """Return the texts of every box and wire: words, and numbers."""
    picture = Picture(svg)
    texts = [(id, text) for id in picture.ids if id[0] in "bw" for text in picture.texts(id)]
    words = [(id, text) for id, text in texts if not NUMBER.fullmatch(text)]
    found = [float(m[1]) for _, text in texts if (m := NUMBER.fullmatch(text))]
    return sorted(words), found


def test_the_stored_picture_shows_what_is_drawn_now(drawing):
    words, numbers = contents(drawing.svg)
    kept, before = contents(stored(drawing))
    assert words == kept
    assert numbers == pytest.approx(before, rel=0.02)  # other machines round in another way


def test_no_picture_is_larger_than_64_kb(drawing):
    assert len(stored(drawing).encode()) < 64_000


def test_no_text_overlaps_another_box(drawing):
    assert overlaps(drawing.sheet) == []


def test_a_picture_fits_a_page_of_1440_by_900(drawing):
    assert drawing.sheet.width <= 1440
    assert drawing.sheet.height <= 900


def test_a_network_has_the_depth_of_the_lectures(drawing):
    if drawing.name not in WEIGHTED:
        pytest.skip("no count in the lectures")
    assert len(drawing.view.statistics.profile) == WEIGHTED[drawing.name]


def test_closed_boxes_are_not_described(drawing):
    (described,) = re.findall(r"<desc>(.*?)</desc>", drawing.svg, re.DOTALL)
    assert len(described.splitlines()) == len(drawing.view.plan.boxes) + 2
