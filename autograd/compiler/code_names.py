"""What the code of a function names: globals, attributes, modules.

Names in quotes count, as in ``getattr(module, "rate")``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dis import get_instructions
from functools import lru_cache
from types import CellType, CodeType, FunctionType, ModuleType


def codes(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of a function, and of the functions that it defines."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


def names(code: CodeType) -> list[str]:
    """Return the names in code: of globals, attributes and imports.

    >>> from autograd.compiler.code_names import names
    >>> names((lambda x: getattr(x.T, "rate")).__code__)
    ['getattr', 'T', 'rate']
    """
    return list(dict.fromkeys([*code.co_names, *_quoted(code)]))


@lru_cache(maxsize=4096)
def global_names(code: CodeType) -> tuple[str, ...]:
    """Return what code reads or writes as globals, or has in quotes; ``w.T`` does not read T.

    >>> from autograd.compiler.code_names import global_names
    >>> global_names((lambda x: getattr(x.T, "rate")).__code__)
    ('getattr', 'rate')
    """
    read = [i.argval for i in get_instructions(code) if i.opname.endswith(("_GLOBAL", "_NAME"))]
    return tuple(dict.fromkeys([*read, *_quoted(code)]))


def _quoted(code: CodeType) -> list[str]:
    return [c for c in code.co_consts if isinstance(c, str)]


def modules(f: FunctionType, known: list[str], named: list[str]) -> list[ModuleType]:
    """Return the modules that a function has as variables, or imports, of those that are loaded."""
    package = f.__globals__.get("__package__")
    found = [f.__globals__[name] for name in known]
    found += [sys.modules.get(path) for n in named for path in (n, f"{package}.{n}")]
    found += [cell.cell_contents for cell in f.__closure__ or () if cell != CellType()]
    return [x for x in found if isinstance(x, ModuleType)]
