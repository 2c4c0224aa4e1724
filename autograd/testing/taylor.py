"""Taylor's test: with a right gradient, the remainder vanishes as the square of the step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.core.calls import called
from autograd.core.types import Array
from autograd.errors import GradientError
from autograd.ir.numerics import UNIT
from autograd.testing.checks import as_generator
from autograd.testing.compare import random_direction
from autograd.testing.extrapolation import RATIO, STEPS
from autograd.testing.function import Chosen, Function, Seed, as_vector, moved, random_signs


@called
def taylor_test(f: Callable[..., Any], *args: object, wrt: Chosen = None, rng: Seed = 0) -> Array:
    """Measure how fast Taylor's remainder vanishes: with a right gradient, as the step squared.

    ``|f(x + h v) - f(x) - h g v|`` falls as h^2 if g is the gradient of f, and as h if it is not.

    Parameters
    ----------
    f, *args, wrt, rng
        As for `check_grad`.

    Returns
    -------
    array of float
        The observed power of h between neighbouring steps, from large to small steps, as far as the
        remainder stands out from rounding.  About 2; more where the curvature vanishes; a single
        infinity if there is no remainder, as for a linear function.

    Raises
    ------
    GradientError, DTypeError
        As for `check_grad`.

    Examples
    --------
    >>> import autograd as ag
    >>> rates = ag.testing.taylor_test(ag.exp, 1.0)
    >>> bool(abs(rates[-1] - 2) < 0.1)
    True
    """
    rng = as_generator("taylor_test", rng)
    of = Function("taylor_test", f, args, wrt)
    at = of.start()
    of.check_point(at)
    base = of.vector(at)
    v, weights = random_direction(at, rng), random_signs(base.shape, rng)
    slope = float(as_vector(of.pulled(at, weights)) @ as_vector(v))

    def remainder(h: float) -> tuple[float, float]:
        """Return the remainder, and how much of it may be rounding."""
        there = of.vector(moved(at, v, h))
        of.check_same_length(base, there)
        size = np.abs(weights) @ (np.abs(there) + np.abs(base)) + abs(h * slope)
        return abs(weights @ (there - base) - h * slope), 1024 * UNIT * size

    found = [remainder(h) for h in STEPS[:, 0] / 8]
    inside = [(r, noise) for r, noise in found if np.isfinite(r)]
    if len(inside) < 3:
        raise GradientError(f"taylor_test: {of.title} is finite at this input alone")
    clear = [r for r, noise in inside if r > noise]
    if len(clear) < 2:
        return np.array([np.inf])
    rates: Array = np.log(np.divide(clear[:-1], clear[1:])) / np.log(RATIO)
    return rates
