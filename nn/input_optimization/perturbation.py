"""Adversarial perturbation: a small change of every pixel that makes a network wrong; deck 3.

The gradient with respect to the weights says how to make the loss smaller; that with respect to the
image says how to make it larger.  If each pixel may change by ``epsilon`` at most, a loss that is
nearly linear grows most when each goes that far, up or down as its slope says (Goodfellow et al.
2015).  Many small slopes add up: of n pixels, to ``epsilon`` times the sum of their sizes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import at_least_one, not_negative, real
from nn.inspection.activations import entered
from nn.inspection.preserve import Model, check_finite, check_model, preserved
from nn.losses import cross_entropy

PIECE = 256  # so many images at a time, for the sake of memory


@called
def adversarial(
    model: Model,
    images: ag.ArrayLike,
    targets: ag.ArrayLike,
    epsilon: float = 0.1,
    steps: int = 1,
    loss: Callable[[Any, Any], Any] = cross_entropy,
    bounds: tuple[float, float] = (0.0, 1.0),
) -> ag.Array:
    """Change images a little, so that a model gets them wrong; the fast gradient sign method.

    ``x <- clip(x + (epsilon / steps) sign(d loss / d x), low, high)``, ``steps`` times.  The loss
    of the targets goes *up*: give the true classes, to lead away from them.  A pixel whose slope is
    0 stays.

    Parameters
    ----------
    model : Module, or callable
        Runs in evaluation mode, and is afterwards as before, also its gradients.
    images : array, (N, ...)
    targets : array, (N, ...)
        What the loss takes: for `nn.cross_entropy` classes, (N,).
    epsilon : float
        No pixel changes by more.
    steps : int
        1 is the method of Goodfellow et al. (2015); more look at the slopes again on the way
        (Kurakin et al. 2017).
    loss : callable
        ``loss(outputs, targets)``, which each image has a share in.
    bounds : pair of float
        The darkest and the brightest that a pixel can be.

    Returns
    -------
    numpy.ndarray, (N, ...)
        Of the dtype of the images; integers become float64.

    Raises
    ------
    autograd.ShapeError
        If there is not one target for each image.
    autograd.OptionError
        If epsilon is negative, there are no steps, a pixel is out of the bounds, or a slope is not
        finite.
    autograd.GradientError
        If the loss does not depend on the images.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> net = nn.Linear(3, 2, bias=False)
    >>> net.weight.data = np.array([[1.0, 0.0, -2.0], [0.0, 0.0, 0.0]])
    >>> nn.adversarial(net, np.array([[0.5, 0.5, 0.05]]), [0], epsilon=0.1)
    array([[0.4 , 0.5 , 0.15]])
    """
    check_model("adversarial", model)
    _check_loss(loss)
    not_negative("adversarial", epsilon=epsilon)
    at_least_one("adversarial", steps=steps)
    low, high = _bounds(bounds)
    start, wanted = ag.tensor(images).numpy(), ag.tensor(targets).numpy()
    start = start if start.dtype.kind == "f" else start.astype(float)
    _check_images(start, wanted, low, high)
    changed = np.array(start)
    for i in range(0, len(changed), PIECE):
        piece = slice(i, i + PIECE)
        for _ in range(steps):
            slopes = _slopes(model, loss, changed[piece], wanted[piece])
            step = epsilon / steps * np.sign(slopes).astype(start.dtype)
            changed[piece] = np.clip(changed[piece] + step, low, high)
    return changed


def _slopes(model: Model, loss: Callable[..., Any], images: ag.Array, targets: ag.Array) -> Any:
    x = entered(model, images)
    with preserved(model):
        value = loss(model(x), targets)
    if not getattr(value, "requires_grad", False):
        raise ag.GradientError(
            "adversarial: the loss does not depend on the images, or nothing was recorded; call it "
            "outside ag.no_grad()"
        )
    slopes = ag.gradients(value, x)
    check_finite("adversarial", slopes, "the slopes of the loss")
    return slopes


def _bounds(bounds: Any) -> tuple[float, float]:
    if not isinstance(bounds, (tuple, list)) or len(bounds) != 2:
        raise ag.OptionError(f"adversarial: bounds={one_line(bounds)} must be (darkest, brightest)")
    low, high = (real("adversarial", bounds=bound) for bound in bounds)
    if low > high:
        raise ag.OptionError(f"adversarial: bounds={one_line(bounds)} must be (darkest, brightest)")
    return low, high


def _check_loss(loss: object) -> None:
    if not callable(loss):
        raise ag.OptionError(
            f"adversarial: loss={one_line(loss)} must be a function, such as nn.cross_entropy"
        )


def _check_images(images: ag.Array, targets: ag.Array, low: float, high: float) -> None:
    if not images.ndim or targets.shape[:1] != images.shape[:1]:
        raise ag.ShapeError(
            f"adversarial: images {images.shape} and targets {targets.shape} must be as many; of "
            "one image write image[None] and [target]"
        )
    outside = images[~((images >= low) & (images <= high))]
    if outside.size:
        raise ag.OptionError(
            f"adversarial: there are pixels of {outside.flat[0]:g}, out of the bounds {low:g} to "
            f"{high:g}; write bounds=(darkest, brightest)"
        )
