"""Nested dicts and lists of numbers, words and arrays, in a file.

The file has the safetensors format: arrays by their names, and in its header one text, in which the
numbers and words are kept as JSON.  So reading it runs nothing, whoever wrote it.  A checksum of it
all reveals a damaged file.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograd.core.files import check_regular, write_file
from autograd.core.messages import one_line
from nn.checks import import_extra
from nn.errors import StateError

KEY, SUM = "glassgrad training", "checksum"
VERSION = 1
ARRAY, PAIRS = "array", "pairs"  # what stands in JSON for an array, and for a dict


def write(path: str | os.PathLike[str], state: Mapping[str, object]) -> None:
    """Write nested dicts and lists of numbers, words and arrays.

    Raises
    ------
    autograd.MissingError
        If the package safetensors is not installed.
    nn.StateError
        If there is something else in the state.
    OSError
        If the file cannot be written; an older one is as it was.
    """
    library = import_extra("checkpoint", "safetensors.numpy", "safetensors", "save")
    arrays: dict[str, Any] = {}
    try:
        text = json.dumps({"version": VERSION, "state": _packed(state, "", arrays)})
        content = library.save(arrays, metadata={KEY: text, SUM: _checksum(text, arrays)})
    except Exception as error:  # the library has errors of its own kind
        reason = one_line(error, 100, str)
        raise StateError(f"fit: a checkpoint cannot hold this training: {reason}") from None
    write_file("fit", path, content, StateError)


def read(path: str | os.PathLike[str]) -> Any:
    """Read what `write` wrote.

    Raises
    ------
    autograd.MissingError
        If the package safetensors is not installed.
    nn.StateError
        If it is another file, or a damaged one.
    OSError
        If there is no such file.
    """
    library = import_extra("checkpoint", "safetensors", "safetensors", "save")
    check_regular("fit", path, StateError)
    with open(path, "rb"):  # raises the usual OSError, where the library has one of its own
        pass
    try:
        with library.safe_open(Path(path), framework="numpy") as file:
            header = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if KEY not in header:
            raise ValueError("it is a file of weights, which nn.load(model, path) reads")
        content = json.loads(header[KEY])
        if content["version"] != VERSION:
            raise ValueError(f"version {content['version']!r} is not {VERSION}")
        if header[SUM] != _checksum(header[KEY], arrays):
            raise ValueError("it is damaged")
        return _unpacked(content["state"], arrays)
    except Exception as error:  # the library has errors of its own kind
        reason = one_line(error, 100, str)
        raise StateError(f"fit: the checkpoint {path} holds no training: {reason}") from None


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
