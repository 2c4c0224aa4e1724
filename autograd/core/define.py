"""The decorator `primitive`: from a forward rule and its VJP rules to a function.

What it returns is an ordinary function, with the name, signature and docstring of the forward rule,
and is pickled by its name.  It applies the primitive to Tensors, arrays and numbers alike.  The
record of what was defined is its attribute ``primitive``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from autograd.core import fastpath
from autograd.core.calls import wrong_call
from autograd.core.primitive import Primitive, Rule
from autograd.core.spec import Domain, Spec, real
from autograd.core.tensor import Tensor
from autograd.errors import RuleError

_EITHER_WAY = inspect.Parameter.POSITIONAL_OR_KEYWORD


class PrimitiveFunction(Protocol):
    """The type of the function that `primitive` returns."""

    primitive: Primitive
    __name__: str
    __qualname__: str

    def __call__(self, *args: Any, **params: Any) -> Tensor:
        """Apply it to Tensors, arrays and numbers."""


def primitive(
    *misused: Callable[..., Any],
    vjps: tuple[Rule | None, ...] | Rule = (),
    domain: Domain | tuple[Domain, ...] | None = None,
    name: str | None = None,
    symbol: str | None = None,
    partials: tuple[str, ...] = (),
    spec: Spec = Spec(),  # noqa: B008 - a Spec never changes
    **unknown: object,
) -> Callable[[Callable[..., Any]], PrimitiveFunction]:
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
    partials : tuple of str, optional
        For an elementwise primitive, the local gradients as text in ``x``, ``y`` and ``out``, for
        step cards.
    spec : Spec, optional
        What tests, drawings and compilers read: ``ag.Spec(region=, analytic=, reference=,
        signature=, composition=)``.

    Returns
    -------
    callable
        The decorator.  It takes the forward rule, ``forward(*inputs, **params)`` on arrays, and
        returns a function of the same signature, for Tensors, arrays and numbers alike.  The
        inputs come first; what follows them, by position or by name, are parameters.  Called
        without a Tensor it is the forward rule.  Its attribute ``primitive`` is the record.

    Raises
    ------
    RuleError
        If there are no rules, or a single one that is not a joint rule, or the texts of the local
        gradients do not belong to the inputs; later, in a backward pass, if a rule fails or
        returns something of the wrong shape.

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
    >>> cube.primitive
    <primitive cube>
    """
    if misused or not vjps:
        raise RuleError("primitive: give the derivatives: @ag.primitive(vjps=(rule,))")
    if unknown:
        raise RuleError(
            f"primitive: there is no option {min(unknown)!r}; the texts of local gradients are "
            "partials=, and spec=ag.Spec(region=, analytic=, reference=, signature=) has the rest"
        )
    if callable(vjps) and "needed" not in inspect.signature(vjps).parameters:
        raise RuleError(
            "primitive: vjps must be a tuple with one rule per input, as in vjps=(rule,); "
            "a joint rule has a parameter 'needed'"
        )

    def define(forward: Callable[..., Any]) -> PrimitiveFunction:
        called = name or str(getattr(forward, "__name__", type(forward).__name__))
        count = len(vjps) if isinstance(vjps, tuple) else 1
        _check_partials(called, partials, count)
        domains = domain if isinstance(domain, tuple) else (domain or real,) * count
        if not all(isinstance(d, Domain) for d in domains) or len(domains) < count:
            raise RuleError(
                f"{called}: domain= is a Domain, such as ag.Domain(-1, 1), or a tuple with one for "
                "each input"
            )
        record = Primitive(forward, vjps, called, symbol or called, domains, partials, spec)
        return function_of(record)

    return define


def _check_partials(name: str, partials: tuple[str, ...], count: int) -> None:
    """Refuse texts of local gradients that are not of these inputs: drawings print them."""
    if not isinstance(partials, tuple) or len(partials) not in (0, count):
        raise RuleError(f"{name}: partials={partials!r} must be a tuple of one text for each input")
    letters = "xyz"[:count]
    strange = {word for text in partials for word in re.findall(r"\b[xyz]\b", text)} - {*letters}
    if strange:
        raise RuleError(
            f"{name}: partials={partials!r} has {min(strange)}, but the inputs are "
            f"{', '.join(letters)}, and the result is out"
        )


def record_of(given: object) -> Primitive | None:
    """Return the record of a primitive, given it or its function; None for anything else."""
    record = getattr(given, "primitive", given)
    return record if isinstance(record, Primitive) else None


def function_of(record: Primitive) -> PrimitiveFunction:
    """Return the function that applies a primitive, and enter it in the record."""
    bind = Arguments(record)
    application = fastpath.applier(record)
    arity, required, options = record.arity, bind.required, bind.options

    @wraps(record.forward)
    def function(*args: Any, **params: Any) -> Any:
        if len(args) == arity:
            if not params and not required:
                return application(*args)
            if required <= params.keys() <= options:
                return fastpath.apply(record, args, params)
        if arity is None:  # with a joint rule, all that is positional is an input
            return fastpath.apply(record, args, params)
        return fastpath.apply(record, *bind(args, params))

    if not hasattr(record.forward, "__name__"):  # a partial function, or an object to be called
        function.__name__ = function.__qualname__ = record.name
    function.primitive = record  # type: ignore[attr-defined]
    object.__setattr__(record, "function", function)
    return function  # type: ignore[return-value]


class Arguments:
    """Sorts the arguments of a call into inputs and parameters, by the forward rule's signature."""

    def __init__(self, record: Primitive) -> None:
        self.name = record.name
        self.arity = record.arity or 0
        self.signature = _signature(record)
        known = self.signature.parameters
        if self.arity > len(known):
            raise RuleError(
                f"{self.name}: {self.arity} rules, but {len(known)} inputs; for any number of "
                "inputs give one joint rule"
            )
        self.parameters = tuple(known)[self.arity :]
        self.positional = [p for p in self.parameters if known[p].kind is _EITHER_WAY]
        self.options = frozenset(self.parameters)
        self.required = frozenset(p for p in self.parameters if known[p].default is known[p].empty)

    def __call__(
        self, args: tuple[Any, ...], params: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the inputs and the parameters, however each was given."""
        given = len(args) - self.arity
        named = dict(zip(self.positional, args[self.arity :], strict=False)) | params
        once = given >= 0 and len(named) == given + len(params)
        if once and self.required <= named.keys() <= self.options:
            return args[: self.arity], named
        return self._as_python_does(args, params)

    def _as_python_does(self, args: Any, params: Any) -> tuple[Any, Any]:
        """Let Python say what is missing or given twice; an input may also be given by name."""
        try:
            bound = self.signature.bind(*args, **params)
        except TypeError:
            raise wrong_call(self.name, self.signature, args, params) from None
        extra = dict(zip(self.parameters, bound.args[self.arity :], strict=False))
        return bound.args[: self.arity], extra | bound.kwargs


def _signature(record: Primitive) -> inspect.Signature:
    """Return the signature of a forward rule; one for each VJP rule where it tells none.

    Before NumPy 2.4 its ufuncs tell none.
    """
    try:
        return inspect.signature(record.forward)
    except (TypeError, ValueError):
        kind = inspect.Parameter.POSITIONAL_ONLY
        names = [f"x{i + 1}" for i in range(record.arity or 0)]
        return inspect.Signature([inspect.Parameter(name, kind) for name in names])
