"""Networks built from nothing but the engine's public functions."""

import importlib
from typing import TYPE_CHECKING

from autograd.core.lazy import loaded
from autograd.core.other_names import missing
from nn import init, optim, utils
from nn import inspection as inspection  # binds Module.summary
from nn.containers import (
    Concat,
    ModuleDict,
    ModuleList,
    ParameterDict,
    ParameterList,
    Sequential,
)
from nn.errors import DataError, NonFiniteError, StateError
from nn.module import Module
from nn.parameter import Parameter

if TYPE_CHECKING:
    from nn import data, layers, losses, metrics, models, plots
    from nn import sklearn as sklearn
    from nn.compiled import compile
    from nn.input_optimization import adversarial, gram_matrix, refine_flow, style_transfer
    from nn.layers import *
    from nn.losses import *
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
    "adversarial": "nn.input_optimization",
    "compile": "nn.compiled",
    "data": "nn.data",
    "evaluate": "nn.training",
    "find_lr": "nn.training",
    "fit": "nn.training",
    "gram_matrix": "nn.input_optimization",
    "layers": "nn.layers",
    "load": "nn.serialization",
    "losses": "nn.losses",
    "metrics": "nn.metrics",
    "models": "nn.models",
    "perceptron_rule": "nn.training",
    "plots": "nn.plots",
    "predict": "nn.training",
    "random_local_search": "nn.training",
    "random_search": "nn.training",
    "refine_flow": "nn.input_optimization",
    "save": "nn.serialization",
    "serialization": "nn.serialization",
    "sklearn": "nn.sklearn",  # not in __all__: a star import shall not need scikit-learn
    "style_transfer": "nn.input_optimization",
    "training": "nn.training",
}

# Packages all of whose public names are names of `nn`, and are imported with the first of them.
_PARTS = ("nn.layers", "nn.losses")


def __getattr__(name: str) -> object:
    """Import what is used for the first time."""
    if name in _LAZY:
        return loaded(__name__, name, _LAZY)
    if name == "__all__":
        return _all()
    for part in map(importlib.import_module, _PARTS):
        if name in part.__all__:
            return globals().setdefault(name, getattr(part, name))
    from nn.other_names.network import NETWORK

    raise missing("module 'nn'", name, NETWORK, _all())


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY, *_all()})


def _all() -> list[str]:
    """Return the public names: capitals, then classes, then functions."""
    parts = (name for part in map(importlib.import_module, _PARTS) for name in part.__all__)
    names = [*_OWN, *parts]
    return sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))


__all__ = [
    "CSVLogger",
    "Callback",
    "Concat",
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
    "adversarial",
    "compile",
    "data",
    "evaluate",
    "find_lr",
    "fit",
    "gram_matrix",
    "init",
    "inspection",
    "load",
    "metrics",
    "models",
    "optim",
    "perceptron_rule",
    "plots",
    "predict",
    "random_local_search",
    "random_search",
    "refine_flow",
    "save",
    "style_transfer",
    "utils",
]

if TYPE_CHECKING:
    __all__ += layers.__all__  # type: ignore[has-type]
    __all__ += losses.__all__
    _OWN: list[str]
else:  # __getattr__ returns it, to a star import, for example
    _OWN = globals().pop("__all__")
