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
from nn.optim.lr_scheduler.by_function import LambdaLR, MultiplicativeLR
from nn.optim.lr_scheduler.chained import ChainedScheduler
from nn.optim.lr_scheduler.cycles import CyclicLR, OneCycleLR
from nn.optim.lr_scheduler.plateau import ReduceLROnPlateau
from nn.optim.lr_scheduler.polynomial import ConstantLR, PolynomialLR
from nn.optim.lr_scheduler.scheduler import EpochScheduler, LRScheduler
from nn.optim.lr_scheduler.sequence import SequentialLR
from nn.optim.lr_scheduler.warm_restarts import CosineAnnealingWarmRestarts

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
