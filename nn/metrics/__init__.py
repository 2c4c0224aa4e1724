"""How good predictions are, in numbers that people understand: shares of right answers, and counts.

A loss is made for its slope, and a metric to be read: it need not have one.  Where NumPy would
stretch one shape to another and compare every output with every target, these refuse.
"""

from typing import NoReturn

from autograd.core.other_names import missing
from nn.metrics.counts import confusion_matrix
from nn.metrics.flow import end_point_error
from nn.metrics.overlap import iou
from nn.metrics.shares import accuracy, binary_accuracy, pixel_accuracy, top_k


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from nn.other_names.parts import METRICS

    raise missing("module 'nn.metrics'", name, METRICS, __all__)


__all__ = [
    "accuracy",
    "binary_accuracy",
    "confusion_matrix",
    "end_point_error",
    "iou",
    "pixel_accuracy",
    "top_k",
]
