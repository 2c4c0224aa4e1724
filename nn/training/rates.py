"""The learning rate finder: how the loss answers to a rate that grows step by step.

Far below the best rate the loss hardly changes, then it falls, and at last it explodes (Smith 2017,
"Cyclical learning rates").  The rate where it falls fastest is a good one to begin with.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.blocks import contextmanager
from autograd.core.calls import called
from nn import plots
from nn.checks import above_zero, at_least_one, below_one
from nn.data.change import TargetTransform, Transforming
from nn.data.stream import Source, as_batches
from nn.errors import NonFiniteError
from nn.init import Seed
from nn.inspection.preserve import preserved
from nn.module import Module
from nn.optim import Adam, Optimizer
from nn.plots.canvas import Picture
from nn.training.early_stopping import BestEpoch
from nn.training.evaluation import Loss, check_model
from nn.training.options import check_optimizer
from nn.training.run import Run

EXPLODED = 4.0  # times the lowest loss, where a test ends
FEWEST = 5  # losses from which a slope is read
EDGE = 2  # steps at both ends whose slopes are not looked at


@dataclass(frozen=True)
class RateTest:
    """What `find_lr` found.

    Attributes
    ----------
    rates, losses : tuple of float
        The learning rate of each step, and the smoothed loss before it.
    suggestion : float
        The rate at which the loss fell fastest.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    suggestion: float

    def plot(self) -> Picture:
        """Draw the loss over the rate, and mark the suggestion.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        autograd.MissingError
            If matplotlib is not installed.
        """
        return plots.learning_rates(self.rates, self.losses, self.suggestion)

    def __repr__(self) -> str:
        ends = f"from {self.rates[0]:.3g} to {self.rates[-1]:.3g}"
        return f"RateTest of {len(self.rates)} rates {ends}, suggestion {self.suggestion:.3g}"


