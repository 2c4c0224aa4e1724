"""Operators, methods and the NumPy protocols, bound to `Tensor` from one table.

A Tensor has no arithmetic of its own.  Here ``a * b``, ``a.sum()`` and ``np.sum(a)`` are mapped to
the functions of the engine that they mean.  Nothing turns a Tensor into an array silently.
"""

from autograd.core.other_names import OtherName
from autograd.core.tensor import Tensor
from autograd.methods import einops_import, other_imports
from autograd.methods.table import bindings
from autograd.methods.tensor_names import TENSOR, listed

for _name in TENSOR:
    setattr(Tensor, _name, OtherName(_name, TENSOR))
Tensor.__dir__ = listed  # type: ignore[method-assign]

for _name, _value in bindings().items():
    setattr(Tensor, _name, _value)

einops_import.prepare()
other_imports.prepare()
