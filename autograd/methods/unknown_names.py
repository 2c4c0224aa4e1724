"""What is said of a name that `autograd` does not have; loaded when one has been asked for."""

from __future__ import annotations

import numpy as np

from autograd.core.other_names import Table
from autograd.methods import numpy_names
from autograd.methods.module_names import MODULE
from autograd.methods.tensor_names import TENSOR


def row(name: str) -> Table:
    """Return a table of the one name, or an empty one: also of methods, and of NumPy's functions.

    Examples
    --------
    >>> from autograd.methods.unknown_names import row
    >>> row("view")
    {'view': ('t.view(3, 2)', 't.reshape(3, 2)')}
    >>> row("isin")
    {'isin': 'no gradient passes through it; give it t.numpy()'}
    >>> row("concatenat")
    {}
    """
    for table in (MODULE, TENSOR):
        if name in table:
            return {name: table[name]}
    function = getattr(np, name, None)
    if callable(function) and not isinstance(function, type):
        return {name: numpy_names.remedy(f"np.{name}")}
    return {}
