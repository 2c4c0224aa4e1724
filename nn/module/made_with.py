"""The arguments that a class is made with, for `inspect.signature`."""

from __future__ import annotations

from inspect import Signature, signature


class MadeWith:
    """The signature of a class that has its own ``__new__``: that of its ``__init__``."""

    def __get__(self, instance: object, kind: type) -> Signature:
        if instance is not None:  # that of a call
            raise AttributeError("__signature__")
        made = kind.__init__  # type: ignore[misc]
        known = Signature() if made is object.__init__ else signature(made)
        return Signature(list(known.parameters.values())[1:])
