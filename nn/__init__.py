"""Networks built from nothing but the engine's public functions."""

import importlib
from typing import TYPE_CHECKING

from autograd.core.other_names import missing
from nn import init, layers, losses, optim, utils
from nn import inspection as inspection  # binds Module.summary
from nn.containers import ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential
from nn.errors import DataError, NonFiniteError, StateError
from nn.layers import *
from nn.losses import *
from nn.module import Module
from nn.parameter import Parameter

if TYPE_CHECKING:
    from nn import data, metrics, models, plots
    from nn import sklearn as sklearn
    from nn.serialization import load, save
    from nn.training import (
        Callback,
        CSVLogger,
        History,
        TensorBoard,
        evaluate,
        find_lr,
        fit,
        perceptron_rule,
        predict,
        random_local_search,
        random_search,
    )

# Names that are imported when they are first used: a network computes without them.
_LAZY = {
    "CSVLogger": "nn.training",
    "Callback": "nn.training",
    "History": "nn.training",
    "TensorBoard": "nn.training",
    "data": "nn.data",
    "evaluate": "nn.training",
    "find_lr": "nn.training",
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
    "sklearn": "nn.sklearn",  # not in __all__: a star import shall not need scikit-learn
    "training": "nn.training",
}


def __getattr__(name: str) -> object:
    """Import what is used for the first time."""
    if name not in _LAZY:
        from nn.other_names.network import NETWORK

        raise missing("module 'nn'", name, NETWORK, __all__)
    module = importlib.import_module(_LAZY[name])
    value = module if _LAZY[name] == f"nn.{name}" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})


__all__ = [
    "CSVLogger",
    "Callback",
    "DataError",
    "History",
    "Module",
    "ModuleDict",
    "ModuleList",
    "NonFiniteError",
    "Parameter",
    "ParameterDict",
    "ParameterList",
    "Sequential",
    "StateError",
    "TensorBoard",
    "data",
    "evaluate",
    "find_lr",
    "fit",
    "init",
    "load",
    "metrics",
    "models",
    "optim",
    "perceptron_rule",
    "plots",
    "predict",
    "random_local_search",
    "random_search",
    "save",
    "utils",
]
__all__ += layers.__all__
__all__ += losses.__all__
# Capitals, then classes, then functions.
__all__.sort(key=lambda name: (not name.isupper(), not name[0].isupper(), name))
