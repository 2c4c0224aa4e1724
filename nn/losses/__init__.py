"""The losses, each a function of the engine's functions and a module that calls it.

They take the arguments, and their order, that PyTorch's functions and modules of the same names
take.  Their derivatives are those of the engine's functions.
"""

from nn.losses._binary_cross_entropy import (
    BCELoss,
    BCEWithLogitsLoss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
)
from nn.losses._cross_entropy import CrossEntropyLoss, NLLLoss, cross_entropy, nll_loss
from nn.losses._end_point_error import EndPointError, end_point_error
from nn.losses.absolute_error import L1Loss, SmoothL1Loss, l1_loss, smooth_l1_loss
from nn.losses.penalties import l1_penalty, l2_penalty
from nn.losses.squared_error import (
    HalfSumOfSquares,
    MSELoss,
    QuadraticLoss,
    half_sum_of_squares,
    mse_loss,
    quadratic_loss,
)

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "EndPointError",
    "HalfSumOfSquares",
    "L1Loss",
    "MSELoss",
    "NLLLoss",
    "QuadraticLoss",
    "SmoothL1Loss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "end_point_error",
    "half_sum_of_squares",
    "l1_loss",
    "l1_penalty",
    "l2_penalty",
    "mse_loss",
    "nll_loss",
    "quadratic_loss",
    "smooth_l1_loss",
]
