"""Mini-batches: the examples of a data set, some at a time, in a new order in every epoch.

The gradient of the whole loss is the mean over all examples.  That over a few, drawn randomly, is
an estimate of it: cheaper, so that more steps are made, and noisy.  Batches of one are stochastic
gradient descent, those of several mini-batches, and one of everything is batch gradient descent
(decks 1, 3 and 4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted, one_line
from nn.checks import at_least_one
from nn.data.dataset import Examples, as_dataset
from nn.init import Seed, generator

# From the inputs of a batch and a generator to the inputs that are learned from.
InputTransform: TypeAlias = Callable[[ag.Array, np.random.Generator], ag.ArrayLike]


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
        batch: see `nn.data.Compose`.
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
        transform: InputTransform | None = None,
        rng: Seed = None,
    ) -> None:
        self.data = as_dataset("Batches", data)
        if batch_size is not None:
            at_least_one("Batches", batch_size=batch_size)
        self.batch_size = len(self.data) if batch_size is None else int(batch_size)
        self.shuffle = shuffle
        self.transform = _checked(transform)
        self.rng = generator(rng)

    def __len__(self) -> int:
        return -(-len(self.data) // self.batch_size)

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
        inputs, targets = self.data.inputs[chosen], self.data.targets[chosen]
        if self.transform is None:
            return inputs, targets
        changed = self.transform(inputs, self.rng)
        if not hasattr(changed, "__len__"):
            raise ag.OptionError(
                f"Batches: the transform returned a {type(changed).__name__}; it must return the "
                "inputs to learn from, as a function of inputs and rng"
            )
        changed = np.asarray(changed)
        if len(changed) != len(targets):
            raise ag.ShapeError(
                f"Batches: the transform made {counted(len(changed), 'input')} "
                f"of {len(targets)}; it must return one for each"
            )
        return changed, targets


def _checked(transform: Any) -> Any:
    if transform is None:
        return None
    if isinstance(transform, type):
        raise ag.OptionError(
            f"Batches: transform is the class {transform.__name__}; give an object, made with its "
            "options"
        )
    try:
        signature(transform).bind("inputs", "rng")
    except TypeError as error:
        reason = one_line(error, 80, str)
        raise ag.OptionError(f"Batches: a transform takes inputs and rng: {reason}") from None
    except ValueError:  # a function of C, which has no signature
        pass
    return transform
