"""The numbers of every epoch, for other programs to read: a table in a file, and TensorBoard."""

from __future__ import annotations

import csv
import io
import os
import warnings
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.files import as_path, check_regular, shown, write_file
from nn.checks import import_extra
from nn.errors import StateError
from nn.training.callbacks import Callback, Training

BEGINNING = b"epoch\n"  # what is in the file before the first epoch has ended


class CSVLogger(Callback):
    """Writes the history to a CSV file after every epoch, a row for each.

    The file is always complete: it is written anew beside the old one, which it then replaces.  So
    it never has a row twice, or half of one, also after a training was killed and resumed.

    Parameters
    ----------
    path : str or path

    Raises
    ------
    nn.StateError
        When the training begins, if the file is there already and is not that of a training which
        is resumed.
    OSError
        When the training begins, if the file cannot be written.  Later the training goes on, with a
        warning.

    Examples
    --------
    >>> import nn, pathlib, tempfile
    >>> line, data = nn.Linear(1, 1, rng=0), ([[0.0], [1.0]], [[1.0], [3.0]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "log.csv")
    ...     history = nn.fit(line, nn.mse_loss, data, epochs=2, callbacks=nn.CSVLogger(path))
    ...     [row.split(",")[0] for row in path.read_text().splitlines()]
    ['epoch', '1', '2']
    """

    @called
    def __init__(self, path: str | os.PathLike[str]) -> None:
        # Absolute: the working directory may change meanwhile.
        self.path = as_path("CSVLogger", path, ag.OptionError).absolute()

    def on_start(self, run: Training) -> None:
        """Write the head, and the rows of a training that is resumed, but not over other files."""
        check_regular("CSVLogger", self.path, StateError)
        if self.path.exists() and not run.resumed and self.path.read_bytes() != BEGINNING:
            raise StateError(
                f"CSVLogger: {shown(self.path)} is there already; remove it, or give another path"
            )
        self._write(run)

    def on_epoch(self, run: Training) -> None:
        """Write all rows so far; if that fails, warn: the older file is still there."""
        try:
            self._write(run)
        except (OSError, StateError) as error:
            warnings.warn(
                ag.GlassgradError.safe(
                    f"CSVLogger: {shown(self.path)} could not be written, and the training goes "
                    f"on: {error}"
                ),
                stacklevel=5,  # the line that calls nn.fit
            )

    def _write(self, run: Training) -> None:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["epoch", *run.history])
        columns = run.history.values()
        writer.writerows(zip(range(1, run.history.epochs + 1), *columns, strict=True))
        write_file("CSVLogger", self.path, text.getvalue(), StateError)


class TensorBoard(Callback):
    """Writes the numbers of every epoch as event files, which the program TensorBoard shows.

    ``tensorboard --logdir FOLDER`` draws a curve for each column of the history.  A training that
    is resumed goes on where its checkpoint was written: what an interrupted one had written beyond
    is not shown.

    Parameters
    ----------
    folder : str or path
        Made if it is not there; runs beside each other are folders in one folder.

    Raises
    ------
    autograd.MissingError
        If the package tensorboardX is not installed.
    """

    @called
    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = as_path("TensorBoard", folder, ag.OptionError).absolute()
        self._library = import_extra("TensorBoard", "tensorboardX", "tensorboardX", "tensorboard")
        self._writer: Any = None

    def on_start(self, run: Training) -> None:
        """Open a new event file."""
        beyond = run.epoch + 1 if run.resumed else None
        self._writer = self._library.SummaryWriter(str(self.folder), purge_step=beyond)

    def on_epoch(self, run: Training) -> None:
        """Write the numbers of the epoch."""
        for name, value in run.history.last.items():
            self._writer.add_scalar(name, value, run.epoch)
        self._writer.flush()

    def on_end(self, run: Training) -> None:
        """Close the file."""
        if self._writer is not None:
            self._writer.close()
