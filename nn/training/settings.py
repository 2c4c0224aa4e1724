"""What a resumed run must share with the one that was left, or its steps would be others.

The loss, the metrics and the transform are functions, which no file can hold: only the names of the
metrics are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import autograd as ag
from autograd.core.messages import one_line
from nn.inspection.modes import generators
from nn.optim import Optimizer
from nn.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

if TYPE_CHECKING:
    from nn.training.run import Run


def settings_of(run: Run) -> dict[str, Any]:
    """Return them by their names, as a file gives them back."""
    model, batches = run.model, run.batches
    settings = {
        "model": repr(model),
        "dtypes": sorted({str(p.dtype) for p in model.parameters()}),
        "data": batches.data.fingerprint(),
        "validation data": run.valid and run.valid.data.fingerprint(),
        "batch size": batches.batch_size,
        "max_norm": run.max_norm,
        "metrics": list(run.metrics),
        "monitor": f"{run.best.monitor} {run.best.mode}",
        "early stopping": run.best.patience is not None,
        "generator": type(batches.rng.bit_generator).__name__,
        "generators": {name: type(g.bit_generator).__name__ for name, g in generators(model)},
        "optimizer": type(run.optimizer).__name__,
        "schedule": repr(run.schedule),
        **_options(run.optimizer, run.schedule),
    }
    return {name: _as_read(value) for name, value in settings.items()}


def compare(own: Mapping[str, Any], saved: Mapping[str, Any]) -> None:
    """Refuse settings that are not the same.

    Raises
    ------
    autograd.StateError
    """
    for name, value in own.items():
        if saved.get(name) != value:
            before, now = one_line(saved.get(name)), one_line(value)
            raise ag.StateError(
                f"fit: the checkpoint is of another training: {name} was {before} and is {now}; "
                "choose the same, or another file"
            )


def _options(optimizer: Optimizer, schedule: LRScheduler | None) -> dict[str, Any]:
    """Return the options of the optimiser, with the rates that it began with."""
    options: dict[str, Any] = {}
    for i, group in enumerate(optimizer.state_dict()["param_groups"]):
        group["lr"] = group.pop("initial_lr", group["lr"])
        if isinstance(schedule, ReduceLROnPlateau):
            del group["lr"]  # has been lowered, if the training went on in this session
        options |= {f"{name} of group {i}": value for name, value in group.items()}
    return options


def _as_read(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_read(x) for key, x in value.items()}
    return [_as_read(x) for x in value] if isinstance(value, (tuple, list)) else value
