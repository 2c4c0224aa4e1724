"""A primitive: an operation that knows its own derivative, as a plain record.

It is a forward rule on arrays and, for each input, a VJP rule.  If ``out`` is the result and ``ct``
its cotangent, that is dL/d(out) for the scalar L that the backward pass began with, then rule ``i``
returns dL/d(input i)::

    rule(ct, out, *inputs, **params)

1. Rules are written in operations that arrays and Tensors share.  Called with arrays, a rule
   computes numbers; called with Tensors it is recorded like any other code, and that recording is
   the backward graph.
2. Rules do not handle broadcasting and dtypes: where an input was stretched or cast, the engine
   sums and casts the cotangent back (`autograd.core.vjp.fit`), for all primitives in one place.

The record only holds this.  `autograd.core.apply` applies it, `autograd.core.vjp` runs its rules,
and the decorator in `autograd.core.define` makes it, together with the function that users call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any

from autograd.core.spec import Domain, Spec
from autograd.errors import RuleError, short

Rule = Callable[..., Any]


@dataclass(frozen=True, eq=False, repr=False, slots=True)
class Primitive:
    """An operation with its derivative.

    Attributes
    ----------
    forward : callable
        The forward rule, on arrays.
    vjps : tuple of (callable or None), or callable
        The VJP rule of each input; None where there is no derivative.  A single callable is a joint
        rule, for primitives of any number of inputs.
    name : str
        What messages and drawings call it.
    symbol : str
        The label of its gate in drawings: ``*``, ``exp``, ``1/x``.
    domain : tuple of Domain
        Where each input may lie.
    partials : tuple of str
        For elementwise primitives, the local gradient of each input as text in ``x``, ``y`` and
        ``out``; empty otherwise.
    spec : Spec
        What tests, drawings and compilers read.
    function : callable or None
        The public function, such as `autograd.exp`; None if there is only the record.
    arity : int or None
        The number of inputs; None with a joint rule.
    differentiable, has_all_rules, elementwise : bool
        Whether some, or all, of the inputs have a rule; whether each output element depends on one
        element of each input only.
    """

    forward: Callable[..., Any]
    vjps: tuple[Rule | None, ...] | Rule
    name: str
    symbol: str
    domain: tuple[Domain, ...] = ()
    partials: tuple[str, ...] = ()
    spec: Spec = Spec()  # noqa: RUF009 - a Spec never changes
    function: Callable[..., Any] | None = None

    arity: int | None = field(init=False)
    differentiable: bool = field(init=False)
    has_all_rules: bool = field(init=False)
    elementwise: bool = field(init=False)

    def __post_init__(self) -> None:
        rules = self.vjps if isinstance(self.vjps, tuple) else (self.vjps,)
        self._derive("arity", len(rules) if isinstance(self.vjps, tuple) else None)
        self._derive("differentiable", any(rule is not None for rule in rules))
        self._derive("has_all_rules", None not in rules)
        self._derive("elementwise", bool(self.partials))

    def _derive(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def __call__(self, *args: Any, **params: Any) -> Any:
        """Call the public function."""
        if self.function is None:
            raise RuleError(f"{self.name}: this record has no function; use apply of autograd.core")
        return self.function(*args, **params)

    def __repr__(self) -> str:
        return f"<primitive {short(self.name)}>"

    def __str__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        if self.function is None:
            raise RuleError(f"{self.name}: a record without a function cannot be pickled")
        return attrgetter("primitive"), (self.function,)  # found again through its function

    def with_rules(self, vjps: tuple[Rule | None, ...] | Rule) -> Primitive:
        """Return a copy that has other VJP rules, and no text for its local gradients."""
        return replace(self, vjps=vjps, partials=("",) * len(self.partials), function=None)
