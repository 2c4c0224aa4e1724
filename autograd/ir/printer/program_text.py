"""A captured program as text: the lines of an algorithm, as a lecture writes it down.

A graph has a node for each operation.  An algorithm on a slide has fewer and longer lines, such as
``h = maximum(x @ W1 + b1, 0)``, ``W1 <- W1 - 0.1 * dW1``.  So a value gets a line of its own if

- it is used more than once, and is not short;
- it is a product of matrices, a convolution or the like, and enters another one: a line has one;
- it is the gradient of something that is updated, or a new value that others are computed from,
  as the momentum of a weight is;
- the line would be too long.

Everything else is written where it is used.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograd.ir.capture import CapturedGraph
from autograd.ir.printer.conditions import ELEMENTWISE
from autograd.ir.printer.notation import written
from autograd.ir.printer.program_names import Names, named_constants
from autograd.ir.printer.program_rewrites import PROGRAM_REWRITES
from autograd.ir.printer.terms import (
    LEAVES,
    NAME,
    Step,
    Term,
    Terms,
    in_order,
    steps_of,
    terms_of,
)
from autograd.ir.printer.text import Text, named

WIDTH = 80
LONG = 8  # characters, from which on a value that is used again gets a line
# What only moves elements, or adds them up, is no work that deserves a line.
_LIGHT = ELEMENTWISE | {*LEAVES, "T", "mT", "transpose", "reshape", "broadcast_to", "sum", "astype"}
_LIGHT |= {"getitem", "concatenate", "flip", "pad", "softmax", "one_hot", "max", "min", "outer"}
GRADIENT_SEED = "seed"  # the name of the leaf that a backward pass begins with


@dataclass(frozen=True, slots=True)
class Listing:
    """What a program consists of.

    Attributes
    ----------
    steps : dict of int to Step
        In the order in which they are computed.
    inputs, state : tuple of int
        The ids of what is given: arguments, and what else is read.
    draws : tuple of int
        The ids of what is drawn at random.
    outputs : tuple of int
    updates : tuple of (int, int)
        The ids of what gets a new value, and of the value.
    """

    steps: Mapping[int, Step]
    inputs: tuple[int, ...]
    state: tuple[int, ...]
    draws: tuple[int, ...]
    outputs: tuple[int, ...]
    updates: tuple[tuple[int, int], ...]


def program_text(program: CapturedGraph | Listing) -> str:
    """Write a captured program as an algorithm.

    Parameters
    ----------
    program : Graph or Listing
        From `autograd.capture`; or the same steps, wherever they were kept.

    Returns
    -------
    str
        What is given, then a line for each value that deserves one, then what is updated and what
        is returned.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> from autograd.ir.printer import program_text
    >>> def loss(x, w, y):
    ...     return ag.mean((ag.tanh(x @ w) - y) ** 2)
    >>> g = ag.capture(ag.grad(loss, 1), np.ones((5, 3)), np.ones(3), np.ones(5))
    >>> print(program_text(g))
    inputs x (5, 3), w (3,), y (5,)
    a = tanh(x @ w)
    return x.T @ (0.4 * (a - y) * (1 - a**2))
    """
    listing = program if isinstance(program, Listing) else listing_of(program)
    names = Names()
    given = {id: names.of(listing.steps[id].name) for id in (*listing.inputs, *listing.state)}
    given |= {id: names.of("random") for id in listing.draws}
    roots = (*listing.outputs, *(new for _, new in listing.updates))
    constants = named_constants(listing.steps, roots, names)
    terms = terms_of(listing.steps, (*roots, *given), given | constants, Terms(PROGRAM_REWRITES))
    lines = _Lines(
        names,
        _wanted_names(listing, terms, given),
        _backward(listing, terms),
        _moved_first(listing, terms, given, roots),
    )
    lines.write([terms[id] for id in roots])
    _use_old_values(listing, terms, given, lines)
    if sum(len(str(lines.texts[terms[id]])) + 2 for id in listing.outputs) > WIDTH:
        lines.give_lines(terms[id] for id in listing.outputs)
    return "\n".join(
        [
            *_header(listing, given, _used(constants, terms, roots)),
            *lines.rows,
            *(
                f"{given[t]} <- {lines.texts[terms[new]]}"
                for t, new in listing.updates
                if given[t] not in lines.moved
            ),
            "return " + ", ".join(str(lines.texts[terms[id]]) for id in listing.outputs),
        ]
    )


def _use_old_values(
    listing: Listing, terms: Mapping[int, Term], given: Mapping[int, str], lines: _Lines
) -> None:
    """Give lines, which stand before the updates, to what needs a value that is updated."""
    updated = {given[t] for t, _ in listing.updates} - lines.moved
    results = [(given[t], new) for t, new in listing.updates]
    results = [(own, id) for own, id in results if own not in lines.moved]
    for own, id in [*results, *(("", id) for id in listing.outputs)]:
        used = set(re.findall(r"\w+", str(lines.texts[terms[id]])))
        if used & (updated - {own}):
            lines.give_line(terms[id])


def _moved_first(
    listing: Listing, terms: Mapping[int, Term], given: Mapping[int, str], roots: Iterable[int]
) -> dict[Term, str]:
    """Return new values that others are computed from, if nothing else needs the old ones.

    They are written as ``m <- 0.9 * m + 0.1 * dw``, and ``m`` is the new value from then on.
    """
    ends = [terms[id] for id in roots]
    users = Counter(ends) + Counter(arg for term in in_order(ends) for arg in term.args)
    found: dict[Term, str] = {}
    for t, id in listing.updates:
        new, old = terms[id], terms[t]
        if new.op not in LEAVES and users[new] > 1 and old not in in_order(ends, but=new):
            found.setdefault(new, given[t])
    return found


def _used(
    constants: Mapping[int, str], terms: Mapping[int, Term], roots: Iterable[int]
) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the constants that the text has."""
    leaves = {t.value: t.shape for t in in_order(terms[id] for id in roots) if t.op == NAME}
    return {name: leaves[name] for name in constants.values() if name in leaves}


