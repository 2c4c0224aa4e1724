"""Whether a state fits a network: all of it is checked before anything is changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import autograd as ag
from autograd.core.messages import one_line
from nn.errors import StateError

SHOWN = 8  # names of a kind in a message; the exception has them all


def check_state(
    title: str, own: Mapping[str, ag.Tensor], given: Mapping[str, ag.ArrayLike], strict: bool
) -> dict[str, Any]:
    """Return the arrays to take over, of the dtypes that the network has.

    Parameters
    ----------
    title : str
        The name of the network in messages.
    own : dict from str to Tensor
        Its parameters and buffers.
    given : dict from str to array
        The state to take over.
    strict : bool
        Whether both must have the same names.

    Raises
    ------
    nn.StateError
        If they do not fit together; the message has the first names, the exception all.
    """
    if not isinstance(given, Mapping):
        raise StateError(
            f"{title}: a state is a dict from names to arrays, not {type(given).__name__}"
        )
    missing = [name for name in own if name not in given] if strict else []
    unexpected = [str(name) for name in given if name not in own] if strict else []
    values = {name: _read(title, name, given[name], own[name]) for name in own if name in given}
    misshapen = [name for name, value in values.items() if value.shape != own[name].shape]
    if not strict and given and not values:
        unexpected = [str(name) for name in given]  # nothing at all would be taken over
    if missing or unexpected or misshapen:
        shapes = [f"{n} {values[n].shape} for {own[n].shape}" for n in misshapen]
        found = {"missing": missing, "unexpected": unexpected, "of another shape": shapes}
        misfits = "; ".join(f"{kind}: {_listed(names)}" for kind, names in found.items() if names)
        raise StateError(
            f"{title}: the state belongs to another network, and nothing was changed; {misfits}",
            missing,
            unexpected,
            misshapen,
        )
    return values


def _read(title: str, name: str, value: Any, like: ag.Tensor) -> Any:
    try:
        array = ag.tensor(value)
    except (ag.GlassgradError, RuntimeError) as error:
        raise StateError(f"{title}: {name} in the state is not an array: {error}") from None
    if like.dtype.kind in "iu" and array.dtype.kind == "f":
        raise StateError(f"{title}: {name} in the state is {array.dtype}, not {like.dtype}")
    return ag.astype(array, like.dtype).data


def _listed(names: Iterable[str]) -> str:
    shown = [one_line(name, 80, str) for name in names]
    rest = len(shown) - SHOWN
    return ", ".join(shown[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")
