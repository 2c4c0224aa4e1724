"""The state of an optimiser as data, and whether such data fit an optimiser.

Parameters have no place in a file, so they are numbered in the order in which they were given.  All
of a state is checked before anything of it is taken over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any, TypeAlias

import autograd as ag
from autograd.core.float16 import widened
from autograd.core.messages import one_line
from nn.checks import not_negative

State: TypeAlias = defaultdict[str, Any]
Options: TypeAlias = Mapping[str, Any]  # of a group, by their names
NUMBERS = ("mu_product",)  # what is one number for each parameter
# Options that a group of PyTorch's has besides, and that change no number.
WITHOUT_EFFECT = ("capturable", "differentiable", "foreach", "fused")
OptionsOf: TypeAlias = Callable[[Options], dict[str, Any]]


def pack_groups(groups: Sequence[Options], options: Iterable[str]) -> list[dict[str, Any]]:
    """Return the options of each group, with numbers in the place of its parameters."""
    packed, first = [], 0
    for group in groups:
        numbers = list(range(first, first := first + len(group["params"])))
        names = [name for name in (*options, "initial_lr") if name in group]
        packed.append({**{name: group[name] for name in names}, "params": numbers})
    return packed


def pack_memories(
    parameters: Iterable[ag.Tensor], state: Mapping[ag.Tensor, State]
) -> dict[int, dict[str, Any]]:
    """Return what is remembered of each parameter, by its number."""
    memories = (state.get(p) for p in parameters)
    return {i: deepcopy(dict(memory)) for i, memory in enumerate(memories) if memory}


class Misfit(Exception):
    """Why the data do not fit, in a few words."""


def read_groups(
    given: object, own: Sequence[Options], options_of: OptionsOf, fixed: Options
) -> list[dict[str, Any]]:
    """Return checked copies of the options of each group.

    Parameters
    ----------
    given : dict
        The whole state.
    own : list of dict
        What `pack_groups` returned for this optimiser.
    options_of : callable
        Returns the options in a group, or raises an `autograd.OptionError`.
    fixed : dict
        Options of PyTorch's groups that have one value here.

    Raises
    ------
    Misfit
    """
    if not isinstance(given, Mapping) or set(given) != {"state", "param_groups"}:
        raise Misfit("a state is a dict of 'state' and 'param_groups'")
    saved = given["param_groups"]
    if not isinstance(saved, (list, tuple)) or len(saved) != len(own):
        count = len(saved) if isinstance(saved, (list, tuple)) else "no list of"
        raise Misfit(f"{len(own)} groups of parameters here, {count} in the state")
    pairs = enumerate(zip(own, saved, strict=True))
    return [_read_group(f"group {i}", *pair, options_of, fixed) for i, pair in pairs]


def _read_group(
    what: str, own: Options, saved: Any, options_of: OptionsOf, fixed: Options
) -> dict[str, Any]:
    if not isinstance(saved, Mapping):
        raise Misfit(f"{what} is a {type(saved).__name__}, not a dict")
    foreign = {*WITHOUT_EFFECT, *(n for n in fixed if saved.get(n) == fixed[n])} - {*own}
    saved = {name: value for name, value in saved.items() if name not in foreign}
    if "maximize" in own:  # which older states lack
        saved = {"maximize": False, **saved}
    required = {*own} - {"initial_lr"}
    _check_names(what, saved, required, {*required, "initial_lr"})
    if not isinstance(saved["params"], (list, tuple)) or list(saved["params"]) != own["params"]:
        raise Misfit(
            f"{what} has the parameters {one_line(own['params'])}, not {one_line(saved['params'])}"
        )
    try:
        options = options_of(saved)
        if "initial_lr" in saved:
            not_negative(what, initial_lr=saved["initial_lr"])
            options["initial_lr"] = float(saved["initial_lr"])
    except ag.OptionError as error:
        raise Misfit(f"the state has a wrong option: {error}") from None
    return options


def read_memories(
    given: object,
    parameters: Sequence[ag.Tensor],
    options: Sequence[Options],
    remembers: Mapping[str, str],
) -> dict[ag.Tensor, State]:
    """Return checked copies of what is remembered of each parameter.

    Parameters
    ----------
    given : dict from int to dict
        By the numbers of the parameters.
    parameters : list of Tensor
    options : list of dict
        Those of each parameter's group.
    remembers : dict from str to str
        See `Optimizer`.

    Raises
    ------
    Misfit
    """
    if not isinstance(given, Mapping) or not set(given) <= set(range(len(parameters))):
        raise Misfit(f"'state' must be a dict with keys from 0 to {len(parameters) - 1}")
    return {
        parameters[i]: _read_memory(i, parameters[i], memory, options[i], remembers)
        for i, memory in given.items()
        if memory
    }


def _read_memory(
    i: int, p: ag.Tensor, saved: Any, options: Options, remembers: Mapping[str, str]
) -> State:
    if not isinstance(saved, Mapping):
        raise Misfit(f"the memory of parameter {i} is a {type(saved).__name__}, not a dict")
    if not remembers:  # the optimiser does not say what it remembers
        return defaultdict(int, deepcopy(dict(saved)))
    required = {name for name, switch in remembers.items() if not switch or options[switch]}
    _check_names(f"parameter {i}", saved, required, set(remembers))
    read = {name: _read(f"{name} of parameter {i}", name, saved[name], p) for name in saved}
    return defaultdict(int, read)


def _check_names(what: str, saved: Any, required: set[str], known: set[str]) -> None:
    missing, unexpected = sorted(required - set(saved)), [n for n in saved if n not in known]
    if missing:
        raise Misfit(f"{what} lacks {', '.join(missing)} in the state")
    if unexpected:
        raise Misfit(f"{what} has an unexpected {unexpected[0]!r} in the state")


def _read(what: str, name: str, value: Any, p: ag.Tensor) -> Any:
    if name == "step":
        return _read_count(what, value)
    number = name in NUMBERS
    shape, dtype = ((), float) if number else (p.shape, widened(p.data).dtype)
    try:
        array = ag.tensor(value, dtype=dtype).data
    except ag.GlassgradError as error:
        raise Misfit(f"{what} is not an array: {error}") from None
    if array.shape != shape:
        raise Misfit(f"{what} has shape {array.shape}, not {shape}")
    return array.item() if number else array


def _read_count(what: str, value: Any) -> int:
    try:
        count = int(value)  # PyTorch counts in floating-point numbers
    except (TypeError, ValueError, OverflowError):
        count = -1
    if count < 0 or count != value:
        shown = one_line(value)
        raise Misfit(f"{what} must be a whole number of at least 0, not {shown}")
    return count
