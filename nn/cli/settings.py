"""The settings of a training: read, checked, completed, and compared on resuming."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import autograd as ag
from nn.checks import above_zero, at_least_one, at_least_zero, one_of
from nn.cli.folder import Folder
from nn.cli.recipes import BATCH, PATIENCE, RECIPES, Recipe
from nn.cli.sources import Source
from nn.errors import StateError

# Each option that changes the result; those that were not given are None.
NAMES = ("model", "epochs", "batch_size", "lr", "patience", "seed", "augment", "compile")
MODEL = "cnn"
PACKAGES = {  # what to import, and what it is called where it is installed from
    "matplotlib": "matplotlib",
    "safetensors": "safetensors",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "tqdm": "tqdm",
}


def check_packages() -> None:
    """Refuse to begin what could not be ended.

    Raises
    ------
    autograd.MissingError
        If a package is not installed; the message names all of them.
    """
    missing = [package for module, package in PACKAGES.items() if find_spec(module) is None]
    if missing:
        what = "package" if len(missing) == 1 else "packages"
        raise ag.MissingError(
            f"train: needs the {what} {', '.join(missing)}; pip install 'glassgrad[train]'"
        )


def given(options: argparse.Namespace) -> dict[str, Any]:
    """Return the options that were given, checked.

    Raises
    ------
    autograd.OptionError
        If a number is out of its range.
    """
    found = {name: getattr(options, name) for name in NAMES if getattr(options, name) is not None}
    return _checked(found)


def _checked(found: dict[str, Any]) -> dict[str, Any]:
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
        one_of("train", tuple(RECIPES), **{_option("model"): found["model"]})
    return found


def completed(found: Mapping[str, object], recipe: Recipe, source: Source) -> dict[str, Any]:
    """Return all settings: those that were given, and what has proved good for the others.

    Raises
    ------
    autograd.OptionError
        If a training goes on, and its examples were others.
    """
    usual = {
        "model": MODEL,
        "epochs": recipe.epochs(len(source.train)),
        "batch_size": BATCH,
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


def resumed(found: Mapping[str, object], folder: Folder) -> dict[str, Any]:
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
    _checked(saved)
    for name, value in found.items():
        if saved.get(name) != value:
            raise ag.OptionError(
                f"train: {_option(name)} is {value}, and was {saved.get(name)} in {folder}; "
                "leave it out to go on, or give another --out"
            )
    return saved


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
