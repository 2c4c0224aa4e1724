"""Saliency: which pixels the score of a class depends on (Simonyan et al. 2014; deck 3).

The gradient with respect to the weights says how to change them; that with respect to the input
says how much a small change of each pixel would change the score.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import at_least_zero, boolean
from nn.inspection.activations import entered
from nn.inspection.backprojection import projected
from nn.inspection.images import as_image
from nn.inspection.preserve import Model, check_finite, check_model, preserved
from nn.plots.canvas import Picture, figure, no_axis, styled
from nn.plots.images import visible
from nn.plots.style import INK, name_of, names_of


@called
def saliency_map(model: Model, image: ag.ArrayLike, target: int) -> ag.Array:
    """Return ``max_c |d score / d image[c, i, j]|`` for each pixel; it takes no Matplotlib.

    Parameters
    ----------
    model : Module, or callable
        Maps (1, C, H, W) to (1, K) scores; take the logits, since a probability near 1 is flat.
    image : array, (C, H, W) or (1, C, H, W)
    target : int
        The class whose score is differentiated.

    Returns
    -------
    numpy.ndarray, (H, W)

    Raises
    ------
    autograd.ShapeError
        If it is not an image, or more than one, or the model does not return (1, K).
    autograd.OptionError
        If there is no such class, a gradient is not finite, or the score does not depend on the
        image.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> from nn.plots.pixels import saliency_map
    >>> def model(x):  # the score of class 1 is the first pixel, squared
    ...     return ag.stack([x[:, 0, 0, 1], x[:, 0, 0, 0] ** 2], axis=1)
    >>> saliency_map(model, np.array([[[3.0, 4.0]]]), 1)
    array([[6., 0.]])
    """
    return _salient("saliency_map", model, image, target)[1]


@styled
@called
def saliency(
    model: Model,
    image: ag.ArrayLike,
    target: int,
    *,
    classes: Sequence[str] = (),
    guided: bool = False,
) -> Picture:
    """Draw an image, and beside it how much the score of a class depends on each pixel.

    Parameters
    ----------
    model, image, target
        As for `saliency_map`, which has the numbers and the errors.
    classes : sequence of str
        What the classes are called.
    guided : bool
        Whether to show guided backpropagation, too, in which a ReLU lets only positive signals
        pass; see `nn.inspection.backproject`.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.pixels import saliency
    >>> import nn
    >>> model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(72, 3))
    >>> saliency(model, np.eye(8)[None], 2).get_suptitle()
    'What the score of class 2 depends on'
    """
    boolean("saliency", guided=guided)
    scores, salient = _salient("saliency", model, image, target)
    pixels, options = visible(as_image("saliency", image)[0])
    names = names_of("saliency", classes)
    name, best = (name_of(k, names) for k in (target, int(scores.argmax())))
    maps = {"|d score / d pixel|": salient}
    if guided:
        signal = projected("saliency", model, image, None, target, None, "guided")
        maps["guided backpropagation"] = np.abs(signal).max(axis=0)
    ratio = salient.shape[0] / salient.shape[1]
    picture = figure(7.0, min(max(6.0 / (1 + len(maps)) * ratio, 1.6), 5.0) + 0.9)
    first, *others = picture.subplots(1, 1 + len(maps))
    first.imshow(pixels, **options)
    gap = "\n" if guided else " "  # since three pictures are narrower than two
    first.set_title("image" if len(scores) == 1 else f"image, taken for{gap}{best}", color=INK)
    for axes, (title, heats) in zip(others, maps.items(), strict=True):
        heat = axes.imshow(heats, cmap="magma", vmin=0.0, vmax=float(heats.max()) or 1.0)
        axes.set_title(title, color=INK)
        picture.colorbar(heat, ax=axes, shrink=0.8).outline.set_visible(False)
    for axes in (first, *others):
        axes.set(xticks=[], yticks=[])
        no_axis(axes)
    picture.describe(
        f"What the score of {name} depends on",
        "the brighter, the more a small change of the pixel changes it",
    )
    return picture


def _salient(
    owner: str, model: Model, image: ag.ArrayLike, target: int
) -> tuple[ag.Array, ag.Array]:
    """Return the scores, (K,), and the largest slope of each pixel, (H, W)."""
    at_least_zero(owner, target=target)
    check_model(owner, model)
    batch = as_image(owner, image)
    x = entered(model, batch)
    with preserved(model):
        scores = model(x)
    shape = ag.shape(scores)
    if len(shape) != 2 or len(scores) != 1:
        raise ag.ShapeError(f"{owner}: the model made {shape} of {x.shape}, and not (1, K) scores")
    if target >= shape[1]:
        raise ag.OptionError(
            f"{owner}: target={target} is not a class; there are {shape[1]} scores, so classes are "
            f"0 to {shape[1] - 1}"
        )
    if not getattr(scores, "requires_grad", False):
        raise ag.GradientError(
            f"{owner}: the scores do not depend on the image, or nothing was recorded; call it "
            "outside ag.no_grad()"
        )
    slopes = ag.gradients(scores[0, target], x)
    check_finite(owner, slopes, "the slopes of the score")
    return ag.tensor(scores).numpy()[0], np.abs(slopes[0]).max(axis=0)
