"""What is done with parameters besides a step: clip, replace, lay out, normalise."""

from nn.utils.clipping import clip_grad_norm_, clip_grad_value_
from nn.utils.functional import functional_call
from nn.utils.vectors import parameters_to_vector, vector_to_parameters
from nn.utils.weight_norm import remove_weight_norm, weight_norm

__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "functional_call",
    "parameters_to_vector",
    "remove_weight_norm",
    "vector_to_parameters",
    "weight_norm",
]
