"""The record of a training, epoch by epoch."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from html import escape
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.files import as_path, check_regular, write_file
from autograd.core.messages import one_line
from autograd.core.other_names import OtherName
from autograd.core.tables import columns
from nn import plots
from nn.errors import StateError
from nn.other_names.objects import HISTORY
from nn.plots.canvas import Picture

SHOWN = 12  # of more epochs than these, the table leaves out those in the middle
ENDS = 5
# What Python says when the content of a file is of other kinds than was expected.
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


class History(dict[str, list[float]]):
    """The numbers of every epoch, by their names: a dict of lists; printed, it is a table.

    ``pandas.DataFrame(history)`` takes it as it is.

    Parameters
    ----------
    columns : dict from str to list of float, optional
        Lists of one length.
    unit : str
        What is counted: "epoch", or "try" where there are none.

    Attributes
    ----------
    best_epoch : int or None
        The epoch, counted from 1, that was the best on the validation data; None without such.
    stopped : str
        Why the training ended, as text.
    seconds : float
        How long it took.

    Examples
    --------
    >>> import nn
    >>> history = nn.History({"loss": [0.7, 0.4], "valid_loss": [0.8, 0.6]})
    >>> history["loss"]
    [0.7, 0.4]
    >>> history
    epoch  loss    valid_loss
        1  0.7000  0.8000
        2  0.4000  0.6000
    """

    @called
    def __init__(
        self, columns: Mapping[str, list[float]] | None = None, unit: str = "epoch"
    ) -> None:
        super().__init__({name: _column(name, given) for name, given in (columns or {}).items()})
        if len({len(column) for column in self.values()}) > 1:
            raise ag.ShapeError("History: the columns have different lengths")
        self.unit = unit
        self.best_epoch: int | None = None
        self.stopped = ""
        self.seconds = 0.0

    history = OtherName("history", HISTORY)

    def __missing__(self, name: str) -> list[float]:
        known = ", ".join(self) or "none yet"
        raise KeyError(f"History has no column {name!r}; there are {known}") from None

    @property
    def epochs(self) -> int:
        """How many rows there are: epochs, or tries."""
        return len(next(iter(self.values()), []))

    def add(self, record: Mapping[str, float]) -> None:
        """Add the numbers of one epoch.

        Raises
        ------
        autograd.OptionError
            If they have other names than those of the epochs before.
        """
        if self and set(record) != set(self):
            raise ag.OptionError(
                f"History: an epoch with {', '.join(record)} after those with {', '.join(self)}"
            )
        for name, value in record.items():
            self.setdefault(name, []).append(_number(value))

    @property
    def last(self) -> dict[str, float]:
        """The numbers of the last epoch."""
        return {name: column[-1] for name, column in self.items() if column}

    def plot(self) -> Picture:
        """Draw the columns as curves over the epochs.

        Returns
        -------
        matplotlib.figure.Figure

        Raises
        ------
        autograd.MissingError
            If matplotlib is not installed.
        """
        return plots.curves(self)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write everything to a JSON file, which `load` reads.

        Raises
        ------
        autograd.OptionError
            If the path leads to something else than a regular file.
        OSError
            If it cannot be written; an older file is as it was.
        """
        text = json.dumps(self.to_dict(), indent=1) + "\n"
        write_file("History", path, text, ag.OptionError)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> History:
        """Read what `save` wrote.

        Raises
        ------
        nn.StateError
            If the file does not hold a history.
        """
        path = as_path("History", path, ag.OptionError)
        check_regular("History", path, StateError)
        try:
            return cls.from_dict(json.loads(path.read_bytes()))
        except (*MALFORMED, RecursionError) as error:
            reason = one_line(error, 100, str)
            raise StateError(f"History: {path} does not hold one: {reason}") from None

    def to_dict(self) -> dict[str, Any]:
        """Return everything as dicts, lists, numbers and words."""
        return {"columns": {name: list(column) for name, column in self.items()}, **vars(self)}

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> History:
        """Make a history of what `to_dict` returned."""
        history = cls(given["columns"], str(given["unit"]))
        best = given["best_epoch"]
        history.best_epoch = None if best is None else int(best)
        history.stopped, history.seconds = str(given["stopped"]), float(given["seconds"])
        return history

    def __repr__(self) -> str:
        rows = self._rows()
        return "\n".join([*columns(rows, ">" + "<" * len(self)), *self._ending()])

    def _repr_html_(self) -> str:
        head, *rows = self._rows()
        cells = [f"<tr>{''.join(f'<td>{escape(x)}</td>' for x in row)}</tr>" for row in rows]
        names = "".join(f"<th>{escape(name)}</th>" for name in head)
        ending = "".join(f"<p>{escape(line)}</p>" for line in self._ending())
        return f"<table><tr>{names}</tr>{''.join(cells)}</table>{ending}"

    def _rows(self) -> list[list[str]]:
        rows = [[str(i + 1), *(_shown(n, self[n][i]) for n in self)] for i in range(self.epochs)]
        if len(rows) > SHOWN:
            rows[ENDS:-ENDS] = [["...", *[""] * len(self)]]
        return [[self.unit, *self], *rows]

    def _ending(self) -> list[str]:
        best = [f"the best epoch was {self.best_epoch}"] if self.best_epoch else []
        ending = "; ".join([self.stopped, *best] if self.stopped else best)
        return [f"({ending})"] if ending else []


def _column(name: str, given: Any) -> list[float]:
    if not isinstance(given, (list, tuple)):
        raise ag.OptionError(f"History: the column {name!r} is not a list of numbers")
    return [_number(x) for x in given]


def _number(x: Any) -> float:
    return x if isinstance(x, int) else float(x)  # a count stays one


def _shown(name: str, value: float) -> str:
    if isinstance(value, int):
        return str(value)
    plain = math.isfinite(value) and (value == 0 or 0.001 <= abs(value) < 1e5)
    return f"{value:.4f}" if plain and name != "lr" else f"{value:.4g}"
