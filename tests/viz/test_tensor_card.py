"""A tensor in a notebook: its name, shape and dtype, its elements, and what made it."""

import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

import autograd as ag
import nn

HOSTILE = "<script>alert(1)</script>\x1b[31m&\"'"


def texts(t):
    """Return the words of a card, which must be well-formed."""
    html = t._repr_html_()
    root = ElementTree.fromstring(html)
    return " ".join(" ".join(root.itertext()).split())


def test_it_says_name_shape_dtype_and_what_is_learned():
    w = ag.tensor(np.ones((3, 4), "float32"), requires_grad=True, name="w")
    assert "w (3, 4) float32, requires a gradient" in texts(w)
    assert "requires" not in texts(ag.tensor(1.0))


def test_a_small_one_has_its_numbers_and_its_gradient():
    x = ag.tensor([[1.5, -2.25]], requires_grad=True)
    (x * x).sum().backward()
    found = texts(x)
    assert {"1.5000", "-2.2500", "grad", "3.0000", "-4.5000"} <= set(found.split())


def test_the_shape_is_said_once_and_the_columns_of_a_gradient_are_as_wide():
    x = ag.tensor([[0.5, 2.0]], requires_grad=True)
    ag.sum(x**9).backward()
    html = x._repr_html_()
    assert "1x2" not in html
    assert "20x20" not in ag.tensor(np.ones((20, 20)))._repr_html_()
    widths = re.findall(r'<svg [^>]*width="(\d+)"', html)
    assert len(widths) == 2
    assert len(set(widths)) == 1


def test_a_large_one_is_a_heat_map_of_a_bounded_size():
    small, large = (ag.tensor(np.ones((n, n))) for n in (20, 2000))
    assert "<image " in small._repr_html_()
    assert len(large._repr_html_()) < 10_000
    assert texts(large).startswith("(2000, 2000) float64 ")


def test_one_that_is_too_large_to_be_looked_through_has_its_shape():
    huge = ag.tensor(np.broadcast_to(np.float32(1.0), (2**12, 2**11)))
    assert "<image " not in huge._repr_html_()
    assert "(4096, 2048) float32" in texts(huge)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (np.nan, "nan"),
        ([1.0, np.inf], "1 not finite"),
        (np.zeros((0, 3)), "(0, 3) float64, empty"),
        ([True, False], "True"),
        (3, "3"),
        (np.full((20, 20), -np.inf), "400 not finite"),
    ],
)
def test_every_value_is_shown(value, shown):
    assert shown in texts(ag.tensor(value))


def test_it_says_what_made_it():
    x = ag.tensor(np.ones((2, 3)), requires_grad=True, name="x")
    with ag.scope("layer"):
        y = ag.sum(ag.exp(x), axis=1)
    assert "= sum(exp (2, 3), axis=1)" in texts(y)
    assert "in layer" in texts(y)
    assert "= multiply(x (2, 3), 2.0000)" in texts(x * 2.0)
    assert "= add(x (2, 3), constant (3,))" in texts(x + np.ones(3))
    assert "and 4 more, axis=0" in texts(ag.concatenate([x] * 10))


def test_names_are_escaped():
    x = ag.tensor([1.0], requires_grad=True, name=HOSTILE)
    with ag.scope(HOSTILE):
        y = x * 2.0
    for t in (x, y):
        html = t._repr_html_()
        assert "<script" not in html
        assert "\x1b" not in html
        assert "alert(1)" in texts(t)


def test_a_long_name_is_cut():
    assert len(ag.tensor([1.0], name="n" * 10_000)._repr_html_()) < 3_000


def test_the_text_has_the_colour_of_the_page():
    html = ag.tensor([1.0])._repr_html_()
    assert set(re.findall(r'fill="([^"]+)"', html)) == {"currentColor"}


def test_pictures_are_loaded_when_one_is_shown():
    code = "import sys, autograd; print('autograd.viz.formats.tensor_card' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# Modules.


def test_a_module_is_a_table_of_its_parts_with_shapes_and_counts():
    net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3))
    net[0].requires_grad_(False)
    root = ElementTree.fromstring(net._repr_html_().replace("&emsp;", " "))
    rows = [["".join(cell.itertext()).strip().replace("\xa0", " ") for cell in row] for row in root]
    linear = "Linear(in_features={}, out_features={}, bias=True)"
    assert rows == [
        ["Layer", "Kind", "Shapes", "Parameters"],
        ["Sequential", "", "3 parts", ""],
        ["0", linear.format(4, 8), "weight (8, 4), bias (8,)", "40"],
        ["1", "ReLU", "", ""],
        ["2", linear.format(8, 3), "weight (3, 8), bias (3,)", "27"],
        ["total", "", "40 frozen", "67"],
    ]


def test_a_long_text_of_a_layer_is_not_cut():
    layer = nn.ConvTranspose2d(16, 33, (3, 5), stride=(2, 1), padding=(4, 2), dilation=(3, 1))
    html = nn.Sequential(layer)._repr_html_().replace("&#160;", " ")
    assert layer.extra_repr() in html


def test_a_shared_parameter_counts_once_in_the_total():
    layer = nn.Linear(2, 2)
    assert nn.Sequential(layer, layer)._repr_html_().count(">6<") == 2  # the layer and the total


def test_names_of_modules_are_escaped_and_many_are_cut():
    class Odd(nn.Module):
        def extra_repr(self):
            return HOSTILE

    html = nn.Sequential({HOSTILE.replace(".", ""): Odd()})._repr_html_()
    assert "<script" not in html
    assert "\x1b" not in html
    many = nn.ModuleList(nn.ReLU() for _ in range(300))
    assert "and 101 more" in many._repr_html_()
