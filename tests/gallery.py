"""The gallery: graphs that show what drawings can do, for tests and for the documentation.

``python -m tests.gallery`` draws them into docs/gallery with the built-in layout.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

import autograd as ag
import nn
from autograd.cli.examples import EXAMPLES
from autograd.cli.subject import work_out

FOLDER = Path(__file__).parent.parent / "docs" / "gallery"
Example = Callable[..., "ag.draw"]
GALLERY: dict[str, Example] = {}


# The wires of the lecture's example: from, to, value, gradient, as they are written on the slide
# (but for three numbers that the slide made from rounded ones).
SLIDE = [
    ("w0", "*", "2.00", "-0.20"),
    ("x0", "*", "-1.00", "0.39"),
    ("w1", "*", "-3.00", "-0.39"),
    ("x1", "*", "-2.00", "-0.59"),
    ("*", "+", "-2.00", "0.20"),
    ("*", "+", "6.00", "0.20"),
    ("+", "+", "4.00", "0.20"),
    ("w2", "+", "-3.00", "0.20"),
    ("+", "*-1", "1.00", "0.20"),
    ("*-1", "exp", "-1.00", "-0.20"),
    ("exp", "+1", "0.37", "-0.53"),
    ("+1", "1/x", "1.37", "-0.53"),
    ("1/x", "", "0.73", "1.00"),
]


def example(f):
    GALLERY[f.__name__] = f
    return f


def variable(value, name):
    return ag.tensor(value, requires_grad=True, name=name)


def lecture_neuron():
    _, text, values = EXAMPLES["sigmoid"]
    return work_out(text, values)


@example
def sigmoid(**options):
    return ag.draw(lecture_neuron(), **options)


@example
def fan_out(**options):
    x = variable(3.0, "x")
    return ag.draw(x * x + x, **options)


@example
def two_edges(**options):
    x = variable(3.0, "x")
    return ag.draw(x * x, **options)


@example
def diamond(**options):
    x = variable(0.5, "x")
    y = ag.exp(x)
    return ag.draw(ag.sin(y) * ag.cos(y), **options)


@example
def long_skip(**options):
    x = variable(0.5, "x")
    y = x
    for f in (ag.sin, ag.exp, ag.tanh, ag.cos):
        y = f(y)
    return ag.draw(y + x, **options)


@example
def affine(**options):
    rng = np.random.default_rng(0)
    w, b = variable(rng.normal(size=(4, 3)), "W"), variable(np.array([1.0, 0.5, 0.0]), "b")
    x = ag.tensor(rng.normal(size=(2, 4)), name="x")
    return ag.draw(ag.sum(ag.relu(x @ w + b)), **options)


def scalar_mlp(sizes, rng):
    """Return the output of a multi-layer perceptron of numbers, each weight a leaf of its own."""
    inputs = [ag.tensor(float(v), name=f"x{i}") for i, v in enumerate(rng.normal(size=sizes[0]))]
    for number, (fan_in, fan_out) in enumerate(pairwise(sizes)):
        outputs = []
        with ag.scope(f"layer{number}"):
            for j in range(fan_out):
                with ag.scope(f"neuron{j}"):
                    total = variable(0.1, f"b{number}{j}")
                    for i, x in enumerate(inputs[:fan_in]):
                        total = total + variable(float(rng.normal()), f"w{number}{j}{i}") * x
                    outputs.append(ag.tanh(total))
        inputs = outputs
    return inputs[0]


@example
def mlp(**options):
    return ag.draw(scalar_mlp([3, 8, 8, 1], np.random.default_rng(0)), **options)


def small_conv_net():
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:12, :12]
    disc = ((rows - 5.5) ** 2 + (columns - 5.5) ** 2 < 16) * 1.0
    image = ag.tensor(np.stack([disc, disc.T * (rows > 5)])[:, None], name="images")
    with ag.scope("conv1"):
        kernel = variable(rng.normal(size=(4, 1, 3, 3)), "kernel")
        maps = ag.relu(ag.conv(image, kernel, padding=1))
    with ag.scope("classifier"):
        weight = variable(rng.normal(size=(4 * 12 * 12, 3)) * 0.05, "weight")
        logits = ag.reshape(maps, (2, -1)) @ weight
    return -ag.mean(ag.log_softmax(logits)[:, 1])


@example
def conv_net(**options):
    return ag.draw(small_conv_net(), **{"depth": 0, **options})


class Net(nn.Module):
    """The network of docs/networks.md."""

    def __init__(self, rng=None):
        rng = nn.init.generator(rng)
        self.conv = nn.Conv2d(1, 4, kernel_size=3, padding=1, rng=rng)
        self.pool = nn.MaxPool2d(2)
        self.dense = nn.Linear(4 * 4 * 4, 3, rng=rng)

    def forward(self, x):
        x = self.pool(ag.relu(self.conv(x)))
        return self.dense(ag.reshape(x, (len(x), -1)))


@example
def network(**options):
    rows, columns = np.mgrid[:8, :8]
    halves = np.stack([rows < 4, columns < 4, rows + columns < 8])[:, None] * 1.0
    loss = nn.CrossEntropyLoss()(Net(rng=0)(ag.tensor(halves, name="images")), [0, 1, 2])
    return ag.draw(loss, **{"depth": 1, **options})


@example
def lstm(**options):
    cell = nn.LSTMCell(1, 1, rng=0)
    x, h, c = (variable([[value]], name) for value, name in ((1.0, "x"), (0.5, "h"), (-1.0, "c")))
    return ag.draw(ag.sum(cell(x, (h, c))[0]), **{"depth": 1, **options})


@example
def attention(**options):
    layer = nn.MultiheadAttention(2, 1, bias=False, rng=0)
    x = variable([[1.0, -1.0], [0.5, 2.0]], "x")
    return ag.draw(ag.sum(layer(x, x, x)[0]), **{"depth": 1, **options})


@example
def second_order(**options):
    x = variable(3.0, "x")
    return ag.draw(ag.gradients(x * x * x, x, create_graph=True), **options)


@example
def both_passes(**options):
    w, x = variable(2.0, "w"), variable(-1.0, "x")
    return ag.draw(ag.reciprocal(1.0 + ag.exp(-(w * x))), backward=True, **options)


@example
def closed(**options):
    return ag.draw(ag.sigmoid(variable(0.5, "x") * 2.0), **{"depth": 0, **options})


@example
def opened(**options):
    return ag.draw(ag.sigmoid(variable(0.5, "x") * 2.0), **options)


@example
def stacked(**options):
    y = variable([[1.0, -0.5]], "x")
    w = variable([[0.9, 0.2], [-0.3, 1.1]], "w")
    for number in range(12):
        with ag.scope(f"block{number}"):
            y = ag.tanh(y @ w)
    return ag.draw(ag.sum(y), **{"depth": 0, **options})


@example
def first_nan(**options):
    x = variable([0.0, 1.0], "x")
    with np.errstate(all="ignore"):
        return ag.draw(ag.trace(ag.sum(x * ag.log(x))), **options)


@example
def neighbourhood(**options):
    loss = scalar_mlp([3, 4, 1], np.random.default_rng(0))
    return ag.draw(loss, **{"around": "w020", "steps": 3, **options})


@example
def path(**options):
    loss = scalar_mlp([2, 1, 1], np.random.default_rng(0))
    return ag.draw(loss, **{"path": "x1", **options})


@example
def one_moment(**options):
    debugger = lecture_neuron().debugger()
    debugger.break_on(operation="exp", condition=lambda event: event.kind == "vjp")
    debugger.run()
    return debugger.draw(**options)


@example
def dark(**options):
    return ag.draw(lecture_neuron(), **{"theme": "dark", **options})


@example
def safe(**options):
    return ag.draw(lecture_neuron(), **{"theme": "safe", **options})


@example
def failed(**options):
    net = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(5, 1, rng=0))
    try:
        with ag.debug():
            net(variable(np.ones((2, 3)), "x"))
    except ag.ShapeError as error:
        error.operation = replace(error.operation, place=None)  # which changes with this file
        return ag.draw(error, **options)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, draw in GALLERY.items():
        draw(engine="builtin").save(FOLDER / f"{name}.svg")


if __name__ == "__main__":
    main()
