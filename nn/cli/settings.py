"""The settings of a training: read, checked, completed, and compared on resuming."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import autograd as ag
from nn.checks import above_zero, at_least_one, at_least_zero, one_of
from nn.cli.folder import Folder
from nn.cli.tasks import Source, Task
from nn.errors import StateError

# Each option that changes the result; those that were not given are None.
NAMES = ("model", "epochs", "batch_size", "lr", "patience", "seed", "augment", "compile")
PATIENCE = 5  # epochs without a lower loss in validation, after which a training ends
PACKAGES = {  # what to import, and what it is called where it is installed from
    "matplotlib": "matplotlib",
    "safetensors": "safetensors",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "tqdm": "tqdm",
}


def check_packages(task: Task) -> None:
    """Refuse to begin what could not be ended.

    Raises
    ------
    autograd.MissingError
        If a package is not installed; the message names all of them.
    """
    needed = {**PACKAGES, **task.packages}
    missing = [package for module, package in needed.items() if find_spec(module) is None]
    if missing:
        what = "package" if len(missing) == 1 else "packages"
        raise ag.MissingError(
            f"train: needs the {what} {', '.join(missing)}; pip install 'glassgrad[train]'"
        )


def given(options: argparse.Namespace, task: Task) -> dict[str, Any]:
    """Return the options that were given, checked.

    Raises
    ------
    autograd.OptionError
        If a number is out of its range, or the network or an option is one of another task.
    """
    found = {name: getattr(options, name) for name in NAMES if getattr(options, name) is not None}
    return _checked(found, task)


def _checked(found: dict[str, Any], task: Task) -> dict[str, Any]:
    for name, check in {
        "epochs": at_least_one,
        "batch_size": at_least_one,
        "lr": above_zero,
        "patience": at_least_zero,
        "seed": at_least_zero,
    }.items():
        if name in found:
            check("train", **{_option(name): found[name]})
    if "model" in found:
        one_of("train", tuple(task.recipes), **{_option("model"): found["model"]})
    if found.get("augment") and task.augmentation is None:
        raise ag.OptionError("train: --augment is for images; leave it out")
    return found


def completed(found: Mapping[str, Any], task: Task, source: Source) -> dict[str, Any]:
    """Return all settings: those that were given, and what has proved good for the others.

    Raises
    ------
    autograd.OptionError
        If a training goes on, and its examples were others.
    """
    model = found.get("model", task.usual)
    recipe = task.recipes[model]
    usual = {
        "model": model,
        "epochs": recipe.epochs(len(source.train)),
        "batch_size": recipe.batch_size,
        "lr": recipe.lr,
        "patience": PATIENCE,
        "seed": 0,
        "augment": False,
        "compile": True,
        "examples": source.fingerprint(),
    }
    if found.get("examples", usual["examples"]) != usual["examples"]:
        raise ag.OptionError(
            f"train: the examples in {source.name} are not those that the training began with; "
            "give the same, or another --out"
        )
    return {**usual, **found}


def resumed(found: Mapping[str, object], task: Task, folder: Folder) -> dict[str, Any]:
    """Return the settings of the training in a folder, none of which may have been changed.

    Raises
    ------
    autograd.OptionError
        If one was given that is another.
    nn.StateError
        If there are none.
    """
    saved = {"compile": False, **folder.settings()}  # which older ones lack
    if lost := [name for name in (*NAMES, "examples") if name not in saved]:
        raise StateError(f"train: {folder} cannot be resumed: its settings lack {lost[0]}")
    _checked(saved, task)
    for name, value in found.items():
        if saved.get(name) != value:
            raise ag.OptionError(
                f"train: {_option(name)} is {value}, and was {saved.get(name)} in {folder}; "
                "leave it out to go on, or give another --out"
            )
    return saved


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
