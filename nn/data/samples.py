"""Small sets of examples that come with scikit-learn, and need no download.

All have classes from 0 on as targets, (N,) integers: what `nn.cross_entropy` takes beside outputs
of (N, classes).  Where there are two classes, one output is enough, of (N, 1): for that,
`nn.binary_cross_entropy_with_logits` takes the targets as a column, which is
``data.map(targets=lambda t: t[:, None])``.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import at_least_one, import_extra, not_negative
from nn.data.dataset import Dataset
from nn.init import Seed, generator


@called
def digits() -> Dataset:
    """Return 1797 handwritten digits as images of 8 x 8 (Alpaydin and Kaynak 1998).

    Returns
    -------
    Dataset
        Inputs (1797, 1, 8, 8) float64 from 0, the paper, to 1, the ink; targets (1797,).

    Raises
    ------
    autograd.MissingError
        If the package scikit-learn is not installed.

    Examples
    --------
    >>> from nn.data.samples import digits
    >>> digits()
    Dataset of 1797 examples: inputs (1, 8, 8) float64, targets () int64, classes 0, 1, 2, 3
        and 6 more
    """
    table = _table("digits.csv.gz")
    if table is None:
        found = _datasets("digits").load_digits()
        images, targets = found.images, found.target
    else:
        images, targets = table[:, :-1].reshape(-1, 8, 8), table[:, -1]
    return _classes(images[:, None] / 16, targets, range(10))


@called
def moons(n: int = 200, noise: float = 0.1, rng: Seed = None) -> Dataset:
    """Return points of two half circles that reach into each other, which no line divides.

    Parameters
    ----------
    n : int
        How many points; half of them in each class.
    noise : float
        The standard deviation of what is added to each coordinate.
    rng : int, numpy.random.Generator or None
        Draws the noise and the order: the same seed, the same points.

    Returns
    -------
    Dataset
        Inputs (n, 2) float64; targets (n,), 0 in the upper moon and 1 in the lower.

    Raises
    ------
    autograd.MissingError
        If the package scikit-learn is not installed.
    autograd.OptionError
        If there are no points, or the noise is negative.

    Examples
    --------
    >>> from nn.data.samples import moons
    >>> moons(100, rng=0)
    Dataset of 100 examples: inputs (2,) float64, targets () int64, classes upper, lower
    """
    at_least_one("moons", n=n)
    not_negative("moons", noise=noise)
    seed = int(generator(rng).integers(2**32))  # scikit-learn takes no Generator
    points, targets = _datasets("moons").make_moons(int(n), noise=float(noise), random_state=seed)
    return _classes(points, targets, ("upper", "lower"))


@called
def iris() -> Dataset:
    """Return 150 iris flowers of three species: the lengths and widths of two leaves, in cm.

    From R. A. Fisher 1936.  Two of the species cannot be divided by a line, the third can.

    Returns
    -------
    Dataset
        Inputs (150, 4) float64: sepal length and width, petal length and width; targets (150,).

    Raises
    ------
    autograd.MissingError
        If the package scikit-learn is not installed.

    Examples
    --------
    >>> from nn.data.samples import iris
    >>> iris()
    Dataset of 150 examples: inputs (4,) float64, targets () int64, classes setosa, versicolor,
        virginica
    """
    found = _datasets("iris").load_iris()
    return _classes(found.data, found.target, found.target_names)


@called
def breast_cancer() -> Dataset:
    """Return measures of the cells of 569 tumours, malignant or benign (Street et al. 1993).

    The features differ in size by a factor of more than 100 000: use `nn.data.Standardize`.

    Returns
    -------
    Dataset
        Inputs (569, 30) float64; targets (569,), 0 malignant and 1 benign.

    Raises
    ------
    autograd.MissingError
        If the package scikit-learn is not installed.

    Examples
    --------
    >>> from nn.data.samples import breast_cancer
    >>> breast_cancer()
    Dataset of 569 examples: inputs (30,) float64, targets () int64, classes malignant, benign
    """
    found = _datasets("breast_cancer").load_breast_cancer()
    return _classes(found.data, found.target, found.target_names)


def _classes(inputs: Any, targets: Any, names: Iterable[Any]) -> Dataset:
    return Dataset(inputs, targets.astype(np.int64), [str(name) for name in names])


def _table(name: str) -> ag.Array | None:
    """Read a table of scikit-learn's without importing it, which takes a second; None if moved."""
    try:
        found = importlib.util.find_spec("sklearn")
    except ValueError:  # a module of that name was put in its place
        found = None
    folders = (found and found.submodule_search_locations) or []
    paths = [Path(folder, "datasets", "data", name) for folder in folders]
    return next((np.loadtxt(path, delimiter=",") for path in paths if path.exists()), None)


def _datasets(owner: str) -> Any:
    return import_extra(owner, "sklearn.datasets", "scikit-learn", "data")
