"""Damaged files: weights, data sets, histories, trainings, and names that are drawn.

A case is a kind of file and the changes that are made to a right one, byte by byte.  What reads it
must return something or refuse it in one line without control characters, in little time and
memory.
"""

import gzip
import json
import struct
import tempfile
import time
import tracemalloc
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import autograd as ag
import nn
from nn.data.cifar import read_cifar10
from nn.data.flow import read_flo
from nn.data.idx import read_idx
from nn.training import state_file
from tests.fuzz.messages import wrong_with
from tests.fuzz.search import Case, Part, fewer

SECONDS, MEGABYTES = 5.0, 64
# Bytes that mean something in one of the formats.
TELLING = (
    *(b"\x00", b"\xff", b"\x7f\xff\xff\xff", b"\x1f\x8b", b"\x00" * 8, b"\xff" * 8, b"{", b"}"),
    *(b"[", b'"', b"null", b"NaN", b"-1", b"1e999", b"9" * 40, b"\x1b[31m", b"F64", b"BF16"),
    *(b"[" * 2000, b"<script>", b"\xe2\x80\xae", b"\n", b'{"a":', b"shape", b"data_offsets"),
)


def _weights(path: Path) -> Any:
    return repr(nn.load(nn.Linear(2, 2), path))


def _history(path: Path) -> Any:
    history = nn.History.load(path)
    return repr(history), history._repr_html_()


def _drawing(path: Path) -> Any:
    name = path.read_bytes().decode("utf-8", "replace")
    y = ag.tensor(1.0, requires_grad=True, name=name) * 2.0
    return ElementTree.fromstring(ag.draw(y, backward=True, engine="builtin").svg)


READERS: dict[str, Callable[[Path], Any]] = {
    "weights": _weights,
    "idx": read_idx,
    "idx.gz": read_idx,
    "cifar": read_cifar10,
    "flo": read_flo,
    "history": _history,
    "state": state_file.read,
    "drawing": _drawing,
}


@cache
def right(kind: str) -> bytes:
    """Return the content of a file that is read without complaint."""
    idx = struct.pack(">BBBBII", 0, 0, 8, 2, 2, 3) + bytes(range(6))
    columns = {"loss": [0.5, 0.25], "valid_loss": [0.75, float("nan")]}
    plain = {
        "idx": idx,
        "idx.gz": gzip.compress(idx, mtime=0),
        "cifar": bytes([6]) + bytes(3072) + bytes([2]) + bytes(3072),
        "flo": struct.pack("<fii8f", 202021.25, 2, 2, *range(8)),
        "history": json.dumps(nn.History(columns).to_dict()).encode(),
        "drawing": b"w.1",
    }
    return plain[kind] if kind in plain else _written(kind)


def _written(kind: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "right")
        if kind == "weights":
            nn.save(nn.Linear(2, 2, rng=0), path)
        else:
            state_file.write(path, {"epoch": 1, "w": np.ones(3), "parts": [{"a": 2.5}, "b", None]})
        return path.read_bytes()


def draw(rng: np.random.Generator) -> Case:
    """Draw a kind and up to five changes."""
    kind = str(rng.choice(list(READERS)))
    size = len(right(kind))
    changes = [_change(rng, min(size, 400)) for _ in range(rng.integers(1, 6))]
    return {"kind": kind, "changes": changes}


def _change(rng: np.random.Generator, size: int) -> list[Any]:
    at = int(rng.integers(size + 1))
    piece = TELLING[rng.integers(len(TELLING))]
    match int(rng.integers(5)):
        case 0:
            return ["cut", at, int(rng.integers(1, size + 1))]
        case 1:
            return ["put", at, piece.hex()]
        case 2:
            return ["set", at, piece.hex()]
        case 3:
            return ["set", at, rng.bytes(int(rng.integers(1, 9))).hex()]
        case _:
            return ["again", at, int(rng.integers(1, 50))]


def damaged(case: Case) -> bytes:
    """Return the right content with the changes made."""
    data = right(case["kind"])
    for how, at, what in case["changes"]:
        match how:
            case "cut":
                data = data[:at] + data[at + what :]
            case "put":
                data = data[:at] + bytes.fromhex(what) + data[at:]
            case "set":
                data = data[:at] + bytes.fromhex(what) + data[at + len(what) // 2 :]
            case "again":
                data = data[:at] + data[at : at + what] * 3 + data[at + what :]
    return data


def complaint(case: Case) -> str | None:
    """Read the damaged file under a watch of time and memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "damaged")
        path.write_bytes(damaged(case))
        tracemalloc.start()
        begin = time.monotonic()
        try:
            READERS[case["kind"]](path)
            wrong = None
        except Exception as error:
            wrong = wrong_with(error)
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    if time.monotonic() - begin > SECONDS:
        return f"{case['kind']}: it takes more than {SECONDS} s"
    if peak > MEGABYTES << 20:
        return f"{case['kind']}: it takes {peak >> 20} MB"
    return wrong and f"{case['kind']}: {wrong}"


def smaller(case: Case) -> Iterator[Case]:
    """Yield cases with fewer changes."""
    yield from (case | {"changes": left} for left in fewer(case["changes"]))


PART = Part("files", draw, complaint, smaller)
