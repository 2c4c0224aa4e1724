"""``glassgrad train``: train a network of the lectures, and keep what it learned and how that went.

The story is `Training.run`: get the examples, make the network, train it, judge it by examples that
it has never seen, and write everything to one folder.  What is learned is a `nn.cli.tasks.Task`.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import autograd as ag
from nn import plots
from nn.cli import log, settings
from nn.cli.folder import HISTORY, SUMMARY, WEIGHTS, Folder
from nn.cli.tasks import TASKS, Source, Task, by_task, models, task_of
from nn.cli.tasks.classification import named
from nn.cli.tasks.task import Pictures
from nn.errors import NonFiniteError, StateError
from nn.init import generator
from nn.module import Module
from nn.optim import Adam
from nn.serialization import save
from nn.training import History, fit, predict

HELP = "train a network of the lectures, and draw what it has learned"
SAVE_EVERY = 200  # steps within an epoch; small sets have fewer, and are saved after each epoch


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments and options."""
    parser.description = (
        "Train a network, judge it by examples that it has never seen, and write its "
        "weights, its history and pictures to a folder.  Ctrl-C ends early and keeps what was "
        "learned."
    )
    parser.epilog = (
        "examples: glassgrad train digits; glassgrad train digits --model mlp --seed 1; "
        "glassgrad train MNIST --epochs 3 --augment; glassgrad train digits --resume; "
        "glassgrad train segmentation; glassgrad train flow; glassgrad train spiral"
    )
    parser.add_argument(
        "data",
        metavar="DATA",
        help=f"{', '.join(TASKS)}, which need no download, or a folder with the four IDX files of "
        "MNIST or a set in its format",
    )
    parser.add_argument(
        "--model",
        choices=tuple(models()),
        help="the network: "
        + "; ".join(f"for {words} {', '.join(task.recipes)}" for words, task in by_task().items())
        + " (default: the first)",
    )
    parser.add_argument(
        "--epochs",
        type=int,
        metavar="N",
        help="how often all examples are gone through (default by model: "
        + ", ".join(f"{n} {r.small}, {r.large} for large sets" for n, r in models().items())
        + ")",
    )
    parser.add_argument(
        "--batch-size",
        type=int,
        metavar="N",
        help="how many examples a step learns from (default by model: "
        + ", ".join(f"{name} {r.batch_size}" for name, r in models().items())
        + ")",
    )
    parser.add_argument(
        "--lr",
        type=float,
        metavar="X",
        help="the learning rate (default by model: "
        + ", ".join(f"{name} {r.lr:g}" for name, r in models().items())
        + ")",
    )
    stopping = parser.add_mutually_exclusive_group()
    stopping.add_argument(
        "--patience",
        type=int,
        metavar="N",
        help="end after so many epochs without a lower loss in validation "
        f"(default {settings.PATIENCE}; 0: never)",
    )
    stopping.add_argument(
        "--no-early-stopping",
        dest="patience",
        action="store_const",
        const=0,
        help="go through all epochs, as --patience 0 does",
    )
    parser.add_argument(
        "--seed", type=int, metavar="S", help="the same seed, the same weights (default 0)"
    )
    parser.add_argument(
        "--augment",
        action="store_true",
        default=None,
        help="change the images randomly: turn digits, shift scenes, mirror flow",
    )
    parser.add_argument(
        "--compile",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="make each step by a program, which is faster (the default), or through the graph",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="the folder to write to (default DATA-MODEL)"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the training that was stopped there"
    )


def run(options: argparse.Namespace) -> int:
    """Train, and return the exit status: 0, or 130 if Ctrl-C ended it early."""
    task = task_of(options.data)
    chosen = settings.given(options, task)
    settings.check_packages(task)
    usual = f"{named(options.data)}-{options.model or task.usual}"
    folder = Folder(options.out or Path(usual), options.resume)
    try:
        return Training(task, options.data, folder).run(chosen)
    except KeyboardInterrupt:
        if folder.begun:
            log.print_error(f"stopped at once; to go on: {folder.command(options.data)}")
        raise
    except BrokenPipeError:  # the reader has closed the pipe; `main` handles it
        raise
    except (ag.GlassgradError, OSError) as error:
        # A training that has diverged would diverge again.
        helps = folder.begun and not isinstance(error, NonFiniteError)
        hint = f"; to go on: {folder.command(options.data)}" if helps else ""
        raise StateError(log.reason(error) + hint) from error


