"""Checks of arguments, and of optional packages; a failed one raises an error of one line."""

from __future__ import annotations

import importlib
import operator
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.messages import one_line

Values: TypeAlias = ag.Tensor | ag.Array  # what has a shape and a dtype


def at_least_one(owner: str, **sizes: object) -> None:
    """Refuse sizes that are not integers of at least 1.

    Examples
    --------
    >>> from nn.checks import at_least_one
    >>> at_least_one("Linear", in_features=0)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: Linear: in_features=0 must be an integer of at least 1
    """
    _check(owner, sizes, lambda n: _is_whole(n) and n >= 1, "an integer of at least 1")


def between(owner: str, low: float, high: float, **numbers: object) -> None:
    """Refuse numbers that are not from ``low`` to ``high``, both included.

    Examples
    --------
    >>> from nn.checks import between
    >>> between("Dropout", 0.0, 1.0, p=1.5)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: Dropout: p=1.5 must be a number from 0 to 1
    """
    right = "a number from {:g} to {:g}"
    _check(owner, numbers, lambda x: _is_number(x) and low <= x <= high, right, low, high)


def not_negative(owner: str, **numbers: object) -> None:
    """Refuse numbers that are not finite and at least 0.

    Examples
    --------
    >>> from nn.checks import not_negative
    >>> not_negative("Adam", eps=-1.0)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: Adam: eps=-1.0 must be a finite number of at least 0
    """
    _check(owner, numbers, lambda x: _is_number(x) and x >= 0, "a finite number of at least 0")


def real(owner: str, **number: Any) -> float:
    """Return a finite number as one of Python, which takes the dtype of what it meets.

    Examples
    --------
    >>> from nn.checks import real
    >>> real("ELU", alpha=1)
    1.0
    """
    _check(owner, number, _is_number, "a finite number")
    (value,) = number.values()
    return float(value)


def tensors(owner: str, given: object) -> list[ag.Tensor]:
    """Read one Tensor, or several, such as ``net.parameters()``.

    Examples
    --------
    >>> from nn.checks import tensors
    >>> tensors("clip_grad_norm_", [1.0])
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: clip_grad_norm_: takes Tensors, such as net.parameters(), not float
    """
    found: list[Any] = [given]
    if isinstance(given, Iterable) and not hasattr(given, "dtype"):
        found = list(given)
    for x in found:
        if not isinstance(x, ag.Tensor):
            raise ag.OptionError(
                f"{owner}: takes Tensors, such as net.parameters(), not {type(x).__name__}"
            )
    return found


def boolean(owner: str, **flags: object) -> None:
    """Refuse what is neither True nor False, such as a word.

    Examples
    --------
    >>> from nn.checks import boolean
    >>> boolean("Adam", amsgrad="no")
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: Adam: amsgrad='no' must be True or False
    """
    _check(owner, flags, _is_switch, "True or False")


def cleared_to_none(owner: str, set_to_none: object) -> None:
    """Refuse to fill gradients with zeros, the other choice of PyTorch's ``zero_grad``.

    Examples
    --------
    >>> from nn.checks import cleared_to_none
    >>> cleared_to_none("SGD", False)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: SGD: zero_grad sets gradients to None; leave set_to_none=False out
    """
    boolean(owner, set_to_none=set_to_none)
    if not set_to_none:
        raise ag.OptionError(
            f"{owner}: zero_grad sets gradients to None; leave set_to_none=False out"
        )


def above_zero(owner: str, **numbers: object) -> None:
    """Refuse numbers that are not finite and above 0.

    Examples
    --------
    >>> from nn.checks import above_zero
    >>> above_zero("SGD", lr=-0.1)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: SGD: lr=-0.1 must be a finite number above 0
    """
    _check(owner, numbers, lambda x: _is_number(x) and x > 0, "a finite number above 0")


def below_one(owner: str, **numbers: object) -> None:
    """Refuse numbers that are not from 0 to 1, with 0 and without 1.

    Examples
    --------
    >>> from nn.checks import below_one
    >>> below_one("RMSprop", alpha=1.0)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: RMSprop: alpha=1.0 must be a number of at least 0 and below 1
    """
    right = "a number of at least 0 and below 1"
    _check(owner, numbers, lambda x: _is_number(x) and 0 <= x < 1, right)


