"""Primitives: the operations that know their own derivative.

A primitive is a forward rule on arrays and, for each input, a cotangent rule.  If ``out`` is the
result and ``ct`` the cotangent of ``out``, that is dL/d(out) for whatever scalar L the reverse
sweep began with, then rule ``i`` returns dL/d(input i)::

    rule(ct, out, *inputs, **params)

Rules are written in operations that arrays and Tensors share.  Called with arrays, a rule computes
numbers; called with Tensors it is recorded like any other code, and that recording is the backward
graph.  Rules never see broadcasting: where an input was stretched, the engine sums the cotangent
back (`fit`), for all primitives in one place.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np

from autograd import recording
from autograd.domain import Domain, real
from autograd.errors import (
    DTypeError,
    GlassgradError,
    IndexingError,
    RuleError,
    ShapeError,
    UnsupportedError,
    one_line,
)
from autograd.tensor import NO_PARAMS, Tensor, as_value, is_weak

Rule = Callable[..., Any]
Joint = Callable[..., "list[Any]"]

# Python numbers enter a graph as they are and so stay weak: float32 * 2.0 is float32.
_PYTHON_NUMBERS = frozenset((float, int, bool))
_RESULTS = frozenset((np.ndarray, np.float64, np.float32, np.int64, np.bool_))
_CONSTANTS = _PYTHON_NUMBERS | {np.float64, np.float32, np.int64, np.bool_}


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
    """

    __slots__ = (
        "__dict__",
        "analytic",
        "arity",
        "derivatives",
        "differentiable",
        "domain",
        "forward",
        "has_all_rules",
        "name",
        "options",
        "parameters",
        "reference",
        "region",
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
        names = list(inspect.signature(forward).parameters)
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
        self.options = frozenset(self.parameters)
        count = self.arity or 1
        self.domain = domain if isinstance(domain, tuple) else (domain or real,) * count
        self.__doc__ = forward.__doc__
        self.__name__ = self.__qualname__ = self.name
        self.__module__ = getattr(forward, "__module__", __name__)  # a ufunc has none
        self.__wrapped__ = forward

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
        if self.arity is not None:
            if len(args) != self.arity:
                args, params = self.bind(args, params)
            elif params and not params.keys() <= self.options:
                self._refuse_options(params)
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
        try:
            bound = self.__signature__.bind(*args, **params)
        except TypeError as error:
            raise UnsupportedError(f"{self.name}: {error}") from None
        inputs = bound.args[: self.arity]
        extra = dict(zip(self.parameters, bound.args[self.arity :], strict=False))
        return inputs, extra | bound.kwargs

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


def apply(primitive: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Compute a primitive's value and record the application if a gradient may be asked for.

    Every operation of the engine passes through here, so each step is there because it must be:
    take the values out of the Tensors, compute, and make a node that remembers.
    """
    values = []
    found = tracked = converted = False
    for x in inputs:
        if isinstance(x, Tensor):
            found = True
            if x.requires_grad:
                tracked = True
            values.append(x._value)
        elif type(x) in _CONSTANTS or (type(x) is np.ndarray and x.dtype.kind in "fiub"):
            values.append(x)
        else:
            values.append(as_constant(x, primitive.name))
            converted = True
    if converted:
        inputs = tuple(
            x if isinstance(x, Tensor) else v for x, v in zip(inputs, values, strict=True)
        )
    if not found and values and type(values[0]) in _PYTHON_NUMBERS and _all_python(values):
        values = [np.asarray(x)[()] for x in values]  # NumPy's 1/0 and (-8)^0.5, not Python's
    try:
        value = primitive.forward(*values, **params)
    except (GlassgradError, np.linalg.LinAlgError):
        raise
    except (ValueError, TypeError, IndexError, AttributeError, OverflowError) as error:
        raise explain(primitive, values, params, error) from None
    if not found:
        return value
    if type(value) not in _RESULTS:
        value = as_value(value, primitive.name)
    state = recording.current() if recording.departures else recording.DEFAULT
    node: Tensor = _new(Tensor)
    node._value = value
    node.grad = None
    node.name = None
    if tracked and primitive.differentiable and state.recording:
        node.requires_grad = True
        node.primitive = primitive
        node.inputs = inputs
        node.params = params
        node.scope = state.scope
        if state.ledger is not None:
            state.ledger.note(node)
    else:
        node.requires_grad = False
        node.primitive = None
        node.inputs = ()
        node.params = NO_PARAMS
        node.scope = None
    return node


_new = object.__new__


def _all_python(values: list[Any]) -> bool:
    return all(type(x) in _PYTHON_NUMBERS for x in values)


def as_constant(x: Any, operation: str) -> Any:
    """Return what is not a Tensor as something to compute with; lists become arrays."""
    if is_weak(x):
        return int(x) if isinstance(x, int) else float(x)  # a subclass would not be weak
    if x is None or isinstance(x, (str, bytes, dict, set)):
        raise DTypeError(f"{operation}: cannot compute with {_describe(x)}; give it numbers")
    return as_value(x, operation)


def explain(
    primitive: Primitive, values: Iterable[Any], params: dict[str, Any], error: Exception
) -> GlassgradError:
    """Return one line that says which operation failed on which shapes, and why."""
    values = list(values)
    shapes = " and ".join(str(np.shape(x)) for x in values) or "no input"
    if primitive.elementwise:
        try:
            np.broadcast_shapes(*(np.shape(x) for x in values))
        except ValueError:
            return ShapeError(
                f"{primitive.name}: shapes {shapes} do not broadcast; "
                "counted from the last axis, lengths must be equal or 1"
            )
    given = "".join(f", {key}={one_line(value)}" for key, value in params.items())
    reason = one_line(error, 200, str)
    if isinstance(error, IndexError) and not isinstance(error, np.exceptions.AxisError):
        return IndexingError(f"{primitive.name}: shape {shapes}: {reason}")
    if isinstance(error, (TypeError, OverflowError)):
        dtypes = " and ".join(str(np.asarray(x).dtype) for x in values)
        kind: type[GlassgradError] = UnsupportedError if params else DTypeError
        return kind(f"{primitive.name}: shape {shapes}, dtype {dtypes}{given}: {reason}")
    return ShapeError(f"{primitive.name}: shape {shapes}{given}: {reason}")


def _describe(x: Any) -> str:
    return "None" if x is None else f"the {type(x).__name__} {one_line(x)}"


def fit(ct: Any, like: Any, primitive: Primitive, index: int) -> Any:
    """Return a rule's result with the shape and dtype of its input.

    Broadcasting copies an element; the derivative of a copy adds.  So a cotangent is summed over
    every axis along which its input was stretched.  It is cast to the dtype of the input, so that
    a float32 input has a float32 gradient even where float64 was mixed in.
    """
    if isinstance(ct, (float, int)):
        ct = np.asarray(ct)[()]
    shape = like.shape
    try:
        matches = ct.shape == shape
    except AttributeError:
        raise RuleError(
            f"{primitive.name}: the rule of input {index} returned {_describe(ct)}; "
            "a rule returns an array, or a Tensor when called with Tensors"
        ) from None
    if not matches:
        ct = _unbroadcast(ct, shape, primitive, index)
    if ct.dtype is not like.dtype and ct.dtype != like.dtype:
        if ct.dtype.kind not in "fiub":
            raise RuleError(
                f"{primitive.name}: the rule of input {index} returned dtype {ct.dtype}; "
                f"the input has {like.dtype}"
            )
        ct = ct.astype(like.dtype)
    return ct


def _unbroadcast(ct: Any, shape: tuple[int, ...], primitive: Primitive, index: int) -> Any:
    extra = len(ct.shape) - len(shape)
    stretched = (
        tuple(range(extra))
        + tuple(
            axis + extra for axis, n in enumerate(shape) if n == 1 and ct.shape[axis + extra] != 1
        )
        if extra >= 0
        else ()
    )
    kept = tuple(1 if axis in stretched else n for axis, n in enumerate(ct.shape))
    if extra < 0 or kept[extra:] != shape:
        raise RuleError(
            f"{primitive.name}: the rule of input {index} returned shape {tuple(ct.shape)}; "
            f"it must be {shape}, the shape of that input, or one broadcast from it"
        )
    return ct.sum(axis=stretched, keepdims=True).reshape(shape)
