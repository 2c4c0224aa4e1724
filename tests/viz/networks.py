"""Networks of the architecture view's tests, small enough to be quick, and their losses."""

from functools import cache

import numpy as np

import autograd as ag
import nn


def images(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def lstm():
    return nn.LSTM(4, 5, rng=0, dtype="float32"), images(3, 2, 4)


def encoder():
    return nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, rng=0, dtype="float32"), images(
        2, 4, 8
    )


def inception():
    network = nn.models.GoogLeNet(width=0.25, rng=0)
    return network.inception3a, images(2, network.inception3a.branch1.conv.weight.shape[1], 8, 8)


NETWORKS = {
    "LeNet-5": lambda: (nn.models.LeNet5(rng=0), images(2, 1, 28, 28)),
    "AlexNet": lambda: (nn.models.AlexNet(width=0.05, classes=10, rng=0), images(2, 3, 64, 64)),
    "VGG-16": lambda: (nn.models.VGG(16, width=0.05, classes=10, rng=0), images(2, 3, 32, 32)),
    "GoogLeNet": lambda: (
        nn.models.GoogLeNet(width=0.1, classes=10, rng=0).eval(),
        images(2, 3, 32, 32),
    ),
    "ResNet-18": lambda: (
        nn.models.ResNet(18, width=0.1, classes=10, rng=0),
        images(2, 3, 32, 32),
    ),
    "ResNet-50": lambda: (
        nn.models.ResNet(50, width=0.05, classes=10, rng=0),
        images(2, 3, 32, 32),
    ),
    "ResNet-152": lambda: (
        nn.models.ResNet(152, width=0.02, classes=10, rng=0),
        images(2, 3, 32, 32),
    ),
    "SegNet": lambda: (nn.models.SegNet(width=0.05, rng=0), images(1, 3, 32, 32)),
    "FlowNetSimple": lambda: (
        nn.models.FlowNetSimple(width=0.05, rng=0),
        images(1, 6, 64, 64),
    ),
    "encoder": encoder,
    "inception": inception,
    "LSTM": lstm,
}


@cache
def drawing_of(name):
    """Return the network of a name, and the drawing of its loss, which tests share."""
    network, x = NETWORKS[name]()
    return network, ag.draw(loss_of(network), x, view="architecture")


def loss_of(network):
    """Return a function from an input to a scalar."""

    def loss(x):
        y = network(x)
        while isinstance(y, (tuple, list)):
            y = y[0]
        return ag.mean(y * y)

    return loss
