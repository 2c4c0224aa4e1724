"""The LLVM executor: most lines of a program as a few compiled functions."""
