"""Networks with their traces and architectures, for pages that show them."""

import functools

import numpy as np

import autograd as ag
import nn
import nn.models
from autograd.viz.model.architecture_builder import architecture
from autograd.viz.player.html_page import page
from nn.layers.attention.transformer import TransformerEncoderLayer


def image(*shape):
    rng = np.random.default_rng(0)
    return ag.tensor(rng.normal(size=shape).astype("float32"), requires_grad=True, name="x")


def classified(model, x):
    y = model(x)
    y = y[0] if isinstance(y, tuple) else y  # GoogLeNet has further outputs
    return nn.cross_entropy(y, np.arange(len(y.data)) % y.shape[1])


def lenet():
    return classified(nn.models.LeNet5(rng=0), image(2, 1, 28, 28))


def resnet():
    return classified(nn.models.ResNet(18, classes=10, rng=0), image(2, 3, 32, 32))


def googlenet():
    return classified(nn.models.GoogLeNet(classes=10, rng=0), image(2, 3, 64, 64))


def lstm():
    outputs, _ = nn.LSTM(4, 8, rng=0)(image(3, 2, 4))
    return ag.sum(outputs * outputs)


def transformer():
    y = TransformerEncoderLayer(16, 4, 32, dropout=0.0, rng=0)(image(2, 5, 16))
    return ag.sum(y * y)


def stacked():
    layers = [nn.Linear(8, 8, rng=k) for k in range(5)]
    return ag.sum(nn.Sequential(*layers)(image(4, 8)) ** 2)


def vanishing():
    """Return a loss of zero, frozen and tiny weights, whose gradients are tiny, too."""
    network = nn.Sequential(*(nn.Linear(3, 3, rng=k) for k in range(3)))
    network[0].weight.data = np.zeros((3, 3))
    network[0].bias.data = np.zeros(3)
    network[1].bias.requires_grad = False
    network[2].weight.data = network[2].weight.data * 1e-170
    return ag.sum(network(image(2, 3)))


def scoped():
    """Return a value made in scopes of a user, which have names and no kinds."""
    y = image(2, 3)
    for name in ("conv1", "norm1", "stem"):
        with ag.scope(name):
            y = ag.exp(y) * 0.5
    return ag.sum(y)


NETWORKS = {
    "LeNet-5": lenet,
    "ResNet-18": resnet,
    "GoogLeNet": googlenet,
    "LSTM": lstm,
    "transformer": transformer,
}


@functools.cache
def traced(network):
    """Return the trace of a network's loss, and its architecture."""
    trace = ag.trace(network())
    return trace, architecture(trace.graph)


@functools.cache
def architecture_page(network, *, alone=True, theme="lecture"):
    """Return a page that begins with the architecture of a network, at the last event."""
    trace, found = traced(network)
    root = next(box.path for box in found.boxes if box.children)
    drawing = ag.draw(trace, view="architecture", theme=theme, open=[root])
    return drawing.html if alone else page(drawing.player().payload)
