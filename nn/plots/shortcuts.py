"""The two ways of a gradient through each block of a residual network (He et al. 2016; deck 3).

A block computes ``relu(x + f(x))``: its input is used twice, and so the gradient of the input is a
sum of two contributions, one that came through the shortcut and one that came through the layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.data.dataset import Dataset, Examples, as_dataset
from nn.inspection.preserve import preserved
from nn.module import Module
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.gradients import Loss, check_cost, size_of
from nn.plots.learning import whole_numbers
from nn.plots.style import BLUE, FRAME, INK, ORANGE, names_of

LAYERS, SHORTCUT, WHOLE = "through the layers", "through the shortcut", "both together"
LOOKS: dict[str, dict[str, Any]] = {
    WHOLE: {"color": INK, "linestyle": "-", "linewidth": 1.0},
    LAYERS: {"color": ORANGE, "linestyle": "", "marker": "s"},
    SHORTCUT: {"color": BLUE, "linestyle": "", "marker": "o"},
}

Sizes = dict[str, float]  # of a gradient and its parts, by the way that they came


@styled
@called
def shortcut_gradients(models: Mapping[str, Module], loss: Loss, data: Examples) -> Picture:
    """Draw how large the gradient at the input of each block is, and its part by either way.

    The sizes are root mean squares on a logarithmic scale, on which 0 leaves a gap.  A model runs
    in its own mode, once, and is put back.

    Parameters
    ----------
    models : mapping from str to Module
        What each is called, and networks with blocks.  A block is a module with an attribute
        ``downsample``, as in `nn.models.ResNet`: the module of its shortcut, or None.
    loss : callable
        ``loss(outputs, targets)`` returns a number.
    data : Dataset, or pair of arrays
        All of it is one batch: of a large data set, give a part, such as ``train[:128]``.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.OptionError
        If there are no networks with blocks, or the loss or a gradient is not finite.
    autograd.ShapeError
        If the loss is not a single number.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.shortcuts import shortcut_gradients
    >>> import nn
    >>> models = {"residual": nn.models.ResNet(20, width=1 / 16, rng=0)}
    >>> data = np.random.default_rng(0).normal(size=(2, 3, 8, 8)), [0, 1]
    >>> picture = shortcut_gradients(models, nn.cross_entropy, data)
    >>> len(picture.axes[0].lines[0].get_xdata())  # blocks
    9
    """
    if not isinstance(models, Mapping) or not models or not callable(loss):
        raise ag.OptionError(
            "shortcut_gradients: takes a mapping from names to networks, a loss function and data, "
            f"not {one_line(models)}"
        )
    batch = as_dataset("shortcut_gradients", data)
    names = names_of("shortcut_gradients", models)
    found = [_sizes(model, loss, batch) for model in models.values()]
    down = -(-len(found) // 2)
    picture = figure(7.0, 2.3 * down + 1.1)
    panels = picture.subplots(down, min(len(found), 2), sharey=True, squeeze=False)
    for axes in list(panels.flat)[len(found) :]:
        axes.remove()
    for axes, name, blocks in zip(picture.axes, names, found, strict=True):
        axes.set(title=name, xlabel="block", yscale="log")
        _draw(axes, blocks)
    for axes in panels[:, 0]:
        axes.set_ylabel("size of the gradient")
    _legend(picture)
    picture.describe(
        "The gradient at the input of each block, and its two parts",
        "root mean square; the way back begins at the right",
    )
    return picture


def _draw(axes: Axes, blocks: list[Sizes]) -> None:
    """Draw the sizes of the parts and of their sums, from block to block."""
    for way, look in LOOKS.items():
        sizes = [block.get(way) or np.nan for block in blocks]
        if not np.isnan(sizes).all():
            axes.plot(range(1, len(sizes) + 1), sizes, label=way, markersize=3.5, **look)
    axes.set_xlim(0.5, len(blocks) + 0.5)
    whole_numbers(axes)
    axes.grid(axis="y", color=FRAME, alpha=0.4, linewidth=0.6)


def _legend(picture: Picture) -> None:
    """Say once what the marks of all panels are."""
    marks = {str(line.get_label()): line for axes in picture.axes for line in axes.lines}
    picture.axes[0].legend(list(marks.values()), list(marks), fontsize=9)


def _sizes(model: Module, loss: Loss, data: Dataset) -> list[Sizes]:
    """Run a model in both directions, and measure the gradients at the input of each block."""
    blocks = _blocks(model)
    inputs: dict[str, ag.Tensor] = {}
    with preserved(model, evaluate=False), ExitStack() as stack:
        for path, block in blocks.items():
            hook = partial(_note, inputs, path)
            stack.enter_context(block.register_forward_hook(hook))
        cost = loss(model(ag.tensor(data.inputs)), data.targets)
    check_cost("shortcut_gradients", cost)
    trace = ag.trace(cost)
    paths = {trace.graph.id_of(x): path for path, x in inputs.items() if x in trace.graph}
    found: dict[str, dict[str, Any]] = {path: {} for path in paths.values()}
    for event in trace:
        if event.kind == "vjp" and event.input in paths:
            path = paths[event.input]
            for way in (_way(blocks[path], trace.graph[event.node]), WHOLE):
                found[path][way] = found[path].get(way, 0.0) + event.value
    return [
        {way: size_of("shortcut_gradients", gradient).rms for way, gradient in parts.items()}
        for parts in found.values()
    ]


def _blocks(model: Module) -> dict[str, Module]:
    """Return the blocks of a model by their paths."""
    if isinstance(model, Module):
        found = {path: part for path, part in model.named_modules() if hasattr(part, "downsample")}
        if found:
            return found
    raise ag.OptionError(
        f"shortcut_gradients: {type(model).__name__} has no blocks, which are modules with an "
        "attribute downsample, as in nn.models.ResNet"
    )


def _note(inputs: dict[str, ag.Tensor], path: str, block: Module, given: Any, output: Any) -> None:
    inputs[path] = given[0]


def _way(block: Module, user: Any) -> str:
    """Say which way a contribution has come, by the modules around the operation that sent it."""
    layers = {name for name, _ in block.named_children()} - {"downsample"}
    return LAYERS if any(scope.name in layers for scope in user.scope) else SHORTCUT
