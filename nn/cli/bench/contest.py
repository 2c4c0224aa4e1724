"""One task for several engines: they must agree on the result, and then they take turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import ArrayLike

import autograd as ag
from nn.cli.bench.timing import alternate, ratio, repeated, repeats_for
from nn.errors import StateError

OURS = "glassgrad"
COMPILED = "compiled"  # ours, too, by nn.compile or ag.compile
LIMIT = "limit"  # the slot of a large matrix product, for the machine's speed in the same rounds
LARGE = 1024  # its size
# Of the largest element.  Sums in float32 differ by their order, and where a relu's input is
# rounded to the other side of 0 a gradient has a term less: 0.6 % in the residual block.
TOLERANCE = 2e-2


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

    run: Callable[[], object]
    outcome: Callable[[], Sequence[ArrayLike]]


Maker = Callable[[], Contender]


def of_one_array(run: Callable[[], ArrayLike]) -> Contender:
    """Make a contender whose runs return the one array that is compared."""
    return Contender(run, lambda: [np.asarray(run())])


@dataclass(frozen=True)
class Task:
    """What is to be computed, and by which engines.

    Attributes
    ----------
    name : str
    makers : dict of callables
        By the names of the engines, ours first; each makes its contender.
    flops : int
        Its arithmetic in products and convolutions; 0 if it has hardly any.
    """

    name: str
    makers: Mapping[str, Maker]
    flops: int = 0


@dataclass(frozen=True)
class Result:
    """The times of a contest.

    Attributes
    ----------
    samples : dict of lists of float
        Nanoseconds of one run in each round, by the names of the engines.
    flops : int
        The arithmetic of one run.
    """

    samples: Mapping[str, list[float]]
    flops: int = 0

    def times(self, names: Iterable[str], unit: float) -> dict[str, float | None]:
        """Return the times of engines, in a unit of so many nanoseconds; None if not measured."""
        return {
            name: median(self.samples[name]) / unit if name in self.samples else None
            for name in names
        }

    def ratio(self, peer: str, ours: str = OURS) -> float | None:
        """Return our time, eager or compiled, over a peer's."""
        return self._ratio(ours, peer)

    def rate(self, ours: str = OURS) -> float | None:
        """Return our GFLOP/s, eager or compiled."""
        return self.flops / median(self.samples[ours]) if ours in self.samples else None

    def of_limit(self, ours: str = OURS) -> float | None:
        """Return our GFLOP/s as a share of those of a large matrix product."""
        found = self._ratio(LIMIT, ours)
        return None if found is None else found * self.flops / (2 * LARGE**3)

    def _ratio(self, one: str, other: str) -> float | None:
        if one not in self.samples or other not in self.samples:
            return None
        return ratio(self.samples[one], self.samples[other])


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
    if task.flops:
        runs[LIMIT] = large_product(LARGE)
    slots = {name: repeated(run, repeats_for(run, seconds)) for name, run in runs.items()}
    return Result(alternate(slots, rounds), task.flops)


def large_product(n: int) -> Callable[[], object]:
    """Return a function that multiplies two matrices of n x n in float32: 2 n^3 operations."""
    x, y = np.ones((2, n, n), np.float32)
    return lambda: ag.matmul(x, y)


def check_agreement(task: str, outcomes: Mapping[str, Sequence[ArrayLike]]) -> None:
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
    >>> from nn.cli.bench.contest import check_agreement
    >>> check_agreement("square", {"glassgrad": [4.0], "torch": [4.0], "jax": [5.0]})
    Traceback (most recent call last):
        ...
    nn.errors.StateError: square: jax computes something else than glassgrad: result 0, of
    shape (), differs by 0.2 of its largest element
    """
    ours, *peers = outcomes
    for peer in peers:
        for i, (a, b) in enumerate(zip(outcomes[ours], outcomes[peer], strict=True)):
            difference = _difference(np.asarray(a), np.asarray(b))
            if difference:
                raise StateError(
                    f"{task}: {peer} computes something else than {ours}: result {i}{difference}"
                )


def _difference(a: np.ndarray, b: np.ndarray) -> str:
    """Return how b differs from a by more than rounding; '' if it does not."""
    if a.shape != b.shape:
        return f" has shape {b.shape}, and not {a.shape}"
    size = float(np.max(np.abs(b), initial=0.0))
    error = float(np.max(np.abs(a - b), initial=0.0))
    if error <= TOLERANCE * size:  # false for NaN
        return ""
    share = error / size if size else np.inf
    return f", of shape {a.shape}, differs by {share:.2g} of its largest element"
