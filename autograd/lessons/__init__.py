"""Lessons: what a gradient means, tried out with numbers.

- `predict` asks for every number of the backward pass before it is shown;
- `nudge` moves an input a little, and shows the real change of the output beside gradient x change;
- `spot` runs your rule beside the right one, and stops at the first step that differs;
- `compare` multiplies the local gradients inside a composed function, and compares the product with
  the formula that a textbook gives.

`predict` is a page.  The others return data that prints as text; in a notebook the first two show
the page, too.
"""

from autograd.lessons.first_difference import Spot, spot
from autograd.lessons.nudging import Nudge, nudge
from autograd.lessons.prediction import predict
from autograd.viz.model.closed_forms import Closed, compare

__all__ = ["Closed", "Nudge", "Spot", "compare", "nudge", "predict", "spot"]
