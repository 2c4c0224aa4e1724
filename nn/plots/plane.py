"""The plane of two inputs: a grid of points on it, and where the examples stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd as ag
from nn.checks import at_least_one
from nn.data.dataset import Dataset, Examples, as_dataset

MARGIN = 0.1  # of the range of the data, on each side


@dataclass(frozen=True)
class Plane:
    """A rectangle around the data.

    Attributes
    ----------
    x, y : numpy.ndarray
        Where the columns and the rows of the grid stand, the lowest row first.
    """

    x: Any
    y: Any

    @property
    def points(self) -> ag.Array:
        """The points of the grid, (rows * columns, 2)."""
        return np.stack(np.meshgrid(self.x, self.y), axis=-1).reshape(-1, 2)

    @property
    def shape(self) -> tuple[int, int]:
        """How many rows and columns the grid has."""
        return len(self.y), len(self.x)

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, right, bottom and top of the outermost cells, whose middles the points are."""
        half = [(side[-1] - side[0]) / (len(side) - 1) / 2 for side in (self.x, self.y)]
        return (
            self.x[0] - half[0],
            self.x[-1] + half[0],
            self.y[0] - half[1],
            self.y[-1] + half[1],
        )

    @property
    def ratio(self) -> float:
        """Height through width, in the units of the data."""
        left, right, bottom, top = self.extent
        return (top - bottom) / (right - left)


def plane_around(owner: str, inputs: ag.Array, resolution: int) -> Plane:
    """Return a grid around points, with ``resolution`` points on each side."""
    at_least_one(owner, resolution=resolution)
    if resolution < 2:
        raise ag.OptionError(f"{owner}: resolution={resolution} must be at least 2")
    low, high = inputs.min(axis=0), inputs.max(axis=0)
    margin = np.where(high > low, (high - low) * MARGIN, 1.0)
    x, y = np.linspace(low - margin, high + margin, resolution).T
    return Plane(x, y)


def planar(owner: str, data: Examples) -> Dataset:
    """Read data with two inputs.

    Raises
    ------
    autograd.ShapeError
        If there are more inputs than two, or fewer.
    """
    found = as_dataset(owner, data)
    if found.inputs.ndim != 2 or found.inputs.shape[1] != 2:
        raise ag.ShapeError(
            f"{owner}: the inputs are {found.inputs.shape}, and a plane has two, (N, 2); "
            "choose two features"
        )
    return found
