"""The words of annotations: what an array, a number, a shape and an axis are.

`ArrayLike`, what any operation takes, may be a Tensor and so stands in `autograd.core.tensor`.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np

Array: TypeAlias = np.ndarray[Any, Any]
Scalar: TypeAlias = float | np.number[Any] | np.bool_
Shape: TypeAlias = tuple[int, ...]
Axis: TypeAlias = int | tuple[int, ...] | None
DTypeLike: TypeAlias = str | type | np.dtype[Any]
