"""Gradient descent on the input of a network, or on its result, in place of its weights."""

from nn.input_optimization.flow_refinement import refine_flow
from nn.input_optimization.perturbation import adversarial
from nn.input_optimization.style import gram_matrix, style_transfer

__all__ = ["adversarial", "gram_matrix", "refine_flow", "style_transfer"]
