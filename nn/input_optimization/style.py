"""Style transfer: the shapes of one image in the colours and strokes of another; deck 3.

In a network that looks at an image, the features say what is where.  Their Gram matrix says which
of them occur together, and no longer where: the style (Gatys et al. 2016).  Gradient descent on the
pixels makes an image with the features of one and the Gram matrices of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.blocks import contextmanager
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import above_zero, at_least_zero, function_or_none, not_negative
from nn.inspection.images import as_image
from nn.inspection.preserve import check_finite, preserved
from nn.module import Module
from nn.optim import Adam
from nn.parameter import Parameter

OnStep: TypeAlias = Callable[[int, ag.Array, float, float], object]
Seen = dict[str, Any]  # from the path of a layer to its output


@called
def gram_matrix(features: ag.ArrayLike) -> Any:
    """Return how much each two channels occur together: ``G = F F^T / M`` over M places; deck 3.

    Parameters
    ----------
    features : array or Tensor, (C, H, W) or (N, C, H, W)

    Returns
    -------
    array or Tensor, (C, C) or (N, C, C)

    Raises
    ------
    autograd.ShapeError
        If they are not features of images.

    Examples
    --------
    >>> from nn.input_optimization.style import gram_matrix
    >>> gram_matrix([[[1.0, 0.0]], [[2.0, 4.0]]])
    array([[ 0.5,  1. ],
           [ 1. , 10. ]])
    """
    shape = ag.shape(features)
    if len(shape) not in (3, 4) or 0 in shape:
        raise ag.ShapeError(f"gram_matrix: features {shape} must be (C, H, W) or (N, C, H, W)")
    places = shape[-2] * shape[-1]
    rows = ag.reshape(features, (*shape[:-2], places))
    return rows @ ag.swapaxes(rows, -1, -2) / places


@called
def style_transfer(
    content: ag.ArrayLike,
    style: ag.ArrayLike,
    model: Module,
    style_layers: Sequence[str],
    content_layers: Sequence[str] = (),
    *,
    content_weight: float = 0.3,
    smoothness: float = 1.0,
    steps: int = 120,
    lr: float = 0.03,
    start: ag.ArrayLike | None = None,
    prepare: Callable[[Any], Any] | None = None,
    on_step: OnStep | None = None,
) -> ag.Array:
    """Return the first image in the style of the second, by gradient descent on its pixels.

    The loss is ``S + content_weight C + smoothness T`` of

    - ``S``, the mean over ``style_layers`` of ``sum (G - A)^2 / sum A^2``, where A is the Gram
      matrix of the style;
    - ``C``, the mean over ``content_layers`` of ``sum (F - P)^2 / sum P^2``, where P are the
      features of the content;
    - ``T``, the mean squared difference of neighbouring pixels.

    Gatys et al. have fixed factors for a trained VGG.  Here each layer counts in relation to what
    it should be, so that networks of any scale will do, also untrained ones.

    Parameters
    ----------
    content, style : array, (C, H, W)
        From 0 to 1; they may differ in size.
    model : Module
        Maps images (1, C, H, W); it is left as it was.
    style_layers, content_layers : sequence of str
        Paths of modules in the model, as in `Module.named_modules`, whose outputs are features,
        (1, channels, rows, columns).  Without content layers the content is only the beginning.
    content_weight, smoothness : float
    steps : int
        Of Adam; after each, pixels below 0 and above 1 are put back.
    lr : float
        How far a step moves a pixel at most, about.
    start : array, (C, H, W), optional
        The image to begin with; by default the content.  With content layers it is as large.
    prepare : callable, optional
        From an image to what the model takes, as ``lambda x: (x - mean) / std`` for weights that
        were trained so; by default ``x - 0.5``.
    on_step : callable, optional
        ``on_step(step, image, S, C)`` is called before every step, from 0 on.

    Returns
    -------
    numpy.ndarray, (C, H, W)
        In the dtype of the model.

    Raises
    ------
    autograd.ShapeError
        If they are not images, or the start is not as large as the content.
    autograd.OptionError
        If a pixel is below 0 or above 1, a layer is not in the model, does not run or does not
        return finite features, or a number is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> red, blue = np.zeros((2, 3, 8, 8))
    >>> red[0], blue[2] = 1.0, 1.0
    >>> net = nn.Sequential(nn.Conv2d(3, 8, 3, rng=0), nn.ReLU())
    >>> image = nn.style_transfer(red, blue, net, style_layers=["1"], smoothness=0)
    >>> image.mean(axis=(1, 2)).round()
    array([0., 0., 1.])
    """
    not_negative("style_transfer", content_weight=content_weight, smoothness=smoothness)
    above_zero("style_transfer", lr=lr)
    at_least_zero("style_transfer", steps=steps)
    function_or_none("style_transfer", prepare=prepare, on_step=on_step)
    kept, taken = (_checked(model, layers) for layers in (content_layers, style_layers))
    if not taken:
        raise ag.OptionError("style_transfer: style_layers=() must name a layer of the model")
    shapes, strokes = (_pixels(model, image) for image in (content, style))
    begin = shapes if start is None else _start(model, start, shapes, kept)
    with _watched(model, {*kept, *taken}, prepare or _centred) as look:
        goals = _goals(look, shapes, kept, strokes, taken)
        image = Parameter(begin)
        optimizer = Adam([image], lr=lr)
        for step in range(steps):
            s, c = goals.distances(look(image))
            if on_step is not None:
                on_step(step, image.numpy()[0], ag.tensor(s).item(), ag.tensor(c).item())
            loss = s + content_weight * c + smoothness * roughness(image)
            # Of the pixels alone: the weights of the model get no gradients.
            image.grad = ag.gradients(loss, image)
            optimizer.step()
            image.data = np.clip(image.data, 0, 1)
    found: ag.Array = image.numpy()[0]
    return found


@dataclass(frozen=True)
class Goals:
    """What features and Gram matrices should be, by layers."""

    features: Seen
    grams: Seen

    def distances(self, seen: Seen) -> tuple[Any, Any]:
        """Return how far away style and content are, in parts of what they should be."""
        style = [distance(gram_matrix(seen[name]), gram) for name, gram in self.grams.items()]
        content = [distance(seen[name], found) for name, found in self.features.items()]
        return ag.mean(ag.stack(style)), ag.mean(ag.stack(content)) if content else 0.0


def distance(found: Any, wanted: ag.Array) -> Any:
    """Return ``sum (found - wanted)^2 / sum wanted^2``.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.input_optimization.style import distance
    >>> distance(np.array([3.0, 3.0]), np.array([3.0, 4.0]))
    np.float64(0.04)
    """
    return ag.sum(ag.square(found - wanted)) / np.sum(np.square(wanted))


def roughness(images: Any) -> Any:
    """Return the mean squared difference of neighbours below and to the right, if there are any.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.input_optimization.style import roughness
    >>> roughness(np.array([[[[0.0, 2.0], [0.0, 2.0]]]]))
    np.float64(4.0)
    """
    axes = [axis for axis in (2, 3) if images.shape[axis] > 1]
    return sum(ag.mean(ag.square(ag.diff(images, axis=axis))) for axis in axes)


@contextmanager
def _watched(
    model: Module, layers: Collection[str], prepare: Callable[[Any], Any]
) -> Iterator[Callable[[Any], Seen]]:
    """Make a function that returns what some layers of a model put out for an image."""
    parts, seen = dict(model.named_modules()), Seen()

    def look(image: Any) -> Seen:
        seen.clear()
        model(prepare(image))
        for name in layers:
            if name not in seen:
                raise ag.OptionError(
                    f"style_transfer: layer {name} did not run; name one that the model calls"
                )
        return dict(seen)

    with ExitStack() as hooks, preserved(model):
        for name in layers:
            hooks.enter_context(parts[name].register_forward_hook(partial(_note, seen, name)))
        yield look


def _note(seen: Seen, name: str, layer: Module, inputs: object, output: Any) -> None:
    if not isinstance(output, ag.Tensor) or output.ndim != 4:
        raise ag.OptionError(
            f"style_transfer: layer {name} does not return features, (1, C, H, W), but "
            f"{ag.shape(output)}; name a convolution, or its activation"
        )
    seen[name] = output


def _goals(look: Callable[[Any], Seen], content: Any, kept: Any, style: Any, taken: Any) -> Goals:
    """Look at the content and at the style."""
    with ag.no_grad():
        shapes, strokes = look(content), look(style)
    features = {name: shapes[name].numpy() for name in kept}
    grams = {name: gram_matrix(strokes[name]).numpy() for name in taken}
    for name, wanted in (*features.items(), *grams.items()):
        check_finite("style_transfer", wanted, f"the features of layer {name}")
        if not wanted.any():
            raise ag.OptionError(
                f"style_transfer: all features of layer {name} are 0; name one in front of it"
            )
    return Goals(features, grams)


def _checked(model: Any, layers: Any) -> tuple[str, ...]:
    """Return the names of layers; refuse those that are not in the model."""
    if not isinstance(model, Module):
        raise ag.OptionError(f"style_transfer: takes a module third, not {type(model).__name__}")
    known = [path for path, _ in model.named_modules() if path]
    names = tuple(layers) if isinstance(layers, (tuple, list)) else (layers,)
    for name in names:
        if name not in known:
            raise ag.OptionError(
                f"style_transfer: there is no layer {one_line(name)} in the model; there are "
                f"{one_line(', '.join(known), 200, str)}"
            )
    return names


def _start(
    model: Module, given: ag.ArrayLike, content: ag.Array, kept: tuple[str, ...]
) -> ag.Array:
    """Return the image to begin with, which is as large as the content if its features are kept."""
    begin = _pixels(model, given)
    if kept and begin.shape != content.shape:
        raise ag.ShapeError(
            f"style_transfer: start {begin.shape[1:]} must have the shape of the content, "
            f"{content.shape[1:]}, whose features are kept; or leave content_layers out"
        )
    return begin


def _pixels(model: Module, given: ag.ArrayLike) -> ag.Array:
    """Return an image as a batch of one, in the dtype of the model."""
    image = as_image("style_transfer", given)
    if image.min() < 0 or image.max() > 1:
        raise ag.OptionError(
            f"style_transfer: pixels from {image.min():.3g} to {image.max():.3g} must be from 0 to "
            "1; divide images of bytes by 255"
        )
    dtype = next((p.dtype for p in model.parameters()), image.dtype)
    return image.astype(dtype)


def _centred(image: Any) -> Any:
    return image - 0.5
