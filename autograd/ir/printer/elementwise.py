"""Which operations compute each element of their result from one element of each input."""

from __future__ import annotations

from autograd import ops
from autograd.ops import compare

# Elementwise operations beside those that declare partial derivatives: they broadcast, too.
_BROADCASTING = {"where", *(name for name, f in vars(compare).items() if hasattr(f, "primitive"))}
_BROADCASTING -= {"argmax", "argmin", "all", "any", "running_argmax", "running_argmin", "argsort"}
ELEMENTWISE = frozenset({p.name for p in ops.primitives() if p.elementwise} | _BROADCASTING)

# Those whose results are true or false.
CONDITIONS = frozenset(_BROADCASTING - {"where"})
