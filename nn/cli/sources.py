"""What can be learned from: images, in parts for learning, for choosing, and for judging.

A network is judged by examples that had no part in making it: it did not learn from them, and the
epoch whose weights are kept was not chosen by them (deck 2).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograd.core.files import as_path
from autograd.core.messages import plain
from nn.data import Dataset, digits, mnist
from nn.errors import DataError

DIGITS = "digits"
HELD_OUT = 0.2  # of a set that comes without a part for testing
VALIDATION = 0.1  # of what is then left


@dataclass(frozen=True)
class Source:
    """A set in three parts.

    Attributes
    ----------
    name : str
        A word for it, from which the folder of the results gets its name.
    train, valid, test : Dataset
        Inputs (N, channels, height, width) float32; targets (N,).
    """

    name: str
    train: Dataset
    valid: Dataset
    test: Dataset

    @property
    def shape(self) -> tuple[int, ...]:
        """Channels, height and width of an image."""
        return tuple(self.train.inputs.shape[1:])

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.train.classes)

    def fingerprint(self) -> str:
        """Return a few letters that other examples, or others in the parts, would change."""
        return "-".join(part.fingerprint() for part in (self.train, self.valid, self.test))


def source(data: str, rng: np.random.Generator) -> Source:
    """Read the digits of scikit-learn, or a folder of IDX files.

    Parameters
    ----------
    data : str
        ``digits``, or the path of a folder; ``./digits`` is one.
    rng : numpy.random.Generator
        Draws what is held out.

    Raises
    ------
    nn.DataError
        If there is no such folder, or its files are not what their names say.
    autograd.MissingError
        If scikit-learn is needed and not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.cli.sources import source
    >>> found = source("digits", np.random.default_rng(0))
    >>> len(found.train), len(found.valid), len(found.test), found.shape, found.classes
    (1294, 144, 359, (1, 8, 8), 10)
    """
    if data == DIGITS:
        everything = digits().map(lambda images: images.astype(np.float32))
        rest, test = everything.split(1 - HELD_OUT, HELD_OUT, rng=rng, stratify=True)
    else:
        rest, test = mnist(_folder(data))
    train, valid = rest.split(1 - VALIDATION, VALIDATION, rng=rng, stratify=True)
    return Source(named(data), train, valid, test)


def named(data: str) -> str:
    """Return a word for the digits, or for a folder, its name."""
    return DIGITS if data == DIGITS else as_path("train", data, DataError).resolve().name or "data"


def _folder(data: str) -> Path:
    path = as_path("train", data, DataError)
    if not path.is_dir():
        raise DataError(
            f"train: there is no folder {plain(data)}; give one with the "
            f"four files of MNIST, or the word {DIGITS}"
        )
    return path
