"""Attributes of other libraries' loaders, data sets, schedules and histories."""

from __future__ import annotations

from autograd.core.other_names import Entry

# Of the mini-batches, `nn.data.Batches`.
BATCHES: dict[str, Entry] = {"dataset": "write batches.data"}

IN_MEMORY = "all examples are in memory; leave it out"

# Of TensorFlow's data sets and those of scikit-learn, `nn.data.Dataset`.
DATASET: dict[str, Entry] = {
    "batch": "write nn.data.Batches(data, batch_size)",
    "cache": IN_MEMORY,
    "data": "write data.inputs",
    "feature_names": "the columns of data.inputs have no names",
    "labels": "write data.targets",
    "prefetch": IN_MEMORY,
    "shuffle": "nn.fit and nn.data.Batches shuffle; leave it out",
    "target": "write data.targets",
    "target_names": "write data.classes",
}

# Of what `nn.fit` returns, `nn.History`.
HISTORY: dict[str, Entry] = {"history": "it is a dict itself; write history['loss']"}

# Of `nn.optim.lr_scheduler.LRScheduler`.
SCHEDULE: dict[str, Entry] = {"get_lr": "write schedule.get_last_lr()"}
