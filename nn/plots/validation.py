"""Errors over what was varied: where underfitting ends, and where overfitting begins.

As the order of a polynomial, or the weight of a penalty (deck 4).
"""

from __future__ import annotations

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import real
from nn.inspection.preserve import check_finite
from nn.plots.canvas import Picture, figure, styled
from nn.plots.style import BLUE, FRAME, INK, LONGEST, ORANGE, SOFT


@styled
@called
def validation_curve(
    values: ag.ArrayLike,
    training: ag.ArrayLike,
    validation: ag.ArrayLike,
    *,
    label: str = "value",
    error: str = "error",
    noise: float | None = None,
    title: str = "",
) -> Picture:
    """Draw two errors over what was varied, and mark the smallest on the validation data.

    Parameters
    ----------
    values : array (N,)
        What was varied.
    training, validation : array (N,)
        The error for each value.
    label, error : str
        What the axes are called.
    noise : float, optional
        The error of the truth itself, below which there is nothing to learn: a dotted line.
    title : str

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If there are not as many errors as values.
    autograd.OptionError
        If there are no values, or a number is not finite.

    Examples
    --------
    >>> from nn.plots.validation import validation_curve
    >>> picture = validation_curve([0, 1, 2], [3.0, 1.0, 0.5], [3.1, 1.2, 2.0], label="order")
    >>> picture.get_suptitle()
    'The validation error is smallest at order 1'
    """
    x, *errors = (np.asarray(v, dtype=float) for v in (values, training, validation))
    if x.ndim != 1 or not x.size or any(y.shape != x.shape for y in errors):
        shapes = f"{errors[0].shape} and {errors[1].shape}"
        raise ag.ShapeError(
            f"validation_curve: errors {shapes} for values {x.shape}; give (N,) of each, N >= 1"
        )
    check_finite("validation_curve", np.concatenate([x, *errors]), "the numbers")
    name, least = one_line(label, LONGEST, str), int(np.argmin(errors[1]))
    picture = figure(7.0, 3.2)
    axes = picture.add_subplot(xlabel=name, ylabel=one_line(error, 40, str))
    axes.plot(x, errors[0], "o-", color=BLUE, label="training", markersize=4)
    axes.plot(x, errors[1], "s--", color=ORANGE, label="validation", markersize=4)
    if noise is not None:
        height = real("validation_curve", noise=noise)
        axes.axhline(height, color=SOFT, linestyle=":", label="the noise")
    lowest = (x[least], errors[1][least])
    axes.plot(*lowest, "o", color=INK, fillstyle="none", markersize=10, label="the smallest")
    axes.grid(axis="y", color=FRAME, alpha=0.4, linewidth=0.6)
    axes.set_ylim(bottom=min(0.0, *map(float, np.concatenate(errors))))
    axes.legend(ncols=2)
    picture.describe(title or f"The validation error is smallest at {name} {x[least]:g}")
    return picture
