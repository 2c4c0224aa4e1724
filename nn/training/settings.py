"""What a resumed run must share with the one that was left, or its steps would be others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from autograd.core.messages import one_line
from nn.errors import StateError
from nn.optim.state import Options


def compare(own: Mapping[str, object], saved: Mapping[str, object]) -> None:
    """Refuse settings that are not the same.

    Raises
    ------
    nn.StateError
    """
    for name, value in own.items():
        if saved.get(name) != value:
            before, now = one_line(saved.get(name)), one_line(value)
            raise StateError(
                f"fit: the checkpoint is of another training: {name} was {before} and is {now}; "
                "choose the same, or another file"
            )


def initial_options(groups: Iterable[Options], lowered: bool) -> dict[str, Any]:
    """Return the options of an optimiser's groups, with the learning rates that they began with.

    Parameters
    ----------
    groups : list of dict
        As in the state of the optimiser.
    lowered : bool
        Whether a schedule lowers the rates by what it measures; then they are left out, since they
        differ if the training went on in this session.

    Examples
    --------
    >>> from nn.training.settings import initial_options
    >>> initial_options([{"params": [0], "lr": 0.1, "initial_lr": 0.5}], False)
    {'params of group 0': [0], 'lr of group 0': 0.5}
    """
    options: dict[str, Any] = {}
    for i, group in enumerate(groups):
        own = {**group, "lr": group.get("initial_lr", group["lr"])}
        left_out = {"initial_lr", "lr"} if lowered else {"initial_lr"}
        options |= {f"{name} of group {i}": own[name] for name in own if name not in left_out}
    return options


def as_read(value: object) -> object:
    """Return settings as a file gives them back: with lists in the place of tuples."""
    if isinstance(value, dict):
        return {key: as_read(x) for key, x in value.items()}
    return [as_read(x) for x in value] if isinstance(value, (tuple, list)) else value
