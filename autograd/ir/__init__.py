"""Graphs as data: what drawing, stepping and testing read instead of Tensors."""
