"""What a function keeps for its calls."""

from __future__ import annotations

from types import FunctionType
from typing import Any


def held_by(f: FunctionType) -> list[Any]:
    """Return the defaults, the attributes and the closure of a function.

    Examples
    --------
    >>> from autograd.core.closures import held_by
    >>> rate = 0.5
    >>> held_by(lambda x, factor=rate: x * factor)
    [0.5]
    """
    held = [*(f.__defaults__ or ()), *(f.__kwdefaults__ or {}).values(), *vars(f).values()]
    for cell in f.__closure__ or ():
        try:
            held.append(cell.cell_contents)
        except ValueError:  # a variable without a value yet
            continue
    return held
