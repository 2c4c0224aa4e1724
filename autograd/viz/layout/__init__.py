"""Layouts: where the boxes of a scene stand and how its wires run.

There are three engines: Graphviz's program ``dot``, the same library through pygraphviz, and our
own layered layout, which needs neither.
"""