@dataclass(frozen=True)
class Training:
    """One training: what it learns, from which examples, and where it writes to."""

    task: Task
    data: str
    folder: Folder

    def run(self, chosen: dict[str, Any]) -> int:
        """Get the examples, make the network, train it, judge it, and write everything."""
        task, folder = self.task, self.folder
        if folder.resume:
            chosen = settings.resumed(chosen, task, folder)
        splits, weights, order = generator(chosen.get("seed", 0)).spawn(3)
        found = task.source(self.data, splits)
        chosen = settings.completed(chosen, task, found)
        model = task.recipes[chosen["model"]].make(found, weights).float()
        history = self._learn(model, found, chosen, order)
        log.say(log.stop_reason(history))
        self._write(model, history, found, chosen)
        if history.stopped.startswith("interrupted"):
            log.say(f"To go on: {folder.command(self.data)}")
            return 130
        folder.finish()
        return 0

    def _learn(
        self, model: Module, found: Source, chosen: Mapping[str, Any], rng: np.random.Generator
    ) -> History:
        """Train, with a checkpoint in the folder; a start that fails leaves nothing there."""
        lines = log.Lines(self.task, chosen["epochs"])
        try:
            self.folder.begin({"settings": chosen})
            log.say(log.plan(self.task, found, model, chosen, self.folder))
            with log.short_warnings():
                return self._fit(model, found, chosen, rng=rng, on_epoch=lines)
        except Exception:  # not Ctrl-C: then the checkpoint has what was learned
            if not lines.seen:
                self.folder.withdraw()
            raise

    def _fit(
        self, model: Module, found: Source, chosen: Mapping[str, Any], **options: Any
    ) -> History:
        task, epochs, augmented = self.task, chosen["epochs"], chosen["augment"]
        return fit(
            model,
            task.loss,
            found.train,
            found.valid,
            optimizer=Adam(model.parameters(), lr=chosen["lr"]),
            epochs=epochs,
            batch_size=chosen["batch_size"],
            metrics=task.metric,
            transform=task.augmentation(found) if augmented and task.augmentation else None,
            patience=chosen["patience"] or epochs,  # in the end the weights are the best ones
            checkpoint=self.folder.checkpoint,
            save_every=SAVE_EVERY,
            resume=self.folder.resume,
            compile=chosen["compile"],
            **options,
        )

    def _write(
        self, model: Module, history: History, found: Source, chosen: Mapping[str, Any]
    ) -> None:
        """Judge the network, write what it learned, and say so."""
        task, folder, test = self.task, self.folder, found.test
        outputs = predict(model, test.inputs)
        log.say(task.result(outputs, test.targets))
        save(model, folder.path / WEIGHTS)
        history.save(folder.path / HISTORY)
        names = [WEIGHTS, HISTORY]
        for name, figure in self._pictures(model, history, outputs, found):
            figure.savefig(folder.path / name)
            names.append(name)
        score = task.metric(outputs, test.targets)
        folder.write(
            {
                "settings": chosen,
                "epochs": history.epochs,
                "best_epoch": history.best_epoch,
                "stopped": history.stopped,
                "test": {"examples": len(outputs), task.metric.__name__: score},
            }
        )
        log.say(f"Written to {folder}: {', '.join([*names, SUMMARY])}")

    def _pictures(
        self, model: Module, history: History, outputs: ag.Array, found: Source
    ) -> Pictures:
        if history.epochs:  # without a complete epoch there are no curves
            yield "curves.png", plots.curves(history)
        yield from self.task.pictures(model, outputs, found)
