"""Tables of results, and the machine they were measured on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from benchmarks import THREADS
from benchmarks.engines import LATER, Engine

Row = dict[str, str | float | None]


@dataclass(frozen=True)
class Table:
    """The result of a suite; every row has the same keys, which are the columns."""

    title: str
    note: str
    rows: list[Row]


def text(table: Table) -> str:
    """Lay a table out in columns."""
    lines = [list(table.rows[0])] + [[show(cell) for cell in row.values()] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    body = ["  ".join(map(str.rjust, line, widths)) for line in lines]
    return "\n".join([table.title, table.note, "", *body])


def show(cell: str | float | None) -> str:
    """Format a cell: ratios with two decimals, errors as 2e-12, the rest with no decimals."""
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int):
        return f"{cell:,}"
    if 0 < abs(cell) < 0.01 or cell > 1e9:
        return f"{cell:.0e}"
    return f"{cell:.2f}" if cell < 10 else f"{cell:,.0f}"


def machine(engines: list[Engine]) -> dict[str, str]:
    """Say on what was measured, without naming the computer or its folders."""
    later = [name for name in LATER if find_spec(name)]
    packages = ["numpy", *(engine.name for engine in engines), *later]
    return {
        "machine": f"{processor()}, {os.cpu_count()} CPUs, {platform.system()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": ", ".join(f"{name} {version(name)}" for name in packages),
        "threads": f"1, by {', '.join(THREADS)} and torch.set_num_threads",
    }


def processor() -> str:
    """Return the model of the processor, as far as the system tells."""
    listing = Path("/proc/cpuinfo")  # Linux alone; elsewhere Python knows
    lines = listing.read_text().splitlines() if listing.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()
