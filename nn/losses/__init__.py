"""The losses, each a function of the engine's functions and a module that calls it.

They take the arguments, and their order, that PyTorch's functions and modules of the same names
take.  None of them knows a derivative.
"""
