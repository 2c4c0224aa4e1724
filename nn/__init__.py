"""Networks built from nothing but the engine's public functions."""

from nn import init, optim, utils
from nn.containers import ModuleList, Sequential
from nn.layers.activation import ReLU, Tanh
from nn.layers.linear import Linear
from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "Linear",
    "Module",
    "ModuleList",
    "Parameter",
    "ReLU",
    "Sequential",
    "Tanh",
    "init",
    "optim",
    "utils",
]
