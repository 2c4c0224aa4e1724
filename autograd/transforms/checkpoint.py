"""Checkpointing: trade time for memory.

The backward pass needs the values in between, and keeping them is what fills the memory.  A
checkpointed function keeps only its arguments and its results; when the backward pass needs them,
the function is run again, and its part of the graph is freed after the pass through it
(Chen et al. 2016, "Training deep nets with sublinear memory cost").
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from itertools import compress
from math import prod
from typing import Any

import numpy as np

from autograd.core import context
from autograd.core.apply import apply
from autograd.core.blocks import restoring
from autograd.core.calls import called
from autograd.core.gradients import pull
from autograd.core.messages import check_callable
from autograd.core.primitive import Primitive
from autograd.core.pytree import flatten
from autograd.core.random_state import States, present, set_states, states
from autograd.core.scopes import Scope
from autograd.core.tensor import Tensor, raw
from autograd.core.values import with_values
from autograd.errors import GradientError
from autograd.ir.numerics import equal
from autograd.ops.elementwise import cast
from autograd.ops.index import getitem
from autograd.ops.shape import concatenate, reshape


@called
def checkpoint(f: Callable[..., Any]) -> Callable[..., Any]:
    """Make a function that keeps no intermediate values, and computes them again when needed.

    Parameters
    ----------
    f : callable
        Of Tensors, arrays and nested structures of them.  It must return the same values each
        time it is run.  Random generators that it uses, such as those of `nn.Dropout` in a network,
        give it the same numbers as the first time; what it counts, as the running statistics of
        `nn.BatchNorm2d`, it counts twice.  It may use other Tensors, such as parameters; they get
        their gradients.  In the backward pass a parameter that was
        stepped since has its earlier value while ``f`` is run again, also for other threads.

    Returns
    -------
    callable
        With the arguments and the values of ``f``.

    Raises
    ------
    GradientError
        If ``f`` makes a leaf that requires a gradient; in the backward pass, if ``f`` returned
        something else than the first time.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(0.5, requires_grad=True)
    >>> y = ag.checkpoint(lambda x: ag.exp(ag.sin(x)))(x)
    >>> len(ag.graph(y)), len(ag.graph(ag.exp(ag.sin(x))))
    (4, 3)
    >>> y.backward()
    >>> bool(x.grad == ag.grad(lambda x: ag.exp(ag.sin(x)))(0.5))
    True
    """
    check_callable("checkpoint", f)

    @wraps(f)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if context.capturing() is not None:
            return f(*args, **kwargs)  # the program that is captured decides what it keeps
        leaves, rebuild = flatten([args, kwargs])

        def run() -> Any:
            # Lists and dicts made anew each time, in case f or its caller changes them meanwhile.
            again, named = rebuild(leaves)
            return f(*again, **named)

        return _run(run, states([f, *leaves]))

    return checkpointed


def _run(f: Callable[[], Any], begun: States) -> Any:
    state = context.current()
    # The scope tells apart the tensors that f makes from those that it was given or closes over.
    inside = Scope("checkpoint", state.scope)
    with context.changed(scope=inside):
        result = f()
    outputs, rebuild = flatten(result)
    chosen = [_is_inside(y, inside) for y in outputs]
    made = list(compress(outputs, chosen))
    if not made:
        return result
    inputs = _entering(made, inside)
    border = frozenset(inputs)
    values = np.concatenate([np.ravel(y.data) for y in made])

    def pullback(ct: Any, out: Any, *used: Any, needed: tuple[bool, ...]) -> list[Any]:
        # A weight may have been stepped since: the function is run on the values that it used.
        stepped = [(x, raw(v)) for x, v in zip(inputs, used, strict=True) if raw(x) is not raw(v)]
        again_random = restoring(partial(set_states, begun), partial(set_states, present(begun)))
        recorded_again = context.changed(recording=True, scope=state.scope)
        with with_values(stepped), again_random, recorded_again:
            again = list(compress(flatten(f())[0], chosen))
        _check_same(again, raw(out))
        recorded = isinstance(ct, Tensor)
        pulled = pull(again, inputs, _cut(ct, again), recorded, stop=border)
        return [g if wanted else None for g, wanted in zip(pulled, needed, strict=True)]

    def forward(*_: Any) -> Any:
        return values

    packed = apply(Primitive(forward, pullback, "checkpoint", "checkpoint"), tuple(inputs), {})
    replaced = iter(_cut(packed, made))
    return rebuild(next(replaced) if taken else y for y, taken in zip(outputs, chosen, strict=True))


def _is_inside(y: Any, scope: Scope) -> bool:
    if not isinstance(y, Tensor) or not y.requires_grad or y.scope is None:
        return False
    return scope in y.scope.lineage()


def _entering(outputs: list[Tensor], scope: Scope) -> list[Tensor]:
    """Find the tensors outside a scope that those inside were made from."""
    entering: list[Tensor] = []
    seen: set[Tensor] = set()
    stack = list(outputs)
    while stack:
        for x in stack.pop().inputs:
            if not isinstance(x, Tensor) or not x.requires_grad or x in seen:
                continue
            seen.add(x)
            if not _is_inside(x, scope):
                entering.append(x)
            elif x.primitive is not None:
                stack.append(x)
            else:
                raise GradientError(
                    "checkpoint: the function makes a leaf that requires a gradient, a new one "
                    "each time it runs; make it outside"
                )
    return entering


def _cut(packed: Any, like: list[Any]) -> list[Any]:
    """Cut a vector into tensors with the shapes and dtypes of some others."""
    parts, start = [], 0
    for y in like:
        stop = start + prod(y.shape)
        part = reshape(getitem(packed, slice(start, stop)), y.shape)
        parts.append(part if part.dtype == y.dtype else cast(part, dtype=y.dtype))
        start = stop
    return parts


def _check_same(outputs: list[Any], values: Any) -> None:
    again = raw(concatenate([reshape(y, -1) for y in outputs]))
    if not equal(again, values):
        raise GradientError(
            "checkpoint: the function returned other values when it was run again; "
            "a value it uses was changed since, or it "
            "draws random numbers from an unknown source: give it a np.random.Generator"
        )
