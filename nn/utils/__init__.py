"""What is done with parameters besides a step: clip, replace, lay out, normalise."""

from typing import NoReturn

from autograd.core.other_names import missing
from nn.utils.clipping import clip_grad_norm_, clip_grad_value_
from nn.utils.functional import functional_call
from nn.utils.vectors import parameters_to_vector, vector_to_parameters
from nn.utils.weight_norm import remove_weight_norm, weight_norm


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from nn.other_names.parts import UTILS

    raise missing("module 'nn.utils'", name, UTILS, __all__)


__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "functional_call",
    "parameters_to_vector",
    "remove_weight_norm",
    "vector_to_parameters",
    "weight_norm",
]