def listing_of(graph: CapturedGraph) -> Listing:
    """Return the steps of a captured graph, and what they begin and end with."""
    state, draws = (tuple(id for id, _ in pairs) for pairs in (graph.state, graph.draws))
    return Listing(
        steps_of(graph, {*graph.inputs, *state, *draws}),
        graph.inputs,
        state,
        draws,
        graph.outputs,
        tuple((graph.id_of(t), new) for t, new in graph.updates),
    )


def _header(
    listing: Listing, given: Mapping[int, str], constants: Mapping[str, tuple[int, ...]]
) -> Iterator[str]:
    changed = {t for t, _ in listing.updates}
    arguments = [id for id in listing.inputs if id not in changed]
    kept = [id for id in (*listing.inputs, *listing.state) if id not in arguments]
    for label, ids in (("inputs", arguments), ("state", kept), ("random", listing.draws)):
        if ids:
            shapes = [(given[id], listing.steps[id].shape) for id in ids]
            yield f"{label} " + ", ".join(f"{n} {s}" if s else n for n, s in shapes)
    if constants:
        yield "constants " + ", ".join(f"{n} {s}" for n, s in constants.items())


def _wanted_names(
    listing: Listing, terms: Mapping[int, Term], given: Mapping[int, str]
) -> dict[Term, str]:
    """Return what some values shall be called: the loss, gradients, and what the user has named."""
    wanted = {
        terms[id]: step.name
        for id, step in listing.steps.items()
        if id in terms and step.name and step.primitive is not None
    }
    seeded = any(step.name == GRADIENT_SEED for step in listing.steps.values())
    if seeded and listing.updates and len(listing.outputs) == 1:
        wanted.setdefault(terms[listing.outputs[0]], "loss")
    after = _after_seed(listing)
    for t, new in listing.updates:
        gradient = _gradient_behind(listing, new, listing.steps[t].shape, after)
        if gradient is not None:
            wanted.setdefault(terms[gradient], f"d{given[t]}")
    return {term: name for term, name in wanted.items() if term.op not in LEAVES}


