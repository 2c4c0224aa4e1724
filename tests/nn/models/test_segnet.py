"""SegNet: its size, its switches, and its numbers beside those of PyTorch."""

from itertools import pairwise

import numpy as np
import pytest

import autograd as ag
import nn
from nn.models import SegNet
from tests.nn.parity import segnet, stored
from tests.refusals import assert_refused

SMALL = ((16, 2), (32, 2), (64, 2))


def count(net):
    return sum(parameter.size for parameter in net.parameters())


def tiny(**options):
    return SegNet(classes=3, in_channels=1, stages=((2, 1), (3, 1)), rng=0, **options)


def loss_of(net, shape, classes):
    rng = np.random.default_rng(0)
    targets = rng.integers(classes, size=(shape[0], *shape[2:]))
    return nn.cross_entropy(net(rng.random(shape, np.float32)), targets)


# Sizes


def test_the_network_of_the_paper_has_29_million_parameters():
    net = SegNet(classes=11)
    assert count(net) == 29_449_355
    assert {parameter.dtype for parameter in net.parameters()} == {np.dtype("float32")}
    assert sum(isinstance(part, nn.Conv2d) for part in net.modules()) == 26


def test_three_stages_for_32_x_32_have_145739():
    assert count(SegNet(in_channels=1, stages=SMALL)) == 145_739


