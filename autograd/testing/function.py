"""A function under test, seen as a map from a list of arrays to one vector.

The arguments of a function are nested, some are not numbers, and a module has parameters besides.
A check moves a list of *slots*, each an array, and reads all outputs laid end to end.  `Function`
makes that of any callable, and `Pullback` of its backward pass: the map ``(x, ct) -> J(x)^T ct``,
whose derivative is the second derivative of the function.  A pullback has a pullback of its own,
and so on to any order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from autograd.core import backward, context, gradients
from autograd.core.blocks import contextmanager
from autograd.core.messages import check_callable
from autograd.core.pytree import flatten
from autograd.core.tensor import Tensor, raw
from autograd.core.types import Array, Shape
from autograd.core.values import with_values
from autograd.errors import DTypeError, GradientError, ShapeError
from autograd.ir.argument_names import leaf_places
from autograd.ir.graph import topological_order
from autograd.ir.numerics import equal

Run: TypeAlias = tuple[list[Tensor], list[Tensor]]
Chosen: TypeAlias = int | Tensor | Sequence[int | Tensor] | None  # by what is differentiated
Seed: TypeAlias = int | np.random.Generator | None


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """A value that a check moves: its place among the arguments, its name, and where it begins."""

    position: int
    name: str
    value: Array


class Map(ABC):
    """What a check needs to know of a function."""

    operation: str
    title: str
    order: int
    slots: list[Slot]
    forward = False  # whether the tangents of forward mode are checked, instead of the gradients

    @abstractmethod
    def recorded(self, values: Sequence[Any]) -> AbstractContextManager[Run]:
        """Open a block with the leaves and the outputs of one recorded run."""

    @abstractmethod
    def vector(self, values: Sequence[Any]) -> Array:
        """Return the outputs as one vector of float64, without recording."""

    def region(self, values: Sequence[Array]) -> Array | None:
        """Return which smooth piece each output is on, or None if it is unknown.

        The pieces of a composed function, or of a gradient, are found by looking at its values.
        """
        return None

    def start(self) -> list[Array]:
        """Return the values of the slots, as float64."""
        return [slot.value.astype(np.float64) for slot in self.slots]

    def pulled(self, at: Sequence[Array], weights: Array) -> list[Array]:
        """Return the gradients by the rules."""
        with np.errstate(all="ignore"), self.recorded(at) as (leaves, outputs):
            return gradients.pull(outputs, leaves, cut(weights, outputs))

    def pushed(self, at: Sequence[Array], v: Sequence[Array]) -> list[Array]:
        """Return the tangents of the outputs, as `ag.jvp` makes them: pulled back twice."""
        with np.errstate(all="ignore"), self.recorded(at) as (leaves, outputs):
            probes = [Tensor(np.zeros(y.shape, y.dtype)[()], requires_grad=True) for y in outputs]
            pulled = gradients.pull(outputs, leaves, probes, create_graph=True)
            return gradients.pull(pulled, probes, list(v))

    def inputs(self) -> tuple[tuple[str, Array], ...]:
        """Return names and values of the slots, for reports."""
        return tuple((slot.name, slot.value) for slot in self.slots)

    def check_same_length(self, a: Array, b: Array) -> None:
        """Refuse a function whose number of outputs depends on where it is evaluated."""
        if a.shape != b.shape:
            raise ShapeError(
                f"{self.operation}: {self.title} returns {a.size} numbers at one point and "
                f"{b.size} nearby; check a part of it with outputs of one shape"
            )

    def pullback(self, rng: np.random.Generator) -> Pullback:
        """Return the backward pass as a map, from where this one is and a random cotangent."""
        with self.recorded(self.start()) as (_, outputs):
            return Pullback(self, [np.asarray(random_signs(y.shape, rng)) for y in outputs])

    def check_point(self, at: Sequence[Array]) -> None:
        """Refuse a function that cannot be checked here, and say why.

        Raises
        ------
        GradientError
            If two evaluations differ, or the value is not finite.
        """
        here, again = self.vector(at), self.vector(at)
        self.check_same_length(here, again)
        if not equal(here, again):
            apart = np.nanmax(np.abs(here - again))
            raise GradientError(
                f"{self.operation}: {self.title} is non-deterministic: two calls on the same input "
                f"differ by up to {apart:.3g}; fix its random numbers, as with rng=0"
            )
        if not np.isfinite(here).all():
            bad = here[~np.isfinite(here)][0]
            reason = self.outside(at) or "check it at a point where it is finite"
            raise GradientError(
                f"{self.operation}: {self.title} returns {bad} at this input: {reason}"
            )

    def outside(self, at: Sequence[Array]) -> str:
        """Return which operation was given a value outside its declared domain; "" if none."""
        with np.errstate(all="ignore"), self.recorded(at) as (_, outputs):
            for node in topological_order(tuple(outputs)):
                made_by: Any = node.primitive  # None for a leaf, which has no inputs
                for i, x in enumerate(node.inputs):
                    domain = made_by.domain[min(i, len(made_by.domain) - 1)]
                    values = np.asarray(raw(x))
                    beyond = values[~domain.covers(values)]
                    if beyond.size:
                        given = f"{made_by.name} gets {beyond.flat[0]:.6g} as input {i}"
                        return f"{given}, outside its domain, {domain.text}"
        return ""


class Function(Map):
    """A callable, on the arguments at which it is to be checked.

    Parameters
    ----------
    operation : str
        The check, for messages.
    f : callable
        Of Tensors; may be a module with parameters.
    args : tuple
        Nested structures whose floating-point numbers, arrays and Tensors are differentiated.
    wrt : None, int, sequence of int, or sequence of Tensor
        Which arguments, or which leaves that ``f`` uses besides; by default all of both.
    title : str, optional
        What reports call it.
    """

    order = 1

    def __init__(
        self,
        operation: str,
        f: Callable[..., Any],
        args: tuple[Any, ...],
        wrt: Any = None,
        title: str = "",
    ) -> None:
        check_callable(operation, f)
        self.title = title or getattr(f, "__name__", type(f).__name__)
        self.operation = operation
        self._f = f
        self.runs = 0  # how often it was called
        self.outputs = 0  # how many numbers it returned last
        self._leaves, self._rebuild = flatten(args)
        chosen, self._parameters = _split(operation, wrt, len(args), f)
        places = leaf_places(f, args)
        self._active = [
            i
            for i, (argument, name) in enumerate(places)
            if _is_differentiable(
                operation, self._leaves[i], name, chosen is not None and argument in chosen
            )
            and (chosen is None or argument in chosen)
        ]
        self.slots = [Slot(*places[i], np.array(raw(self._leaves[i]))) for i in self._active]
        names = _parameter_names(f, self._parameters)
        self.slots += [
            Slot(len(args) + i, name, np.array(p.data))
            for i, (name, p) in enumerate(zip(names, self._parameters, strict=True))
        ]
        if not self.slots:
            raise GradientError(
                f"{operation}: {self.title} has no floating-point argument to differentiate with "
                f"respect to{_advice(self._leaves)}"
            )

    @contextmanager
    def recorded(self, values: Sequence[Any]) -> Iterator[Run]:
        """Open a block with the leaves and the outputs of one recorded run."""
        with self._parameters_at(values), context.changed(recording=True):
            given = zip(values[: len(self._active)], self.slots, strict=False)
            leaves = [Tensor(v, requires_grad=True, name=slot.name) for v, slot in given]
            yield [*leaves, *self._parameters], self._call(leaves)

    def vector(self, values: Sequence[Any]) -> Array:
        """Return the outputs as one vector of float64, without recording."""
        quietly = np.errstate(all="ignore")
        with quietly, self._parameters_at(values), context.changed(recording=False):
            outputs = self._call([Tensor(v) for v in values[: len(self._active)]])
        return as_vector(outputs)

    def _parameters_at(self, values: Sequence[Any]) -> AbstractContextManager[None]:
        given = values[len(self._active) :]
        return with_values(list(zip(self._parameters, given, strict=True)))

    def _call(self, leaves: Sequence[Tensor]) -> list[Tensor]:
        arguments = list(self._leaves)
        for i, leaf in zip(self._active, leaves, strict=True):
            arguments[i] = leaf
        arrays = (np.ndarray, Tensor)
        kept = [np.array(raw(x)) if isinstance(x, arrays) else None for x in arguments]
        self.runs += 1
        result = self._f(*self._rebuild(arguments))
        for x, before in zip(arguments, kept, strict=True):
            if before is not None and not equal(raw(x), before):
                raise GradientError(
                    f"{self.operation}: {self.title} changes its input in place, so it has no "
                    "derivative there; let it compute with a copy"
                )
        found = _outputs(self.operation, self.title, result)
        self.outputs = sum(y.size for y in found)
        return found


class Pullback(Map):
    """The backward pass of a map, as a map of its own: (x, ct) -> J(x)^T ct.

    Parameters
    ----------
    of : Map
    cotangents : sequence of arrays
        Where the cotangents begin, one for each output of ``of``.
    """

    def __init__(self, of: Map, cotangents: Sequence[Array]) -> None:
        self.of = of
        self.operation = of.operation
        self.title = of.title
        self.order = of.order + 1
        position = max(slot.position for slot in of.slots) + 1
        self.slots = of.slots + [
            Slot(position + i, "cotangent", ct) for i, ct in enumerate(cotangents)
        ]

    @contextmanager
    def recorded(self, values: Sequence[Any]) -> Iterator[Run]:
        """Open a block with the leaves and the outputs of one recorded run."""
        with self.of.recorded(values[: len(self.of.slots)]) as (leaves, outputs):
            cts = [Tensor(v, requires_grad=True) for v in values[len(self.of.slots) :]]
            pulled = gradients.pull(outputs, leaves, cts, create_graph=True)
            yield [*leaves, *cts], pulled

    def vector(self, values: Sequence[Any]) -> Array:
        """Return the outputs as one vector of float64, without recording the backward pass."""
        quietly = np.errstate(all="ignore")
        with quietly, self.of.recorded(values[: len(self.of.slots)]) as (leaves, outputs):
            cts = [np.array(v)[()] for v in values[len(self.of.slots) :]]  # a rule may spoil them
            pulled = gradients.pull(outputs, leaves, cts)
        return as_vector(pulled)


def moved(at: Sequence[Array], v: Sequence[Array], h: float) -> list[Array]:
    """Return the point that lies h times a direction away."""
    return [x + h * d for x, d in zip(at, v, strict=True)]


def random_signs(shape: int | Shape, rng: np.random.Generator) -> Array:
    """Return numbers of size 0.5 to 1 and either sign."""
    return np.asarray(rng.uniform(0.5, 1.0, shape) * rng.choice([-1.0, 1.0], shape))


def as_vector(values: Sequence[Any]) -> Array:
    """Lay values end to end, as float64."""
    return np.concatenate([np.ravel(raw(v)).astype(np.float64) for v in values] or [np.zeros(0)])


def cut(vector: Array, like: Sequence[Any]) -> list[Array]:
    """Cut a vector into arrays with the shapes and dtypes of others; undoes `as_vector`."""
    ends = np.cumsum([x.size for x in like])[:-1]
    return [
        part.reshape(x.shape).astype(x.dtype)
        for part, x in zip(np.split(vector, ends), like, strict=True)
    ]


def _split(operation: str, wrt: Any, count: int, f: Any) -> tuple[set[int] | None, list[Tensor]]:
    """Read ``wrt``: the chosen arguments, or None for all of them, and the chosen leaves."""
    if wrt is None:
        return None, _once(p for p in _parameters(operation, f) if p.requires_grad)
    items = list(wrt) if isinstance(wrt, (list, tuple, range)) else [wrt]
    tensors = [x for x in items if isinstance(x, Tensor)]
    numbers = [x for x in items if not isinstance(x, Tensor)]
    for x in tensors:
        backward.check_requires_grad(x, operation)
        if x.primitive is not None:
            raise GradientError(
                f"{operation}: wrt names a result of {x.primitive.name}, not a leaf"
            )
    for i in numbers:
        if not isinstance(i, (int, np.integer)) or not -count <= i < count:
            raise GradientError(
                f"{operation}: wrt={i!r} is neither a leaf Tensor nor one of the {count} arguments"
            )
    return {int(i) % count for i in numbers}, _once(tensors)


def _parameters(operation: str, f: Any) -> list[Tensor]:
    """Return the parameters of a module, and none of a plain function."""
    if not callable(getattr(f, "parameters", None)):
        return []
    found = f.parameters()
    leaves, _ = flatten(list(found) if isinstance(found, Iterable) else found)
    for p in leaves:
        if not isinstance(p, Tensor):
            raise GradientError(
                f"{operation}: {type(f).__name__}.parameters() gives {type(p).__name__}; it must "
                "give Tensors"
            )
    return leaves


def _advice(leaves: Sequence[Any]) -> str:
    """Remind of the point in 2.0, where a whole number was given."""
    whole = any(np.asarray(raw(x)).dtype.kind in "iu" for x in leaves)
    return "; pass 2.0 for 2" if whole else ""


def _once(tensors: Iterable[Tensor]) -> list[Tensor]:
    """Return each tensor once, though two layers share it."""
    return list({id(t): t for t in tensors}.values())


def _parameter_names(f: Any, parameters: Sequence[Tensor]) -> list[str]:
    named = dict(f.named_parameters()) if hasattr(f, "named_parameters") else {}
    known = {id(p): name for name, p in named.items()}
    return [known.get(id(p), p.name or f"parameter {i}") for i, p in enumerate(parameters)]


def _is_differentiable(operation: str, x: Any, name: str, chosen: bool) -> bool:
    """Return whether a leaf has a derivative; refuse one that was chosen and has none."""
    value = raw(x)
    floating = isinstance(value, float) or getattr(value, "dtype", np.dtype(int)).kind == "f"
    if chosen and not floating:
        kind = getattr(value, "dtype", type(value).__name__)
        raise DTypeError(
            f"{operation}: argument {name!r} is {kind}; a derivative needs floating-point numbers"
            f"{_advice([value])}"
        )
    return floating


def _outputs(operation: str, title: str, result: Any) -> list[Tensor]:
    found, _ = flatten(result)
    values = [y if y is None or isinstance(y, Tensor) else np.asarray(y) for y in found]
    floating = [
        y if isinstance(y, Tensor) else Tensor(y)
        for y in values
        if y is not None and y.dtype.kind == "f"
    ]
    if not floating:
        kinds = ", ".join(type(y).__name__ if y is None else str(y.dtype) for y in values)
        raise GradientError(
            f"{operation}: {title} returned {kinds or 'nothing'}; it must return "
            "floating-point numbers"
        )
    return floating
