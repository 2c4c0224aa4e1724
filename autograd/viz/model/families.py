"""The family of a layer, which the colour of its box shows."""

from __future__ import annotations

import re

from autograd.viz.model.architecture import Box

FAMILIES = {
    "convolution": r"conv|upsampl",
    "linear": r"linear|matmul|dense|embed",
    "norm": r"norm",
    "attention": r"attention",
    "recurrent": r"lstm|gru|rnn",
    "pooling": r"pool",
    "loss": r"loss|entropy",
    "activation": r"relu|sigmoid|tanh|gelu|silu|swish|softmax|softplus|elu|maximum|dropout",
}


def family(box: Box) -> str:
    """Return the family of a box: the name of a colour in a theme.

    Examples
    --------
    >>> from autograd.viz.model.architecture import Box
    >>> from autograd.viz.model.families import family
    >>> family(Box(0, "conv1", "conv1", "Conv2d", "scope", None))
    'convolution'
    """
    if box.role == "input":
        return "input"
    text = f"{box.kind} {box.name}" if box.role == "operation" else box.kind or box.name
    for name, pattern in FAMILIES.items():
        if re.search(pattern, text, re.IGNORECASE):
            return name
    return "arithmetic" if box.role == "operation" else "block"
