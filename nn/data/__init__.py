"""Data to learn from: sets of examples, mini-batches, transforms, and files that hold them."""

from nn.data.batches import Batches
from nn.data.cifar import cifar10, read_cifar10
from nn.data.dataset import Dataset
from nn.data.idx import mnist, read_idx

__all__ = ["Batches", "Dataset", "cifar10", "mnist", "read_cifar10", "read_idx"]
