"""The state of an optimiser as data, and whether such data fit an optimiser.

Parameters have no place in a file, so they are numbered in the order in which they were given.  All
of a state is looked at before anything of it is taken over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import autograd as ag
from autograd.core.messages import one_line
from nn.checks import not_negative

if TYPE_CHECKING:
    from nn.optim.optimizer import Optimizer

one_line = one_line
State = defaultdict[str, Any]


def pack(optimizer: Optimizer) -> dict[str, Any]:
    """Return options and memory, with numbers in the place of the parameters."""
    groups, first = [], 0
    for group in optimizer.param_groups:
        numbers = list(range(first, first := first + len(group["params"])))
        names = [name for name in (*optimizer.defaults, "initial_lr") if name in group]
        groups.append({**{name: group[name] for name in names}, "params": numbers})
    memories = (optimizer.state.get(p) for p in _parameters(optimizer))
    state = {i: deepcopy(dict(memory)) for i, memory in enumerate(memories) if memory}
    return {"state": state, "param_groups": groups}


def unpack(
    optimizer: Optimizer, given: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], dict[ag.Tensor, State]]:
    """Return the options of each group and the memory of each parameter, as checked copies."""
    try:
        groups = _read_groups(optimizer, given)
        return groups, _read_memories(optimizer, groups, given["state"])
    except _Misfit as misfit:
        title = type(optimizer).__name__
        raise ag.StateError(f"{title}: {misfit}; nothing was changed") from None


class _Misfit(Exception):
    """Why the data do not fit, in a few words."""


def _read_groups(optimizer: Optimizer, given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, Mapping) or set(given) != {"state", "param_groups"}:
        raise _Misfit("a state is a dict of 'state' and 'param_groups'")
    own, saved = pack(optimizer)["param_groups"], given["param_groups"]
    if not isinstance(saved, (list, tuple)) or len(saved) != len(own):
        count = len(saved) if isinstance(saved, (list, tuple)) else "no list of"
        raise _Misfit(f"{len(own)} groups of parameters here, {count} in the state")
    return [_read_group(optimizer, i, *pair) for i, pair in enumerate(zip(own, saved, strict=True))]


def _read_group(optimizer: Optimizer, i: int, own: Mapping[str, Any], saved: Any) -> dict[str, Any]:
    if not isinstance(saved, Mapping):
        raise _Misfit(f"group {i} is a {type(saved).__name__}, not a dict")
    required = {"params", *optimizer.defaults}
    _check_names(f"group {i}", saved, required, {*required, "initial_lr"})
    if not isinstance(saved["params"], (list, tuple)) or list(saved["params"]) != own["params"]:
        raise _Misfit(
            f"group {i} has the parameters {one_line(own['params'])}, "
            f"not {one_line(saved['params'])}"
        )
    try:
        options = optimizer.options_of(saved)
        if "initial_lr" in saved:
            not_negative(f"group {i}", initial_lr=saved["initial_lr"])
            options["initial_lr"] = float(saved["initial_lr"])
    except ag.OptionError as error:
        raise _Misfit(f"the state has a wrong option: {error}") from None
    return options


def _read_memories(
    optimizer: Optimizer, groups: list[dict[str, Any]], saved: Any
) -> dict[ag.Tensor, State]:
    parameters = _parameters(optimizer)
    if not isinstance(saved, Mapping) or not set(saved) <= set(range(len(parameters))):
        raise _Misfit(f"'state' must be a dict with keys from 0 to {len(parameters) - 1}")
    sizes = [len(group["params"]) for group in optimizer.param_groups]
    options = [new for new, size in zip(groups, sizes, strict=True) for _ in range(size)]
    return {
        parameters[i]: _read_memory(optimizer, i, parameters[i], options[i], saved[i])
        for i in saved
        if saved[i]
    }


def _read_memory(
    optimizer: Optimizer, i: int, p: ag.Tensor, options: Mapping[str, Any], saved: Any
) -> State:
    if not isinstance(saved, Mapping):
        raise _Misfit(f"the memory of parameter {i} is a {type(saved).__name__}, not a dict")
    names = optimizer.remembers
    if not names:  # an optimiser of somebody's own, who has not said what it remembers
        return defaultdict(int, deepcopy(dict(saved)))
    required = {name for name, switch in names.items() if not switch or options[switch]}
    _check_names(f"parameter {i}", saved, required, set(names))
    read = {name: _read(f"{name} of parameter {i}", name, saved[name], p) for name in saved}
    return defaultdict(int, read)


def _check_names(what: str, saved: Any, required: set[str], known: set[str]) -> None:
    missing, unexpected = sorted(required - set(saved)), [n for n in saved if n not in known]
    if missing:
        raise _Misfit(f"{what} lacks {', '.join(missing)} in the state")
    if unexpected:
        raise _Misfit(f"{what} has an unexpected {unexpected[0]!r} in the state")


def _read(what: str, name: str, value: Any, p: ag.Tensor) -> Any:
    if name == "step":
        return _read_count(what, value)
    try:
        array = ag.tensor(value, dtype=p.dtype).data
    except ag.GlassgradError as error:
        raise _Misfit(f"{what} is no array: {error}") from None
    if array.shape != p.shape:
        raise _Misfit(f"{what} has shape {array.shape}, not {p.shape}")
    return array


def _read_count(what: str, value: Any) -> int:
    try:
        count = int(value)  # PyTorch counts in floating-point numbers
    except (TypeError, ValueError, OverflowError):
        count = -1
    if count < 0 or count != value:
        shown = one_line(value)
        raise _Misfit(f"{what} must be a whole number of at least 0, not {shown}")
    return count


def _parameters(optimizer: Optimizer) -> list[ag.Tensor]:
    return [p for group in optimizer.param_groups for p in group["params"]]
