"""Terms: a graph as expressions, which are equal where they look equal and so can be rewritten.

A graph has a node for everything that was computed, in the order of the computation.  To write it
as expressions, it is made of terms: a `Term` is an operation on terms, a name, or a constant.

1. Two terms of one operation on the same terms are one object, so rewrites compare by identity,
   and what occurs twice is seen.
2. A term is rewritten as soon as it is made.  Its arguments were, so that no rewrite has to search
   (`autograd.ir.printer.rewriting`).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.core.primitive import Primitive
from autograd.core.types import Shape
from autograd.ir.graph import Node

NAME, NUMBER, ARRAY = "a name", "a number", "an array"
LEAVES = (NAME, NUMBER, ARRAY)
FOREIGN = "the user's "  # stands before the name of an operation that is not the engine's


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """An operation on terms, a name or a constant.

    Attributes
    ----------
    op : str
        The name of the operation; for what is none, one of ``LEAVES``.
    args : tuple of Term
    params : dict
        The further arguments of the operation.
    shape : tuple of int
    value : object
        The text of a name; the value of a constant.
    """

    op: str
    args: tuple[Term, ...]
    params: dict[str, Any]
    shape: Shape
    value: Any = None

    def __repr__(self) -> str:
        inner = self.value if self.op in LEAVES else ", ".join(arg.op for arg in self.args)
        return f"Term({self.op}: {inner})"

    def is_number(self, value: float) -> bool:
        """Return whether this is a certain number."""
        return self.op == NUMBER and bool(self.value == value)


Rewrite = Callable[[Term, "Terms"], Term | None]


class Terms:
    """Makes terms, each once, and rewritten.

    Parameters
    ----------
    rewrites : mapping of str to rewrites, optional
        For each operation, functions ``rewrite(term, terms)`` that return another term of the same
        value, or None.
    """

    def __init__(self, rewrites: Mapping[str, Sequence[Rewrite]] | None = None) -> None:
        self._rewrites = rewrites or {}
        self._made: dict[Any, Term] = {}
        self._best: dict[Term, Term] = {}

    def make(self, op: str, *args: Term, shape: Shape, **params: Any) -> Term:
        """Return the term of an operation, rewritten as often as a rewrite applies."""
        term = self._once(Term(op, args, params, shape))
        if term not in self._best:
            # Each rewrite makes the result by this method, so what it returns is rewritten.
            found = (rewrite(term, self) for rewrite in self._rewrites.get(op, ()))
            self._best[term] = next((t for t in found if t is not None), term)
        return self._best[term]

    def name(self, text: str, shape: Shape) -> Term:
        """Return a name."""
        return self._once(Term(NAME, (), {}, shape, text))

    def constant(self, value: Any) -> Term:
        """Return a number or an array; an array of one number everywhere is that, broadcast."""
        shape = np.shape(value)
        if not shape:
            return self._once(Term(NUMBER, (), {}, (), np.asarray(value).item()))
        array = np.asarray(value)
        if array.size and (array == array.flat[0]).all():
            one = self.constant(array.flat[0])
            return self.make("broadcast_to", one, shape=array.shape)
        return self._once(Term(ARRAY, (), {}, array.shape, array))

    def _once(self, term: Term) -> Term:
        key = (term.op, tuple(map(id, term.args)), term.shape, _key(term.params), _key(term.value))
        return self._made.setdefault(key, term)


def _key(x: Any) -> Any:
    """Return what is equal, and can be looked up, for parameters that are the same."""
    if isinstance(x, np.ndarray):
        return x.shape, x.dtype.str, x.tobytes()
    if isinstance(x, dict):
        return tuple((name, _key(value)) for name, value in x.items())
    if isinstance(x, (tuple, list)):
        return tuple(map(_key, x))
    return type(x), repr(x)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One value of a program, wherever that is written down: what terms are made of.

    Attributes
    ----------
    id : int
    primitive : Primitive or None
    inputs : tuple of int
    params : mapping
    shape : tuple of int
    value : object
        The value of a constant; None for what is computed or given.
    name : str or None
    """

    id: int
    primitive: Primitive | None
    inputs: tuple[int, ...]
    params: Mapping[str, Any]
    shape: Shape
    value: Any = None
    name: str | None = None


def steps_of(graph: Iterable[Node], given: Container[int] = ()) -> dict[int, Step]:
    """Return the steps of nodes by their ids; leaves that are not given are constants."""
    return {
        n.id: Step(
            n.id,
            n.primitive,
            n.inputs,
            n.params,
            np.shape(n.value),
            n.value if n.primitive is None and n.id not in given else None,
            n.name,
        )
        for n in graph
    }


def terms_of(
    steps: Mapping[int, Step], wanted: Iterable[int], names: Mapping[int, str], terms: Terms
) -> dict[int, Term]:
    """Return the terms of some steps, and of the steps that they are made from.

    Parameters
    ----------
    steps : mapping of int to Step
    wanted : iterable of int
        The ids of the steps.
    names : mapping of int to str
        The steps that stand for themselves.
    terms : Terms
    """
    found: dict[int, Term] = {}
    for id in sorted(behind(steps, wanted, names)):
        step = steps[id]
        if id in names:
            found[id] = terms.name(names[id], step.shape)
        elif step.primitive is None:
            found[id] = terms.constant(step.value)
        else:
            found[id] = _applied(step, step.primitive, [found[i] for i in step.inputs], terms)
    return found


def _applied(step: Step, primitive: Primitive, args: Sequence[Term], terms: Terms) -> Term:
    # A primitive of a user's may have the name of one that rewrites know.
    own = primitive.forward.__module__.partition(".")[0] == "autograd"
    op = primitive.name if own else FOREIGN + primitive.name
    params = {name: value for name, value in step.params.items() if name != "shape"}
    return terms.make(op, *args, shape=step.shape, **params)


def behind(steps: Mapping[int, Step], wanted: Iterable[int], names: Container[int]) -> set[int]:
    """Return some steps and all that they are made of, down to those that stand for themselves."""
    found: set[int] = set()
    ahead = list(wanted)
    while ahead:
        id = ahead.pop()
        if id not in found:
            found.add(id)
            ahead += () if id in names else steps[id].inputs
    return found


def in_order(roots: Iterable[Term], but: Term | None = None) -> list[Term]:
    """Return all terms that some are made of, each after its arguments; ``but`` is left out."""
    ordered: list[Term] = []
    seen: set[Term] = set() if but is None else {but}
    stack = [(t, False) for t in reversed(list(roots))]
    while stack:
        t, arguments_done = stack.pop()
        if arguments_done:
            ordered.append(t)
        elif t not in seen:
            seen.add(t)
            stack.append((t, True))
            stack.extend((arg, False) for arg in reversed(t.args))
    return ordered
