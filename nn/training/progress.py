"""The bar that shows how far a training is."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.files import needed


class Bar:
    """A bar over all batches of all epochs, with the newest numbers.

    Parameters
    ----------
    show : bool or None
        None: if somebody looks, that is in a terminal or in a notebook, and tqdm is installed.
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
        self._bar = _tqdm(show)
        if self._bar is not None:
            self._bar = self._bar(total=epochs * batches, initial=done, unit="batch")

    def begin(self, epoch: int) -> None:
        """Say that an epoch begins, counted from 0."""
        if self._bar is not None:
            self._bar.set_description(f"epoch {epoch + 1} of {self._epochs}", refresh=False)

    def step(self) -> None:
        """Go on by one batch."""
        if self._bar is not None:
            self._bar.update()

    def tell(self, record: Mapping[str, float]) -> None:
        """Show the numbers of the epoch that has ended."""
        if self._bar is not None:
            told = {name: f"{value:.4g}" for name, value in record.items() if name != "lr"}
            self._bar.set_postfix(told)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._bar is not None:
            self._bar.close()


def _tqdm(show: bool | None) -> Any:
    """Return the bar that suits where the output goes, or None for no bar."""
    if show is False or (show is None and not _somebody_looks()):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that the bar is plainer without ipywidgets
            return needed("fit", "tqdm.auto", "tqdm", "progress").tqdm
    except ag.MissingError:
        if show:
            raise
        return None


def _somebody_looks() -> bool:
    return "ipykernel" in sys.modules or (sys.stderr is not None and sys.stderr.isatty())
