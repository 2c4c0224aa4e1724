"""Modules that hold modules, or parameters: one after another, in a list, or by names."""

from nn.containers.named import ModuleDict, ParameterDict
from nn.containers.numbered import ModuleList, ParameterList, Sequential

__all__ = ["ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"]
