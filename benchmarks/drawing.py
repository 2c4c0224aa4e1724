"""The time of a drawing, from the tensor to the SVG, with each installed layout engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

import autograd as ag
import nn
from autograd.viz.layout.engines import available
from benchmarks.engines import Engine
from benchmarks.overhead import constant
from nn.cli.bench.table import Row, Table
from nn.cli.bench.timing import MILLISECOND, fastest

SLOW = 1_500  # nodes; beyond, Graphviz is not waited for


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Draw graphs of several sizes; the time is the best of some rounds."""
    rounds = 1 if quick else 3
    cases: list[tuple[str, Callable[[], Any], dict[str, Any]]] = [
        ("lecture's neuron", neuron, {}),
        ("perceptron, all open", partial(perceptron, [3, 8, 8, 1]), {"budget": None}),
        ("perceptron, folded", partial(perceptron, [3, 8, 8, 1]), {}),
        ("perceptron, all open", partial(perceptron, [4, 16, 12, 4, 1]), {"budget": None}),
        ("perceptron, folded", partial(perceptron, [16, 64, 32, 16, 1]), {}),
        ("chain, folded", lambda: constant(10_000, variable(0.5, "x"), None, None), {}),
    ]
    rows = []
    for name, make, options in cases[: 3 if quick else None]:
        output = make()
        nodes = len(ag.graph(output))
        row: Row = {"graph": name, "nodes": float(nodes)}
        boxes = len(ag.draw(output, **options).scene.boxes)
        row["boxes"] = float(boxes)
        for engine in ("builtin", "dot", "pygraphviz"):
            waited_for = engine in available() and (engine == "builtin" or boxes < SLOW)
            draw = partial(svg, output, engine, options)
            row[f"{engine} ms"] = fastest(draw, rounds) / MILLISECOND if waited_for else None
        rows.append(row)
    note = (
        "Milliseconds from the tensor to the SVG, the backward pass included; the best of rounds."
    )
    yield Table("Drawing", note, rows)
    yield pages(rounds)


def pages(rounds: int) -> Table:
    """Build pages to step through: of a graph of about a hundred nodes, and of a ResNet-18."""
    cases: list[tuple[str, Callable[[], Any], str]] = [
        ("perceptron of numbers", partial(perceptron, [3, 6, 1]), "gates"),
        ("ResNet-18, batch of 2", residual, "architecture"),
    ]
    rows: list[Row] = []
    for name, make, view in cases:
        trace = ag.trace(make())
        build = partial(page, trace, view)
        size = len(build().encode()) / 1000
        time = fastest(build, rounds) / MILLISECOND
        row: Row = {"page": name, "nodes": float(len(trace.graph)), "kB": size, "ms": time}
        rows.append(row)
    return Table("Pages", "Milliseconds from a trace to its page; the best of rounds.", rows)


def page(trace: Any, view: str) -> str:
    """Build a page."""
    return ag.draw(trace, view=view, engine="builtin").html


def residual() -> Any:
    """Return the loss of a network that is drawn layer by layer."""
    x = np.random.default_rng(0).normal(size=(2, 3, 32, 32)).astype("float32")
    network = nn.models.ResNet(18, classes=10, rng=0)
    return nn.cross_entropy(network(ag.tensor(x)), np.arange(2))


def svg(output: Any, engine: str, options: dict[str, Any]) -> str:
    """Draw a graph."""
    return ag.draw(output, engine=engine, **options).svg


def variable(value: float, name: str) -> Any:
    """Return a leaf."""
    return ag.tensor(value, requires_grad=True, name=name)


def neuron() -> Any:
    """Return the lecture's example."""
    w0, x0, w1, x1, w2 = (variable(v, f"v{i}") for i, v in enumerate((2.0, -1.0, -3.0, -2.0, -3.0)))
    return ag.reciprocal(1.0 + ag.exp(-(w0 * x0 + w1 * x1 + w2)))


def perceptron(sizes: list[int]) -> Any:
    """Return the output of a perceptron of single numbers, each neuron and layer a scope."""
    rng = np.random.default_rng(0)
    inputs = [variable(float(v), f"x{i}") for i, v in enumerate(rng.normal(size=sizes[0]))]
    for number, width in enumerate(sizes[1:]):
        outputs = []
        with ag.scope(f"layer{number}"):
            for j in range(width):
                with ag.scope(f"neuron{j}"):
                    total = variable(0.1, f"b{number}_{j}")
                    for i, x in enumerate(inputs):
                        total = total + variable(float(rng.normal()), f"w{number}_{j}_{i}") * x
                    outputs.append(ag.tanh(total))
        inputs = outputs
    return inputs[0]
