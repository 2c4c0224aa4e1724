"""Pictures of arrays that are too long to be listed: heat maps, a histogram, and what is counted.

The page draws those of listed arrays itself, in the same way (``static/pictures.js``).
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import numpy as np

from autograd.viz.render.tensors import CHANNELS, bins_of, coarse, largest_of, slices_of

FULL = 127  # the byte of the largest number
ODD = -128  # the byte of what is not finite


def picture(array: np.ndarray, drawn: bool) -> dict[str, Any]:
    """Return what is seen of an array.

    Returns
    -------
    dict
        ``zeros`` and ``bad``, how many elements are exactly zero, or not finite; if it is to be
        drawn also ``scale``, the largest finite size, ``maps`` with a byte for each cell, ``count``
        of all maps that there are, and the counts of a ``histogram``.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.viz.player.pictures import picture
    >>> picture(np.array([0.0, 1.0, np.inf]), drawn=False)
    {'zeros': 1, 'bad': 1}
    """
    finite = int(np.isfinite(array).sum())
    counts = {"zeros": int(np.count_nonzero(array == 0)), "bad": array.size - finite}
    if not drawn:
        return counts
    scale = largest_of(array)
    slices = list(slices_of(array))
    return {
        **counts,
        "scale": scale,
        "count": len(slices),
        "maps": [_map(matrix, scale or 1.0) for matrix in slices[:CHANNELS]],
        "histogram": bins_of(array),
    }


def _map(matrix: np.ndarray, scale: float) -> dict[str, Any]:
    cells = coarse(matrix.astype(float)) / scale
    known = np.nan_to_num(cells, nan=0.0, posinf=0.0, neginf=0.0)
    data = np.where(np.isfinite(cells), np.rint(known * FULL), ODD).astype(np.int8)
    rows, columns = data.shape
    return {"rows": rows, "columns": columns, "cells": b64encode(data.tobytes()).decode()}
