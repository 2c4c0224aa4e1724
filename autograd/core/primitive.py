"""Primitives: the operations that know their own derivative.

A primitive is a forward rule on arrays and, for each input, a cotangent rule.  If ``out`` is the
result and ``ct`` the cotangent of ``out``, that is dL/d(out) for whatever scalar L the reverse
sweep began with, then rule ``i`` returns dL/d(input i)::

    rule(ct, out, *inputs, **params)

Rules are written in operations that arrays and Tensors share.  Called with arrays, a rule computes
numbers; called with Tensors it is recorded like any other code, and that recording is the backward
graph.  Rules never see broadcasting: where an input was stretched, the engine sums the cotangent
back (`autograd.core.vjp.fit`), for all primitives in one place.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property
from typing import Any

from autograd.core import apply as applying
from autograd.core import vjp
from autograd.core.apply import apply
from autograd.core.spec import Domain, real
from autograd.errors import RuleError, UnsupportedError

Rule = Callable[..., Any]
Joint = Callable[..., "list[Any]"]

_EITHER_WAY = inspect.Parameter.POSITIONAL_OR_KEYWORD


class Primitive:
    """An operation with its derivative; calling it computes and, where needed, records.

    Made by the decorator `autograd.primitive`, which see.

    Attributes
    ----------
    name : str
        What messages and drawings call it.
    forward : callable
        The forward rule, on arrays.
    vjps : tuple of (callable or None), or callable
        The cotangent rule of each input; None where there is no derivative.  A single callable is
        a joint rule, for primitives of any number of inputs.
    differentiable, has_all_rules : bool
        Whether some, or all, of the inputs have a rule.
    domain : tuple of Domain
        Where each input may lie.
    symbol : str
        The label of its gate in drawings: ``*``, ``exp``, ``1/x``.
    derivatives : tuple of str
        For elementwise primitives, the local gradient of each input as text in ``x``, ``y`` and
        ``out``; empty otherwise.
    region : callable or None
        For a primitive with kinks or jumps, which smooth piece its inputs lie on.
    analytic : bool
        Whether the forward rule also holds for complex numbers.
    reference : callable or None
        An independent function with the same values.
    signature : str or None
        The core axes of inputs and result, as in ``(n,k),(k,m)->(n,m)``; None if unknown.
    application : callable
        From inputs, without parameters, to the result: the function behind the operators.
    pullback : callable
        From a node, its cotangent and the nodes asked about, to what the rules contribute.
    """

    __slots__ = (
        "__dict__",
        "analytic",
        "application",
        "arity",
        "derivatives",
        "differentiable",
        "domain",
        "forward",
        "has_all_rules",
        "name",
        "options",
        "parameters",
        "positional",
        "pullback",
        "reference",
        "region",
        "required",
        "signature",
        "symbol",
        "vjps",
    )

    def __init__(
        self,
        forward: Callable[..., Any],
        vjps: tuple[Rule | None, ...] | Joint,
        domain: Domain | tuple[Domain, ...] | None = None,
        name: str | None = None,
        symbol: str | None = None,
        derivatives: tuple[str, ...] = (),
        region: Callable[..., Any] | None = None,
        analytic: bool = False,
        reference: Callable[..., Any] | None = None,
        signature: str | None = None,
    ) -> None:
        known = inspect.signature(forward).parameters
        names = list(known)
        self.forward = forward
        self.vjps = vjps
        self.name = name or forward.__name__
        self.symbol = symbol or self.name
        self.derivatives = derivatives
        self.region = region
        self.analytic = analytic
        self.reference = reference
        self.signature = signature
        self.arity = len(vjps) if isinstance(vjps, tuple) else None
        rules = vjps if isinstance(vjps, tuple) else (vjps,)
        self.differentiable = any(rule is not None for rule in rules)
        self.has_all_rules = None not in rules
        if self.arity is not None and self.arity > len(names):
            raise RuleError(
                f"{self.name}: {self.arity} rules, but {len(names)} inputs; for any number of "
                "inputs give one joint rule"
            )
        self.parameters = tuple(names[self.arity :]) if self.arity is not None else ()
        self.positional = tuple(p for p in self.parameters if known[p].kind is _EITHER_WAY)
        self.options = frozenset(self.parameters)
        self.required = frozenset(p for p in self.parameters if known[p].default is known[p].empty)
        count = self.arity or 1
        self.domain = domain if isinstance(domain, tuple) else (domain or real,) * count
        self.__doc__ = forward.__doc__
        self.__name__ = self.__qualname__ = self.name
        self.__module__ = getattr(forward, "__module__", __name__)  # a ufunc has none
        self.__wrapped__ = forward
        self.application = applying.specialised(self)
        self.pullback = vjp.specialised(self)

    @cached_property
    def __signature__(self) -> inspect.Signature:
        """The arguments of the forward rule, read once: reading them takes longer than a sum."""
        return inspect.signature(self.forward)

    @property
    def elementwise(self) -> bool:
        """Whether each output element depends on one element of each input only."""
        return bool(self.derivatives)

    def __repr__(self) -> str:
        return f"<primitive {self.name}{self.__signature__}>".replace(": Any", "")

    def __str__(self) -> str:
        return self.name

    def __reduce__(self) -> str:
        return self.forward.__name__  # pickled as the name in its module, like a function

    def __call__(self, *args: Any, **params: Any) -> Any:
        """Apply to Tensors, arrays and numbers.

        The inputs come first; what follows them, by position or by name, are parameters, as in the
        NumPy function of the same name.  If no input is a Tensor this is the forward rule alone.
        """
        if len(args) == self.arity:
            if not params and not self.required:
                return self.application(*args)
            if self.required <= params.keys() <= self.options:
                return apply(self, args, params)
        if self.arity is not None:
            args, params = self.bind(args, params)
        return apply(self, args, params)

    def with_rules(self, vjps: tuple[Rule | None, ...] | Joint) -> Primitive:
        """Return a copy that has other cotangent rules, and no text for its local gradients."""
        return Primitive(
            self.forward,
            vjps,
            domain=self.domain,
            name=self.name,
            symbol=self.symbol,
            derivatives=("",) * len(self.derivatives),
            region=self.region,
            analytic=self.analytic,
            reference=self.reference,
            signature=self.signature,
        )

    def bind(
        self, args: tuple[Any, ...], params: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Move parameters that were given by position, and inputs given by name, to their place."""
        arity = self.arity or 0
        named = dict(zip(self.positional, args[arity:], strict=False)) | params
        if len(args) == arity and not params.keys() <= self.options:
            self._refuse_options(params)
        none_twice = arity <= len(args) and len(args) + len(params) == arity + len(named)
        if none_twice and self.required <= named.keys() <= self.options:
            return args[:arity], named
        try:  # Python finds what is missing, or given twice, and says so
            bound = self.__signature__.bind(*args, **params)
        except TypeError as error:
            raise UnsupportedError(f"{self.name}: {error}") from None
        extra = dict(zip(self.parameters, bound.args[arity:], strict=False))
        return bound.args[:arity], extra | bound.kwargs

    def _refuse_options(self, params: dict[str, Any]) -> None:
        unknown = next(name for name in params if name not in self.options)
        have = ", ".join(self.parameters) or "none"
        raise UnsupportedError(f"{self.name}: there is no option {unknown!r}; the options: {have}")


