"""A data set: inputs, and for each of them the target, the output that a network should give."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted, one_line
from autograd.core.other_names import OtherName
from nn.checks import above_zero
from nn.data.words import are_words, class_numbers
from nn.init import Seed, generator
from nn.other_names.objects import DATASET


class Dataset:
    """Examples: arrays of inputs and of targets, whose first axis counts them.

    Arrays are not copied: changing them later changes the data set.

    Parameters
    ----------
    inputs : array, (N, ...)
        Numbers: points are (N, features), images (N, channels, height, width).
    targets : array, (N, ...)
        Numbers: classes from 0 on are (N,) integers.  Words, (N,), become such: the number of a
        word is its place in ``classes``.
    classes : sequence of str
        What the classes are called, if the targets are such; of words by default all of them, in
        alphabetical order.  Examples that the network has not learned from get the same numbers by
        ``classes=train.classes``.

    Attributes
    ----------
    inputs, targets : numpy.ndarray
    classes : tuple of str

    Raises
    ------
    autograd.OptionError
        If there are no examples, something is not a number, or a word is none of the classes.
    autograd.ShapeError
        If there are more inputs than targets, or fewer.

    Examples
    --------
    >>> from nn.data.dataset import Dataset
    >>> data = Dataset([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [0, 0, 1], classes=("no", "yes"))
    >>> data
    Dataset of 3 examples: inputs (2,) float64, targets () int64, classes no, yes
    >>> Dataset([[0.0], [1.0]], ["yes", "no"]).targets
    array([1, 0])
    >>> data[2]
    (array([1., 1.]), np.int64(1))
    >>> data[1:]
    Dataset of 2 examples: inputs (2,) float64, targets () int64, classes no, yes
    """

    @called
    def __init__(
        self, inputs: ag.ArrayLike, targets: ag.ArrayLike, classes: Sequence[str] = ()
    ) -> None:
        self.inputs = numbers("Dataset", "inputs", inputs)
        if isinstance(classes, str) or not hasattr(classes, "__iter__"):
            raise ag.OptionError(f"Dataset: classes={one_line(classes)} must be a list of names")
        self.classes = tuple(str(name) for name in classes)
        if are_words(targets):
            targets, self.classes = class_numbers("Dataset", targets, self.classes)
        self.targets = numbers("Dataset", "targets", targets)
        numbered = self.targets.ndim == 1 and self.targets.dtype.kind in "iu"
        if self.classes and numbered and self.targets.max() >= len(self.classes):
            raise ag.OptionError(
                f"Dataset: {len(self.classes)} names of classes, and a target of "
                f"{self.targets.max()}; classes count from 0"
            )
        if len(self.inputs) != len(self.targets):
            raise ag.ShapeError(
                f"Dataset: {counted(len(self.inputs), 'input')} for "
                f"{counted(len(self.targets), 'target')}; each needs one"
            )

    def __len__(self) -> int:
        return len(self.inputs)

    def fingerprint(self) -> str:
        """Return eight letters that almost any other data set would change."""
        found = 0
        for array in (self.inputs, self.targets):
            found = zlib.crc32(f"{array.dtype} {array.shape}".encode(), found)
            found = zlib.crc32(np.asarray(array, order="C").data, found)
        return f"{found:08x}"

    def __getitem__(self, index: int | slice | Sequence[int] | ag.Array) -> Any:
        """Return one example as a pair, or those of a slice, a mask or a list as a data set."""
        if isinstance(index, tuple):
            raise ag.IndexingError("Dataset: takes one index, that of the examples; see map")
        inputs, targets = self.inputs[index], self.targets[index]
        if inputs.ndim < self.inputs.ndim:
            return inputs, targets
        return Dataset(inputs, targets, self.classes)

    def map(
        self,
        inputs: Callable[[ag.Array], ag.ArrayLike] = lambda x: x,
        targets: Callable[[ag.Array], ag.ArrayLike] = lambda t: t,
    ) -> Dataset:
        """Return a data set with other inputs, or other targets.

        Parameters
        ----------
        inputs, targets : callable
            From the array to the one that takes its place.

        Examples
        --------
        >>> from nn.data.dataset import Dataset
        >>> data = Dataset([[2.0], [4.0]], [0, 1])
        >>> data.map(lambda x: x / 2).inputs
        array([[1.],
               [2.]])
        >>> data.map(targets=lambda t: t[:, None])  # a column, for a network of one output
        Dataset of 2 examples: inputs (1,) float64, targets (1,) int64
        """
        for name, function in {"inputs": inputs, "targets": targets}.items():
            if not callable(function):
                raise ag.OptionError(f"map: {name} must be a function of an array")
        data = as_dataset("map", self)
        return Dataset(inputs(data.inputs), targets(data.targets), data.classes)

    def split(
        self, *fractions: float, rng: Seed = None, stratify: bool = False
    ) -> tuple[Dataset, ...]:
        """Divide the examples randomly, as into those for training, validation and testing.

        What is learned from must not be what is judged by (deck 2), so no example is in two parts.

        Parameters
        ----------
        *fractions : float
            One for each part; together at most 1.  What is left over is a part more.
        rng : int, numpy.random.Generator or None
            Draws the order: the same seed, the same parts.
        stratify : bool
            Whether each part has every class as often as the whole has it.

        Returns
        -------
        tuple of Dataset

        Raises
        ------
        autograd.OptionError
            If a part would be empty, or the fractions are more than the whole.

        Examples
        --------
        >>> import numpy as np
        >>> from nn.data.dataset import Dataset
        >>> data = Dataset(np.arange(10), np.arange(10) % 2)
        >>> train, valid, test = data.split(0.6, 0.2, rng=0)
        >>> len(train), len(valid), len(test)
        (6, 2, 2)
        """
        above_zero("split", **{f"fraction {i}": f for i, f in enumerate(fractions)})
        if not fractions or sum(fractions) > 1 + 1e-9:
            raise ag.OptionError(
                "split: give fractions of at most 1 together, as in data.split(0.8, 0.2)"
            )
        data = as_dataset("split", self)
        order = data._shuffled(generator(rng), stratify)
        ends = [round(part * len(data)) for part in np.cumsum(fractions)]
        whole = math.isclose(sum(fractions), 1.0)
        parts = np.split(order, ends[:-1] if whole else ends)
        if min(map(len, parts)) == 0:
            sizes = ", ".join(str(len(part)) for part in parts)
            raise ag.OptionError(
                f"split: {counted(len(self), 'example')} would make parts of {sizes}; "
                "choose other fractions, or more examples"
            )
        return tuple(data[part] for part in parts)

    def _shuffled(self, rng: np.random.Generator, stratify: bool) -> Any:
        order = rng.permutation(len(self))
        if not stratify:
            return order
        if self.targets.ndim != 1:
            raise ag.OptionError(
                f"split: stratify takes one class for each example, not {self.targets.shape}"
            )
        labels = self.targets[order]
        places = np.empty(len(self))
        # The k-th of n examples of a class goes to (k + u) / n of the way, with one u for each
        # class: so every piece of the order has its share of all classes.
        for label in np.unique(labels):
            own = labels == label
            places[own] = (np.arange(own.sum()) + rng.random()) / own.sum()
        return order[np.argsort(places, kind="stable")]

    def __repr__(self) -> str:
        if "inputs" not in vars(self):  # in a class of the user's, which has examples of its own
            return object.__repr__(self)
        named = f", classes {', '.join(self.classes[:4])}" if self.classes else ""
        more = f" and {len(self.classes) - 4} more" if len(self.classes) > 4 else ""
        shown = [f"{x.shape[1:]} {x.dtype}" for x in (self.inputs, self.targets)]
        return (
            f"Dataset of {counted(len(self), 'example')}: "
            f"inputs {shown[0]}, targets {shown[1]}{named}{more}"
        )


for _name in DATASET:
    setattr(Dataset, _name, OtherName(_name, DATASET))

# What `as_dataset` reads.
Examples: TypeAlias = Dataset | tuple[ag.ArrayLike, ag.ArrayLike]


def as_dataset(owner: str, given: object) -> Dataset:
    """Read a data set, a pair of inputs and targets, or an object that has examples by number.

    Such an object has ``__len__`` and ``__getitem__``, which returns a pair, as the data sets of
    PyTorch.  All of its examples are read once.

    Examples
    --------
    >>> from nn.data.dataset import as_dataset
    >>> as_dataset("fit", ([[1.0]], [2.0]))
    Dataset of 1 example: inputs (1,) float64, targets () float64
    >>> class Squares:
    ...     def __len__(self):
    ...         return 3
    ...     def __getitem__(self, i):
    ...         return [float(i)], i * i
    >>> as_dataset("fit", Squares()).targets
    array([0, 1, 4])
    """
    if isinstance(given, Dataset) and "inputs" in vars(given):
        return given
    if isinstance(given, (tuple, list)) and len(given) == 2:
        if any(isinstance(part, Dataset) for part in given):
            raise ag.OptionError(f"{owner}: takes one Dataset here, not two; give each by itself")
        if are_words(given[1]):  # those of two pairs might be numbered differently
            raise ag.OptionError(
                f"{owner}: the targets are words; nn.data.Dataset(inputs, targets) makes classes "
                "of them, and with classes=train.classes the same of other examples"
            )
        return Dataset(*given)
    if _has_examples(given):
        return _gathered(owner, given)
    raise ag.OptionError(
        f"{owner}: takes a Dataset, or a pair (inputs, targets), not {type(given).__name__}"
    )


def _has_examples(given: object) -> bool:
    """Return whether an object is not an array or a list, and has examples by number."""
    of_python = (list, tuple, str, bytes, Mapping, type)
    return (
        not isinstance(given, of_python)
        and not hasattr(given, "dtype")
        and hasattr(given, "__len__")
        and hasattr(given, "__getitem__")
    )


def _gathered(owner: str, given: Any) -> Dataset:
    """Put the examples of an object together."""
    examples = [given[i] for i in range(len(given))]
    if not examples or not all(isinstance(x, (tuple, list)) and len(x) == 2 for x in examples):
        raise ag.OptionError(
            f"{owner}: {type(given).__name__}[i] must be a pair of an input and a target, for i "
            f"from 0 to len - 1; of arrays make nn.data.Dataset(inputs, targets)"
        )
    inputs, targets = (
        [x.numpy() if isinstance(x, ag.Tensor) else x for x in column]
        for column in zip(*examples, strict=True)
    )
    return Dataset(inputs, targets)


def numbers(owner: str, what: str, given: object) -> ag.Array:
    """Read an array of finite numbers, of one axis or more.

    Examples
    --------
    >>> from nn.data.dataset import numbers
    >>> numbers("Standardize", "inputs", [[1.0, float("nan")]])
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: Standardize: the inputs hold nan at index (0, 1); fill in or
        remove what is not finite
    """
    try:
        array = np.asarray(given.numpy() if isinstance(given, ag.Tensor) else given)
        if np.ma.is_masked(given):
            raise ValueError("some are masked; fill them in, or leave them out")
    except (TypeError, ValueError) as error:
        reason = one_line(error, 100, str)
        raise ag.OptionError(f"{owner}: the {what} are not an array: {reason}") from None
    if array.dtype.kind not in "buif":
        words = "words" if array.dtype.kind in "UST" else str(array.dtype)
        raise ag.OptionError(
            f"{owner}: the {what} must be numbers, not {words}{_other_kinds(array)}; of names, "
            "np.unique(names, return_inverse=True) makes classes and their numbers"
        )
    if array.ndim == 0 or array.size == 0:
        raise ag.OptionError(f"{owner}: there are no {what}, only shape {array.shape}")
    # The extremes are not finite if anything is not, and need no array of their own.
    if array.dtype.kind == "f" and not np.isfinite([array.min(), array.max()]).all():
        first = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ag.OptionError(
            f"{owner}: the {what} hold {array[first]} at index {first}; "
            "fill in or remove what is not finite"
        )
    return array


def _other_kinds(array: Any) -> str:
    """Return an element of a mixed array that is not a number, with its place."""
    if array.dtype.kind != "O" or array.size == 0:
        return ""
    kind = (int, float, np.number, np.bool_)
    places = (i for i in np.ndindex(array.shape) if not isinstance(array[i], kind))
    first = next(places, None)
    return "" if first is None else f", as {one_line(array[first])} at index {first}"
