"""The module: parameters, the tree of its parts, its state, and the function that uses them."""

from nn.module import made_of as made_of  # networks as arguments of programs
from nn.module.hooks import Handle
from nn.module.module import Hook, Module

__all__ = ["Handle", "Hook", "Module"]
