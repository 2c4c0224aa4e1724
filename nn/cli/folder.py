"""The folder of a training: its files are written once, and nothing in it is overwritten.

A training that was stopped leaves its checkpoint there, and can be gone on with.  One that is done
leaves none: then another training has to go into another folder.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograd.core.files import as_path, check_regular, write_file
from autograd.core.messages import one_line, plain
from nn.errors import StateError

CHECKPOINT = "training.safetensors"
SUMMARY = "summary.json"
WEIGHTS = "weights.safetensors"
HISTORY = "history.json"
PICTURES = ("curves.png", "kernels.png", "confusion.png", "examples.png", "overlap.png")
FILES = (CHECKPOINT, SUMMARY, WEIGHTS, HISTORY, *PICTURES)


class Folder:
    """Where a training writes to.

    Parameters
    ----------
    path : Path
        A new folder, or one that has none of the files; that in which it is may not be missing.
    resume : bool
        Whether the training that was left there shall be gone on with.

    Attributes
    ----------
    begun : bool
        Whether there is, by now, something to go on with.

    Raises
    ------
    nn.StateError
        If there are results already, or nothing to go on with.
    """

    def __init__(self, path: Path, resume: bool) -> None:
        path = as_path("train", path, StateError)
        self.path = path
        self.resume = resume
        self.begun = False
        self._new = not path.exists()
        place = path if not self._new else path.absolute().parent
        if not place.is_dir():
            raise StateError(f"train: {plain(str(place))} is not a folder; give another --out")
        there = [name for name in FILES if (path / name).exists()]
        if resume and CHECKPOINT not in there:
            what = "the training there is done; give another --out"
            if not there:
                what = "there is no training; leave out --resume"
            raise StateError(f"train: {self} cannot be resumed: {what}")
        if there and not resume:
            raise StateError(f"train: {self} has {self._remedy(there)}")

    def _remedy(self, there: list[str]) -> str:
        if CHECKPOINT in there:
            return "a training that was not finished; add --resume, or give another --out"
        return f"results already, such as {there[-1]}; give another --out, or remove them"

    def __str__(self) -> str:
        return plain(str(self.path))

    @property
    def checkpoint(self) -> Path:
        """The file with all that is needed to go on."""
        return self.path / CHECKPOINT

    def command(self, data: str) -> str:
        """Return the command that goes on with this training."""
        return shlex.join(["glassgrad", "train", data, "--out", str(self.path), "--resume"])

    def begin(self, summary: Mapping[str, object]) -> None:
        """Make the folder, and write the settings of the training."""
        if self._new:
            self.path.mkdir()
        self.begun = True
        if not self.resume:
            self.write(summary)

    def write(self, summary: Mapping[str, object]) -> None:
        """Write the summary: the settings and, at the end, the results."""
        text = json.dumps(summary, indent=1) + "\n"
        write_file("train", self.path / SUMMARY, text, StateError)

    def settings(self) -> dict[str, Any]:
        """Read the settings of the training that was left here.

        Raises
        ------
        nn.StateError
            If the summary is missing or damaged.
        """
        check_regular("train", self.path / SUMMARY, StateError)
        try:
            return dict(json.loads((self.path / SUMMARY).read_bytes())["settings"])
        except (OSError, ValueError, TypeError, LookupError, RecursionError) as error:
            reason = one_line(error, 100, str)
            raise StateError(
                f"train: {self} cannot be resumed, as {SUMMARY} holds no settings: {reason}"
            ) from None

    def finish(self) -> None:
        """Remove the checkpoint, since nothing is left to do."""
        self.checkpoint.unlink(missing_ok=True)

    def withdraw(self) -> None:
        """Remove what a start that failed has written."""
        if self.begun and not self.resume:
            self.begun = False
            for name in (CHECKPOINT, SUMMARY):
                (self.path / name).unlink(missing_ok=True)
            if self._new and self.path.is_dir() and not any(self.path.iterdir()):
                self.path.rmdir()
