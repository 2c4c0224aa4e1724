"""What a network can be trained for: where examples come from, and how its answers are judged.

Each task is a module beside this one, which ends in a `Task`.  A network is judged by examples that
had no part in making it: it did not learn from them, and the epoch whose weights are kept was not
chosen by them (deck 2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from nn.data import Dataset
from nn.module import Module

SMALL = 10_000  # with fewer examples an epoch has few steps, so there are more epochs


@dataclass(frozen=True)
class Source:
    """A set of examples in three parts.

    Attributes
    ----------
    name : str
        A word for it, from which the folder of the results gets its name.
    train, valid, test : Dataset
    """

    name: str
    train: Dataset
    valid: Dataset
    test: Dataset

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one input: of an image, channels, height and width."""
        return tuple(self.train.inputs.shape[1:])

    @property
    def classes(self) -> int:
        """How many classes there are."""
        return len(self.train.classes)

    def fingerprint(self) -> str:
        """Return a few letters that other examples, or others in the parts, would change."""
        return "-".join(part.fingerprint() for part in (self.train, self.valid, self.test))


@dataclass(frozen=True)
class Recipe:
    """How a network is made and trained by default.

    Attributes
    ----------
    make : callable
        Makes the network for a source, from a random generator.
    lr : float
        The learning rate that Adam begins with.
    small, large : int
        How many epochs, for small sets and for large ones.
    batch_size : int
        How many examples a step learns from.
    """

    make: Callable[[Source, np.random.Generator], Module]
    lr: float
    small: int
    large: int
    batch_size: int = 32

    def epochs(self, examples: int) -> int:
        """Return how many epochs are enough for so many examples."""
        return self.small if examples < SMALL else self.large


Pictures: TypeAlias = Iterator[tuple[str, Any]]  # names of files, and figures


@dataclass(frozen=True, eq=False)
class Task:
    """One kind of question, with the networks that can learn to answer it.

    Attributes
    ----------
    recipes : dict of Recipe
        The networks by their names; the first is the usual one.
    source : callable
        ``source(data, rng)`` reads or draws the examples.
    loss : callable
        ``loss(outputs, targets)``, which is made small.
    metric : callable
        ``metric(outputs, targets)``, which is printed.
    measured : callable
        The metric in words: ``measured(0.9)`` is "accuracy 90.0 %".
    result : callable
        ``result(outputs, targets)``, a sentence about the examples for testing.
    about : callable
        ``about(source)``, two texts for the plan: what the examples are, and what the loss is; the
        second may have several lines.
    pictures : callable
        ``pictures(model, outputs, source)`` yields names of files and figures.
    augmentation : callable, optional
        ``augmentation(source)`` returns the transform of ``--augment``.
    packages : dict
        What else must be installed: what to import, and the name of the package.
    """

    recipes: Mapping[str, Recipe]
    source: Callable[[str, np.random.Generator], Source]
    loss: Callable[[Any, Any], Any]
    metric: Callable[[Any, Any], float]
    measured: Callable[[float], str]
    result: Callable[[ag.Array, ag.Array], str]
    about: Callable[[Source], tuple[str, Sequence[str]]]
    pictures: Callable[[Module, ag.Array, Source], Pictures]
    augmentation: Callable[[Source], Callable[..., Any]] | None = None
    packages: Mapping[str, str] = field(default_factory=dict)

    @property
    def usual(self) -> str:
        """The network that is trained by default."""
        return next(iter(self.recipes))
