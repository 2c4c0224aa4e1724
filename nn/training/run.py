"""One training: who takes part, where it stands, and how it makes a step.

Everything that changes from step to step is in the state: weights, the memory of the optimiser, the
schedule, the order of this epoch, all random generators.  So a run that takes up the state of
another makes the very steps that the other would have made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

import autograd as ag
from nn.data import Batches
from nn.module import Module
from nn.optim import Optimizer
from nn.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from nn.training.births import born, check_finite, check_weights
from nn.training.evaluation import Loss, Means, Metrics, evaluating, measure, scores
from nn.training.history import History
from nn.training.stopping import BestEpoch
from nn.utils import clip_grad_norm_


class Run:
    """A training that can be left after any step and taken up again.

    Attributes
    ----------
    epoch : int
        How many epochs are complete.
    batch : int
        How many batches of the next one have been learned from.
    """

    def __init__(
        self,
        model: Module,
        loss: Loss,
        batches: Batches,
        valid: Batches | None,
        optimizer: Optimizer,
        metrics: Metrics,
        schedule: LRScheduler | None,
        best: BestEpoch,
        max_norm: float | None,
    ) -> None:
        self.model, self.loss = model, loss
        self.batches, self.valid = batches, valid
        self.optimizer, self.schedule = optimizer, schedule
        self.metrics, self.best, self.max_norm = metrics, best, max_norm
        self.parameters = [p for group in optimizer.param_groups for p in group["params"]]
        self.history = History()
        self.epoch = self.batch = 0
        self.order: Any = None
        self.means = Means()
        self._beginning = self._settings()

    # Learning

    def step(self) -> None:
        """Learn from one batch: forwards, backwards, and a step against the gradients."""
        if self.batch == 0:
            self.order = self.batches.order()
        inputs, targets = self.batches.take(self.order, self.batch)
        outputs = self.model(ag.tensor(inputs, name="inputs"))
        loss = _checked(self.loss(outputs, targets))
        self.optimizer.zero_grad()
        loss.backward()
        check_finite(self._where(), self.model, loss, self.parameters)
        if self.max_norm is not None:
            clip_grad_norm_(self.parameters, self.max_norm)
        self.optimizer.step()
        self.means.add(len(targets), scores(loss, outputs, targets, self.metrics))
        self.batch += 1

    def end_epoch(self) -> dict[str, float]:
        """Look at the validation data, set the next learning rate, and return the numbers."""
        check_weights(self._where(), self.model)
        record = self.means.result()
        if self.valid is not None:
            record |= {
                f"valid_{name}": value for name, value in self._validated(self.valid).items()
            }
        if self.schedule is not None:
            record["lr"] = self.schedule.get_last_lr()[0]
            self._next_rate(self.schedule, record)
        self.epoch, self.batch, self.means = self.epoch + 1, 0, Means()
        self.history.add(record)
        if self.valid is not None:
            self.best.look(self.epoch, record, self.model)
            self.history.best_epoch = self.best.epoch
        return record

    def _next_rate(self, schedule: LRScheduler, record: Mapping[str, float]) -> None:
        if isinstance(schedule, ReduceLROnPlateau):
            schedule.step(record[self.best.monitor if self.valid else "loss"])
        else:
            schedule.step()  # type: ignore[attr-defined]

    def _validated(self, valid: Batches) -> dict[str, float]:
        means = measure(self.model, self.loss, valid, self.metrics)
        if not np.isfinite(means["loss"]):
            self._explain(valid)
        return means

    def _explain(self, valid: Batches) -> None:
        """Compute the first batch whose loss is not finite again, with a graph to look into."""
        with evaluating(self.model):
            for inputs, targets in valid:
                loss = self.loss(self.model(ag.tensor(inputs, name="inputs")), targets)
                if not np.isfinite(loss.item()):
                    message = f"fit: epoch {self.epoch + 1}: the validation loss is {loss.item()}"
                    raise born(message, self.model, loss)

    def _where(self) -> str:
        return f"epoch {self.epoch + 1}, batch {min(self.batch + 1, len(self.batches))}"

    # Leaving and going on

    def state_dict(self) -> dict[str, Any]:
        """Return all that changes from step to step, and what must be the same to go on."""
        return {
            "settings": self._beginning,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict() if self.schedule else None,
            "generators": {name: g.bit_generator.state for name, g in self._generators()},
            "best": self.best.state_dict(),
            "epoch": self.epoch,
            "batch": self.batch,
            "order": self.order if self.batch else None,
            "means": [self.means.count, self.means.sums],
            "history": self.history.to_dict(),
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from where another run stood.

        Raises
        ------
        autograd.StateError
            If that run had another model, optimiser, schedule, or other data; nothing has changed.
        """
        own = self.state_dict()
        try:
            _compare(own["settings"], state["settings"])
            self._take_over(state)
        except ag.StateError:
            self._take_over(own)
            raise
        except (TypeError, ValueError, LookupError, AttributeError) as error:
            self._take_over(own)
            reason = ag.errors.one_line(error, 100)
            raise ag.StateError(f"fit: the checkpoint holds no training: {reason}") from None

    def _take_over(self, state: Mapping[str, Any]) -> None:
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.schedule is not None:
            self.schedule.load_state_dict(state["schedule"])
        for name, generator in self._generators():
            generator.bit_generator.state = state["generators"][name]
        self.best.load_state_dict(state["best"])
        self.epoch, self.batch, self.order = state["epoch"], state["batch"], state["order"]
        self.means = Means(*state["means"])
        self.history = History.from_dict(state["history"])

    def _settings(self) -> dict[str, Any]:
        """Return what a resumed run must share, or its steps would be others."""
        settings: dict[str, Any] = {
            "examples": len(self.batches.data),
            "batch size": self.batches.size,
            "max_norm": self.max_norm,
            "metrics": list(self.metrics),
            "validation": self.valid is not None,
            "monitor": f"{self.best.monitor} {self.best.mode}",
            "generators": {name: type(g.bit_generator).__name__ for name, g in self._generators()},
            "optimizer": type(self.optimizer).__name__,
            "schedule": type(self.schedule).__name__,
        }
        plan = self.schedule.state_dict() if self.schedule else {}
        settings |= {f"schedule's {name}": value for name, value in plan.items()}
        for i, group in enumerate(self.optimizer.state_dict()["param_groups"]):
            settings |= {f"{name} of group {i}": value for name, value in group.items()}
        return {name: _plain(value) for name, value in settings.items()}

    def _generators(self) -> Iterator[tuple[str, np.random.Generator]]:
        """Yield whatever draws numbers: the batches, and modules such as `Dropout`."""
        yield "batches", self.batches.rng
        for path, module in self.model.named_modules():
            for name, value in vars(module).items():
                if isinstance(value, np.random.Generator):
                    yield f"{path}.{name}", value


def _compare(own: Mapping[str, Any], saved: Mapping[str, Any]) -> None:
    for name, value in own.items():
        if saved.get(name) != value:
            before, now = ag.errors.one_line(saved.get(name)), ag.errors.one_line(value)
            raise ag.StateError(
                f"fit: the checkpoint is of another training: {name} was {before} and is {now}; "
                "choose the same, or another file"
            )


def _plain(value: Any) -> Any:
    """Return a value as a file gives it back: a tuple is a list there."""
    if isinstance(value, dict):
        return {key: _plain(x) for key, x in value.items()}
    return [_plain(x) for x in value] if isinstance(value, (tuple, list)) else value


def _checked(loss: Any) -> ag.Tensor:
    if not isinstance(loss, ag.Tensor) or not loss.requires_grad:
        what = (
            "a Tensor that needs no gradient"
            if isinstance(loss, ag.Tensor)
            else type(loss).__name__
        )
        raise ag.GradientError(
            f"fit: the loss is {what}; compute it from the outputs with functions of ag or nn"
        )
    if loss.shape != ():
        raise ag.ShapeError(f"fit: the loss has shape {loss.shape}; it must be one number, a mean")
    return loss
