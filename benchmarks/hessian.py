"""Hessian-vector products, without the Hessian itself, beside PyTorch and JAX."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

import autograd as ag
from benchmarks import in_jax
from benchmarks.engines import Engine
from nn.cli.bench import pytorch
from nn.cli.bench.contest import COMPILED, OURS, Contender, Task, contest
from nn.cli.bench.table import Row, Table
from nn.cli.bench.timing import MICROSECOND

PEERS = ("torch", "jax")


@dataclass(frozen=True)
class Function:
    """A scalar function, and a point.

    Attributes
    ----------
    name : str
    f : callable
        ``f(xp, data, *arrays)``, for any library ``xp``.
    shapes : tuple of tuples of int
        Of the arrays.
    data : array
        What it needs beside them.
    """

    name: str
    f: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    data: Any

    def arrays(self) -> tuple[list[Any], list[Any]]:
        """Return a place and a vector, the same each time."""
        rng = np.random.default_rng(0)
        both = rng.normal(scale=0.3, size=(2, sum(map(np.prod, self.shapes)))).astype(np.float32)
        cuts = np.cumsum([np.prod(shape) for shape in self.shapes])[:-1]
        place, vector = (
            [part.reshape(s) for part, s in zip(np.split(flat, cuts), self.shapes, strict=True)]
            for flat in both
        )
        return place, vector

    def task(self) -> Task:
        """Return the task of one product."""
        makers = {OURS: partial(by_us, self), COMPILED: partial(by_us, self, ag.compile)}
        makers |= pytorch.beside(makers[OURS], partial(by_torch, self))
        if find_spec("jax"):
            makers["jax"] = partial(by_jax, self)
        return Task(self.name, makers)


def rosenbrock(xp: Any, data: Any, x: Any) -> Any:
    """Return Rosenbrock's valley, in many dimensions."""
    return (data * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()


def perceptron(xp: Any, data: Any, w1: Any, b1: Any, w2: Any, b2: Any) -> Any:
    """Return the mean square of what a perceptron makes of a batch."""
    y = xp.tanh(data @ w1 + b1) @ w2 + b2
    return (y**2).mean()


SLOPE = np.full((), 100, np.float32)  # of the valley's walls
BATCH = np.random.default_rng(1).normal(size=(32, 64)).astype(np.float32)

FUNCTIONS = (
    Function("Rosenbrock, 1,000 numbers", rosenbrock, ((1000,),), SLOPE),
    Function("MLP 64-32-10, 2,410 weights", perceptron, ((64, 32), (32,), (32, 10), (10,)), BATCH),
)


def by_us(function: Function, transform: Callable[..., Any] = lambda f: f) -> Contender:
    """Multiply with our `ag.hvp`, as it is or compiled."""
    place, vector = function.arrays()
    product = transform(lambda data, xs, vs: ag.hvp(lambda xs: function.f(ag, data, *xs), xs, vs))
    run = partial(product, function.data, place, vector)
    return Contender(run, run)


def by_torch(function: Function) -> Contender:
    """Multiply with PyTorch, by going back through the gradient."""
    torch = pytorch.load()
    place, vector = ([torch.from_numpy(x) for x in xs] for xs in function.arrays())
    leaves = [x.requires_grad_() for x in place]
    data = torch.from_numpy(function.data)

    def run() -> Any:
        gradient = torch.autograd.grad(function.f(torch, data, *leaves), leaves, create_graph=True)
        return torch.autograd.grad(gradient, leaves, vector)

    return Contender(run, lambda: [x.numpy() for x in run()])


def by_jax(function: Function) -> Contender:
    """Multiply with JAX: forward through the gradient, compiled."""
    jax = in_jax.load()
    place, vector = ([jax.numpy.asarray(x) for x in xs] for xs in function.arrays())
    data = jax.numpy.asarray(function.data)

    @jax.jit
    def product(place: Any, vector: Any) -> Any:
        gradient = jax.grad(lambda xs: function.f(jax.numpy, data, *xs))
        return jax.jvp(gradient, (place,), (vector,))[1]

    def run() -> Any:
        return jax.block_until_ready(product(place, vector))

    return Contender(run, lambda: [np.array(x) for x in run()])


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure every function."""
    rounds, seconds = (3, 0.02) if quick else (15, 0.05)
    rows = []
    for function in FUNCTIONS:
        result = contest(function.task(), rounds, seconds)
        row: Row = {"function": function.name}
        row |= result.times((OURS, COMPILED, *PEERS), MICROSECOND)
        row |= {f"/{peer}": result.ratio(peer) for peer in PEERS}
        rows.append(row | {f"compiled/{peer}": result.ratio(peer, COMPILED) for peer in PEERS})
    note = (
        f"us for H v in float32: medians of {rounds} rounds.  ag.hvp; compiled: by ag.compile;\n"
        "PyTorch's double backward; JAX's jvp of grad under jit."
    )
    yield Table("Hessian-vector products", note, rows)
