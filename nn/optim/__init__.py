"""Optimisers: how the parameters move once their gradients are known."""

from typing import TYPE_CHECKING

from autograd.core.lazy import loaded
from autograd.core.other_names import missing
from nn.optim import lr_scheduler
from nn.optim.adagrad import Adagrad
from nn.optim.adam import Adam, AdamW
from nn.optim.optimizer import Optimizer
from nn.optim.rmsprop import RMSprop
from nn.optim.sgd import SGD

if TYPE_CHECKING:
    from nn.optim import swa_utils
    from nn.optim.adadelta import Adadelta
    from nn.optim.adamax import Adamax
    from nn.optim.lbfgs import LBFGS
    from nn.optim.lion import Lion
    from nn.optim.nadam import NAdam
    from nn.optim.radam import RAdam

# What is imported when it is first used.
_LAZY = {
    "Adadelta": "nn.optim.adadelta",
    "Adamax": "nn.optim.adamax",
    "LBFGS": "nn.optim.lbfgs",
    "Lion": "nn.optim.lion",
    "NAdam": "nn.optim.nadam",
    "RAdam": "nn.optim.radam",
    "swa_utils": "nn.optim.swa_utils",
}


def __getattr__(name: str) -> object:
    """Import what is used for the first time."""
    if name not in _LAZY:
        from nn.other_names.parts import OPTIM

        raise missing("module 'nn.optim'", name, OPTIM, __all__)
    return loaded(__name__, name, _LAZY)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})


__all__ = [
    "LBFGS",
    "SGD",
    "Adadelta",
    "Adagrad",
    "Adam",
    "AdamW",
    "Adamax",
    "Lion",
    "NAdam",
    "Optimizer",
    "RAdam",
    "RMSprop",
    "lr_scheduler",
    "swa_utils",
]
