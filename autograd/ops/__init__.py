"""The primitives: every derivative that the engine knows, one screen each."""

from autograd.core.define import record_of
from autograd.core.primitive import Primitive
from autograd.ops import (
    compare,
    conv,
    decompositions,
    einsum,
    elementwise,
    index,
    inverse_trigonometry,
    linalg,
    logarithms,
    logistic,
    loss,
    piecewise,
    polar,
    pool,
    power,
    recurrence,
    reduce,
    remainder,
    rounding,
    shape,
    special,
    unfold,
    unpool,
)

_MODULES = (
    elementwise,
    power,
    logarithms,
    polar,
    inverse_trigonometry,
    special,
    logistic,
    piecewise,
    rounding,
    remainder,
    shape,
    reduce,
    recurrence,
    index,
    linalg,
    decompositions,
    einsum,
    conv,
    unfold,
    pool,
    unpool,
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
    ['absolute', 'add', 'arccos', 'arccosh']
    """
    values = [value for module in _MODULES for value in vars(module).values()]
    found: dict[str, Primitive] = {}
    for p in map(record_of, values):
        if p is not None and p.differentiable:
            found.setdefault(p.name, p)  # of matmul, that for any order in memory
    return tuple(found[name] for name in sorted(found))
