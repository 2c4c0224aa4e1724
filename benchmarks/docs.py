"""Write the tables into docs/speed.md, between two marks; the text around them stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import autograd as ag
from autograd.core.files import write_file
from nn.cli.bench.table import Table, text

PAGE = Path(__file__).parent.parent / "docs" / "speed.md"
BEGIN = "<!-- What follows is written by `make speed`. -->"
END = "<!-- Here it ends. -->"


def write(about: Mapping[str, str], tables: Sequence[Table], page: Path = PAGE) -> None:
    """Replace what stands between the marks of a page.

    Parameters
    ----------
    about : dict
        The machine, the versions and the threads.
    tables : sequence of Table
    page : Path

    Raises
    ------
    autograd.StateError
        If the marks are not there.
    """
    old = page.read_text("utf-8")
    head, begin, rest = old.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise ag.StateError(f"docs: {page.name} lacks the marks {BEGIN} and {END}; put them back")
    new = f"{head}{begin}\n\n{generated(about, tables)}\n{end}{tail}"
    write_file("docs", page, new, ag.StateError)


def generated(about: Mapping[str, str], tables: Sequence[Table]) -> str:
    """Return the machine and the tables as Markdown."""
    lines = "\n".join(f"{key}: {value}" for key, value in about.items())
    parts = [f"```text\n{lines}\n```\n"]
    for table in tables:
        title, _, rest = text(table).partition("\n")
        parts.append(f"### {title}\n\n```text\n{rest}\n```\n")
    return "\n".join(parts)
