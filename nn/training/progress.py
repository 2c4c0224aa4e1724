"""The bar that shows how far a training is."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from importlib import import_module
from typing import Any

import autograd as ag
from nn.checks import import_extra
from nn.training.callbacks import Callback, Training
from nn.training.evaluation import VALID

FORMAT = "{desc} {bar:10} {n_fmt}/{total_fmt}, {remaining} left{postfix}"
WITHOUT_END = "{desc}{n_fmt} batches{postfix}"  # the data do not say how many there are


class Bar(Callback):
    """A bar over all batches of all epochs, with the newest numbers.

    Parameters
    ----------
    show : bool or None
        None: in a terminal or in a notebook, if tqdm is installed.
    epochs : int

    Raises
    ------
    autograd.MissingError
        If the bar shall be shown, and tqdm is not installed.
    """

    def __init__(self, show: bool | None, epochs: int) -> None:
        self._epochs = epochs
        self._tqdm = _tqdm(show)
        self._bar: Any = None

    def on_start(self, run: Training) -> None:
        """Show the bar, as far as the training is already."""
        if self._tqdm is not None:
            steps = run.steps_per_epoch
            known = {"total": self._epochs * steps, "initial": run.epoch * steps} if steps else {}
            form = FORMAT if known else WITHOUT_END
            self._bar = self._tqdm(desc=self._description(run), bar_format=form, **known)
            self._bar.update(run.batch)

    def on_batch(self, run: Training) -> None:
        """Go on by one batch."""
        if self._bar is not None:
            self._bar.update()

    def on_epoch(self, run: Training) -> None:
        """Show the numbers of the epoch that has ended, and that the next one begins."""
        if self._bar is not None:
            self._bar.set_description(self._description(run), refresh=False)
            self._bar.set_postfix_str(_summary(run.history.last))

    def on_end(self, run: Training) -> None:
        """Leave the bar as it is."""
        if self._bar is not None:
            self._bar.close()

    def _description(self, run: Training) -> str:
        return f"epoch {min(run.epoch + 1, self._epochs)} of {self._epochs}"


def _summary(record: Mapping[str, float]) -> str:
    """Return the loss, and of the metrics those on the validation data, if there are such."""
    judged = [name for name in record if name.startswith(VALID)]
    names = ["loss", *judged] if judged else [name for name in record if name != "lr"]
    return ", ".join(f"{name} {record[name]:.3g}" for name in names)


class Cell:
    """What a bar writes to in a notebook: one line below the cell, which the next one replaces.

    What is written to the standard error output would stay in the file, line by line.
    """

    encoding = "utf-8"  # or the bar would be made of #

    def __init__(self) -> None:
        self._shown: Any = None

    def write(self, text: str) -> None:
        """Show a line in the place of the one before."""
        if not text.strip():
            return
        line = {"text/plain": text.strip()}
        if self._shown is None:
            display: Any = import_module("IPython.display").display
            self._shown = display(line, raw=True, display_id=True)
        else:
            self._shown.update(line, raw=True)

    def flush(self) -> None:
        """Do nothing: a line is shown when it is written."""


def _tqdm(show: bool | None) -> Any:
    """Return what makes a bar where the output goes, or None for no bar."""
    if show is False or (show is None and not _is_interactive()):
        return None
    try:
        made = import_extra("fit", "tqdm", "tqdm", "progress").tqdm
    except ag.MissingError:
        if show:
            raise
        return None
    return partial(made, file=Cell()) if _in_notebook() else made


def _is_interactive() -> bool:
    return _in_notebook() or (sys.stderr is not None and sys.stderr.isatty())


def _in_notebook() -> bool:
    """Return whether this is the kernel of a notebook."""
    ipython: Any = sys.modules.get("IPython")
    return hasattr(ipython and ipython.get_ipython(), "kernel")
