"""The primitives: every derivative that the engine knows, one screen each."""

from types import ModuleType

from autograd.core.primitive import Primitive
from autograd.ops import (
    compare,
    conv,
    einsum,
    elementwise,
    index,
    linalg,
    loss,
    piecewise,
    pool,
    reduce,
    shape,
    unfold,
)

_MODULES = (
    elementwise,
    piecewise,
    shape,
    reduce,
    index,
    linalg,
    einsum,
    conv,
    unfold,
    pool,
    loss,
    compare,
)


def primitives() -> tuple[Primitive, ...]:
    """Return all primitives of the engine that have a derivative, sorted by name.

    Returns
    -------
    tuple of Primitive

    Examples
    --------
    >>> import autograd as ag
    >>> [p.name for p in ag.primitives()][:4]
    ['absolute', 'add', 'arctan', 'astype']
    """
    found = {p for module in _MODULES for p in _primitives_of(module) if p.differentiable}
    return tuple(sorted(found, key=lambda p: p.name))


def _primitives_of(module: ModuleType) -> list[Primitive]:
    records = (getattr(value, "primitive", None) for value in vars(module).values())
    return [p for p in records if isinstance(p, Primitive)]
