"""A network in a notebook: its parts, the shapes of what they learn, and how much that is."""

from __future__ import annotations

from autograd.core.messages import counted
from nn.inspection.summary import own_parameters, table_row
from nn.module import Module
from nn.parameter import Parameter

HEAD = ("Layer", "Kind", "Shapes", "Parameters")
MOST = 200  # rows


def card(module: Module) -> str:
    """Return a module as an HTML table; its outputs have a shape once there is an input.

    Parameters
    ----------
    module : Module

    Returns
    -------
    str
        Names in it are escaped, and a table of many rows is cut.

    Examples
    --------
    >>> import nn
    >>> nn.Linear(2, 3)._repr_html_().count("weight (3,&#160;2)")
    1
    """
    parts = list(module.named_modules())
    rows = [table_row(HEAD, "th"), *(table_row(_cells(*part)) for part in parts[:MOST])]
    if len(parts) > MOST:
        rows.append(table_row((f"and {len(parts) - MOST} more", "", "", "")))
    learned = list(dict.fromkeys(p for _, part in parts for p in own_parameters(part)))
    frozen = sum(p.size for p in learned if not p.requires_grad)
    note = f"{frozen:,} frozen" if frozen else ""
    rows.append(table_row(("total", "", note, f"{sum(p.size for p in learned):,}")))
    return f"<table>{''.join(rows)}</table>"


def _cells(path: str, part: Module) -> tuple[str, ...]:
    depth, name = path.count(".") + bool(path), path.rpartition(".")[2]
    own = {n: p for n, p in vars(part).items() if isinstance(p, Parameter)}
    shapes = ", ".join(f"{n} {p.shape}" for n, p in own.items())
    count = sum(p.size for p in own_parameters(part))
    inside = counted(len(list(part.children())), "part") if any(part.children()) else ""
    kind = f"{type(part).__name__}({part.extra_repr()})".removesuffix("()")
    if not path:
        name, kind = type(part).__name__, ""
    return "  " * depth + name, kind, shapes or inside, f"{count:,}" if count else ""
