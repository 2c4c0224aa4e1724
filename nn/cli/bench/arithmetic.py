"""How much arithmetic a step of training has in its matrix products and convolutions."""

from __future__ import annotations

from math import prod

import numpy as np

import autograd as ag


def flops(loss: ag.Tensor) -> int:
    """Return the multiplications and additions of a step, forward and backward.

    A product of two inputs that both need a gradient is computed three times: forward, and once for
    each gradient.  Everything else is small beside it.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.cli.bench.arithmetic import flops
    >>> import autograd as ag
    >>> w = ag.tensor(np.ones((3, 4)), requires_grad=True)
    >>> flops(ag.sum(np.ones((2, 3)) @ w))  # 2 * 3 * 4 products and sums, twice
    96
    """
    graph = ag.graph(loss)
    total = 0
    for node in graph:
        given = [graph[id] for id in node.inputs]
        name = node.primitive.name if node.primitive else ""
        passes = 1 + sum(x.requires_grad for x in given)
        total += 2 * passes * products(name, *(np.shape(x.value) for x in (node, *given)))
    return total


def products(name: str, out: tuple[int, ...], *given: tuple[int, ...]) -> int:
    """Return how many products of numbers an operation on shapes adds up; 0 for most operations."""
    if name == "matmul":
        return prod(out) * given[0][-1]
    if name == "conv":
        return prod(out) * prod(given[1][1:])
    if name == "conv_transpose":
        return prod(given[0]) * prod(given[1][1:])
    return 0
