"""Layers with a memory: the steps of their cells, the cells, and the layers that repeat them."""
