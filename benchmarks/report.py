"""Tables of results, and the machine they were measured on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks import THREADS
from benchmarks.engines import Engine

Cell = str | float | None


@dataclass(frozen=True)
class Table:
    """The result of a suite; every row has the same keys, which are the columns."""

    title: str
    note: str
    rows: list[dict[str, Cell]]


def text(table: Table) -> str:
    """Lay a table out in columns."""
    columns = list(table.rows[0])
    lines = [columns] + [[show(row[key]) for key in columns] for row in table.rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    body = [
        "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        for line in lines
    ]
    return "\n".join([table.title, table.note, "", *body])


def show(cell: Cell) -> str:
    """Format a cell: ratios with two decimals, times and bytes with none."""
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    return f"{cell:.2f}" if cell < 10 else f"{cell:,.0f}"


def machine(engines: list[Engine]) -> dict[str, str]:
    """Say on what was measured, without naming the computer or its folders."""
    packages = ["numpy", *(engine.package for engine in engines)]
    return {
        "machine": f"{processor()}, {os.cpu_count()} CPUs, {platform.system()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": ", ".join(f"{name} {version(name)}" for name in packages),
        "threads": ", ".join(f"{name}={count}" for name, count in THREADS.items()),
    }


def processor() -> str:
    """Return the model of the processor, as far as the system tells."""
    listing = Path("/proc/cpuinfo")  # Linux alone; elsewhere Python knows
    if listing.exists():
        for line in listing.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
