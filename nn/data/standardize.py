"""Standardizing: each feature is moved and stretched, so that its mean is 0 and its deviation 1.

A feature in millimetres has slopes a thousand times as small as one in metres, and no learning rate
suits both.  The mean and the deviation are those of the training data: what is known of the test
data must not be learned from (deck 2).
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.data.dataset import numbers


class Standardize:
    """Map x to ``(x - mean) / std``, feature by feature, with the numbers of the training data.

    A feature that is the same in all examples, such as a corner of an image that is always white,
    has ``std`` 0: it is only moved to 0, not divided.

    Parameters
    ----------
    inputs : array, (N, ...)
        Those of the training data; all axes but the first are features.

    Attributes
    ----------
    mean, std : numpy.ndarray, (...)

    Raises
    ------
    autograd.OptionError
        If the inputs are not finite numbers, or so large that their squares are not finite.
    autograd.ShapeError
        When called, if the features are others than in training.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.standardize import Standardize
    >>> train = np.array([[1.0, 5.0], [3.0, 5.0]])
    >>> scale = Standardize(train)
    >>> scale(train)
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> scale(np.array([[4.0, 6.0]]))  # of a test: other data, the same mean and deviation
    array([[2., 1.]])
    """

    @called
    def __init__(self, inputs: ag.ArrayLike) -> None:
        x = numbers("Standardize", "inputs", inputs)
        least, wide = x.min(axis=0), np.result_type(x, np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            mean, std = x.mean(axis=0, dtype=wide), x.std(axis=0, dtype=wide)
        if not np.isfinite(std).all():
            raise ag.OptionError(
                "Standardize: the inputs are too large for their squares; divide them first"
            )
        # Rounding gives the mean of equal numbers another value, and the deviation not quite 0.
        same = least == x.max(axis=0)
        self.mean, self.std = np.where(same, least, mean), np.where(same, 0, std)

    def __call__(self, inputs: ag.ArrayLike) -> Any:
        """Map (N, ...) to the same shape; floats keep their dtype, other numbers become float64."""
        x = numbers("Standardize", "inputs", inputs)
        if x.shape[x.ndim - self.mean.ndim :] != self.mean.shape:
            raise ag.ShapeError(
                f"Standardize: inputs of shape {x.shape} for features of {self.mean.shape}; they "
                "must be as in training"
            )
        dtype = x.dtype if x.dtype.kind == "f" else np.dtype(np.float64)
        wide = np.result_type(dtype, np.float32)  # a difference may be too large for float16
        mean, std = self.mean.astype(wide), self.std.astype(wide)
        scaled = (x - mean) / np.where(std == 0, wide.type(1), std)
        return scaled.astype(dtype, copy=False)

    def __repr__(self) -> str:
        return f"Standardize of features {self.mean.shape}"
