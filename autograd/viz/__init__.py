"""Drawings of graphs and traces: what a computation looks like.

The way from a graph to a picture leads through the folders, each of which uses those before it:

1. `model`: what is drawn.  `fold` chooses which nodes share a box, `scene_builder` makes a scene of
   boxes and wires, with the values and gradients of a snapshot of the trace; `cards` describes each
   event in words.
2. `layout`: where the boxes stand and how the wires run.
3. `render`: marks with coordinates, made by `shapes`, `wires` and `frames`.
4. `formats`: the marks as SVG, TikZ or DOT, and the steps as text or Markdown.
5. `player`: a page that steps through all events of a trace.
6. `drawing`: `autograd.draw`, which puts these together, and the `Drawing` that it returns.
"""
