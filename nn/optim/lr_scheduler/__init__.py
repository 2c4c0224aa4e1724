"""Schedules: how the learning rate changes from epoch to epoch.

Far from a minimum long steps save time; near to it they jump over it.  So rates begin high and end
low, and those of Adam often begin low, too, until its means have something to go by.
"""

from typing import TYPE_CHECKING

from autograd.core.lazy import loaded
from autograd.core.other_names import missing
from nn.optim.lr_scheduler.by_epoch import (
    CosineAnnealingLR,
    ExponentialLR,
    LinearLR,
    MultiStepLR,
    StepLR,
)
from nn.optim.lr_scheduler.plateau import ReduceLROnPlateau
from nn.optim.lr_scheduler.scheduler import EpochScheduler, LRScheduler
from nn.optim.lr_scheduler.sequence import SequentialLR

if TYPE_CHECKING:
    from nn.optim.lr_scheduler.by_function import LambdaLR, MultiplicativeLR
    from nn.optim.lr_scheduler.chained import ChainedScheduler
    from nn.optim.lr_scheduler.cycles import CyclicLR, OneCycleLR
    from nn.optim.lr_scheduler.polynomial import ConstantLR, PolynomialLR
    from nn.optim.lr_scheduler.warm_restarts import CosineAnnealingWarmRestarts

# What is imported when it is first used.
_LAZY = {
    "ChainedScheduler": "nn.optim.lr_scheduler.chained",
    "ConstantLR": "nn.optim.lr_scheduler.polynomial",
    "CosineAnnealingWarmRestarts": "nn.optim.lr_scheduler.warm_restarts",
    "CyclicLR": "nn.optim.lr_scheduler.cycles",
    "LambdaLR": "nn.optim.lr_scheduler.by_function",
    "MultiplicativeLR": "nn.optim.lr_scheduler.by_function",
    "OneCycleLR": "nn.optim.lr_scheduler.cycles",
    "PolynomialLR": "nn.optim.lr_scheduler.polynomial",
}


def __getattr__(name: str) -> object:
    """Import what is used for the first time."""
    if name not in _LAZY:
        from nn.other_names.parts import OPTIM

        raise missing("module 'nn.optim.lr_scheduler'", name, OPTIM, __all__)
    return loaded(__name__, name, _LAZY)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})


__all__ = [
    "ChainedScheduler",
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "CyclicLR",
    "EpochScheduler",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "MultiplicativeLR",
    "OneCycleLR",
    "PolynomialLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]
