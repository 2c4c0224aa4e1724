"""A network as a function of its parameters, which are then tensors like any other.

Where the weights are results, such as those after a step of gradient descent that was recorded, the
output can be differentiated through that step: learning how to learn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from threading import RLock, get_ident
from typing import Any
from weakref import WeakKeyDictionary

import autograd as ag
from autograd.core.blocks import restoring
from autograd.core.calls import called
from autograd.core.messages import one_line, suggestion
from nn.checks import boolean
from nn.module import Module
from nn.module.tree import join, places
from nn.parameter import Parameter

Named = Mapping[str, ag.ArrayLike]
Place = tuple[Module, str]  # an attribute of a module
Assignment = tuple[Place, ag.Tensor]


@called
def functional_call(
    module: Module,
    parameter_and_buffer_dicts: Named | Sequence[Named],
    args: Any = None,
    kwargs: Mapping[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with other parameters and buffers in the place of its own.

    Parameters
    ----------
    module : Module
        It has its own parameters again when the call ends, in whatever way.
    parameter_and_buffer_dicts : dict from str to Tensor, or sequence of such
        By their names in ``module.named_parameters()`` and ``named_buffers()``.  They may be
        results, which the output is then differentiated through.  What is not named stays.
    args : tuple or any
        The arguments of `forward`; what is not a tuple is the only one.
    kwargs : dict, optional
        Its arguments by name.
    tie_weights : bool
        Whether a parameter that the module has in several places is replaced in all of them.
    strict : bool
        Whether every parameter and every buffer must be given.

    Returns
    -------
    What the module returns.

    Raises
    ------
    autograd.OptionError
        If a name is unknown, given twice or, with ``strict``, missing, or if one parameter of
        several names is given several values.
    autograd.ShapeError
        If a tensor has another shape than what it replaces.
    autograd.UnsupportedError
        If another thread is calling the module with other parameters.

    Notes
    -----
    During the call the module itself holds what was given, and ``module.parameters()`` lacks what
    was replaced.  So give each thread a ``copy.deepcopy`` of the module.  A running mean that
    is given, as a leaf, follows the batch in place of the module's own.

    Finn, Abbeel and Levine (2017) differentiate through steps of learning so (MAML).

    Examples
    --------
    One step from w against the gradient of ``(w x - 1)^2``, differentiated with respect to w:

    >>> import autograd as ag, nn
    >>> net = nn.Linear(1, 1, bias=False)
    >>> w = ag.tensor([[2.0]], requires_grad=True)
    >>> def loss(w):
    ...     return nn.mse_loss(nn.utils.functional_call(net, {"weight": w}, [[1.0]]), [[1.0]])
    >>> step = ag.gradients(loss(w), w, create_graph=True)  # 2 (w - 1)
    >>> ag.gradients(loss(w - 0.25 * step), w)  # of (1 - 0.5)^2 (w - 1)^2
    array([[0.5]])
    """
    boolean("functional_call", tie_weights=tie_weights, strict=strict)
    if not isinstance(module, Module):
        raise ag.OptionError(f"functional_call: takes a module first, not {type(module).__name__}")
    given = _joined(parameter_and_buffer_dicts)
    known = _places(module)
    if strict and (missing := [name for name in known if name not in given]):
        raise ag.OptionError(
            f"functional_call: strict=True takes every parameter and buffer; {missing[0]!r} is "
            "missing"
        )
    with _replaced(_assigned(given, known, tie_weights)):
        return module(*(args if isinstance(args, tuple) else _alone(args)), **(kwargs or {}))


def _alone(args: Any) -> tuple[Any, ...]:
    return () if args is None else (args,)


def _joined(dicts: Any) -> dict[str, Any]:
    """Return one dict of all names, each of which may come once."""
    joined: dict[str, Any] = {}
    for one in [dicts] if isinstance(dicts, Mapping) else _listed(dicts):
        if not isinstance(one, Mapping):
            raise _no_dict(one)
        if twice := joined.keys() & one.keys():
            raise ag.OptionError(
                f"functional_call: {one_line(min(twice))} is given in two of the dicts"
            )
        joined |= one
    return joined


