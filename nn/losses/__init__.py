"""The losses, each a function of the engine's functions and a module that calls it.

They take the arguments, and their order, that PyTorch's functions and modules of the same names
take.  Their derivatives are those of the engine's functions.
"""

from typing import NoReturn

from autograd.core.other_names import missing
from nn.losses._binary_cross_entropy import (
    BCELoss,
    BCEWithLogitsLoss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
)
from nn.losses._cross_entropy import CrossEntropyLoss, NLLLoss, cross_entropy, nll_loss
from nn.losses._end_point_error import EndPointError, end_point_error
from nn.losses._multiscale_end_point_error import (
    MultiscaleEndPointError,
    multiscale_end_point_error,
)
from nn.losses.absolute_error import (
    HuberLoss,
    L1Loss,
    SmoothL1Loss,
    huber_loss,
    l1_loss,
    smooth_l1_loss,
)
from nn.losses.divergence import KLDivLoss, kl_div
from nn.losses.likelihood import (
    GaussianNLLLoss,
    PoissonNLLLoss,
    gaussian_nll_loss,
    poisson_nll_loss,
)
from nn.losses.margins import (
    MultiLabelMarginLoss,
    MultiLabelSoftMarginLoss,
    MultiMarginLoss,
    multi_margin_loss,
    multilabel_margin_loss,
    multilabel_soft_margin_loss,
)
from nn.losses.penalties import l1_penalty, l2_penalty
from nn.losses.signs import (
    CosineEmbeddingLoss,
    HingeEmbeddingLoss,
    MarginRankingLoss,
    SoftMarginLoss,
    cosine_embedding_loss,
    hinge_embedding_loss,
    margin_ranking_loss,
    soft_margin_loss,
)
from nn.losses.squared_error import (
    HalfSumOfSquares,
    MSELoss,
    QuadraticLoss,
    half_sum_of_squares,
    mse_loss,
    quadratic_loss,
)
from nn.losses.triplets import TripletMarginLoss, triplet_margin_loss


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from nn.other_names.parts import WITHIN

    raise missing("module 'nn.losses'", name, WITHIN, __all__)


__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "EndPointError",
    "GaussianNLLLoss",
    "HalfSumOfSquares",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiLabelMarginLoss",
    "MultiLabelSoftMarginLoss",
    "MultiMarginLoss",
    "MultiscaleEndPointError",
    "NLLLoss",
    "PoissonNLLLoss",
    "QuadraticLoss",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "TripletMarginLoss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cosine_embedding_loss",
    "cross_entropy",
    "end_point_error",
    "gaussian_nll_loss",
    "half_sum_of_squares",
    "hinge_embedding_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "l1_penalty",
    "l2_penalty",
    "margin_ranking_loss",
    "mse_loss",
    "multi_margin_loss",
    "multilabel_margin_loss",
    "multilabel_soft_margin_loss",
    "multiscale_end_point_error",
    "nll_loss",
    "poisson_nll_loss",
    "quadratic_loss",
    "smooth_l1_loss",
    "soft_margin_loss",
    "triplet_margin_loss",
]
