"""Pictures of what a network has learned, each a Matplotlib figure.

A notebook shows the last expression of a cell, and ``picture.savefig("a.png")`` writes a file.  The
pictures take the extra package matplotlib, which is only imported when one is drawn.  None of them
changes the model: its mode, its gradients and its running numbers are afterwards as before.

A function of your own draws in the same look when it is decorated with `plot`, and draws on what
`blank` returns.
"""

from nn.plots.canvas import blank, plot
from nn.plots.counts import confusion_matrix
from nn.plots.filters import kernels
from nn.plots.flow import gradient_flow
from nn.plots.layers import feature_maps
from nn.plots.pixels import saliency, saliency_map
from nn.plots.progress import curves
from nn.plots.regions import decision_regions
from nn.plots.units import neurons

__all__ = [
    "blank",
    "confusion_matrix",
    "curves",
    "decision_regions",
    "feature_maps",
    "gradient_flow",
    "kernels",
    "neurons",
    "plot",
    "saliency",
    "saliency_map",
]
