"""The first non-finite value: a NaN or an infinity that was not in what it was made from.

It spreads from there to everything behind, so the first place is the only one worth pointing at.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

KINDS = {"nan": np.isnan, "inf": np.isinf}


def is_first(kind: str, value: object, sources: Iterable[object]) -> bool:
    """Whether a value contains a kind of number, "nan" or "inf", and none of its sources does.

    Examples
    --------
    >>> from autograd.ir.nonfinite import is_first
    >>> is_first("nan", float("nan"), [0.0, float("inf")])
    True
    """
    return _has(kind, value) and not any(_has(kind, source) for source in sources)


def _has(kind: str, value: object) -> bool:
    array = np.asarray(value)
    return array.dtype.kind == "f" and bool(np.any(KINDS[kind](array)))
