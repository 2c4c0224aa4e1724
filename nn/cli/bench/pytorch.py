"""The same tasks by PyTorch in eager mode, where it is installed."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.cli.bench import threads
from nn.cli.bench.contest import OURS, Contender, Maker, of_one_array


def installed() -> bool:
    """Return whether PyTorch is installed."""
    return find_spec("torch") is not None


def beside(ours: Maker, theirs: Maker) -> dict[str, Maker]:
    """Return our maker and, if PyTorch is installed, that of its contender."""
    return {OURS: ours, "torch": theirs} if installed() else {OURS: ours}


@cache
def load() -> Any:
    """Import PyTorch, with as many threads as every library has."""
    import torch

    torch.set_num_threads(threads.current())
    # Else the garbage collector would look through its modules in another engine's slots.
    gc.freeze()
    return torch


def differentiate(f: Callable[..., Any], values: Sequence[NDArray[np.float32]]) -> Contender:
    """Go forward and backward through a function of new leaves."""
    torch = load()

    def run() -> tuple[Any, Any]:
        leaves = [torch.tensor(value, requires_grad=True) for value in values]
        y = f(*leaves)
        y.backward(torch.ones_like(y))
        return y.detach(), leaves[0].grad

    return Contender(run, run)


def conv(image: NDArray[np.float32], kernel: NDArray[np.float32], padding: int) -> Contender:
    """Convolve images with a kernel."""
    torch = load()
    x, w = torch.from_numpy(image), torch.from_numpy(kernel)
    return of_one_array(partial(torch.nn.functional.conv2d, x, w, padding=padding))


def train(
    model: Any,
    weights: Mapping[str, NDArray[np.float32]],
    inputs: NDArray[np.float32],
    classes: NDArray[np.int64],
    lr: float,
) -> Contender:
    """Take steps of training; the model begins with the given weights."""
    torch = load()
    model.load_state_dict({name: torch.from_numpy(np.array(w)) for name, w in weights.items()})
    x, labels = torch.from_numpy(inputs), torch.from_numpy(classes)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    def step() -> Any:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(x), labels)
        loss.backward()
        optimizer.step()
        return loss.detach()

    def outcome() -> list[ArrayLike]:
        loss, leaves = step(), list(model.parameters())
        return [loss, *(w.detach() for w in leaves), *(w.grad for w in leaves)]

    return Contender(step, outcome)


# A network has the names of ours inside, which are the keys of `state_dict`.


def mlp(*sizes: int) -> Any:
    """Return PyTorch's equal of `nn.models.MLP`."""
    layers = load().nn
    parts = []
    for inputs, outputs in pairwise(sizes):
        parts += [layers.Linear(inputs, outputs), layers.ReLU()]
    return layers.Sequential(*parts[:-1])


def lenet5() -> Any:
    """Return PyTorch's equal of `nn.models.LeNet5`."""
    layers = load().nn
    network = layers.Sequential()
    for name, layer in (
        ("conv1", layers.Conv2d(1, 6, 5, padding=2)),
        ("tanh1", layers.Tanh()),
        ("pool1", layers.AvgPool2d(2)),
        ("conv2", layers.Conv2d(6, 16, 5)),
        ("tanh2", layers.Tanh()),
        ("pool2", layers.AvgPool2d(2)),
        ("flatten", layers.Flatten()),
        ("dense1", layers.Linear(400, 120)),
        ("tanh3", layers.Tanh()),
        ("dense2", layers.Linear(120, 84)),
        ("tanh4", layers.Tanh()),
        ("dense3", layers.Linear(84, 10)),
    ):
        network.add_module(name, layer)
    return network
