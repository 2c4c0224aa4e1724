"""Tables of results: rows, and their text in columns."""

from __future__ import annotations

from dataclasses import dataclass

from autograd.core.tables import columns

Row = dict[str, str | float | None]


@dataclass(frozen=True)
class Table:
    """The result of a suite; every row has the same keys, which are the columns.

    Examples
    --------
    >>> from nn.cli.bench.table import Table, text
    >>> print(text(Table("Times", "in us", [{"task": "a", "us": 12.3}, {"task": "long", "us": 4}])))
    Times
    in us
    <BLANKLINE>
    task    us
    a     12.3
    long     4
    """

    title: str
    note: str
    rows: list[Row]


def text(table: Table) -> str:
    """Lay a table out in columns: names to the left, numbers to the right."""
    names = list(table.rows[0])
    lines = [names] + [[show(cell) for cell in row.values()] for row in table.rows]
    texts = (all(isinstance(row[name], str) for row in table.rows) for name in names)
    sides = "".join("<" if text else ">" for text in texts)
    return "\n".join([table.title, table.note, "", *columns(lines, sides)])


def show(cell: str | float | None) -> str:
    """Format a cell with three digits, errors as 2e-12.

    Examples
    --------
    >>> from nn.cli.bench.table import show
    >>> [show(cell) for cell in (0.1234, 1.234, 12.34, 1234.5, 3e-12, 7, "x", None)]
    ['0.123', '1.23', '12.3', '1,234', '3e-12', '7', 'x', '-']
    """
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return f"{cell:,}"
    if 0 < abs(cell) < 0.01 or cell > 1e9:
        return f"{cell:.0e}"
    decimals = 3 if abs(cell) < 1 else 2 if abs(cell) < 10 else 1 if abs(cell) < 100 else 0
    return f"{cell:,.{decimals}f}"
