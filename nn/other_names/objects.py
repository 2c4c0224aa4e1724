"""Attributes of PyTorch's loaders and Keras' histories."""

from __future__ import annotations

from autograd.core.other_names import Entry

# Of the mini-batches, `nn.data.Batches`.
BATCHES: dict[str, Entry] = {"dataset": "write batches.data"}

# Of what `nn.fit` returns, `nn.History`.
HISTORY: dict[str, Entry] = {"history": "it is a dict itself; write history['loss']"}
