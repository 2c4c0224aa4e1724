"""Projections: the backward pass with the gate of the ReLU moved, as a deconvnet computes them."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.inspection import backproject, with_relu_rule
from tests.refusals import assert_refused

RNG = np.random.default_rng(0)
RULES = ("gradient", "guided", "deconvnet")


# A deconvnet by hand, for one image (C, H, W): small integers, so all of it is exact.


def correlate(x, kernels, stride):
    size = kernels.shape[-1]
    rows, columns = ((n - size) // stride + 1 for n in x.shape[1:])
    out = np.zeros((len(kernels), rows, columns))
    for i, j in np.ndindex(rows, columns):
        window = x[:, i * stride : i * stride + size, j * stride : j * stride + size]
        out[:, i, j] = (kernels * window).sum(axis=(1, 2, 3))
    return out


def filter_transposed(signal, kernels, stride, shape):
    """Put each kernel, times the signal, to where its window was."""
    size, out = kernels.shape[-1], np.zeros(shape)
    for k, i, j in np.ndindex(signal.shape):
        rows, columns = slice(i * stride, i * stride + size), slice(j * stride, j * stride + size)
        out[:, rows, columns] += signal[k, i, j] * kernels[k]
    return out


def pooled(x, size):
    """Return the maxima of windows side by side, and the switches: where each of them stood."""
    channels, rows, columns = x.shape[0], x.shape[1] // size, x.shape[2] // size
    out, switches = np.zeros((channels, rows, columns)), {}
    for c, i, j in np.ndindex(out.shape):
        window = x[c, i * size : (i + 1) * size, j * size : (j + 1) * size]
        a, b = np.unravel_index(window.argmax(), window.shape)
        out[c, i, j], switches[c, i, j] = window[a, b], (c, i * size + a, j * size + b)
    return out, switches


def unpooled(signal, switches, shape):
    out = np.zeros(shape)
    for place, switch in switches.items():
        out[switch] = signal[place]
    return out


def rectified(signal, into, rule):
    """Let the signal through a ReLU backwards, whose input was ``into``."""
    gates = {"gradient": into > 0, "deconvnet": signal > 0, "guided": (into > 0) & (signal > 0)}
    return signal * gates[rule]


def by_hand(image, first, second, stride, channel, rule):
    """Convolution, ReLU, maximum, twice; back from the largest activation of a channel."""
    a = correlate(image, first, stride)
    b, switches = pooled(np.maximum(a, 0), 2)
    c = correlate(b, second, 1)
    d, more_switches = pooled(np.maximum(c, 0), 2)
    place = np.unravel_index(d[channel].argmax(), d[channel].shape)
    signal = np.zeros(d.shape)
    signal[channel][place] = 1.0
    signal = rectified(unpooled(signal, more_switches, c.shape), c, rule)
    signal = unpooled(filter_transposed(signal, second, 1, b.shape), switches, a.shape)
    return filter_transposed(rectified(signal, a, rule), first, stride, image.shape)


class Functional(nn.Module):
    """The same network, that calls `ag.relu` and uses one pooling twice."""

    def __init__(self, first, second, stride):
        self.conv1 = nn.Conv2d(2, 3, 3, stride=stride, bias=False)
        self.conv2 = nn.Conv2d(3, 4, 2, bias=False)
        self.pool = nn.MaxPool2d(2)
        self.conv1.weight.data, self.conv2.weight.data = first, second

    def forward(self, x):
        return self.pool(ag.relu(self.conv2(self.pool(ag.relu(self.conv1(x))))))


def layered(first, second, stride):
    conv1, conv2 = nn.Conv2d(2, 3, 3, stride=stride, bias=False), nn.Conv2d(3, 4, 2, bias=False)
    conv1.weight.data, conv2.weight.data = first, second
    return nn.Sequential(conv1, nn.ReLU(), nn.MaxPool2d(2), conv2, nn.ReLU(), nn.MaxPool2d(2))


@pytest.mark.parametrize("make", [Functional, layered])
@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("rule", RULES)
def test_a_projection_is_that_of_a_deconvnet_by_hand(make, stride, rule):
    rng = np.random.default_rng(stride)
    first = rng.integers(-3, 4, (3, 2, 3, 3)).astype(float)
    second = rng.integers(-3, 4, (4, 3, 2, 2)).astype(float)
    image = rng.integers(0, 4, (2, 8 * stride + 2, 8 * stride + 2)).astype(float)  # so ties occur
    projections = [
        (
            backproject(make(first, second, stride), image, channel=channel, rule=rule),
            by_hand(image, first, second, stride, channel, rule),
        )
        for channel in range(4)
    ]
    assert sum(np.any(wanted != 0) for _, wanted in projections) >= 3
    for found, wanted in projections:
        np.testing.assert_array_equal(found, wanted)


def test_the_rules_differ_where_signal_or_input_is_negative():
    x = ag.tensor([-1.0, -1.0, 2.0, 2.0, 0.0], requires_grad=True)
    y = ag.sum(ag.relu(x) * np.array([3.0, -3.0, 3.0, -3.0, 3.0]))
    found = {rule: ag.gradients(with_relu_rule(y, x, rule), x).tolist() for rule in RULES}
    assert found == {
        "gradient": [0.0, 0.0, 3.0, -3.0, 0.0],
        "deconvnet": [3.0, 0.0, 3.0, 0.0, 3.0],
        "guided": [0.0, 0.0, 3.0, 0.0, 0.0],
    }


def test_a_new_rule_keeps_the_value_and_the_older_graph():
    x = ag.tensor(RNG.normal(size=5), requires_grad=True)
    y = ag.sum(ag.relu(x) ** 2)
    gradient = ag.gradients(y, x)
    assert with_relu_rule(y, x, "deconvnet").item() == y.item()
    np.testing.assert_array_equal(ag.gradients(y, x), gradient)


def test_a_maximum_of_two_tensors_is_not_a_relu():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    y = -ag.sum(ag.maximum(x, x * 0.5))
    np.testing.assert_array_equal(ag.gradients(with_relu_rule(y, x, "deconvnet"), x), [-1.0, -1.0])


@pytest.fixture(scope="module")
def digits():
    return nn.models.digits_cnn(), nn.data.digits().inputs[:60]


def gradient(net, image):
    return backproject(net, image, "conv2", rule="gradient")


def cosine(a, b):
    return np.sum(a * b) / np.sqrt(np.sum(a * a) * np.sum(b * b))


def test_the_projection_resembles_the_gradient_on_digits(digits):
    net, images = digits
    for rule in ("deconvnet", "guided"):
        pairs = [(backproject(net, x, "conv2", rule=rule), gradient(net, x)) for x in images]
        assert 0.7 < np.mean([cosine(*pair) for pair in pairs]) < 0.95


def test_behind_no_relu_all_rules_are_the_gradient(digits):
    net, images = digits
    found = [backproject(net, images[3], "conv1", rule=rule) for rule in RULES]
    assert np.any(found[0] != 0)
    np.testing.assert_array_equal(found[0], found[1])
    np.testing.assert_array_equal(found[0], found[2])


def test_the_gradient_is_that_of_the_engine(digits):
    net, images = digits
    x = ag.tensor(images[:1].astype("float32"), requires_grad=True)
    wanted = ag.gradients(net(x)[0, 3], x)[0]
    np.testing.assert_array_equal(backproject(net, images[0], channel=3, rule="gradient"), wanted)


def test_the_strongest_activation_is_taken_where_nothing_is_chosen(digits):
    net, images = digits
    with net.conv2.register_forward_hook(lambda _, x, y: seen.append(y.numpy()[0])):
        seen = []
        net(images[:1])
    channel, *position = np.unravel_index(seen[0].argmax(), seen[0].shape)
    chosen = backproject(net, images[0], "conv2", channel, tuple(position))
    np.testing.assert_array_equal(backproject(net, images[0], "conv2"), chosen)
    np.testing.assert_array_equal(backproject(net, images[0], net.conv2, channel), chosen)


def test_float32_stays_float32(digits):
    net, images = digits
    assert backproject(net, images[0].astype("float32"), "conv2").dtype == "float32"


def residual():
    class Block(nn.Module):
        def __init__(self):
            self.conv = nn.Conv2d(1, 1, 1, bias=False)
            self.conv.weight.data = np.array([[[[-2.0]]]])

        def forward(self, x):
            return ag.relu(x + self.conv(ag.relu(x)))

    return Block()


@pytest.mark.parametrize("x", [3.0, -3.0])
def test_two_ways_to_a_pixel_add_up(x):
    # relu(x - 2 relu(x)) is 0 at both: the gates of the derivative are shut, and a moved one cuts
    # the signal -2 of the inner way off.
    found = {rule: backproject(residual(), [[[x]]], rule=rule).item() for rule in RULES}
    assert found == {"gradient": 0.0, "guided": 0.0, "deconvnet": 1.0}


# What is refused.


def test_what_is_not_there_is_refused(digits):
    net, images = digits
    image = images[0]
    refused = [
        (lambda: backproject(net, image, "conv3"), "module='conv3' is not a part", "conv1, conv2"),
        (lambda: backproject(net, image, nn.ReLU()), "is not a part of the model"),
        (lambda: backproject(net, image, "conv2", 32), "channel=32 is too large", "0 to 31"),
        (lambda: backproject(net, image, "conv2", -1), "channel=-1 must be an integer"),
        (lambda: backproject(net, image, "conv2", 0, (9, 0)), "position=9 is too large"),
        (lambda: backproject(net, image, "conv2", 0, (1,)), "must be a tuple of 2"),
        (lambda: backproject(net, image, rule="zeiler"), "one of gradient, deconvnet, guided"),
        (lambda: backproject(3, image), "takes a model or a function first, not int"),
        (lambda: backproject(lambda x: x, image, "a"), "none; leave module out"),
        (lambda: backproject(lambda x: x - np.inf, image), "hold"),
    ]
    for call, *texts in refused:
        assert_refused(call, ag.OptionError, *texts)


def test_outputs_without_channels_or_gradient_are_refused(digits):
    net, images = digits
    with ag.no_grad():
        assert_refused(lambda: backproject(net, images[0]), ag.GradientError, "no_grad()")
    assert_refused(
        lambda: backproject(lambda x: x[0, 0, 0, 0], images[0]), ag.ShapeError, "(N, channels, ...)"
    )
    assert_refused(
        lambda: backproject(lambda x: (x, x), images[0]), ag.ShapeError, "returned tuple"
    )
    x = ag.tensor(1.0, requires_grad=True)
    for y, of in ((x * 2, ag.tensor(1.0, requires_grad=True)), (2.0, x), (x * 2, 1.0)):
        assert_refused(
            lambda y=y, of=of: with_relu_rule(y, of, "guided"),
            ag.GradientError,
            "was not computed from x",
        )


def test_a_module_that_does_not_run_is_refused(digits):
    net = Functional(RNG.normal(size=(3, 2, 3, 3)), RNG.normal(size=(4, 3, 2, 2)), 1)
    net.unused = nn.Linear(2, 2)
    assert_refused(
        lambda: backproject(net, np.ones((2, 10, 10)), "unused"), ag.OptionError, "did not run"
    )


def test_a_checkpoint_is_refused():
    inner = nn.Conv2d(1, 2, 3, rng=0)
    assert_refused(
        lambda: backproject(lambda x: ag.relu(ag.checkpoint(inner)(x)), np.ones((1, 4, 4))),
        ag.UnsupportedError,
        "cannot be computed again",
    )


def test_the_model_stays_as_it_was():
    net = nn.Sequential(
        nn.Conv2d(1, 4, 3, rng=0), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout(0.5, rng=0)
    )
    net(RNG.normal(size=(2, 1, 6, 6))).sum().backward()

    def state():
        return (
            {name: value.tobytes() for name, value in net.state_dict().items()},
            [p.grad.tobytes() for p in net.parameters()],
            [part.training for part in net.modules()],
            [part._hooks for part in net.modules()],
            net[3].rng.bit_generator.state,
        )

    before = state()
    backproject(net, RNG.normal(size=(1, 6, 6)), "2")
    assert state() == before
    with pytest.raises(ag.ShapeError):
        backproject(net, RNG.normal(size=(2, 6, 6)), "2")
    assert state() == before
