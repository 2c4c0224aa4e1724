"""The steps of `fit` as a program: the same as `Run` makes, with the same checks."""

from __future__ import annotations

from typing import Any, Protocol, cast

import numpy as np

import autograd as ag
from nn.compiled.program import Arrays, StepProgram
from nn.inspection.preserve import preserved
from nn.module import Module
from nn.optim import Optimizer
from nn.training.batchwise import Divisors, Totals
from nn.training.nonfinite import all_finite
from nn.training.ownership import Ownership


class Training(Protocol):
    """What is needed of a run."""

    model: Module
    optimizer: Optimizer
    metrics: Any
    max_norm: float | None
    divisors: Divisors
    ownership: Ownership

    @property
    def loss(self) -> Any:
        """From outputs and targets to a number."""

    def loss_and_divisor(self, inputs: Arrays, targets: Arrays) -> tuple[ag.Tensor, Any, float]:
        """Return the loss of a batch, the outputs, and what the loss has divided by."""

    def add(
        self, found: Totals, loss: float, divisor: float, outputs: Arrays, targets: Arrays
    ) -> None:
        """Add the loss of a batch, and the metrics."""


class NotFinite(ag.GlassgradError):
    """A number of a step is not finite; nothing has changed."""


class CompiledStep:
    """Makes steps for a run, where it can."""

    def __init__(self, run: Training) -> None:
        self.run = run
        self._has_divisor = False
        self._steps = StepProgram(
            "fit", self._forward, (run.model, run.loss), run.optimizer, run.max_norm, self._check
        )

    def step(self, inputs: Arrays, targets: Arrays) -> Totals | None:
        """Make a step and return its numbers; None if the step has to be made eagerly.

        That is the first one of an optimiser, and one that goes wrong, which is then explained.
        """
        if not self._has_divisor:
            self._find_divisor(inputs, targets)
        try:
            with np.errstate(all="ignore"):
                loss, (divisor, outputs) = self._steps.run(inputs, targets)
        except ag.CaptureError:
            raise
        except ag.GlassgradError:
            return None
        found = Totals()
        self.run.add(found, loss.item(), float(divisor), outputs, targets)
        return found

    def _find_divisor(self, inputs: Arrays, targets: Arrays) -> None:
        """Find out what a function that is not of `nn` divides by; a capture cannot."""
        with preserved(self.run.model, evaluate=False), np.errstate(all="ignore"):
            outputs = self.run.model(ag.tensor(cast(Any, inputs)))
            self.run.divisors.of_first(outputs, targets)
        self._has_divisor = True

    def _forward(self, inputs: Arrays, targets: Arrays) -> tuple[ag.Tensor, Any]:
        loss, outputs, divisor = self.run.loss_and_divisor(inputs, targets)
        self.run.ownership.check(loss)
        return loss, (divisor, outputs if self.run.metrics else ())

    def _check(self, what: str, p: ag.Tensor | None) -> Any:
        return _check_finite


def _check_finite(x: Any) -> None:
    if not all_finite(x):
        raise NotFinite
