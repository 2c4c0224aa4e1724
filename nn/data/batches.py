"""Mini-batches: the examples of a data set, some at a time, in a new order in every epoch.

The gradient of the whole loss is the mean over all examples.  That over a few, drawn randomly, is
an estimate of it: cheaper, so that more steps are made, and noisy.  Batches of one are stochastic
gradient descent, those of several mini-batches, and one of everything is batch gradient descent
(decks 1, 3 and 4).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.other_names import OtherName
from nn.checks import at_least_one
from nn.data.change import Change, TargetTransform, Transforming
from nn.data.dataset import Examples, as_dataset
from nn.init import Seed, generator
from nn.other_names.objects import BATCHES


class Batches:
    """The mini-batches of a data set; walking through them again gives another order.

    Parameters
    ----------
    data : Dataset, or pair of arrays
    batch_size : int or None
        How many examples a batch has; the last one may have fewer.  None: all in one.
    shuffle : bool
        Whether the order is random.
    transform : callable, optional
        ``transform(inputs, rng)`` returns the inputs that are learned from instead of those of the
        batch: see `nn.data.Compose`; ``transform(inputs, targets, rng)`` returns both: see
        `nn.data.Joint`.
    target_transform : callable, optional
        ``target_transform(targets, rng)`` returns the targets.
    rng : int, numpy.random.Generator or None
        Draws the order, and what the transform draws.

    Raises
    ------
    autograd.OptionError
        If the size is not an integer of at least 1.
    autograd.ShapeError
        While it is walked through, if the transform returns more inputs or fewer.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.batches import Batches
    >>> for inputs, targets in Batches((np.arange(5.0), np.arange(5)), batch_size=2, rng=0):
    ...     inputs
    array([2., 4.])
    array([3., 0.])
    array([1.])
    """

    @called
    def __init__(
        self,
        data: Examples,
        batch_size: int | None = 32,
        *,
        shuffle: bool = True,
        transform: Transforming | None = None,
        target_transform: TargetTransform | None = None,
        rng: Seed = None,
    ) -> None:
        self.data = as_dataset("Batches", data)
        if batch_size is not None:
            at_least_one("Batches", batch_size=batch_size)
        self.batch_size = len(self.data) if batch_size is None else int(batch_size)
        self.shuffle = shuffle
        self.change = Change("Batches", transform, target_transform)
        self.rng = generator(rng)

    dataset = OtherName("dataset", BATCHES)

    def __repr__(self) -> str:
        order = "in random order" if self.shuffle else "in their order"
        return f"Batches of {self.batch_size}, {order}{self.change.words()}, from {self.data!r}"

    def __len__(self) -> int:
        return -(-len(self.data) // self.batch_size)

    @property
    def count(self) -> int:
        """How many there are: ``len(batches)``."""
        return len(self)

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        order = self.order()
        return (self.take(order, index) for index in range(len(self)))

    def order(self) -> ag.Array:
        """Draw the order of an epoch: the indices of all examples."""
        count = len(self.data)
        return self.rng.permutation(count) if self.shuffle else np.arange(count)

    def take(self, order: ag.Array, index: int) -> tuple[Any, Any]:
        """Return the inputs and targets of one batch of an order."""
        chosen = order[index * self.batch_size : (index + 1) * self.batch_size]
        return self.change(self.data.inputs[chosen], self.data.targets[chosen], self.rng)

    def check_order(self, order: Any) -> None:
        """Refuse what is not an order of these examples."""
        if not np.array_equal(np.sort(order), np.arange(len(self.data))):
            raise ValueError(f"the order is not one of {len(self.data)} examples")

    def joined(self, count: int) -> Batches:
        """Return batches that are so many times as large."""
        larger = Batches(self.data, self.batch_size * count, shuffle=self.shuffle, rng=self.rng)
        larger.change = self.change
        return larger

    def fingerprint(self) -> str:
        """Return eight letters that almost any other data set would change."""
        return self.data.fingerprint()
