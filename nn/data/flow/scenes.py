"""Scenes of layers that move between two frames, each a photograph behind a mask.

A layer is geometry: a mask, a motion, and a map into its photograph.  A pixel of a frame shows the
topmost layer whose mask covers it.  So one place of one photograph is sampled for each pixel,
however many layers there are.  Flow and occlusion follow from the geometry alone, and are exact.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

import autograd as ag
from nn.data.flow.affine import inverse, moved

WAVES = 4  # of 2, 3, 4 and 5 periods around the rim of a blob


@dataclass(frozen=True)
class Scenes:
    """N scenes of L layers, a background and blobs above it.

    Places are (2, N, L, height, width), or 1 for L where they are those of all layers: x to the
    right and y down, in pixels from the middle of the frame.

    Attributes
    ----------
    motion : numpy.ndarray, (N, L, 2, 3)
        Where a place of the first frame is in the second, as an affine map.
    look : numpy.ndarray, (N, L, 2, 3)
        Where a place of the first frame is in the photograph, in pixels of it from its middle.
    photograph : numpy.ndarray of int, (N, L)
    dark, bright : numpy.ndarray, (N, L, 3)
        The red, green and blue that 0 and 1 in the photograph become.
    middle : numpy.ndarray, (N, L - 1, 2)
        Where blobs are in the first frame.
    radius : numpy.ndarray, (N, L - 1)
        0 of a blob that is not there.
    waves : complex numpy.ndarray, (N, L - 1, WAVES)
        How far each wave bends the rim in and out, and where it begins.
    """

    motion: ag.Array
    look: ag.Array
    photograph: ag.Array
    dark: ag.Array
    bright: ag.Array
    middle: ag.Array
    radius: ag.Array
    waves: ag.Array

    def __getitem__(self, part: slice) -> Scenes:
        return Scenes(*(getattr(self, field.name)[part] for field in fields(self)))

    def frames(self, size: int, photographs: ag.Array) -> tuple[ag.Array, ag.Array, ag.Array]:
        """Return two frames, the flow between them, and which pixels have no counterpart.

        Parameters
        ----------
        size : int
            Height and width of the frames.
        photographs : array, (P, side, side, 3) float32

        Returns
        -------
        pairs : numpy.ndarray, (N, 6, size, size) float32
        flow : numpy.ndarray, (N, 2, size, size) float32
        occluded : numpy.ndarray of bool, (N, size, size)
        """
        here = grid(size)
        back = inverse(self.motion)
        before = moved(back, here)  # where the pixels of the second frame were in the first
        top = self.topmost(here)
        first = self._seen(photographs, here, top)
        second = self._seen(photographs, before, self.topmost(before))
        there = picked(moved(self.motion, here), top)
        left = (abs(there) > (size - 1) / 2).any(axis=0)
        covered = self.topmost(moved(back, there[:, :, None])) != top
        flow = np.moveaxis(there - here[:, :, 0], 0, 1)
        return np.concatenate([first, second], axis=1), flow, left | covered

    def topmost(self, places: ag.Array) -> ag.Array:
        """Return the number of the topmost layer at places of the first frame, (N, H, W)."""
        of_blobs = places[:, :, 1:] if places.shape[2] > 1 else places
        x, y = of_blobs - np.moveaxis(self.middle, -1, 0)[..., None, None]
        distance = np.hypot(x, y)
        inside = distance < self._rim(x, y, distance)
        numbers = np.arange(1, 1 + inside.shape[1]).reshape(-1, 1, 1)
        top: ag.Array = np.max(inside * numbers, axis=1)
        return top

    def _rim(self, x: ag.Array, y: ag.Array, distance: ag.Array) -> ag.Array:
        """Return how far the rim of each blob is in the direction of places, (N, L - 1, H, W)."""
        turn = (x + 1j * y) / np.maximum(distance, 1e-6)  # cos and sin of the angle
        angle, rim = turn, np.ones_like(x)
        for wave in np.moveaxis(self.waves, -1, 0)[..., None, None]:
            angle = angle * turn  # two, three, ... times the angle
            rim += wave.real * angle.real - wave.imag * angle.imag
        return self.radius[..., None, None] * rim

    def _seen(self, photographs: ag.Array, places: ag.Array, layer: ag.Array) -> ag.Array:
        """Return the colours (N, 3, H, W) at places, in each pixel those of one layer."""
        scene = np.arange(len(layer)).reshape(-1, 1, 1)
        x, y = picked(moved(self.look, places), layer)
        colors = sampled(photographs, self.photograph[scene, layer], x, y)
        dark, bright = self.dark[scene, layer], self.bright[scene, layer]
        return np.moveaxis(dark + (bright - dark) * colors, -1, 1)


def grid(size: int) -> ag.Array:
    """Return the places of the pixels of a square frame, (2, 1, 1, size, size).

    Examples
    --------
    >>> from nn.data.flow.scenes import grid
    >>> grid(2)[0, 0, 0]
    array([[-0.5,  0.5],
           [-0.5,  0.5]], dtype=float32)
    """
    rows, columns = np.indices((size, size), dtype=np.float32) - np.float32((size - 1) / 2)
    return np.stack([columns, rows])[:, None, None]


def picked(places: ag.Array, layer: ag.Array) -> ag.Array:
    """Return for each pixel its place (2, N, H, W) in one of the layers (2, N, L, H, W)."""
    return np.take_along_axis(places, layer[None, :, None], axis=2)[:, :, 0]


def sampled(photographs: ag.Array, which: ag.Array, x: ag.Array, y: ag.Array) -> ag.Array:
    """Return the colours (..., 3) of photographs (P, side, side, 3) at places from their middle.

    Between pixels it is the weighted mean of the four around, and beyond an edge the photograph
    goes on as in a mirror.
    """
    side = photographs.shape[1]
    pixels = photographs.reshape(-1, 3)
    left, right, across = around(x, side)
    above, below, down = around(y, side)
    first = which * side**2
    upper, lower = (
        pixels[row + left] * (1 - across) + pixels[row + right] * across
        for row in (first + above * side, first + below * side)
    )
    colors: ag.Array = upper * (1 - down) + lower * down
    return colors


def around(places: ag.Array, side: int) -> tuple[ag.Array, ag.Array, ag.Array]:
    """Return the pixels before and behind places, and the share (..., 1) of the one behind."""
    places = places + np.float32((side - 1) / 2)
    start = np.floor(places)
    before, behind = (_mirrored(start.astype(int) + step, side) for step in (0, 1))
    return before, behind, (places - start)[..., None]


def _mirrored(pixels: ag.Array, side: int) -> ag.Array:
    there = pixels % (2 * side)
    found: ag.Array = np.minimum(there, 2 * side - 1 - there)
    return found