def primitive(
    *forward: Any,
    vjps: tuple[Rule | None, ...] | Joint = (),
    domain: Domain | tuple[Domain, ...] | None = None,
    name: str | None = None,
    symbol: str | None = None,
    derivatives: tuple[str, ...] = (),
    **declared: Any,
) -> Callable[[Callable[..., Any]], Primitive]:
    """Turn a function on arrays into a primitive, by giving the derivative of each input.

    Parameters
    ----------
    vjps : tuple of callables, one per input
        ``rule(ct, out, *inputs, **params)`` returns the cotangent of its input, given the
        cotangent ``ct`` of the result ``out``.  Write it in operations that Tensors have, and the
        second derivative follows.  None says that there is no derivative.  A single callable
        instead of a tuple is a joint rule: it also gets ``needed``, a tuple of booleans, and
        returns a list with a cotangent wherever ``needed`` says so.
    domain : Domain or tuple of Domain, optional
        Where the inputs may lie; by default everywhere.
    name, symbol : str, optional
        Names for messages and for the gate in a drawing; by default the function's name.
    derivatives : tuple of str, optional
        For an elementwise primitive, the local gradients as text in ``x``, ``y`` and ``out``, for
        step cards.
    region : callable, optional
        For a function with kinks or jumps: ``region(*inputs, **params)`` returns an array that says
        on which smooth piece the inputs lie, such as the sign of ``x`` for ``|x|``.  Tests do not
        difference across its borders.
    analytic : bool, optional
        Whether the forward rule also holds for complex numbers, so that a test can take the
        derivative without subtracting.
    reference : callable, optional
        An independent function, of NumPy or SciPy, with the same arguments and values.
    signature : str, optional
        The core axes of inputs and result, as in ``"(n,k),(k,m)->(n,m)"``; other axes broadcast.
        Tests assume an elementwise function, ``"()->()"``, if there is none.

    Returns
    -------
    callable
        The decorator.  It takes the forward rule, ``forward(*inputs, **params)`` on arrays, and
        returns a `Primitive`, which can be called with Tensors, arrays and numbers alike.

    Raises
    ------
    RuleError
        If there are no rules, or a single one that is no joint rule; later, in a backward pass, if
        a rule fails or returns something of the wrong shape.

    Notes
    -----
    A rule never sums over broadcast axes and never casts: the engine does, for every rule.

    Examples
    --------
    >>> import autograd as ag
    >>> @ag.primitive(vjps=(lambda ct, out, x: ct * 3.0 * x * x,))
    ... def cube(x):
    ...     return x * x * x
    >>> ag.grad(cube)(2.0)
    np.float64(12.0)
    >>> ag.grad(ag.grad(cube))(2.0)
    np.float64(12.0)
    """
    if forward or not vjps:
        raise RuleError("primitive: give the derivatives: @ag.primitive(vjps=(rule,))")
    if callable(vjps) and "needed" not in inspect.signature(vjps).parameters:
        raise RuleError(
            "primitive: vjps must be a tuple with one rule per input, as in vjps=(rule,); "
            "a joint rule has a parameter 'needed'"
        )

    unknown = declared.keys() - {"region", "analytic", "reference", "signature"}
    if unknown:
        raise RuleError(f"primitive: there is no option {min(unknown)!r}")

    def wrap(function: Callable[..., Any]) -> Primitive:
        return Primitive(function, vjps, domain, name, symbol, derivatives, **declared)

    return wrap
