"""Networks of the lectures, ready to be trained."""

from nn.models.lenet import ConvNet, LeNet5
from nn.models.mlp import MLP

__all__ = ["MLP", "ConvNet", "LeNet5"]
