"""Functions of functions: grad, vjp, jvp, jacobian, hessian, hvp.

Each transform runs a function on fresh copies of its arguments, and the backward pass from the
result to those copies: `autograd.transforms.evaluation`.

If the arguments are arrays, results are arrays.  If they are Tensors, or the function uses other
Tensors that require a gradient, the backward pass is recorded and the results are Tensors, so that
an outer transform can differentiate through them.

There is no second set of rules for forward mode.  A pullback is linear in its cotangent, and
pulling back through the pullback transposes it once more: ``jvp`` is the transpose of the
transpose (Townsend 2017, "A new trick for calculating Jacobian vector products").
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from math import prod
from typing import Any

import numpy as np

from autograd.core import context
from autograd.core.backward import as_cotangent
from autograd.core.calls import called
from autograd.core.gradients import pull
from autograd.core.messages import check_callable
from autograd.core.pytree import flatten
from autograd.core.tensor import ArrayLike, Tensor
from autograd.errors import GradientError, ShapeError
from autograd.ops.shape import concatenate, reshape
from autograd.transforms.dependence import check_each
from autograd.transforms.evaluation import Function, Run, check_argnums, is_many


def _unpack(run: Run, values: list[Any], argnums: Any) -> Any:
    arguments = run.rebuild(run.hand_over(values))
    return tuple(arguments) if is_many(argnums) else arguments[0]


@called
def value_and_grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Make the function that returns f's value together with its gradient.

    Parameters
    ----------
    f : callable
        Returns one scalar.
    argnums : int or sequence of int
        The positional arguments to differentiate with respect to.

    Returns
    -------
    callable
        With the arguments of ``f``; returns ``(value, gradient)``, see `grad`.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.value_and_grad(lambda x: x * x)(3.0)
    (np.float64(9.0), np.float64(6.0))
    """
    check_callable("value_and_grad", f)
    check_argnums("value_and_grad", argnums)

    @wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        return _value_and_grad("value_and_grad", f, argnums, args, kwargs)

    return differentiated


