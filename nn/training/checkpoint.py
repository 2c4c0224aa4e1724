"""A training in a file: all that is needed to go on as if it had never stopped.

The file has the safetensors format: arrays by their names, and in its header one text, in which the
numbers and words are kept as JSON.  So reading it runs nothing, whoever wrote it.  A checksum of it
all tells a file that was damaged.
"""

from __future__ import annotations

import json
import os
import warnings
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

import autograd as ag
from nn.files import needed, remove_parts, write_whole

KEY, SUM = "glassgrad training", "checksum"
VERSION = 1
ARRAY, PAIRS = "array", "pairs"  # what stands in JSON for an array, and for a dict


class Stateful(Protocol):
    """Whatever can be left and taken up."""

    batch: int

    def state_dict(self) -> dict[str, Any]:
        """Return where it stands."""

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from there."""


class Checkpoint:
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
        if path is None and (every is not None or resume):
            raise ag.OptionError("fit: save_every and resume need the path of a checkpoint")
        self.path = None if path is None else Path(path)
        self.every = every
        self.resume = resume

    def begin(self, run: Stateful) -> None:
        """Read the file, or write the first one: a wrong path is told before the first step.

        Raises
        ------
        autograd.StateError
            If the file does not fit, or is there and nobody asked to go on from it.
        OSError
            If it cannot be written.
        """
        if self.path is None:
            return
        if self.path.exists() and not self.resume:
            raise ag.StateError(
                f"fit: {self.path} is there already; go on from it by resume=True, or remove it"
            )
        if self.path.exists():
            run.load_state_dict(read(self.path))
        write(self.path, run.state_dict())
        remove_parts(self.path)

    def after_batch(self, run: Stateful) -> None:
        """Write the file, if it is time."""
        if self.every is not None and run.batch % self.every == 0:
            self.save(run)

    def save(self, run: Stateful) -> None:
        """Write the file; if that fails, warn: the older one is still there, and so is the run."""
        if self.path is None:
            return
        try:
            write(self.path, run.state_dict())
        except OSError as error:
            warnings.warn(
                f"fit: the checkpoint {self.path} could not be written, and the training goes on; "
                f"the file is that of an earlier step: {error}",
                stacklevel=2,
            )


def write(path: str | os.PathLike[str], state: Mapping[str, Any]) -> None:
    """Write nested dicts and lists of numbers, words and arrays.

    Raises
    ------
    autograd.MissingError
        If the package safetensors is not installed.
    OSError
        If the file cannot be written; an older one is as it was.
    """
    library = needed("checkpoint", "safetensors.numpy", "safetensors", "save")
    arrays: dict[str, Any] = {}
    text = json.dumps({"version": VERSION, "state": _packed(state, "", arrays)})
    write_whole(path, library.save(arrays, metadata={KEY: text, SUM: _checksum(text, arrays)}))


def read(path: str | os.PathLike[str]) -> Any:
    """Read what `write` wrote.

    Raises
    ------
    autograd.MissingError
        If the package safetensors is not installed.
    autograd.StateError
        If it is another file, or a damaged one.
    OSError
        If there is no such file.
    """
    library = needed("checkpoint", "safetensors", "safetensors", "save")
    with open(path, "rb"):  # what is missing or forbidden is told by the system's own error
        pass
    try:
        with library.safe_open(Path(path), framework="numpy") as file:
            header = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        content = json.loads(header[KEY])
        if content["version"] != VERSION:
            raise ValueError(f"version {content['version']!r} is not {VERSION}")
        if header[SUM] != _checksum(header[KEY], arrays):
            raise ValueError("it is damaged")
        return _unpacked(content["state"], arrays)
    except Exception as error:  # the library has errors of its own kind
        reason = ag.errors.one_line(error, 100, str)
        raise ag.StateError(f"checkpoint: {path} holds no training: {reason}") from None


def _packed(value: Any, path: str, arrays: dict[str, Any]) -> Any:
    """Return what JSON can hold, and put the arrays aside by their paths."""
    if isinstance(value, Mapping):
        pairs = [[key, _packed(x, f"{path}/{key}", arrays)] for key, x in value.items()]
        return {PAIRS: pairs}  # JSON itself has no keys that are numbers
    if isinstance(value, (list, tuple)):
        return [_packed(x, f"{path}/{i}", arrays) for i, x in enumerate(value)]
    if isinstance(value, np.ndarray):
        arrays[path] = np.asarray(value, order="C")
        return {ARRAY: path}
    return value.item() if isinstance(value, np.generic) else value


def _unpacked(value: Any, arrays: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_unpacked(x, arrays) for x in value]
    if not isinstance(value, dict):
        return value
    if ARRAY in value:
        return arrays[value[ARRAY]]
    return {key: _unpacked(x, arrays) for key, x in value[PAIRS]}


def _checksum(text: str, arrays: Mapping[str, Any]) -> str:
    total = zlib.crc32(text.encode())
    for name in sorted(arrays):
        total = zlib.crc32(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode(), total)
        total = zlib.crc32(np.asarray(arrays[name], order="C").data, total)
    return f"{total:08x}"
