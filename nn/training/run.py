"""One training: how it makes a step, and where it stands.

Everything that changes from step to step is in the state: weights, the memory of the optimiser, the
schedule, the order of this epoch, all random generators.  So a run that loads the state of another
makes exactly the steps that the other would have made.
"""

from __future__ import annotations

import operator
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.messages import one_line
from nn.data import Batches, Stream
from nn.errors import NonFiniteError, StateError
from nn.inspection.modes import evaluating, generators
from nn.losses.reduction import NothingCounts
from nn.module import Module
from nn.optim import Optimizer
from nn.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from nn.training.accumulation import backward, pieces
from nn.training.averaging import Average
from nn.training.batchwise import Divisors, Totals
from nn.training.callbacks import Callback
from nn.training.compiled_step import CompiledStep
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
    batch_loss : float
        The loss of the newest one.
    stopped : str
        Why it shall end, once something has said so.
    resumed : bool
        Whether it goes on from a checkpoint.
    is_between_steps : bool
        Whether the state is one to go on from; in the middle of a step it is none.
    """

    model: Module
    loss: Loss
    batches: Batches | Stream
    valid: Batches | Stream | None
    optimizer: Optimizer
    metrics: Metrics
    schedule: LRScheduler | None
    best: BestEpoch
    max_norm: float | None
    accumulate: int = 1
    average: Average | None = None
    callbacks: Sequence[Callback] = ()  # those with a state
    compile: bool = False

    def __post_init__(self) -> None:
        self.parameters = [p for group in self.optimizer.param_groups for p in group["params"]]
        self.weights = [*self.model.named_parameters(), *self.model.named_buffers()]
        self.history = History()
        self.epoch = self.batch = 0
        self.order: Any = None
        self.means = Totals()
        self.batch_loss = float("nan")
        self.divisors = Divisors(self.loss, in_pieces=self.accumulate > 1)
        self.ownership = Ownership(self.parameters)
        self.program = CompiledStep(self) if self.compile else None
        self.stopped = ""
        self.resumed = False
        self.is_between_steps = True
        self.is_exhausted = False

    def stop(self, reason: str) -> None:
        """End the training after this step, or this epoch; the first reason is kept."""
        self.stopped = self.stopped or str(reason) or "stopped by a callback"

    @property
    def steps_per_epoch(self) -> int | None:
        """How many batches there are; None if the data do not say."""
        return self.batches.count

    @property
    def is_epoch_done(self) -> bool:
        """Whether all batches of this epoch have been learned from."""
        return self.is_exhausted or self.batch == self.steps_per_epoch

    # Learning

    def step(self) -> bool:
        """Learn from one batch, if one is left, and say whether there was.

        If that goes wrong, the model is as it was before.
        """
        if self.is_epoch_done:
            return False
        self.is_between_steps = False
        if self.batch == 0:
            self.order = self.batches.order()
        taken = self.batches.take(self.order, self.batch)
        self.is_exhausted = taken is None
        if taken is not None:
            self._learn_or_restore(*taken)
            self.batch += 1
            if self.schedule is not None and self.schedule.by_batch:
                self.schedule.step()  # type: ignore[attr-defined]
        self.is_between_steps = True
        return taken is not None

    def _learn_or_restore(self, inputs: Any, targets: Any) -> None:
        before = [(value, value.data) for _, value in self.weights]
        try:
            self._learn(inputs, targets)
        except BaseException:
            for value, data in before:
                value.data = data
            raise

    def _learn(self, inputs: Any, targets: Any) -> None:
        """Go forwards, backwards, and a step against the gradients."""
        if self.program is not None and (found := self.program.step(inputs, targets)) is not None:
            check_weights(self._where(), self.model.named_buffers())
            self._note(found)
            return
        self.optimizer.zero_grad()
        found = self._add_gradients(inputs, targets)
        if self.max_norm is not None:
            clip_grad_norm_(self.parameters, self.max_norm)
        with np.errstate(all="ignore"):
            self.optimizer.step()
        check_weights(self._where(), self.weights)
        self._note(found)

    def _note(self, found: Totals) -> None:
        self.batch_loss = found.result()["loss"]
        self.means.include(found)

    def _add_gradients(self, inputs: Any, targets: Any) -> Totals:
        """Return the numbers of a batch, whose pieces leave their gradients in the parameters."""
        found, empty = Totals(), None
        for piece in pieces(inputs, targets, self.accumulate):
            try:
                self._add_piece(*piece, found)
            except NothingCounts as error:  # the other pieces may have targets that count
                empty = error
        if empty is not None and not found.sums:
            raise empty
        return found

    def _add_piece(self, inputs: Any, targets: Any, found: Totals) -> None:
        with np.errstate(all="ignore"):  # an error that names the place replaces the warnings
            loss, outputs, divisor = self.loss_and_divisor(inputs, targets)
            self.ownership.check(loss)
            backward(loss, divisor, found.counts.get("loss", 0.0), self.parameters)
        if wrong := what_is_not_finite(loss, self.parameters):
            raise self._non_finite(wrong, loss, inputs, targets)
        self.add(found, loss.item(), divisor, outputs, targets)

    def add(self, found: Totals, loss: float, divisor: float, outputs: Any, targets: Any) -> None:
        """Add the loss of a batch, and the metrics."""
        found.add("loss", loss, divisor)
        for name, metric in self.metrics.items():
            found.add(name, as_number(name, metric(arrays(outputs), targets)), len(targets))

    def loss_and_divisor(self, inputs: Any, targets: Any) -> tuple[ag.Tensor, Any, float]:
        """Return the loss of a batch, the outputs, and what the loss has divided by."""
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

    def end_epoch(self) -> None:
        """Look at the validation data, note the numbers, and set the next learning rate."""
        with self.average.used() if self.average else nullcontext():
            record = self.means.result()
            if self.valid is not None:
                found = self._validated(self.valid)
                record |= {f"{VALID}{name}": value for name, value in found.items()}
            self.is_between_steps = False
            if self.valid is not None:
                self.best.update(self.epoch + 1, record, self.model)
        if self.schedule is not None:
            record["lr"] = self.schedule.get_last_lr()[0]
            if not self.schedule.by_batch:
                self._next_rate(self.schedule, record)
        self.epoch, self.batch, self.means = self.epoch + 1, 0, Totals()
        self.history.add(record)
        self.history.best_epoch = self.best.epoch
        self.is_exhausted = False
        self.is_between_steps = True

    def _next_rate(self, schedule: LRScheduler, record: Mapping[str, float]) -> None:
        if isinstance(schedule, ReduceLROnPlateau):
            schedule.step(record[self.best.monitor if self.valid else "loss"])
        else:
            schedule.step()  # type: ignore[attr-defined]

    def _validated(self, valid: Batches | Stream) -> dict[str, float]:
        with np.errstate(all="ignore"):
            means = measure(self.model, self.loss, valid, self.metrics)
        if not np.isfinite(means["loss"]):
            self._explain(valid)
        return means

    def _explain(self, valid: Batches | Stream) -> None:
        """Compute the first batch whose loss is not finite again, with a graph to look into."""
        with evaluating(self.model), np.errstate(all="ignore"):
            for inputs, targets in valid:
                loss = self._loss_of_everything(inputs, targets)
                if not np.isfinite(loss.item()):
                    raise self._non_finite(
                        f"the validation loss is {loss.item()}", loss, inputs, targets
                    )

    def _where(self) -> str:
        validating = self.is_epoch_done
        return f"epoch {self.epoch + 1}" + ("" if validating else f", batch {self.batch + 1}")

    def count_seconds(self) -> None:
        """Note how long the training has taken; the first call starts the clock."""
        now = time.perf_counter()
        self._started = getattr(self, "_started", now - self.history.seconds)
        self.history.seconds = now - self._started

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
            "data": batches.fingerprint(),
            "validation data": self.valid and self.valid.fingerprint(),
            "accumulate": self.accumulate,
            "batch size": batches.batch_size,
            "max_norm": self.max_norm,
            "ema": self.average and self.average.decay,
            "callbacks": [type(callback).__name__ for callback in self.callbacks],
            "metrics": list(self.metrics),
            "monitor": f"{self.best.monitor} {self.best.mode}",
            "early stopping": self.best.patience is not None,
            "generator": type(batches.rng.bit_generator).__name__,
            "generators": {name: type(g.bit_generator).__name__ for name, g in generators(model)},
            "optimizer": type(self.optimizer).__name__,
            "schedule": repr(self.schedule),
            "schedule by batch": bool(self.schedule and self.schedule.by_batch),
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
            "callbacks": [callback.state_dict() for callback in self.callbacks],
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
        for callback, remembered in zip(self.callbacks, state["callbacks"], strict=True):
            callback.load_state_dict(remembered)
        self.epoch, self.batch, self.order = self._place(**{n: state[n] for n in PLACE})
        self.means = Totals(
            *({str(n): float(x) for n, x in part.items()} for part in state["means"])
        )
        self.history = History.from_dict(state["history"])

    def _place(self, epoch: Any, batch: Any, order: Any) -> tuple[int, int, Any]:
        most = self.steps_per_epoch
        if not (epoch >= 0 and batch >= 0 and (most is None or batch <= most)):
            raise ValueError(f"there is no batch {batch} of epoch {epoch}")
        if batch:
            self.batches.check_order(order)
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
