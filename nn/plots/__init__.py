"""Pictures of what a network has learned, each a Matplotlib figure.

A notebook shows the last expression of a cell, and ``picture.savefig("a.png")`` writes a file.  The
pictures take the extra package matplotlib, which is only imported when one is drawn.  None of them
changes the model: its mode, its gradients and its running numbers are afterwards as before.

A function of your own draws in the same look when it is decorated with `styled`, and draws on what
`figure` returns.
"""

from typing import NoReturn

from autograd.core.other_names import missing
from nn.plots.attributions import attributions
from nn.plots.backward import projections
from nn.plots.canvas import figure, styled
from nn.plots.changes import perturbations
from nn.plots.channels import feature_grid
from nn.plots.color_wheel import flow_colors
from nn.plots.counts import confusion_matrix
from nn.plots.covered import occlusion
from nn.plots.filters import kernels
from nn.plots.fits import approximations
from nn.plots.gradients import gradient_flow
from nn.plots.grids import image_grid
from nn.plots.layers import feature_maps
from nn.plots.learning import curves
from nn.plots.masks import mask_overlay, segmentation
from nn.plots.numbers import pixel_grid
from nn.plots.optical_flow import flow
from nn.plots.overlap import iou
from nn.plots.patches import top_patches
from nn.plots.pixels import saliency, saliency_map
from nn.plots.posteriors import posteriors
from nn.plots.probabilities import class_probabilities
from nn.plots.rates import learning_rates
from nn.plots.regions import decision_regions
from nn.plots.runs import runs
from nn.plots.shortcuts import shortcut_gradients
from nn.plots.slopes import activations
from nn.plots.surface import loss_surface
from nn.plots.units import neurons
from nn.plots.validation import validation_curve


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from nn.other_names.parts import PLOTS

    raise missing("module 'nn.plots'", name, PLOTS, __all__)


__all__ = [
    "activations",
    "approximations",
    "attributions",
    "class_probabilities",
    "confusion_matrix",
    "curves",
    "decision_regions",
    "feature_grid",
    "feature_maps",
    "figure",
    "flow",
    "flow_colors",
    "gradient_flow",
    "image_grid",
    "iou",
    "kernels",
    "learning_rates",
    "loss_surface",
    "mask_overlay",
    "neurons",
    "occlusion",
    "perturbations",
    "pixel_grid",
    "posteriors",
    "projections",
    "runs",
    "saliency",
    "saliency_map",
    "segmentation",
    "shortcut_gradients",
    "styled",
    "top_patches",
    "validation_curve",
]
