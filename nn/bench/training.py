"""Steps of training: forward, cross-entropy, backward, and a step of gradient descent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from nn.bench import networks
from nn.bench.contest import OURS, Contender, Task
from nn.bench.engines import has_torch, pytorch
from nn.losses import cross_entropy
from nn.models import MLP, LeNet5
from nn.module import Module
from nn.optim import SGD

LR = 0.01
CLASSES = 10
Maker = Callable[["Training"], Contender]


@dataclass(frozen=True)
class Training:
    """A network, and what it is trained on.

    Attributes
    ----------
    network : str
        What it is called.
    batch : int
    shape : tuple of int
        Of one example.
    ours : callable
        Makes our network, the same each time.
    torch : callable
        Makes PyTorch's, from the module ``torch``; with other weights.

    Examples
    --------
    >>> STEPS[0].name, [a.shape for a in STEPS[0].examples()]
    ('MLP 64-32-10, batch 32', [(32, 64), (32,)])
    """

    network: str
    batch: int
    shape: tuple[int, ...]
    ours: Callable[[], Module]
    torch: Callable[[Any], Any]

    @property
    def name(self) -> str:
        """The network and the size of the batch."""
        return f"{self.network}, batch {self.batch}"

    def examples(self) -> tuple[Any, Any]:
        """Return the batch, the same each time: inputs and classes."""
        rng = np.random.default_rng(0)
        inputs = rng.normal(size=(self.batch, *self.shape)).astype(np.float32)
        return inputs, rng.integers(CLASSES, size=self.batch)

    def weights(self) -> dict[str, Any]:
        """Return what every engine begins with, by the names of PyTorch and ours."""
        return self.ours().float().state_dict()

    def task(self, peers: dict[str, Maker] | None = None) -> Task:
        """Return the task: one step, by us, by PyTorch if it is here, and by other peers."""
        makers: dict[str, Maker] = {OURS: by_us}
        if has_torch():
            makers["torch"] = by_torch
        makers |= peers or {}
        return Task(self.name, {name: partial(make, self) for name, make in makers.items()})


def by_us(training: Training) -> Contender:
    """Train with our engine."""
    model = training.ours().float()
    inputs, classes = training.examples()
    optimizer = SGD(model.parameters(), lr=LR)

    def step() -> Any:
        optimizer.zero_grad()
        loss = cross_entropy(model(inputs), classes)
        loss.backward()
        optimizer.step()
        return loss

    def outcome() -> list[Any]:
        return results(step(), list(model.parameters()))

    return Contender(step, outcome)


def by_torch(training: Training) -> Contender:
    """Train with PyTorch in eager mode."""
    torch = pytorch()
    model = training.torch(torch)
    model.load_state_dict(
        {name: torch.from_numpy(np.array(w)) for name, w in training.weights().items()}
    )
    inputs, classes = map(torch.from_numpy, training.examples())
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)

    def step() -> Any:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(inputs), classes)
        loss.backward()
        optimizer.step()
        return loss.detach()

    def outcome() -> list[Any]:
        return results(step(), [p.detach() for p in model.parameters()], list(model.parameters()))

    return Contender(step, outcome)


def results(loss: Any, weights: Sequence[Any], leaves: Sequence[Any] | None = None) -> list[Any]:
    """Return what a step is judged by: the loss, the new weights, and the gradients."""
    gradients = [leaf.grad for leaf in (weights if leaves is None else leaves)]
    return [np.array(loss.item()), *map(array, weights), *map(array, gradients)]


def array(x: Any) -> Any:
    """Return a copy of what any engine's array or Tensor holds."""
    return np.array(x.numpy() if hasattr(x, "numpy") else x)


def mlp(batch: int, *sizes: int) -> Training:
    """Return the training of a perceptron."""
    return Training(
        f"MLP {'-'.join(map(str, sizes))}",
        batch,
        (sizes[0],),
        partial(MLP, *sizes, rng=0),
        lambda torch: networks.mlp_in_torch(torch, *sizes),
    )


PERCEPTRONS = (
    mlp(32, 64, 32, 10),
    mlp(64, 64, 128, 128, 10),
    mlp(256, 784, 1024, 1024, 10),
)
LENET5 = Training("LeNet-5", 64, (1, 28, 28), partial(LeNet5, rng=0), networks.lenet5_in_torch)
RESIDUAL = Training(
    "residual block",
    32,
    (64, 16, 16),
    partial(networks.Residual, 64, rng=0),
    lambda torch: networks.residual_in_torch(torch, 64),
)
STEPS = (*PERCEPTRONS, LENET5, RESIDUAL)
