"""Targets that are words: the numbers of their classes, and the names that belong to these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.messages import one_line, suggestion


def are_words(given: object) -> bool:
    """Return whether all elements are texts.

    Examples
    --------
    >>> from nn.data.words import are_words
    >>> are_words(["cat", "dog"]), are_words([1, 2]), are_words([])
    (True, False, False)
    """
    if hasattr(given, "requires_grad") or getattr(given, "ndim", 1) != 1:
        return False
    try:
        array: Any = np.asarray(given)
    except (TypeError, ValueError):
        return False
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "UTO":
        return False
    return all(isinstance(element, str) for element in array)


def class_numbers(
    owner: str, given: object, classes: Sequence[str] = ()
) -> tuple[ag.Array, tuple[str, ...]]:
    """Return the class of each word, and the names of the classes.

    Parameters
    ----------
    owner : str
        The function that was called; it begins the message.
    given : sequence of str, (N,)
    classes : sequence of str
        The names in their order; by default all words, in alphabetical order.

    Raises
    ------
    autograd.OptionError
        If a word is none of the classes.

    Examples
    --------
    >>> from nn.data.words import class_numbers
    >>> class_numbers("Dataset", ["dog", "cat", "dog"])
    (array([1, 0, 1]), ('cat', 'dog'))
    """
    array: Any = np.asarray(given)
    words, places = np.unique([str(word) for word in array], return_inverse=True)
    names = tuple(classes) or tuple(words.tolist())
    if unknown := [word for word in words.tolist() if word not in names]:
        raise ag.OptionError(
            f"{owner}: the targets hold {one_line(unknown[0])}, which is not among the classes"
            f"{suggestion(unknown[0], names)}"
        )
    numbers = np.array([names.index(word) for word in words.tolist()], dtype=np.int64)
    return numbers[places], names
