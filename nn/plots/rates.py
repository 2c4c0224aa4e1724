"""The loss over the learning rate: where it falls, and where it explodes."""

from __future__ import annotations

from collections.abc import Sequence

import autograd as ag
from autograd.core.calls import called
from nn.plots.canvas import Picture, figure, styled
from nn.plots.style import BLUE, FRAME, ORANGE


@styled
@called
def learning_rates(
    rates: Sequence[float], losses: Sequence[float], suggestion: float | None = None
) -> Picture:
    """Draw the losses of steps with growing learning rates, as `nn.find_lr` returns them.

    Parameters
    ----------
    rates, losses : sequence of float
        Of one length; the rates are above 0.
    suggestion : float, optional
        A rate that is marked.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.OptionError
        If there are no rates, or not as many losses.

    Examples
    --------
    >>> from nn.plots.rates import learning_rates
    >>> learning_rates([0.01, 0.1, 1.0], [2.0, 1.0, 9.0], 0.1).get_suptitle()
    'The loss over 3 learning rates'
    """
    if not len(rates) or len(rates) != len(losses):
        raise ag.OptionError(
            f"learning_rates: {len(rates)} rates and {len(losses)} losses; each rate needs a loss"
        )
    picture = figure(5.0, 3.4)
    axes = picture.add_subplot()
    axes.semilogx(rates, losses, color=BLUE)
    if suggestion is not None:
        label = f"suggestion, {suggestion:.2g}"
        axes.axvline(suggestion, color=ORANGE, linestyle="--", linewidth=1.0, label=label)
        axes.legend(fontsize=8)
    axes.grid(axis="y", color=FRAME, alpha=0.4, linewidth=0.6)
    axes.set(xlabel="learning rate", ylabel="loss, smoothed")
    picture.describe(f"The loss over {len(rates)} learning rates")
    return picture
