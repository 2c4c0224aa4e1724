"""The lines that a training prints: the plan, the progress and the result."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import autograd as ag
from autograd.core.messages import counted, plain
from autograd.core.tables import columns
from nn.cli.folder import Folder
from nn.cli.tasks import Source, Task
from nn.errors import NonFiniteError
from nn.module import Module
from nn.training import History


def say(text: str) -> None:
    """Print a line, unbuffered, so that a log file shows it at once."""
    print(text, flush=True)  # noqa: T201


def print_error(text: str) -> None:
    """Print a line to standard error."""
    print(f"glassgrad: {text}", file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def short_warnings() -> Iterator[None]:
    """Show each warning as one line, without the place in the code."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, *where: print_error(str(message))
        yield


def reason(error: Exception) -> str:
    """Return what went wrong in one line; behind some errors stands a card with the numbers."""
    if isinstance(error, OSError) and not isinstance(error, ag.GlassgradError):
        where = f"{error.filename}: " if error.filename else ""
        return f"train: {where}{error.strerror or error}"
    first = str(error).partition("\n")[0].rstrip(":")
    complete = not isinstance(error, NonFiniteError) or "learning rate" in first
    return first if complete else f"{first}; take a smaller --lr"


def plan(
    task: Task, source: Source, model: Module, settings: Mapping[str, Any], folder: Folder
) -> str:
    """Return what will be done, line by line."""
    sizes = [len(part) for part in (source.train, source.valid, source.test)]
    parameters = sum(p.size for p in model.parameters())
    batches = -(-sizes[0] // settings["batch_size"])
    examples, (loss, *more) = task.about(source)
    augmented = ", images moved randomly" if settings["augment"] else ""
    rows = [
        (
            "Data",
            f"{plain(source.name)}: {sizes[0]} examples to learn from, {sizes[1]} to validate, "
            f"{sizes[2]} to test",
        ),
        ("", examples),
        ("Model", f"{settings['model']}: {parameters} parameters"),
        (
            "Training",
            f"{_epochs(settings)} of "
            f"{'1 batch' if batches == 1 else f'{batches} batches'} of "
            f"{counted(settings['batch_size'], 'example')}{augmented}",
        ),
        (
            "",
            f"Adam with learning rate {settings['lr']:g}, seed {settings['seed']}; {loss}",
        ),
        *(("", line) for line in more),
        ("Folder", str(folder)),
    ]
    return "\n".join(columns(rows, "<<"))


def _epochs(settings: Mapping[str, Any]) -> str:
    most = counted(settings["epochs"], "epoch")
    return f"at most {most}" if 0 < settings["patience"] < settings["epochs"] else most


class Lines:
    """A line for every epoch, unless a bar shows the same to the same reader.

    Parameters
    ----------
    task : Task
    epochs : int
        How many there will be.

    Attributes
    ----------
    seen : int
        How many epochs have ended.
    """

    def __init__(self, task: Task, epochs: int) -> None:
        self.task = task
        self.epochs = epochs
        self.seen = 0

    def __call__(self, history: History) -> None:
        """Print a line about the last epoch."""
        self.seen += 1
        if not (sys.stdout.isatty() and sys.stderr.isatty()):
            say(epoch(self.task, history, self.epochs))


def epoch(task: Task, history: History, epochs: int) -> str:
    """Return a line about the last epoch.

    Examples
    --------
    >>> import nn
    >>> from nn.cli.log import epoch
    >>> from nn.cli.tasks import task_of
    >>> last = {"loss": [0.25], "accuracy": [0.9], "valid_loss": [0.5], "valid_accuracy": [0.8]}
    >>> epoch(task_of("digits"), nn.History(last), 30)
    'epoch  1 of 30: loss 0.2500, accuracy 90.0 %; validation: loss 0.5000, accuracy 80.0 %'
    """
    x, metric = history.last, task.metric.__name__
    return (
        f"epoch {history.epochs:{len(str(epochs))}} of {epochs}: "
        f"loss {x['loss']:.4f}, {task.measured(x[metric])}; validation: "
        f"loss {x['valid_loss']:.4f}, {task.measured(x[f'valid_{metric}'])}"
    )


def stop_reason(history: History) -> str:
    """Return why it ended, and which weights the network has."""
    reason = history.stopped[:1].upper() + history.stopped[1:]
    if history.best_epoch is None:
        return f"{reason}; no epoch is complete, so the weights are those of now."
    return f"{reason}; the weights are those of epoch {history.best_epoch}, the best in validation."
