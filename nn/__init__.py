"""Networks built from nothing but the engine's public functions."""

from nn import init
from nn.containers import ModuleList, Sequential
from nn.layers.activation import ReLU, Tanh
from nn.layers.linear import Linear
from nn.losses.absolute import L1Loss, SmoothL1Loss, l1_loss, smooth_l1_loss
from nn.losses.binary import (
    BCELoss,
    BCEWithLogitsLoss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
)
from nn.losses.classes import CrossEntropyLoss, NLLLoss, cross_entropy, nll_loss
from nn.losses.flow import EndPointError, end_point_error
from nn.losses.penalties import l1_penalty, l2_penalty
from nn.losses.squares import (
    HalfSumOfSquares,
    MSELoss,
    QuadraticLoss,
    half_sum_of_squares,
    mse_loss,
    quadratic_loss,
)
from nn.module import Module
from nn.parameter import Parameter

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "EndPointError",
    "HalfSumOfSquares",
    "L1Loss",
    "Linear",
    "MSELoss",
    "Module",
    "ModuleList",
    "NLLLoss",
    "Parameter",
    "QuadraticLoss",
    "ReLU",
    "Sequential",
    "SmoothL1Loss",
    "Tanh",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "end_point_error",
    "half_sum_of_squares",
    "init",
    "l1_loss",
    "l1_penalty",
    "l2_penalty",
    "mse_loss",
    "nll_loss",
    "quadratic_loss",
    "smooth_l1_loss",
]