def _listed(dicts: Any) -> Sequence[Any]:
    if not isinstance(dicts, (list, tuple)):
        raise _no_dict(dicts)
    return dicts


def _no_dict(found: object) -> ag.OptionError:
    return ag.OptionError(
        "functional_call: parameters are a dict from names to Tensors, such as "
        f"dict(net.named_parameters()), not {type(found).__name__}"
    )


def _places(module: Module) -> dict[str, Place]:
    """Return the places of all parameters and buffers; one in two places has both names."""
    return {
        join(path, name): (part, name)
        for path, part in places(module, Module.named_children)
        for name, value in vars(part).items()
        if _is_replaceable(part, name, value)
    }


def _is_replaceable(part: Module, name: str, value: object) -> bool:
    if isinstance(value, Parameter) or name in _replaced_by.get(part, ()):
        return True
    return name in part._buffers and value is not None


def _assigned(
    given: Mapping[str, Any], known: Mapping[str, Place], tied: bool
) -> Iterator[Assignment]:
    """Yield what comes to which place; refuse names, shapes and values that cannot be."""
    chosen: dict[int, Any] = {}  # by the parameter that is replaced
    shared: dict[int, list[Place]] = {}
    for place in known.values():
        shared.setdefault(id(_held(place)), []).append(place)
    for name, value in given.items():
        if name not in known:
            raise ag.OptionError(
                f"functional_call: there is no parameter or buffer {one_line(name)}"
                f"{suggestion(name, known) or _names(known)}"
            )
        own = _held(known[name])
        new = value if isinstance(value, ag.Tensor) else ag.tensor(value)
        if new.shape != own.shape:
            raise ag.ShapeError(
                f"functional_call: {name} of shape {own.shape} cannot be replaced by {new.shape}"
            )
        if tied and chosen.setdefault(id(own), value) is not value:
            raise ag.OptionError(
                f"functional_call: {name} is tied to another name with another value; give one of "
                "them, or tie_weights=False"
            )
        for place in shared[id(own)] if tied else [known[name]]:
            yield place, new


def _held(place: Place) -> Any:
    module, name = place
    return vars(module)[name]


def _names(known: Mapping[str, Place]) -> str:
    return f"; there are {one_line(', '.join(known), 200, str)}" if known else ""


# For each module whose attributes are replaced: their names, and the thread that has done so.
_replaced_by: WeakKeyDictionary[Module, dict[str, int]] = WeakKeyDictionary()
_lock = RLock()


def _replaced(assigned: Iterable[Assignment]) -> restoring[None]:
    """Put tensors in the places of attributes for a block."""
    before: list[tuple[Place, Any, int | None]] = []
    return restoring(partial(_put, list(assigned), before), partial(_take_back, before))


def _put(assigned: Sequence[Assignment], before: list[tuple[Place, Any, int | None]]) -> None:
    me = get_ident()
    with _lock:
        threads = [_replaced_by.get(module, {}) for (module, _), _ in assigned]
        if any(thread != me for known in threads for thread in known.values()):
            raise ag.UnsupportedError(
                "functional_call: another thread is calling this module with other parameters; "
                "give each thread a copy.deepcopy(module)"
            )
        before += [
            (place, _held(place), known.get(place[1]))
            for (place, _), known in zip(assigned, threads, strict=True)
        ]
        for (module, name), new in assigned:
            _replaced_by.setdefault(module, {})[name] = me
            vars(module)[name] = new  # not by setattr, which takes parameters alone


def _take_back(before: Iterable[tuple[Place, Any, int | None]]) -> None:
    with _lock:
        for (module, name), value, thread in before:
            vars(module)[name] = value
            threads = _replaced_by.setdefault(module, {})
            threads.pop(name, None)
            if thread is not None:
                threads[name] = thread
            if not threads:
                _replaced_by.pop(module, None)
