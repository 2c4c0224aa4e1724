"""Whether a call fits what it would become."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterable
from operator import attrgetter
from types import SimpleNamespace

import numpy as np

import autograd as ag
from nn import containers, init, layers, losses, optim, utils
from nn.cli.port.rules import REDUCED, Rule
from nn.module import Module
from nn.other_names.module import ARGUMENTS
from nn.parameter import Parameter

# What `nn` gives on of the names that PyTorch's has.
NETWORKS = SimpleNamespace(
    **{name: getattr(part, name) for part in (layers, losses) for name in part.__all__},
    **{name: kind for name, kind in vars(containers).items() if isinstance(kind, type)},
    Module=Module,
    Parameter=Parameter,
    init=init,
    optim=optim,
    utils=utils,
)


def found(name: str) -> Callable[..., object]:
    """Return what a dotted name means here, such as ``nn.optim.SGD``."""
    module, _, rest = name.partition(".")
    result: Callable[..., object] = attrgetter(rest)({"ag": ag, "nn": NETWORKS, "np": np}[module])
    return result


def exists(name: str) -> bool:
    """Return whether a dotted name means something other than a module.

    Examples
    --------
    >>> from nn.cli.port.fitting import exists
    >>> exists("nn.optim.SGD"), exists("nn.optim"), exists("nn.Conv9d")
    (True, False, False)
    """
    try:
        return not inspect.ismodule(found(name))
    except AttributeError:
        return False


def fits(rule: Rule, node: ast.Call, given: int = 0) -> bool:
    """Return whether a call has just the arguments of a rule, ``given`` of them before it."""
    count = given + len(node.args) + len(node.keywords)
    if rule.keywords is REDUCED and lists_axes(node, 1 - given):
        return False
    return rule.least <= count <= rule.most and only(node, rule.keywords)


def lists_axes(node: ast.Call, first: int = 0) -> bool:
    """Return whether a reduction has a list, as in ``x.sum([0, 1])``: axes are a tuple here."""
    given = (*node.args[first:], *(k.value for k in node.keywords))
    return any(isinstance(value, ast.List) for value in given)


def only(node: ast.Call, keywords: Iterable[str] = ()) -> bool:
    """Return whether a call has no other keywords, and no starred arguments."""
    known = set(keywords)
    return not is_starred(node) and all(k.arg in known for k in node.keywords)


def is_starred(node: ast.Call) -> bool:
    """Return whether it is not seen how many arguments a call has."""
    return any(isinstance(a, ast.Starred) for a in node.args) or any(
        k.arg is None for k in node.keywords
    )


def misfit(name: str, node: ast.Call) -> str:
    """Return why something here cannot be called with these arguments; "" if it can."""
    if is_starred(node):
        return ""
    keywords = [k.arg for k in node.keywords if k.arg]
    signature = inspect.signature(found(name))
    unknown = [k for k in keywords if k not in signature.parameters]
    try:
        signature.bind(*node.args, **dict.fromkeys(keywords))
        if unknown:  # taken to be refused, as by optimisers
            raise TypeError(f"there is no option {unknown[0]!r}")
    except (TypeError, ValueError) as error:
        known = [f"{k}=: {ARGUMENTS[k]}" for k in keywords if k in ARGUMENTS]
        return known[0] if known else f"{name}: {error}"
    return ""
