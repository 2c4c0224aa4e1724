"""Schedules: how the learning rate changes from epoch to epoch.

Far from a minimum long steps save time; near to it they jump over it.  So rates begin high and end
low, and those of Adam often begin low, too, until its means have something to go by.
"""

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

__all__ = [
    "CosineAnnealingLR",
    "EpochScheduler",
    "ExponentialLR",
    "LRScheduler",
    "LinearLR",
    "MultiStepLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]
