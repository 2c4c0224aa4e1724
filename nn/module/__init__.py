"""The module: parameters, the tree of its parts, its state, and the function that uses them."""

from nn.module.hooks import Handle
from nn.module.module import Hook, Module

__all__ = ["Handle", "Hook", "Module"]
