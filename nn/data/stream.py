"""Streams: batches from any iterable, such as a generator that reads them from files.

A data set is in memory, with a known number of examples.  A stream gives one batch after the other,
once in each epoch, and its end may be unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted, one_line
from nn.checks import at_least_one
from nn.data.batches import Batches
from nn.data.change import Change, TargetTransform, Transforming, name_of, takes
from nn.data.dataset import Dataset, Examples, as_dataset, numbers
from nn.init import Seed, generator

Pairs: TypeAlias = Iterable[tuple[ag.ArrayLike, ag.ArrayLike]]
Made: TypeAlias = Callable[[], Pairs] | Callable[[np.random.Generator], Pairs]


class Stream:
    """Batches of an iterable, or of what a function makes anew for every epoch.

    Parameters
    ----------
    source : iterable, or callable
        Gives pairs of inputs and targets, such as a list, an object with ``__iter__``, or a
        function without parameters that returns an iterator, as a generator function does.  A
        function of one parameter gets the generator ``rng``.
    batch_size : int, optional
        Makes batches of so many pairs, each of which is then one example.  By default the source
        gives batches itself.
    transform, target_transform : callable, optional
        As for `Batches`.
    rng : int, numpy.random.Generator or None
        What the source, if it takes it, and the transforms draw from.

    Raises
    ------
    autograd.OptionError
        If the source is an iterator, which can be gone through only once, or gives something else
        than pairs; while it is gone through, if there is nothing in it.
    autograd.ShapeError
        If a batch has more inputs than targets, or fewer.

    Notes
    -----
    A training that is resumed within an epoch goes through the batches that it has learned from
    once more, without learning.  It goes on to the same bits if the source gives the same batches
    in every epoch, or draws them from ``rng``.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.stream import Stream
    >>> def squares():
    ...     for x in range(5):
    ...         yield [float(x)], [float(x**2)]
    >>> [targets.ravel().tolist() for _, targets in Stream(squares, batch_size=2)]
    [[0.0, 1.0], [4.0, 9.0], [16.0]]
    """

    @called
    def __init__(
        self,
        source: Pairs | Made,
        batch_size: int | None = None,
        *,
        transform: Transforming | None = None,
        target_transform: TargetTransform | None = None,
        rng: Seed = None,
    ) -> None:
        self.source = _checked(source)
        if batch_size is not None:
            at_least_one("Stream", batch_size=batch_size)
        self.batch_size = batch_size
        self.change = Change("Stream", transform, target_transform)
        self.rng = generator(rng)
        self.together = 1
        self._next: tuple[Any, int] = (None, 0)  # the order and the number of the next batch
        self._batches: Iterator[tuple[Any, Any]] = iter(())

    def __repr__(self) -> str:
        made = "" if self.batch_size is None else f", {self.batch_size} examples in a batch"
        return f"Stream of {name_of(self.source)}{made}{self.change.words()}"

    @property
    def count(self) -> int | None:
        """How many batches there are, if the source has a length."""
        if not hasattr(self.source, "__len__"):
            return None
        return -(-len(self.source) // ((self.batch_size or 1) * self.together))

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        order, index = self.order(), 0
        while (taken := self.take(order, index)) is not None:
            yield taken
            index += 1

    def order(self) -> Mapping[str, Any]:
        """Return the state of the generator, from which all of this epoch follows."""
        return self.rng.bit_generator.state

    def take(self, order: Mapping[str, Any], index: int) -> tuple[Any, Any] | None:
        """Return a batch; None after the last one."""
        if index == 0 or self._next != (order, index):
            self.rng.bit_generator.state = order
            self._batches = self._walk()
            for _ in islice(self._batches, index):
                pass
        self._next = order, index + 1
        taken = next(self._batches, None)
        if taken is None and index == 0:
            raise ag.OptionError(
                "Stream: the source gave nothing; if its iterator is used up after one epoch, give "
                "a function that makes a new one"
            )
        return taken

    def check_order(self, order: Any) -> None:
        """Refuse what is not a state of the generator."""
        kind: Any = type(self.rng.bit_generator)
        kind(0).state = order

    def joined(self, count: int) -> Stream:
        """Return a stream whose batches are so many of this one, each."""
        larger = Stream(self.source, self.batch_size, rng=self.rng)
        larger.change, larger.together = self.change, count
        return larger

    def fingerprint(self) -> str:
        """Return the same letters for all streams: nothing is known of what is in them."""
        return "a stream"

    def _walk(self) -> Iterator[tuple[Any, Any]]:
        several, single = self.batch_size or 1, self.batch_size is not None
        pairs = (_as_pair(item, single) for item in self._made())
        while taken := list(islice(pairs, several * self.together)):
            inputs, targets = (_joined(list(part), single) for part in zip(*taken, strict=True))
            yield self.change(inputs, targets, self.rng)

    def _made(self) -> Iterator[Any]:
        if isinstance(self.source, Iterable):
            return iter(self.source)
        made = self.source() if takes(self.source, ()) else self.source(self.rng)
        if not isinstance(made, Iterable):
            raise ag.OptionError(
                f"Stream: the function returned a {type(made).__name__}; it must return an "
                "iterator of pairs of inputs and targets, or yield them"
            )
        return iter(made)


Source: TypeAlias = Examples | Batches | Stream | Pairs | Made  # what `as_batches` reads


def as_batches(
    owner: str,
    given: Any,
    batch_size: int | None,
    shuffle: bool = True,
    transform: Any = None,
    target_transform: Any = None,
    rng: Seed = None,
) -> Batches | Stream:
    """Read batches, or make them of a data set, a pair of arrays, an iterable or a function.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.stream import as_batches
    >>> as_batches("fit", (np.zeros((10, 2)), np.zeros(10)), 4).count
    3
    """
    options = {"transform": transform, "target_transform": target_transform, "rng": rng}
    if isinstance(given, (Batches, Stream)):
        if named := [name for name, value in options.items() if value is not None]:
            kind = type(given).__name__
            raise ag.OptionError(f"{owner}: give {named[0]} to the {kind}, which draw from it")
        return given
    if _is_stream(given):
        return Stream(given, **options)
    return Batches(as_dataset(owner, given), batch_size, shuffle=shuffle, **options)


def _is_stream(given: Any) -> bool:
    if isinstance(given, (Dataset, tuple, str, bytes, Mapping, type)) or hasattr(given, "dtype"):
        return False
    # A list of two batches is not a pair of inputs and targets.
    pair = isinstance(given, list) and len(given) == 2 and not all(map(_is_batch, given))
    return not pair and (isinstance(given, Iterable) or callable(given))


def _is_batch(item: object) -> bool:
    return isinstance(item, tuple) and len(item) == 2 and all(hasattr(x, "dtype") for x in item)


def _checked(source: Any) -> Any:
    if isinstance(source, Iterator):
        raise ag.OptionError(
            f"Stream: a {type(source).__name__} can be gone through once, and each epoch goes "
            "through all; give the function that makes it, without calling it"
        )
    if isinstance(source, type) or not (isinstance(source, Iterable) or callable(source)):
        raise ag.OptionError(
            "Stream: takes an iterable of pairs of inputs and targets, or a function that returns "
            f"one, not {one_line(source)}"
        )
    return source


def _as_pair(item: Any, single: bool) -> tuple[Any, Any]:
    """Return inputs and targets as arrays; one example becomes a batch of one."""
    if not isinstance(item, (tuple, list)) or len(item) != 2:
        raise ag.OptionError(
            f"Stream: the source gave a {type(item).__name__}; it must give pairs of inputs and "
            "targets"
        )
    parts = [np.asarray(part)[None] for part in item] if single else item
    if np.ndim(parts[1]) == 0:
        raise ag.OptionError(
            "Stream: the source gave a single example; Stream(source, batch_size=32) makes batches"
        )
    inputs, targets = (
        numbers("Stream", what, part)
        for what, part in zip(("inputs", "targets"), parts, strict=True)
    )
    if len(inputs) != len(targets):
        raise ag.ShapeError(
            f"Stream: {counted(len(inputs), 'input')} for {counted(len(targets), 'target')} in a "
            "batch; of single examples, Stream(source, batch_size=32) makes batches"
        )
    return inputs, targets


def _joined(parts: list[Any], single: bool) -> Any:
    if len({part.shape[1:] for part in parts}) > 1:
        shapes = ", ".join(str(shape) for shape in dict.fromkeys(p.shape[1:] for p in parts))
        what = "examples" if single else "batches"
        raise ag.ShapeError(f"Stream: {what} of shapes {shapes} cannot be put together")
    return np.concatenate(parts) if len(parts) > 1 else parts[0]
