"""``glassgrad port``: a program for PyTorch, JAX or HIPS autograd, rewritten where that is certain.

The source is read as a tree (`ast`), but changed as text: an edit replaces a span of characters, so
whatever stands between the edits, comments and layout included, stays as it is.  Certain is

1. what a name means: it was imported, and nothing else in the file binds it (`imports`);
2. what a value is: a result of the other library's functions is a tensor (`tensors`);
3. what a call does: it has a rule here, for just these arguments (`rules`).

All else is left alone, and listed with its line and what to write (`rewriting`, `suspects`).
"""
