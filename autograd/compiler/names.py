"""What a source that is written for a program calls the values that it uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, eq=False)
class Names:
    """The values that a source uses, by what they are called there.

    Examples
    --------
    >>> from autograd.compiler.names import Names
    >>> names = Names()
    >>> weights = [1.0]
    >>> names.bind(weights), names.bind([1.0]), names.bind(weights), names.bind(True)
    ('k0', 'k1', 'k0', 'True')
    """

    values: dict[str, Any] = field(default_factory=dict)
    _known: dict[int, str] = field(default_factory=dict)

    def bind(self, value: Any) -> str:
        """Return what a value is called: the same for the same object."""
        if value is None or value is True or value is False:
            return repr(value)
        name = self._known.setdefault(id(value), f"k{len(self._known)}")
        self.values[name] = value
        return name
