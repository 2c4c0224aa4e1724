"""Numbers in few letters: what fits into a box."""

from __future__ import annotations

import math

UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def brief(value: float | None) -> str:
    """Write a number with three digits, or with an exponent; nothing for None.

    Examples
    --------
    >>> from autograd.viz.model.brief import brief
    >>> brief(0.5634), brief(12.345), brief(0.00123), brief(0.0)
    ('0.563', '12.3', '1.2e-3', '0')
    """
    if value is None:
        return ""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else {"nan": "NaN"}.get(str(value), str(value))
    if not 1e-2 <= abs(value) < 1e4:
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    three = float(f"{value:.3g}")
    return f"{three:.{max(0, 2 - math.floor(math.log10(abs(three))))}f}"


def counted(number: int) -> str:
    """Write a count, as ``75.0k``.

    Examples
    --------
    >>> from autograd.viz.model.brief import counted
    >>> counted(75008), counted(11173962), counted(640)
    ('75.0k', '11.2M', '640')
    """
    for size, unit in UNITS:
        if number >= size:
            return f"{number / size:.1f}{unit}"
    return str(number)
