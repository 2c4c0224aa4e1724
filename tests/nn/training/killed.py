"""A training to interrupt, also as a program to kill: ``python -m tests.nn.training.killed FILE``.

Dropout, augmentation, momentum and a schedule all draw or remember something, so a step that is
made twice, or left out, changes the weights.
"""

import sys

import numpy as np

import nn
import nn.data
import nn.metrics
import nn.training  # now, and not at its first use: after "begins" a kill comes soon

EPOCHS = 12


def training():
    """Make the model, the data and the options of one training, always the same."""
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Linear(6, 16, rng=rng),
        nn.BatchNorm1d(16),
        nn.ReLU(),
        nn.Dropout(0.3, rng=1),
        nn.Linear(16, 3, rng=rng),
    )
    inputs = rng.normal(size=(150, 6))
    data = nn.data.Dataset(inputs, rng.integers(3, size=150))
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01)
    options = {
        "train": data[:120],
        "valid": data[120:],
        "schedule": nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS),
        "transform": lambda inputs, rng: inputs + 0.1 * rng.normal(size=inputs.shape),
        "metrics": nn.metrics.accuracy,
        "batch_size": 8,
        "patience": EPOCHS,
        "epochs": EPOCHS,
        "rng": 2,
    }
    return model, options


def train(path, **changes):
    """Go on from the file, if there is one; return the model and the history."""
    model, options = training()
    checkpoint = {"checkpoint": path, "save_every": 1, "resume": True} if path else {}
    history = nn.fit(model, nn.cross_entropy, **{**options, **checkpoint, **changes})
    return model, history


def assert_has_weights(model, state):
    """Check that a model has the numbers of a state, to the bit."""
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, state[name], err_msg=name)


if __name__ == "__main__":
    print("begins", flush=True)
    train(sys.argv[1])
    print("ends", flush=True)
