"""Gradient descent on the input of a network, or on its result, in place of its weights."""

from nn.input_optimization.flow_refinement import refine_flow

__all__ = ["refine_flow"]
"""Gradient descent on the input of a network: its weights stay as they are."""

from nn.input_optimization.perturbation import adversarial

__all__ = ["adversarial"]
