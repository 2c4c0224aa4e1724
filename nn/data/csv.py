"""Tables in CSV files: a row for each example, a column for each feature and for the target."""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.files import as_path, check_regular, shown
from autograd.core.messages import one_line, suggestion
from nn.data.dataset import Dataset
from nn.data.words import class_numbers
from nn.errors import DataError


@called
def read_csv(
    path: str | os.PathLike[str],
    target: str | Sequence[str],
    inputs: Sequence[str] | None = None,
    delimiter: str = ",",
) -> Dataset:
    r"""Read a CSV file, whose first line names the columns.

    Parameters
    ----------
    path : str or path
        Of a text in UTF-8.
    target : str, or sequence of str
        The name of the column that shall be predicted, or those of several.
    inputs : sequence of str, optional
        The names of the columns to predict it from; by default all others.
    delimiter : str
        What stands between two cells.

    Returns
    -------
    Dataset
        Inputs (N, columns) float64.  Targets (N,): of words the numbers of the classes, which are
        the words in their alphabetical order; of whole numbers int64, of others float64.  Of
        several columns (N, columns) float64.

    Raises
    ------
    nn.DataError
        If a cell is empty or not a number, by its line and column; if a row is too short or too
        long; if there is no such column, or no row.
    OSError
        If there is no such file.

    Examples
    --------
    >>> import nn, os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "flowers.csv")
    ...     with open(path, "w") as file:
    ...         _ = file.write("length,width,species\n5.1,3.5,setosa\n5.9,3.0,virginica\n")
    ...     nn.data.read_csv(path, target="species")
    Dataset of 2 examples: inputs (2,) float64, targets () int64, classes setosa, virginica
    """
    table = _read(as_path("read_csv", path, ag.OptionError), delimiter)
    targets = _names("target", target)
    others = [name for name in table.names if name not in targets]
    features = others if inputs is None else _names("inputs", inputs)
    if not features or not targets:
        raise ag.OptionError("read_csv: choose a column for the target, and one or more as inputs")
    if both := set(features) & set(targets):
        raise ag.OptionError(f"read_csv: {one_line(min(both))} is an input and the target")
    for name in (*targets, *features):
        table.check(name)
    x = np.stack([table.numbers(name) for name in features], axis=1)
    if len(targets) > 1:
        return Dataset(x, np.stack([table.numbers(name) for name in targets], axis=1))
    return Dataset(x, *table.classes(targets[0]))


def _names(option: str, given: Any) -> list[str]:
    several = isinstance(given, Iterable) and not isinstance(given, str)
    names = list(given) if several else [given]
    if not all(isinstance(name, str) for name in names):
        raise ag.OptionError(
            f"read_csv: {option}={one_line(given)} must be the name of a column, or several names"
        )
    return names


@dataclass(frozen=True)
class Table:
    """The cells of a file, with the number of the line in which each row ends."""

    path: Path
    names: list[str]
    rows: list[list[str]]
    lines: list[int]

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each column in a row."""
        return {name: place for place, name in enumerate(self.names)}

    def numbers(self, name: str) -> ag.Array:
        """Return a column of numbers; refuse the first cell that is none."""
        cells = self._cells(name)
        found = [_number(cell) for cell in cells]
        if None in found:
            raise self._refusal(name, found.index(None), "is not a finite number")
        return np.array(found)

    def classes(self, name: str) -> tuple[ag.Array, tuple[str, ...]]:
        """Return a column as targets, and the names of its classes if it has words."""
        cells = self._cells(name)
        if "" in cells:
            raise self._refusal(name, cells.index(""), "is empty")
        numeric = [_number(cell) is not None for cell in cells]
        if not any(numeric):
            return class_numbers("read_csv", cells)
        if not all(numeric):
            raise self._refusal(name, numeric.index(False), "is not a number, and others are")
        values = self.numbers(name)
        whole = all(cell.lstrip("+-").isdecimal() for cell in cells) and abs(values).max() < 2**53
        return values.astype(np.int64) if whole else values, ()

    def check(self, name: str) -> None:
        """Refuse the name of a column that there is not."""
        if name not in self.places:
            known = ", ".join(self.names)
            raise self.refusal(
                f"no column {one_line(name)}{suggestion(str(name), self.names)}; there are "
                f"{one_line(known, 200, str)}"
            )

    def _cells(self, name: str) -> list[str]:
        place = self.places[name]
        return [row[place].strip() for row in self.rows]

    def _refusal(self, name: str, row: int, what: str) -> DataError:
        cell = self._cells(name)[row]
        remedy = "fill it in, or leave the row out" if cell == "" else "mend it"
        return self.refusal(
            f"line {self.lines[row]}, column {one_line(name)}: {one_line(cell)} {what}; {remedy}, "
            "or name the columns to read by inputs="
        )

    def refusal(self, text: str) -> DataError:
        """Return the error that says what is wrong with this file."""
        return DataError(f"read_csv: {shown(self.path)}: {text}")


def _number(cell: str) -> float | None:
    """Read a finite number; Python's own reading allows 1_000, too."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in cell else None


def _read(path: Path, delimiter: str) -> Table:
    if not isinstance(delimiter, str) or len(delimiter) != 1 or delimiter in '\r\n"':
        raise ag.OptionError(f"read_csv: delimiter={one_line(delimiter)} must be one character")
    check_regular("read_csv", path, DataError)
    table = Table(path, [], [], [])
    try:
        text = io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        for row in reader:
            if not table.names:
                table.names.extend(name.strip() for name in row)
            elif row:  # a line that is empty is not a row
                _add(table, row, reader.line_num)
    except (UnicodeDecodeError, csv.Error) as error:
        reason = one_line(error, 100, str)
        raise DataError(f"read_csv: {shown(path)}: not a CSV file in UTF-8: {reason}") from None
    _check(table, delimiter)
    return table


def _add(table: Table, row: list[str], line: int) -> None:
    if len(row) != len(table.names):
        raise table.refusal(f"line {line} has {len(row)} cells, and the first {len(table.names)}")
    table.rows.append(row)
    table.lines.append(line)


def _check(table: Table, delimiter: str) -> None:
    if len(table.places) < len(table.names):
        twice = next(n for i, n in enumerate(table.names) if table.places[n] != i)
        raise table.refusal(f"two columns are called {one_line(twice)}")
    numbers = all(_number(name) is not None for name in table.names)
    if numbers and not all(map(str.isdecimal, table.names)):  # pandas calls columns 0, 1, 2
        raise table.refusal("the first line must name the columns, and it has only numbers")
    if len(table.names) == 1:
        others = [c for c in ",;\t" if c != delimiter and c in table.names[0]]
        hint = f"; write delimiter={others[0]!r}" if others else ""
        raise table.refusal(f"there is only one column, {one_line(table.names[0])}{hint}")
    if not table.rows:
        raise table.refusal("there are no rows")
