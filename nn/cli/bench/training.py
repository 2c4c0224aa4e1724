"""Steps of training: forward, cross-entropy, backward, and a step of gradient descent."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.cli.bench import pytorch
from nn.cli.bench.arithmetic import flops
from nn.cli.bench.contest import COMPILED, OURS, Contender, Task
from nn.compiled import CompiledStep, compile
from nn.losses import cross_entropy
from nn.models import MLP, LeNet5
from nn.module import Module
from nn.optim import SGD

LR = 0.01
CLASSES = 10
Maker = Callable[["Training"], Contender]


@dataclass(frozen=True)
class Training:
    """A network, and the batch that it is trained on.

    Attributes
    ----------
    network : str
        Its name.
    batch : int
    shape : tuple of int
        Of one example.
    ours : callable
        Makes our network, the same each time.
    torch : callable
        Makes PyTorch's, with other weights.

    Examples
    --------
    >>> from nn.cli.bench.training import LENET5
    >>> LENET5.name, [a.shape for a in LENET5.examples()]
    ('LeNet-5, batch 64', [(64, 1, 28, 28), (64,)])
    """

    network: str
    batch: int
    shape: tuple[int, ...]
    ours: Callable[[], Module]
    torch: Callable[[], Any]

    @property
    def name(self) -> str:
        """The network and the size of the batch."""
        return f"{self.network}, batch {self.batch}"

    def examples(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return the batch, the same each time: inputs and classes."""
        rng = np.random.default_rng(0)
        inputs = rng.normal(size=(self.batch, *self.shape)).astype(np.float32)
        return inputs, rng.integers(CLASSES, size=self.batch)

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights that every engine begins with, by the names in ``state_dict``."""
        return self.ours().float().state_dict()

    def task(self, peers: dict[str, Maker] | None = None) -> Task:
        """Return the task of one step, by us, by PyTorch if it is installed, and by other peers."""
        ours = partial(by_us, self)
        makers: dict[str, Callable[[], Contender]]
        makers = {OURS: ours, COMPILED: partial(compiled, self)}
        makers |= pytorch.beside(ours, partial(by_torch, self))
        makers |= {name: partial(make, self) for name, make in (peers or {}).items()}
        return Task(f"step of {self.name}", makers, self.flops())

    def flops(self) -> int:
        """Return the arithmetic of a step in products and convolutions."""
        inputs, classes = self.examples()
        return flops(cross_entropy(self.ours().float()(inputs), classes))


def by_us(training: Training) -> Contender:
    """Train with our engine."""
    model = training.ours().float()
    inputs, classes = training.examples()
    optimizer = SGD(model.parameters(), lr=LR)
    weights = list(model.parameters())

    def step() -> Any:
        optimizer.zero_grad()
        loss = cross_entropy(model(inputs), classes)
        loss.backward()
        optimizer.step()
        return loss

    def outcome() -> list[ArrayLike]:
        return [step().data, *(w.data for w in weights), *(w.grad for w in weights)]

    return Contender(step, outcome)


def compiled_step(training: Training) -> CompiledStep:
    """Return the step as one program, which its first call compiles."""
    model = training.ours().float()
    return compile(model, cross_entropy, SGD(model.parameters(), lr=LR))


def compiled(training: Training) -> Contender:
    """Train with our engine, compiled; a gradient is what the step went, over its rate."""
    step, (inputs, classes) = compiled_step(training), training.examples()
    weights = list(step.model.parameters())

    def outcome() -> list[ArrayLike]:
        before = [w.data.copy() for w in weights]
        loss, after = step(inputs, classes), [w.data for w in weights]
        gc.freeze()  # the program, as other engines are: see `pytorch.load`
        return [loss, *after, *((a - b) / LR for a, b in zip(before, after, strict=True))]

    return Contender(partial(step, inputs, classes), outcome)


def by_torch(training: Training) -> Contender:
    """Train with PyTorch."""
    return pytorch.train(training.torch(), training.weights(), *training.examples(), LR)


def mlp(batch: int, *sizes: int) -> Training:
    """Return the training of a perceptron."""
    return Training(
        f"MLP {'-'.join(map(str, sizes))}",
        batch,
        (sizes[0],),
        partial(MLP, *sizes, rng=0),
        partial(pytorch.mlp, *sizes),
    )


PERCEPTRONS = (
    mlp(32, 64, 32, 10),
    mlp(64, 64, 128, 128, 10),
    mlp(256, 784, 1024, 1024, 10),
)
LENET5 = Training("LeNet-5", 64, (1, 28, 28), partial(LeNet5, rng=0), pytorch.lenet5)
