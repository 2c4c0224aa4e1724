"""Data to learn from: sets of examples, mini-batches, transforms, and files that hold them."""

from nn.data.batches import Batches
from nn.data.dataset import Dataset

__all__ = ["Batches", "Dataset"]
