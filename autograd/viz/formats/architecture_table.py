"""An architecture as a table: a line for each box, those inside indented."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from autograd.core.tables import columns
from autograd.viz.model.architecture import Architecture, Box, sizes
from autograd.viz.model.brief import brief, counted
from autograd.viz.model.statistics import Numbers, Statistics

HEADS = ("name", "kind", "output", "parameters", "value", "gradient")
NO_NUMBERS = Numbers()


def architecture_text(
    architecture: Architecture, statistics: Statistics, among: Container[int] | None = None
) -> str:
    """Return the table as text for a terminal, of some boxes or of all.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> x = ag.tensor([[1.0, 2.0]])
    >>> net = nn.Sequential(nn.Linear(2, 3, rng=0), nn.ReLU())
    >>> print(ag.draw(net, x, view="architecture").text)
    Sequential, batch 1, 9 parameters
    name        kind        output  parameters  value  gradient
    x           input       2                    1.58
    Sequential  Sequential  3                9  0.965
      0         Linear      3                9   1.38
      ReLU      ReLU        3                   0.965
    """
    found = listed(architecture)
    shown = [(box, depth) for box, depth in found if among is None or box.id in among]
    rows = columns([HEADS, *_rows(shown, statistics, "  ")], "<<<>>>")
    return "\n".join([_title(architecture), *rows])


def architecture_markdown(architecture: Architecture, statistics: Statistics) -> str:
    """Return the table in Markdown."""
    lines = [f"## {_title(architecture)}", "", f"| {' | '.join(HEADS)} |"]
    lines.append("|---|---|---|---:|---:|---:|")
    rows = _rows(listed(architecture), statistics, "&emsp;")
    lines += [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _title(architecture: Architecture) -> str:
    batch = f", batch {architecture.batch}" if architecture.batch is not None else ""
    parameters = counted(architecture.parameters)
    return f"{architecture.title or 'Architecture'}{batch}, {parameters} parameters"


def _rows(
    shown: Iterable[tuple[Box, int]], statistics: Statistics, indent: str
) -> Iterator[tuple[str, ...]]:
    for box, depth in shown:
        found = statistics.boxes.get(box.id, NO_NUMBERS)
        parameters = counted(box.parameters) if box.parameters else ""
        kind = f"{box.kind} ×{box.count}" if box.count > 1 else box.kind
        yield (
            indent * depth + box.name, kind, sizes(box.shape), parameters,
            brief(found.rms), brief(found.gradient),
        )  # fmt: skip


def listed(architecture: Architecture) -> Iterator[tuple[Box, int]]:
    """Yield the boxes down to single layers, and how deep they are inside of others."""
    boxes = architecture.boxes
    for box in boxes:
        around = [boxes[id] for id in architecture.ancestors(box.id)[:-1]]
        if all(architecture.is_block(b) or not b.framed or b.role == "stack" for b in around):
            yield box, len(around)
