"""Functions of functions: derivatives, checkpointing, and nested arguments."""
