"""How the examples of a batch are changed before they are learned from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.messages import counted, one_line

# From the inputs of a batch and a generator to the inputs that are learned from.
InputTransform: TypeAlias = Callable[[ag.Array, np.random.Generator], ag.ArrayLike]
# The same for its targets.
TargetTransform: TypeAlias = InputTransform
# From inputs, targets and a generator to both.
JointTransform: TypeAlias = Callable[
    [ag.Array, ag.Array, np.random.Generator], tuple[ag.ArrayLike, ag.ArrayLike]
]
Transforming: TypeAlias = InputTransform | JointTransform

INPUTS, TARGETS, BOTH = ("inputs", "rng"), ("targets", "rng"), ("inputs", "targets", "rng")


class Change:
    """What a batch goes through: the transform of the inputs or of both, then that of the targets.

    Parameters
    ----------
    owner : str
        Begins the messages.
    transform : callable or None
        A function of ``(inputs, rng)``, or of ``(inputs, targets, rng)``.
    target_transform : callable or None
        A function of ``(targets, rng)``.
    """

    def __init__(self, owner: str, transform: Any, target_transform: Any) -> None:
        self.owner = owner
        self.transform = _checked(owner, "transform", transform, INPUTS, BOTH)
        self.target_transform = _checked(owner, "target_transform", target_transform, TARGETS)
        self.is_joint = transform is not None and not takes(transform, INPUTS)

    def __call__(
        self, inputs: ag.Array, targets: ag.Array, rng: np.random.Generator
    ) -> tuple[Any, Any]:
        """Return the inputs and targets that are learned from."""
        count = len(targets)
        if self.is_joint:
            inputs, targets = self._pair(self.transform(inputs, targets, rng), count)
        elif self.transform is not None:
            inputs = self._array("inputs", self.transform(inputs, rng), count)
        if self.target_transform is not None:
            targets = self._array("targets", self.target_transform(targets, rng), count)
        return inputs, targets

    def words(self) -> str:
        """Return what changes the batches, for the end of a text."""
        given = (self.transform, self.target_transform)
        names = [name_of(transform) for transform in given if transform is not None]
        return f", changed by {' and '.join(names)}" if names else ""

    def _pair(self, changed: Any, count: int) -> tuple[Any, Any]:
        if not isinstance(changed, (tuple, list)) or len(changed) != 2:
            raise ag.OptionError(
                f"{self.owner}: the transform returned a {type(changed).__name__}; as a function "
                "of inputs, targets and rng it must return a pair of inputs and targets"
            )
        inputs, targets = changed
        return self._array("inputs", inputs, count), self._array("targets", targets, count)

    def _array(self, what: str, changed: Any, count: int) -> Any:
        if not hasattr(changed, "__len__"):
            raise ag.OptionError(
                f"{self.owner}: the transform returned a {type(changed).__name__}; it must return "
                f"the {what} to learn from, as a function of {what} and rng"
            )
        changed = np.asarray(changed)
        if len(changed) != count:
            raise ag.ShapeError(
                f"{self.owner}: the transform made {counted(len(changed), what[:-1])} "
                f"of {count}; it must return one for each"
            )
        return changed


def name_of(source: Any) -> str:
    """Return the name of a function, or an object on one line.

    Examples
    --------
    >>> from nn.data.change import name_of
    >>> name_of(len), name_of([1, 2])
    ('len', '[1, 2]')
    """
    return one_line(source, 60, lambda x: getattr(x, "__name__", None) or repr(x))


def _checked(owner: str, option: str, transform: Any, *forms: tuple[str, ...]) -> Any:
    if isinstance(transform, type):
        raise ag.OptionError(
            f"{owner}: {option} is the class {transform.__name__}; give an object, made with its "
            "options"
        )
    if transform is not None and not callable(transform):
        raise ag.OptionError(f"{owner}: {option}={one_line(transform)} must be a function")
    if transform is not None and not any(takes(transform, form) for form in forms):
        right = ", or ".join(f"{', '.join(form[:-1])} and rng" for form in forms)
        raise ag.OptionError(
            f"{owner}: {option} takes {right}; this one is a function of "
            f"{one_line(signature(transform), 80, str)}"
        )
    return transform


def takes(function: Callable[..., Any], form: Sequence[str]) -> bool:
    """Return whether a function can be called with so many arguments.

    Examples
    --------
    >>> from nn.data.change import takes
    >>> takes(lambda inputs, rng: inputs, ("inputs", "rng")), takes(lambda inputs: inputs, ())
    (True, False)
    """
    try:
        signature(function).bind(*form)
    except TypeError:
        return False
    except ValueError:  # a function of C, which has no signature
        pass
    return True