def test_half_the_width_has_half_the_channels():
    whole, half = (
        SegNet(in_channels=1, stages=SMALL),
        SegNet(in_channels=1, stages=SMALL, width=0.5),
    )
    shapes = {name: p.shape for name, p in half.named_parameters()}
    for name, p in whole.named_parameters():
        inner = [n if n in (1, 3, 11) else n // 2 for n in p.shape]
        assert shapes[name] == tuple(inner), name


@pytest.mark.slow  # takes 3 GB
def test_an_image_of_360_x_480_runs_forward_and_back():
    net = SegNet(classes=11, rng=0)
    assert net.summary((1, 3, 360, 480)).multiply_adds == 106_712_432_640
    loss = loss_of(net, (1, 3, 360, 480), 11)
    assert loss.dtype == np.float32
    loss.backward()
    assert [n for n, p in net.named_parameters() if p.grad is None or not p.grad.any()] == []
    assert {p.grad.dtype for p in net.parameters()} == {np.dtype("float32")}


def test_a_16th_of_the_width_has_the_multiply_adds_of_its_convolutions():
    # 45 rows become 23, as the last window stands out over the edge.
    sizes = (360 * 480, 180 * 240, 90 * 120, 45 * 60, 23 * 30)
    inwards = [(3, 4, 4), (4, 8, 8), (8, 16, 16, 16), (16, 32, 32, 32), (32, 32, 32, 32)]
    outwards = [(4, 4, 11), *(path[::-1] for path in inwards[1:])]
    work = 0
    for size, *paths in zip(sizes, inwards, outwards, strict=True):
        pairs = [pair for path in paths for pair in pairwise(path)]
        work += sum(9 * before * behind * size for before, behind in pairs)
    assert SegNet(width=1 / 16).summary((1, 3, 360, 480)).multiply_adds == work


@pytest.mark.parametrize("size", [(1, 7), (5, 1), (31, 33), (32, 32), (45, 60)])
def test_the_logits_are_as_large_as_the_image(size):
    net = SegNet(classes=4, width=1 / 32, rng=0).eval()
    assert net(np.zeros((2, 3, *size), np.float32)).shape == (2, 4, *size)


# Switches


def test_each_number_is_put_back_to_where_it_was_the_largest():
    net = tiny()
    seen = []
    for part in (net.pool, net.unpool):
        part.register_forward_hook(lambda part, given, result: seen.append((given, result)))
    net(np.random.default_rng(0).random((2, 1, 5, 6), np.float32))
    (outer_in, _), _, _, ((inner, switches, *_), outer_out) = seen
    before, behind = outer_in[0].numpy(), outer_out.numpy()
    assert before.shape == behind.shape == (2, 2, 5, 6)
    rows = behind.reshape(4, 30)
    at = switches.reshape(4, 9)
    for row, numbers, places, image in zip(
        rows, inner.numpy().reshape(4, 9), at, before.reshape(4, 30), strict=True
    ):
        np.testing.assert_array_equal(row[places], numbers)
        windows = image.reshape(5, 6)
        tops = [windows[i : i + 2, j : j + 2].max() for i in (0, 2, 4) for j in (0, 2, 4)]
        np.testing.assert_array_equal(image[places], tops)


# Beside PyTorch


@pytest.mark.parametrize("case", segnet.CASES, ids=[case.id for case in segnet.CASES])
def test_in_float32_the_numbers_are_those_of_pytorch_to_four_digits(case):
    given, theirs = stored("segnet")[case.id]
    ours = segnet.by_nn(case, given, np.float32)
    layers = {}  # of a bias before a normalisation the gradient is 0 but for rounding
    for key, value in theirs.items():
        layer = key.rpartition(".")[0]
        layers[layer] = max(layers.get(layer, 0.0), np.abs(value).max())
    for key, value in theirs.items():
        assert ours[key].dtype == ("int64" if key.endswith("tracked") else "float32")
        np.testing.assert_allclose(
            ours[key], value, rtol=1e-4, atol=1e-4 * layers[key.rpartition(".")[0]], err_msg=key
        )


# Learning, drawing, stepping


def test_a_compiled_step_gives_the_same_loss():
    data = (np.random.default_rng(0).random((4, 1, 9, 6), np.float32), np.zeros((4, 9, 6), int))
    losses = []
    for compiled in (False, True):
        net = tiny()
        adam = nn.optim.Adam(net.parameters(), lr=0.01)
        history = nn.fit(
            net,
            nn.cross_entropy,
            data,
            optimizer=adam,
            epochs=3,
            batch_size=2,
            rng=0,
            compile=compiled,
        )
        losses.append(history["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-5)
    assert losses[0][-1] < losses[0][0]


def test_it_is_drawn_folded_by_its_stages():
    drawing = ag.draw(loss_of(tiny(), (1, 1, 5, 6), 3), depth=1)
    folded = [box.label for box in drawing.scene.boxes if box.kind == "fold"]
    assert [name for name in folded if "coder" in name] == [
        *("Encoder 0", "Encoder 1", "Decoder 0", "Decoder 1")
    ]
    assert "max_unpool" in drawing.svg
    assert "indices" in drawing.svg


def test_the_backward_pass_steps_through_poolings_and_unpoolings():
    trace = ag.trace(loss_of(tiny(), (1, 1, 5, 6), 3))
    nodes = list(trace.graph)
    stepped = [nodes[e.node].primitive.name for e in trace.events if e.kind == "vjp"]
    assert [name for name in stepped if "pool" in name] == [
        *("max_unpool", "max_unpool", "max_pool", "max_pool")
    ]


# Refusals


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"classes": 0}, "classes=0"),
        ({"in_channels": 1.5}, "in_channels=1.5"),
        ({"width": 0}, "width=0"),
        ({"stages": ()}, "stages=() must be pairs"),
        ({"stages": (16, 32)}, "stages=(16, 32) must be pairs"),
        ({"stages": ((16, 0),)}, "convolutions=0"),
        ({"stages": "VGG16"}, "must be pairs"),
        ({"dtype": "int64"}, "int64"),
    ],
)
def test_options_that_make_no_network_are_refused(options, text):
    assert_refused(lambda: SegNet(**options), ag.GlassgradError, text)


def test_an_image_of_other_channels_is_refused():
    assert_refused(lambda: tiny()(np.zeros((1, 3, 8, 8))), ag.ShapeError, "encoder.0.0")
