"""Weight normalisation: a weight as a length times a direction, both learned.

The layer gets a class of its own, in which the weight is computed whenever it is read: each call
has new results, and so a graph of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import cache
from typing import Any, TypeVar

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import integer
from nn.init import Seed
from nn.module import Module
from nn.parameter import Parameter

M = TypeVar("M", bound=Module)


@called
def weight_norm(module: M, name: str = "weight", dim: int | None = 0) -> M:
    """Replace a weight by its length g and its direction v: ``w = g v / |v|``.

    The gradient in v is orthogonal to v, and that of the length has its own scale.

    Parameters
    ----------
    module : Module
        Its parameter ``name`` gives way to ``name + "_g"``, with length 1 along all axes but
        ``dim``, and ``name + "_v"``; both are made so that the weight stays what it was.
    name : str
    dim : int or None
        The axis along which each place has a length of its own, as the units of `nn.Linear` have
        with 0; None takes one length for all.

    Returns
    -------
    Module
        The same.

    Raises
    ------
    autograd.OptionError
        If there is no such parameter, or no such axis.

    Notes
    -----
    Salimans and Kingma (2016).  The names are those of PyTorch's function in ``torch.nn.utils``.  A
    v of length 0, which has no direction, gives the weight 0, with the gradient 0.

    Make the optimiser afterwards: the old parameter is not learned any more.

    Examples
    --------
    >>> import nn
    >>> layer = nn.utils.weight_norm(nn.Linear(2, 1, bias=False))
    >>> layer.weight_v.data, layer.weight_g.data = [[3.0, 4.0]], [[10.0]]
    >>> layer([[1.0, 0.0]])
    tensor([[6.]], primitive=matmul)
    >>> list(layer.state_dict())
    ['weight_g', 'weight_v']
    """
    if not isinstance(module, Module):
        raise ag.OptionError(f"weight_norm: takes a module, not {type(module).__name__}")
    weight = vars(module).get(name)
    if not isinstance(weight, Parameter):
        raise ag.OptionError(
            f"weight_norm: {type(module).__name__} has no parameter {one_line(name)} of its own"
        )
    axes = _kept(weight, dim)
    g, v = Parameter(_length(ag.detach(weight), axes)), Parameter(weight.data)
    delattr(module, name)
    _give_class(module, {**_normalised(module), name: axes})
    setattr(module, f"{name}_g", g)
    setattr(module, f"{name}_v", v)
    return module


@called
def remove_weight_norm(module: M, name: str = "weight") -> M:
    """Make an ordinary parameter of a normalised weight again.

    Parameters
    ----------
    module : Module
    name : str

    Returns
    -------
    Module
        The same.

    Raises
    ------
    autograd.OptionError
        If `weight_norm` has not been used on it.

    Examples
    --------
    >>> import nn
    >>> layer = nn.utils.weight_norm(nn.Linear(2, 1, bias=False))
    >>> list(nn.utils.remove_weight_norm(layer).state_dict())
    ['weight']
    """
    rest = dict(_normalised(module))
    if name not in rest:
        raise ag.OptionError(
            f"remove_weight_norm: {one_line(name)} of {type(module).__name__} is not normalised"
        )
    weight = Parameter(ag.detach(getattr(module, name)))
    del rest[name]
    _give_class(module, rest)
    delattr(module, f"{name}_g")
    delattr(module, f"{name}_v")
    setattr(module, name, weight)
    return module


Axes = tuple[int, ...]  # over which the length is taken


def _kept(weight: Parameter, dim: int | None) -> Axes:
    """Return the axes over which the length is taken."""
    axes = range(weight.ndim)
    if dim is None:
        return tuple(axes)
    integer("weight_norm", dim=dim)
    if dim not in range(-weight.ndim, weight.ndim):
        raise ag.OptionError(f"weight_norm: dim={dim} is not an axis of a weight {weight.shape}")
    return tuple(axis for axis in axes if axis != dim % weight.ndim)


def _length(v: ag.Tensor, axes: Axes) -> Any:
    """Return the root of the sum of squares, without axes if it is one for all."""
    if len(axes) == v.ndim:
        return ag.linalg.norm(ag.ravel(v))
    rest = next(axis for axis in range(v.ndim) if axis not in axes)
    rows = ag.reshape(ag.moveaxis(v, rest, 0), (v.shape[rest], -1))
    lengths = ag.linalg.norm(rows, axis=1)
    return ag.reshape(lengths, [1 if axis in axes else -1 for axis in range(v.ndim)])


def _weight(g: Any, v: Any, axes: Axes) -> Any:
    length = _length(v, axes)
    without = ag.equal(length, 0.0)
    return v * ag.where(without, 0.0, g / ag.where(without, 1.0, length))


# Classes whose weights are computed.


def _normalised(module: Module) -> Mapping[str, Axes]:
    """Return the names of the normalised weights of a module."""
    return getattr(type(module), "_normalised_axes", {})


def _give_class(module: Module, normalised: Mapping[str, Axes]) -> None:
    plain = _plain(type(module))
    module.__class__ = _made(plain, tuple(normalised.items())) if normalised else plain


def _plain(kind: type) -> Any:
    return kind.__mro__[1] if "_normalised_axes" in vars(kind) else kind


@cache
def _made(plain: Any, normalised: tuple[tuple[str, Axes], ...]) -> Any:
    """Return the class of a layer with computed weights, under its own name."""
    names = {
        "__module__": __name__,
        "__qualname__": plain.__qualname__,
        "__doc__": plain.__doc__,
        "__reduce__": _reduced,
        "_normalised_axes": dict(normalised),
        "reset_parameters": _reset,
        **{name: _computed(name, axes) for name, axes in normalised},
    }
    return type(plain)(plain.__name__, (plain,), names)


def _computed(name: str, axes: Axes) -> property:
    def weight(module: Any) -> Any:
        return _weight(getattr(module, f"{name}_g"), getattr(module, f"{name}_v"), axes)

    def refused(module: Any, value: object) -> None:
        raise ag.OptionError(
            f"{type(module).__name__}.{name}: it is computed of {name}_g and {name}_v; set their "
            f"data, or use nn.utils.remove_weight_norm(layer, {name!r})"
        )

    return property(weight, refused)


def _reset(module: Any, rng: Seed = None) -> None:
    """Draw a new weight as the layer does, and take its length and direction."""
    plain = copy(module)
    plain.__class__ = _plain(type(module))
    for name in _normalised(module):
        vars(plain)[name] = Parameter(vars(plain)[f"{name}_v"].data)
    plain.reset_parameters(rng)
    for name, axes in _normalised(module).items():
        drawn = vars(plain)[name].data
        getattr(module, f"{name}_v").data = drawn
        getattr(module, f"{name}_g").data = _length(drawn, axes)


def _reduced(module: Any) -> Any:
    """Say how a copy is made, also by pickle, which finds no class that was made here."""
    return _rebuilt, (_plain(type(module)), tuple(_normalised(module).items())), vars(module)


def _rebuilt(plain: Any, normalised: tuple[tuple[str, Axes], ...]) -> Any:
    kind = _made(plain, normalised)
    return kind.__new__(kind)
