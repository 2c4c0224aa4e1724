"""One task for several engines: they must agree on the result, and then they take turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nn.bench.limits import product
from nn.bench.products import recorded, replay
from nn.bench.timing import WHOLE, Sample, alternate, ratio, repeated, repeats_for, typical
from nn.errors import StateError

OURS = "glassgrad"
PRODUCTS = "products"  # the slot of the matrix products alone
LIMIT = "limit"  # the slot of a large matrix product, which shows what the machine can do just then
LARGE = 1024  # its size
TOLERANCE = 1e-3  # of the largest element: float32, added up in another order


@dataclass(frozen=True)
class Contender:
    """What one engine does.

    Attributes
    ----------
    run : callable
        What is timed.
    outcome : callable
        Runs it once, and returns the arrays that every engine must agree on.
    """

    run: Callable[[], Any]
    outcome: Callable[[], Sequence[Any]]


@dataclass(frozen=True)
class Task:
    """What is to be done, by whom.

    Attributes
    ----------
    name : str
    makers : dict of callables
        By the names of the engines, ours first; each makes its contender.
    flops : int or None
        Its arithmetic; None for that of the matrix products that we do.
    """

    name: str
    makers: Mapping[str, Callable[[], Contender]]
    flops: int | None = None


@dataclass(frozen=True)
class Result:
    """What a contest has shown.

    Attributes
    ----------
    samples : dict of lists of samples
        By the names of the engines.
    flops : int
        The arithmetic of one run.
    phase : str
        Which of the times of a sample are meant.
    """

    samples: Mapping[str, list[Sample]]
    flops: int = 0
    phase: str = WHOLE

    def times(self, names: Iterable[str], unit: float) -> dict[str, float | None]:
        """Return the times of engines in a unit of so many nanoseconds; None of who is missing."""
        return {
            name: typical(self.samples[name], self.phase) / unit if name in self.samples else None
            for name in names
        }

    def ratio(self, peer: str) -> float | None:
        """Return our time over a peer's."""
        return self._ratio(OURS, peer)

    @property
    def share(self) -> float | None:
        """The share of our time that the matrix products take alone."""
        return self._ratio(PRODUCTS, OURS)

    @property
    def rate(self) -> float:
        """Our GFLOP/s."""
        return self.flops / typical(self.samples[OURS], self.phase)

    @property
    def of_limit(self) -> float | None:
        """Our GFLOP/s as a share of those of a large matrix product."""
        found = self._ratio(LIMIT, OURS)
        return None if found is None else found * self.flops / (2 * LARGE**3)

    def _ratio(self, one: str, other: str) -> float | None:
        if one not in self.samples or other not in self.samples:
            return None
        return ratio(self.samples[one], self.samples[other], self.phase)


def contest(task: Task, rounds: int, seconds: float) -> Result:
    """Let the engines do a task by turns.

    Parameters
    ----------
    task : Task
    rounds : int
    seconds : float
        How long a slot lasts, about.

    Raises
    ------
    nn.StateError
        If an engine computes something else than ours.
    """
    contenders = {name: make() for name, make in task.makers.items()}
    check_agreement(task.name, {name: c.outcome() for name, c in contenders.items()})
    runs = {name: contender.run for name, contender in contenders.items()}
    with recorded() as products:
        runs[OURS]()
    if products:
        runs |= {PRODUCTS: replay(products), LIMIT: product(LARGE)}
    slots = {name: repeated(run, repeats_for(run, seconds)) for name, run in runs.items()}
    flops = sum(p.flops for p in products) if task.flops is None else task.flops
    return Result(alternate(slots, rounds), flops)


def check_agreement(task: str, outcomes: Mapping[str, Sequence[Any]]) -> None:
    """Refuse to compare engines that compute different things.

    Parameters
    ----------
    task : str
        Its name, for the message.
    outcomes : dict of sequences of arrays
        By the names of the engines, ours first.

    Raises
    ------
    nn.StateError
        If an array differs from ours.

    Examples
    --------
    >>> check_agreement("square", {"glassgrad": [4.0], "torch": [4.0], "jax": [5.0]})
    Traceback (most recent call last):
        ...
    nn.errors.StateError: square: jax computes something else than glassgrad: result 0, of
    shape (), differs by 0.2 of its largest element
    """
    ours, *peers = outcomes
    for peer in peers:
        for i, (a, b) in enumerate(zip(outcomes[ours], outcomes[peer], strict=True)):
            a, b = np.asarray(a), np.asarray(b)
            if a.shape != b.shape:
                raise StateError(
                    f"{task}: {peer} computes something else than {ours}: result {i} has shape "
                    f"{b.shape}, and not {a.shape}"
                )
            size = float(np.max(np.abs(b), initial=0.0))
            error = float(np.max(np.abs(a - b), initial=0.0))
            if not error <= TOLERANCE * size:
                raise StateError(
                    f"{task}: {peer} computes something else than {ours}: result {i}, of shape "
                    f"{a.shape}, differs by {error / size if size else np.inf:.2g} of its largest "
                    "element"
                )
