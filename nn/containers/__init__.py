"""Modules that hold modules or parameters: in a row, side by side, in a list, or by names."""

from nn.containers.named import ModuleDict, ParameterDict
from nn.containers.numbered import Concat, ModuleList, ParameterList, Sequential

__all__ = ["Concat", "ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"]
