"""A training step as a program."""

from nn.compiled.step import CompiledStep, compile

__all__ = ["CompiledStep", "compile"]
