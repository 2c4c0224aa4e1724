"""What to write for names of PyTorch and Keras: one table for each owner, loaded on failure."""

ON_THE_CPU = "there is only the CPU here; leave the call out"