def _gradient_behind(
    listing: Listing, new: int, shape: tuple[int, ...], after: Container[int]
) -> int | None:
    """Return the gradient that an update uses: what a transform has detached, of that shape."""
    seen: set[int] = set()
    ahead = [new]
    while ahead:
        step = listing.steps[ahead.pop(0)]
        if step.primitive is not None and step.primitive.name == "detach":
            if step.shape == shape and step.id in after:
                return step.id
            continue
        if step.id not in seen:
            seen.add(step.id)
            ahead += step.inputs
    return None


def _after_seed(listing: Listing) -> set[int]:
    found: set[int] = set()
    for id, step in listing.steps.items():
        if step.name == GRADIENT_SEED or not found.isdisjoint(step.inputs):
            found.add(id)
    return found


def _backward(listing: Listing, terms: Mapping[int, Term]) -> set[Term]:
    """Return the values of backward passes, which end with what is detached: the gradients."""
    after: set[int] = set()
    for id in sorted(_after_seed(listing)):
        step = listing.steps[id]
        detached = step.primitive is not None and step.primitive.name == "detach"
        if step.name == GRADIENT_SEED or not (detached or after.isdisjoint(step.inputs)):
            after.add(id)
    forward = {term for id, term in terms.items() if id not in after}
    return {terms[id] for id in after if id in terms} - forward


class _Lines:
    """Writes terms, and decides which get a line.

    Attributes
    ----------
    rows : list of str
        The lines: ``h = maximum(x @ W1 + b1, 0)``.
    texts : dict of Term to Text
        Each term as it is written where it is used.
    moved : set of str
        What has its new value by then.
    """

    def __init__(
        self,
        names: Names,
        wanted: Mapping[Term, str],
        backward: set[Term],
        moved_first: Mapping[Term, str],
    ) -> None:
        self.moved: set[str] = set()
        self._moved_first = moved_first
        self.rows: list[str] = []
        self.texts: dict[Term, Text] = {}
        self._names, self._wanted, self._backward = names, wanted, backward
        self._working: set[Term] = set()  # terms whose text has work in it that deserves a line

    def write(self, roots: Sequence[Term]) -> None:
        """Write terms and all that they are made of."""
        ordered = in_order(roots)
        uses = Counter(arg for t in ordered for arg in t.args) + Counter(roots)
        for t in ordered:
            works = t.op not in _LIGHT
            if works:
                self.give_lines(arg for arg in t.args if arg in self._working)
            self._shorten(t)
            text = self.texts[t] = written(t, [self.texts[arg] for arg in t.args])
            if works or any(arg in self._working for arg in t.args):
                self._working.add(t)
            again = uses[t] > 1 and (len(str(text)) >= LONG or t in self._working)
            if t.op not in LEAVES and (again or t in self._wanted or t in self._moved_first):
                self.give_line(t)

    def _shorten(self, t: Term) -> None:
        """Give the longest arguments lines until the operation fits into one."""
        while len(str(written(t, [self.texts[arg] for arg in t.args]))) > WIDTH:
            longest = max(t.args, key=lambda arg: len(str(self.texts[arg])))
            if len(str(self.texts[longest])) < LONG:
                return
            self.give_line(longest)

    def give_lines(self, terms: Iterable[Term]) -> None:
        """Give a line to each of some terms that has none."""
        for t in dict.fromkeys(terms):
            if not str(self.texts[t]).isidentifier():
                self.give_line(t)

    def give_line(self, t: Term) -> None:
        """Write a term as a line of its own, and its name from here on."""
        if t in self._moved_first:
            name, sign = self._moved_first[t], "<-"
            self.moved.add(name)
        else:
            name, sign = self._name(t), "="
        self.rows.append(f"{name} {sign} {self.texts[t]}")
        self.texts[t] = named(name)
        self._working.discard(t)

    def _name(self, t: Term) -> str:
        if t in self._wanted:
            return self._names.of(self._wanted[t])
        return self._names.numbered("delta") if t in self._backward else self._names.letter()
