"""Names of arguments: as the function calls them, down to the leaves of nested structures."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from typing import Any


def argument_names(bound: inspect.BoundArguments, element: str) -> list[str]:
    """Name arguments as the function does; ``element`` says how to write those of ``*args``."""
    names = []
    for name, value in bound.arguments.items():
        several = bound.signature.parameters[name].kind is inspect.Parameter.VAR_POSITIONAL
        names += [element.format(name, i) for i in range(len(value))] if several else [name]
    return names


def leaf_places(f: Any, args: Sequence[Any]) -> list[tuple[int, str]]:
    """Return for each leaf of nested arguments which argument it is in, and its name.

    Examples
    --------
    >>> from autograd.ir.argument_names import leaf_places
    >>> leaf_places(lambda x, p: x, [1.0, {"w": [2.0, 3.0]}])
    [(0, 'x'), (1, "p['w'][0]"), (1, "p['w'][1]")]
    """
    try:
        names = argument_names(inspect.signature(f).bind(*args), "{}[{}]")
    except (TypeError, ValueError):  # built-in functions have no signature
        names = [f"x{i}" for i in range(len(args))]
    return [(i, path) for i, x in enumerate(args) for path in leaf_paths(x, names[i])]


def leaf_paths(x: Any, name: str) -> Iterator[str]:
    """Yield what each leaf of a nested structure is called, if the whole has a name."""
    if isinstance(x, dict):
        for key, branch in x.items():
            yield from leaf_paths(branch, f"{name}[{key!r}]")
    elif isinstance(x, (tuple, list)):
        for i, branch in enumerate(x):
            yield from leaf_paths(branch, f"{name}[{i}]")
    else:
        yield name
