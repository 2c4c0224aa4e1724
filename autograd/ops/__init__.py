"""The primitives: every derivative that the engine knows, one screen each."""

from autograd.core.define import record_of
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
    power,
    recurrence,
    reduce,
    shape,
    unfold,
)

_MODULES = (
    elementwise,
    power,
    piecewise,
    shape,
    reduce,
    recurrence,
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
    values = [value for module in _MODULES for value in vars(module).values()]
    found = {p for p in map(record_of, values) if p is not None and p.differentiable}
    return tuple(sorted(found, key=lambda p: p.name))
