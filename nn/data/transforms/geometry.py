"""Transforms that move pixels: a map from the pixels of the new image to places in the old one.

Every new pixel looks up the place where it was in the old image; so each gets a value, which pixels
that are sent forward would not give.  The same map moves all that belongs to the pixels of an
image: another image, between pixels by the weighted mean of the four around (bilinear
interpolation); a mask, by the nearest pixel, as there is no class between two classes; the vectors
of optical flow, which are turned and stretched with their pixels.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np

import autograd as ag
from nn.data.transforms.transform import Transform


@dataclass(frozen=True)
class Places:
    """Where in N old images the pixels of the new ones come from.

    Parameters
    ----------
    rows, columns : array, (N, height, width), or what broadcasts to it
        Integers are pixels, and these are the same to the bit afterwards; floats lie between.
    turn : array, (N, 2, 2) or (1, 2, 2), or None
        The step (down, right) that a step in the old image becomes in the new one; None where it is
        another at every pixel.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.transforms.geometry import Places
    >>> half = Places(np.array([[[0.0]]]), np.array([[[0.25, 1.25]]]), np.eye(2)[None])
    >>> half.images(np.array([[[[4.0, 8.0]]]]), fill=0.0)
    array([[[[5., 6.]]]])
    >>> half.masks(np.array([[[4, 8]]]), fill=0)
    array([[[4, 8]]])
    """

    rows: ag.Array
    columns: ag.Array
    turn: ag.Array | None

    def images(self, images: ag.Array, fill: float) -> ag.Array:
        """Return images (N, C, height, width) of the same dtype, with ``fill`` beyond the edges."""
        if self.rows.dtype.kind == "i":
            return pixels(images, self.rows, self.columns, fill)
        top, left = np.floor(self.rows).astype(int), np.floor(self.columns).astype(int)
        down, right = self.rows - top, self.columns - left
        total: ag.Array = np.zeros(())
        for i, vertical in enumerate((1 - down, down)):
            for j, horizontal in enumerate((1 - right, right)):
                share = (vertical * horizontal)[:, None]
                total = total + share * pixels(images, top + i, left + j, fill)
        return total.astype(images.dtype)

    def masks(self, masks: ag.Array, fill: int) -> ag.Array:
        """Return masks (N, height, width) of integers, with ``fill`` beyond the edges.

        They keep their dtype if it is signed and has ``fill``; else they become int64.
        """
        keeps = masks.dtype.kind == "i" and abs(fill) <= np.iinfo(masks.dtype).max
        masks = masks if keeps else masks.astype(np.int64)
        return pixels(masks[:, None], nearest(self.rows), nearest(self.columns), fill)[:, 0]

    def vectors(self, vectors: ag.Array, fill: float) -> ag.Array:
        """Return flow (N, 2, height, width), to the right and down, with ``fill`` where unknown.

        It is unknown where the nearest pixel would lie outside of the old image.
        """
        if self.turn is None:
            raise ag.OptionError(
                "Joint: Distort bends an image, and so turns the vectors of its flow differently "
                "at every pixel; use Rotate, Scale, Shift, Flip or Crop"
            )
        height, width = vectors.shape[2:]
        edged = Places(self.rows.clip(0, height - 1), self.columns.clip(0, width - 1), self.turn)
        turn = self.turn[:, ::-1, ::-1]  # from (down, right) to (right, down)
        turned = np.einsum("nij,njhw->nihw", turn, edged.images(vectors, 0.0))
        known = self.masks(np.ones_like(vectors[:, 0], dtype=int), 0)[:, None] == 1
        return np.where(known, turned, fill).astype(vectors.dtype)


class Geometric(Transform):
    """A transform that moves pixels, and by the same draws what belongs to them."""

    fill: float = 0.0

    @abstractmethod
    def places(self, shape: tuple[int, ...], rng: np.random.Generator) -> Places:
        """Draw where the new pixels of images of this shape, (N, C, H, W), come from."""

    def change(self, images: ag.Array, rng: np.random.Generator) -> ag.Array:
        """Draw the places, and look there."""
        return self.places(images.shape, rng).images(images, self.fill)


def pixels(images: ag.Array, rows: ag.Array, columns: ag.Array, fill: float) -> ag.Array:
    """Return the pixels of images (N, C, H, W) at rows and columns, and ``fill`` outside.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.transforms.geometry import pixels
    >>> pixels(np.array([[[[1, 2], [3, 4]]]]), np.array([[[1]]]), np.array([[[0, 1, 2]]]), fill=9)
    array([[[[3, 4, 9]]]])
    """
    height, width = images.shape[2:]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    number = rows.clip(0, height - 1) * width + columns.clip(0, width - 1)  # (N, h, w)
    flat = images.reshape(*images.shape[:2], -1)
    seen = np.take_along_axis(flat, number.reshape(len(number), 1, -1), axis=2)
    seen = seen.reshape(*images.shape[:2], *number.shape[1:])
    return np.where(inside[:, None], seen, seen.dtype.type(fill))


def nearest(places: ag.Array) -> ag.Array:
    """Return the numbers of the pixels that places are in.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.transforms.geometry import nearest
    >>> nearest(np.array([-0.6, 0.4, 0.5, 1.0]))
    array([-1,  0,  1,  1])
    """
    return np.floor(places + 0.5).astype(int)


def linear(shape: tuple[int, ...], back: ag.Array) -> Places:
    """Return the places of a linear map about the middle of images of a shape (N, C, H, W).

    Parameters
    ----------
    shape : tuple of int
    back : array, (N, 2, 2)
        The pixel at ``middle + d`` shows what was at ``middle + back d``; d is (down, right).
    """
    middle = (np.array(shape[2:]) - 1).reshape(2, 1, 1) / 2
    steps = np.indices(shape[2:]) - middle
    old = np.tensordot(back, steps, 1) + middle  # (N, 2, H, W)
    return Places(old[:, 0], old[:, 1], np.linalg.inv(back))
