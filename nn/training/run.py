"""One training: how it makes a step, and where it stands.

Everything that changes from step to step is in the state: weights, the memory of the optimiser, the
schedule, the order of this epoch, all random generators.  So a run that loads the state of another
makes exactly the steps that the other would have made.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.messages import one_line
from nn.data import Batches
from nn.errors import NonFiniteError, StateError
from nn.inspection.modes import evaluating, generators
from nn.module import Module
from nn.optim import Optimizer
from nn.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from nn.training.batchwise import Divisors, Totals
from nn.training.early_stopping import BestEpoch
from nn.training.evaluation import VALID, Loss, Metrics, arrays, as_number, measure
from nn.training.history import MALFORMED, History
from nn.training.nonfinite import check_weights, non_finite_error, what_is_not_finite
from nn.training.ownership import Ownership
from nn.training.settings import as_read, compare, initial_options
from nn.utils import clip_grad_norm_

PLACE = ("epoch", "batch", "order")


@dataclass(kw_only=True, eq=False)
class Run:
    """A training that can be left after any step and taken up again.

    Attributes
    ----------
    epoch : int
        How many epochs are complete.
    batch : int
        How many batches of the next one have been learned from.
    """

    model: Module
    loss: Loss
    batches: Batches
    valid: Batches | None
    optimizer: Optimizer
    metrics: Metrics
    schedule: LRScheduler | None
    best: BestEpoch
    max_norm: float | None

    def __post_init__(self) -> None:
        self.parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        self.weights = [*self.model.named_parameters(), *self.model.named_buffers()]
        self.history = History()
        self.epoch = self.batch = 0
        self.order: Any = None
        self.means = Totals()
        self.divisors = Divisors(self.loss)
        self.ownership = Ownership(self.parameters)

    # Learning

    def step(self) -> None:
        """Learn from one batch; if that goes wrong, the model is as it was before."""
        if self.batch == 0:
            self.order = self.batches.order()
        inputs, targets = self.batches.take(self.order, self.batch)
        before = [(value, value.data) for _, value in self.weights]
        try:
            self._learn(inputs, targets)
        except BaseException:
            for value, data in before:
                value.data = data
            raise
        self.batch += 1

    def _learn(self, inputs: Any, targets: Any) -> None:
        """Go forwards, backwards, and a step against the gradients."""
        with np.errstate(all="ignore"):  # an error that names the place replaces the warnings
            loss, outputs, divisor = self._loss_and_divisor(inputs, targets)
            self.ownership.check(loss)
            self.optimizer.zero_grad()
            loss.backward()
        if wrong := what_is_not_finite(loss, self.parameters):
            raise self._non_finite(wrong, loss, inputs, targets)
        found = {
            name: as_number(name, f(arrays(outputs), targets)) for name, f in self.metrics.items()
        }
        if self.max_norm is not None:
            clip_grad_norm_(self.parameters, self.max_norm)
        with np.errstate(all="ignore"):
            self.optimizer.step()
        check_weights(self._where(), self.weights)
        self.means.add("loss", loss.item(), divisor)
        for name, value in found.items():
            self.means.add(name, value, len(targets))

    def _loss_and_divisor(self, inputs: Any, targets: Any) -> tuple[ag.Tensor, Any, float]:
        outputs = self.model(ag.tensor(inputs, name="inputs"))
        loss, divisor = self.divisors.of_first(outputs, targets)
        return _checked(loss), outputs, divisor

    def _loss_of_everything(self, inputs: Any, targets: Any) -> ag.Tensor:
        """Return the loss with a graph that has what no weight needs, too."""
        wanted = inputs.dtype.kind == "f"
        outputs = self.model(ag.tensor(inputs, requires_grad=wanted, name="inputs"))
        return _checked(self.loss(outputs, targets))

    def _non_finite(self, wrong: str, loss: ag.Tensor, inputs: Any, targets: Any) -> NonFiniteError:
        with np.errstate(all="ignore"):
            return non_finite_error(
                f"fit: {self._where()}: {wrong}",
                self.model,
                loss,
                lambda: self._loss_of_everything(inputs, targets),
            )

    def end_epoch(self) -> dict[str, float]:
        """Look at the validation data, set the next learning rate, and return the numbers."""
        record = self.means.result()
        if self.valid is not None:
            found = self._validated(self.valid)
            record |= {f"{VALID}{name}": value for name, value in found.items()}
        if self.schedule is not None:
            record["lr"] = self.schedule.get_last_lr()[0]
            self._next_rate(self.schedule, record)
        self.epoch, self.batch, self.means = self.epoch + 1, 0, Totals()
        self.history.add(record)
        if self.valid is not None:
            self.best.update(self.epoch, record, self.model)
            self.history.best_epoch = self.best.epoch
        return record

    def _next_rate(self, schedule: LRScheduler, record: Mapping[str, float]) -> None:
        if isinstance(schedule, ReduceLROnPlateau):
            schedule.step(record[self.best.monitor if self.valid else "loss"])
        else:
            schedule.step()  # type: ignore[attr-defined]

    def _validated(self, valid: Batches) -> dict[str, float]:
        with np.errstate(all="ignore"):
            means = measure(self.model, self.loss, valid, self.metrics)
        if not np.isfinite(means["loss"]):
            self._explain(valid)
        return means

    def _explain(self, valid: Batches) -> None:
        """Compute the first batch whose loss is not finite again, with a graph to look into."""
        with evaluating(self.model), np.errstate(all="ignore"):
            for inputs, targets in valid:
                loss = self._loss_of_everything(inputs, targets)
                if not np.isfinite(loss.item()):
                    raise self._non_finite(
                        f"the validation loss is {loss.item()}", loss, inputs, targets
                    )

    def _where(self) -> str:
        ended = self.batch == len(self.batches)  # and the validation data are looked at
        return f"epoch {self.epoch + 1}" + ("" if ended else f", batch {self.batch + 1}")

    # Leaving and going on

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What a run that goes on must share, as it was when it was first read.

        The loss, the metrics and the transform are functions, which no file can hold: only the
        names of the metrics are compared.
        """
        model, batches = self.model, self.batches
        groups = self.optimizer.state_dict()["param_groups"]
        settings = {
            "model": repr(model),
            "dtypes": sorted({str(p.dtype) for p in model.parameters()}),
            "data": batches.data.fingerprint(),
            "validation data": self.valid and self.valid.data.fingerprint(),
            "batch size": batches.batch_size,
            "max_norm": self.max_norm,
            "metrics": list(self.metrics),
            "monitor": f"{self.best.monitor} {self.best.mode}",
            "early stopping": self.best.patience is not None,
            "generator": type(batches.rng.bit_generator).__name__,
            "generators": {name: type(g.bit_generator).__name__ for name, g in generators(model)},
            "optimizer": type(self.optimizer).__name__,
            "schedule": repr(self.schedule),
            **initial_options(groups, isinstance(self.schedule, ReduceLROnPlateau)),
        }
        return {name: as_read(value) for name, value in settings.items()}

    def state_dict(self) -> dict[str, Any]:
        """Return all that changes from step to step, and what must be the same to go on."""
        return {
            "settings": self.settings,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict() if self.schedule else None,
            "generators": {name: g.bit_generator.state for name, g in self._generators()},
            "best": self.best.state_dict(),
            "epoch": self.epoch,
            "batch": self.batch,
            "order": self.order if self.batch else None,
            "means": [self.means.sums, self.means.counts],
            "history": self.history.to_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from where another run stood.

        Raises
        ------
        nn.StateError
            If that run had another model, optimiser, schedule, or other data; nothing has changed.
        """
        own = self.state_dict()
        try:
            compare(own["settings"], state["settings"])
            self._take_over(state)
        except StateError:
            self._take_over(own)
            raise
        except MALFORMED as error:
            self._take_over(own)
            reason = one_line(error, 100)
            raise StateError(f"fit: the checkpoint holds no training: {reason}") from None

    def _take_over(self, state: Mapping[str, Any]) -> None:
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.schedule is not None:
            self.schedule.load_state_dict(state["schedule"])
        for name, generator in self._generators():
            generator.bit_generator.state = state["generators"][name]
        self.best.load_state_dict(state["best"])
        self.epoch, self.batch, self.order = self._place(**{n: state[n] for n in PLACE})
        self.means = Totals(
            *({str(n): float(x) for n, x in part.items()} for part in state["means"])
        )
        self.history = History.from_dict(state["history"])

    def _place(self, epoch: Any, batch: Any, order: Any) -> tuple[int, int, Any]:
        examples = len(self.batches.data)
        if not (epoch >= 0 and 0 <= batch <= len(self.batches)):
            raise ValueError(f"there is no batch {batch} of epoch {epoch}")
        if batch and not np.array_equal(np.sort(order), np.arange(examples)):
            raise ValueError(f"the order is not one of {examples} examples")
        return operator.index(epoch), operator.index(batch), order

    def _generators(self) -> Iterator[tuple[str, np.random.Generator]]:
        """Yield whatever draws numbers: the batches, and parts of the model."""
        yield "batches", self.batches.rng
        yield from generators(self.model)


def _checked(loss: Any) -> ag.Tensor:
    if not isinstance(loss, ag.Tensor) or not loss.requires_grad:
        tensor = isinstance(loss, ag.Tensor)
        what = "a Tensor that needs no gradient" if tensor else type(loss).__name__
        raise ag.GradientError(
            f"fit: the loss is {what}; compute it from the outputs with functions of ag or nn, "
            "outside ag.no_grad()"
        )
    if loss.shape != ():
        raise ag.ShapeError(f"fit: the loss has shape {loss.shape}; it must be one number, a mean")
    return loss
