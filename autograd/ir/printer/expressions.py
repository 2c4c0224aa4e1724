"""Expressions: what a node or a rule computes, in given names.

1. The nodes become terms (`terms`), and those are rewritten (`rewriting`).
2. Each term is written (`notation`).
3. A long part that occurs several times is written once: ``s * (1 - s) where s = exp(x)``.

A rule whose computation says less than its result has a text of its own (`display`).
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, count
from typing import Any

import numpy as np

from autograd.core.primitive import Primitive
from autograd.core.tensor import raw
from autograd.core.values import as_value
from autograd.ir.capture import captured
from autograd.ir.graph import Graph
from autograd.ir.printer import display
from autograd.ir.printer.broadcasting import fitted
from autograd.ir.printer.notation import whole_index, written
from autograd.ir.printer.rewriting import REWRITES
from autograd.ir.printer.terms import NAME, Term, Terms, in_order, steps_of, terms_of
from autograd.ir.printer.text import Text

LONG = 12  # characters, from which on a part that occurs again gets a name


def expression(graph: Graph, node: int, names: Mapping[int, str]) -> str:
    """Write how a node was computed, in given names of other nodes.

    Parameters
    ----------
    graph : Graph
        From `autograd.capture`, or any other.
    node : int
        The id of the node.
    names : mapping of int to str
        What stands for itself: the ids of nodes, and their names.  Further leaves are constants.

    Returns
    -------
    str
        An expression in Python's operators and the names of `autograd`, with ``outer``, ``softmax``
        and the like.  A long part that occurs several times follows as ``where s = ...``.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> from autograd.ir.printer import expression
    >>> g = ag.capture(lambda x, w: ag.transpose(w @ ag.transpose(x)) * 2.0, np.eye(2), np.eye(2))
    >>> expression(g, g.outputs[0], {g.inputs[0]: "x", g.inputs[1]: "w"})
    '(x @ w.T) * 2'
    """
    terms = Terms(REWRITES)
    return text_of(terms_of(steps_of(graph), [node], names, terms)[node])


def rule_text(
    primitive: Primitive,
    position: int,
    inputs: Sequence[Any],
    params: Mapping[str, Any] | None = None,
    names: Sequence[str] | None = None,
    ct: str = "ct",
    out: str = "out",
    value: Any = None,
) -> str:
    """Write the VJP rule of one input of one call.

    Parameters
    ----------
    primitive : Primitive
    position : int
        Which input.
    inputs : sequence of arrays and numbers
        The call: its shapes decide what the rule does.  Python's numbers are written out.
    params : mapping, optional
        The further arguments of the call.
    names : sequence of str, optional
        Names of the inputs; by default those of the forward rule's parameters.
    ct, out : str
        Names of the cotangent, as ``df/da``, and of the result.
    value : array, optional
        The result, where it is known.

    Returns
    -------
    str
        An expression; "0" where an input has no rule.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> from autograd.ir.printer import rule_text
    >>> x, w = np.ones((4, 3)), np.ones((3, 2))
    >>> rule_text(ag.matmul.primitive, 1, (x, w), ct="df/da")
    'x.T @ df/da'
    >>> rule_text(ag.add.primitive, 1, (x, np.ones(3)))
    'sum(ct, axis=0)'
    """
    params, names = params or {}, names or input_names(primitive, len(inputs))
    terms, shape = Terms(REWRITES), np.shape(inputs[position])
    value = np.asarray(primitive.forward(*inputs, **params) if value is None else value)
    given = [terms.name(ct, value.shape), terms.name(out, value.shape)]
    given += [
        terms.name(name, np.shape(x)) if _is_input(x) else terms.constant(x)
        for name, x in zip(names, inputs, strict=True)
    ]
    term = display.form(primitive, position, given, params, terms)
    if term is None:
        term = _term_of_rule(primitive, position, inputs, params, value, given, terms)
    return _whole_text(fitted(term, shape, terms))


def _whole_text(term: Term) -> str:
    """Write a rule: what is put at an index, as zeros with something added there."""
    if term.op not in ("scatter_add", "scatter"):
        return text_of(term)
    texts, shared = texts_of(term.args)
    added, *arrays = (texts[arg] for arg in term.args)
    return _with_shared(f"zeros({term.shape}).at[{whole_index(term, arrays)}].add({added})", shared)


def _term_of_rule(
    primitive: Primitive,
    position: int,
    inputs: Sequence[Any],
    params: Mapping[str, Any],
    value: Any,
    given: Sequence[Term],
    terms: Terms,
) -> Term:
    """Capture a rule at a call, and return what it computes in terms of what it is given."""

    def ran(ct: Any, out: Any, *arrays: Any) -> Any:
        free = iter(arrays)
        again = [next(free) if _is_input(x) else x for x in inputs]
        return _run_rule(primitive, position, ct, out, again, params)

    arrays = [as_value(raw(x), "rule_text") for x in inputs if _is_input(x)]
    graph = captured("rule_text", ran, (np.ones_like(value)[()], value[()], *arrays))
    names = [t.value for t in given if t.op == NAME]
    given_ids = dict(zip(graph.inputs, names, strict=True))
    result = graph.outputs[0]
    return terms_of(steps_of(graph), [result], given_ids, terms)[result]


def _run_rule(
    primitive: Primitive, position: int, ct: Any, out: Any, inputs: Sequence[Any], params: Any
) -> Any:
    """Return what the rule of one input gives; 0 if it has none."""
    rules: Any = primitive.vjps
    if not isinstance(rules, tuple):
        needed = tuple(i == position for i in range(len(inputs)))
        found = rules(ct, out, *inputs, needed=needed, **params)[position]
    else:
        rule = rules[position]
        found = None if rule is None else rule(ct, out, *inputs, **params)
    return np.zeros(()) if found is None else found


def _is_input(x: Any) -> bool:
    """Return whether an input is an array; a number of Python's is part of the rule."""
    return not isinstance(x, (bool, int, float)) or isinstance(x, np.generic)