@called
def find_lr(
    model: Module,
    loss: Loss,
    train: Source,
    *,
    optimizer: Optimizer | None = None,
    lowest: float = 1e-6,
    highest: float = 1.0,
    steps: int = 100,
    smooth: float = 0.9,
    batch_size: int | None = 32,
    transform: Transforming | None = None,
    target_transform: TargetTransform | None = None,
    rng: Seed = None,
) -> RateTest:
    """Try learning rates, from small ones to large ones, and leave everything as it was.

    Each step of the training is made with a larger rate, evenly on a logarithmic scale, until the
    loss has exploded.  Afterwards the model, the optimiser and the generator are as before.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(outputs, targets)``, a number.
    train : Dataset, pair of arrays, Batches or Stream
    optimizer : Optimizer, optional
        By default ``nn.optim.Adam(model.parameters())``, as in `nn.fit`.  The rates of its
        groups keep their ratios; the first group has the rates that are tried.
    lowest, highest : float
        The first learning rate, and the last.
    steps : int
        How many rates are tried, at least 10.
    smooth : float
        How much of the mean of the losses before stays in that of a step, since the losses of
        batches differ by chance.
    batch_size, transform, target_transform, rng
        As for `nn.fit`.

    Returns
    -------
    RateTest

    Raises
    ------
    autograd.OptionError
        If an option is wrong, or the loss explodes within the first steps.
    nn.NonFiniteError
        If the first loss or its gradient is NaN or infinite.

    Examples
    --------
    >>> import nn
    >>> net = nn.models.MLP(2, 16, 2, rng=0)
    >>> optimizer = nn.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    >>> test = nn.find_lr(
    ...     net, nn.cross_entropy, nn.data.moons(rng=0), optimizer=optimizer, highest=10.0, rng=0
    ... )
    >>> 0.001 < test.suggestion < 10.0
    True
    >>> optimizer.param_groups[0]["lr"]
    0.1
    """
    check_model("find_lr", model, loss=loss)
    optimizer = Adam(model.parameters()) if optimizer is None else optimizer
    check_optimizer("find_lr", model, optimizer)
    above_zero("find_lr", lowest=lowest, highest=highest)
    at_least_one("find_lr", steps=steps)
    below_one("find_lr", smooth=smooth)
    if highest <= lowest or steps < 2 * FEWEST:
        raise ag.OptionError(
            f"find_lr: highest must be above lowest, and steps at least {2 * FEWEST}; they are "
            f"{highest:g}, {lowest:g} and {steps}"
        )
    if not optimizer.param_groups[0]["lr"]:
        raise ag.OptionError("find_lr: the learning rate of the first group is 0; set another")
    batches = as_batches("find_lr", train, batch_size, True, transform, target_transform, rng)
    run = Run(
        model=model,
        loss=loss,
        batches=batches,
        valid=None,
        optimizer=optimizer,
        metrics={},
        schedule=None,
        best=BestEpoch("valid_loss", "min", None),
        max_norm=None,
    )
    rates = np.geomspace(lowest, highest, steps).tolist()
    # Over how many losses a smoothed one is the mean, but for those long ago: before, one batch
    # makes much of it.
    first = min(round(1 / (1 - smooth)), steps // 4)
    with _left_alone(run):
        losses = list(_losses(run, rates, smooth, first))
    return RateTest(tuple(rates[: len(losses)]), tuple(losses), _steepest(rates, losses, first))


@contextmanager
def _left_alone(run: Run) -> Iterator[None]:
    """Put the model, the optimiser and the generator back after a block."""
    optimizer, generator = run.optimizer, run.batches.rng.bit_generator
    memory, drawn = optimizer.state, generator.state
    rates = [group["lr"] for group in optimizer.param_groups]
    modes = [(part, part.training) for part in run.model.modules()]
    optimizer.state = {p: deepcopy(remembered) for p, remembered in memory.items()}
    try:
        with preserved(run.model, evaluate=False):
            if not run.model.training:  # as in `fit`
                run.model.train()
            yield
    finally:
        for part, training in modes:
            part.training = training
        optimizer.state, generator.state = memory, drawn
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate


def _losses(run: Run, rates: list[float], keep: float, first: int) -> Iterator[float]:
    """Yield the smoothed loss before the step of each rate, until it has exploded.

    A mean over the losses before, which weigh less the longer ago they were: a single batch may
    have a loss many times that of another.  It is compared with those after the ``first`` steps.
    """
    groups = run.optimizer.param_groups
    ratios = [group["lr"] / groups[0]["lr"] for group in groups]
    mean, lowest = 0.0, math.inf
    for i, rate in enumerate(rates, start=1):
        for group, ratio in zip(groups, ratios, strict=True):
            group["lr"] = rate * ratio
        try:
            _step(run)
        except NonFiniteError:
            if i == 1:  # no rate has made it so
                raise
            return
        mean = keep * mean + (1 - keep) * run.batch_loss
        smoothed = mean / (1 - keep**i)  # the weights so far add up to this
        if i > first:
            lowest = min(lowest, smoothed)
        if smoothed > lowest + (EXPLODED - 1) * abs(lowest):
            return
        yield smoothed


def _step(run: Run) -> None:
    """Make a step; after the last batch, begin again."""
    if not run.step():
        run.batch, run.is_exhausted = 0, False
        run.step()


def _steepest(rates: list[float], losses: list[float], first: int) -> float:
    """Return the rate where the loss falls fastest, on a logarithmic scale of rates."""
    start = max(EDGE, min(first, len(losses) // 2))
    slopes: Any = np.gradient(losses)[start:-EDGE] if len(losses) >= FEWEST + 2 * EDGE else []
    if not len(slopes) or (len(losses) < len(rates) and min(slopes) >= 0):
        raise ag.OptionError(
            f"find_lr: the loss exploded after {len(losses)} of {len(rates)} steps, at the rate "
            f"{rates[len(losses) - 1]:.3g}; take a smaller lowest, or more steps"
        )
    return rates[int(np.argmin(slopes)) + start]
