"""Modules that hold parts by names, as a dict does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import autograd as ag
from autograd.core.messages import one_line
from nn.containers.parts import OfModules, OfParameters
from nn.module import Module

Pairs = Mapping[str, Any] | Iterable[tuple[str, Any]]


class _Named(Module):
    """Parts as attributes of their names: what both of them share."""

    _parts: Callable[[], list[tuple[str, Any]]]
    _checked: Callable[[Any], Any]

    def _inside(self) -> dict[str, Any]:
        return dict(self._parts())

    def __len__(self) -> int:
        return len(self._inside())

    def __iter__(self) -> Iterator[str]:
        return iter(self._inside())

    def __contains__(self, key: object) -> bool:
        return key in self._inside()

    def __getitem__(self, key: str) -> Any:
        inside = self._inside()
        if key not in inside:
            raise ag.IndexingError(
                f"{type(self).__name__}: there is no {one_line(key)}, only "
                f"{one_line(', '.join(inside) or 'nothing', 200, str)}"
            )
        return inside[key]

    def __setitem__(self, key: str, part: Any) -> None:
        if not isinstance(key, str) or (hasattr(self, key) and key not in self):
            raise ag.OptionError(
                f"{type(self).__name__}: the name {one_line(key)} is taken, or not a string"
            )
        setattr(self, key, self._checked(part))

    def __delitem__(self, key: str) -> None:
        self[key]
        delattr(self, key)

    def keys(self) -> Iterable[str]:
        """Return the names."""
        return self._inside().keys()

    def values(self) -> Iterable[Any]:
        """Return the parts."""
        return self._inside().values()

    def items(self) -> Iterable[tuple[str, Any]]:
        """Return pairs of a name and a part."""
        return self._inside().items()

    def pop(self, key: str) -> Any:
        """Take a part out, and return it."""
        part = self[key]
        del self[key]
        return part

    def clear(self) -> None:
        """Take all parts out."""
        for key in self._inside():
            del self[key]

    def update(self, parts: Pairs) -> None:
        """Put in each of a dict, or of pairs of a name and a part."""
        given: Any = parts
        try:
            pairs = list(given.items() if hasattr(given, "items") else given)
            pairs = [(key, part) for key, part in pairs]
        except (TypeError, ValueError):
            raise ag.OptionError(
                f"{type(self).__name__}: takes a dict from names to parts, not "
                f"{type(given).__name__}"
            ) from None
        for key, part in pairs:
            self[key] = part


class ModuleDict(OfModules, _Named):
    """A dict of modules whose parameters are found; what calls them is up to its owner.

    Parameters
    ----------
    modules : dict from str to Module, or pairs, optional
        A name is one that an attribute can have, and not that of a method.

    Examples
    --------
    >>> import nn
    >>> heads = nn.ModuleDict({"small": nn.Linear(2, 1), "large": nn.Linear(2, 3)})
    >>> heads["large"]
    Linear(in_features=2, out_features=3, bias=True)
    >>> list(heads), list(heads.state_dict())[:2]
    (['small', 'large'], ['small.weight', 'small.bias'])
    """

    def __init__(self, modules: Pairs | None = None) -> None:
        self.update({} if modules is None else modules)


class ParameterDict(OfParameters, _Named):
    """A dict of parameters that are found; what computes with them is up to its owner.

    Parameters
    ----------
    parameters : dict from str to Parameter, Tensor or array, or pairs, optional
        What is not a `Parameter` becomes one.  A name is one that an attribute can have, and not
        that of a method.

    Examples
    --------
    >>> import nn
    >>> weights = nn.ParameterDict({"slope": 2.0, "offsets": [0.0, 1.0]})
    >>> weights["offsets"]
    tensor([0., 1.], name='offsets', requires_grad=True)
    >>> weights
    ParameterDict((slope): (), (offsets): (2,))
    """

    def __init__(self, parameters: Pairs | None = None) -> None:
        self.update({} if parameters is None else parameters)
