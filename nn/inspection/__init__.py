"""Looking at a network: its table, the modes it runs in, and what its activations respond to."""

from typing import TYPE_CHECKING

from autograd.core.lazy import loaded
from autograd.core.other_names import missing
from nn.inspection import summary
from nn.inspection.card import card
from nn.module import Module

if TYPE_CHECKING:
    from nn.inspection.backprojection import backproject
    from nn.inspection.fields import receptive_field
    from nn.inspection.occlusion import occlusion_map
    from nn.inspection.patches import Patch, top_patches
    from nn.inspection.relu_rules import with_relu_rule
    from nn.inspection.surface import LossSurface, loss_surface

Module.summary = summary.summary
Module._repr_html_ = card

_LAZY = {
    "LossSurface": "nn.inspection.surface",
    "Patch": "nn.inspection.patches",
    "backproject": "nn.inspection.backprojection",
    "loss_surface": "nn.inspection.surface",
    "occlusion_map": "nn.inspection.occlusion",
    "receptive_field": "nn.inspection.fields",
    "top_patches": "nn.inspection.patches",
    "with_relu_rule": "nn.inspection.relu_rules",
}


def __getattr__(name: str) -> object:
    """Import what is used for the first time."""
    if name not in _LAZY:
        raise missing("module 'nn.inspection'", name, {}, __all__)
    return loaded(__name__, name, _LAZY)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})


__all__ = [
    "LossSurface",
    "Patch",
    "backproject",
    "loss_surface",
    "occlusion_map",
    "receptive_field",
    "top_patches",
    "with_relu_rule",
]
