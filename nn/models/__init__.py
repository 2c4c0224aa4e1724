"""Networks of the lectures, ready to be trained."""

from typing import NoReturn

from autograd.core.other_names import missing
from nn.models.alexnet import AlexNet, AlexNet2012
from nn.models.flownet import FlowNetSimple
from nn.models.fully_convolutional import FullyConvolutional
from nn.models.googlenet import GoogLeNet
from nn.models.lenet import ConvNet, LeNet5
from nn.models.mlp import MLP
from nn.models.playground import Playground
from nn.models.resnet import ResNet
from nn.models.segnet import SegNet
from nn.models.staircase import bumps
from nn.models.trained import digits_cnn
from nn.models.vgg import VGG
from nn.models.zfnet import ZFNet


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from nn.other_names.parts import WITHIN

    raise missing("module 'nn.models'", name, WITHIN, __all__)


__all__ = [
    "MLP",
    "VGG",
    "AlexNet",
    "AlexNet2012",
    "ConvNet",
    "FlowNetSimple",
    "FullyConvolutional",
    "GoogLeNet",
    "LeNet5",
    "Playground",
    "ResNet",
    "SegNet",
    "ZFNet",
    "bumps",
    "digits_cnn",
]
