"""Random numbers come from a generator that is given, or made from a seed: no state is shared."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from autograd.core.calls import called
from autograd.core.messages import one_line
from autograd.errors import OptionError

# What `generator` takes.  In quotes, so that `numpy.random` is imported when it is first used.
Seed: TypeAlias = "int | np.random.Generator | None"


@called
def generator(rng: Seed = None) -> np.random.Generator:
    """Return a random generator: the one given, or a new one from a seed.

    Parameters
    ----------
    rng : int, numpy.random.Generator or None
        A generator is returned as it is, so that several layers draw from it one after another.
        The same seed for two layers gives both the same numbers.

    Raises
    ------
    autograd.OptionError
        If it is none of these.

    Examples
    --------
    >>> from nn.init import generator
    >>> g = generator(0)
    >>> generator(g) is g
    True
    """
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise OptionError(
            f"rng: {one_line(rng)} is neither a seed, an integer of at least 0, "
            "nor a NumPy Generator"
        ) from None
