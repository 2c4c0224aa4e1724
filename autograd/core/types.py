"""Type aliases for annotations: arrays, numbers, shapes, axes and indices.

`ArrayLike`, what any operation takes, may be a Tensor and so stands in `autograd.core.tensor`.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import EllipsisType
from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
Scalar: TypeAlias = float | np.number[Any] | np.bool_
Shape: TypeAlias = tuple[int, ...]
Axis: TypeAlias = int | tuple[int, ...] | None
DTypeLike: TypeAlias = str | type | np.dtype[Any]
# One number for all spatial axes of an image, or one for each.
Sizes: TypeAlias = int | Sequence[int]
# The same, or a pair (before, after) for each axis, or a word: "same", "valid".
Padding: TypeAlias = Sizes | Sequence[Sequence[int]] | str
IndexPart: TypeAlias = int | slice | EllipsisType | Array | Sequence[Any] | None
Index: TypeAlias = IndexPart | tuple[IndexPart, ...]
