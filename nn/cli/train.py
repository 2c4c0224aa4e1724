"""``glassgrad train``: train a network on images, and keep what it learned and how that went.

The story is `run`: read the settings, get the examples, make the network, train it, judge it
by examples that it has never seen, and write everything to one folder.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import autograd as ag
from nn.cli import log, settings
from nn.cli.folder import HISTORY, SUMMARY, WEIGHTS, Folder
from nn.cli.pictures import pictures
from nn.cli.recipes import BATCH, PATIENCE, RECIPES, augmentation, loss
from nn.cli.sources import DIGITS, Source, named, source
from nn.errors import NonFiniteError, StateError
from nn.init import generator
from nn.metrics import accuracy
from nn.module import Module
from nn.optim import Adam
from nn.serialization import save
from nn.training import History, fit, predict

HELP = "train a network on images, and draw what it has learned"
SAVE_EVERY = 200  # steps within an epoch; small sets have fewer, and are saved after each epoch


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments and options."""
    parser.description = (
        "Train a network on images, judge it by examples that it has never seen, and write its "
        "weights, its history and pictures to a folder.  Ctrl-C ends early and keeps what was "
        "learned."
    )
    parser.epilog = (
        "examples: glassgrad train digits; glassgrad train digits --model mlp --seed 1; "
        "glassgrad train MNIST --epochs 3 --augment; glassgrad train digits --resume"
    )
    parser.add_argument(
        "data",
        metavar="DATA",
        help=f"{DIGITS}, which come with scikit-learn, or a folder with the four IDX files of "
        "MNIST or a set in its format",
    )
    parser.add_argument(
        "--model", choices=tuple(RECIPES), help=f"the network (default {settings.MODEL})"
    )
    parser.add_argument(
        "--epochs",
        type=int,
        metavar="N",
        help="how often all examples are gone through (default by model: "
        + ", ".join(f"{name} {r.small}, {r.large} for large sets" for name, r in RECIPES.items())
        + ")",
    )
    parser.add_argument(
        "--batch-size",
        type=int,
        metavar="N",
        help=f"how many examples a step learns from (default {BATCH})",
    )
    parser.add_argument(
        "--lr",
        type=float,
        metavar="X",
        help="the learning rate (default by model: "
        + ", ".join(f"{name} {r.lr:g}" for name, r in RECIPES.items())
        + ")",
    )
    stopping = parser.add_mutually_exclusive_group()
    stopping.add_argument(
        "--patience",
        type=int,
        metavar="N",
        help="end after so many epochs without a lower loss in validation "
        f"(default {PATIENCE}; 0: never)",
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
        help="turn the images, and shift those that are large enough, randomly",
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
    chosen = settings.given(options)
    settings.check_packages()
    usual = f"{named(options.data)}-{options.model or settings.MODEL}"
    folder = Folder(options.out or Path(usual), options.resume)
    try:
        return _train(options.data, chosen, folder)
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


def _train(data: str, chosen: dict[str, Any], folder: Folder) -> int:
    if folder.resume:
        chosen = settings.resumed(chosen, folder)
    splits, weights, order = generator(chosen.get("seed", 0)).spawn(3)
    found = source(data, splits)
    recipe = RECIPES[chosen.get("model", settings.MODEL)]
    chosen = settings.completed(chosen, recipe, found)
    model = recipe.make(found, weights).float()
    history = _learn(model, found, chosen, folder, order)
    log.say(log.stop_reason(history))
    _write(model, history, found, chosen, folder)
    if history.stopped.startswith("interrupted"):
        log.say(f"To go on: {folder.command(data)}")
        return 130
    folder.finish()
    return 0


def _learn(
    model: Module,
    found: Source,
    chosen: Mapping[str, Any],
    folder: Folder,
    rng: np.random.Generator,
) -> History:
    """Train, with a checkpoint in the folder; a start that fails leaves nothing there."""
    epochs = chosen["epochs"]
    lines = log.Lines(epochs)
    try:
        folder.begin({"settings": chosen})
        log.say(log.plan(found, model, chosen, folder))
        with log.short_warnings():
            return fit(
                model,
                loss,
                found.train,
                found.valid,
                optimizer=Adam(model.parameters(), lr=chosen["lr"]),
                epochs=epochs,
                batch_size=chosen["batch_size"],
                metrics=accuracy,
                transform=augmentation(found) if chosen["augment"] else None,
                patience=chosen["patience"] or epochs,  # in the end the weights are the best ones
                rng=rng,
                checkpoint=folder.checkpoint,
                save_every=SAVE_EVERY,
                resume=folder.resume,
                on_epoch=lines,
                compile=chosen["compile"],
            )
    except Exception:  # not Ctrl-C: then the checkpoint has what was learned
        if not lines.seen:
            folder.withdraw()
        raise


def _write(
    model: Module, history: History, found: Source, chosen: Mapping[str, Any], folder: Folder
) -> None:
    """Judge the network, write what it learned, and say so."""
    outputs = predict(model, found.test.inputs)
    log.say(log.test_result(outputs, found.test.targets))
    save(model, folder.path / WEIGHTS)
    history.save(folder.path / HISTORY)
    names = [WEIGHTS, HISTORY]
    for name, figure in pictures(model, history, outputs, found):
        figure.savefig(folder.path / name)
        names.append(name)
    folder.write(
        {
            "settings": chosen,
            "epochs": history.epochs,
            "best_epoch": history.best_epoch,
            "stopped": history.stopped,
            "test": {
                "examples": len(outputs),
                "accuracy": accuracy(outputs, found.test.targets),
            },
        }
    )
    log.say(f"Written to {folder}: {', '.join([*names, SUMMARY])}")
