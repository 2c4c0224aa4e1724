"""Calls whose arguments decide what is written: ``std``, ``var`` and ``split``.

PyTorch's ``std`` divides by n - 1, or by n - correction; that of here by n - ddof, with ddof=0.
PyTorch's ``split`` takes sizes, that of here the places to cut, or a number of parts.
"""

from __future__ import annotations

import ast
from itertools import accumulate

from nn.cli.port.fitting import lists_axes, only
from nn.cli.port.options import cut
from nn.cli.port.source import Source

SPREAD = ("std", "var")
DIVISOR = ("unbiased", "correction")
FOR_SPREAD = {"dim": "axis", "keepdim": "keepdims", "correction": "ddof"}

BIASED = "it divides by n, as is the default here; leave {} out"
DDOF = "write ddof=0 for unbiased=False, ddof=1 for unbiased=True, and ddof=n for correction=n"
UNBIASED = "the default here is ddof=0; write {} for the same"
CUTS = "ag.split takes the places to cut, not sizes; write ag.split(x, {}, axis={})"
EQUAL = "range({0}, x.shape[{1}], {0})"
OF_SIZES = "np.cumsum(sizes)[:-1]"
SIZE_NAMES = ("split_size_or_sections", "split_size")


def is_literal(node: ast.AST | None, kind: type) -> bool:
    """Return whether an expression is a constant of just this type: True is no `int`."""
    return isinstance(node, ast.Constant) and type(node.value) is kind


def _divisor(node: ast.Call, first: int) -> ast.expr | ast.keyword | None:
    """Return the argument of ``std`` that says what is divided by, if there is one."""
    for keyword in node.keywords:
        if keyword.arg in DIVISOR:
            return keyword
    places = node.args[first:]
    if places and is_literal(places[0], bool):  # std(x, False): no axis
        return places[0]
    return places[1] if len(places) > 1 else None


def _ddof(given: ast.expr | ast.keyword | None) -> int | None:
    """Return the `ddof` that is surely meant, but for that of ``unbiased=True``."""
    value = given.value if isinstance(given, ast.keyword) else given
    counts = isinstance(given, ast.keyword) and given.arg == "correction"
    if not is_literal(value, int if counts else bool):
        return None
    number: int = value.value  # type: ignore[union-attr]
    return number if counts or number is False else None


def spread(source: Source, node: ast.Call, first: int) -> bool:
    """Give the arguments of ``std`` their names here, if the divisor is certain."""
    given = _divisor(node, first)
    known = _ddof(given) is not None and only(node, (*FOR_SPREAD, "unbiased"))
    if given is None or not known or lists_axes(node, first) or len(node.args) > first + 3:
        return False
    if not _without(source, node, given, first):
        return False
    for keyword in node.keywords:
        if keyword.arg in FOR_SPREAD and (keyword is not given or _ddof(given)):
            start = source.start(keyword)
            source.replace(start, start + len(keyword.arg), FOR_SPREAD[keyword.arg])
    return True


def _without(source: Source, node: ast.Call, given: ast.expr | ast.keyword, first: int) -> bool:
    """Take the divisor away where it is n, or write 0 for it; return whether that can be done."""
    if _ddof(given):
        return True
    last = isinstance(given, ast.keyword) or given is node.args[-1]
    if last and cut(source, node, given):
        return True
    if given in node.args[: first + 1]:
        return False
    text = "ddof=0" if isinstance(given, ast.keyword) else "0"
    source.replace(source.start(given), source.end(given), text)
    return True


def for_call(name: str, node: ast.Call, first: int = 0) -> str:
    """Return what to write for a call with these arguments; "" if its name alone says it.

    Examples
    --------
    >>> import ast
    >>> from nn.cli.port.by_arguments import for_call
    >>> call = ast.parse("x.split([2, 1, 4], dim=1)", mode="eval").body
    >>> for_call("split", call)
    'ag.split takes the places to cut, not sizes; write ag.split(x, [2, 3], axis=1)'
    """
    if name == "split":
        return _for_split(node, first)
    kind, _, mean = name.partition("_")
    if kind not in SPREAD or mean not in ("", "mean"):
        return ""
    also = " and ag.mean(x)" if mean else ""
    given = _divisor(node, first)
    value = given.value if isinstance(given, ast.keyword) else given
    ddof = _ddof(given)
    if given is None or (is_literal(value, bool) and ddof is None):
        return UNBIASED.format(f"ag.{kind}(x, ddof=1){also}")
    if ddof == 0:
        named = f"{given.arg}=" if isinstance(given, ast.keyword) else "False"
        return BIASED.format(named) + (f", and write ag.{kind}(x){also}" if mean else "")
    return DDOF if ddof is None else f"write ag.{kind}(x, ddof={ddof}){also}"


def _for_split(node: ast.Call, first: int) -> str:
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    named = [keywords[name] for name in SIZE_NAMES if name in keywords]
    places = [*node.args[first:], *named]
    sizes = places[0] if places else None
    axis = ast.unparse(places[1] if len(places) > 1 else keywords.get("dim", ast.Constant(0)))
    if isinstance(sizes, ast.List | ast.Tuple):
        known = [n.value for n in sizes.elts if isinstance(n, ast.Constant) and is_literal(n, int)]
        certain = len(known) == len(sizes.elts)
        ends = list(accumulate(known))
        return CUTS.format(ends[:-1] if certain else OF_SIZES, axis)
    if sizes is not None and is_literal(sizes, int):
        return CUTS.format(EQUAL.format(ast.unparse(sizes), axis), axis)
    return f"{CUTS.format(EQUAL.format('n', axis), axis)}, or {OF_SIZES} for a list of sizes"
