"""Operators, methods and the NumPy protocols of `Tensor`."""