@called
def grad(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Make the function that computes the gradient of ``f``.

    Parameters
    ----------
    f : callable
        Returns one scalar.
    argnums : int or sequence of int
        The positional arguments to differentiate with respect to.  Each may be a float, an array,
        a Tensor, or nested tuples, lists and dicts of them.

    Returns
    -------
    callable
        With the arguments of ``f``; returns the gradient in the structure of the argument, or a
        tuple of them if ``argnums`` is a sequence.  Called on arrays it returns arrays; called on
        Tensors, or if ``f`` uses Tensors that require a gradient, Tensors.

    Raises
    ------
    GradientError
        When called, if ``f`` does not return a scalar.
    DTypeError
        When called, if an argument is an integer.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.grad(lambda p: p["w"] * 3.0 + p["b"])({"w": 2.0, "b": 1.0})
    {'w': np.float64(3.0), 'b': np.float64(1.0)}
    >>> ag.grad(lambda x: x * ag.grad(lambda y: x + y)(1.0))(1.0)
    np.float64(1.0)
    """
    check_callable("grad", f)
    check_argnums("grad", argnums)

    @wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return _value_and_grad("grad", f, argnums, args, kwargs)[1]

    return gradient


def _value_and_grad(
    operation: str, f: Function, argnums: Any, args: Any, kwargs: Any
) -> tuple[Any, Any]:
    run = Run(operation, lambda *a: f(*a, **kwargs), args, argnums)
    output = run.scalar()
    gradients = run.pull([np.ones(output.shape, output.dtype)[()]])
    return run.hand_over([output])[0], _unpack(run, gradients, argnums)


@called
def vjp(f: Function, *args: Any) -> tuple[Any, Function]:
    """Evaluate ``f`` and return the map from cotangents of its result to those of its arguments.

    Parameters
    ----------
    f : callable
        Returns a value or a nested structure of values.
    *args
        Floats, arrays, Tensors or nested structures of them.

    Returns
    -------
    out
        What ``f`` returns.
    pullback : callable
        ``pullback(ct)``, for ``ct`` of the structure and shapes of ``out``, returns a tuple with
        the cotangent of each argument, ``J^T ct``.  It may be called many times.

    Raises
    ------
    GradientError
        If there are no arguments.
    ShapeError
        From the pullback, if a cotangent has another shape than its output.

    Examples
    --------
    >>> import autograd as ag
    >>> out, pullback = ag.vjp(lambda x, y: x * y, 2.0, 3.0)
    >>> out, pullback(1.0)
    (np.float64(6.0), (np.float64(3.0), np.float64(2.0)))
    """
    if not args:
        raise GradientError("vjp: give the arguments of the function, as in ag.vjp(f, x)")
    run = Run("vjp", f, args, range(len(args)))

    def pullback(ct: Any) -> tuple[Any, ...]:
        given = _like_outputs(run, ct)
        if any(isinstance(c, Tensor) and c.requires_grad for c in given):
            return tuple(run.rebuild(run.pull(given, create_graph=True)))
        return tuple(run.rebuild(run.hand_over(run.pull(given))))

    # The pullback goes on using the values of the run, so an array of them is read-only, and what
    # is an argument itself is copied.
    outputs = [y if run.live else _apart(y) for y in run.outputs]
    return run.rebuild_result(run.hand_over(outputs)), pullback


def _apart(y: Tensor) -> Any:
    """Return the value of an output so that writing to it cannot change the run."""
    if context.capturing() is not None:
        return y
    return np.array(y.data)[()] if y.is_leaf else y.data


def _like_outputs(run: Run, cotangents: Any) -> list[Any]:
    nested = isinstance(run.result, (tuple, list, dict))
    given = flatten(cotangents)[0] if nested else [cotangents]
    if len(given) != len(run.outputs):
        raise ShapeError(
            f"{run.operation}: {len(given)} cotangents for {len(run.outputs)} outputs; "
            "give them in the structure of the result"
        )
    pairs = zip(given, run.outputs, strict=True)
    return [as_cotangent(ct, y, run.operation, copy=False) for ct, y in pairs]


@called
def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """Evaluate ``f`` and its directional derivative ``J v``.

    Parameters
    ----------
    f : callable
    primals : sequence
        The arguments of ``f``.
    tangents : sequence
        A direction: for each argument, values of its structure and shapes.

    Returns
    -------
    out
        What ``f`` returns.
    tangent
        The rate of change of ``out`` along the direction, in its structure.

    Raises
    ------
    ShapeError
        If primals and tangents do not match.

    Notes
    -----
    The pullback ``u -> J^T u`` is linear; pulling ``v`` back through it gives ``J v``.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.jvp(lambda x: x * x, (3.0,), (1.0,))
    (np.float64(9.0), np.float64(6.0))
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise ShapeError("jvp: primals and tangents are tuples, with one entry for each argument")
    run = Run("jvp", f, tuple(primals), range(len(primals)))
    check_each("jvp", run.left, run.found)
    directions, _ = flatten(list(tangents))
    if len(directions) != len(run.inputs):
        raise ShapeError(f"jvp: {len(directions)} tangents for {len(run.inputs)} primals")
    directions = [as_cotangent(v, x, "jvp") for v, x in zip(directions, run.inputs, strict=True)]
    probes = [Tensor(np.zeros(y.shape, y.dtype)[()], requires_grad=True) for y in run.outputs]
    pulled = run.pull(probes, create_graph=True)
    pushed = _pull_again(run, pulled, probes, directions)
    out = run.rebuild_result(run.hand_over(run.outputs))
    return out, run.rebuild_result(run.hand_over(pushed))


def _pull_again(
    run: Run, pulled: list[Tensor], inputs: list[Tensor], directions: list[Any]
) -> list[Any]:
    live = run.live or (
        context.current().recording
        and any(isinstance(v, Tensor) and v.requires_grad for v in directions)
    )
    if live:
        directions = [v if isinstance(v, Tensor) else Tensor(v) for v in directions]
    run.tensors = run.tensors or any(isinstance(v, Tensor) for v in directions)
    run.live = live
    return pull(pulled, inputs, directions, live)


@called
def hvp(f: Function, x: ArrayLike, v: ArrayLike) -> Any:
    """Multiply the Hessian of a scalar function with a vector, without forming the Hessian.

    Parameters
    ----------
    f : callable
        Of one argument; returns one scalar.
    x : float, array, Tensor or nested structure
        Where.
    v : like ``x``
        The vector.

    Returns
    -------
    Like ``x``: ``H v``, at the cost of about two gradients.

    Raises
    ------
    ShapeError
        If ``v`` does not match ``x``; `GradientError` if ``f`` returns no scalar.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.hvp(lambda x: ag.sum(x * x * x), np.array([1.0, 2.0]), np.array([1.0, 0.0]))
    array([6., 0.])
    """
    run = Run("hvp", f, (x,), (0,))
    output = run.scalar()
    directions, _ = flatten(v)
    if len(directions) != len(run.inputs):
        raise ShapeError(f"hvp: {len(directions)} vectors for {len(run.inputs)} arguments")
    directions = [as_cotangent(d, x, "hvp") for d, x in zip(directions, run.inputs, strict=True)]
    gradient = run.pull([np.ones(output.shape, output.dtype)[()]], create_graph=True)
    products = _pull_again(run, gradient, run.inputs, directions)
    return run.rebuild(run.hand_over(products))[0]


@called
def jacobian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Make the function that computes the Jacobian of ``f``, one pullback for each output element.

    Parameters
    ----------
    f : callable
        Returns a value or a nested structure of values.
    argnums : int or sequence of int

    Returns
    -------
    callable
        With the arguments of ``f``; returns, for each value of the result, the structure of the
        argument with ``d result[i...] / d argument[j...]``, of shape (i..., j...).

    Raises
    ------
    GradientError, DTypeError
        When called, if an argument does not exist or is an integer.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    check_callable("jacobian", f)
    check_argnums("jacobian", argnums)

    @wraps(f)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        run = Run("jacobian", lambda *a: f(*a, **kwargs), args, argnums)
        check_each("jacobian", run.left, run.found)
        blocks = [_unpack(run, _rows(run, k), argnums) for k in range(len(run.outputs))]
        return run.rebuild_result(blocks)

    return derivative


def _rows(run: Run, k: int) -> list[Any]:
    """Return, for each input, the derivative of every element of output number ``k``."""
    seeds = [np.zeros(y.shape, y.dtype) for y in run.outputs]
    y = seeds[k]
    rows = []
    for i in np.ndindex(y.shape):
        y[i] = 1
        rows.append(run.pull([seed.copy()[()] for seed in seeds]))
        y[i] = 0
    columns = zip(*rows, strict=True) if rows else ([] for _ in run.inputs)
    return [_stack(list(c), y.shape, x) for c, x in zip(columns, run.inputs, strict=True)]


def _stack(rows: list[Any], shape: tuple[int, ...], x: Tensor) -> Any:
    if not rows:
        return np.zeros(shape + x.shape, x.dtype)
    flat = concatenate([reshape(row, (1, prod(x.shape))) for row in rows], axis=0)
    return reshape(flat, shape + x.shape)


@called
def hessian(f: Function, argnums: int | Sequence[int] = 0) -> Function:
    """Make the function that computes the matrix of second derivatives of a scalar function.

    Parameters
    ----------
    f : callable
        Returns one scalar.
    argnums : int or sequence of int
        Which positional arguments to differentiate by; each may be a nested structure.

    Returns
    -------
    callable
        With the arguments of ``f``; returns the Jacobian of the gradient: for an array of shape s,
        an array of shape s + s.

    Raises
    ------
    GradientError, DTypeError
        When called, if ``f`` returns no scalar or the argument is an integer.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.hessian(lambda x: x[0] * x[0] * x[1])(np.array([3.0, 2.0]))
    array([[4., 6.],
           [6., 0.]])
    """
    check_callable("hessian", f)
    check_argnums("hessian", argnums)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return _value_and_grad("hessian", f, argnums, args, kwargs)[1]

    return wraps(f)(jacobian(gradient, argnums))
