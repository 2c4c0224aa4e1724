"""Kernels that LLVM compiles for the processor at hand, from functions in a subset of Python."""
