"""The trained network that comes with the package: ``python -m benchmarks.digits_cnn`` makes it.

It is that of lesson 10 with more channels, learned from the same three fifths of the digits, and
judged by the same last fifth.
"""

from __future__ import annotations

import argparse

import numpy as np

import autograd as ag
import nn
from nn.models.trained import WEIGHTS

Parts = tuple[nn.data.Dataset, ...]


def parts() -> Parts:
    """Return the digits to learn from, to choose by, and to judge by."""
    digits = nn.data.digits().map(lambda images: images.astype(np.float32))
    return digits.split(0.6, 0.2, 0.2, rng=0, stratify=True)


def loss(outputs: ag.Tensor, targets: ag.Tensor) -> ag.Tensor:
    """Return the cross-entropy with targets of .91, beside which the network stays less sure."""
    return nn.cross_entropy(outputs, targets, label_smoothing=0.1)


def trained(train: nn.data.Dataset, valid: nn.data.Dataset) -> nn.Module:
    """Return the network with the weights of the best of 100 epochs."""
    model = nn.models.ConvNet((1, 8, 8), rng=0).float()
    adam = nn.optim.Adam(model.parameters(), lr=2e-3)
    how = {"epochs": 100, "patience": 15, "rng": 0, "compile": True}
    nn.fit(model, loss, train, valid, optimizer=adam, **how)
    return model


def main() -> None:
    """Train, judge, and write the weights into the package."""
    argparse.ArgumentParser("python -m benchmarks.digits_cnn", description=__doc__).parse_args()
    train, valid, test = parts()
    model = trained(train, valid)
    right = nn.evaluate(model, loss, test, nn.metrics.accuracy)["accuracy"]
    nn.save(model, WEIGHTS)
    print(f"{right:.1%} of {len(test)} digits are right; written to {WEIGHTS}")


if __name__ == "__main__":
    main()
