"""Graphs as data: what drawing, stepping and testing read instead of Tensors."""

from autograd.ir import intervention as intervention  # binds Trace.with_
from autograd.ir import proof as proof  # binds Trace.proof
