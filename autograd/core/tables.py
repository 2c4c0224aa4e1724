"""Tables of text: rows of cells, laid out in columns."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.errors import short

LONGEST = 200  # letters of a cell
PADDED = {"<": str.ljust, ">": str.rjust}


def columns(rows: Sequence[Sequence[str]], sides: str, gap: str = "  ") -> list[str]:
    """Lay rows of cells out in columns, each as wide as its widest cell; return the lines.

    Parameters
    ----------
    rows : sequence of sequences of str
        All of one length.
    sides : str
        For every column where its cells stand, as Python's format does: ``<`` left, ``>`` right.
    gap : str
        What stands between two columns.

    Examples
    --------
    >>> from autograd.core.tables import columns
    >>> for line in columns([("task", "us"), ("add", "12.3"), ("exp", "4")], "<>"):
    ...     print(line)
    task    us
    add   12.3
    exp      4
    """
    rows = [[short(cell, LONGEST) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        gap.join(
            PADDED[side](cell, width) for side, cell, width in zip(sides, row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
