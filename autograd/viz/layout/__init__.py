"""Layouts: where the boxes of a picture stand and how its wires run.

Three engines know it: Graphviz's program ``dot``, the same library through pygraphviz, and our own
layered layout, which needs neither.
"""
