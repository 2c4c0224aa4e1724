"""The networks of the lectures, drawn layer by layer for the documentation.

``python -m tests.architectures`` draws them into docs/gallery.  They have the depth of the lectures
and are narrow, so that all are drawn in some seconds.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

import autograd as ag
import nn
from tests.gallery import FOLDER

Network = Callable[[ag.Tensor], ag.Tensor]
NARROW = {"width": 0.1, "classes": 10, "rng": 0, "dtype": "float64"}
ARCHITECTURES: dict[str, Callable[[], tuple[Network, np.ndarray]]] = {}


def architecture(make):
    ARCHITECTURES[make.__name__] = make
    return make


def noise(*shape):
    """Return an input; in float64, so that other machines write the same digits."""
    return np.random.default_rng(0).normal(size=shape)


def classified(network, *shape):
    """Return the cross-entropy of a network, each example having a class of its own, and inputs."""
    targets = np.arange(shape[0])
    return lambda x: nn.cross_entropy(network(x), targets), noise(*shape)


@architecture
def lenet5():
    return classified(nn.models.LeNet5(rng=0), 8, 1, 28, 28)


@architecture
def alexnet():
    return classified(nn.models.AlexNet(**NARROW), 4, 3, 64, 64)


@architecture
def vgg16():
    return classified(nn.models.VGG(16, **NARROW), 4, 3, 32, 32)


@architecture
def googlenet():
    return classified(nn.models.GoogLeNet(auxiliary=False, **NARROW), 4, 3, 64, 64)


@architecture
def resnet18():
    return classified(nn.models.ResNet(18, **NARROW), 4, 3, 64, 64)


@architecture
def resnet50():
    return classified(nn.models.ResNet(50, **NARROW), 4, 3, 64, 64)


@architecture
def resnet152():
    return classified(nn.models.ResNet(152, **{**NARROW, "width": 0.05}), 4, 3, 64, 64)


@architecture
def segnet():
    network = nn.models.SegNet(width=0.1, rng=0, dtype="float64")
    stripes = np.broadcast_to(np.arange(32) % 11, (2, 32, 32))
    return lambda x: nn.cross_entropy(network(x), stripes), noise(2, 3, 32, 32)


@architecture
def flownet():
    network = nn.models.FlowNetSimple(width=0.1, rng=0, dtype="float64")
    return lambda x: ag.mean(network(x)[0] ** 2), noise(1, 6, 64, 64)


@architecture
def transformer():
    layer = nn.TransformerEncoderLayer(16, 4, 32, dropout=0.0, rng=0)
    return lambda x: ag.mean(ag.square(layer(x) - 1.0)), noise(2, 5, 16)


@architecture
def lstm3():
    layer = nn.LSTM(4, 8, rng=0)
    return lambda x: ag.mean(ag.square(layer(x)[0])), noise(3, 2, 4)


@architecture
def vanishing():
    layers = (nn.Sequential(nn.Linear(8, 8, rng=k), nn.Sigmoid()) for k in range(10))
    network = nn.Sequential(*layers)
    return lambda x: ag.mean(ag.square(network(x))), noise(4, 8)


@cache
def drawn(name):
    """Return the drawing of a network's loss."""
    loss, x = ARCHITECTURES[name]()
    return ag.draw(loss, x, view="architecture")


def main() -> None:
    for name in ARCHITECTURES:
        drawn(name).save(FOLDER / f"{name}.svg")


if __name__ == "__main__":
    main()
