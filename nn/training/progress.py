"""The bar that shows how far a training is."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.checks import import_extra
from nn.training.evaluation import VALID

FORMAT = "{desc} {bar:10} {n_fmt}/{total_fmt}, {remaining} left{postfix}"


class Bar:
    """A bar over all batches of all epochs, with the newest numbers.

    Parameters
    ----------
    show : bool or None
        None: in a terminal or in a notebook, if tqdm is installed.
    epochs : int
    batches : int
        In each epoch.
    done : int
        How many batches have been done before.

    Raises
    ------
    autograd.MissingError
        If the bar shall be shown, and tqdm is not installed.
    """

    def __init__(self, show: bool | None, epochs: int, batches: int, done: int = 0) -> None:
        self._epochs = epochs
        tqdm = _tqdm(show)
        total = epochs * batches
        self._bar = tqdm and tqdm(total=total, initial=done, bar_format=FORMAT)

    def begin(self, epoch: int) -> None:
        """Show that an epoch begins, counted from 0."""
        if self._bar is not None:
            self._bar.set_description(f"epoch {epoch + 1} of {self._epochs}", refresh=False)

    def step(self) -> None:
        """Go on by one batch."""
        if self._bar is not None:
            self._bar.update()

    def show(self, record: Mapping[str, float]) -> None:
        """Show the numbers of the epoch that has ended."""
        if self._bar is not None:
            self._bar.set_postfix_str(_summary(record))

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _summary(record: Mapping[str, float]) -> str:
    """Return the loss, and of the metrics those on the validation data, if there are such."""
    judged = [name for name in record if name.startswith(VALID)]
    names = ["loss", *judged] if judged else [name for name in record if name != "lr"]
    return ", ".join(f"{name} {record[name]:.3g}" for name in names)


def _tqdm(show: bool | None) -> Any:
    """Return the bar that suits where the output goes, or None for no bar."""
    if show is False or (show is None and not _is_interactive()):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that the bar is plainer without ipywidgets
            return import_extra("fit", "tqdm.auto", "tqdm", "progress").tqdm
    except ag.MissingError:
        if show:
            raise
        return None


def _is_interactive() -> bool:
    return "ipykernel" in sys.modules or (sys.stderr is not None and sys.stderr.isatty())