def integer(owner: str, **numbers: object) -> None:
    """Refuse what is not an integer.

    Examples
    --------
    >>> from nn.checks import integer
    >>> integer("Flatten", start_dim=1.0)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: Flatten: start_dim=1.0 must be an integer
    """
    _check(owner, numbers, _is_whole, "an integer")


def at_least_zero(owner: str, **numbers: object) -> None:
    """Refuse what is not an integer of at least 0.

    Examples
    --------
    >>> from nn.checks import at_least_zero
    >>> at_least_zero("ReduceLROnPlateau", patience=-1)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: ReduceLROnPlateau: patience=-1 must be an integer of at least 0
    """
    _check(owner, numbers, lambda n: _is_whole(n) and n >= 0, "an integer of at least 0")


def function_or_none(owner: str, **functions: object) -> None:
    """Refuse what cannot be called; None stands for no function.

    Examples
    --------
    >>> from nn.checks import function_or_none
    >>> function_or_none("style_transfer", on_step=3)
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: style_transfer: on_step=3 must be a function
    """
    _check(owner, functions, lambda f: f is None or callable(f), "a function")


def one_of(owner: str, choices: Sequence[str | int], **given: object) -> None:
    """Refuse a word, or an integer, that is not one of the choices.

    Examples
    --------
    >>> from nn.checks import one_of
    >>> one_of("mse_loss", ("mean", "sum", "none"), reduction="average")
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: mse_loss: reduction='average' must be one of mean, sum, none
    """
    listed = ", ".join(map(str, choices))
    right = "one of {}"
    _check(owner, given, lambda w: _is_name_or_whole(w) and w in choices, right, listed)


def import_extra(task: str, module: str, package: str, extra: str) -> Any:
    """Import an optional package.

    Parameters
    ----------
    task : str
        What it is needed for; the message begins with it.
    module : str
        What to import.
    package : str
        Its name in the package index.
    extra : str
        The extra of this project that installs it.

    Raises
    ------
    autograd.MissingError
        If it is not installed; the message says how to get it.

    Examples
    --------
    >>> from nn.checks import import_extra
    >>> import_extra("fit", "no_such", "no_such", "progress")
    Traceback (most recent call last):
        ...
    autograd.errors.MissingError: fit: needs the package no_such; pip install 'glassgrad[progress]'
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or module).partition(".")[0] != module.partition(".")[0]:
            raise  # it is installed, and lacks something itself
        raise ag.MissingError(
            f"{task}: needs the package {package}; pip install 'glassgrad[{extra}]'"
        ) from None


def _check(
    owner: str,
    given: Mapping[str, Any],
    fits: Callable[[Any], bool],
    right: str,
    *filled_in: object,
) -> None:
    """Refuse the first value that does not fit, with what would be right."""
    for name, value in given.items():
        if not fits(value):
            shown = one_line(value)  # an array would take several lines
            raise ag.OptionError(
                f"{owner}: {name}={shown} must be {right.format(*filled_in)}{_remedy(owner, value)}"
            )


def _remedy(owner: str, value: object) -> str:
    """Return what to write if a layer or a loss is made with what it is called with."""
    if not isinstance(value, (ag.Tensor, np.ndarray)):
        return ""
    kind = getattr(sys.modules["nn"], owner, None)  # not imported: it uses this file
    explain = getattr(kind, "_given_a_batch", None)  # of modules
    return f"; {explain()}" if explain else ""


def _is_switch(x: Any) -> bool:
    return (isinstance(x, (bool, int)) and x in (0, 1)) or type(x).__name__ in ("bool_", "bool")


def _is_whole(x: Any) -> bool:
    try:
        return operator.index(x) == x and not isinstance(x, bool)
    except TypeError:
        return False


def _is_name_or_whole(x: Any) -> bool:
    return isinstance(x, str) or _is_whole(x)


def _is_number(x: Any) -> bool:
    try:
        return not isinstance(x, (str, bool)) and abs(float(x)) < float("inf")
    except (TypeError, ValueError, OverflowError):
        return False