_FIXED = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def input_names(primitive: Primitive, wanted: int) -> list[str]:
    """Return the names of the inputs in the signature of the forward rule: x, y; or x1, x2, ..."""
    try:
        known = list(inspect.signature(primitive.forward).parameters.values())
    except (TypeError, ValueError):  # before NumPy 2.4 its ufuncs tell none
        known = []
    names = [p.name for p in known if p.kind in _FIXED][:wanted]
    rest = next((p.name for p in known if p.kind is inspect.Parameter.VAR_POSITIONAL), "x")
    each = rest.removesuffix("s") if names else "x"
    return names + [f"{each}{i + 1}" for i in range(wanted - len(names))]


def text_of(term: Term) -> str:
    """Write a term; what is long and occurs several times follows as ``where s = ...``."""
    texts, shared = texts_of([term])
    return _with_shared(str(texts[term]), shared)


def _with_shared(main: str, shared: Sequence[tuple[str, str]]) -> str:
    parts = "; ".join(f"{name} = {text}" for name, text in shared)
    return f"{main} where {parts}" if parts else main


def texts_of(roots: Sequence[Term]) -> tuple[dict[Term, Text], list[tuple[str, str]]]:
    """Write terms, and name the long ones that occur several times.

    Returns
    -------
    dict of Term to Text, list of (str, str)
        The names and texts of what is shared, each before it is used.
    """
    terms = in_order(roots)
    uses = Counter(arg for t in terms for arg in t.args)
    letters = _letters({str(t.value) for t in terms if t.op == NAME})
    texts: dict[Term, Text] = {}
    shared: list[tuple[str, str]] = []
    for t in terms:
        texts[t] = written(t, [texts[arg] for arg in t.args])
        if uses[t] > 1 and len(str(texts[t])) >= LONG:
            name = next(letters)
            shared.append((name, str(texts[t])))
            texts[t] = Text(name)
    return texts, shared


def _letters(taken: set[str]) -> Iterator[str]:
    """Yield names for what is shared: s, r, u, and then numbered ones."""
    once = chain("sruvpqgh", (f"s{i}" for i in count(2)))
    return (name for name in once if name not in taken)
