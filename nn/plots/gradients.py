"""How gradients flow: how large they are in each layer, from the last back to the first.

Backpropagation multiplies by the slope of every activation on its way.  That of the sigmoid is at
most 1/4, so through many layers the gradient dies away; that of ReLU is 1 or 0 (decks 1, 3 and 4).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.data.dataset import Dataset, Examples, as_dataset
from nn.inspection.preserve import check_finite, preserved
from nn.inspection.recording import recorded
from nn.module import Module
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.style import BLUE, FRAME, ORANGE


@dataclass(frozen=True)
class Size:
    """How large a gradient is.

    Attributes
    ----------
    rms : float
        The root of the mean of its squares.
    top : float
        Its largest absolute number.
    """

    rms: float
    top: float


Loss = Callable[[Any, Any], ag.Tensor]
# The name of a weight, its gradient, and that of the output of its module, if there is one.
Row = tuple[str, Size, Size | None]


@styled
@called
def gradient_flow(model: Module, loss: Loss, data: Examples) -> Picture:
    """Draw how large the gradients of a loss are, layer by layer in the order they run.

    Shown are those of each weight, and those of the outputs of the module that has it: the deltas
    of the lectures.  The model runs in its own mode, once, and is put back.

    Parameters
    ----------
    model : Module
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
        If the model has no weights that learn, or the loss or a gradient is not finite.
    autograd.ShapeError
        If the loss is not a single number.

    Examples
    --------
    >>> from nn.plots.gradients import gradient_flow
    >>> import nn
    >>> model = nn.Sequential(nn.Linear(2, 4), nn.Sigmoid(), nn.Linear(4, 1))
    >>> picture = gradient_flow(model, nn.mse_loss, ([[0.0, 1.0]], [[1.0]]))
    >>> [label.get_text() for label in picture.axes[0].get_yticklabels()]
    ['0 Linear', '2 Linear']
    """
    if not isinstance(model, Module) or not callable(loss):
        raise ag.OptionError("gradient_flow: takes a module, a loss function and data")
    rows = _measured(model, loss, as_dataset("gradient_flow", data))
    picture = figure(7.0, 0.3 * len(rows) + 1.6)
    axes = picture.add_subplot(xlabel="size of the gradient")
    zero = _scale(axes, [size for row in rows for size in row[1:] if size is not None])
    for place, (_, weight, output) in enumerate(rows):
        _mark(axes, place + 0.12, output, zero, BLUE, "s", "of the output of the layer")
        _mark(axes, place - 0.12, weight, zero, ORANGE, "o", "of the weights")
    names = [one_line(name, 36, str) for name, _, _ in rows]
    axes.set(yticks=range(len(rows)), yticklabels=names, ylim=(len(rows) - 0.5, -0.5))
    handles, labels = axes.get_legend_handles_labels()
    kinds = dict(zip(labels, handles, strict=True))
    axes.legend(
        kinds.values(), kinds.keys(), loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=8
    )
    picture.describe(
        "How gradients flow",
        "mark: root mean square; end of the line: largest; the way back begins at the bottom",
    )
    return picture


def _measured(model: Module, loss: Loss, data: Dataset) -> list[Row]:
    """Run the model forwards and backwards, and return the sizes in the order of the layers."""
    made: list[Any] = []
    with preserved(model, evaluate=False):
        seen = recorded("gradient_flow", model, lambda: made.append(model(ag.tensor(data.inputs))))
        cost = loss(made[0], data.targets)
        check_cost("gradient_flow", cost)
        weights = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
        weights = [w for w in weights if w[0].rpartition(".")[2] != "bias"] or weights
        if not weights:
            raise ag.OptionError("gradient_flow: no weight in the model learns")
        outputs = [o for _, _, o in seen if isinstance(o, ag.Tensor) and o.requires_grad]
        found = ag.gradients(cost, [*(p for _, p in weights), *outputs])
    sizes = [size_of("gradient_flow", gradient) for gradient in found]
    deltas = dict(zip(outputs, sizes[len(weights) :], strict=True))
    return _ordered(
        model, [(n, s) for (n, _), s in zip(weights, sizes, strict=False)], seen, deltas
    )


def check_cost(owner: str, cost: Any) -> None:
    """Refuse a loss that is not one finite number, or that nothing learns by."""
    if ag.shape(cost) != ():
        raise ag.ShapeError(
            f"{owner}: the loss returned {ag.shape(cost)}, and not a single number; take its mean"
        )
    if not getattr(cost, "requires_grad", False):
        raise ag.GradientError(
            f"{owner}: the loss depends on nothing that learns, or nothing was recorded; call "
            "it outside ag.no_grad()"
        )
    check_finite(owner, cost.numpy(), "the loss")


def size_of(owner: str, gradient: Any) -> Size:
    """Measure a gradient, which must be finite."""
    gradient = np.abs(np.asarray(gradient, dtype=float))
    check_finite(owner, gradient, "the gradients")
    top = float(gradient.max())
    # Scaled first: the square of what has nearly vanished would be 0.
    return Size(top * float(np.sqrt(np.mean((gradient / (top or 1.0)) ** 2))), top)


def _ordered(model: Module, weights: list[tuple[str, Size]], seen: Any, deltas: Any) -> list[Row]:
    """Put each weight beside the last output of its module, in the order in which modules ran."""
    parts = dict(model.named_modules())
    outputs = {path: output for path, _, output in seen if isinstance(output, ag.Tensor)}
    turns = {path: turn for turn, path in enumerate(outputs)}
    rows = []
    for name, size in weights:
        path, _, own = name.rpartition(".")
        title = f"{path} {type(parts[path]).__name__}".strip() if own == "weight" else name
        rows.append((turns.get(path, len(turns)), (title, size, deltas.get(outputs.get(path)))))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _scale(axes: Axes, sizes: list[Size]) -> float:
    """Lay powers of ten along the axis, with a place of its own for 0, and return that place."""
    some = [number for size in sizes for number in (size.rms, size.top) if number > 0] or [1.0]
    low, high = math.floor(math.log10(min(some))), math.ceil(math.log10(max(some)))
    high = max(high, low + 1)
    zero = low - max(0.12 * (high - low), 0.3)
    powers = list(range(low, high + 1, -(-(high - low) // 8)))
    places, words = [float(k) for k in powers], [f"{10.0**k:g}" for k in powers]
    if any(size.rms == 0 for size in sizes):
        places, words = [zero, *places], ["0", *words]
        axes.axvline((zero + low) / 2, color=FRAME, linewidth=0.8, linestyle=":")
    axes.set_xticks(places, words)
    axes.set_xlim(places[0] - 0.05 * (high - low), high + 0.05 * (high - low))
    axes.grid(color=FRAME, alpha=0.4, linewidth=0.6)
    return zero


def _mark(
    axes: Axes, place: float, size: Size | None, zero: float, color: str, marker: str, label: str
) -> None:
    """Draw one gradient: a line from its root mean square to its largest number."""
    if size is None:
        return
    ends = [math.log10(number) if number > 0 else zero for number in (size.rms, size.top)]
    axes.plot(ends, [place] * 2, color=color, linewidth=1.2)
    axes.plot(ends[:1], [place], marker, color=color, markersize=5, label=label)
