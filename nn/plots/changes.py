"""Adversarial perturbations in a picture: images, changes, and what is read then; deck 3."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.inspection.images import as_few
from nn.inspection.occlusion import all_scores
from nn.inspection.preserve import Model
from nn.plots.canvas import Picture, figure, frame, styled
from nn.plots.images import limits_of, visible, visible_signed
from nn.plots.style import INK, name_of, names_of

MOST = 8  # images beside each other; more would be too small


@styled
@called
def perturbations(
    model: Model, images: ag.ArrayLike, changed: ag.ArrayLike, *, classes: Sequence[str] = ()
) -> Picture:
    """Draw images, below each how it was changed, and below that what came out of it.

    Parameters
    ----------
    model : Module, or callable
        Maps (N, C, H, W) to logits (N, K), of which the largest is what an image is taken for.
    images : array, (N, C, H, W)
        At most eight.
    changed : array, (N, C, H, W)
        The same images as `nn.adversarial` returns them.
    classes : sequence of str
        What the classes are called.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If these are not images, the shapes differ, or the model does not return (N, K).
    autograd.OptionError
        If there are more than eight images, or a number is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.changes import perturbations
    >>> import nn
    >>> net, images = nn.models.digits_cnn(), nn.data.digits().inputs[:5]
    >>> changed = nn.adversarial(net, images, np.arange(5))
    >>> perturbations(net, images, changed).get_suptitle()
    'No pixel changes by more than 0.1'
    """
    before, after = (as_few("perturbations", x, MOST) for x in (images, changed))
    if before.shape != after.shape:
        raise ag.ShapeError(
            f"perturbations: images {before.shape} and changed {after.shape} must have one shape"
        )
    letters = 80 // max(len(before), 3)  # that fit above an image
    names = tuple(one_line(n, letters, str) for n in names_of("perturbations", classes))
    limits, shape = limits_of([before, after]), before.shape
    picture = figure(7.0, 3 * 6.6 / max(shape[0], 3) * shape[2] / shape[3] + 1.6)
    panels = picture.subplots(3, len(before), squeeze=False)
    for row, pixels in ((0, before), (2, after)):
        heads = _read(model, pixels, names)
        for axes, image, head in zip(panels[row], pixels, heads, strict=True):
            shown, options = visible(image, limits)
            axes.imshow(shown, **options)
            axes.set_title(head, color=INK)
    for axes, change in zip(panels[1], after - before, strict=True):
        shown, options = visible_signed(change)
        axes.imshow(shown, **options)
    for axes in panels.flat:
        frame(axes)
    most = float(np.abs(after - before).max())
    picture.describe(
        f"No pixel changes by more than {most:.3g}",
        "above: what each image is taken for; below: how its pixels are changed (orange brighter, "
        "blue darker), and what it is taken for then",
    )
    return picture


def _read(model: Model, images: ag.Array, names: tuple[str, ...]) -> list[str]:
    """Return what each image is taken for, and how surely."""
    scores = all_scores("perturbations", model, images)
    likely = np.asarray(ag.softmax(scores, axis=1))
    return [f"{name_of(int(p.argmax()), names)}\n{p.max():.0%}" for p in likely]
