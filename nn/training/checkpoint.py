"""When a training is written to its file: at the beginning, after every epoch, and within it."""

from __future__ import annotations

import os
import warnings

import autograd as ag
from autograd.core.files import as_path, check_regular
from autograd.core.messages import one_line
from nn.errors import StateError
from nn.training import state_file
from nn.training.callbacks import Callback
from nn.training.run import Run


class Checkpoint(Callback):
    """The file of one training; without a path it does nothing.

    Parameters
    ----------
    path : path or None
    every : int or None
        After how many batches it is written within an epoch.
    resume : bool
        Whether to go on from the file.
    """

    def __init__(
        self, path: str | os.PathLike[str] | None, every: int | None, resume: bool
    ) -> None:
        if not isinstance(resume, bool):
            raise ag.OptionError(f"fit: resume={one_line(resume)} must be True or False")
        if path is None and (every is not None or resume):
            raise ag.OptionError("fit: save_every and resume need the path of a checkpoint")
        self.given = path
        # Absolute: the working directory may change meanwhile.
        self.path = None if path is None else as_path("fit", path, ag.OptionError).absolute()
        self.every = every
        self.resume = resume
        self.saved: tuple[int, int] | None = None  # epoch and batch of the newest attempt

    def on_start(self, run: Run) -> None:  # type: ignore[override]
        """Read the file, or write the first one: a wrong path is refused before the first step.

        Raises
        ------
        nn.StateError
            If the file does not fit, or exists and ``resume`` is False.
        OSError
            If it cannot be written.
        """
        if self.path is None:
            return
        check_regular("fit", self.path, StateError)
        if self.path.exists() and not self.resume:
            raise StateError(
                f"fit: {self.path} is there already; go on from it by resume=True, or remove it"
            )
        if self.path.exists():
            run.load_state_dict(state_file.read(self.path))
            run.resumed = True
        state_file.write(self.path, run.state_dict())
        self.saved = run.epoch, run.batch

    def on_batch(self, run: Run) -> None:  # type: ignore[override]
        """Write the file, if it is time."""
        if self.every is not None and run.batch % self.every == 0:
            self.save(run)

    def on_epoch(self, run: Run) -> None:  # type: ignore[override]
        """Write the file."""
        self.save(run)

    def on_end(self, run: Run) -> None:  # type: ignore[override]
        """Write the file if there is something new; in the middle of a step the older one holds."""
        if run.is_between_steps and self.saved != (run.epoch, run.batch):
            self.save(run)

    def save(self, run: Run) -> None:
        """Write the file; if that fails, warn: the older one is still there, and so is the run."""
        if self.path is None:
            return
        try:
            state_file.write(self.path, run.state_dict())
        except (OSError, StateError) as error:
            warnings.warn(
                ag.GlassgradError.safe(
                    f"fit: the checkpoint {self.given} could not be written, and the training goes "
                    f"on; the file is that of an earlier step: {error}"
                ),
                stacklevel=6,
            )
        self.saved = run.epoch, run.batch
