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


every = pytest.mark.parametrize("name", ARCHITECTURES)


def stored(name):
    return (FOLDER / f"{name}.svg").read_text("utf-8")


def contents(svg):
    """Return the texts of every box and wire: words, and numbers."""
    picture = Picture(svg)
    texts = [(id, text) for id in picture.ids if id[0] in "bw" for text in picture.texts(id)]
    words = [(id, text) for id, text in texts if not NUMBER.fullmatch(text)]
    found = [float(m[1]) for _, text in texts if (m := NUMBER.fullmatch(text))]
    return sorted(words), found


@every
def test_the_stored_picture_shows_what_is_drawn_now(name):
    words, numbers = contents(drawn(name).svg)
    kept, before = contents(stored(name))
    assert words == kept
    assert numbers == pytest.approx(before, rel=0.02)  # other machines round in another way


@every
def test_no_picture_is_larger_than_64_kb(name):
    assert len(stored(name).encode()) < 64_000


@every
def test_no_text_overlaps_another_box(name):
    assert overlaps(drawn(name).sheet) == []


@every
def test_a_picture_fits_a_page_of_1440_by_900(name):
    sheet = drawn(name).sheet
    assert sheet.width <= 1440
    assert sheet.height <= 900


@pytest.mark.parametrize(("name", "layers"), WEIGHTED.items())
def test_a_network_has_the_depth_of_the_lectures(name, layers):
    assert len(drawn(name).view.statistics.profile) == layers


@every
def test_closed_boxes_are_not_described(name):
    (described,) = re.findall(r"<desc>(.*?)</desc>", drawn(name).svg, re.DOTALL)
    assert len(described.splitlines()) == len(drawn(name).view.plan.boxes) + 2
