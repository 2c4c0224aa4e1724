"""Rewrites of Einstein summations: products, transposes and copies in disguise."""

from __future__ import annotations

from autograd.core.types import Shape
from autograd.ir.printer.terms import Term, Terms


def einsum_with_spare_ones(t: Term, terms: Terms) -> Term | None:
    """einsum("j,i,ik->ikj", x, ones, y) -> einsum("j,ik->ikj", x, y)."""
    labels, result = _labels(t)
    for i, x in enumerate(t.args):
        if x.op != "broadcast_to" or not x.args[0].is_number(1) or len(labels[i]) != 1:
            continue
        others, args = labels[:i] + labels[i + 1 :], t.args[:i] + t.args[i + 1 :]
        lengths = [
            y.shape[o.index(labels[i])] for o, y in zip(others, args, strict=True) if labels[i] in o
        ]
        if x.shape[0] in lengths:
            return _einsum(others, result, args, t.shape, terms)
    return None


def einsum_of_ones(t: Term, terms: Terms) -> Term | None:
    """einsum(",i->i", x, ones) -> broadcast(x, (n,)): the ones only give an axis its length."""
    labels, result = _labels(t)
    for i, x in enumerate(t.args):
        if x.op != "broadcast_to" or not x.args[0].is_number(1) or len(labels[i]) != 1:
            continue
        others = labels[:i] + labels[i + 1 :]
        label = labels[i]
        if any(label in other for other in others) or label not in result or not others:
            continue
        place = result.index(label)
        shape = t.shape[:place] + t.shape[place + 1 :]
        rest = _einsum(
            others, result.replace(label, ""), t.args[:i] + t.args[i + 1 :], shape, terms
        )
        kept = (*shape[:place], 1, *shape[place:])
        rest = terms.make("reshape", rest, shape=kept)
        return terms.make("broadcast_to", rest, shape=t.shape)
    return None


def einsum_of_one(t: Term, terms: Terms) -> Term | None:
    """einsum("ij->ji", x) -> x.T."""
    labels, result = _labels(t)
    if len(labels) > 1 or sorted(labels[0]) != sorted(result) or len(set(result)) < len(result):
        return None
    axes = tuple(labels[0].index(label) for label in result)
    return terms.make("transpose", t.args[0], shape=t.shape, axes=axes)


def einsum_with_number(t: Term, terms: Terms) -> Term | None:
    """einsum(",i->i", c, x) -> c * x."""
    labels, result = _labels(t)
    for i, x in enumerate(t.args):
        if not labels[i] and len(labels) > 1:
            others = labels[:i] + labels[i + 1 :]
            rest = _einsum(others, result, t.args[:i] + t.args[i + 1 :], t.shape, terms)
            return terms.make("multiply", x, rest, shape=t.shape)
    return None


def einsum_of_matrices(t: Term, terms: Terms) -> Term | None:
    """einsum("ik,jk->ij", x, y) -> x @ y.T, einsum("i,j->ij", x, y) -> outer(x, y)."""
    labels, result = _labels(t)
    if len(labels) != 2 or len(result) != 2 or len({*result}) != 2:
        return None
    if [set(term) for term in labels] == [{result[0]}, {result[1]}] and {*map(len, labels)} == {1}:
        return terms.make("outer", *t.args, shape=t.shape)
    x, y = t.args
    if result[0] in labels[1]:
        labels, x, y = labels[::-1], y, x
    common = {*labels[0]} & {*labels[1]}
    if sorted(map(len, labels)) != [2, 2] or len(common) != 1 or common & {*result}:
        return None
    (inner,) = common
    if {*labels[0]} != {result[0], inner} or {*labels[1]} != {result[1], inner}:
        return None
    if x.shape[labels[0].index(inner)] != y.shape[labels[1].index(inner)]:
        return None
    if labels[0][1] != inner:
        x = terms.make("T", x, shape=x.shape[::-1])
    if labels[1][0] != inner:
        y = terms.make("T", y, shape=y.shape[::-1])
    return terms.make("matmul", x, y, shape=t.shape)


def _labels(t: Term) -> tuple[list[str], str]:
    terms, _, result = t.params["subscripts"].partition("->")
    return terms.split(","), result


def _einsum(
    labels: list[str], result: str, args: tuple[Term, ...], shape: Shape, terms: Terms
) -> Term:
    if labels == [result]:
        return args[0]
    return terms.make("einsum", *args, shape=shape, subscripts=f"{','.join(labels)}->{result}")
