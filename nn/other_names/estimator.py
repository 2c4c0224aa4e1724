"""Arguments of scikit-learn's multi-layer perceptrons and of skorch's networks."""

from __future__ import annotations

WITHOUT_IMPROVEMENT = "it is patience here, epochs without a lower validation loss"

OPTIONS = {
    "alpha": "it is weight_decay here",
    "callbacks": "write nn.fit(model, loss, data, callbacks=...)",
    "criterion": "a Classifier has cross-entropy, a Regressor squared errors",
    "device": "there is only the CPU here; leave it out",
    "early_stopping": "write patience=10, and validation_fraction",
    "hidden": "it is hidden_layer_sizes here",
    "iterator_train__batch_size": "it is batch_size here",
    "learning_rate": "it is lr here, a number",
    "learning_rate_init": "it is lr here",
    "max_epochs": "it is epochs here",
    "max_iter": "it is epochs here",
    "momentum": "write nn.fit with nn.optim.SGD(net.parameters(), lr, momentum=0.9)",
    "n_iter_no_change": WITHOUT_IMPROVEMENT,
    "optimizer__weight_decay": "it is weight_decay here",
    "rng": "it is random_state here",
    "seed": "it is random_state here",
    "shuffle": "the order is random; leave it out",
    "solver": "it is optimizer here, as 'Adam', 'SGD' or 'AdamW'",
    "tol": WITHOUT_IMPROVEMENT,
    "train_split": "it is validation_fraction here, beside patience",
    "verbose": "history_ has the loss of every epoch; leave it out",
    "warm_start": "each fit begins anew; write nn.fit to go on",
}
