"""Networks built from nothing but the engine's public functions."""

import importlib
from typing import TYPE_CHECKING

from nn import init, optim, utils
from nn import inspection as inspection  # binds Module.summary
from nn.containers import ModuleList, Sequential
from nn.errors import DataError, NonFiniteError, StateError
from nn.layers import (
    ELU,
    GELU,
    AdaptiveAvgPool2d,
    AvgPool1d,
    AvgPool2d,
    AvgPool3d,
    BatchNorm1d,
    BatchNorm2d,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    Dropout,
    Embedding,
    Flatten,
    GaussianBasis,
    Heaviside,
    Identity,
    LayerNorm,
    LeakyReLU,
    Linear,
    LocallyConnected2d,
    LocalResponseNorm,
    LogSoftmax,
    MaxPool1d,
    MaxPool2d,
    MaxPool3d,
    MaxUnpool2d,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    SumPool2d,
    Tanh,
    Upsample,
)
from nn.losses import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    EndPointError,
    HalfSumOfSquares,
    L1Loss,
    MSELoss,
    NLLLoss,
    QuadraticLoss,
    SmoothL1Loss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    end_point_error,
    half_sum_of_squares,
    l1_loss,
    l1_penalty,
    l2_penalty,
    mse_loss,
    nll_loss,
    quadratic_loss,
    smooth_l1_loss,
)
from nn.module import Module
from nn.parameter import Parameter

if TYPE_CHECKING:
    from nn import data, metrics, models, plots
    from nn.serialization import load, save
    from nn.training import (
        History,
        evaluate,
        fit,
        perceptron_rule,
        predict,
        random_local_search,
        random_search,
    )

# Names that are imported when they are first used: a network computes without them.
_LAZY = {
    "History": "nn.training",
    "data": "nn.data",
    "evaluate": "nn.training",
    "fit": "nn.training",
    "load": "nn.serialization",
    "metrics": "nn.metrics",
    "models": "nn.models",
    "perceptron_rule": "nn.training",
    "plots": "nn.plots",
    "predict": "nn.training",
    "random_local_search": "nn.training",
    "random_search": "nn.training",
    "save": "nn.serialization",
    "serialization": "nn.serialization",
    "training": "nn.training",
}


def __getattr__(name: str) -> object:
    """Import what is used for the first time."""
    if name not in _LAZY:
        raise AttributeError(f"module 'nn' has no attribute {name!r}")
    module = importlib.import_module(_LAZY[name])
    value = module if _LAZY[name] == f"nn.{name}" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})


__all__ = [
    "ELU",
    "GELU",
    "AdaptiveAvgPool2d",
    "AvgPool1d",
    "AvgPool2d",
    "AvgPool3d",
    "BCELoss",
    "BCEWithLogitsLoss",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "CrossEntropyLoss",
    "DataError",
    "Dropout",
    "Embedding",
    "EndPointError",
    "Flatten",
    "GaussianBasis",
    "HalfSumOfSquares",
    "Heaviside",
    "History",
    "Identity",
    "L1Loss",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "LocalResponseNorm",
    "LocallyConnected2d",
    "LogSoftmax",
    "MSELoss",
    "MaxPool1d",
    "MaxPool2d",
    "MaxPool3d",
    "MaxUnpool2d",
    "Module",
    "ModuleList",
    "NLLLoss",
    "NonFiniteError",
    "Parameter",
    "QuadraticLoss",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "SmoothL1Loss",
    "Softmax",
    "Softplus",
    "StateError",
    "SumPool2d",
    "Tanh",
    "Upsample",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "data",
    "end_point_error",
    "evaluate",
    "fit",
    "half_sum_of_squares",
    "init",
    "l1_loss",
    "l1_penalty",
    "l2_penalty",
    "load",
    "metrics",
    "models",
    "mse_loss",
    "nll_loss",
    "optim",
    "perceptron_rule",
    "plots",
    "predict",
    "quadratic_loss",
    "random_local_search",
    "random_search",
    "save",
    "smooth_l1_loss",
    "utils",
]
