"""Optimisers: how the parameters move once their gradients are known."""

from typing import NoReturn

from autograd.core.other_names import missing
from nn.optim import lr_scheduler
from nn.optim.adagrad import Adagrad
from nn.optim.adam import Adam, AdamW
from nn.optim.optimizer import Optimizer
from nn.optim.rmsprop import RMSprop
from nn.optim.sgd import SGD


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from nn.other_names.parts import OPTIM

    raise missing("module 'nn.optim'", name, OPTIM, __all__)


__all__ = ["SGD", "Adagrad", "Adam", "AdamW", "Optimizer", "RMSprop", "lr_scheduler"]
